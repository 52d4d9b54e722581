package gbtree

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Contribs is how much each feature contributes to the margin; the last column
// is the bias.
//
// in: X [N, features], iteration_range, missing; out: float32 [N, features+1]
// for one group, [N, groups, features+1] for more.
type Contribs struct {
	Ensemble *Ensemble
	Input    Input
	Range    Range
	Approx   bool // differences of node means in place of SHAP values
}

// Name is "gbtree contribs" or "gbtree approx_contribs".
func (s *Contribs) Name() string {
	if s.Approx {
		return "gbtree approx_contribs"
	}
	return "gbtree contribs"
}

// Infer checks the width and the parameters.
func (s *Contribs) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := s.Input.check(in[0]); err != nil {
		return nil, err
	}
	if _, _, err := s.Ensemble.trees(s.Range, in[1]); err != nil {
		return nil, err
	}
	d := append(shape(s.Ensemble.Groups), model.Dim(s.Input.Features+1))
	return []model.Fact{model.DenseFact(tensor.Float32, d...)}, nil
}

// Bind works out the node means, once for all plans.
func (s *Contribs) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	e := s.Ensemble
	_, to, err := e.trees(s.Range, in[1])
	if err != nil {
		return nil, err
	}
	absent, err := missing(in[2])
	if err != nil {
		return nil, err
	}
	x, err := e.explainer(b)
	if err != nil {
		return nil, err
	}
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		o := tensor.Data[float32](out[0].(*tensor.Tensor))
		m := newMemory(c, x)
		width := e.Groups * (s.Input.Features + 1)
		return s.Input.each(c, in[0], absent, func(from, n int, rows []float32) error {
			f := s.Input.Features
			for r := range n {
				if err := c.Err(); err != nil {
					return err
				}
				x.explain(o[(from+r)*width:(from+r+1)*width], rows[r*f:r*f+f], to, m, s.Approx, 0, 0)
			}
			return nil
		})
	}, nil
}

// memory is what explaining needs for itself.
type memory struct {
	path []element
	phi  []float32
}

func newMemory(c *model.Call, x *explainer) memory {
	return memory{make([]element, x.scratch()), model.Scratch[float32](c, x.e.Forest.Features+1)}
}

// explain sets o, of groups × (features+1), for one row and the trees before to.
func (x *explainer) explain(o, row []float32, to int, m memory, approx bool, condition int, fixed int32) {
	e := x.e
	f := e.Forest.Features
	clear(o)
	clear(m.phi)
	for t := range to {
		g := o[int(e.Group[t])*(f+1):][:f+1]
		if approx {
			x.approx(t, row, m.phi)
		} else {
			x.row(t, row, m.phi, m.path, condition, fixed)
		}
		weight := float32(1)
		if e.Weight != nil {
			weight = e.Weight[t]
		}
		for _, k := range x.used[t] {
			g[k] += float32(m.phi[k] * weight)
			m.phi[k] = 0
		}
		g[f] += float32(m.phi[f] * weight)
		m.phi[f] = 0
	}
	for i, b := range e.Base {
		o[i*(f+1)+f] += b
	}
}
