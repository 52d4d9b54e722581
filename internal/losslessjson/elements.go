package losslessjson

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// elements says how bytes are the items of an array: numpy's kind, the bytes of
// an item, their order.
//
//	b i u f c   booleans and numbers; a complex number is two of them
//	U S         text, filled up with zeros: U has 4 bytes for a character
//	V           a structure of fields, each at an offset
type elements struct {
	kind   byte
	size   int
	big    bool
	fields []field
}

type field struct {
	name   string
	offset int
	width  int
	of     elements
}

// maxText is the size of a text item that is still written as text: a dtype may
// have any size, and its items are mostly zeros then.
const maxText = 1 << 16

// key is the name of the elements: "$f8", "$>i4", "$U12".
func (e *elements) key() string {
	size, order := e.size, ""
	if e.kind == 'U' {
		size /= 4
	}
	if e.big {
		order = ">"
	}
	return "$" + order + string(e.kind) + strconv.Itoa(size)
}

// elementsOf is the inverse of key, for all kinds but V.
func elementsOf(key string) (e elements, ok bool) {
	s, ok := strings.CutPrefix(key, "$")
	if s, e.big = strings.CutPrefix(s, ">"); !ok || len(s) < 2 {
		return e, false
	}
	e.kind = s[0]
	n, err := strconv.Atoi(s[1:])
	if err != nil || n < 0 || n > maxText {
		return e, false
	}
	if e.size = n; e.kind == 'U' {
		e.size *= 4
	}
	return e, e.valid() && e.key() == key
}

func (e *elements) valid() bool {
	switch e.kind {
	case 'b':
		return e.size == 1 && !e.big
	case 'i', 'u':
		return e.size == 1 && !e.big || e.size == 2 || e.size == 4 || e.size == 8
	case 'f':
		return e.size == 2 || e.size == 4 || e.size == 8
	case 'c':
		return e.size == 8 || e.size == 16
	case 'U':
		return e.size > 0 && e.size <= 4*maxText && e.size%4 == 0
	case 'S':
		return e.size > 0 && e.size <= maxText && !e.big
	}
	return false
}

// number is the elements with complex numbers taken apart.
func (e *elements) number() elements {
	n := *e
	if n.kind == 'c' {
		n.kind, n.size = 'f', n.size/2
	}
	return n
}

// load is an item as an integer.
func (e *elements) load(b []byte) (u uint64) {
	for k := range e.size {
		if e.big {
			u = u<<8 | uint64(b[k])
		} else {
			u |= uint64(b[k]) << (8 * k)
		}
	}
	return u
}

func (e *elements) store(out []byte, u uint64) []byte {
	for k := range e.size {
		if e.big {
			k = e.size - 1 - k
		}
		out = append(out, byte(u>>(8*k)))
	}
	return out
}

// The NaN of each size that numpy.nan is.
func quiet(size int) uint64 {
	switch size {
	case 2:
		return 0x7e00
	case 4:
		return 0x7fc00000
	}
	return quietNaN
}

// float is an item of kind f.
func (e *elements) float(u uint64) float64 {
	switch e.size {
	case 2:
		return float64(tensor.FromF16(uint16(u)))
	case 4:
		return float64(math.Float32frombits(uint32(u)))
	}
	return math.Float64frombits(u)
}

// fits says whether bytes come back exactly from what write writes.
func (e *elements) fits(b []byte) bool {
	if e.size == 0 || len(b)%e.size != 0 {
		return false
	}
	n := e.number()
	switch e.kind {
	case 'V':
		return e.fitsFields(b)
	case 'b':
		for _, c := range b {
			if c > 1 {
				return false
			}
		}
	case 'f', 'c':
		for ; len(b) > 0; b = b[n.size:] {
			if u := n.load(b); n.float(u) != n.float(u) && u != quiet(n.size) {
				return false
			}
		}
	case 'U':
		for ; len(b) > 0; b = b[e.size:] {
			if !e.fitsText(b[:e.size]) {
				return false
			}
		}
	}
	return true
}

// fitsText says whether an item is text that JSON can hold.
func (e *elements) fitsText(b []byte) bool {
	high := false
	for ; len(b) > 0; b = b[4:] {
		c := e.char(b)
		if c > utf8.MaxRune || high && c>>10 == 0xdc00>>10 {
			return false
		}
		high = c>>10 == 0xd800>>10
	}
	return true
}

func (e *elements) char(b []byte) uint32 {
	if e.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// text is an item of kind U or S without the zeros at its end; bytes as Latin-1.
func (e *elements) text(b []byte) string {
	var out []byte
	width := 1
	if e.kind == 'U' {
		width = 4
	}
	end := len(b)
	for end > 0 && b[end-1] == 0 {
		end--
	}
	for i := 0; i < (end+width-1)/width*width; i += width {
		c := rune(b[i])
		if width == 4 {
			c = rune(e.char(b[i:]))
		}
		out = appendWTF8(out, c)
	}
	return string(out)
}

func appendWTF8(out []byte, c rune) []byte {
	if c >= 0xd800 && c < 0xe000 {
		return append(out, 0xe0|byte(c>>12), 0x80|byte(c>>6)&0xbf, 0x80|byte(c)&0xbf)
	}
	return utf8.AppendRune(out, c)
}

// write writes bytes that fit, as "$f8": […].
func (e *elements) write(p *printer, b []byte) {
	if e.kind == 'V' {
		e.writeFields(p, b)
		return
	}
	p.key(e.key())
	p.array(wrapped)
	n := e.number()
	var buf []byte
	for ; len(b) > 0; b = b[n.size:] {
		switch u := uint64(0); n.kind {
		case 'U', 'S':
			p.str(n.text(b[:n.size]))
		case 'b':
			p.bool(b[0] != 0)
		default:
			u = n.load(b)
			if n.kind == 'f' {
				if name := floatName(n.float(u)); name != "" {
					if n.float(u) != n.float(u) {
						name = "NaN" // widened, its bits say nothing
					}
					p.str(name)
					continue
				}
			}
			buf = n.append(buf[:0], u)
			p.atomBytes(buf)
		}
	}
	p.close()
}

// append appends a number as text: a float always with a point or an exponent.
func (e *elements) append(out []byte, u uint64) []byte {
	switch e.kind {
	case 'u':
		return strconv.AppendUint(out, u, 10)
	case 'i':
		shift := 64 - 8*e.size
		return strconv.AppendInt(out, int64(u<<shift)>>shift, 10)
	}
	return appendFloat(out, e.float(u), min(max(8*e.size, 32), 64))
}

func appendFloat(out []byte, v float64, bits int) []byte {
	from := len(out)
	out = strconv.AppendFloat(out, v, 'g', -1, bits)
	for _, c := range out[from:] {
		if c == '.' || c == 'e' {
			return out
		}
	}
	return append(out, ".0"...)
}

// parse reads one number or boolean.
func (e *elements) parse(out []byte, text string) ([]byte, bool) {
	var u uint64
	var err error
	switch {
	case e.kind == 'b':
		if text == "true" {
			u = 1
		}
		return e.store(out, u), text == "true" || text == "false"
	case e.kind == 'u':
		u, err = strconv.ParseUint(text, 10, 8*e.size)
	case e.kind == 'i':
		var i int64
		i, err = strconv.ParseInt(text, 10, 8*e.size)
		u = uint64(i)
	default:
		if text == "NaN" {
			return e.store(out, quiet(e.size)), true
		}
		var x float64
		if x, err = strconv.ParseFloat(text, max(8*e.size, 32)); err == nil || text == "Infinity" || text == "-Infinity" {
			switch e.size {
			case 2:
				u = uint64(tensor.F16(x))
			case 4:
				u = uint64(math.Float32bits(float32(x)))
			default:
				u = math.Float64bits(x)
			}
		}
	}
	return e.store(out, u), err == nil
}

// parseText fills one item of kind U or S.
func (e *elements) parseText(out []byte, s string) ([]byte, bool) {
	end := len(out) + e.size
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if r, ok := surrogate(s[i:]); ok {
			c, n = r, 3
		}
		i += n
		switch {
		case e.kind == 'U' && e.big:
			out = binary.BigEndian.AppendUint32(out, uint32(c))
		case e.kind == 'U':
			out = binary.LittleEndian.AppendUint32(out, uint32(c))
		case c > 0xff:
			return out, false
		default:
			out = append(out, byte(c))
		}
		if len(out) > end {
			return out, false
		}
	}
	return append(out, make([]byte, end-len(out))...), true
}

// read is the inverse of write, for all kinds but V. made counts the bytes.
func (e *elements) read(n jsontree.Node, made func(jsontree.Node, int64) error) ([]byte, error) {
	item := e.number()
	if err := made(n, int64(n.Len())*int64(item.size)); err != nil {
		return nil, err
	}
	out := make([]byte, 0, n.Len()*item.size)
	ok := true
	switch n.Kind() {
	case jsontree.Numbers, jsontree.Bools:
		for t := range n.Texts() {
			text := string(t)
			if out, ok = item.parse(out, text); !ok || n.Kind() == jsontree.Numbers && !plainNumber(text) || e.kind == 'U' || e.kind == 'S' {
				return nil, n.Errorf(document.ErrCorrupt, "%.40s is no item of %s", text, e.key())
			}
		}
	case jsontree.Array:
		for c := range n.Children() {
			text := c.Text()
			switch {
			case c.Kind() == jsontree.String:
				s, err := c.Str()
				if err != nil {
					return nil, err
				}
				if text = s; e.kind == 'U' || e.kind == 'S' {
					out, ok = item.parseText(out, s)
				} else {
					ok = (s == "NaN" || s == "Infinity" || s == "-Infinity") && item.kind == 'f'
					if ok {
						out, ok = item.parse(out, s)
					}
				}
			case c.Kind() == jsontree.Number && e.kind != 'U' && e.kind != 'S' && plainNumber(text):
				out, ok = item.parse(out, text)
			default:
				ok = false
			}
			if !ok {
				return nil, c.Errorf(document.ErrCorrupt, "%s %.40q is no item of %s", c.Kind(), text, e.key())
			}
		}
	default:
		return nil, n.Errorf(document.ErrCorrupt, "%s where items of %s belong", n.Kind(), e.key())
	}
	return out, nil
}
