package jsontree

import (
	"math"
	"strconv"
	"unsafe"
)

// A decimal of at most 15 digits, and a power of ten up to 22, are float64
// numbers without rounding, so their product or quotient is the decimal
// rounded once.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

const exactDigits = 15

// decimal takes a number apart: ±mantissa × 10^exp. exact says that the number
// has at most 15 digits, without which mantissa and exp mean nothing. end is
// the index of the first byte that is not of the number, or from where there is
// no number of digits (NaN, Infinity).
func decimal(b []byte, from int) (mantissa uint64, exp int, neg, exact bool, end int) {
	i := from
	if i < len(b) && b[i] == '-' {
		neg = true
		i++
	}
	first := i
	for i < len(b) && b[i]-'0' <= 9 {
		mantissa = mantissa*10 + uint64(b[i]-'0')
		i++
	}
	n := i - first
	if n == 0 {
		return 0, 0, neg, false, from
	}
	if i < len(b) && b[i] == '.' {
		i++
		point := i
		for i < len(b) && b[i]-'0' <= 9 {
			mantissa = mantissa*10 + uint64(b[i]-'0')
			i++
		}
		exp = point - i
		n -= exp
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		negExp := false
		if i < len(b) && (b[i] == '-' || b[i] == '+') {
			negExp = b[i] == '-'
			i++
		}
		e := 0
		for i < len(b) && b[i]-'0' <= 9 {
			if e < 1<<20 {
				e = e*10 + int(b[i]-'0')
			}
			i++
		}
		if negExp {
			e = -e
		}
		exp += e
	}
	return mantissa, exp, neg, n <= exactDigits, i
}

// parseFloat64 reads the number at i, correctly rounded, and finds its end; end
// is i where there is none. What is too large is an infinity, as in XGBoost.
func parseFloat64(b []byte, i int) (v float64, end int) {
	m, exp, neg, exact, end := decimal(b, i)
	switch {
	case end == i:
		return parseToken(b, i)
	case exact && exp >= 0 && exp < len(powers):
		v = float64(m) * powers[exp]
	case exact && exp < 0 && -exp < len(powers):
		v = float64(m) / powers[-exp]
	default:
		v, _ = strconv.ParseFloat(unsafe.String(&b[i], end-i), 64)
		return v, end
	}
	if neg {
		v = -v
	}
	return v, end
}

// parseFloat32 is parseFloat64 that rounds once, to float32. The float64 on the
// way rounds as the decimal does unless it lies exactly between two floats.
func parseFloat32(b []byte, i int) (v float32, end int) {
	m, exp, neg, exact, end := decimal(b, i)
	var w float64
	switch {
	case end == i:
		w, end = parseToken(b, i)
		return float32(w), end
	case exact && exp >= 0 && exp < len(powers):
		w = float64(m) * powers[exp]
	case exact && exp < 0 && -exp < len(powers):
		w = float64(m) / powers[-exp]
	default:
		return slowFloat32(b[i:end]), end
	}
	const smallest = 0x1p-126 // below, a float32 has fewer digits
	if math.Float64bits(w)&(1<<29-1) == 1<<28 || w < smallest && w != 0 {
		return slowFloat32(b[i:end]), end
	}
	v = float32(w)
	if neg {
		v = -v
	}
	return v, end
}

func slowFloat32(b []byte) float32 {
	w, _ := strconv.ParseFloat(unsafe.String(&b[0], len(b)), 32)
	return float32(w)
}

// parseToken reads the numbers that JSON does not have.
func parseToken(b []byte, i int) (v float64, end int) {
	for _, t := range [...]struct {
		text string
		v    float64
	}{
		{"NaN", math.NaN()}, {"-NaN", math.NaN()}, {"Infinity", math.Inf(1)}, {"-Infinity", math.Inf(-1)},
	} {
		if hasWord(b, i, t.text) {
			return t.v, i + len(t.text)
		}
	}
	return 0, i
}

// parseInt reads the integer at i; ok is false where it has a fraction or an
// exponent, is no number, or is no int64.
func parseInt(b []byte, i int) (v int64, end int, ok bool) {
	neg := i < len(b) && b[i] == '-'
	if neg {
		i++
	}
	from := i
	var u uint64
	for i < len(b) && b[i]-'0' <= 9 {
		u = u*10 + uint64(b[i]-'0')
		i++
	}
	n := i - from
	if n == 0 || i < len(b) && (b[i] == '.' || b[i]|0x20 == 'e') {
		return 0, i, false
	}
	if n > 18 {
		if neg {
			from--
		}
		v, err := strconv.ParseInt(string(b[from:i]), 10, 64)
		return v, i, err == nil
	}
	v = int64(u)
	if neg {
		v = -v
	}
	return v, i, true
}
