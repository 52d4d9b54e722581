package table

import (
	"bytes"
	"fmt"
	"strings"
)

// field is the text of one field, without its quotes.
type field struct {
	from, to int
	escaped  bool // holds "" for a quote
}

// rowEnd scans the row at pos, appends its fields to f and answers where the
// next one begins. Fields are as RFC 4180 has them; a quote inside an unquoted
// field is an ordinary character, as it is to pandas.
func (c *csvFile) scanRow(pos int, f []field) ([]field, int, error) {
	b := c.b
	for {
		if pos < len(b) && b[pos] == '"' {
			from, escaped := pos+1, false
			end := from
			for {
				q := bytes.IndexByte(b[end:], '"')
				if q < 0 {
					return f, len(b), c.fault(pos, len(f), "a quote that does not end")
				}
				end += q
				if end+1 < len(b) && b[end+1] == '"' {
					escaped = true
					end += 2
					continue
				}
				break
			}
			f = append(f, field{from, end, escaped})
			pos = end + 1
			switch {
			case pos == len(b):
				return f, pos, nil
			case b[pos] == ',':
				pos++
				continue
			case b[pos] == '\n':
				return f, pos + 1, nil
			case b[pos] == '\r' && (pos+1 == len(b) || b[pos+1] == '\n'):
				return f, min(pos+2, len(b)), nil
			}
			return f, pos, c.fault(pos, len(f)-1, "text after the closing quote")
		}
		from := pos
		for pos < len(b) && b[pos] != ',' && b[pos] != '\n' {
			pos++
		}
		if pos < len(b) && b[pos] == ',' {
			f = append(f, field{from, pos, false})
			pos++
			continue
		}
		end := pos
		if end > from && b[end-1] == '\r' {
			end--
		}
		return append(f, field{from, end, false}), min(pos+1, len(b)), nil
	}
}

// skipBlank passes over lines that hold nothing but white space: they are no
// rows, to pandas as to us.
func (c *csvFile) skipBlank(pos int) int {
	for i := pos; i < len(c.b); i++ {
		switch c.b[i] {
		case '\n':
			pos = i + 1
		case ' ', '\t', '\r':
		default:
			return pos
		}
	}
	return len(c.b)
}

// index finds where rows begin.
func (c *csvFile) index() error {
	quoted := bytes.IndexByte(c.b, '"') >= 0
	var f []field
	for pos := c.skipBlank(0); pos < len(c.b); pos = c.skipBlank(pos) {
		if len(c.starts) == cap(c.starts) && len(c.starts) > 0 { // rows are much alike, so guess how many there are
			grown := make([]int, len(c.starts), len(c.starts)+16+int(float64(len(c.b)-pos)/float64(pos)*float64(len(c.starts))*1.05))
			copy(grown, c.starts)
			c.starts = grown
		}
		c.starts = append(c.starts, pos)
		if !quoted {
			n := bytes.IndexByte(c.b[pos:], '\n')
			if n < 0 {
				break
			}
			pos += n + 1
			continue
		}
		var err error
		if f, pos, err = c.scanRow(pos, f[:0]); err != nil {
			return err
		}
	}
	return nil
}

// bytes is the text of a field; that of most fields is the file's own memory.
func (c *csvFile) bytes(f field) []byte {
	b := c.b[f.from:f.to]
	if f.escaped {
		b = bytes.ReplaceAll(b, []byte(`""`), []byte(`"`))
	}
	return b
}

// fault is an ErrInput at a byte, in the field of that number in its row.
func (c *csvFile) fault(pos, column int, detail string, args ...any) error {
	line := 1 + bytes.Count(c.b[:pos], []byte("\n"))
	where := fmt.Sprintf("line %d, column %d", line, column+1)
	if column >= 0 && column < len(c.header) && c.header[column] != "" {
		where += " " + quote(c.header[column])
	}
	return inputf("%s: %s", where, fmt.Sprintf(detail, args...))
}

// quote shows some text of the user's.
func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}

func quoteAll(list []string) string {
	var out []string
	for i, s := range list {
		if i == 5 {
			out = append(out, fmt.Sprintf("and %d more", len(list)-i))
			break
		}
		out = append(out, quote(s))
	}
	return strings.Join(out, ", ")
}
