package pickle

import (
	"math"
	"strconv"
	"strings"
)

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
