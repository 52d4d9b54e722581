package jsontree

import (
	"bytes"

	"github.com/larder-ml/larder/document"
)

// Parse reads one JSON document. The tree shares b, which must stay as it is.
func Parse(b []byte, d Decoder) (*Tree, error) {
	if d.Format == "" {
		d.Format = "json"
	}
	p := parser{a: NewAssembler(b, d), b: b, dialect: d.Dialect}
	p.run()
	return p.a.Tree()
}

type parser struct {
	a       *Assembler
	b       []byte
	i       int
	dialect Dialect
}

// run goes through the document once, with a loop where the grammar recurses:
// the containers that are open are in the assembler.
func (p *parser) run() {
	if bytes.HasPrefix(p.b, []byte("\xef\xbb\xbf")) {
		p.a.Fail(document.ErrCorrupt, 0, "byte order mark")
	}
	for p.a.err == nil {
		complete := p.value()
		for complete && p.a.err == nil {
			if p.a.cur == noParent {
				p.space()
				if p.i < len(p.b) {
					p.a.Fail(document.ErrCorrupt, p.i, "%d bytes after the end", len(p.b)-p.i)
				}
				return
			}
			complete = p.after()
		}
	}
}

// value reads a value and answers true, or the beginning of a container with
// something in it and answers false.
func (p *parser) value() (complete bool) {
	p.space()
	at := p.i
	switch c := p.peek(); {
	case c == '{':
		p.a.Open(Object, at, false, 0)
		p.i++
		p.space()
		if p.peek() != '}' {
			p.key()
			return false
		}
		p.i++
		p.a.Close(p.i)
	case c == '[':
		if p.numbers(at) || p.bools(at) {
			break
		}
		p.a.Open(Array, at, false, 0)
		p.i++
		p.space()
		if p.peek() != ']' {
			return false
		}
		p.i++
		p.a.Close(p.i)
	case c == '"':
		p.str()
	case c == 't' && p.word("true"):
		p.a.Leaf(Leaf{Kind: Bool, Offset: at, End: p.i, Count: 1})
	case c == 'f' && p.word("false"):
		p.a.Leaf(Leaf{Kind: Bool, Offset: at, End: p.i})
	case c == 'n' && p.word("null"):
		p.a.Leaf(Leaf{Kind: Null, Offset: at, End: p.i})
	default:
		end, integral, ok := scanNumber(p.b, at)
		p.i = end
		if !ok {
			p.fail("%s where a value belongs", p.show())
		}
		p.a.Leaf(Leaf{Kind: Number, Offset: at, End: end, Integral: integral})
	}
	return true
}

// after takes what follows a complete value: a comma, and a key where there is
// one, or the end of the container, which is then a complete value.
func (p *parser) after() (complete bool) {
	kind := p.a.inside()
	p.space()
	switch c := p.peek(); {
	case c == ',' && kind == Object:
		p.i++
		p.space()
		p.key()
	case c == ',':
		p.i++
	case c == '}' && kind == Object, c == ']' && kind == Array:
		p.i++
		p.a.Close(p.i)
		return true
	default:
		p.fail("%s where a comma or the end of the %s belongs", p.show(), kind)
	}
	return false
}

// key reads a key and its colon.
func (p *parser) key() {
	at := p.i
	if p.peek() != '"' {
		p.fail("%s where a key belongs", p.show())
		return
	}
	raw, escapes, ok := p.quoted()
	if !ok {
		return
	}
	var str []byte
	if escapes {
		str = unescape(raw, p.dialect)
	}
	p.a.Key(raw, str, at, 0)
	p.space()
	if p.peek() != ':' {
		p.fail("%s where a colon belongs", p.show())
		return
	}
	p.i++
}

func (p *parser) str() {
	at := p.i
	if _, escapes, ok := p.quoted(); ok {
		p.a.Leaf(Leaf{Kind: String, Offset: at, End: p.i, Head: 1, Tail: 1, Escapes: escapes})
	}
}

// quoted reads a string at the position and answers what is between the quotes.
func (p *parser) quoted() (raw []byte, escapes, ok bool) {
	from := p.i + 1
	end, escapes, fault := scanString(p.b, from, p.dialect)
	p.i = end
	if fault != "" {
		return nil, false, p.fail("%s", fault)
	}
	p.i++
	return p.b[from:end], escapes, true
}

// numbers takes an array that holds numbers and nothing else, and at least one.
func (p *parser) numbers(at int) bool {
	end, count, integral, spaces, ok := scanNumbers(p.b, at+1)
	if !ok {
		if count == 0 || end < len(p.b) && bytes.IndexByte([]byte(`"[{tfn`), p.b[end]) >= 0 {
			return false
		}
		p.i = end
		p.fail("%s in an array of numbers, after %d of them", p.show(), count)
		return true
	}
	p.i = end
	p.a.Leaf(Leaf{Kind: Numbers, Offset: at, End: end, Head: 1, Tail: 1, Count: count, Integral: integral, Spaces: spaces})
	return true
}

// bools takes an array that holds true and false and nothing else, and at least
// one.
func (p *parser) bools(at int) bool {
	b, i, count, spaces := p.b, at+1, 0, false
	for last := false; !last; i++ {
		from := skipSpace(b, i)
		to := from
		switch {
		case hasWord(b, from, "true"):
			to += 4
		case hasWord(b, from, "false"):
			to += 5
		default:
			return false
		}
		count++
		next := skipSpace(b, to)
		spaces = spaces || from > i || next > to
		if next >= len(b) || b[next] != ',' && b[next] != ']' {
			return false
		}
		i, last = next, b[next] == ']'
	}
	p.i = i
	p.a.Leaf(Leaf{Kind: Bools, Offset: at, End: i, Head: 1, Tail: 1, Count: count, Spaces: spaces})
	return true
}

// word takes a literal that ends where it ends.
func (p *parser) word(w string) bool {
	if !hasWord(p.b, p.i, w) {
		return false
	}
	p.i += len(w)
	return true
}

func (p *parser) space() { p.i = skipSpace(p.b, p.i) }

func (p *parser) peek() byte {
	if p.i < len(p.b) {
		return p.b[p.i]
	}
	return 0
}

// fail is a fault at the position; at the end of the bytes it says just that.
func (p *parser) fail(detail string, args ...any) bool {
	if p.i >= len(p.b) {
		detail, args = "ends in the middle", nil
	}
	p.a.Fail(document.ErrCorrupt, min(p.i, len(p.b)), detail, args...)
	return false
}

// show is the next character, for an error.
func (p *parser) show() string {
	const hex = "0123456789abcdef"
	c := p.peek()
	if c < 0x20 || c >= 0x7f {
		return "byte 0x" + string(hex[c>>4]) + string(hex[c&15])
	}
	return "'" + string(rune(c)) + "'"
}
