package gbtree

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Interactions is SHAP interaction values of each pair of features; the last
// row and column belong to the bias.
//
// in: X [N, features], iteration_range, missing; out: float32 [N, features+1,
// features+1] for one group, [N, groups, features+1, features+1] for more.
type Interactions struct {
	Ensemble *Ensemble
	Input    Input
	Range    Range
}

// Name is "gbtree interactions".
func (s *Interactions) Name() string { return "gbtree interactions" }

// Infer checks the width and the parameters.
func (s *Interactions) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := s.Input.check(in[0]); err != nil {
		return nil, err
	}
	if _, _, err := s.Ensemble.trees(s.Range, in[1]); err != nil {
		return nil, err
	}
	f := model.Dim(s.Input.Features + 1)
	return []model.Fact{model.DenseFact(tensor.Float32, append(shape(s.Ensemble.Groups), f, f)...)}, nil
}

// Bind works out the node means, once for all plans.
func (s *Interactions) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
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
		k := s.Input.Features + 1
		parts := model.Scratch[float32](c, 3*e.Groups*k)
		whole, on, off := parts[:e.Groups*k], parts[e.Groups*k:2*e.Groups*k], parts[2*e.Groups*k:]
		return s.Input.each(c, in[0], absent, func(from, n int, rows []float32) error {
			for r := range n {
				row := rows[r*(k-1) : (r+1)*(k-1)]
				x.explain(whole, row, to, m, false, 0, 0)
				for i := range k {
					if err := c.Err(); err != nil {
						return err
					}
					x.explain(off, row, to, m, false, -1, int32(i))
					x.explain(on, row, to, m, false, 1, int32(i))
					for g := range e.Groups {
						at := ((from+r)*e.Groups + g) * k * k
						interact(o[at+i*k:at+i*k+k], i, whole[g*k:g*k+k], on[g*k:g*k+k], off[g*k:g*k+k])
					}
				}
			}
			return nil
		})
	}, nil
}

// interact sets row i of a matrix: half the difference that feature i makes to
// each other one, and on the diagonal what of its own contribution is left.
func interact(row []float32, i int, whole, on, off []float32) {
	row[i] = 0
	for k := range row {
		if k == i {
			row[i] += whole[k]
			continue
		}
		row[k] = (on[k] - off[k]) / 2
		row[i] -= row[k]
	}
}
