package table

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// tape is a JSON text cut into values, in the order of the text. A table of a
// million numbers is then one slice and not a million boxes.
type tape struct {
	b     []byte
	nodes []node
}

// node is one value. A container is followed by what it holds: values, or keys
// and values in turn.
type node struct {
	off  uint32 // of its first byte; of a string, of the byte after the quote
	n    uint32 // bytes of a scalar's text; for a container, the index of the node after its last
	kind nodeKind
}

type nodeKind uint8

const (
	jNull nodeKind = iota
	jTrue
	jFalse
	jInt
	jFloat
	jWord // NaN, Infinity, -Infinity without quotes, as Python writes them
	jString
	jEscaped // a string with escapes
	jArray
	jObject
)

var nodeNames = [...]string{"null", "a boolean", "a boolean", "a number", "a number", "a number", "text", "text", "an array", "an object"}

func (k nodeKind) String() string { return nodeNames[k] }
func (k nodeKind) number() bool   { return k >= jInt && k <= jWord }
func (k nodeKind) text() bool     { return k == jString || k == jEscaped }

const jsonDepth = 128

// parseJSON reads one value (RFC 8259, and the three words above), or with lines a
// sequence of them, which becomes an array.
func parseJSON(b []byte, lines bool) (*tape, error) {
	if uint64(len(b)) >= math.MaxUint32 {
		return nil, limitf("JSON of %d bytes, 4 GiB is the most", len(b))
	}
	p := &jsonParser{tape: tape{b: b}}
	if bytes.HasPrefix(b, []byte(bom)) {
		p.pos = len(bom)
	}
	if lines {
		p.nodes = append(p.nodes, node{kind: jArray})
	}
	for {
		p.space()
		if p.pos == len(b) {
			if !lines && len(p.nodes) == 0 {
				return nil, p.fault(p.pos, "nothing but white space")
			}
			break
		}
		if !lines && len(p.nodes) > 0 {
			return nil, p.fault(p.pos, "something after the value")
		}
		if err := p.value(); err != nil {
			return nil, err
		}
	}
	if lines {
		p.nodes[0].n = uint32(len(p.nodes))
	}
	return &p.tape, nil
}

type jsonParser struct {
	tape
	pos   int
	depth int
}

func (t *tape) fault(pos int, detail string, args ...any) error {
	line := 1 + bytes.Count(t.b[:pos], []byte("\n"))
	column := pos - bytes.LastIndexByte(t.b[:pos], '\n')
	return inputf("line %d, column %d: %s", line, column, fmt.Sprintf(detail, args...))
}

func (p *jsonParser) space() {
	for p.pos < len(p.b) {
		switch p.b[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// peek is the next byte that is no white space; 0 at the end.
func (p *jsonParser) peek() byte {
	p.space()
	if p.pos < len(p.b) {
		return p.b[p.pos]
	}
	return 0
}

func (p *jsonParser) add(kind nodeKind, from, to int) {
	p.nodes = append(p.nodes, node{uint32(from), uint32(to - from), kind})
}

func (p *jsonParser) value() error {
	from := p.pos
	switch ch := p.peek(); {
	case ch == '[' || ch == '{':
		return p.container(ch)
	case ch == '"':
		return p.str()
	case ch == '-' || ch >= '0' && ch <= '9':
		if ch == '-' && p.pos+1 < len(p.b) && p.b[p.pos+1] == 'I' {
			return p.word()
		}
		return p.num()
	case ch == 0 && p.pos >= len(p.b):
		return p.fault(from, "the text ends where a value is due")
	}
	return p.word()
}

func (p *jsonParser) word() error {
	for _, w := range [...]struct {
		text string
		kind nodeKind
	}{{"null", jNull}, {"true", jTrue}, {"false", jFalse}, {"NaN", jWord}, {"Infinity", jWord}, {"-Infinity", jWord}} {
		if bytes.HasPrefix(p.b[p.pos:], []byte(w.text)) {
			p.add(w.kind, p.pos, p.pos+len(w.text))
			p.pos += len(w.text)
			return nil
		}
	}
	return p.fault(p.pos, "no JSON value")
}

func (p *jsonParser) container(open byte) error {
	if p.depth++; p.depth > jsonDepth {
		return p.fault(p.pos, "more than %d brackets deep", jsonDepth)
	}
	at := len(p.nodes)
	kind, shut := jArray, byte(']')
	if open == '{' {
		kind, shut = jObject, '}'
	}
	p.add(kind, p.pos, p.pos)
	p.pos++
	for first := true; ; first = false {
		ch := p.peek()
		if ch == shut && first {
			break
		}
		if open == '{' {
			if ch != '"' {
				return p.fault(p.pos, "a key is due")
			}
			if err := p.str(); err != nil {
				return err
			}
			if p.peek() != ':' {
				return p.fault(p.pos, "':' is due")
			}
			p.pos++
		}
		p.space()
		if err := p.value(); err != nil {
			return err
		}
		if ch = p.peek(); ch == ',' {
			p.pos++
			continue
		}
		if ch != shut {
			return p.fault(p.pos, "',' or '%c' is due", shut)
		}
		break
	}
	p.pos++
	p.nodes[at].n = uint32(len(p.nodes))
	p.depth--
	return nil
}

func (p *jsonParser) num() error {
	from, kind := p.pos, jInt
	digits := func() bool {
		start := p.pos
		for p.pos < len(p.b) && p.b[p.pos]-'0' <= 9 {
			p.pos++
		}
		return p.pos > start
	}
	if p.b[p.pos] == '-' {
		p.pos++
	}
	if !digits() {
		return p.fault(from, "no number")
	}
	if p.pos < len(p.b) && p.b[p.pos] == '.' {
		kind = jFloat
		p.pos++
		if !digits() {
			return p.fault(from, "no number")
		}
	}
	if p.pos < len(p.b) && p.b[p.pos]|0x20 == 'e' {
		kind = jFloat
		p.pos++
		if p.pos < len(p.b) && (p.b[p.pos] == '+' || p.b[p.pos] == '-') {
			p.pos++
		}
		if !digits() {
			return p.fault(from, "no number")
		}
	}
	p.add(kind, from, p.pos)
	return nil
}

func (p *jsonParser) str() error {
	from, kind := p.pos+1, jString
	for i := from; i < len(p.b); i++ {
		switch ch := p.b[i]; {
		case ch == '"':
			p.add(kind, from, i)
			p.pos = i + 1
			return nil
		case ch == '\\':
			kind = jEscaped
			i++
		case ch < ' ':
			return p.fault(i, "a control character in a string")
		}
	}
	return p.fault(from-1, "a string that does not end")
}

// next is the index of the value after node i.
func (t *tape) next(i int) int {
	if k := t.nodes[i].kind; k == jArray || k == jObject {
		return int(t.nodes[i].n)
	}
	return i + 1
}

// items are the nodes of what an array holds.
func (t *tape) items(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		end := int(t.nodes[i].n)
		for k := i + 1; k < end; k = t.next(k) {
			if !yield(k) {
				return
			}
		}
	}
}

// pairs are the nodes of an object's keys and values.
func (t *tape) pairs(i int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		end := int(t.nodes[i].n)
		for k := i + 1; k < end; k = t.next(k + 1) {
			if !yield(k, k+1) {
				return
			}
		}
	}
}

// first is the first item of a container; -1 where it is empty.
func (t *tape) first(i int) int {
	if int(t.nodes[i].n) == i+1 {
		return -1
	}
	return i + 1
}

func (t *tape) raw(i int) []byte {
	n := t.nodes[i]
	return t.b[n.off : n.off+n.n]
}

func (t *tape) at(i int) int { return int(t.nodes[i].off) }

// text is a string's value; it shares the file's memory unless it has escapes.
func (t *tape) text(i int) (string, error) {
	b := t.raw(i)
	if t.nodes[i].kind == jString {
		return text(b), nil
	}
	out := make([]byte, 0, len(b))
	for k := 0; k < len(b); k++ {
		if b[k] != '\\' {
			out = append(out, b[k])
			continue
		}
		k++ // the scanner saw that something follows
		switch b[k] {
		case '"', '\\', '/':
			out = append(out, b[k])
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, ok := hex4(b[k+1:])
			if !ok {
				return "", t.fault(t.at(i)+k, "\\u without four hexadecimal digits")
			}
			k += 4
			if utf16.IsSurrogate(r) && k+2 < len(b) && b[k+1] == '\\' && b[k+2] == 'u' {
				if low, ok := hex4(b[k+3:]); ok {
					if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
						r = both
						k += 6
					}
				}
			}
			if utf16.IsSurrogate(r) {
				return "", t.fault(t.at(i)+k, "half of a surrogate pair")
			}
			out = utf8.AppendRune(out, r)
		default:
			return "", t.fault(t.at(i)+k, "no escape")
		}
	}
	return string(out), nil
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, ch := range b[:4] {
		switch {
		case ch >= '0' && ch <= '9':
			ch -= '0'
		case ch|0x20 >= 'a' && ch|0x20 <= 'f':
			ch = ch | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(ch)
	}
	return r, true
}
