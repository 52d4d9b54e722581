package forest

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Leaves is the node that each row reaches in each tree, in the file's
// numbering: scikit-learn's apply.
//
// in: X [N, features] of T; out: [N, trees] of DType (Int64 or Float64), or of
// the shape [N, Shape...], whose product is the number of trees.
type Leaves[T forest.Float] struct {
	Trees *Trees[T]
	DType tensor.DType
	Shape []int // nil is [N, trees]; empty is [N], for one tree
}

// Name is "forest leaves".
func (l *Leaves[T]) Name() string { return "forest leaves" }

// Infer checks X.
func (l *Leaves[T]) Infer(in []model.Fact) ([]model.Fact, error) {
	f := model.DenseFact(l.DType, model.Rows)
	if l.Shape == nil {
		f.Shape = append(f.Shape, model.Dim(l.Trees.Count))
	}
	for _, d := range l.Shape {
		f.Shape = append(f.Shape, model.Dim(d))
	}
	return []model.Fact{f}, l.Trees.infer(in[0])
}

// Bind compiles the trees, once for all plans.
func (l *Leaves[T]) Bind(b model.Binder, _ []model.Fact) (model.Kernel, error) {
	packed, err := l.Trees.pack(b)
	if err != nil {
		return nil, err
	}
	const part = 64 // rows
	return func(c *model.Call, in, out []model.Value) error {
		x, n, err := l.Trees.rows(in[0])
		if err != nil {
			return err
		}
		k, f := l.Trees.Count, l.Trees.Features
		t := out[0].(*tensor.Tensor)
		buf := model.Scratch[int32](c, min(n, part)*k)
		for r := 0; r < n; r += part {
			m := min(part, n-r)
			if err := packed.walker.Leaves(c.Context, buf[:m*k], x[r*f:(r+m)*f], m, 0, k); err != nil {
				return err
			}
			if l.DType == tensor.Float64 {
				for i, v := range buf[:m*k] {
					tensor.Data[float64](t)[r*k+i] = float64(v)
				}
				continue
			}
			for i, v := range buf[:m*k] {
				tensor.Data[int64](t)[r*k+i] = int64(v)
			}
		}
		return nil
	}, nil
}
