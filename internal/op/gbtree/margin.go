package gbtree

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Margin is the sum of leaf values and base score.
//
// in: X [N, features], iteration_range, missing; out: float32 [N] for one
// group, [N, groups] for more.
type Margin struct {
	Ensemble *Ensemble
	Input    Input
	Range    Range
	// Rounded weighs what a tree adds to the base score, (base+leaf−base)·w, with
	// two roundings more: dart in place, before XGBoost 3.3.
	Rounded bool
}

// Name is "gbtree margin".
func (m *Margin) Name() string { return "gbtree margin" }

// Infer checks the width and the parameters.
func (m *Margin) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := m.Input.check(in[0]); err != nil {
		return nil, err
	}
	if _, _, err := m.Ensemble.trees(m.Range, in[1]); err != nil {
		return nil, err
	}
	return []model.Fact{model.DenseFact(tensor.Float32, shape(m.Ensemble.Groups)...)}, nil
}

// Bind compiles the forest, once for all plans.
func (m *Margin) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	e := m.Ensemble
	from, to, err := e.trees(m.Range, in[1])
	if err != nil {
		return nil, err
	}
	absent, err := missing(in[2])
	if err != nil {
		return nil, err
	}
	sum, err := e.sum(b, m.Rounded)
	if err != nil {
		return nil, err
	}
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		o := tensor.Data[float32](out[0].(*tensor.Tensor))
		if e.BaseLast {
			clear(o)
		} else {
			fill(o, e.Base)
		}
		k := e.Groups
		err := m.Input.each(c, in[0], absent, func(r, n int, rows []float32) error {
			return sum.Add(c.Context, o[r*k:(r+n)*k], rows, n, from, to)
		})
		if err == nil && e.BaseLast {
			for i := range o {
				o[i] += e.Base[i%k]
			}
		}
		return err
	}, nil
}

// fill repeats base over o.
func fill(o, base []float32) {
	if len(base) == 1 {
		for i := range o {
			o[i] = base[0]
		}
		return
	}
	for len(o) > 0 {
		o = o[copy(o, base):]
	}
}
