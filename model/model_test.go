package model_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// op gives out for whatever goes in, or what f says.
type op struct {
	name string
	out  []model.Fact
	f    func(in []model.Fact) ([]model.Fact, error)
}

func (o op) Name() string { return o.name }
func (o op) Infer(in []model.Fact) ([]model.Fact, error) {
	if o.f != nil {
		return o.f(in)
	}
	return o.out, nil
}
func (o op) Bind(model.Binder, []model.Fact) (model.Kernel, error) { return nil, nil }

func port(name string, shape ...model.Dim) model.Port {
	return model.Port{Name: name, DType: tensor.Float64, Shape: shape}
}

func TestBuilderWiresInputsParamsAndNodes(t *testing.T) {
	b := model.NewBuilder("g", port("X", model.Rows, 2), port("M", model.Rows))
	k := b.Param(model.Port{Name: "k", Default: tensor.Scalar(int64(5))})
	if in := b.Inputs(); !reflect.DeepEqual(in, []model.Ref{{Node: -1, Out: 0}, {Node: -1, Out: 1}}) {
		t.Errorf("inputs: %v", in)
	}
	first := b.Add(op{name: "first"}, b.Inputs()[0], k)
	w := b.Param(model.Port{Name: "w"})
	if again := b.Param(model.Port{Name: "k", Doc: "another"}); again != k || w == k {
		t.Errorf("parameters %v, %v, %v", k, w, again)
	}
	second := b.Add(op{name: "second"}, first.At(1), w)
	g := b.Graph(second, first)
	if len(g.In) != 4 || g.In[2].Name != "k" || g.In[2].Doc != "" || g.In[3].Name != "w" || len(b.Inputs()) != 2 {
		t.Errorf("ports %v", g.In)
	}
	if !reflect.DeepEqual(g.Out, []model.Ref{{Node: 1}, {Node: 0}}) || !reflect.DeepEqual(g.Nodes[1].In, []model.Ref{{Node: 0, Out: 1}, {Node: -1, Out: 3}}) {
		t.Errorf("%+v", g)
	}
}

func TestAskNamesTheObjectOfEachNode(t *testing.T) {
	leaf := &model.Object{Path: "/leaf", Class: "Leaf"}
	leaf.Methods = []model.Method{{Name: "transform", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		return []model.Ref{b.Add(op{name: "leaf"}, in...)}, nil
	}}}
	pipe := &model.Object{Path: "/", Class: "Pipe", Children: []*model.Object{leaf}}
	pipe.Methods = []model.Method{{Name: "predict", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		x, err := b.Ask(leaf, "transform", in...)
		if err != nil {
			return nil, err
		}
		return []model.Ref{b.Add(op{name: "own"}, x...)}, nil
	}}, {Name: "broken", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) { return b.Ask(leaf, "predict", in...) }}}
	b := model.NewBuilder("g", port("X"))
	out, err := b.Ask(pipe, "predict", b.Inputs()...)
	if err != nil {
		t.Fatal(err)
	}
	g := b.Graph(out...)
	if g.Nodes[0].Object != leaf || g.Nodes[0].Method != "transform" || g.Nodes[1].Object != pipe || g.Nodes[1].Method != "predict" {
		t.Errorf("%+v", g.Nodes)
	}
	_, err = b.Ask(pipe, "broken", b.Inputs()...)
	if !errors.Is(err, document.ErrUnsupported) || err.Error() != "unsupported: Leaf has no predict (path /leaf)" {
		t.Error(err)
	}
	if b.Add(op{}); g.Nodes[2].Object != nil {
		t.Error("a node after a failed Ask belongs to the object asked")
	}
}

func TestSign(t *testing.T) {
	o := &model.Object{Path: "/", Class: "C", In: port("X", model.Rows, 3)}
	tol := model.Tolerance{Rel: 1e-9}
	pair := op{out: []model.Fact{model.DenseFact(tensor.Int64, model.Rows), {Kind: model.Sparse, DType: tensor.Float32, Shape: []model.Dim{model.Rows, 7}}}}
	wire := func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		r := b.Add(pair, in[0], b.Param(model.Port{Name: "k", DType: tensor.Int64, Default: tensor.Scalar(int64(5))}))
		return []model.Ref{r, r.At(1), in[0]}, nil
	}
	o.Methods = []model.Method{
		{Name: "kneighbors", Out: []string{"distances", "indices"}, Wire: wire, Tolerance: tol},
		{Name: "fails", Wire: func(*model.Builder, []model.Ref) ([]model.Ref, error) { return nil, errors.New("no") }},
		{Name: "refuses", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
			return []model.Ref{b.Add(op{f: func([]model.Fact) ([]model.Fact, error) { return nil, model.Inputf("no such width") }}, in...)}, nil
		}},
	}
	s, err := model.Sign(o, "kneighbors")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "kneighbors" || len(s.In) != 1 || len(s.Params) != 1 || s.Params[0].Name != "k" || s.Tolerance != tol || len(s.Graph.In) != 2 {
		t.Errorf("%+v", s)
	}
	want := []model.Port{
		{Name: "distances", DType: tensor.Int64, Shape: []model.Dim{model.Rows}},
		{Name: "indices", Kind: model.Sparse, DType: tensor.Float32, Shape: []model.Dim{model.Rows, 7}},
		{Name: "kneighbors", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 3}},
	}
	if !reflect.DeepEqual(s.Out, want) {
		t.Errorf("%+v", s.Out)
	}
	if !s.HasRows() {
		t.Error("all ports have rows")
	}
	if p := append(s.In, model.Port{Name: "more"}); s.Graph.In[1].Name != "k" || len(p) != 2 {
		t.Error("appending to In writes over the parameters")
	}
	for method, text := range map[string]string{"none": "C has no none", "fails": "no", "refuses": "input: no such width (path /)"} {
		if _, err := model.Sign(o, method); err == nil || err.Error() != text {
			t.Errorf("%s: %v, want %s", method, err, text)
		}
	}
}

func TestHasRows(t *testing.T) {
	rows, fixed := port("a", model.Rows), port("b", 3)
	for _, c := range []struct {
		s    model.Signature
		want bool
	}{
		{model.Signature{In: []model.Port{rows}, Out: []model.Port{rows}}, true},
		{model.Signature{In: []model.Port{rows}, Out: []model.Port{rows}, Params: []model.Port{fixed}}, true},
		{model.Signature{In: []model.Port{rows, fixed}, Out: []model.Port{rows}}, false},
		{model.Signature{In: []model.Port{rows}, Out: []model.Port{rows, port("scalar")}}, false},
		{model.Signature{Out: []model.Port{rows}}, false},
	} {
		if c.s.HasRows() != c.want {
			t.Errorf("%+v: %v", c.s, !c.want)
		}
	}
}

// Ops may return a part of what they are given.
func TestInferKeepsFactsApart(t *testing.T) {
	pass := op{f: func(in []model.Fact) ([]model.Fact, error) { return in[:1], nil }}
	var seen []string
	show := op{f: func(in []model.Fact) ([]model.Fact, error) {
		seen = append(seen, fmt.Sprint(in))
		return []model.Fact{{}}, nil
	}}
	b := model.NewBuilder("g", port("a", 1), port("b", 2))
	in := b.Inputs()
	first := b.Add(pass, in[0])
	b.Add(pass, in[1])
	b.Add(show, in[1], first)
	g := b.Graph()
	all, err := model.Infer(g, []model.Fact{g.In[0].Fact(), g.In[1].Fact()})
	if err != nil {
		t.Fatal(err)
	}
	if all[0][0].Shape[0] != 1 || all[1][0].Shape[0] != 2 {
		t.Errorf("the first node gives %v, the second %v", all[0], all[1])
	}
	if want := "[dense float64[2] dense float64[1]]"; len(seen) != 1 || seen[0] != want {
		t.Errorf("the last node was told %v, want %s", seen, want)
	}
}

func TestLocated(t *testing.T) {
	n := model.Node{Object: &model.Object{Path: "/step"}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{model.Inputf("bad %d", 1), "input: bad 1 (path /step)"},
		{document.Errorf(document.ErrCorrupt, "pickle", "/own", 3, "x"), "pickle: corrupt: x (path /own, offset 3)"},
		{errors.New("plain"), "plain (path /step)"},
		{model.Unsupportedf("rare"), "unsupported: rare (path /step)"},
	} {
		got := n.Located(c.err)
		if got.Error() != c.want || !errors.Is(got, c.err) {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
	if n.Located(nil) != nil {
		t.Error("no error became one")
	}
	plain := errors.New("plain")
	if none := (model.Node{}); none.Located(plain) != plain {
		t.Error("a node without an object changed an error")
	}
}

func TestObjectsModelsAndTolerances(t *testing.T) {
	var root model.Object
	root.Path = "0"
	for i := range 3 {
		c := &model.Object{Path: fmt.Sprint("0", i)}
		for k := range 2 {
			c.Children = append(c.Children, &model.Object{Path: fmt.Sprintf("0%d%d", i, k)})
		}
		root.Children = append(root.Children, c)
	}
	var order []string
	for o := range root.All() {
		order = append(order, o.Path)
	}
	if got := strings.Join(order, ","); got != "0,00,000,001,01,010,011,02,020,021" {
		t.Error("parents first, in order:", got)
	}
	order = nil
	for o := range root.All() {
		if order = append(order, o.Path); len(order) == 2 {
			break
		}
	}
	if len(order) != 2 {
		t.Error("the walk did not stop")
	}
	m := &model.Model{Root: &model.Object{Path: "/", Class: "C"}, Signatures: []*model.Signature{{Name: "a"}, {Name: "b"}}}
	if s, ok := m.Signature("b"); !ok || s.Name != "b" {
		t.Error("signature b")
	}
	if _, ok := m.Signature("c"); ok {
		t.Error("signature c")
	}
	if err := m.NotRunnable(); !errors.Is(err, document.ErrUnsupported) || err.Error() != "unsupported: C has no method that Larder runs (path /)" {
		t.Error(err)
	}
	m.Root.Why = "100% unknown"
	if err := m.NotRunnable(); err.Error() != "unsupported: 100% unknown (path /)" {
		t.Error(err)
	}
	if got := (model.Tolerance{Rel: 1, Abs: 2}).Loosest(model.Tolerance{Rel: 3, Abs: 1}); got != (model.Tolerance{Rel: 3, Abs: 2}) {
		t.Error(got)
	}
}

func TestFactsPrint(t *testing.T) {
	for _, c := range []struct {
		f    model.Fact
		want string
	}{
		{model.DenseFact(tensor.Float64, model.Rows, 30), "dense float64[N, 30]"},
		{model.DenseFact(tensor.Invalid), "dense invalid[]"},
		{model.Fact{Kind: model.Sparse, DType: tensor.Float32, Shape: []model.Dim{model.Unknown, 0}}, "sparse float32[?, 0]"},
		{model.Fact{Kind: model.Table}, "table invalid[]"}, {model.Fact{Kind: model.Ragged}, "ragged invalid[]"}, {model.Fact{Kind: model.Handle}, "handle invalid[]"},
	} {
		if got := c.f.String(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	f := model.DenseFact(tensor.Float64, 4)
	if f.Width(0) != 4 || f.Width(1) != model.Unknown {
		t.Error("widths")
	}
	p := model.Port{Kind: model.Sparse, DType: tensor.Float32, Shape: []model.Dim{3}, Default: tensor.Scalar(1.0)}
	if f := p.Fact(); f.Kind != p.Kind || f.DType != p.DType || f.Const != p.Default || p.HasRows() {
		t.Errorf("%+v", f)
	}
}

func TestScratchIsZeroAndIsReused(t *testing.T) {
	c := &model.Call{}
	use := func() {
		a := model.Scratch[float64](c, 5)
		b := model.Scratch[int8](c, 9)
		d := model.Scratch[uint32](c, 3)
		if len(a) != 5 || len(b) != 9 || len(d) != 3 {
			t.Fatalf("%d %d %d elements", len(a), len(b), len(d))
		}
		for i := range a {
			if a[i] != 0 {
				t.Fatal("float64 not zero")
			}
			a[i] = -1
		}
		for i := range b {
			if b[i] != 0 {
				t.Fatal("int8 not zero")
			}
			b[i] = -1
		}
		for i := range d {
			if d[i] != 0 {
				t.Fatal("uint32 not zero")
			}
			d[i] = 1<<32 - 1
		}
		if a[4] != -1 || b[8] != -1 || a[0] != -1 || b[0] != -1 {
			t.Fatal("pieces overlap")
		}
		c.Release()
	}
	use()
	if n := testing.AllocsPerRun(50, use); n != 0 {
		t.Errorf("%v allocations when warm", n)
	}
	for range 3 { // many in one kernel, and one larger than all before
		for i := range 20 {
			model.Scratch[float32](c, i)
		}
		model.Scratch[uint8](c, 100_000)
		c.Release()
	}
	if n := testing.AllocsPerRun(50, func() { use(); model.Scratch[uint8](c, 100_000); c.Release() }); n != 0 {
		t.Errorf("%v allocations after a large one", n)
	}
	if model.Scratch[int64](c, 0) != nil {
		t.Error("memory for nothing")
	}
}

func TestSessionMakesEachResourceOnce(t *testing.T) {
	var s model.Session
	var made sync.Map
	var wg sync.WaitGroup
	got := make([]*int, 64)
	for i := range got {
		wg.Add(1)
		go func() {
			defer wg.Done()
			owner := i % 4
			got[i] = s.Resource(owner, func() any {
				if _, twice := made.LoadOrStore(owner, true); twice {
					t.Errorf("resource %d was made twice", owner)
				}
				return &owner
			}).(*int)
		}()
	}
	wg.Wait()
	for i, p := range got {
		if *p != i%4 || p != got[i%4] {
			t.Errorf("caller %d has the resource %d", i, *p)
		}
	}
	var other model.Session
	if other.Resource(0, func() any { return "own" }) != "own" {
		t.Error("sessions share")
	}
}
