package jsontree

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// The methods below read all numbers of a Numbers leaf, of an Array without
// children, or the one of a Number, into dst[:0], which grows where it must.
// What they cannot answer is ErrCorrupt with the path of the element.

// Float32s rounds each number once, to the nearest float32; what is too large
// is an infinity.
func (n Node) Float32s(dst []float32) ([]float32, error) {
	return floats(n, dst, parseFloat32)
}

// Float64s rounds each number once, to the nearest float64.
func (n Node) Float64s(dst []float64) ([]float64, error) {
	return floats(n, dst, parseFloat64)
}

// Int64s refuses all that is not written as an integer, as XGBoost does: "1.0"
// too.
func (n Node) Int64s(dst []int64) ([]int64, error) {
	return ints(n, dst, math.MinInt64, math.MaxInt64)
}

// Int32s is Int64s, and refuses what is no int32.
func (n Node) Int32s(dst []int32) ([]int32, error) {
	return ints(n, dst, math.MinInt32, math.MaxInt32)
}

// Int8s is Int64s, and refuses what is no int8.
func (n Node) Int8s(dst []int8) ([]int8, error) {
	return ints(n, dst, math.MinInt8, math.MaxInt8)
}

// Uint8s is Int64s, and refuses what is no uint8.
func (n Node) Uint8s(dst []uint8) ([]uint8, error) {
	return ints(n, dst, 0, math.MaxUint8)
}

// Bools reads a Bools leaf, or numbers that are 0 and 1: XGBoost wrote
// default_left either way.
func (n Node) Bools(dst []bool) ([]bool, error) {
	d := n.node()
	dst = dst[:0]
	if d.kind != Bools {
		v, err := ints[uint8](n, nil, 0, 1)
		for _, x := range v {
			dst = append(dst, x != 0)
		}
		return dst, err
	}
	b := n.payload()
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case 't', 'T':
			dst = append(dst, true)
		case 'f', 'F':
			dst = append(dst, false)
		}
	}
	if int64(len(dst)) != d.n {
		return nil, n.changed()
	}
	return dst, nil
}

// Int is the value of a Number that is an integer.
func (n Node) Int() (int64, error) {
	var room [1]int64
	v, err := ints(n, room[:0], math.MinInt64, math.MaxInt64)
	return only(n, v, err)
}

// Float64 is the value of a Number.
func (n Node) Float64() (float64, error) {
	var room [1]float64
	v, err := floats(n, room[:0], parseFloat64)
	return only(n, v, err)
}

// Float32 is the value of a Number, rounded once.
func (n Node) Float32() (float32, error) {
	var room [1]float32
	v, err := floats(n, room[:0], parseFloat32)
	return only(n, v, err)
}

func only[T any](n Node, v []T, err error) (T, error) {
	var zero T
	if err == nil && n.Kind() != Number {
		err = n.Errorf(document.ErrCorrupt, "%s where a number belongs", n.Kind())
	}
	if err != nil {
		return zero, err
	}
	return v[0], nil
}

// amount is how many numbers the node holds, if it can hold any.
func (n Node) amount() (int, error) {
	switch d := n.node(); {
	case d.kind == Number:
		return 1, nil
	case d.kind == Numbers, d.kind == Array && d.n == 0:
		return int(d.n), nil
	default:
		return 0, n.Errorf(document.ErrCorrupt, "%s where numbers belong", d.kind)
	}
}

// refuse is a fault at element k, whose bytes begin at byte i of the payload.
func (n Node) refuse(k, i int, detail string, args ...any) error {
	path := n.Path()
	if n.Kind() == Numbers {
		path = document.Join(path, strconv.Itoa(k))
	}
	off := n.Offset()
	if d := n.node(); off >= 0 && d.own == 0 {
		off += int64(d.head) + int64(i)
	}
	return document.Errorf(document.ErrCorrupt, n.t.format, path, off, detail, args...)
}

// changed is what a reader says of a payload that is not what the parser saw.
func (n Node) changed() error {
	return n.Errorf(document.ErrCorrupt, "the bytes have changed since they were parsed")
}

func grown[T any](dst []T, n int) []T {
	if cap(dst) >= n {
		return dst[:n]
	}
	return make([]T, n)
}

func floats[T float32 | float64](n Node, dst []T, parse func([]byte, int) (T, int)) ([]T, error) {
	count, err := n.amount()
	if err != nil {
		return nil, err
	}
	b, d := n.payload(), n.node()
	dst = grown(dst, count)
	switch d.enc {
	case encText:
		i := 0
		for k := range dst {
			i = skipSpace(b, i)
			v, end := parse(b, i)
			if end == i {
				return nil, n.changed()
			}
			dst[k] = v
			i = end
			if i < len(b) && b[i] != ',' {
				i = skipSpace(b, i)
			}
			i++
		}
	case encTyped:
		if len(b) != count*tensor.DType(d.dtype).Size() {
			return nil, n.changed()
		}
		widen(dst, b, tensor.DType(d.dtype))
	case encMarked:
		i := 0
		for k := range dst {
			t, w := markedElement(b, i)
			if w == 0 {
				return nil, n.changed()
			}
			widen(dst[k:k+1], b[i+1:i+w], t)
			i += w
		}
	}
	return dst, nil
}

// widen reads big-endian elements of a type as floats.
func widen[T float32 | float64](dst []T, b []byte, t tensor.DType) {
	switch t {
	case tensor.Float32:
		b = b[:4*len(dst)]
		for k := range dst {
			dst[k] = T(math.Float32frombits(binary.BigEndian.Uint32(b[4*k:])))
		}
	case tensor.Float64:
		b = b[:8*len(dst)]
		for k := range dst {
			dst[k] = T(math.Float64frombits(binary.BigEndian.Uint64(b[8*k:])))
		}
	case tensor.Uint64:
		for k := range dst {
			dst[k] = T(binary.BigEndian.Uint64(b[8*k:]))
		}
	default:
		w := t.Size()
		for k := range dst {
			dst[k] = T(bigEndian(b[k*w:], t))
		}
	}
}

// bigEndian is the integer at the start of b, 0 for a type of floats. A Uint64
// comes as its bits.
func bigEndian(b []byte, t tensor.DType) int64 {
	switch t {
	case tensor.Int8:
		return int64(int8(b[0]))
	case tensor.Uint8:
		return int64(b[0])
	case tensor.Int16:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case tensor.Uint16:
		return int64(binary.BigEndian.Uint16(b))
	case tensor.Int32:
		return int64(int32(binary.BigEndian.Uint32(b)))
	case tensor.Uint32:
		return int64(binary.BigEndian.Uint32(b))
	case tensor.Int64, tensor.Uint64:
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

// markedElement is the type of the element at i of a payload with markers, and
// its bytes with the marker; 0 where there is none.
func markedElement(b []byte, i int) (t tensor.DType, width int) {
	if i >= len(b) {
		return tensor.Invalid, 0
	}
	t = MarkerType(b[i])
	if t == tensor.Invalid || len(b)-i < 1+t.Size() {
		return tensor.Invalid, 0
	}
	return t, 1 + t.Size()
}

// MarkerType is the type of the numbers that a marker of UBJSON (draft 12,
// "Numeric Types") announces; Invalid where it is another marker.
func MarkerType(marker byte) tensor.DType {
	switch marker {
	case 'i':
		return tensor.Int8
	case 'U':
		return tensor.Uint8
	case 'I':
		return tensor.Int16
	case 'l':
		return tensor.Int32
	case 'L':
		return tensor.Int64
	case 'd':
		return tensor.Float32
	case 'D':
		return tensor.Float64
	}
	return tensor.Invalid
}

type integer interface {
	int8 | uint8 | int16 | uint16 | int32 | uint32 | int64
}

func ints[T integer](n Node, dst []T, least, most int64) ([]T, error) {
	count, err := n.amount()
	if err != nil {
		return nil, err
	}
	b, d := n.payload(), n.node()
	dst = grown(dst, count)
	switch d.enc {
	case encText:
		i := 0
		for k := range dst {
			i = skipSpace(b, i)
			v, end, ok := parseInt(b, i)
			if !ok || v < least || v > most {
				i = min(i, len(b))
				end, _, _ = scanNumber(b, i)
				return nil, n.refuse(k, i, "%q where an integer from %d to %d belongs", clip(b[i:end]), least, most)
			}
			dst[k] = T(v)
			i = end
			if i < len(b) && b[i] != ',' {
				i = skipSpace(b, i)
			}
			i++
		}
	case encTyped:
		t := tensor.DType(d.dtype)
		w := t.Size()
		if len(b) != count*w {
			return nil, n.changed()
		}
		for k := range dst {
			v := bigEndian(b[k*w:], t)
			if t.IsFloat() || v < least || v > most || t == tensor.Uint64 && v < 0 {
				return nil, n.refuse(k, k*w, "%s where an integer from %d to %d belongs", appendTyped(nil, b[k*w:(k+1)*w], t), least, most)
			}
			dst[k] = T(v)
		}
	case encMarked:
		i := 0
		for k := range dst {
			t, w := markedElement(b, i)
			if w == 0 {
				return nil, n.changed()
			}
			v := bigEndian(b[i+1:], t)
			if t.IsFloat() || v < least || v > most {
				return nil, n.refuse(k, i, "%s where an integer from %d to %d belongs", appendTyped(nil, b[i+1:i+w], t), least, most)
			}
			dst[k] = T(v)
			i += w
		}
	}
	return dst, nil
}

// clip shortens what an error quotes.
func clip(b []byte) []byte {
	const most = 40
	if len(b) > most {
		return append(b[:most:most], "…"...)
	}
	return b
}
