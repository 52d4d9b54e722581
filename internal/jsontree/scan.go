package jsontree

import (
	"encoding/binary"
	"unicode/utf8"
)

// skipSpace is the index of the first byte from i on that is no white space
// (RFC 8259 §2).
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

func hasWord(b []byte, i int, w string) bool {
	return len(b)-i >= len(w) && string(b[i:i+len(w)]) == w
}

// scanNumber finds the end of the number at i (RFC 8259 §6, and the tokens NaN,
// -NaN, Infinity, -Infinity). Where there is none, end is the byte at which
// that showed.
func scanNumber(b []byte, i int) (end int, integral, ok bool) {
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i >= len(b):
		return i, false, false
	case b[i] == 'N':
		if hasWord(b, i, "NaN") {
			return i + 3, false, true
		}
		return i, false, false
	case b[i] == 'I':
		if hasWord(b, i, "Infinity") {
			return i + 8, false, true
		}
		return i, false, false
	case b[i] == '0':
		i++
	default:
		if i, ok = digits(b, i); !ok {
			return i, false, false
		}
	}
	integral = true
	if i < len(b) && b[i] == '.' {
		integral = false
		if i, ok = digits(b, i+1); !ok {
			return i, false, false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		integral = false
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if i, ok = digits(b, i); !ok {
			return i, false, false
		}
	}
	return i, integral, true
}

// digits passes over digits; ok says that there was one.
func digits(b []byte, i int) (end int, ok bool) {
	from := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i, i > from
}

// scanString finds the closing quote of the string whose content begins at i.
// Where fault is not empty, end is its place.
func scanString(b []byte, i int, d Dialect) (end int, escapes bool, fault string) {
	from, wide := i, false
	for {
		i = plain(b, i)
		if i >= len(b) {
			return i, escapes, "string without end"
		}
		switch c := b[i]; {
		case c == '"':
			if wide {
				if k := invalidUTF8(b[from:i]); k >= 0 {
					return from + k, escapes, "string that is not UTF-8"
				}
			}
			return i, escapes, ""
		case c == '\\':
			escapes = true
			n := escapeLen(b[i:], d)
			if n == 0 {
				return i, escapes, "escape that JSON does not have"
			}
			i += n
		case c < 0x20:
			return i, escapes, "control character in a string"
		default:
			wide = true
			i++
		}
	}
}

// plain passes over the bytes of a string that need no look: ASCII other than
// quotes, backslashes and controls.
func plain(b []byte, i int) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	for ; len(b)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		q, s := x^(ones*'"'), x^(ones*'\\')
		// a byte that is zero, or below 0x20, borrows into its high bit
		if ((q-ones)&^q|(s-ones)&^s|(x-ones*0x20)|x)&highs != 0 {
			break
		}
	}
	for i < len(b) && b[i] >= 0x20 && b[i] < 0x80 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// escapeLen is the length of the escape at the start of b; 0 where it is none.
func escapeLen(b []byte, d Dialect) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if d == XGBoost {
			return 2
		}
		if _, ok := hex4(b[2:]); ok {
			return 6
		}
	}
	return 0
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c-'0' <= 9:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// unescape resolves the escapes of a string that scanString has passed.
func unescape(b []byte, d Dialect) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 >= len(b) {
			out = append(out, b[i])
			continue
		}
		i++
		switch c := b[i]; c {
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
			if d == XGBoost {
				out = append(out, '\\', 'u')
				continue
			}
			r, _ := hex4(b[i+1:])
			i += 4
			if r>>10 == 0xd800>>10 && i+2 < len(b) && b[i+1] == '\\' && b[i+2] == 'u' {
				if low, ok := hex4(b[i+3:]); ok && low>>10 == 0xdc00>>10 {
					r = (r-0xd800)<<10 + (low - 0xdc00) + 0x10000
					i += 6
				}
			}
			out = appendWTF8(out, r)
		default:
			out = append(out, c)
		}
	}
	return out
}

// appendWTF8 is utf8.AppendRune that writes lone surrogates as three bytes, like
// any other code point of their size.
func appendWTF8(out []byte, r rune) []byte {
	if r >= 0xd800 && r < 0xe000 {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
	}
	return utf8.AppendRune(out, r)
}
