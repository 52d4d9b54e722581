package gbtree

import (
	"github.com/larder-ml/larder/internal/kernel"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Vote is how XGBClassifier turns a prediction into labels.
type Vote uint8

// The votes.
const (
	Half       Vote = iota // [N]: 1 above ½, else 0; int64
	HalfOfEach             // [N, groups]: the same for each; float64
	First                  // [N, groups] to [N]: the first largest; int64
	Whole                  // [N]: the prediction is the label already; int32
)

// Labels are a classifier's labels, counted from 0.
//
// in: float32 [N] or [N, groups], transformed; out: see Vote.
type Labels struct {
	Vote   Vote
	Groups int
}

// Name is "gbtree labels".
func (l *Labels) Name() string { return "gbtree labels" }

// Infer says the dtype that numpy gives the labels.
func (l *Labels) Infer(in []model.Fact) ([]model.Fact, error) {
	switch l.Vote {
	case HalfOfEach:
		return []model.Fact{model.DenseFact(tensor.Float64, in[0].Shape...)}, nil
	case Whole:
		return []model.Fact{model.DenseFact(tensor.Int32, model.Rows)}, nil
	}
	return []model.Fact{model.DenseFact(tensor.Int64, model.Rows)}, nil
}

// Bind picks the loop.
func (l *Labels) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		t := out[0].(*tensor.Tensor)
		if c.Rows == 0 {
			// An empty prediction has one dimension: the votes that look for two
			// fall through to the last.
			d := tensor.Int64
			if l.Vote == Whole {
				d = tensor.Int32
			}
			t.Reset(d, 0)
			return nil
		}
		x := tensor.Data[float32](in[0].(*tensor.Tensor))
		switch l.Vote {
		case Half:
			o := tensor.Data[int64](t)
			for i, v := range x {
				o[i] = 0
				if v > 0.5 {
					o[i] = 1
				}
			}
		case HalfOfEach:
			o := tensor.Data[float64](t)
			for i, v := range x {
				o[i] = 0
				if v > 0.5 {
					o[i] = 1
				}
			}
		case First:
			o := tensor.Data[int64](t)
			for i := range o {
				o[i] = int64(argmax(x[i*l.Groups : (i+1)*l.Groups]))
			}
		case Whole:
			o := tensor.Data[int32](t)
			for i, v := range x {
				o[i] = int32(v)
			}
		}
		return nil
	}, nil
}

// argmax is numpy's: the first NaN, where there is one, is the largest.
func argmax(v []float32) int {
	for i, x := range v {
		if x != x {
			return i
		}
	}
	return kernel.ArgMax(v)
}

// Proba is XGBClassifier.predict_proba of a prediction.
//
// in: float32 [N] or [N, groups], transformed; out: float32 [N, 2] or [N,
// groups].
type Proba struct {
	Groups int // of the input; 1 is one probability, of the second class
}

// Name is "gbtree proba".
func (p *Proba) Name() string { return "gbtree proba" }

// Infer says one column for each class.
func (p *Proba) Infer([]model.Fact) ([]model.Fact, error) {
	return []model.Fact{model.DenseFact(tensor.Float32, model.Rows, model.Dim(max(p.Groups, 2)))}, nil
}

// Bind is immediate.
func (p *Proba) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		t := out[0].(*tensor.Tensor)
		if c.Rows == 0 {
			t.Reset(tensor.Float32, 0, 2) // whatever the classes: see Labels
			return nil
		}
		x, o := tensor.Data[float32](in[0].(*tensor.Tensor)), tensor.Data[float32](t)
		if p.Groups > 1 {
			copy(o, x)
			return nil
		}
		for i, v := range x {
			o[2*i], o[2*i+1] = 1-v, v
		}
		return nil
	}, nil
}
