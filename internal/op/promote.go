package op

import "github.com/larder-ml/larder/tensor"

// Promote is the type of the result of an operation on two numeric types, as
// numpy.promote_types has it (NEP 50's table, which is older than NEP 50).
func Promote(a, b tensor.DType) tensor.DType {
	if a == b {
		return a
	}
	if a == tensor.Bool {
		return b
	}
	if b == tensor.Bool {
		return a
	}
	if b.IsFloat() {
		a, b = b, a
	}
	if a.IsFloat() {
		return promoteFloat(a, b)
	}
	sa, sb := signed(a), signed(b)
	if sa == sb {
		if a.Size() > b.Size() {
			return a
		}
		return b
	}
	if !sa {
		a, b = b, a // a is signed, b is not
	}
	if a.Size() > b.Size() {
		return a
	}
	switch b {
	case tensor.Uint8:
		return tensor.Int16
	case tensor.Uint16:
		return tensor.Int32
	case tensor.Uint32:
		return tensor.Int64
	}
	return tensor.Float64 // no integer holds both
}

// promoteFloat is Promote of a float and any other numeric type.
func promoteFloat(a, b tensor.DType) tensor.DType {
	if b.IsFloat() {
		if a == tensor.Float64 || b == tensor.Float64 {
			return tensor.Float64
		}
		return tensor.Float32 // of two 16-bit kinds too
	}
	need := tensor.Float64
	switch b.Size() {
	case 1:
		need = tensor.Float16
	case 2:
		need = tensor.Float32
	}
	if a.Size() > need.Size() {
		return a
	}
	return need
}

func signed(d tensor.DType) bool { return d >= tensor.Int8 && d <= tensor.Int64 }
