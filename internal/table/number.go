package table

import (
	"math"
	"strconv"
	"unsafe"
)

// pow10 are the powers of ten that a float64 holds exactly.
var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// text shares the memory of b, which must not change any more.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// trim takes off the spaces and tabs around a number, as pandas does.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// number reads a decimal number, rounded as strconv does; inf, infinity and nan
// in any case are numbers too, hexadecimal digits and underscores are not. What
// is too large is infinite.
func number(b []byte) (float64, bool) {
	v, k := numeral(b)
	return v, k != notNumber
}

// numeralKind is what a token is.
type numeralKind uint8

const (
	notNumber numeralKind = iota
	decimal               // with a point, an exponent, or more digits than an int64 holds
	whole                 // an int64 that a float64 holds exactly
	wholeBig              // an int64 that a float64 may round
)

func numeral(b []byte) (float64, numeralKind) {
	b = trim(b)
	if len(b) == 0 {
		return 0, notNumber
	}
	digits := b
	neg := b[0] == '-'
	if neg || b[0] == '+' {
		digits = b[1:]
	}
	// Up to 2^53 with up to 22 decimals one division rounds correctly: both
	// sides are exact. Longer texts are past that nearly always.
	if len(digits) > 18 {
		return slowNumeral(b, digits)
	}
	var m uint64
	n, point := 0, -1
	i := 0
	for ; i < len(digits); i++ {
		ch := digits[i]
		if d := ch - '0'; d <= 9 {
			if m < 1<<53/10 {
				m = m*10 + uint64(d)
				n++
				continue
			}
			break
		}
		if ch != '.' || point >= 0 {
			break
		}
		point = n
	}
	if i == len(digits) && n > 0 {
		if point < 0 {
			if neg {
				return float64(-int64(m)), whole
			}
			return float64(m), whole
		}
		if n-point < len(pow10) {
			v := float64(m) / pow10[n-point]
			if neg {
				v = -v
			}
			return v, decimal
		}
	}
	return slowNumeral(b, digits)
}

func slowNumeral(b, digits []byte) (float64, numeralKind) {
	if len(digits) == 0 {
		return 0, notNumber
	}
	onlyDigits := true
	for _, ch := range digits {
		switch {
		case ch >= '0' && ch <= '9':
		case ch == '.' || ch == 'e' || ch == 'E' || ch == '+' || ch == '-':
			onlyDigits = false
		default:
			return word(b[0] == '-', digits)
		}
	}
	v, err := strconv.ParseFloat(text(b), 64)
	if err != nil && !math.IsInf(v, 0) {
		return 0, notNumber
	}
	if onlyDigits {
		if _, ok := integer(b); ok {
			return v, wholeBig
		}
	}
	return v, decimal
}

// word reads the words that are numbers.
func word(neg bool, b []byte) (float64, numeralKind) {
	var buf [8]byte
	if len(b) > len(buf) {
		return 0, notNumber
	}
	for i, ch := range b {
		buf[i] = ch | 0x20
	}
	switch string(buf[:len(b)]) {
	case "nan":
		return math.NaN(), decimal
	case "inf", "infinity":
		if neg {
			return math.Inf(-1), decimal
		}
		return math.Inf(1), decimal
	}
	return 0, notNumber
}

// integer reads a decimal int64.
func integer(b []byte) (int64, bool) {
	b = trim(b)
	if len(b) == 0 || len(b) > 64 {
		return 0, false
	}
	v, err := strconv.ParseInt(text(b), 10, 64)
	return v, err == nil
}

// truth reads what pandas reads as a boolean.
func truth(b []byte) (v, ok bool) {
	switch string(b) {
	case "True", "TRUE", "true":
		return true, true
	case "False", "FALSE", "false":
		return false, true
	}
	return false, false
}
