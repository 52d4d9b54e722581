package pyobj

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Struct is a structured array: a table whose columns are fields at offsets of
// each item. It shares its reader's fault and counts its fields in Done.
type Struct struct {
	r    *Reader
	a    *NDArray
	raw  []byte
	n    int
	read map[string]bool
}

// Struct is the structured array of one dimension at a key.
func (r *Reader) Struct(key string) *Struct {
	s := &Struct{r: r, read: map[string]bool{}}
	a := r.NDArray(key)
	if a == nil {
		return s
	}
	if len(a.DType.Fields) == 0 || len(a.Shape) != 1 || a.Objects != nil {
		r.FailAt(key, document.ErrUnsupported, "array of %s and shape %v where a structured array of one dimension is expected", a.DType, a.Shape)
		return s
	}
	raw, err := a.raw(r.env)
	if err != nil {
		r.fail(err)
		return s
	}
	s.a, s.raw, s.n = a, raw, a.Shape[0]
	r.structs = append(r.structs, s)
	return s
}

// Len is the number of items; 0 after a fault.
func (s *Struct) Len() int { return s.n }

// Bytes is the items as they lie, Len × ItemSize bytes, and the dtype that says
// where in them the fields are; nil after a fault.
func (s *Struct) Bytes() ([]byte, *DType) {
	if s.a == nil {
		return nil, nil
	}
	return s.raw, s.a.DType
}

// Names lists the fields.
func (s *Struct) Names() []string {
	if s.a == nil {
		return nil
	}
	out := make([]string, len(s.a.DType.Fields))
	for i, f := range s.a.DType.Fields {
		out[i] = f.Name
	}
	return out
}

// Has says whether a field is there. It does not mark it.
func (s *Struct) Has(name string) bool { return s.field(name) != nil }

func (s *Struct) field(name string) *Field {
	if s.a != nil {
		for i := range s.a.DType.Fields {
			if f := &s.a.DType.Fields[i]; f.Name == name {
				return f
			}
		}
	}
	return nil
}

// Harmless counts fields as read that change no answer.
func (s *Struct) Harmless(names ...string) {
	for _, n := range names {
		s.read[n] = true
	}
}

// Rest lists the fields that nothing has read.
func (s *Struct) Rest() []string {
	var out []string
	for _, n := range s.Names() {
		if !s.read[n] {
			out = append(out, n)
		}
	}
	return out
}

// Field is a column, copied: of shape [Len], and more dimensions where the
// field is an array itself.
func (s *Struct) Field(name string) *tensor.Tensor {
	if s.r.fault.err != nil || s.a == nil {
		return tensor.New(tensor.Float64, 0)
	}
	f := s.field(name)
	if f == nil {
		s.r.fail(s.r.env.errorf(document.ErrUnsupported, s.a.path, s.a.Source, "structured array has no field %s", name))
		return tensor.New(tensor.Float64, 0)
	}
	s.read[name] = true
	d, shape := f.Type, []int{s.n}
	for d.Sub != nil {
		shape = append(shape, d.SubShape...)
		d = d.Sub
	}
	if err := s.r.env.spend(s.n*f.Type.Size, s.a.path, s.a.Source.Offset()); err != nil {
		s.r.fail(err)
		return tensor.New(tensor.Float64, 0)
	}
	size, step := f.Type.Size, s.a.DType.Size
	col := make([]byte, s.n*size)
	switch {
	case size == 8:
		for i, at := 0, f.Offset; i < s.n; i, at = i+1, at+step {
			copy(col[i*8:i*8+8], s.raw[at:at+8])
		}
	default:
		for i, at := 0, f.Offset; i < s.n; i, at = i+1, at+step {
			copy(col[i*size:(i+1)*size], s.raw[at:at+size])
		}
	}
	if _, need, ok := count(shape, d.Size); !ok || need != len(col) {
		s.r.fail(s.r.env.errorf(document.ErrCorrupt, s.a.path, s.a.Source, "field %s of %s does not fill %d bytes", name, d, size))
		return tensor.New(tensor.Float64, 0)
	}
	t, err := decode(d, col, shape)
	if err != nil {
		s.r.fail(s.r.env.errorf(document.ErrUnsupported, s.a.path, s.a.Source, "field %s: %v", name, err))
		return tensor.New(tensor.Float64, 0)
	}
	return t
}

// Float64s is a column of numbers as float64.
func (s *Struct) Float64s(name string) []float64 {
	return tensor.Data[float64](s.column(name, tensor.Float64))
}

// Int64s is a column of integers or bools as int64.
func (s *Struct) Int64s(name string) []int64 {
	return tensor.Data[int64](s.column(name, tensor.Int64))
}

func (s *Struct) column(name string, d tensor.DType) *tensor.Tensor {
	t := s.Field(name)
	if s.r.fault.err != nil {
		return tensor.New(d, 0)
	}
	if !t.DType().IsNumeric() || d == tensor.Int64 && t.DType().IsFloat() {
		s.r.fail(s.r.env.errorf(document.ErrUnsupported, s.a.path, s.a.Source, "field %s holds %s, not %s", name, t.DType(), d))
		return tensor.New(d, 0)
	}
	u, err := t.Convert(d)
	if err != nil {
		s.r.fail(err)
		return tensor.New(d, 0)
	}
	return u
}
