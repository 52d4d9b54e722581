package gbtree

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Leaf is the node that each row reaches in each tree, in the numbering of the
// file.
//
// in: X [N, features], iteration_range, missing; out: [N] for one tree, [N,
// trees] for more; float32, or int32 as XGBoost before 1.4 answers.
type Leaf struct {
	Ensemble *Ensemble
	Input    Input
	Range    Range
	DType    tensor.DType
}

// Name is "gbtree leaf".
func (l *Leaf) Name() string { return "gbtree leaf" }

// Infer checks the width and the parameters.
func (l *Leaf) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := l.Input.check(in[0]); err != nil {
		return nil, err
	}
	from, to, err := l.Ensemble.trees(l.Range, in[1])
	if err != nil {
		return nil, err
	}
	return []model.Fact{model.DenseFact(l.DType, shape(to-from)...)}, nil
}

// Bind compiles the forest, once for all plans.
func (l *Leaf) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	from, to, err := l.Ensemble.trees(l.Range, in[1])
	if err != nil {
		return nil, err
	}
	absent, err := missing(in[2])
	if err != nil {
		return nil, err
	}
	w, err := l.Ensemble.walker(b)
	if err != nil {
		return nil, err
	}
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		k := to - from
		t := out[0].(*tensor.Tensor)
		step := max(1, min(c.Rows, block/max(k, 1)))
		var buf []int32
		if l.DType != tensor.Int32 {
			buf = model.Scratch[int32](c, step*k)
		}
		return l.Input.each(c, in[0], absent, func(r, n int, rows []float32) error {
			if buf == nil {
				if t.DType() != tensor.Int32 {
					return nil // no trees
				}
				return w.Leaves(c.Context, tensor.Data[int32](t)[r*k:(r+n)*k], rows, n, from, to)
			}
			o := tensor.Data[float32](t)[r*k : (r+n)*k]
			f := w.Features()
			for i := 0; i < n; i += step {
				m := min(step, n-i)
				if err := w.Leaves(c.Context, buf[:m*k], rows[i*f:(i+m)*f], m, from, to); err != nil {
					return err
				}
				for j, leaf := range buf[:m*k] {
					o[i*k+j] = float32(leaf)
				}
			}
			return nil
		})
	}, nil
}
