package losslessjson

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/larder-ml/larder/pickle"
)

func itoa(i int) string { return strconv.Itoa(i) }

func encode64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// numeric is a dtype whose arrays are written as numbers: numpy's kind and size,
// little-endian.
type numeric struct {
	kind byte // b i u f
	size int
}

func (n numeric) name() string { return "$" + string(n.kind) + itoa(n.size) }

// numerics are the names that a reader takes.
func numericOf(key string) (numeric, bool) {
	switch key {
	case "$b1", "$i1", "$i2", "$i4", "$i8", "$u1", "$u2", "$u4", "$u8", "$f4", "$f8":
		return numeric{key[1], int(key[2] - '0')}, true
	}
	return numeric{}, false
}

// dtypeOf reads a pickled numpy.dtype of a simple kind.
func dtypeOf(v pickle.Value) (numeric, bool) {
	if v.Class() != "numpy.dtype" || v.Args().Kind() != pickle.Tuple || v.Args().Len() == 0 {
		return numeric{}, false
	}
	n, ok := numericOf("$" + v.Args().Item(0).Str())
	if s := v.State(); s.Kind() == pickle.Tuple && s.Len() > 1 {
		if order := s.Item(1).Str(); order != "<" && order != "|" {
			ok = false
		}
	}
	return n, ok
}

// sniff notes which bytes below an instance are the items of an array.
func (o *writer) sniff(v pickle.Value) {
	_, name := v.Callable().Global()
	args := v.Args()
	switch name {
	case "_reconstruct":
		if s := v.State(); s.Kind() == pickle.Tuple && s.Len() == 5 {
			o.note(s.Item(4), s.Item(2))
		}
	case "_frombuffer":
		if args.Kind() == pickle.Tuple && args.Len() >= 2 {
			o.note(args.Item(0), args.Item(1))
		}
	case "NumpyArrayWrapper":
		if d, ok := v.State().Lookup("dtype"); ok {
			if n, ok := dtypeOf(d); ok {
				o.numeric[v] = n
			}
		}
	}
}

func (o *writer) note(data, dtype pickle.Value) {
	if n, ok := dtypeOf(dtype); ok {
		o.numeric[data] = n
	}
}

// fits says whether bytes come back exactly from numbers: whole items, bools of
// 0 and 1, no NaN but the usual one.
func (n numeric) fits(b []byte) bool {
	if len(b)%n.size != 0 {
		return false
	}
	switch {
	case n.kind == 'b':
		for _, c := range b {
			if c > 1 {
				return false
			}
		}
	case n.kind == 'f' && n.size == 8:
		for i := 0; i < len(b); i += 8 {
			if u := binary.LittleEndian.Uint64(b[i:]); u<<1 > 0x7ff<<53 && u != 0x7ff8000000000000 {
				return false
			}
		}
	case n.kind == 'f':
		for i := 0; i < len(b); i += 4 {
			if u := binary.LittleEndian.Uint32(b[i:]); u<<1 > 0xff<<24 && u != 0x7fc00000 {
				return false
			}
		}
	}
	return true
}

// write writes "$f8":[…].
func (n numeric) write(o *writer, b []byte) {
	o.raw(`"` + n.name() + `":[`)
	var buf []byte
	for i := 0; i < len(b); i += n.size {
		buf = buf[:0]
		if i > 0 {
			buf = append(buf, ',')
		}
		o.buf.Write(n.append(buf, b[i:i+n.size]))
	}
	o.raw("]")
}

func (n numeric) append(buf, item []byte) []byte {
	var u uint64
	for k := n.size - 1; k >= 0; k-- {
		u = u<<8 | uint64(item[k])
	}
	switch n.kind {
	case 'b':
		return strconv.AppendBool(buf, u != 0)
	case 'u':
		return strconv.AppendUint(buf, u, 10)
	case 'i':
		shift := 64 - 8*n.size
		return strconv.AppendInt(buf, int64(u<<shift)>>shift, 10)
	}
	x, bits := math.Float64frombits(u), 64
	if n.size == 4 {
		x, bits = float64(math.Float32frombits(uint32(u))), 32
	}
	switch {
	case x != x:
		return append(buf, `"NaN"`...)
	case math.IsInf(x, 1):
		return append(buf, `"Infinity"`...)
	case math.IsInf(x, -1):
		return append(buf, `"-Infinity"`...)
	}
	return strconv.AppendFloat(buf, x, 'g', -1, bits)
}

// parse is append backwards: one item from the text of a JSON token.
func (n numeric) parse(buf []byte, text string) ([]byte, bool) {
	var u uint64
	var err error
	switch n.kind {
	case 'b':
		if text != "true" && text != "false" {
			return buf, false
		}
		if text == "true" {
			u = 1
		}
	case 'u':
		u, err = strconv.ParseUint(text, 10, 8*n.size)
	case 'i':
		var i int64
		i, err = strconv.ParseInt(text, 10, 8*n.size)
		u = uint64(i)
	case 'f':
		var x float64
		switch text {
		case "NaN":
			u = 0x7ff8000000000000
			if n.size == 4 {
				u = 0x7fc00000
			}
		case "Infinity", "-Infinity":
			x = math.Inf(1)
			if text[0] == '-' {
				x = math.Inf(-1)
			}
		default:
			x, err = strconv.ParseFloat(text, 8*n.size)
		}
		if text != "NaN" {
			u = math.Float64bits(x)
			if n.size == 4 {
				u = uint64(math.Float32bits(float32(x)))
			}
		}
	}
	for k := range n.size {
		buf = append(buf, byte(u>>(8*k)))
	}
	return buf, err == nil
}
