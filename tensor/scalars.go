package tensor

// Scalars is the elements of t as Go values for people and for JSON: bool,
// int64, uint64, float64, complex128 or string. A tensor of no dimensions is
// the value itself, any other a flat []any.
func Scalars(t *Tensor) any {
	out := make([]any, t.n)
	for i := range out {
		out[i] = t.scalar(i)
	}
	if len(t.shape) == 0 && t.n == 1 {
		return out[0]
	}
	return out
}

func (t *Tensor) scalar(i int) any {
	switch {
	case t.dtype == String:
		return t.strs[i]
	case t.dtype == Bool:
		return t.data[i] != 0
	case t.dtype == Uint64:
		return Data[uint64](t)[i]
	case t.dtype.IsInteger():
		return t.Int(i)
	case t.dtype == Complex64:
		return complex128(Data[complex64](t)[i])
	case t.dtype == Complex128:
		return Data[complex128](t)[i]
	}
	return t.Float(i)
}
