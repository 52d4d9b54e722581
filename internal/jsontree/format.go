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
	out = strconv.AppendFloat(out, v, 'E', -1, size) // 1.6666667E+01
	e := len(out) - 3
	for out[e] != 'E' {
		e--
	}
	e++
	to := e
	if out[e] == '-' {
		to++
	}
	from := e + 1
	for from < len(out)-1 && out[from] == '0' {
		from++
	}
	if from == len(out)-1 && out[from] == '0' {
		to = e // no -0
	}
	return append(out[:to], out[from:]...)
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
