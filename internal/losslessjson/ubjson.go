package losslessjson

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/tensor"
)

// NOTE. UBJSON as XGBoost writes it (internal/ubjson/doc.go says how), as JSON:
//
//	[$d#L…           {"$f4": […]}, and by the types $f8 $i1 $u1 $i2 $i4 $i8
//	[#L… of numbers  an array
//	i U I l L        an integer; {"$i8": 5} where XGBoost would take a smaller type
//	d                a number with a point or an exponent; {"$float": "NaN"}
//	D                {"$f8": 0.5}
//
// Everything else that a file may have (other lengths, open ends) sends it to
// "raw".

// markers are the types of UBJSON and the kinds of item that they are here.
var markers = []struct {
	marker byte
	of     tensor.DType
	key    string
}{
	{'i', tensor.Int8, "$i1"}, {'U', tensor.Uint8, "$u1"}, {'I', tensor.Int16, "$i2"}, {'l', tensor.Int32, "$i4"},
	{'L', tensor.Int64, "$i8"}, {'d', tensor.Float32, "$f4"}, {'D', tensor.Float64, "$f8"},
}

// typed is how the numbers of a type lie, and their marker.
func typed(d tensor.DType) (elements, byte) {
	for _, m := range markers {
		if m.of == d {
			e, _ := elementsOf(m.key)
			e.big = e.size > 1
			return e, m.marker
		}
	}
	return elements{}, 0
}

// swapped is numbers in the other byte order.
func (e *elements) swapped(b []byte) (elements, []byte) {
	to := *e
	to.big = !e.big && e.size > 1
	out := make([]byte, 0, len(b))
	for ; len(b) >= e.size; b = b[e.size:] {
		out = to.store(out, e.load(b))
	}
	return to, out
}

// ubjson writes a tree that was parsed from UBJSON. What it cannot say it
// leaves out; then the file does not come back and is kept whole.
func (p *printer) ubjson(t *jsontree.Tree) {
	for n, end := range t.Root().Walk() {
		if end {
			p.close()
			continue
		}
		if n.Parent().Kind() == jsontree.Object {
			p.key(escapeKey(n.Key()))
		}
		l := n.Layout()
		switch n.Kind() {
		case jsontree.Object:
			p.object(lines)
		case jsontree.Array:
			p.array(lines)
		case jsontree.Null:
			p.atom("null")
		case jsontree.Bool:
			v, _ := n.Bool() // the kind was looked at
			p.bool(v)
		case jsontree.String:
			p.str(string(n.XGBoostString()))
		case jsontree.Number:
			p.ubjsonNumber(l.DType, l.Payload)
		case jsontree.Numbers, jsontree.Bools:
			p.ubjsonArray(l)
		}
	}
}

// ubjsonNumber writes one number, with its type where it is not the one that
// XGBoost would take.
func (p *printer) ubjsonNumber(d tensor.DType, payload []byte) {
	e, marker := typed(d)
	if marker == 0 || len(payload) != e.size {
		p.atom("null")
		return
	}
	u := e.load(payload)
	if e.kind == 'f' && floatName(e.float(u)) != "" {
		p.float(e.float(u))
		return
	}
	text := e.append(nil, u)
	if marked, _ := jsontree.AppendMarked(nil, text); bytes.Equal(marked, append([]byte{marker}, payload...)) {
		p.atomBytes(text)
		return
	}
	e.big = false
	p.object(inline)
	p.key(e.key())
	p.atomBytes(text)
	p.close()
}

// ubjsonArray writes an array of numbers or booleans.
func (p *printer) ubjsonArray(l jsontree.Layout) {
	b := l.Payload
	if !l.Marked {
		e, marker := typed(l.DType)
		if marker == 0 || !e.fits(b) {
			p.atom("null")
			return
		}
		little, b := e.swapped(b)
		p.object(inline)
		little.write(p, b)
		p.close()
		return
	}
	p.array(wrapped)
	for len(b) > 0 {
		m := b[0]
		b = b[1:]
		if m == 'T' || m == 'F' {
			p.bool(m == 'T')
			continue
		}
		d := jsontree.MarkerType(m)
		size := d.Size()
		if d == tensor.Invalid || size > len(b) {
			break
		}
		p.ubjsonNumber(d, b[:size])
		b = b[size:]
	}
	p.close()
}

// ubjsonBytes is a UBJSON file again.
func (f *File) ubjsonBytes(root jsontree.Node) ([]byte, error) {
	if raw := child(root, "raw"); raw.Valid() {
		if err := keys(root, "larder", "raw"); err != nil {
			return nil, err
		}
		return bytesOf(raw)
	}
	if err := keys(root, "larder", "value"); err != nil {
		return nil, err
	}
	value, err := need(root, "value")
	if err != nil {
		return nil, err
	}
	w := ubjsonWriter{budget: safeio.NewBudget(format, f.limits.WithDefaults())}
	var markup jsontree.Node // the object that was written as a whole
	for n, end := range value.Walk() {
		switch {
		case markup.Valid():
			if end && n == markup {
				markup = jsontree.Node{}
			}
		case end:
			if n.Kind() == jsontree.Object {
				w.out = append(w.out, '}')
			}
		default:
			if n != value && n.Parent().Kind() == jsontree.Object {
				err = w.key(n)
			}
			whole := false
			if err == nil {
				whole, err = w.value(n)
			}
			if err != nil {
				return nil, err
			}
			if whole {
				markup = n
			}
		}
	}
	return w.out, nil
}

type ubjsonWriter struct {
	out    []byte
	budget *safeio.Budget
}

func (w *ubjsonWriter) length(n int) {
	w.out = binary.BigEndian.AppendUint64(append(w.out, 'L'), uint64(n))
}

func (w *ubjsonWriter) text(n jsontree.Node, s string) error {
	if !utf8.ValidString(s) {
		return n.Errorf(document.ErrCorrupt, "lone surrogate, which UBJSON cannot hold")
	}
	w.length(len(s))
	w.out = append(w.out, s...)
	return nil
}

func (w *ubjsonWriter) key(n jsontree.Node) error {
	k, escaped := n.Key(), false
	if strings.HasPrefix(k, "$") {
		if k, escaped = strings.CutPrefix(k[1:], "$"); !escaped {
			return n.Errorf(document.ErrCorrupt, "%.40s among keys: one that begins with a dollar is written with two", n.Key())
		}
		k = "$" + k
	}
	return w.text(n, k)
}

// value writes a leaf, or what stands before the children of a container. An
// object that is markup it writes whole.
func (w *ubjsonWriter) value(n jsontree.Node) (whole bool, err error) {
	switch n.Kind() {
	case jsontree.Null:
		w.out = append(w.out, 'Z')
	case jsontree.Bool:
		v, _ := n.Bool() // the kind was looked at
		w.bool(v)
	case jsontree.Number:
		return false, w.number(n, []byte(n.Text()))
	case jsontree.String:
		s, err := n.Str()
		if err != nil {
			return false, err
		}
		w.out = append(w.out, 'S')
		return false, w.text(n, s)
	case jsontree.Object:
		for c := range n.Children() {
			if k := c.Key(); n.Len() == 1 && strings.HasPrefix(k, "$") && !strings.HasPrefix(k, "$$") {
				return true, w.markup(c, k)
			}
			break
		}
		w.out = append(w.out, '{')
	default:
		w.out = append(w.out, '[', '#')
		w.length(n.Len())
		for t := range n.Texts() {
			if n.Kind() == jsontree.Bools {
				w.bool(t[0] == 't')
			} else if err := w.number(n, t); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

func (w *ubjsonWriter) bool(v bool) {
	if v {
		w.out = append(w.out, 'T')
	} else {
		w.out = append(w.out, 'F')
	}
}

func (w *ubjsonWriter) number(n jsontree.Node, text []byte) error {
	ok := plainNumber(string(text))
	if ok {
		w.out, ok = jsontree.AppendMarked(w.out, text)
	}
	if !ok {
		return n.Errorf(document.ErrCorrupt, "UBJSON cannot hold %.40s", text)
	}
	return nil
}

// markup writes {"$float": "NaN"}, {"$f4": […]} and {"$f8": 0.5}.
func (w *ubjsonWriter) markup(n jsontree.Node, key string) error {
	if key == "$float" {
		s, err := n.Str()
		if err != nil {
			return err
		}
		v, ok := floatNamed(s)
		if !ok {
			return n.Errorf(document.ErrCorrupt, "no float is called so")
		}
		w.out = binary.BigEndian.AppendUint32(append(w.out, 'd'), math.Float32bits(float32(v)))
		return nil
	}
	for _, m := range markers {
		if m.key != key {
			continue
		}
		e, _ := elementsOf(key)
		if n.Kind() == jsontree.Number {
			b, ok := e.parse(nil, n.Text())
			if !ok || !plainNumber(n.Text()) {
				return n.Errorf(document.ErrCorrupt, "%.40s is no item of %s", n.Text(), key)
			}
			_, b = e.swapped(b)
			w.out = append(append(w.out, m.marker), b...)
			return nil
		}
		b, err := e.read(n, func(n jsontree.Node, size int64) error { return w.budget.Spend(2*size, "", n.Offset()) })
		if err != nil {
			return err
		}
		_, b = e.swapped(b)
		w.out = append(w.out, '[', '$', m.marker, '#')
		w.length(len(b) / e.size)
		w.out = append(w.out, b...)
		return nil
	}
	return n.Errorf(document.ErrCorrupt, "%.40s is not known: a key that begins with a dollar is written with two", key)
}
