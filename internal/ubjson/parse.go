package ubjson

import (
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/tensor"
)

// Parse reads one UBJSON document. The tree shares b, which must stay as it is.
func Parse(b []byte, d jsontree.Decoder) (*jsontree.Tree, error) {
	if d.Format == "" {
		d.Format = "ubjson"
	}
	d.Dialect = jsontree.XGBoost
	p := parser{a: jsontree.NewAssembler(b, d), c: safeio.New(d.Format, b), b: b}
	p.run()
	p.a.Check(p.c.Err())
	return p.a.Tree()
}

type parser struct {
	a    *jsontree.Assembler
	c    *safeio.Cursor
	b    []byte
	open []container
}

// container is an array or object that has begun.
type container struct {
	kind jsontree.Kind
	left int64 // values to come; uncounted where a bracket ends it
}

const uncounted = -1

func (p *parser) failed() bool { return p.a.Err() != nil || p.c.Err() != nil }

func (p *parser) fail(at int, sentinel error, detail string, args ...any) {
	if p.c.Err() == nil {
		p.a.Fail(sentinel, at, detail, args...)
	}
}

// run goes through the document once; the containers that are open are in
// p.open.
func (p *parser) run() {
	for !p.failed() {
		complete := p.value()
		for complete && !p.failed() {
			if len(p.open) == 0 {
				if p.c.Left() > 0 {
					p.fail(p.c.Pos(), document.ErrCorrupt, "%d bytes after the end", p.c.Left())
				}
				return
			}
			complete = p.next()
		}
	}
}

// value reads a value and answers true, or the beginning of a container with
// something in it and answers false.
func (p *parser) value() (complete bool) {
	at := p.c.Pos()
	switch m := p.c.Byte("value"); m {
	case '{':
		return p.object(at)
	case '[':
		return p.array(at)
	case 'S':
		n, marker := p.length("string")
		head := p.c.Pos() - at
		if s := p.c.Take(n, "string"); !utf8.Valid(s) {
			p.fail(at+head, document.ErrCorrupt, "string that is not UTF-8")
		}
		p.leaf(jsontree.Leaf{Kind: jsontree.String, Offset: at, Head: head, DType: tensor.String, Marker: marker})
	case 'Z':
		p.leaf(jsontree.Leaf{Kind: jsontree.Null, Offset: at})
	case 'T', 'F':
		count := 0
		if m == 'T' {
			count = 1
		}
		p.leaf(jsontree.Leaf{Kind: jsontree.Bool, Offset: at, Count: count})
	default:
		t := jsontree.MarkerType(m)
		if t == tensor.Invalid {
			p.unknown(at, m, "value")
			return true
		}
		p.c.Take(int64(t.Size()), "number")
		p.leaf(jsontree.Leaf{Kind: jsontree.Number, Offset: at, Head: 1, DType: t, Integral: t.IsInteger()})
	}
	return true
}

// unknown is a fault for a marker that cannot stand where it stands.
func (p *parser) unknown(at int, m byte, what string) {
	switch m {
	case 'N', 'C', 'H':
		name := map[byte]string{'N': "no-op", 'C': "character", 'H': "high-precision number"}[m]
		p.fail(at, document.ErrUnsupported, "marker %c (%s), which XGBoost does not write", m, name)
	default:
		p.fail(at, document.ErrCorrupt, "byte 0x%02x where the marker of a %s belongs", m, what)
	}
}

// leaf adds a leaf that ends at the position.
func (p *parser) leaf(l jsontree.Leaf) {
	if p.c.Err() == nil {
		l.End = p.c.Pos()
		p.a.Leaf(l)
	}
}

// length reads a length and its marker, which is answered as 0 where it is
// XGBoost's own.
func (p *parser) length(what string) (n int64, marker byte) {
	at := p.c.Pos()
	marker = p.c.Byte("length")
	switch marker {
	case 'L':
		n, marker = int64(p.c.BE64("length")), 0
	case 'i', 'U', 'I', 'l':
		for i, c := range p.c.Take(int64(jsontree.MarkerType(marker).Size()), "length") {
			if i == 0 && marker != 'U' {
				n = int64(int8(c))
			} else {
				n = n<<8 | int64(c)
			}
		}
	default:
		if p.c.Err() == nil {
			p.unknown(at, marker, "length")
		}
	}
	if n < 0 {
		p.fail(at, document.ErrCorrupt, "negative length %d (%s)", n, what)
	}
	return n, marker
}

// count is length for values of at least some bytes each.
func (p *parser) count(least int, what string) (n int64, marker byte) {
	n, marker = p.length(what)
	if p.failed() {
		return 0, 0
	}
	return int64(p.c.Count(uint64(n), least, what)), marker
}

func (p *parser) peek() byte {
	if i := p.c.Pos(); i < len(p.b) {
		return p.b[i]
	}
	return 0
}

// begin opens a container and goes on to what is in it.
func (p *parser) begin(kind jsontree.Kind, at int, left int64, marker byte) (complete bool) {
	if p.failed() {
		return false
	}
	p.a.Open(kind, at, (left == uncounted) == (kind == jsontree.Array), marker)
	p.open = append(p.open, container{kind, left})
	return p.next()
}

// next goes on in the innermost container: to the next value, past its key, or
// to its end, which completes it.
func (p *parser) next() (complete bool) {
	in := &p.open[len(p.open)-1]
	end := in.left == 0
	switch in.left {
	case 0:
	case uncounted:
		closing := byte(']')
		if in.kind == jsontree.Object {
			closing = '}'
		}
		if end = p.peek() == closing; end {
			p.c.Byte("end")
		}
	default:
		in.left--
	}
	if end {
		p.open = p.open[:len(p.open)-1]
		p.a.Close(p.c.Pos())
		return true
	}
	if in.kind == jsontree.Object {
		p.key()
	}
	return false
}

func (p *parser) key() {
	at := p.c.Pos()
	n, marker := p.length("key")
	k := p.c.Take(n, "key")
	if !utf8.Valid(k) {
		p.fail(at, document.ErrCorrupt, "key that is not UTF-8")
	}
	if p.failed() {
		return
	}
	p.a.Key(k, nil, at, marker)
}

func (p *parser) object(at int) (complete bool) {
	switch p.peek() {
	case '$':
		p.fail(at, document.ErrUnsupported, "typed object, which XGBoost does not write")
		return true
	case '#':
		p.c.Byte("count")
		n, marker := p.count(3, "pairs") // a length of two bytes and a value of one
		return p.begin(jsontree.Object, at, n, marker)
	}
	return p.begin(jsontree.Object, at, uncounted, 0)
}

func (p *parser) array(at int) (complete bool) {
	n, marker := int64(uncounted), byte(0)
	switch p.peek() {
	case '$':
		p.typed(at)
		return true
	case '#':
		p.c.Byte("count")
		n, marker = p.count(1, "elements")
	}
	if p.failed() {
		return false
	}
	if p.alike(at, n, marker) {
		return true
	}
	return p.begin(jsontree.Array, at, n, marker)
}

// typed reads the rest of an array whose elements have one type.
func (p *parser) typed(at int) {
	p.c.Byte("type")
	m := p.c.Byte("type")
	t := jsontree.MarkerType(m)
	if p.c.Err() == nil && t == tensor.Invalid {
		p.fail(at, document.ErrUnsupported, "typed array of %q, which XGBoost does not write", m)
		return
	}
	if i := p.c.Pos(); p.c.Byte("count") != '#' && p.c.Err() == nil {
		p.fail(i, document.ErrCorrupt, "typed array without a count")
		return
	}
	n, marker := p.count(max(1, t.Size()), "elements")
	head := p.c.Pos() - at
	p.c.Take(n*int64(t.Size()), "elements")
	if !p.failed() {
		p.leaf(jsontree.Leaf{Kind: jsontree.Numbers, Offset: at, Head: head, Count: int(n), DType: t, Integral: t.IsInteger(), Marker: marker})
	}
}

// alike takes an array of at least one element, all of which are numbers, or
// all T or F, as one leaf.
func (p *parser) alike(at int, n int64, marker byte) bool {
	b, from := p.b, p.c.Pos()
	i, count, integral := from, 0, true
	kind := jsontree.Numbers
	if c := p.peek(); c == 'T' || c == 'F' {
		kind = jsontree.Bools
	}
	for n == uncounted || int64(count) < n {
		if i >= len(b) {
			p.fail(len(b), document.ErrCorrupt, "ends in the middle of an array")
			return false
		}
		if n == uncounted && b[i] == ']' {
			break
		}
		if kind == jsontree.Bools {
			if b[i] != 'T' && b[i] != 'F' {
				return false
			}
			i++
		} else {
			t := jsontree.MarkerType(b[i])
			if t == tensor.Invalid {
				return false
			}
			integral = integral && t.IsInteger()
			i += 1 + t.Size()
		}
		count++
	}
	if count == 0 {
		return false
	}
	l := jsontree.Leaf{Kind: kind, Offset: at, Head: from - at, Count: count, Marked: true, Marker: marker}
	l.Integral = integral && kind == jsontree.Numbers
	p.c.Take(int64(i-from), "elements")
	if n == uncounted {
		p.c.Byte("end")
		l.Tail, l.OpenEnd = 1, true
	}
	p.leaf(l)
	return true
}
