package jsontree

import (
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Style says how JSON is written. No style writes white space, but Indented.
type Style uint8

const (
	// Source keeps the text of numbers and strings where the source is JSON.
	Source Style = iota
	// XGBoostStyle writes what XGBoost would: floats as the shortest float32 of
	// the form d.dddE±n, its own escapes. The order of keys stays; XGBoost's is
	// the order of bytes.
	XGBoostStyle
	// Indented is Source for people: two spaces, an array of numbers on one line.
	Indented
)

// WriteJSON writes a node and what is below it.
func WriteJSON(w io.Writer, n Node, s Style) error {
	if !n.Valid() {
		return document.Errorf(document.ErrInput, "json", "", -1, "nothing to write")
	}
	o := Sink{W: w}
	j := writer{o: &o, t: n.t, style: s}
	for c, end := range n.Walk() {
		if end {
			j.end(c)
		} else {
			j.begin(c, c != n)
		}
		if o.err != nil {
			break
		}
	}
	return o.Close()
}

// Sink collects small pieces for a writer. Its error is sticky.
type Sink struct {
	W   io.Writer
	buf []byte
	err error
}

const sinkSize = 64 << 10

// Room is the buffer to append to; give the result to Put.
func (s *Sink) Room() []byte {
	if len(s.buf) >= sinkSize {
		s.flush()
	}
	if s.buf == nil {
		s.buf = make([]byte, 0, sinkSize+4<<10)
	}
	return s.buf
}

// Put takes what Room gave, with more at its end.
func (s *Sink) Put(b []byte) { s.buf = b }

// Write puts bytes of any number.
func (s *Sink) Write(b []byte) {
	if len(b) < sinkSize/2 {
		s.buf = append(s.Room(), b...)
		return
	}
	s.flush()
	if s.err == nil {
		_, s.err = s.W.Write(b)
	}
}

func (s *Sink) flush() {
	if s.err == nil && len(s.buf) > 0 {
		_, s.err = s.W.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

// Err is the first fault.
func (s *Sink) Err() error { return s.err }

// Fail records a fault, unless there is one.
func (s *Sink) Fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Close writes what is left and answers the first fault.
func (s *Sink) Close() error {
	s.flush()
	return s.err
}

type writer struct {
	o     *Sink
	t     *Tree
	style Style
	depth int
}

// begin writes a leaf, or what stands before the children of a container.
func (w *writer) begin(n Node, inside bool) {
	d, b := n.node(), w.o.Room()
	if inside {
		if n.i > d.parent+1 {
			b = append(b, ',')
		}
		b = w.line(b)
		if w.t.nodes[d.parent].kind == Object {
			b = w.key(b, d.key)
		}
	}
	if !d.kind.container() {
		w.o.Put(b)
		w.leaf(n)
		return
	}
	w.depth++
	w.o.Put(append(b, opening(d.kind)))
}

// end writes what stands after the children of a container.
func (w *writer) end(n Node) {
	w.depth--
	d, b := n.node(), w.o.Room()
	if d.n > 0 {
		b = w.line(b)
	}
	w.o.Put(append(b, opening(d.kind)+2)) // { and }, [ and ] are two apart
}

func opening(k Kind) byte {
	if k == Object {
		return '{'
	}
	return '['
}

// line begins a new line where the style has lines.
func (w *writer) line(b []byte) []byte {
	if w.style != Indented {
		return b
	}
	b = append(b, '\n')
	for range w.depth {
		b = append(b, "  "...)
	}
	return b
}

func (w *writer) key(b []byte, i uint32) []byte {
	k := &w.t.keys[i]
	b = append(b, '"')
	switch {
	case w.style == XGBoostStyle && k.text:
		b = escapeXGBoost(b, unescape([]byte(k.raw), XGBoost))
	case w.style == XGBoostStyle:
		b = escapeXGBoost(b, withoutSurrogates([]byte(k.str)))
	case k.text:
		b = append(b, k.raw...)
	default:
		b = escape(b, []byte(k.str))
	}
	b = append(b, '"', ':')
	if w.style == Indented {
		b = append(b, ' ')
	}
	return b
}

func (w *writer) leaf(n Node) {
	d, o := n.node(), w.o
	switch d.kind {
	case Null:
		o.Put(append(o.Room(), "null"...))
	case Bool:
		o.Put(appendBool(o.Room(), d.n != 0))
	case String:
		w.str(n)
	case Number:
		if d.enc == encText {
			o.Put(w.number(o.Room(), n.payload()))
		} else {
			o.Put(appendTyped(o.Room(), n.payload(), tensor.DType(d.dtype)))
		}
	case Numbers, Bools:
		o.Put(append(o.Room(), '['))
		w.elements(n)
		o.Put(append(o.Room(), ']'))
	}
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, "true"...)
	}
	return append(b, "false"...)
}

func (w *writer) str(n Node) {
	o := w.o
	o.Put(append(o.Room(), '"'))
	switch b := n.payload(); {
	case w.style == XGBoostStyle:
		o.Write(escapeXGBoost(nil, n.XGBoostString()))
	case n.node().enc == encText:
		o.Write(b)
	default:
		o.Write(escape(nil, b))
	}
	o.Put(append(o.Room(), '"'))
}

// number writes the text of a number.
func (w *writer) number(b, text []byte) []byte {
	if w.style != XGBoostStyle {
		return append(b, text...)
	}
	if v, _, ok := parseInt(text, 0); ok {
		return strconv.AppendInt(b, v, 10)
	}
	if _, integral, _ := scanNumber(text, 0); integral {
		return append(b, text...) // too large
	}
	v, _ := parseFloat32(text, 0)
	return appendFloat(b, float64(v), 32)
}

// elements writes what stands between the brackets of a Numbers or Bools.
func (w *writer) elements(n Node) {
	d, o, p := n.node(), w.o, n.payload()
	switch {
	case d.enc == encText && d.flags&flagSpaces == 0 && (w.style != XGBoostStyle || d.kind == Bools):
		o.Write(p)
	case d.enc == encText:
		k := 0
		for text := range n.Texts() {
			b := comma(o.Room(), k)
			if d.kind == Bools {
				b = append(b, text...)
			} else {
				b = w.number(b, text)
			}
			o.Put(b)
			k++
		}
	case d.kind == Bools:
		for k, c := range p {
			o.Put(appendBool(comma(o.Room(), k), c == 'T'))
		}
	case d.enc == encTyped:
		t := tensor.DType(d.dtype)
		size := t.Size()
		for k := range len(p) / size {
			o.Put(appendTyped(comma(o.Room(), k), p[k*size:], t))
		}
	case d.enc == encMarked:
		for i := 0; i < len(p); {
			t, size := markedElement(p, i)
			if size == 0 {
				o.Fail(n.changed())
				return
			}
			o.Put(appendTyped(comma(o.Room(), i), p[i+1:i+size], t))
			i += size
		}
	}
}

func comma(b []byte, k int) []byte {
	if k > 0 {
		return append(b, ',')
	}
	return b
}

// escape writes a string as RFC 8259 §7 has it, with as few escapes as can be.
func escape(out, b []byte) []byte {
	for i := 0; i < len(b); {
		k := plain(b, i)
		out = append(out, b[i:k]...)
		if i = k; i >= len(b) {
			break
		}
		if b[i] < utf8.RuneSelf {
			out = escapeASCII(out, b[i])
			i++
		} else if r, ok := surrogate(b[i:]); ok {
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			i += 3
		} else {
			out = append(out, b[i])
			i++
		}
	}
	return out
}

// escapeXGBoost writes a string as XGBoost does: like escape, but a backslash
// before a "u" stands for itself.
func escapeXGBoost(out, b []byte) []byte {
	for i := 0; i < len(b); {
		k := plain(b, i)
		out = append(out, b[i:k]...)
		if i = k; i >= len(b) {
			break
		}
		if b[i] < utf8.RuneSelf && !(b[i] == '\\' && i+1 < len(b) && b[i+1] == 'u') {
			out = escapeASCII(out, b[i])
		} else {
			out = append(out, b[i])
		}
		i++
	}
	return out
}

func escapeASCII(out []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	if c < 0x20 {
		return append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
	return append(out, c)
}
