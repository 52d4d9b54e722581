package trees

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Leaf is the number of the leaf that each row reaches.
//
// in: [N, features] float32; out: int64 [N, trees], or [N] where Flat.
type Leaf struct {
	Ensemble *Ensemble
	Flat     bool // one tree, and the answer has one dimension
}

var _ model.Op = (*Leaf)(nil)

// Name is "leaf".
func (l *Leaf) Name() string { return "leaf" }

// Infer says the shape.
func (l *Leaf) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := takes(in[0], l.Ensemble.Features); err != nil {
		return nil, err
	}
	shape := []model.Dim{in[0].Shape[0]}
	if !l.Flat {
		shape = append(shape, model.Dim(l.Ensemble.Trees))
	}
	return []model.Fact{model.DenseFact(tensor.Int64, shape...)}, nil
}

// Bind compiles the trees.
func (l *Leaf) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	t, err := l.Ensemble.load(b)
	if err != nil {
		return nil, err
	}
	trees := l.Ensemble.Trees
	return func(c *model.Call, in, out []model.Value) error {
		x, n := dense(in[0])
		leaves := model.Scratch[int32](c, n*trees)
		if err := t.walker.Leaves(c.Context, leaves, x, n, 0, trees); err != nil {
			return err
		}
		to := tensor.Data[int64](out[0].(*tensor.Tensor))
		for i, v := range leaves {
			to[i] = int64(v)
		}
		return nil
	}, nil
}
