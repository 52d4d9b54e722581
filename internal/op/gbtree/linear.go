package gbtree

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Coefs is the weights of a linear booster (gblinear).
type Coefs struct {
	Features int
	Groups   int
	// Weights are features × groups, then the biases.
	Weights []float32
	// Base is added to every group.
	Base float32
}

// rangeFromStart refuses an iteration range that does not begin at 0; where it
// ends makes no difference to a linear booster.
func rangeFromStart(f model.Fact) error {
	t, ok := f.Const.(*tensor.Tensor)
	if !ok || !t.DType().IsInteger() || t.Len() != 2 {
		return model.Inputf("iteration_range is two integers, from and to")
	}
	if t.Int(0) != 0 {
		return model.Inputf("iteration_range %d:%d, a linear booster has no range", t.Int(0), t.Int(1))
	}
	return nil
}

// Linear is the margin of a linear booster: missing values add nothing.
//
// in: X [N, features], iteration_range, missing; out: float32 [N] for one
// group, [N, groups] for more.
type Linear struct {
	Coefs *Coefs
	Input Input
}

// Name is "gblinear margin".
func (l *Linear) Name() string { return "gblinear margin" }

// Infer checks the width and the parameters.
func (l *Linear) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := l.Input.check(in[0]); err != nil {
		return nil, err
	}
	return []model.Fact{model.DenseFact(tensor.Float32, shape(l.Coefs.Groups)...)}, rangeFromStart(in[1])
}

// Bind reads the parameters.
func (l *Linear) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	absent, err := missing(in[2])
	if err != nil {
		return nil, err
	}
	w := l.Coefs
	k, f := w.Groups, w.Features
	bias := w.Weights[f*k:]
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		o := tensor.Data[float32](out[0].(*tensor.Tensor))
		return l.Input.each(c, in[0], absent, func(from, n int, rows []float32) error {
			for r := range n {
				if err := pace(c, r); err != nil {
					return err
				}
				to := o[(from+r)*k : (from+r+1)*k]
				for g := range to {
					sum := bias[g] + w.Base
					for i, x := range rows[r*f : r*f+f] {
						if x == x {
							sum += float32(x * w.Weights[i*k+g])
						}
					}
					to[g] = sum
				}
			}
			return nil
		})
	}, nil
}

// pace asks the context now and then.
func pace(c *model.Call, row int) error {
	if row&1023 == 1023 {
		return c.Err()
	}
	return nil
}

// LinearContribs is what each feature adds to a linear booster's margin; the
// last column is the bias.
//
// in and out as of Contribs.
type LinearContribs struct {
	Coefs *Coefs
	Input Input
}

// Name is "gblinear contribs".
func (l *LinearContribs) Name() string { return "gblinear contribs" }

// Infer checks the width and the parameters.
func (l *LinearContribs) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := l.Input.check(in[0]); err != nil {
		return nil, err
	}
	d := append(shape(l.Coefs.Groups), model.Dim(l.Coefs.Features+1))
	return []model.Fact{model.DenseFact(tensor.Float32, d...)}, rangeFromStart(in[1])
}

// Bind reads the parameters.
func (l *LinearContribs) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	absent, err := missing(in[2])
	if err != nil {
		return nil, err
	}
	w := l.Coefs
	k, f := w.Groups, w.Features
	bias := w.Weights[f*k:]
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		o := tensor.Data[float32](out[0].(*tensor.Tensor))
		return l.Input.each(c, in[0], absent, func(from, n int, rows []float32) error {
			for r := range n {
				if err := pace(c, r); err != nil {
					return err
				}
				for g := range k {
					to := o[((from+r)*k+g)*(f+1):][:f+1]
					for i, x := range rows[r*f : r*f+f] {
						to[i] = 0
						if x == x {
							to[i] = x * w.Weights[i*k+g]
						}
					}
					to[f] = bias[g] + w.Base
				}
			}
			return nil
		})
	}, nil
}
