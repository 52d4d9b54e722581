package labels

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Take is the label with the best score.
//
// in: [N], where a score above 0 is the second label, or [N, k]; out: [N] of
// the labels' type. Several inputs are several outputs of a model: [N, inputs].
type Take struct {
	Classes []*tensor.Tensor // [k] for each input; all of one type
}

var _ model.Op = (*Take)(nil)

// Name is "labels".
func (t *Take) Name() string { return "labels" }

// Infer checks widths.
func (t *Take) Infer(in []model.Fact) ([]model.Fact, error) {
	if len(in) != len(t.Classes) {
		return nil, model.Unsupportedf("%d scores for %d sets of labels", len(in), len(t.Classes))
	}
	for i, f := range in {
		if f.Kind != model.Dense || len(f.Shape) != 1 && len(f.Shape) != 2 {
			return nil, model.Unsupportedf("%s of scores", f)
		}
		k := model.Dim(2)
		if len(f.Shape) == 2 {
			k = f.Shape[1]
		}
		if f.DType != tensor.Float32 && f.DType != tensor.Float64 || k != model.Dim(t.Classes[i].Len()) {
			return nil, model.Unsupportedf("%s of scores for %d labels", f, t.Classes[i].Len())
		}
		if t.Classes[i].DType() != t.Classes[0].DType() {
			return nil, model.Unsupportedf("labels of several types")
		}
	}
	shape := []model.Dim{in[0].Shape[0]}
	if len(in) > 1 {
		shape = append(shape, model.Dim(len(in)))
	}
	return []model.Fact{model.DenseFact(t.Classes[0].DType(), shape...)}, nil
}

// Bind picks the types.
func (t *Take) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	step := len(t.Classes)
	pick := make([]func(o, x *tensor.Tensor, at int), step)
	for i, f := range in {
		if f.DType == tensor.Float32 {
			pick[i] = picker[float32](t.Classes[i], len(f.Shape) == 1, step)
		} else {
			pick[i] = picker[float64](t.Classes[i], len(f.Shape) == 1, step)
		}
	}
	return func(c *model.Call, in, out []model.Value) error {
		o := out[0].(*tensor.Tensor)
		for i, f := range pick {
			f(o, in[i].(*tensor.Tensor), i)
		}
		return nil
	}, nil
}

func picker[T float32 | float64](classes *tensor.Tensor, signs bool, step int) func(o, x *tensor.Tensor, at int) {
	put := putter(classes)
	k := classes.Len()
	if signs {
		return func(o, x *tensor.Tensor, at int) {
			for r, v := range tensor.Data[T](x) {
				if v > 0 {
					put(o, r*step+at, 1)
				} else {
					put(o, r*step+at, 0)
				}
			}
		}
	}
	return func(o, x *tensor.Tensor, at int) {
		v := tensor.Data[T](x)
		for r := 0; (r+1)*k <= len(v); r++ {
			put(o, r*step+at, argmax(v[r*k:r*k+k]))
		}
	}
}

// argmax is numpy's: the first largest, or the first NaN.
func argmax[T float32 | float64](v []T) int {
	best := 0
	for i, x := range v {
		if x != x {
			return i
		}
		if x > v[best] {
			best = i
		}
	}
	return best
}

func putter(classes *tensor.Tensor) func(o *tensor.Tensor, at, class int) {
	if classes.DType() == tensor.String {
		s := tensor.Data[string](classes)
		return func(o *tensor.Tensor, at, class int) { tensor.Data[string](o)[at] = s[class] }
	}
	b, sz := classes.Bytes(), classes.DType().Size()
	return func(o *tensor.Tensor, at, class int) {
		copy(o.Bytes()[at*sz:(at+1)*sz], b[class*sz:])
	}
}
