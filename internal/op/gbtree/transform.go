package gbtree

import (
	"math"
	"slices"

	"github.com/larder-ml/larder/internal/kernel"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Link is what an objective makes of a margin.
type Link uint8

// The links.
const (
	Identity  Link = iota
	Sigmoid        // of each value
	Exp            // of each value
	Step           // 1 where a value is above 0, else 0
	Softmax        // over the groups of a row
	ArgMax         // the group of a row's first largest value, as a float32
	Ascending      // the groups of a row sorted (quantiles since XGBoost 3.4)
	Expectile      // running sums of softplus, so that a row ascends
)

// Transform is an objective's transform of margins.
//
// in: float32 [N] or [N, groups]; out: the same shape, or [N] for ArgMax.
type Transform struct {
	Link   Link
	Groups int
}

// Name is "gbtree transform".
func (t *Transform) Name() string { return "gbtree transform" }

// Infer passes the shape on.
func (t *Transform) Infer(in []model.Fact) ([]model.Fact, error) {
	f := model.DenseFact(tensor.Float32, in[0].Shape...)
	if t.Link == ArgMax {
		f.Shape = []model.Dim{model.Rows}
	}
	return []model.Fact{f}, nil
}

// Bind picks the loop.
func (t *Transform) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	k := t.Groups
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		x, o := tensor.Data[float32](in[0].(*tensor.Tensor)), tensor.Data[float32](out[0].(*tensor.Tensor))
		switch t.Link {
		case Sigmoid:
			for i, v := range x {
				o[i] = kernel.Sigmoid32(v)
			}
		case Exp:
			for i, v := range x {
				o[i] = kernel.Exp32(v)
			}
		case Step:
			for i, v := range x {
				o[i] = 0
				if v > 0 {
					o[i] = 1
				}
			}
		case ArgMax:
			for i := range o {
				o[i] = float32(kernel.ArgMax(x[i*k : i*k+k]))
			}
		default:
			copy(o, x)
			for i := 0; i+k <= len(o); i += k {
				t.row(o[i : i+k])
			}
		}
		return nil
	}, nil
}

func (t *Transform) row(v []float32) {
	switch t.Link {
	case Softmax:
		kernel.Softmax32(v)
	case Ascending:
		slices.SortFunc(v, func(a, b float32) int {
			switch {
			case a > b:
				return 1
			case a < b:
				return -1
			}
			return 0
		})
	case Expectile:
		for i := 1; i < len(v); i++ {
			v[i] = v[i-1] + (1e-6 + softplus(v[i]))
		}
	}
}

// softplus is log(1+eˣ), within one unit in the last place of XGBoost's.
func softplus(x float32) float32 {
	if x > 0 {
		return x + float32(math.Log1p(float64(kernel.Exp32(-x))))
	}
	return float32(math.Log1p(float64(kernel.Exp32(x))))
}
