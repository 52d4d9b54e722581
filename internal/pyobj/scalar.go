package pyobj

import (
	"encoding/binary"
	"math"
	"math/big"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// Scalar is a Python or numpy scalar as a Go value:
//
//	nil                     None
//	bool                    bool, numpy.bool
//	int64                   int and numpy integers; datetime64 and timedelta64 as their count
//	*big.Int                int that does not fit, uint64 that does not
//	float64                 float, numpy floats of 2, 4 and 8 bytes
//	string                  str, numpy.str_
//	[]byte                  bytes, bytearray, numpy.bytes_
//	complex128              complex, numpy complex
//
// An array of no dimensions counts as its item. Anything else is
// ErrUnsupported.
func Scalar(v pickle.Value) (any, error) { return scalar(v, "", nil) }

func scalar(v pickle.Value, path string, e *Env) (any, error) {
	switch v.Kind() {
	case pickle.None:
		return nil, nil
	case pickle.Bool:
		return v.Bool(), nil
	case pickle.Int:
		return v.Int(), nil
	case pickle.BigInt:
		return v.Big(), nil
	case pickle.Float:
		return v.Float(), nil
	case pickle.String:
		return strOf(v), nil
	case pickle.Instance:
		switch c := className(v.Callable(), e.names()); {
		case c == "numpy._core.multiarray.scalar":
			return e.numpyScalar(v, path)
		case c == "builtins.complex":
			if a := v.Args(); a.Kind() == pickle.Tuple && a.Len() == 2 {
				return complex(a.Item(0).Float(), a.Item(1).Float()), nil
			}
		case isArray(v, e.names()):
			a, err := Array(v, path, e)
			if err != nil {
				return nil, err
			}
			if len(a.Shape) == 0 {
				if a.Objects != nil && a.Objects[0].Kind() != pickle.Instance {
					return scalar(a.Objects[0], path, e)
				}
				return e.item(a.DType, a.Data, path, v)
			}
		}
	}
	if b, ok := bytesOf(v, e); ok {
		return b, nil
	}
	return nil, e.errorf(document.ErrUnsupported, path, v, "%s where a scalar is expected", describe(v))
}

// numpyScalar reads multiarray.scalar(dtype, bytes); of dtype O, the second is
// the object itself.
func (e *Env) numpyScalar(v pickle.Value, path string) (any, error) {
	args := v.Args()
	if args.Kind() != pickle.Tuple || args.Len() < 1 || args.Len() > 2 {
		return nil, e.errorf(document.ErrCorrupt, path, v, "numpy scalar of %s", describe(args))
	}
	d, err := e.dtype(args.Item(0), path, 0)
	if err != nil {
		return nil, err
	}
	if d.Kind == 'O' {
		if args.Len() == 2 && args.Item(1).Kind() != pickle.Instance {
			return scalar(args.Item(1), path, e)
		}
		return nil, e.errorf(document.ErrUnsupported, path, v, "numpy scalar of an object")
	}
	b := make([]byte, d.Size) // numpy leaves a scalar of no bytes zero
	if args.Len() == 2 {
		var ok bool
		if b, ok = bytesOf(args.Item(1), e); !ok || len(b) != d.Size {
			return nil, e.errorf(document.ErrCorrupt, path, v, "numpy scalar of %s from %s", d, describe(args.Item(1)))
		}
	} else if d.Size > 1<<16 {
		return nil, e.errorf(document.ErrLimit, path, v, "numpy scalar of %d bytes", d.Size)
	}
	return e.item(d, b, path, v)
}

// item is one item of a dtype as a scalar.
func (e *Env) item(d *DType, b []byte, path string, v pickle.Value) (any, error) {
	if d.Tensor() == tensor.Invalid || d.Sub != nil || d.Fields != nil || len(b) != d.Size {
		return nil, e.errorf(document.ErrUnsupported, path, v, "scalar of dtype %s", d)
	}
	t, err := decode(d, b, []int{})
	if err != nil {
		return nil, e.errorf(document.ErrCorrupt, path, v, "%v", err)
	}
	switch t.DType() {
	case tensor.Bool:
		return tensor.Data[bool](t)[0], nil
	case tensor.Uint64:
		if u := tensor.Data[uint64](t)[0]; u > math.MaxInt64 {
			return new(big.Int).SetUint64(u), nil
		}
		return t.Int(0), nil
	case tensor.String:
		s := tensor.Data[string](t)[0]
		if d.Kind == 'S' {
			return []byte(s), nil
		}
		return s, nil
	case tensor.Complex64:
		return complex128(tensor.Data[complex64](t)[0]), nil
	case tensor.Complex128:
		return tensor.Data[complex128](t)[0], nil
	}
	if t.DType().IsInteger() {
		return t.Int(0), nil
	}
	return t.Float(0), nil
}

// isNumpyScalar says whether a value is a call of multiarray.scalar, and its
// type's name in numpy.
func isNumpyScalar(v pickle.Value, e *Env) (string, bool) {
	if v.Kind() != pickle.Instance || className(v.Callable(), e.names()) != "numpy._core.multiarray.scalar" {
		return "", false
	}
	a := v.Args()
	if a.Kind() != pickle.Tuple || a.Len() == 0 {
		return "", false
	}
	d, err := e.dtype(a.Item(0), "", 0)
	if err != nil {
		return "", false
	}
	switch d.Kind {
	case 'U':
		return "numpy.str_", true
	case 'S':
		return "numpy.bytes_", true
	case 'M':
		return "numpy.datetime64", true
	case 'm':
		return "numpy.timedelta64", true
	case 'V':
		return "numpy.void", true
	}
	if t := d.Tensor(); t != tensor.Invalid {
		return "numpy." + t.String(), true
	}
	return "numpy.generic", true
}

// putScalar writes x as an item of a dtype; false where it is not of its kind
// or would change.
func putScalar(d *DType, x any) ([]byte, bool) {
	b := make([]byte, d.Size)
	le := binary.LittleEndian
	switch x := x.(type) {
	case bool:
		if d.Kind != 'b' {
			return nil, false
		}
		if x {
			b[0] = 1
		}
	case int64:
		if d.Kind != 'i' && d.Kind != 'u' && d.Kind != 'M' && d.Kind != 'm' {
			return nil, false
		}
		var w [8]byte
		le.PutUint64(w[:], uint64(x))
		copy(b, w[:])
		for i := d.Size; i < 8; i++ { // what is cut off must be the sign alone
			if sign := byte(x >> 63); w[i] != sign {
				return nil, false
			}
		}
		if d.Size < 8 && d.Kind != 'u' && (x < 0) != (b[d.Size-1] >= 0x80) || d.Kind == 'u' && x < 0 {
			return nil, false
		}
	case float64:
		switch {
		case d.Kind != 'f':
			return nil, false
		case d.Size == 8:
			le.PutUint64(b, math.Float64bits(x))
		case d.Size == 4:
			le.PutUint32(b, math.Float32bits(float32(x)))
		case d.Size == 2:
			le.PutUint16(b, tensor.F16(x))
		default:
			return nil, false
		}
	default:
		return nil, false
	}
	if d.Big {
		b = little(b, d.Size)
	}
	return b, true
}
