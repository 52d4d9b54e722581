package plan_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// rowText writes each row as text, and counts how many parts were run.
func rowText(parts *atomic.Int32) fn {
	return gives(model.DenseFact(tensor.String, model.Rows), func(c *model.Call, in, out []model.Value) error {
		parts.Add(1)
		o := out[0].(*tensor.Tensor)
		o.Reset(tensor.String, c.Rows) // an op that makes its own memory
		text := tensor.Data[string](o)
		switch x := in[0].(type) {
		case *tensor.Tensor:
			for r := range text {
				text[r] = fmt.Sprint(x.Float(2*r), x.Float(2*r+1))
			}
		case *tensor.Sparse:
			d := x.Dense()
			for r := range text {
				text[r] = fmt.Sprint(d.Float(2*r), d.Float(2*r+1))
			}
		case *tensor.Table:
			for r := range text {
				text[r] = fmt.Sprint(x.Columns[0].Values.Float(r), tensor.Data[string](x.Columns[1].Values)[r], x.Columns[1].Missing[r])
			}
			if x.N != len(text) {
				return fmt.Errorf("%d rows of a table for %d answers", x.N, len(text))
			}
		}
		return nil
	})
}

func TestPartsOfEveryKindOfInputGiveTheSameText(t *testing.T) {
	const n = 1001
	x := tensor.New(tensor.Float64, n, 2)
	s := &tensor.Sparse{Rows: n, Cols: 2, Indptr: []int64{0}, Data: tensor.New(tensor.Float64, n)}
	tab := &tensor.Table{N: n, Columns: []tensor.Column{{Name: "a", Values: tensor.New(tensor.Int64, n)}, {Name: "b", Values: tensor.New(tensor.String, n), Missing: make([]tensor.Missing, n)}}}
	for r := range n {
		tensor.Data[float64](x)[2*r] = float64(r)
		s.Indices = append(s.Indices, int64(r%2))
		s.Indptr = append(s.Indptr, int64(r+1))
		tensor.Data[float64](s.Data)[r] = float64(r)
		tensor.Data[int64](tab.Columns[0].Values)[r] = int64(r)
		tensor.Data[string](tab.Columns[1].Values)[r] = fmt.Sprint("s", r)
		tab.Columns[1].Missing[r] = tensor.Missing(r % 3)
	}
	for _, c := range []struct {
		what string
		port model.Port
		v    tensor.Value
	}{{"dense", matrixPort(), x}, {"sparse", matrixPort(), s}, {"table", model.Port{Name: "X", Kind: model.Table, Shape: []model.Dim{model.Rows, 2}}, tab}} {
		var parts atomic.Int32
		p := signed(t, c.port, func(b *model.Builder, x model.Ref) []model.Ref { return []model.Ref{b.Add(rowText(&parts), x)} })
		want := tensor.Data[string](ask(t, p, 1, c.v)[0].(*tensor.Tensor))
		if parts.Load() != 1 || len(want) != n || want[1000] == "" {
			t.Fatalf("%s: one thread ran %d parts and gave %d texts", c.what, parts.Load(), len(want))
		}
		for _, threads := range []int{2, 3, 15, 1000} {
			parts.Store(0)
			got := tensor.Data[string](ask(t, p, threads, c.v)[0].(*tensor.Tensor))
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d threads give another answer", c.what, threads)
			}
			if most := min(threads, n/64); int(parts.Load()) != most {
				t.Errorf("%s: %d parts of %d threads, want %d", c.what, parts.Load(), threads, most)
			}
			mine := tensor.New(tensor.String, n)
			out := []tensor.Value{mine}
			if err := p.Run(context.Background(), []tensor.Value{c.v}, out, plan.Options{Threads: threads}); err != nil || out[0] != tensor.Value(mine) || !slices.Equal(tensor.Data[string](mine), want) {
				t.Errorf("%s: into the caller's tensor: %v", c.what, err)
			}
		}
	}
}

func TestAnswersWithoutRowsAreNotCut(t *testing.T) {
	for what, f := range map[string]model.Fact{
		"a number for all rows":        model.DenseFact(tensor.Float64, 1),
		"rows that are not known":      model.DenseFact(tensor.Float64, model.Unknown, 2),
		"columns that are not known":   model.DenseFact(tensor.Float64, model.Rows, model.Unknown),
		"a type that is not known":     model.DenseFact(tensor.Invalid, model.Rows, 2),
		"a sparse matrix":              {Kind: model.Sparse, DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}},
		"a table of any sort of thing": {Kind: model.Table, Shape: []model.Dim{model.Rows, 2}},
	} {
		var parts atomic.Int32
		p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
			return []model.Ref{b.Add(gives(f, func(c *model.Call, in, out []model.Value) error {
				parts.Add(1)
				out[0] = tensor.New(tensor.Float64, 1)
				return nil
			}), x)}
		})
		ask(t, p, 8, tensor.New(tensor.Float64, 1000, 2))
		if parts.Load() != 1 {
			t.Errorf("%s: %d parts", what, parts.Load())
		}
	}
}

func TestAnErrorInAPartNamesTheRowOfTheCall(t *testing.T) {
	refuse := gives(rowsBy2, func(c *model.Call, in, out []model.Value) error {
		for i, v := range tensor.Data[float64](in[0].(*tensor.Tensor)) {
			if v != 0 {
				return model.Inputf("row %d", i/2)
			}
		}
		return nil
	})
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref { return []model.Ref{b.Add(refuse, x)} })
	x := tensor.New(tensor.Float64, 1000, 2)
	tensor.Data[float64](x)[2*777] = 1
	tensor.Data[float64](x)[2*999+1] = 1
	for _, threads := range []int{1, 2, 9} {
		err := p.Run(context.Background(), []tensor.Value{x}, []tensor.Value{nil}, plan.Options{Threads: threads})
		if !errors.Is(err, document.ErrInput) || err.Error() != "input: row 777 (path /step)" {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
}

func TestSubplans(t *testing.T) {
	inner := func(ops ...model.Op) *model.Graph {
		b := model.NewBuilder("inner", model.Port{Name: "x", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}})
		r := b.Inputs()[0]
		for _, o := range ops {
			r = b.Add(o, r)
		}
		return b.Graph(r)
	}
	call := func(g *model.Graph) fn {
		return fn{func(in []model.Fact) ([]model.Fact, error) { return []model.Fact{rowsBy2}, nil },
			func(b model.Binder, in []model.Fact) (model.Kernel, error) { return b.Subplan(g, in[:1]) }}
	}
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		y := b.Add(call(inner(scale{by: 2}, scale{by: 5})), x)
		return []model.Ref{b.Add(call(inner()), b.Add(scale{by: 3}, y))} // and one that passes its input on
	})
	x := make([]float64, 2000)
	for i := range x {
		x[i] = float64(i)
	}
	for _, threads := range []int{1, 4} {
		got := tensor.Data[float64](ask(t, p, threads, tensor.Of(x, 1000, 2))[0].(*tensor.Tensor))
		for i, v := range got {
			if v != 30*x[i] {
				t.Fatalf("%d threads, element %d: %v", threads, i, v)
			}
		}
	}
	in, out := []tensor.Value{tensor.Of(x, 1000, 2)}, []tensor.Value{tensor.New(tensor.Float64, 1000, 2)}
	if n := testing.AllocsPerRun(20, func() {
		if err := p.Run(context.Background(), in, out, plan.Options{Threads: 1}); err != nil {
			t.Fatal(err)
		}
	}); n != 0 && pools {
		t.Errorf("%v allocations a call", n)
	}
}

func TestGraphsThatNameThemselvesAreErrLimit(t *testing.T) {
	g := &model.Graph{Name: "self", In: []model.Port{matrixPort()}, Out: []model.Ref{{Node: 0}}}
	self := fn{func([]model.Fact) ([]model.Fact, error) { return []model.Fact{rowsBy2}, nil },
		func(b model.Binder, in []model.Fact) (model.Kernel, error) { return b.Subplan(g, in) }}
	g.Nodes = []model.Node{{Op: self, In: []model.Ref{{Node: -1}}}}
	_, err := plan.Compile(g, []model.Fact{rowsBy2}, &plan.Store{})
	if !errors.Is(err, document.ErrLimit) || err.Error() != "over the limit: graphs nested deeper than 64" {
		t.Error(err)
	}
	if _, err := plan.Compile(g, nil, &plan.Store{}); err == nil || err.Error() != "plan: 0 facts for 1 inputs of self" {
		t.Error(err)
	}
}
