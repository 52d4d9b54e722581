package losslessjson

import (
	"encoding/base64"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/larder-ml/larder/internal/jsontree"
)

// layout says where the line breaks of a container are.
type layout uint8

const (
	lines   layout = iota // each value on a line of its own
	inline                // all on one line
	wrapped               // as many on a line as there is room for
)

const (
	width     = 100 // of a line of wrapped values
	maxIndent = 40  // levels that are indented: a deep file must not become a wide one
)

// printer writes JSON piece by piece. Its error is sticky.
type printer struct {
	out   jsontree.Sink
	open  []level
	keyed bool // a key was written, and its value comes next
	col   int
}

type level struct {
	object bool
	layout layout
	n      int
}

func newPrinter(w io.Writer) *printer { return &printer{out: jsontree.Sink{W: w}} }

func (p *printer) put(s string) {
	p.out.Put(append(p.out.Room(), s...))
	p.col += len(s)
}

// line begins a new line.
func (p *printer) line() {
	b := append(p.out.Room(), '\n')
	n := min(len(p.open), maxIndent)
	for range n {
		b = append(b, "  "...)
	}
	p.out.Put(b)
	p.col = 2 * n
}

// separate writes what stands between two values of a container.
func (p *printer) separate() {
	l := &p.open[len(p.open)-1]
	if l.n > 0 {
		p.put(",")
	}
	switch {
	case l.layout == lines, l.layout == wrapped && p.col > width:
		p.line()
	case l.layout == inline && l.n > 0:
		p.put(" ")
	}
	l.n++
}

// before comes before each value.
func (p *printer) before() {
	if p.keyed {
		p.keyed = false
	} else if len(p.open) > 0 {
		p.separate()
	}
}

// atom writes a value that is a literal or a number.
func (p *printer) atom(text string) {
	p.before()
	p.put(text)
}

func (p *printer) atomBytes(text []byte) {
	p.before()
	p.col += len(text)
	p.out.Put(append(p.out.Room(), text...))
}

func (p *printer) key(k string) {
	p.separate()
	p.quoted(k)
	p.put(": ")
	p.keyed = true
}

// str writes a string: UTF-8, or WTF-8 with lone surrogates.
func (p *printer) str(s string) {
	p.before()
	p.quoted(s)
}

func (p *printer) quoted(s string) {
	if len(s) > 1<<15 {
		p.put(`"`)
		for len(s) > 0 {
			n := min(len(s), 1<<15)
			for n < len(s) && s[n]&0xc0 == 0x80 {
				n++ // not within a character
			}
			p.out.Write(appendEscaped(nil, s[:n]))
			s = s[n:]
		}
		p.put(`"`)
		return
	}
	b := p.out.Room()
	n := len(b)
	b = append(appendEscaped(append(b, '"'), s), '"')
	p.col += len(b) - n
	p.out.Put(b)
}

func (p *printer) b64(b []byte) {
	p.before()
	p.put(`"`)
	const part = 3 << 12
	for ; len(b) > part; b = b[part:] {
		p.out.Put(base64.StdEncoding.AppendEncode(p.out.Room(), b[:part]))
	}
	p.out.Put(base64.StdEncoding.AppendEncode(p.out.Room(), b))
	p.put(`"`)
}

func (p *printer) int(v int64) { p.atom(strconv.FormatInt(v, 10)) }

func (p *printer) bool(v bool) { p.atom(strconv.FormatBool(v)) }

func (p *printer) array(l layout) {
	p.before()
	p.put("[")
	p.open = append(p.open, level{layout: l})
}

func (p *printer) object(l layout) {
	p.before()
	p.put("{")
	p.open = append(p.open, level{object: true, layout: l})
}

func (p *printer) close() {
	l := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	if l.layout == lines && l.n > 0 {
		p.line()
	}
	if l.object {
		p.put("}")
	} else {
		p.put("]")
	}
}

// end writes what is left.
func (p *printer) end() error {
	p.out.Put(append(p.out.Room(), '\n'))
	return p.out.Close()
}

// appendEscaped writes the inside of a string with as few escapes as RFC 8259
// §7 allows. Lone surrogates, which UTF-8 cannot hold, are escapes.
func appendEscaped(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if r, ok := surrogate(s[i:]); ok {
				out = append(out, s[from:i]...)
				out = append(out, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
				i += 3
				from = i
			} else {
				i++
			}
			continue
		}
		out = append(out, s[from:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, `\n`...)
		case '\r':
			out = append(out, `\r`...)
		case '\t':
			out = append(out, `\t`...)
		default:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(out, s[from:]...)
}

// surrogate is the surrogate at the start of s, in WTF-8.
func surrogate(s string) (rune, bool) {
	if len(s) < 3 || s[0] != 0xed || s[1] < 0xa0 || s[1] > 0xbf || s[2]&0xc0 != 0x80 {
		return 0, false
	}
	return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), true
}

// splitPairs cuts s between a high surrogate and a low one that follows: as
// escapes in JSON the two would be read as one character. It is nil where there
// are none.
func splitPairs(s string) []string {
	var parts []string
	from := 0
	for i := 0; i+6 <= len(s); i++ {
		if s[i] != 0xed {
			continue
		}
		high, ok := surrogate(s[i:])
		low, ok2 := surrogate(s[i+3:])
		if ok && ok2 && high < 0xdc00 && low >= 0xdc00 {
			parts = append(parts, s[from:i+3])
			from = i + 3
			i += 2
		}
	}
	if parts == nil {
		return nil
	}
	return append(parts, s[from:])
}
