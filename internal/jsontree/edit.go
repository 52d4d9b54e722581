package jsontree

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Apply is the tree with scalars and lists of numbers replaced. Everything that
// no edit names keeps its text. The path of an edit names a scalar, a list of
// numbers or booleans (then the value is a list of as many) or one element of
// such a list. A value is a bool, string, int, int32, int64, uint8, float32,
// float64, a slice of one of the numbers, []bool, or a *tensor.Tensor; it takes
// the place of a value of its own kind: no fraction where all are integers, no
// number where a string is. What does not fit is ErrInput.
func (t *Tree) Apply(edits []document.Edit) (*Tree, error) {
	out := t.clone()
	for _, e := range edits {
		n, rest, err := out.walk(e.Path)
		if err != nil {
			return nil, err
		}
		element := -1
		if len(rest) > 0 {
			element, _ = index(rest[0])
		}
		v, ok := replacementOf(e.Value)
		why := ""
		if !ok {
			why = fmt.Sprintf("cannot be a %T", e.Value)
		} else {
			why = out.replace(n.i, element, v)
		}
		if why != "" {
			return nil, document.Errorf(document.ErrInput, t.format, e.Path, n.Offset(), "%s, %s", n.Kind(), why)
		}
	}
	return out, nil
}

// replacement is the value of an edit: exactly one of its lists, or a string.
type replacement struct {
	ints   []int64
	floats []float64
	bits   int // of the floats
	bools  []bool
	str    *string
	list   bool // not one scalar
}

func replacementOf(v any) (r replacement, ok bool) {
	r.bits = 64
	switch v := v.(type) {
	case string:
		r.str = &v
	case bool:
		r.bools = []bool{v}
	case int:
		r.ints = []int64{int64(v)}
	case int32:
		r.ints = []int64{int64(v)}
	case int64:
		r.ints = []int64{v}
	case uint8:
		r.ints = []int64{int64(v)}
	case float32:
		r.floats, r.bits = []float64{float64(v)}, 32
	case float64:
		r.floats = []float64{v}
	case []bool:
		r.bools, r.list = v, true
	case []int64:
		r.ints, r.list = v, true
	case []int32:
		r.ints, r.list = convert[int64](v), true
	case []int8:
		r.ints, r.list = convert[int64](v), true
	case []uint8:
		r.ints, r.list = convert[int64](v), true
	case []float32:
		r.floats, r.bits, r.list = convert[float64](v), 32, true
	case []float64:
		r.floats, r.list = v, true
	case *tensor.Tensor:
		return replacementOfTensor(v)
	default:
		return r, false
	}
	return r, true
}

func replacementOfTensor(t *tensor.Tensor) (r replacement, ok bool) {
	r.bits, r.list = 64, t.Rank() > 0
	for i := range t.Len() {
		switch d := t.DType(); {
		case d == tensor.Bool:
			r.bools = append(r.bools, t.Int(i) != 0)
		case d == tensor.Uint64 || !d.IsNumeric():
			return r, false
		case d.IsInteger():
			r.ints = append(r.ints, t.Int(i))
		default:
			r.floats = append(r.floats, t.Float(i))
			if d == tensor.Float32 {
				r.bits = 32
			}
		}
	}
	return r, true
}

func convert[T, F int8 | uint8 | int32 | int64 | float32 | float64](v []F) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}

func (r replacement) len() int { return len(r.ints) + len(r.floats) + len(r.bools) }

// replace puts a value into a node, or into one element of it, and answers why
// it cannot.
func (t *Tree) replace(i uint32, element int, r replacement) (why string) {
	d := &t.nodes[i]
	want := 1
	if (d.kind == Numbers || d.kind == Bools) && element < 0 {
		want = int(d.n)
	}
	isBools := d.kind == Bool || d.kind == Bools
	switch {
	case d.kind == String:
		if r.str == nil {
			return "takes a string"
		}
		if !utf8.ValidString(*r.str) {
			return "takes UTF-8"
		}
		d.enc = encBytes
		d.flags &^= flagEscapes
		t.setPayload(i, []byte(*r.str))
		return ""
	case d.kind != Number && d.kind != Numbers && !isBools:
		return "cannot be replaced"
	case r.str != nil || isBools != (r.bools != nil) && r.len() > 0:
		return "takes values of its own kind"
	case r.len() != want:
		return fmt.Sprintf("takes %d values and not %d", want, r.len())
	case d.kind == Bool:
		d.n = 0
		if r.bools[0] {
			d.n = 1
		}
		return ""
	}
	n := Node{t, i}
	old := n.payload()
	var b []byte
	from, to := 0, len(old) // what is replaced
	if element >= 0 {
		if from, to = n.element(element); to == 0 {
			return "has changed since it was parsed"
		}
	}
	b = append(b, old[:from]...)
	for k := range want {
		if d.enc == encText && k > 0 {
			b = append(b, ',')
		}
		if b, why = d.encode(b, old[from:to], r, k); why != "" {
			return why
		}
	}
	if element < 0 {
		d.flags &^= flagSpaces
	}
	t.setPayload(i, append(b, old[to:]...))
	return ""
}

// element is where an element lies in the payload.
func (n Node) element(k int) (from, to int) {
	d, b := n.node(), n.payload()
	switch {
	case d.enc == encTyped:
		size := tensor.DType(d.dtype).Size()
		return k * size, (k + 1) * size
	case d.enc == encMarked && d.kind == Bools:
		return k, k + 1
	case d.enc == encMarked:
		for ; ; k-- {
			_, size := markedElement(b, from)
			if size == 0 {
				return 0, 0
			}
			if k == 0 {
				return from, from + size
			}
			from += size
		}
	}
	for text := range n.Texts() {
		if k == 0 {
			from = cap(b) - cap(text) // text is a part of b
			return from, from + len(text)
		}
		k--
	}
	return 0, 0
}

// encode appends value k of a replacement in the node's own encoding. old is
// what it replaces.
func (d *node) encode(b, old []byte, r replacement, k int) (_ []byte, why string) {
	if r.bools != nil {
		switch {
		case d.enc == encText:
			return appendBool(b, r.bools[k]), ""
		case r.bools[k]:
			return append(b, 'T'), ""
		}
		return append(b, 'F'), ""
	}
	t := tensor.DType(d.dtype)
	if d.enc == encMarked {
		t, _ = markedElement(old, 0)
		if r.list && d.flags&flagIntegral == 0 {
			t = tensor.Float32
		}
	}
	integral := d.flags&flagIntegral != 0 || d.enc != encText && t.IsInteger()
	if integral && r.ints == nil {
		return nil, "takes integers"
	}
	if integral {
		v := r.ints[k]
		switch {
		case d.enc == encText:
			return strconv.AppendInt(b, v, 10), ""
		case d.enc == encMarked && r.list || d.enc == encMarked && !holds(t, v):
			return appendMarkedInt(b, v), ""
		case !holds(t, v):
			return nil, fmt.Sprintf("takes %s, which %d is not", t, v)
		case d.enc == encMarked:
			b = append(b, old[0])
		}
		return appendBigEndian(b, v, t.Size()), ""
	}
	v, bits := 0.0, r.bits
	if r.ints != nil {
		if v, bits = float64(r.ints[k]), 64; v >= 1<<63 || int64(v) != r.ints[k] {
			return nil, "takes floats, in which that integer has no place"
		}
	} else {
		v = r.floats[k]
	}
	if d.enc == encText {
		return appendFloat(b, v, bits), ""
	}
	if t == tensor.Float64 {
		if d.enc == encMarked {
			b = append(b, 'D')
		}
		return appendBigEndian(b, int64(math.Float64bits(v)), 8), ""
	}
	if math.IsInf(float64(float32(v)), 0) && !math.IsInf(v, 0) {
		return nil, fmt.Sprintf("takes float32, which %v is not", v)
	}
	if d.enc == encMarked {
		b = append(b, 'd')
	}
	return appendBigEndian(b, int64(math.Float32bits(float32(v))), 4), ""
}

// holds says whether an integer type has a value.
func holds(t tensor.DType, v int64) bool {
	least, most := rangeOf(t)
	return v >= least && v <= most
}
