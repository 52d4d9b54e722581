package trees

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Mean is what the trees say on average: class fractions, or values.
//
// in: [N, features] float32, dense or sparse; out: one for each output of the
// model, [N, width]; where Flat one alone, [N, outputs] of the first values, or
// [N] of a single output.
type Mean struct {
	Ensemble *Ensemble
	// Counts says that nodes hold counts of samples (scikit-learn before 1.3),
	// of which the fractions are to be averaged.
	Counts bool
	// Flat is a regressor's form of answer.
	Flat bool
	// Sum leaves out the division by the number of trees. One tree alone needs
	// none.
	Sum bool
}

var _ model.Op = (*Mean)(nil)

// Name is "trees".
func (m *Mean) Name() string { return "trees" }

// Infer says the shapes.
func (m *Mean) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := takes(in[0], m.Ensemble.Features); err != nil {
		return nil, err
	}
	rows, e := in[0].Shape[0], m.Ensemble
	if m.Flat {
		if len(e.Widths) == 1 {
			return []model.Fact{model.DenseFact(tensor.Float64, rows)}, nil
		}
		return []model.Fact{model.DenseFact(tensor.Float64, rows, model.Dim(len(e.Widths)))}, nil
	}
	out := make([]model.Fact, len(e.Widths))
	for i, w := range e.Widths {
		out[i] = model.DenseFact(tensor.Float64, rows, model.Dim(w))
	}
	return out, nil
}

func takes(f model.Fact, features int) error {
	if f.DType != tensor.Float32 || len(f.Shape) != 2 || int(f.Shape[1]) != features {
		return model.Unsupportedf("trees of %d features on %s", features, f)
	}
	return nil
}

// Bind compiles the trees.
func (m *Mean) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	e := m.Ensemble
	s, err := e.sum(b, m.Counts)
	if err != nil {
		return nil, err
	}
	width, largest, count := e.width(), e.largest(), float64(e.Trees)
	direct := len(e.Widths) == 1 || m.Flat && largest == 1
	return func(c *model.Call, in, out []model.Value) error {
		x, n := dense(in[0])
		var sums []float64
		if direct {
			sums = tensor.Data[float64](out[0].(*tensor.Tensor))
			clear(sums)
		} else {
			sums = model.Scratch[float64](c, n*width)
		}
		if err := s.Add(c.Context, sums, x, n, 0, e.Trees); err != nil {
			return err
		}
		if !m.Sum {
			for i := range sums {
				sums[i] /= count
			}
		}
		if direct {
			return nil
		}
		for o, w := range e.Widths {
			to := tensor.Data[float64](out[o].(*tensor.Tensor))
			for r := range n {
				at := r*width + o*largest
				copy(to[r*w:r*w+w], sums[at:at+w])
			}
		}
		return nil
	}, nil
}

// dense is the rows of a matrix; a sparse one is written out, since an absent
// entry is a zero to a tree too.
func dense(v model.Value) ([]float32, int) {
	if s, ok := v.(*tensor.Sparse); ok {
		return tensor.Data[float32](s.Dense()), s.Rows
	}
	t := v.(*tensor.Tensor)
	return tensor.Data[float32](t), t.Dim(0)
}
