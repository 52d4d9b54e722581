package forest

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Sum is Init plus the leaf values, divided by Divisor where that is not 0.
//
// in: X [N, features] of T; out: float64 [N, outputs].
type Sum[T forest.Float] struct {
	Trees    *Trees[T]
	Init     []float64 // of each output; nil is zeros
	Divisor  float64   // the number of trees, for a mean
	From, To int       // trees; 0, 0 is all
}

// Name is "forest sum".
func (s *Sum[T]) Name() string { return "forest sum" }

// Infer checks X.
func (s *Sum[T]) Infer(in []model.Fact) ([]model.Fact, error) {
	if s.Init != nil && len(s.Init) != s.Trees.Outputs || s.From < 0 || s.To > s.Trees.Count {
		return nil, model.Unsupportedf("%d initial values and trees %d:%d of %d outputs and %d trees", len(s.Init), s.From, s.To, s.Trees.Outputs, s.Trees.Count)
	}
	return []model.Fact{model.DenseFact(tensor.Float64, model.Rows, model.Dim(s.Trees.Outputs))}, s.Trees.infer(in[0])
}

// Bind compiles the trees, once for all plans.
func (s *Sum[T]) Bind(b model.Binder, _ []model.Fact) (model.Kernel, error) {
	l, err := s.Trees.pack(b)
	if err != nil {
		return nil, err
	}
	from, to := s.From, s.To
	if to == 0 {
		to = s.Trees.Count
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, n, err := s.Trees.rows(in[0])
		if err != nil {
			return err
		}
		o := tensor.Data[float64](out[0].(*tensor.Tensor))
		clear(o)
		for i := 0; i < len(o) && s.Init != nil; i += len(s.Init) {
			copy(o[i:], s.Init)
		}
		if err := l.sum.Add(c.Context, o, x, n, from, to); err != nil {
			return err
		}
		if s.Divisor != 0 {
			for i := range o {
				o[i] /= s.Divisor
			}
		}
		return nil
	}, nil
}
