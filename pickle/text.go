package pickle

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// NOTE. The text arguments of protocol 0 are read as CPython's C unpickler
// reads them, which is not always as Python's int() and float() do: INT goes
// through C's strtol with base 0 first, so "010" is eight and a NUL ends the
// text; LONG goes through Python's grammar with base 0. The three readers of
// pickles in CPython (C, Python, pickletools) differ here; what the C one
// takes, counts.

// cut ends text at its first NUL, as C does.
func cut(s []byte) string {
	for i, c := range s {
		if c == 0 {
			return string(s[:i])
		}
	}
	return string(s)
}

const cSpace = " \t\n\r\v\f"

// strtol reads a whole text as C does with base 0; false where it is not one,
// or too large.
func strtol(s string) (int64, bool) {
	s = strings.TrimLeft(s, cSpace)
	if s == "" {
		return 0, false
	}
	neg := s[0] == '-'
	if neg || s[0] == '+' {
		s = s[1:]
	}
	base := 10
	switch {
	case len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X"):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	if s == "" || s[0] == '+' || s[0] == '-' || strings.IndexByte(s, '_') >= 0 {
		return 0, false
	}
	if neg {
		s = "-" + s
	}
	v, err := strconv.ParseInt(s, base, 64)
	return v, err == nil
}

// digitsOf splits a Python integer literal (base 0 or 10) into sign, base and
// digits without underscores; false where it is not one.
func digitsOf(s string, base int) (neg bool, radix int, digits string, ok bool) {
	s = strings.Trim(s, cSpace)
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg, s = s[0] == '-', s[1:]
	}
	radix = 10
	zeroOnly := false
	if base == 0 && len(s) > 1 && s[0] == '0' {
		switch s[1] {
		case 'x', 'X':
			radix = 16
		case 'o', 'O':
			radix = 8
		case 'b', 'B':
			radix = 2
		default:
			zeroOnly = true
		}
		if !zeroOnly {
			s = strings.TrimPrefix(s[2:], "_")
		}
	}
	if s == "" || s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") {
		return
	}
	digits = strings.ReplaceAll(s, "_", "")
	for i := range len(digits) {
		c := digits[i] | 0x20
		v := int(c - '0')
		if c >= 'a' {
			v = int(c-'a') + 10
		}
		if digits[i] < '0' || v >= radix || v < 0 || (digits[i] > '9' && c < 'a') || zeroOnly && v != 0 {
			return
		}
	}
	return neg, radix, digits, true
}

// pyInt reads a Python integer literal. Exactly one of the results is used:
// the big one where the number does not fit.
func pyInt(s string, base int) (int64, *big.Int, bool) {
	neg, radix, digits, ok := digitsOf(s, base)
	if !ok {
		return 0, nil, false
	}
	if neg {
		digits = "-" + digits
	}
	if v, err := strconv.ParseInt(digits, radix, 64); err == nil {
		return v, nil, true
	}
	b, ok := new(big.Int).SetString(digits, radix)
	return 0, b, ok
}

// plain reads what picklers write: an optional minus and up to 18 digits, the
// first of which is no 0 unless it is all.
func plain(line []byte) (int64, bool) {
	s := line
	if len(s) > 1 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	v := int64(0)
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	if len(s) != len(line) {
		v = -v
	}
	return v, true
}

// parseINT reads the argument of INT. isBool is set for the two texts that
// picklers of protocols 0 and 1 write for False and True.
func parseINT(line []byte) (v int64, b *big.Int, isBool, ok bool) {
	if v, ok = plain(line); ok {
		return v, nil, len(line) == 2 && v == 0, true // "-0" is False
	}
	s := cut(line)
	if v, ok = strtol(s); ok || s == "" && len(line) > 0 {
		return v, nil, len(line) == 2 && (v == 0 || v == 1), true
	}
	v, b, ok = pyInt(s, 0)
	return v, b, false, ok
}

// parseLONG reads the argument of LONG, with or without its L.
func parseLONG(line []byte) (int64, *big.Int, bool) {
	if n := len(line); n > 0 && line[n-1] == 'L' {
		line = line[:n-1]
	}
	if v, ok := plain(line); ok {
		return v, nil, true
	}
	return pyInt(cut(line), 0)
}

// parseIndex reads the argument of GET and PUT.
func parseIndex(line []byte) (uint64, bool) {
	if v, ok := plain(line); ok && v >= 0 {
		return uint64(v), true
	}
	v, b, ok := pyInt(cut(line), 10)
	if !ok || b != nil || v < 0 {
		return 0, false
	}
	return uint64(v), true
}

// parseFLOAT reads the argument of FLOAT.
func parseFLOAT(line []byte) (float64, bool) {
	s := cut(line)
	t := s
	if t != "" && (t[0] == '+' || t[0] == '-') {
		t = t[1:]
	}
	switch strings.ToLower(t) {
	case "inf", "infinity", "nan":
		v, err := strconv.ParseFloat(t, 64)
		if s[0] == '-' {
			v = math.Copysign(v, -1)
		}
		return v, err == nil
	}
	for i := range len(t) {
		if c := t[i]; (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-' {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// unquote checks and strips the quotes of STRING's argument.
func unquote(line []byte) ([]byte, bool) {
	n := len(line)
	if n < 2 || line[0] != line[n-1] || line[0] != '\'' && line[0] != '"' {
		return nil, false
	}
	return line[1 : n-1], true
}

// unescape decodes the escapes of a Python bytes literal. It answers s itself
// where there are none.
func unescape(s []byte) ([]byte, bool) {
	i := 0
	for i < len(s) && s[i] != '\\' {
		i++
	}
	if i == len(s) {
		return s, true
	}
	out := append(make([]byte, 0, len(s)), s[:i]...)
	for i < len(s) {
		c := s[i]
		i++
		if c != '\\' {
			out = append(out, c)
			continue
		}
		if i == len(s) {
			return nil, false
		}
		c = s[i]
		i++
		switch c {
		case '\n':
		case '\\', '\'', '"':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 't':
			out = append(out, '\t')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 'v':
			out = append(out, '\v')
		case 'a':
			out = append(out, '\a')
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for k := 0; k < 2 && i < len(s) && s[i] >= '0' && s[i] <= '7'; k++ {
				v = v<<3 | int(s[i]-'0')
				i++
			}
			out = append(out, byte(v))
		case 'x':
			v, ok := hexDigits(s[i:], 2)
			if !ok {
				return nil, false
			}
			out = append(out, byte(v))
			i += 2
		default:
			out = append(out, '\\', c)
		}
	}
	return out, true
}

func hexDigits(s []byte, n int) (uint32, bool) {
	if len(s) < n {
		return 0, false
	}
	var v uint32
	for _, c := range s[:n] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | uint32(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | uint32(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// rawUnicode decodes raw-unicode-escape, the argument of UNICODE, to WTF-8. It
// answers s itself where s is plain ASCII.
func rawUnicode(s []byte) ([]byte, bool) {
	i := 0
	for i < len(s) && s[i] != '\\' && s[i] < 0x80 {
		i++
	}
	if i == len(s) {
		return s, true
	}
	out := append(make([]byte, 0, len(s)+8), s[:i]...)
	for i < len(s) {
		c := s[i]
		i++
		if c != '\\' || i == len(s) {
			out = appendWTF8(out, rune(c))
			continue
		}
		c = s[i]
		i++
		n := 0
		switch c {
		case 'u':
			n = 4
		case 'U':
			n = 8
		default:
			out = appendWTF8(append(out, '\\'), rune(c))
			continue
		}
		v, ok := hexDigits(s[i:], n)
		if !ok || v > utf8.MaxRune {
			return nil, false
		}
		out = appendWTF8(out, rune(v))
		i += n
	}
	return out, true
}

func floatFrom(bits uint64) float64 { return math.Float64frombits(bits) }

// Repr is Python's repr of a float: the shortest text that reads back as the
// same number, with an exponent below 1e-4 and from 1e16 on.
func Repr(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	e := strconv.FormatFloat(v, 'e', -1, 64)
	mant, exp, _ := strings.Cut(e, "e")
	x, _ := strconv.Atoi(exp)
	if x >= -4 && x < 16 {
		s := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	return mant + "e" + exp // Go, like Python, writes two digits and the sign
}
