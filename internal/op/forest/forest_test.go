package forest

import (
	"context"
	"slices"
	"testing"

	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func stumps() *Trees[float32] {
	stump := forest.Tree[float32]{Left: []int32{1, -1, -1}, Right: []int32{2, -1, -1}, Feature: []int32{1, 0, 0}, Threshold: []float32{0.5, 0, 0}}
	leaf := forest.Tree[float32]{Left: []int32{-1}, Right: []int32{-1}, Feature: []int32{0}, Threshold: []float32{0}}
	return &Trees[float32]{Features: 2, Count: 2, Outputs: 2, Load: func() (*forest.Forest[float32], *forest.Payload[float64], error) {
		return &forest.Forest[float32]{Features: 2, Trees: []forest.Tree[float32]{stump, leaf}},
			&forest.Payload[float64]{Outputs: 2, Values: [][]float64{{0, 0, 1, 2, 3, 4}, {10, 20}}}, nil
	}}
}

func run(t *testing.T, op model.Op, x *tensor.Tensor) []tensor.Value {
	t.Helper()
	b := model.NewBuilder("test", model.Port{Name: "X", DType: tensor.Float32, Shape: []model.Dim{model.Rows, 2}})
	r := b.Add(op, b.Inputs()...)
	refs := []model.Ref{r}
	if _, ok := op.(*Path[float32]); ok {
		refs = append(refs, r.At(1))
	}
	g := b.Graph(refs...)
	p, err := plan.Compile(g, []model.Fact{g.In[0].Fact()}, &plan.Store{})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]tensor.Value, len(refs))
	if err := p.Run(context.Background(), []tensor.Value{x}, out, x.Dim(0), plan.Options{}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOps(t *testing.T) {
	x := tensor.Of([]float32{9, 0.25, 9, 0.5, 9, 1}, 3, 2)
	sum := run(t, &Sum[float32]{Trees: stumps(), Init: []float64{1, 0}, Divisor: 2}, x)[0].(*tensor.Tensor)
	if got := tensor.Data[float64](sum); !slices.Equal(got, []float64{6, 11, 7, 12, 7, 12}) {
		t.Error(got)
	}
	leaves := run(t, &Leaves[float32]{Trees: stumps(), DType: tensor.Int64}, x)[0].(*tensor.Tensor)
	if got := tensor.Data[int64](leaves); !slices.Equal(got, []int64{1, 0, 2, 0, 2, 0}) {
		t.Error(got)
	}
	path := run(t, &Path[float32]{Trees: stumps()}, x)
	s := path[0].(*tensor.Sparse)
	if !slices.Equal(s.Indices, []int64{0, 1, 3, 0, 2, 3, 0, 2, 3}) || !slices.Equal(s.Indptr, []int64{0, 3, 6, 9}) || s.Cols != 4 {
		t.Error(s)
	}
	if got := tensor.Data[int64](path[1].(*tensor.Tensor)); !slices.Equal(got, []int64{0, 3, 4}) {
		t.Error(got)
	}
}
