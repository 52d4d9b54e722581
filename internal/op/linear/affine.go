package linear

import (
	"github.com/larder-ml/larder/internal/kernel"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Affine is X·Coefᵀ + Intercept. As in numpy, the product is made in the type
// that holds both factors, and the sum in the type that holds both summands.
//
// in: [N, p], dense or sparse; out: [N, k], or [N] where Flat.
type Affine struct {
	Coef      *tensor.Tensor // [k, p], Float32 or Float64
	Intercept *tensor.Tensor // [k], Float32 or Float64; nil for none
	Flat      bool           // k is 1, and the answer has one dimension
}

var _ model.Op = (*Affine)(nil)

// Name is "affine".
func (a *Affine) Name() string { return "affine" }

// types of the product and of the answer.
func (a *Affine) types(x tensor.DType) (product, sum tensor.DType) {
	product = op.Promote(x, a.Coef.DType())
	if product != tensor.Float32 {
		product = tensor.Float64
	}
	if a.Intercept == nil {
		return product, product
	}
	return product, op.Promote(product, a.Intercept.DType())
}

// Infer says the shape and type.
func (a *Affine) Infer(in []model.Fact) ([]model.Fact, error) {
	if f := in[0]; f.Kind != model.Dense && f.Kind != model.Sparse || len(f.Shape) != 2 || !f.DType.IsNumeric() {
		return nil, model.Unsupportedf("a product with %s", f)
	}
	if w := in[0].Width(1); w >= 0 && int(w) != a.Coef.Dim(1) {
		return nil, model.Inputf("%d features, the coefficients are for %d", w, a.Coef.Dim(1))
	}
	_, d := a.types(in[0].DType)
	shape := []model.Dim{in[0].Shape[0]}
	if !a.Flat {
		shape = append(shape, model.Dim(a.Coef.Dim(0)))
	}
	return []model.Fact{model.DenseFact(d, shape...)}, nil
}

// Bind packs the coefficients.
func (a *Affine) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	product, sum := a.types(in[0].DType)
	coef, err := packed(b, a.Coef, product)
	if err != nil {
		return nil, err
	}
	var bias *tensor.Tensor
	if a.Intercept != nil {
		if bias, err = packed(b, a.Intercept, sum); err != nil {
			return nil, err
		}
	}
	sparse := in[0].Kind == model.Sparse
	if product == tensor.Float32 {
		w := tensor.Data[float32](coef)
		if sum == tensor.Float32 {
			return run(a, w, data[float32](bias), sparse, kernel.Gemm32), nil
		}
		return widened(a, w, data[float64](bias), sparse), nil
	}
	return run(a, tensor.Data[float64](coef), data[float64](bias), sparse, kernel.Gemm64), nil
}

func packed(b model.Binder, t *tensor.Tensor, d tensor.DType) (*tensor.Tensor, error) {
	v, err := b.Pack(t, d.String(), func() (any, error) { return t.Convert(d) })
	if err != nil {
		return nil, err
	}
	return v.(*tensor.Tensor), nil
}

func data[T float32 | float64](t *tensor.Tensor) []T {
	if t == nil {
		return nil
	}
	return tensor.Data[T](t)
}

type gemm[T any] func(dst, x, w, bias []T, n, k, p int)

func run[T float32 | float64](a *Affine, w, bias []T, sparse bool, mul gemm[T]) model.Kernel {
	k, p := a.Coef.Dim(0), a.Coef.Dim(1)
	if sparse {
		return func(c *model.Call, in, out []model.Value) error {
			multiply(tensor.Data[T](out[0].(*tensor.Tensor)), in[0].(*tensor.Sparse), w, bias, k, p)
			return nil
		}
	}
	return func(c *model.Call, in, out []model.Value) error {
		x := in[0].(*tensor.Tensor)
		mul(tensor.Data[T](out[0].(*tensor.Tensor)), elements[T](c, x), w, bias, x.Dim(0), k, p)
		return nil
	}
}

// widened is a float32 product to which a float64 intercept is added.
func widened(a *Affine, w []float32, bias []float64, sparse bool) model.Kernel {
	k := a.Coef.Dim(0)
	product := run(a, w, nil, sparse, kernel.Gemm32)
	return func(c *model.Call, in, out []model.Value) error {
		o := out[0].(*tensor.Tensor)
		y := tensor.New(tensor.Float32, o.Shape()...)
		if err := product(c, in, []model.Value{y}); err != nil {
			return err
		}
		to := tensor.Data[float64](o)
		for i, v := range tensor.Data[float32](y) {
			to[i] = float64(v) + bias[i%k]
		}
		return nil
	}
}

// elements is x as T.
func elements[T float32 | float64](c *model.Call, x *tensor.Tensor) []T {
	var z T
	if _, wide := any(z).(float64); wide == (x.DType() == tensor.Float64) {
		return tensor.Data[T](x)
	}
	buf := model.Scratch[T](c, x.Len())
	if x.DType() == tensor.Float32 {
		for i, v := range tensor.Data[float32](x) {
			buf[i] = T(v)
		}
		return buf
	}
	for i := range buf {
		buf[i] = T(x.Float(i))
	}
	return buf
}

// multiply is the product of a sparse matrix, each row's entries added in their
// order, as scipy does.
func multiply[T float32 | float64](o []T, s *tensor.Sparse, w, bias []T, k, p int) {
	wide := s.Data.DType() == tensor.Float64
	for r := range s.Rows {
		row := o[r*k : r*k+k]
		clear(row)
		for e := s.Indptr[r]; e < s.Indptr[r+1]; e++ {
			var v T
			if wide {
				v = T(tensor.Data[float64](s.Data)[e])
			} else {
				v = T(s.Data.Float(int(e)))
			}
			col := int(s.Indices[e])
			for j := range row {
				row[j] += T(v * w[j*p+col])
			}
		}
		for j := range bias {
			row[j] += bias[j]
		}
	}
}
