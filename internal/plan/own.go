package plan

import (
	"slices"
	"unsafe"

	"github.com/larder-ml/larder/tensor"
)

// owned is a value without the parts that live in the inputs or the workspace:
// those are copied. Ops pass columns and index arrays on.
func (p *Plan) owned(w *workspace, v tensor.Value) tensor.Value {
	var b spans
	for s := range p.graph.In {
		b.value(w.values[s])
	}
	for _, t := range w.own {
		b.tensor(t)
	}
	switch v := v.(type) {
	case *tensor.Sparse:
		s := *v
		s.Indptr, s.Indices, s.Data = apart(b, s.Indptr), apart(b, s.Indices), b.apart(s.Data)
		return &s
	case *tensor.Ragged:
		return &tensor.Ragged{Values: b.apart(v.Values), Splits: apart(b, v.Splits)}
	case *tensor.Table:
		t := &tensor.Table{N: v.N, Columns: slices.Clone(v.Columns)}
		for i := range t.Columns {
			c := &t.Columns[i]
			c.Values, c.Missing, c.Categories = b.apart(c.Values), apart(b, c.Missing), apart(b, c.Categories)
		}
		return t
	}
	return v
}

// spans are stretches of memory.
type spans [][2]uintptr

func span[T any](v []T) [2]uintptr {
	if len(v) == 0 {
		return [2]uintptr{}
	}
	first := uintptr(unsafe.Pointer(unsafe.SliceData(v)))
	return [2]uintptr{first, first + uintptr(len(v))*unsafe.Sizeof(v[0])}
}

func (b *spans) tensor(t *tensor.Tensor) {
	if t != nil {
		*b = append(*b, tensorSpan(t))
	}
}

func tensorSpan(t *tensor.Tensor) [2]uintptr {
	if t.DType() == tensor.String {
		return span(tensor.Data[string](t))
	}
	return span(t.Bytes())
}

func (b *spans) value(v tensor.Value) {
	switch v := v.(type) {
	case *tensor.Tensor:
		b.tensor(v)
	case *tensor.Sparse:
		b.tensor(v.Data)
		*b = append(*b, span(v.Indptr), span(v.Indices))
	case *tensor.Ragged:
		b.tensor(v.Values)
		*b = append(*b, span(v.Splits))
	case *tensor.Table:
		for i := range v.Columns {
			c := &v.Columns[i]
			b.tensor(c.Values)
			*b = append(*b, span(c.Missing), span(c.Categories))
		}
	}
}

func (b spans) hold(s [2]uintptr) bool {
	return slices.ContainsFunc(b, func(x [2]uintptr) bool { return x[0] < s[1] && s[0] < x[1] })
}

// apart is a slice in memory of its own.
func apart[T any](b spans, v []T) []T {
	if b.hold(span(v)) {
		return slices.Clone(v)
	}
	return v
}

func (b spans) apart(t *tensor.Tensor) *tensor.Tensor {
	if t != nil && b.hold(tensorSpan(t)) {
		return t.Clone()
	}
	return t
}
