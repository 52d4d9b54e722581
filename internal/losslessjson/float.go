package losslessjson

import (
	"math"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/pickle"
)

// quietNaN is the NaN that Python's float("nan") is.
const quietNaN = 0x7ff8000000000000

// float writes a float so that it is told from an integer: with a point or an
// exponent. What JSON has no number for is {"$float": name}, and a NaN of other
// bits than Python's own is named by them.
func (p *printer) float(v float64) {
	if name := floatName(v); name != "" {
		p.object(inline)
		p.key("$float")
		p.str(name)
		p.close()
		return
	}
	p.atom(pickle.Repr(v))
}

func floatName(v float64) string {
	switch bits := math.Float64bits(v); {
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case bits == quietNaN:
		return "NaN"
	case v != v:
		return "0x" + strconv.FormatUint(bits, 16)
	}
	return ""
}

// floatNamed is the inverse of floatName.
func floatNamed(s string) (float64, bool) {
	switch s {
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	case "NaN":
		return math.Float64frombits(quietNaN), true
	}
	hex, ok := strings.CutPrefix(s, "0x")
	bits, err := strconv.ParseUint(hex, 16, 64)
	return math.Float64frombits(bits), ok && err == nil
}

// plainNumber is false for NaN and Infinity, which the tree's parser takes
// though JSON does not have them.
func plainNumber(text string) bool {
	c := text[len(text)-1]
	return c >= '0' && c <= '9'
}

// integral says whether a number is written as an integer.
func integral(text string) bool { return plainNumber(text) && !strings.ContainsAny(text, ".eE") }
