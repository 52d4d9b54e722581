package losslessjson

import (
	"bytes"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

// NOTE. Bytes that are structures (the nodes of a tree in scikit-learn) are
// written by columns:
//
//	{"$rows": 3, "$size": 16, "$fields": {"left": {"$at": 0, "$i8": […]}, "value": {"$at": 8, "$f8": […]}}}
//
// What lies between the fields has to be zero; else the bytes are base64.

// column is the bytes of one field of all items.
func (e *elements) column(f field, b []byte) []byte {
	out := make([]byte, 0, len(b)/e.size*f.width)
	for ; len(b) > 0; b = b[e.size:] {
		out = append(out, b[f.offset:f.offset+f.width]...)
	}
	return out
}

// place puts a column into the items.
func (e *elements) place(f field, column, items []byte) {
	for i := f.offset; len(column) > 0; i += e.size {
		copy(items[i:], column[:f.width])
		column = column[f.width:]
	}
}

// sparse says whether items take so much more room than their fields that
// numbers are not the way to write them.
func sparse(total, inFields int64) bool { return total > 4096+64*inFields }

func (e *elements) fitsFields(b []byte) bool {
	names := map[string]bool{}
	width := 0
	again := make([]byte, len(b))
	for _, f := range e.fields {
		c := e.column(f, b)
		if !f.of.fits(c) || names[f.name] || strings.HasPrefix(f.name, "$") || splitPairs(f.name) != nil {
			return false
		}
		names[f.name] = true
		width += f.width
		e.place(f, c, again)
	}
	return bytes.Equal(again, b) && !sparse(int64(len(b)), int64(len(b)/e.size*width))
}

func (e *elements) writeFields(p *printer, b []byte) {
	p.key("$rows")
	p.int(int64(len(b) / e.size))
	p.key("$size")
	p.int(int64(e.size))
	p.key("$fields")
	p.object(lines)
	for _, f := range e.fields {
		p.key(f.name)
		p.object(inline)
		p.key("$at")
		p.int(int64(f.offset))
		f.of.write(p, e.column(f, b))
		p.close()
	}
	p.close()
}

// readFields is the inverse of writeFields.
func readFields(n jsontree.Node, made func(jsontree.Node, int64) error) ([]byte, error) {
	r, s, fs := child(n, "$rows"), child(n, "$size"), child(n, "$fields")
	rows, err := intIn(r, 0, 1<<40)
	if err != nil {
		return nil, err
	}
	size, err := intIn(s, 1, 1<<31)
	if err != nil {
		return nil, err
	}
	if fs.Kind() != jsontree.Object {
		return nil, n.Errorf(document.ErrCorrupt, "$rows without $fields")
	}
	type column struct {
		f field
		b []byte
	}
	var columns []column
	inFields := int64(0)
	for c := range fs.Children() {
		var col column
		known := false
		for x := range c.Children() {
			if x.Key() == "$at" {
				at, err := intIn(x, 0, size)
				if err != nil {
					return nil, err
				}
				col.f.offset = int(at)
				continue
			}
			if col.f.of, known = elementsOf(x.Key()); !known {
				return nil, x.Errorf(document.ErrCorrupt, "%q is no kind of item", x.Key())
			}
			if col.b, err = col.f.of.read(x, made); err != nil {
				return nil, err
			}
		}
		if c.Kind() != jsontree.Object || c.Len() != 2 || !known {
			return nil, c.Errorf(document.ErrCorrupt, "a field is an object of $at and the items")
		}
		if rows > 0 {
			col.f.width = len(col.b) / int(rows)
		}
		if rows == 0 && len(col.b) > 0 || rows > 0 && int64(len(col.b)) != rows*int64(col.f.width) ||
			int64(col.f.offset)+int64(col.f.width) > size {
			return nil, c.Errorf(document.ErrCorrupt, "%d bytes at %d are no field of %d items of %d bytes", len(col.b), col.f.offset, rows, size)
		}
		inFields += int64(len(col.b))
		columns = append(columns, col)
	}
	if rows > 0 && size > (1<<62)/rows || sparse(rows*size, inFields) {
		return nil, n.Errorf(document.ErrLimit, "%d items of %d bytes of %d bytes in fields", rows, size, inFields)
	}
	if err := made(n, rows*size); err != nil {
		return nil, err
	}
	e := elements{size: int(size)}
	out := make([]byte, rows*size)
	for _, c := range columns {
		e.place(c.f, c.b, out)
	}
	return out, nil
}

// child is the value of a key, or the zero Node.
func child(n jsontree.Node, key string) jsontree.Node {
	c, _ := n.Get(key)
	return c
}

// dtypeOf reads a pickled numpy.dtype as far as its items can be written as
// numbers or text; nil where they cannot.
//
//	numpy.dtype("f8", …) + state (3, "<", subdtype, names, fields, itemsize, …)
func dtypeOf(v pickle.Value) *elements {
	e, names := simpleOf(v)
	if e == nil || e.kind != 'V' {
		return e
	}
	st := v.State()
	if names.Kind() != pickle.Tuple || st.Item(4).Kind() != pickle.Dict {
		return nil
	}
	for name := range names.Items() {
		entry, ok := st.Item(4).Lookup(name.Str())
		if !ok || entry.Kind() != pickle.Tuple || entry.Len() < 2 {
			return nil
		}
		of, sub := simpleOf(entry.Item(0))
		f := field{name: name.Str(), offset: int(entry.Item(1).Int())}
		if of == nil {
			return nil
		}
		if f.width = of.size; of.kind == 'V' {
			// An array inside: only the whole width of it is known here.
			if of, _ = simpleOf(sub); of == nil || of.kind == 'V' {
				return nil
			}
		}
		f.of = *of
		if f.offset < 0 || f.width <= 0 || f.width%of.size != 0 || f.offset > e.size-f.width {
			return nil
		}
		e.fields = append(e.fields, f)
	}
	if len(e.fields) == 0 {
		return nil
	}
	return e
}

// simpleOf reads a dtype without its fields; of a structure it answers the
// names too, of an array inside one the dtype of its items.
func simpleOf(v pickle.Value) (*elements, pickle.Value) {
	none := pickle.Value{}
	if v.Class() != "numpy.dtype" || v.Args().Kind() != pickle.Tuple || v.Args().Len() == 0 {
		return nil, none
	}
	st := v.State()
	if st.Kind() != pickle.Tuple || st.Len() < 6 || st.Item(1).Kind() != pickle.String {
		return nil, none
	}
	name := strings.TrimLeft(v.Args().Item(0).Str(), "<|=>")
	if strings.HasPrefix(name, "V") {
		e := &elements{kind: 'V', size: int(st.Item(5).Int())}
		if sub := st.Item(2); sub.Kind() == pickle.Tuple && sub.Len() == 2 {
			return e, sub.Item(0)
		}
		if e.size < 1 || e.size > 1<<31 {
			return nil, none
		}
		return e, st.Item(3)
	}
	if strings.HasPrefix(name, "M8") || strings.HasPrefix(name, "m8") {
		name = "i8"
	}
	e, ok := elementsOf("$" + name)
	if e.big = st.Item(1).Str() == ">"; !ok || !e.valid() {
		return nil, none
	}
	return &e, none
}

// noteData notes which bytes below an instance are the items of an array.
func (s *sharing) noteData(v pickle.Value) {
	_, name := v.Callable().Global()
	args := v.Args()
	dtype, data := pickle.Value{}, pickle.Value{}
	switch st := v.State(); {
	case name == "NumpyArrayWrapper":
		dtype, _ = st.Lookup("dtype")
		data = v
	case st.Kind() == pickle.Tuple && st.Len() >= 5: // numpy.core.multiarray._reconstruct and its like
		dtype, data = st.Item(2), holder(st.Item(4))
	case args.Kind() != pickle.Tuple || args.Len() < 2:
	case name == "_frombuffer":
		dtype, data = args.Item(1), holder(args.Item(0))
	case name == "scalar":
		dtype, data = args.Item(0), holder(args.Item(1))
	}
	if dtype.IsValid() && data.IsValid() && s.data[data] == nil {
		if e := dtypeOf(dtype); e != nil {
			s.data[data] = e
		}
	}
}

// holder is the value that has the bytes of an array: bytes themselves, what a
// buffer is a view of, the text of _codecs.encode(text, "latin1").
func holder(v pickle.Value) pickle.Value {
	for range 4 {
		switch v.Kind() {
		case pickle.Buffer:
			v = v.Viewed()
		case pickle.Instance:
			a := v.Args()
			if c := v.Class(); a.Kind() != pickle.Tuple || a.Len() == 0 ||
				c != "_codecs.encode" && c != "builtins.bytearray" && c != "__builtin__.bytearray" {
				return pickle.Value{}
			}
			v = a.Item(0)
		case pickle.Bytes, pickle.ByteArray, pickle.String:
			return v
		default:
			return pickle.Value{}
		}
	}
	return pickle.Value{}
}
