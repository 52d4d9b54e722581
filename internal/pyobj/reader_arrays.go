package pyobj

import (
	"math/big"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// NDArray is the array at a key as the file has it; nil after a fault.
func (r *Reader) NDArray(key string) *NDArray {
	v := r.Value(key)
	if !v.IsValid() {
		return nil
	}
	a, err := Array(v, r.PathOf(key), r.env)
	if err != nil {
		r.fail(err)
		return nil
	}
	if a.Mask != nil {
		for _, b := range a.Mask.Data {
			if b != 0 {
				r.FailAt(key, document.ErrUnsupported, "a masked array with masked items")
				return nil
			}
		}
	}
	return a
}

// Array is the array at a key as it is stored: its dtype, String for text. An
// array of objects, a list and a tuple become a tensor where all items are of
// one kind: str, bool, int or float (ints among floats are floats). A scalar
// becomes a tensor of no dimensions. dims are checked as by Float64s.
func (r *Reader) Array(key string, dims ...int) *tensor.Tensor {
	t := r.tensor(key)
	if t == nil || !r.fits(key, t, dims) {
		return hollow(tensor.Float64, dims)
	}
	return t
}

// Float64s is an array of numbers as float64. dims, where given, are checked:
// as many dimensions, each of that length, -1 for any. A list or tuple of
// numbers is an array of one dimension, a number one of none.
func (r *Reader) Float64s(key string, dims ...int) *tensor.Tensor {
	return r.numbers(key, tensor.Float64, dims)
}

// Float32s is Float64s, rounded to float32 where it is not that already.
func (r *Reader) Float32s(key string, dims ...int) *tensor.Tensor {
	return r.numbers(key, tensor.Float32, dims)
}

// Int64s is Float64s for integers and bools; floats are a fault.
func (r *Reader) Int64s(key string, dims ...int) *tensor.Tensor {
	return r.numbers(key, tensor.Int64, dims)
}

func (r *Reader) numbers(key string, d tensor.DType, dims []int) *tensor.Tensor {
	t := r.tensor(key)
	if t == nil || !r.fits(key, t, dims) {
		return hollow(d, dims)
	}
	u, err := r.convert(t, d, key)
	if err != nil {
		r.fail(err)
		return hollow(d, dims)
	}
	return u
}

// convert changes the element type where that keeps the meaning.
func (r *Reader) convert(t *tensor.Tensor, d tensor.DType, key string) (*tensor.Tensor, error) {
	if t.DType() == d {
		return t, nil
	}
	v := r.entry(key).v
	if !t.DType().IsNumeric() || d == tensor.Int64 && t.DType().IsFloat() {
		return nil, r.env.errorf(document.ErrUnsupported, r.PathOf(key), v, "%s.%s: items of %s where %s are expected", r.name(), key, t.DType(), d)
	}
	if d == tensor.Int64 && t.DType() == tensor.Uint64 {
		for _, x := range tensor.Data[uint64](t) {
			if x>>63 != 0 {
				return nil, r.env.errorf(document.ErrUnsupported, r.PathOf(key), v, "%s.%s: %d does not fit into an int64", r.name(), key, x)
			}
		}
	}
	if err := r.env.spend(t.Len()*d.Size(), r.PathOf(key), v.Offset()); err != nil {
		return nil, err
	}
	return t.Convert(d)
}

// tensor is any array-like value as a tensor; nil after a fault.
func (r *Reader) tensor(key string) *tensor.Tensor {
	v := r.Value(key)
	if r.fault.err != nil {
		return nil
	}
	if isArray(v, r.env.names()) {
		a := r.NDArray(key)
		if a == nil {
			return nil
		}
		if a.DType.Kind == 'O' {
			return r.uniform(key, a.Objects, a.Shape)
		}
		t, err := a.Tensor(r.env)
		r.fail(err)
		return t
	}
	if items, ok := Items(v); ok && (v.Kind() == pickle.List || v.Kind() == pickle.Tuple) {
		return r.uniform(key, items, []int{len(items)})
	}
	x, err := scalar(v, r.PathOf(key), r.env)
	if err != nil {
		r.wrong(key, "an array")
		return nil
	}
	switch x := x.(type) {
	case bool:
		return tensor.Scalar(x)
	case int64:
		return tensor.Scalar(x)
	case float64:
		return tensor.Scalar(x)
	case string:
		return tensor.Scalar(x)
	}
	r.wrong(key, "an array")
	return nil
}

// uniform makes a tensor of items that are all of one kind.
func (r *Reader) uniform(key string, items []pickle.Value, shape []int) *tensor.Tensor {
	if err := r.env.spend(len(items)*16, r.PathOf(key), r.entry(key).v.Offset()); err != nil {
		r.fail(err)
		return nil
	}
	var (
		bools  []bool
		ints   []int64
		floats []float64
		texts  []string
	)
	for _, v := range items {
		x, err := scalar(v, r.PathOf(key), r.env)
		if err != nil {
			r.fail(err)
			return nil
		}
		switch x := x.(type) {
		case bool:
			bools = append(bools, x)
		case int64:
			ints = append(ints, x)
			floats = append(floats, float64(x))
		case float64:
			floats = append(floats, x)
		case string:
			texts = append(texts, x)
		case *big.Int:
			r.FailAt(key, document.ErrUnsupported, "an integer of more than 64 bits")
			return nil
		default:
			r.FailAt(key, document.ErrUnsupported, "holds %s, where numbers or text are expected", describe(v))
			return nil
		}
	}
	var t *tensor.Tensor
	switch n := len(items); {
	case n == 0:
		return tensor.New(tensor.Float64, shape...)
	case len(bools) == n:
		t = tensor.Of(bools)
	case len(ints) == n:
		t = tensor.Of(ints)
	case len(floats) == n:
		t = tensor.Of(floats)
	case len(texts) == n:
		t = tensor.Of(texts)
	default:
		r.FailAt(key, document.ErrUnsupported, "items of several kinds")
		return nil
	}
	t, err := t.Reshape(shape...)
	r.fail(err)
	return t
}

// fits checks dimensions.
func (r *Reader) fits(key string, t *tensor.Tensor, dims []int) bool {
	if dims == nil {
		return true
	}
	ok := len(dims) == t.Rank()
	for i := 0; ok && i < len(dims); i++ {
		ok = dims[i] < 0 || dims[i] == t.Dim(i)
	}
	if !ok {
		r.FailAt(key, document.ErrCorrupt, "has shape %v, %v is needed", t.Shape(), dims)
	}
	return ok
}

// hollow is what a read answers after a fault: no elements, the rank that was
// asked for.
func hollow(d tensor.DType, dims []int) *tensor.Tensor {
	return tensor.New(d, make([]int, max(len(dims), 1))...)
}

// Strings is a list, tuple or array of str; bytes count as text (Python 2, kind S).
func (r *Reader) Strings(key string) []string {
	v := r.Value(key)
	if r.fault.err != nil {
		return nil
	}
	if items, ok := Items(v); ok && len(items) == 0 {
		return []string{}
	}
	t := r.tensor(key)
	if t == nil {
		return nil
	}
	if t.Len() == 0 {
		return []string{}
	}
	if t.DType() != tensor.String || t.Rank() > 1 {
		r.FailAt(key, document.ErrUnsupported, "%s where a list of str is expected", t)
		return nil
	}
	return tensor.Data[string](t)
}

// Objects is the items of an array of objects (in C order), a list, a tuple or a
// set, as they are.
func (r *Reader) Objects(key string) []pickle.Value {
	v := r.Value(key)
	if r.fault.err != nil {
		return nil
	}
	if items, ok := Items(v); ok {
		return items
	}
	if !isArray(v, r.env.names()) {
		r.wrong(key, "a list or an array of objects")
		return nil
	}
	a := r.NDArray(key)
	if a == nil {
		return nil
	}
	if a.DType.Kind != 'O' && a.DType.Kind != 'T' {
		r.FailAt(key, document.ErrUnsupported, "array of %s where objects are expected", a.DType)
		return nil
	}
	return a.Objects
}
