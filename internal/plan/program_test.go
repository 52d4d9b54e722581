package plan_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// fn is an op made of functions, for tests.
type fn struct {
	infer func(in []model.Fact) ([]model.Fact, error)
	bind  func(b model.Binder, in []model.Fact) (model.Kernel, error)
}

func (fn) Name() string                                  { return "fn" }
func (f fn) Infer(in []model.Fact) ([]model.Fact, error) { return f.infer(in) }
func (f fn) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	return f.bind(b, in)
}

// gives is an op of one answer.
func gives(out model.Fact, k model.Kernel) fn {
	return fn{func([]model.Fact) ([]model.Fact, error) { return []model.Fact{out}, nil },
		func(model.Binder, []model.Fact) (model.Kernel, error) { return k, nil }}
}

var rowsBy2 = model.DenseFact(tensor.Float64, model.Rows, 2)

func matrixPort() model.Port {
	return model.Port{Name: "X", DType: tensor.Float64, Sparse: true, Shape: []model.Dim{model.Rows, 2}}
}

func tablePort() model.Port { return model.Port{Name: "X", Kind: model.Table} }

// signed is a program of a graph over one port.
func signed(t testing.TB, port model.Port, wire func(b *model.Builder, x model.Ref) []model.Ref) *plan.Program {
	t.Helper()
	o := &model.Object{Path: "/step", Class: "test", In: port,
		Methods: []model.Method{{Name: "f", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) { return wire(b, in[0]), nil }}}}
	s, err := model.Sign(o, "f")
	if err != nil {
		t.Fatal(err)
	}
	return plan.NewProgram(s, &plan.Store{})
}

func ask(t testing.TB, p *plan.Program, threads int, in ...tensor.Value) []tensor.Value {
	t.Helper()
	out := make([]tensor.Value, 1)
	if err := p.Run(context.Background(), in, out, plan.Options{Threads: threads}); err != nil {
		t.Fatal(err)
	}
	return out
}

// binds counts how often the parameter "by" is compiled in, by value.
type binds struct {
	mu sync.Mutex
	n  map[float64]int
}

func (c *binds) program(t *testing.T) *plan.Program {
	c.n = map[float64]int{}
	return signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		by := b.Param(model.Port{Name: "by", DType: tensor.Float64, Default: tensor.Scalar(1.0)})
		return []model.Ref{b.Add(fn{
			func([]model.Fact) ([]model.Fact, error) { return []model.Fact{rowsBy2}, nil },
			func(_ model.Binder, in []model.Fact) (model.Kernel, error) {
				by := in[1].Const.(*tensor.Tensor).Float(0)
				c.mu.Lock()
				c.n[by]++
				c.mu.Unlock()
				return func(_ *model.Call, in, out []model.Value) error {
					y := tensor.Data[float64](out[0].(*tensor.Tensor))
					for i, v := range tensor.Data[float64](in[0].(*tensor.Tensor)) {
						y[i] = v * by
					}
					return nil
				}, nil
			}}, x, by)}
	})
}

func TestEightPlansAreKeptAndTheLeastRecentlyUsedGoes(t *testing.T) {
	var c binds
	p := c.program(t)
	x := tensor.Of([]float64{1, 2}, 1, 2)
	call := func(by float64) {
		if got := ask(t, p, 1, x, tensor.Scalar(by))[0].(*tensor.Tensor).Float(1); got != 2*by {
			t.Fatalf("by %v: %v", by, got)
		}
	}
	for by := range 8 {
		call(float64(by))
	}
	for by := range 8 {
		call(float64(by))
	}
	for by := range 8 {
		if n := c.n[float64(by)]; n != 1 {
			t.Errorf("by %d was compiled %d times while eight plans fit", by, n)
		}
	}
	call(0) // so 1 is the least recently used
	call(8)
	for _, by := range []float64{0, 2, 3, 4, 5, 6, 7, 8} {
		call(by)
		if c.n[by] != 1 {
			t.Errorf("by %v was dropped", by)
		}
	}
	call(1)
	if c.n[1] != 2 {
		t.Errorf("by 1 was compiled %d times: it should have been dropped", c.n[1])
	}
}

func TestConcurrentCallsCompileOnce(t *testing.T) {
	var c binds
	p := c.program(t)
	x := tensor.Of([]float64{1, 2}, 1, 2)
	in := []tensor.Value{x, nil} // shared: a call leaves it as it is
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			for range 20 {
				out := []tensor.Value{nil}
				if err := p.Run(context.Background(), in, out, plan.Options{Threads: 2}); err != nil {
					t.Error(err)
				} else if got := out[0].(*tensor.Tensor).Float(1); got != 2 {
					t.Errorf("got %v", got)
				}
			}
		}()
	}
	close(start)
	wg.Wait()
	if c.n[1] != 1 {
		t.Errorf("compiled %d times", c.n[1])
	}
	if in[1] != nil {
		t.Error("the default was written into the caller's inputs")
	}
}

func TestAParameterThatTheCallerChangesIsAnotherParameter(t *testing.T) {
	var c binds
	p := c.program(t)
	x, by := tensor.Of([]float64{1, 2}, 1, 2), tensor.Scalar(3.0)
	for _, v := range []float64{3, 5, 3} {
		tensor.Data[float64](by)[0] = v
		if got := ask(t, p, 1, x, by)[0].(*tensor.Tensor).Float(0); got != v {
			t.Errorf("by %v: %v", v, got)
		}
	}
	if c.n[3] != 1 {
		t.Errorf("3 was compiled %d times", c.n[3])
	}
	if got := ask(t, p, 1, x, tensor.Scalar(1.0))[0].(*tensor.Tensor).Float(0); got != 1 || c.n[1] != 1 {
		t.Errorf("%v", got)
	}
	ask(t, p, 1, x, nil) // the default is 1 too
	if c.n[1] > 2 {
		t.Errorf("the default was compiled %d times", c.n[1])
	}
}

func TestPlansForTables(t *testing.T) {
	compiled := 0
	p := signed(t, tablePort(), func(b *model.Builder, x model.Ref) []model.Ref {
		return []model.Ref{b.Add(fn{
			func(in []model.Fact) ([]model.Fact, error) {
				return []model.Fact{model.DenseFact(tensor.Float64, model.Rows)}, nil
			},
			func(_ model.Binder, in []model.Fact) (model.Kernel, error) {
				compiled++
				return func(_ *model.Call, in, out []model.Value) error { return nil }, nil
			}}, x)}
	})
	levels := []string{"a", "b"}
	table := func(change func(c *tensor.Column)) *tensor.Table {
		c := tensor.Column{Name: "c", Values: tensor.Of([]int64{0, 1}), Categories: levels}
		change(&c)
		return &tensor.Table{N: 2, Columns: []tensor.Column{c}}
	}
	for i, c := range []struct {
		what   string
		change func(c *tensor.Column)
		plans  int
	}{
		{"first", func(c *tensor.Column) {}, 1},
		{"the same", func(c *tensor.Column) {}, 1},
		{"other values", func(c *tensor.Column) { c.Values = tensor.Of([]int64{1, 1}) }, 1},
		{"another name", func(c *tensor.Column) { c.Name = "d" }, 2},
		{"another type", func(c *tensor.Column) { c.Values, c.Categories = tensor.Of([]float64{0, 1}), nil }, 3},
		{"marks of missing", func(c *tensor.Column) { c.Missing = make([]tensor.Missing, 2) }, 4},
		{"the first again", func(c *tensor.Column) {}, 4},
		{"categories changed where they lie", func(c *tensor.Column) { levels[0] = "z" }, 5},
	} {
		ask(t, p, 1, table(c.change))
		if compiled != c.plans {
			t.Errorf("%d, %s: %d plans, want %d", i, c.what, compiled, c.plans)
		}
	}
}

func TestInputsThatDoNotFitAreErrInput(t *testing.T) {
	pass := func(b *model.Builder, x model.Ref) []model.Ref { return []model.Ref{b.Add(same{}, x)} }
	dense := matrixPort()
	dense.Sparse = false
	for _, c := range []struct {
		what string
		port model.Port
		v    tensor.Value
		want string
	}{
		{"a vector", dense, tensor.New(tensor.Float64, 2), "input: a tensor of shape float64[2] has 1 dimensions, X is [N, 2]"},
		{"a scalar", dense, tensor.Scalar(1.0), "input: X has no rows: it is a scalar"},
		{"nothing", dense, nil, "input: no value for X"},
		{"sparse", dense, &tensor.Sparse{Cols: 2, Indptr: []int64{0}, Data: tensor.New(tensor.Float64, 0)}, "input: X takes no sparse matrix"},
		{"a table", dense, &tensor.Table{}, "input: X is a matrix, not a table"},
		{"a matrix", tablePort(), tensor.New(tensor.Float64, 1, 2), "input: X is a table of columns, not a matrix"},
	} {
		p := signed(t, c.port, pass)
		err := p.Run(context.Background(), []tensor.Value{c.v}, []tensor.Value{nil}, plan.Options{})
		if !errors.Is(err, document.ErrInput) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}

func TestInputsAgreeOnTheirRows(t *testing.T) {
	g := &model.Graph{Name: "two", In: []model.Port{matrixPort(), {Name: "M", DType: tensor.Float64, Shape: []model.Dim{model.Rows}}}, Out: []model.Ref{{Node: -1}}}
	p := plan.NewProgram(&model.Signature{Name: "two", In: g.In, Graph: g}, &plan.Store{})
	err := p.Run(context.Background(), []tensor.Value{tensor.New(tensor.Float64, 3, 2), tensor.New(tensor.Float64, 2)}, []tensor.Value{nil}, plan.Options{})
	if !errors.Is(err, document.ErrInput) || err.Error() != "input: M has 2 rows, the inputs before it 3" {
		t.Error(err)
	}
}

func TestAnOpMayReplaceItsOutput(t *testing.T) {
	text := gives(model.DenseFact(tensor.Invalid), func(_ *model.Call, in, out []model.Value) error {
		out[0] = tensor.Of([]string{"a", "b"})
		return nil
	})
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref { return []model.Ref{b.Add(text, x)} })
	mine := tensor.New(tensor.String, 7)
	outs := []tensor.Value{mine}
	if err := p.Run(context.Background(), []tensor.Value{tensor.New(tensor.Float64, 1, 2)}, outs, plan.Options{}); err != nil {
		t.Fatal(err)
	}
	if outs[0] != tensor.Value(mine) || !slices.Equal(tensor.Data[string](mine), []string{"a", "b"}) {
		t.Errorf("the caller's tensor is %v", mine)
	}
	if got := ask(t, p, 1, tensor.New(tensor.Float64, 1, 2))[0].(*tensor.Tensor); !slices.Equal(tensor.Data[string](got), []string{"a", "b"}) {
		t.Errorf("a new one is %v", got)
	}
	s := &tensor.Sparse{Rows: 1, Cols: 2, Indptr: []int64{0, 0}, Data: tensor.New(tensor.Float64, 0)}
	sparse := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		return []model.Ref{b.Add(gives(model.Fact{Kind: model.Sparse, DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}},
			func(_ *model.Call, in, out []model.Value) error { out[0] = s; return nil }), x)}
	})
	outs = []tensor.Value{tensor.New(tensor.Float64, 1)} // a tensor where a sparse matrix comes
	if err := sparse.Run(context.Background(), []tensor.Value{tensor.New(tensor.Float64, 1, 2)}, outs, plan.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, ok := outs[0].(*tensor.Sparse); !ok {
		t.Errorf("got %T", outs[0])
	}
}

func TestAnswersThatAreNotDenseDoNotAliasInputs(t *testing.T) {
	s := &tensor.Sparse{Rows: 1, Cols: 2, Indptr: []int64{0, 1}, Indices: []int64{1}, Data: tensor.Of([]float64{5})}
	pass := func(b *model.Builder, x model.Ref) []model.Ref { return []model.Ref{b.Add(same{}, x)} }
	got := ask(t, signed(t, matrixPort(), pass), 1, s)[0].(*tensor.Sparse)
	s.Indptr[1], s.Indices[0], tensor.Data[float64](s.Data)[0] = 0, 0, 9
	if got == s || got.Indptr[1] != 1 || got.Indices[0] != 1 || got.Data.Float(0) != 5 {
		t.Errorf("the sparse answer changed with the input: %+v", got)
	}

	// An op that passes columns on in a table of its own.
	pick := gives(model.Fact{Kind: model.Table}, func(_ *model.Call, in, out []model.Value) error {
		x := in[0].(*tensor.Table)
		out[0] = &tensor.Table{N: x.N, Columns: append([]tensor.Column{{Name: "made", Values: tensor.Of([]int64{1, 2})}}, x.Columns...)}
		return nil
	})
	x := &tensor.Table{N: 2, Columns: []tensor.Column{
		{Name: "n", Values: tensor.Of([]float64{1, 2}), Missing: []tensor.Missing{0, tensor.MissingNone}},
		{Name: "s", Values: tensor.Of([]string{"a", "b"})},
		{Name: "c", Values: tensor.Of([]int64{0, 1}), Categories: []string{"x", "y"}},
	}}
	tab := ask(t, signed(t, tablePort(), func(b *model.Builder, x model.Ref) []model.Ref { return []model.Ref{b.Add(pick, x)} }), 1, x)[0].(*tensor.Table)
	tensor.Data[float64](x.Columns[0].Values)[0] = 9
	x.Columns[0].Missing[1] = tensor.Present
	tensor.Data[string](x.Columns[1].Values)[0] = "z"
	tensor.Data[int64](x.Columns[2].Values)[0] = 1
	x.Columns[2].Categories[0] = "z"
	c := tab.Columns[1:]
	if c[0].Values.Float(0) != 1 || c[0].Missing[1] != tensor.MissingNone || tensor.Data[string](c[1].Values)[0] != "a" || c[2].Values.Int(0) != 0 || c[2].Categories[0] != "x" {
		t.Errorf("the table changed with the input: %+v", c)
	}
}

func TestOneValueMayBeTwoOutputs(t *testing.T) {
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		y := b.Add(scale{by: 2}, x)
		return []model.Ref{y, y, x}
	})
	for _, given := range []bool{false, true} {
		outs := make([]tensor.Value, 3)
		if given {
			outs = []tensor.Value{&tensor.Tensor{}, &tensor.Tensor{}, &tensor.Tensor{}}
		}
		if err := p.Run(context.Background(), []tensor.Value{tensor.Of([]float64{1, 2}, 1, 2)}, outs, plan.Options{}); err != nil {
			t.Fatal(err)
		}
		a, b, x := outs[0].(*tensor.Tensor), outs[1].(*tensor.Tensor), outs[2].(*tensor.Tensor)
		if a.Float(1) != 4 || b.Float(1) != 4 || x.Float(1) != 2 {
			t.Fatalf("given %v: %v %v %v", given, a.Float(1), b.Float(1), x.Float(1))
		}
		tensor.Data[float64](a)[0] = 77
		if b.Float(0) != 2 {
			t.Errorf("given %v: the answers share memory", given)
		}
	}
}

func TestCancelledWhileRunning(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var after atomic.Bool
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		first := b.Add(gives(rowsBy2, func(*model.Call, []model.Value, []model.Value) error { cancel(); return nil }), x)
		return []model.Ref{b.Add(gives(rowsBy2, func(*model.Call, []model.Value, []model.Value) error { after.Store(true); return nil }), first)}
	})
	err := p.Run(ctx, []tensor.Value{tensor.New(tensor.Float64, 1, 2)}, []tensor.Value{nil}, plan.Options{})
	if !errors.Is(err, context.Canceled) || after.Load() {
		t.Errorf("%v; the node after ran: %v", err, after.Load())
	}
	err = p.Run(ctx, []tensor.Value{tensor.New(tensor.Float64, 1000, 2)}, []tensor.Value{nil}, plan.Options{Threads: 4})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("in parts: %v", err)
	}
	ask(t, p, 1, tensor.New(tensor.Float64, 1, 2)) // the plan is none the worse
}

func TestErrorsAreLocatedAndLeaveThePlanUsable(t *testing.T) {
	broken := true
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		return []model.Ref{b.Add(gives(rowsBy2, func(c *model.Call, in, out []model.Value) error {
			s := model.Scratch[float64](c, 10)
			for i := range s {
				if s[i] != 0 {
					t.Error("scratch memory is not zero after an error")
				}
				s[i] = 1
			}
			if broken {
				return model.Inputf("bad")
			}
			copy(tensor.Data[float64](out[0].(*tensor.Tensor)), tensor.Data[float64](in[0].(*tensor.Tensor)))
			return nil
		}), x)}
	})
	in := tensor.Of([]float64{1, 2}, 1, 2)
	for range 3 {
		err := p.Run(context.Background(), []tensor.Value{in}, []tensor.Value{nil}, plan.Options{})
		if !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), "bad (path /step)") {
			t.Error(err)
		}
	}
	broken = false
	if got := ask(t, p, 1, in)[0].(*tensor.Tensor); got.Float(1) != 2 {
		t.Errorf("after errors: %v", tensor.Scalars(got))
	}
}

func TestStorePacksOnceAndKeepsErrors(t *testing.T) {
	var built atomic.Int32
	boom := errors.New("boom")
	packer := func(key string, fail error) fn {
		return fn{func([]model.Fact) ([]model.Fact, error) { return []model.Fact{rowsBy2}, nil },
			func(b model.Binder, _ []model.Fact) (model.Kernel, error) {
				v, err := b.Pack("owner", key, func() (any, error) { built.Add(1); return key, fail })
				if err != nil {
					return nil, err
				}
				if v != key {
					t.Errorf("packed %v, want %s", v, key)
				}
				return func(*model.Call, []model.Value, []model.Value) error { return nil }, nil
			}}
	}
	compile := func(s *plan.Store, op model.Op) error {
		b := model.NewBuilder("g", matrixPort())
		g := b.Graph(b.Add(op, b.Inputs()...))
		_, err := plan.Compile(g, []model.Fact{rowsBy2}, s)
		return err
	}
	store := &plan.Store{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, key := range []string{"a", "b"} {
				if err := compile(store, packer(key, nil)); err != nil {
					t.Error(err)
				}
			}
			if err := compile(store, packer("bad", boom)); !errors.Is(err, boom) {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	if built.Load() != 3 {
		t.Errorf("built %d times, want once for each key", built.Load())
	}
	if err := compile(&plan.Store{}, packer("a", nil)); err != nil || built.Load() != 4 {
		t.Error("another store does not share")
	}
}
