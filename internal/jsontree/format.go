package jsontree

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/larder-ml/larder/tensor"
)

// appendFloat writes a float as XGBoost does: the shortest decimal that reads
// back the same, as d.dddE±n without a plus sign or leading zeros in the
// exponent. size is 32 or 64.
func appendFloat(out []byte, v float64, size int) []byte {
	switch {
	case v != v:
		return append(out, "NaN"...)
	case math.IsInf(v, 1):
		return append(out, "Infinity"...)
	case math.IsInf(v, -1):
		return append(out, "-Infinity"...)
	}
	from := len(out)
	out = strconv.AppendFloat(out, v, 'E', -1, size) // 1.6666667E+01
	if size == 32 {
		halfToEven(out[from:], float32(v))
	}
	e := len(out) - 3
	for out[e] != 'E' {
		e--
	}
	e++
	to := e
	if out[e] == '-' {
		to++
	}
	digit := e + 1
	for digit < len(out)-1 && out[digit] == '0' {
		digit++
	}
	if out[digit] == '0' {
		to = e // no -0
	}
	return append(out[:to], out[digit:]...)
}

// halfToEven mends the last digit of text, the shortest decimal of v, where the
// decimal with that digit and the one below are as near to v as each other:
// XGBoost (Ryu) then takes the even digit, the standard library the upper one.
func halfToEven(text []byte, v float32) {
	// v = odd × 2^exp, and its exact decimal is m × 10^exp with the same exponent.
	bits := math.Float32bits(v)
	odd, exp := uint64(bits&(1<<23-1)|1<<23), int(bits>>23&0xff)-150
	if bits>>23&0xff == 0 || bits<<1 == 0 {
		return // subnormals have more digits
	}
	for odd&1 == 0 {
		odd >>= 1
		exp++
	}
	m := odd
	switch {
	case exp < -14 || exp > 10:
		return // too many digits, no factor of 5
	case exp < 0:
		for k := exp; k < 0; k++ {
			m *= 5
		}
	default:
		for k := exp; k > 0; k-- {
			if m%5 != 0 {
				return
			}
			m /= 5
		}
	}
	if m%10 != 5 {
		return
	}
	var exact [20]byte
	digits := strconv.AppendUint(exact[:0], m, 10)
	last, n := -1, 0 // the last digit of text and how many there are
	for i, c := range text {
		if c == 'E' {
			break
		}
		if c-'0' <= 9 {
			last, n = i, n+1
		}
	}
	if n != len(digits)-1 || (text[last]-'0')&1 == 0 || text[last] != digits[n-1]+1 {
		return
	}
	text[last]--
	if back, err := strconv.ParseFloat(string(text), 32); err != nil || float32(back) != v {
		text[last]++ // a power of two: the float below is nearer
	}
}

// appendTyped writes the big-endian number b as XGBoost does.
func appendTyped(out, b []byte, t tensor.DType) []byte {
	switch t {
	case tensor.Float32:
		return appendFloat(out, float64(math.Float32frombits(binary.BigEndian.Uint32(b))), 32)
	case tensor.Float64:
		return appendFloat(out, math.Float64frombits(binary.BigEndian.Uint64(b)), 64)
	case tensor.Uint64:
		return strconv.AppendUint(out, binary.BigEndian.Uint64(b), 10)
	}
	return strconv.AppendInt(out, bigEndian(b, t), 10)
}

// AppendMarked appends a number with a marker of UBJSON: an integer in the type
// that XGBoost would choose, any other as a float32. ok is false for an integer
// that no type holds.
func AppendMarked(out, text []byte) (_ []byte, ok bool) {
	v, _, ok := parseInt(text, 0)
	if ok {
		return appendMarkedInt(out, v), true
	}
	if _, integral, _ := scanNumber(text, 0); integral {
		return out, false
	}
	f, end := parseFloat32(text, 0)
	return binary.BigEndian.AppendUint32(append(out, 'd'), math.Float32bits(f)), end > 0
}

// smallestInt is the type in which XGBoost writes an integer: the smallest
// signed one that has room for it and its neighbours.
func smallestInt(v int64) tensor.DType {
	switch {
	case v > math.MinInt8 && v < math.MaxInt8:
		return tensor.Int8
	case v > math.MinInt16 && v < math.MaxInt16:
		return tensor.Int16
	case v > math.MinInt32 && v < math.MaxInt32:
		return tensor.Int32
	}
	return tensor.Int64
}

func appendMarkedInt(out []byte, v int64) []byte {
	size := smallestInt(v).Size()
	return appendBigEndian(append(out, " iI l   L"[size]), v, size)
}

// appendBigEndian appends the low bytes of v.
func appendBigEndian(out []byte, v int64, size int) []byte {
	for size--; size >= 0; size-- {
		out = append(out, byte(v>>(8*size)))
	}
	return out
}

// FormatFloat32 writes a float as XGBoost writes it into the strings of its
// parameters and into JSON: "5E-1".
func FormatFloat32(v float32) string { return string(appendFloat(nil, float64(v), 32)) }
