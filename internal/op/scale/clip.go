package scale

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Clip moves what is outside of [Low, High] to its ends, as numpy.clip does:
// NaN stays NaN, and the ends are rounded to the type of the data first.
//
// in: [N, p], Float32 or Float64, dense; out: the same type and shape.
type Clip struct{ Low, High float64 }

var _ model.Op = (*Clip)(nil)

// Name is "clip".
func (*Clip) Name() string { return "clip" }

// Infer asks for dense floats.
func (*Clip) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	f.Const = nil
	if f.Kind != model.Dense || f.DType != tensor.Float32 && f.DType != tensor.Float64 {
		return nil, model.Unsupportedf("clipping of %s", f)
	}
	return []model.Fact{f}, nil
}

// Bind picks the type.
func (c *Clip) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	if in[0].DType == tensor.Float32 {
		return clip(float32(c.Low), float32(c.High)), nil
	}
	return clip(c.Low, c.High), nil
}

func clip[T float32 | float64](low, high T) model.Kernel {
	return func(_ *model.Call, in, out []model.Value) error {
		x, y := tensor.Data[T](in[0].(*tensor.Tensor)), tensor.Data[T](out[0].(*tensor.Tensor))
		for i, v := range x {
			switch {
			case v < low:
				v = low
			case v > high:
				v = high
			}
			y[i] = v
		}
		return nil
	}
}
