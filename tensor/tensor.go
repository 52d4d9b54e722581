package tensor

import (
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// Value is what a model takes or returns: *Tensor, *Sparse, *Ragged, *Table
// or *Handle.
type Value interface{ isValue() }

func (*Tensor) isValue() {}
func (*Sparse) isValue() {}
func (*Ragged) isValue() {}
func (*Table) isValue()  {}
func (*Handle) isValue() {}

// Element are the Go types of tensor elements. Float16 and BFloat16 are held
// as their bits in uint16.
type Element interface {
	bool | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 |
		float32 | float64 | complex64 | complex128 | string
}

// Tensor is a dense array in row-major order. The zero Tensor is empty and of
// Invalid type; it is what an op's output may be before its first Reset.
type Tensor struct {
	dtype DType
	shape []int
	n     int
	raw   []uint64 // owner of numeric memory when Reset made it: 8-byte aligned
	data  []byte   // n × dtype.Size() bytes
	texts []string // owner of strs when Reset made them
	strs  []string
}

// New makes a tensor of zeros (of empty strings for String). Negative or
// overflowing shapes are a programmer's error and panic; shapes read from a
// file go through [Count] first.
func New(d DType, shape ...int) *Tensor {
	t := &Tensor{}
	t.Reset(d, shape...)
	return t
}

// Of makes a tensor that shares data, whose length is the product of shape.
// Without a shape it is a vector.
func Of[T Element](data []T, shape ...int) *Tensor {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	if n, ok := Count(shape); !ok || n != len(data) {
		panic(fmt.Sprintf("tensor: %d elements for shape %v", len(data), shape))
	}
	t := &Tensor{dtype: dtypeOf[T](), shape: slices.Clone(shape), n: len(data)}
	switch s := any(data).(type) {
	case []string:
		t.strs = s
	default:
		var z T
		if len(data) > 0 {
			t.data = unsafe.Slice((*byte)(unsafe.Pointer(&data[0])), len(data)*int(unsafe.Sizeof(z)))
		}
	}
	return t
}

// Scalar makes a tensor of no dimensions.
func Scalar[T Element](v T) *Tensor {
	t := Of([]T{v}, 1)
	t.shape = t.shape[:0]
	return t
}

// FromBytes makes a tensor over little-endian bytes of a numeric type. It
// shares b where b is aligned for d and copies it where it is not. The length
// of b must be what shape and d need.
func FromBytes(d DType, b []byte, shape ...int) (*Tensor, error) {
	n, ok := Count(shape)
	if !ok || d.Size() == 0 || n > math.MaxInt/d.Size() || n*d.Size() != len(b) {
		return nil, fmt.Errorf("tensor: %d bytes for %s of shape %v", len(b), d, shape)
	}
	if n > 0 && !aligned(b, d) {
		t := New(d, shape...)
		copy(t.data, b)
		return t, nil
	}
	return &Tensor{dtype: d, shape: slices.Clone(shape), n: n, data: b}, nil
}

func aligned(b []byte, d DType) bool {
	a := d.Size()
	if d == Complex64 || d == Complex128 {
		a /= 2
	}
	return uintptr(unsafe.Pointer(&b[0]))%uintptr(a) == 0
}

// Count is the number of elements of a shape; false when a dimension is
// negative or the product of those that are not zero does not fit in an int, so
// that no product of some dimensions overflows either.
func Count(shape []int) (int, bool) {
	n, empty := 1, false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, false
		case d == 0:
			empty = true
		case n > math.MaxInt/d:
			return 0, false
		default:
			n *= d
		}
	}
	if empty {
		return 0, true
	}
	return n, true
}

// Reset gives t another type and shape, reusing its memory where it is large
// enough, so that a loop of predictions allocates nothing. The elements are
// unspecified afterwards unless memory was newly made. A tensor that shares
// someone else's memory ([Of], [FromBytes]) gets memory of its own.
func (t *Tensor) Reset(d DType, shape ...int) {
	n, ok := Count(shape)
	if !ok || d.Size() > 0 && n > math.MaxInt/d.Size() {
		panic(fmt.Sprintf("tensor: impossible shape %v of %s", slices.Clone(shape), d)) // a clone, so that shape itself stays off the heap
	}
	t.dtype, t.n = d, n
	t.shape = append(t.shape[:0], shape...)
	if d == String {
		t.data = nil
		if len(t.texts) < n {
			t.texts = make([]string, n)
		}
		t.strs = t.texts[:n]
		return
	}
	t.strs = nil
	words := (n*d.Size() + 7) / 8
	if len(t.raw) < words {
		t.raw = make([]uint64, words)
	}
	t.data = nil
	if words > 0 {
		t.data = unsafe.Slice((*byte)(unsafe.Pointer(&t.raw[0])), n*d.Size())
	}
}

// DType is the type of the elements.
func (t *Tensor) DType() DType { return t.dtype }

// Shape is the length of each dimension; empty for a scalar. Do not change it.
func (t *Tensor) Shape() []int { return t.shape }

// Len is the number of elements.
func (t *Tensor) Len() int { return t.n }

// Bytes is the little-endian memory of a numeric tensor, shared; nil for String.
func (t *Tensor) Bytes() []byte { return t.data }

// Rank is the number of dimensions.
func (t *Tensor) Rank() int { return len(t.shape) }

// Dim is the length of dimension i, or 1 where i is past the last.
func (t *Tensor) Dim(i int) int {
	if i < len(t.shape) {
		return t.shape[i]
	}
	return 1
}

// Data is the elements of t as a slice that shares its memory. T must be the
// Go type of t.DType(): asking for another is a programmer's error and panics,
// as an out-of-range index does.
func Data[T Element](t *Tensor) []T {
	var z T
	want := dtypeOf[T]()
	if t.dtype != want && !(want == Uint16 && (t.dtype == Float16 || t.dtype == BFloat16)) {
		panic(fmt.Sprintf("tensor: Data[%T] of a %s tensor", z, t.dtype))
	}
	if s, ok := any(&t.strs).(*[]T); ok {
		return (*s)[:t.n]
	}
	if t.n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&t.data[0])), t.n)
}

// Reshape is a view of t with another shape of the same number of elements.
func (t *Tensor) Reshape(shape ...int) (*Tensor, error) {
	if n, ok := Count(shape); !ok || n != t.n {
		return nil, fmt.Errorf("tensor: cannot reshape %v to %v", t.shape, shape)
	}
	return &Tensor{dtype: t.dtype, shape: slices.Clone(shape), n: t.n, data: t.data, strs: t.strs}, nil
}

// Rows is a view of rows [from, to) along the first dimension. A bound out of
// range panics as slicing does.
func (t *Tensor) Rows(from, to int) *Tensor {
	v := &Tensor{}
	t.RowsInto(v, from, to)
	return v
}

// RowsInto makes v the view that Rows would return, reusing v's shape slice.
func (t *Tensor) RowsInto(v *Tensor, from, to int) {
	if len(t.shape) == 0 || from < 0 || to < from || to > t.shape[0] {
		panic(fmt.Sprintf("tensor: rows %d:%d of shape %v", from, to, t.shape))
	}
	w := 1
	for _, d := range t.shape[1:] {
		w *= d
	}
	v.dtype, v.n, v.raw, v.texts = t.dtype, (to-from)*w, nil, nil
	v.shape = append(v.shape[:0], t.shape...)
	v.shape[0] = to - from
	v.data, v.strs = nil, nil
	if t.dtype == String {
		v.strs = t.strs[from*w : to*w]
	} else {
		sz := t.dtype.Size()
		v.data = t.data[from*w*sz : to*w*sz]
	}
}

// Clone copies t into memory of its own.
func (t *Tensor) Clone() *Tensor {
	c := New(t.dtype, t.shape...)
	copy(c.data, t.data)
	copy(c.strs, t.strs)
	return c
}

// CopyFrom makes t equal to s, reusing t's memory.
func (t *Tensor) CopyFrom(s *Tensor) {
	t.Reset(s.dtype, s.shape...)
	copy(t.data, s.data)
	copy(t.strs, s.strs)
}

func (t *Tensor) String() string { return fmt.Sprintf("%s%v", t.dtype, t.shape) }

func dtypeOf[T Element]() DType {
	var z T
	switch any(z).(type) {
	case bool:
		return Bool
	case int8:
		return Int8
	case int16:
		return Int16
	case int32:
		return Int32
	case int64:
		return Int64
	case uint8:
		return Uint8
	case uint16:
		return Uint16
	case uint32:
		return Uint32
	case uint64:
		return Uint64
	case float32:
		return Float32
	case float64:
		return Float64
	case complex64:
		return Complex64
	case complex128:
		return Complex128
	}
	return String
}
