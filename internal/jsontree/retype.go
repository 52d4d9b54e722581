package jsontree

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Retype is the tree with types given to numbers: JSON has none, and UBJSON
// writes an array with a type differently from one without. typeOf is asked for
// every Number, Numbers, Bools and empty Array; Invalid leaves the node as it
// is. Values are converted, and one that the type does not hold is ErrCorrupt;
// but elements of a signed type become those of the unsigned type of the same
// size, and the other way, by their bits: UBJSON has no wide unsigned types,
// and XGBoost keeps such values so.
func (t *Tree) Retype(typeOf func(Node) tensor.DType) (*Tree, error) {
	out := t.clone()
	for n := range t.All() {
		d := n.node()
		if d.kind != Number && d.kind != Numbers && d.kind != Bools && (d.kind != Array || d.n > 0) {
			continue
		}
		to := typeOf(n)
		if to == tensor.Invalid || d.enc == encTyped && tensor.DType(d.dtype) == to {
			continue
		}
		b, err := n.encoded(to)
		if err != nil {
			return nil, err
		}
		e := &out.nodes[n.i]
		if e.kind != Number {
			e.kind = Numbers
		}
		e.enc, e.dtype, e.vlen = encTyped, uint8(to), 0
		e.flags &^= flagSpaces | flagOpenEnd | flagIntegral
		if to.IsInteger() {
			e.flags |= flagIntegral
		}
		out.setPayload(n.i, b)
	}
	return out, nil
}

// clone shares everything but the nodes and the list of own payloads.
func (t *Tree) clone() *Tree {
	c := *t
	c.nodes = slices.Clone(t.nodes)
	c.own = slices.Clone(t.own)
	return &c
}

func (t *Tree) setPayload(i uint32, b []byte) {
	if own := t.nodes[i].own; own > 0 {
		t.own[own-1] = b
		return
	}
	t.own = append(t.own, b)
	t.nodes[i].own = uint32(len(t.own))
}

// encoded is the node's numbers as big-endian elements of a type.
func (n Node) encoded(to tensor.DType) ([]byte, error) {
	d := n.node()
	from := tensor.DType(d.dtype)
	if d.enc == encTyped && from.IsInteger() && to.IsInteger() && from.Size() == to.Size() {
		return n.payload(), nil
	}
	switch {
	case to == tensor.Float32:
		v, err := n.Float32s(nil)
		return encode(v, err)
	case to == tensor.Float64:
		v, err := n.Float64s(nil)
		return encode(v, err)
	case !to.IsInteger():
		return nil, n.Errorf(document.ErrInput, "no arrays of %s here", to)
	case d.kind == Bools:
		v, err := n.Bools(nil)
		if err != nil {
			return nil, err
		}
		var b []byte
		for _, x := range v {
			one := int64(0)
			if x {
				one = 1
			}
			b = appendBigEndian(b, one, to.Size())
		}
		return b, nil
	}
	least, most := rangeOf(to)
	v, err := ints[int64](n, nil, least, most)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(v)*to.Size())
	for _, x := range v {
		b = appendBigEndian(b, x, to.Size())
	}
	return b, nil
}

// encode puts elements into big-endian bytes.
func encode[T int8 | uint8 | int32 | int64 | float32 | float64](v []T, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var b []byte
	switch v := any(v).(type) {
	case []uint8:
		b = slices.Clone(v)
	case []int8:
		b = make([]byte, len(v))
		for i, x := range v {
			b[i] = byte(x)
		}
	case []int32:
		b = make([]byte, 4*len(v))
		for i, x := range v {
			binary.BigEndian.PutUint32(b[4*i:], uint32(x))
		}
	case []int64:
		b = make([]byte, 8*len(v))
		for i, x := range v {
			binary.BigEndian.PutUint64(b[8*i:], uint64(x))
		}
	case []float32:
		b = make([]byte, 4*len(v))
		for i, x := range v {
			binary.BigEndian.PutUint32(b[4*i:], math.Float32bits(x))
		}
	case []float64:
		b = make([]byte, 8*len(v))
		for i, x := range v {
			binary.BigEndian.PutUint64(b[8*i:], math.Float64bits(x))
		}
	}
	return b, nil
}

// rangeOf is what an integer type holds, as far as int64 goes.
func rangeOf(t tensor.DType) (least, most int64) {
	bits := 8 * t.Size()
	switch {
	case t == tensor.Uint64:
		return 0, math.MaxInt64
	case t >= tensor.Uint8 && t <= tensor.Uint32:
		return 0, 1<<bits - 1
	}
	return -1 << (bits - 1), 1<<(bits-1) - 1
}
