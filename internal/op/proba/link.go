package proba

import (
	"math"

	"github.com/larder-ml/larder/internal/kernel"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Link is how scores become probabilities.
type Link uint8

// The links.
const (
	// Logistic is 1/(1+e⁻ˣ): of one score the pair (1−p, p), of several each
	// divided by their sum (one against the rest).
	Logistic Link = iota
	// Softmax is e^(xᵢ−max)/Σ.
	Softmax
	// SoftmaxPair is the softmax of (−x, x), of one score: what a multinomial
	// model of two classes answers before scikit-learn 1.8.
	SoftmaxPair
	// Log is the natural logarithm of each.
	Log
)

// Log64 is the natural logarithm. math.Log of some processors takes subnormal
// numbers for the least normal one.
func Log64(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// FromScores applies a link.
//
// in: [N] or [N, k], Float32 or Float64; out: [N, 2] or [N, k], the same type.
type FromScores struct{ Link Link }

var _ model.Op = FromScores{}

// Name is "probabilities".
func (l FromScores) Name() string { return "probabilities" }

// Infer makes one score a pair.
func (l FromScores) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	if f.DType != tensor.Float32 && f.DType != tensor.Float64 {
		return nil, model.Unsupportedf("probabilities of %s", f.DType)
	}
	shape := f.Shape
	if len(shape) == 1 && l.Link != Log {
		shape = []model.Dim{shape[0], 2}
	}
	return []model.Fact{model.DenseFact(f.DType, shape...)}, nil
}

// Bind picks the type.
func (l FromScores) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	pair := len(in[0].Shape) == 1 && l.Link != Log
	if in[0].DType == tensor.Float32 {
		return kernelOf(l.Link, pair, kernel.Exp32, kernel.Log32), nil
	}
	return kernelOf(l.Link, pair, Exp, Log64), nil
}

func kernelOf[T float32 | float64](l Link, pair bool, exp, log func(T) T) model.Kernel {
	return func(c *model.Call, in, out []model.Value) error {
		x, o := in[0].(*tensor.Tensor), out[0].(*tensor.Tensor)
		from, to := tensor.Data[T](x), tensor.Data[T](o)
		switch {
		case l == Log:
			for i, v := range from {
				to[i] = log(v)
			}
		case pair && l == Logistic:
			for i, v := range from {
				p := 1 / (1 + exp(-v))
				to[2*i], to[2*i+1] = 1-p, p
			}
		case pair:
			for i, v := range from {
				to[2*i], to[2*i+1] = -v, v
				softmax(to[2*i:2*i+2], exp)
			}
		default:
			k := x.Dim(1)
			copy(to, from)
			for i := 0; k > 0 && i < len(to); i += k {
				if l == Softmax {
					softmax(to[i:i+k], exp)
				} else {
					shares(to[i:i+k], exp)
				}
			}
		}
		return nil
	}
}

func softmax[T float32 | float64](v []T, exp func(T) T) {
	m := v[0]
	for _, x := range v {
		m = max(m, x)
	}
	for i := range v {
		v[i] = exp(v[i] - m)
	}
	sum := Sum(v)
	for i := range v {
		v[i] /= sum
	}
}

// shares is logistic probabilities divided by their sum; where all are zero
// they are equal.
func shares[T float32 | float64](v []T, exp func(T) T) {
	for i := range v {
		v[i] = 1 / (1 + exp(-v[i]))
	}
	sum := Sum(v)
	if sum == 0 {
		for i := range v {
			v[i] = 1
		}
		sum = T(len(v))
	}
	for i := range v {
		v[i] /= sum
	}
}

// Sum adds as numpy does over a contiguous axis: eight lanes, in blocks of 128
// (numpy/_core/src/umath/loops_utils.h.src, pairwise sum).
func Sum[T float32 | float64](v []T) T {
	n := len(v)
	switch {
	case n < 8:
		var s T
		for _, x := range v {
			s += x
		}
		return s
	case n <= 128:
		var r [8]T
		copy(r[:], v)
		i := 8
		for ; i+8 <= n; i += 8 {
			for k := range r {
				r[k] += v[i+k]
			}
		}
		s := ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
		for ; i < n; i++ {
			s += v[i]
		}
		return s
	}
	h := n / 2
	h -= h % 8
	return Sum(v[:h]) + Sum(v[h:])
}
