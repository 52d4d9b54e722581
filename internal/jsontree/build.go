package jsontree

import (
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Builder makes a tree from Go values, in the order of the calls. Each call
// adds one value to the container that Object or Array opened last; key is its
// key there, and "" outside of objects. The first call makes the root. The
// error is sticky; Tree answers it.
type Builder struct {
	a *Assembler
}

// NewBuilder begins a tree. The decoder's format names it in errors, its limits
// stand, and its dialect is the tree's.
func NewBuilder(d Decoder) *Builder { return &Builder{a: NewAssembler(nil, d)} }

// begin checks that a value can come here, and takes its key.
func (b *Builder) begin(key string) bool {
	a := b.a
	if a.err != nil {
		return false
	}
	switch {
	case a.cur == noParent && len(a.t.nodes) > 0:
		a.Fail(document.ErrInput, -1, "a second value beside the root")
	case a.cur != noParent && a.inside() == Object:
		if b.text(key) {
			a.Key([]byte(key), nil, -1, 0)
		}
	case key != "":
		a.Fail(document.ErrInput, -1, "key %q outside of an object", key)
	}
	return a.err == nil
}

// text refuses strings that are neither UTF-8 nor WTF-8.
func (b *Builder) text(s string) bool {
	if !utf8.ValidString(s) && (!utf8.Valid(withoutSurrogates([]byte(s))) || pairIn([]byte(s))) {
		b.a.Fail(document.ErrInput, -1, "string that is not UTF-8")
		return false
	}
	return true
}

// pairIn says whether two surrogates stand together that are one character,
// which WTF-8 does not allow.
func pairIn(b []byte) bool {
	for i := range b {
		if high, ok := surrogate(b[i:]); ok && high < 0xdc00 {
			if low, ok := surrogate(b[i+3:]); ok && low >= 0xdc00 {
				return true
			}
		}
	}
	return false
}

// leaf adds a leaf with a payload of its own.
func (b *Builder) leaf(key string, l Leaf, payload []byte) {
	if !b.begin(key) {
		return
	}
	l.Offset, l.End = -1, -1
	b.a.Leaf(l)
	if b.a.err == nil && l.Kind != Null && l.Kind != Bool {
		b.a.t.setPayload(uint32(len(b.a.t.nodes)-1), payload)
	}
}

// Object opens an object. End closes it.
func (b *Builder) Object(key string) { b.open(key, Object) }

// Array opens an array. End closes it. Arrays of numbers or booleans only are
// not built this way: see Float32s and those after it.
func (b *Builder) Array(key string) { b.open(key, Array) }

func (b *Builder) open(key string, k Kind) {
	if b.begin(key) {
		b.a.Open(k, -1, false, 0)
	}
}

// End closes the container that was opened last.
func (b *Builder) End() {
	if b.a.err != nil {
		return
	}
	if b.a.cur == noParent {
		b.a.Fail(document.ErrInput, -1, "nothing to end")
		return
	}
	b.a.Close(-1)
}

// Null adds nothing's value.
func (b *Builder) Null(key string) { b.leaf(key, Leaf{Kind: Null}, nil) }

// Bool adds a boolean.
func (b *Builder) Bool(key string, v bool) {
	l := Leaf{Kind: Bool}
	if v {
		l.Count = 1
	}
	b.leaf(key, l, nil)
}

// String adds a string, UTF-8 or WTF-8.
func (b *Builder) String(key, s string) {
	if b.text(s) {
		b.leaf(key, Leaf{Kind: String, DType: tensor.String}, []byte(s))
	}
}

// Int adds an integer, in UBJSON of the type that XGBoost would choose.
func (b *Builder) Int(key string, v int64) {
	t := smallestInt(v)
	b.leaf(key, Leaf{Kind: Number, DType: t, Integral: true}, appendBigEndian(nil, v, t.Size()))
}

// Float32 adds a number.
func (b *Builder) Float32(key string, v float32) {
	p, _ := encode([]float32{v}, nil)
	b.leaf(key, Leaf{Kind: Number, DType: tensor.Float32}, p)
}

// Float64 adds a number.
func (b *Builder) Float64(key string, v float64) {
	p, _ := encode([]float64{v}, nil)
	b.leaf(key, Leaf{Kind: Number, DType: tensor.Float64}, p)
}

// Number adds a number by its text in JSON.
func (b *Builder) Number(key, text string) {
	end, integral, ok := scanNumber([]byte(text), 0)
	if !ok || end != len(text) {
		b.a.Fail(document.ErrInput, -1, "%q is no number", text)
	}
	b.leaf(key, Leaf{Kind: Number, Integral: integral}, []byte(text))
}

func typed[T int8 | uint8 | int32 | int64 | float32 | float64](b *Builder, key string, v []T, t tensor.DType) {
	p, _ := encode(v, nil)
	b.leaf(key, Leaf{Kind: Numbers, DType: t, Count: len(v), Integral: t.IsInteger()}, p)
}

// Float32s adds a list of numbers of one type, as do the next five.
func (b *Builder) Float32s(key string, v []float32) { typed(b, key, v, tensor.Float32) }

// Float64s: see Float32s.
func (b *Builder) Float64s(key string, v []float64) { typed(b, key, v, tensor.Float64) }

// Int64s: see Float32s.
func (b *Builder) Int64s(key string, v []int64) { typed(b, key, v, tensor.Int64) }

// Int32s: see Float32s.
func (b *Builder) Int32s(key string, v []int32) { typed(b, key, v, tensor.Int32) }

// Int8s: see Float32s.
func (b *Builder) Int8s(key string, v []int8) { typed(b, key, v, tensor.Int8) }

// Uint8s: see Float32s.
func (b *Builder) Uint8s(key string, v []uint8) { typed(b, key, v, tensor.Uint8) }

// Ints adds a list of integers without a common type: in UBJSON each has a
// marker of its own. XGBoost writes version, tree_info and iteration_indptr so.
func (b *Builder) Ints(key string, v []int64) {
	if len(v) == 0 {
		b.empty(key)
		return
	}
	p := make([]byte, 0, 2*len(v))
	for _, x := range v {
		p = appendMarkedInt(p, x)
	}
	b.leaf(key, Leaf{Kind: Numbers, Marked: true, Count: len(v), Integral: true}, p)
}

// Bools adds a list of booleans.
func (b *Builder) Bools(key string, v []bool) {
	if len(v) == 0 {
		b.empty(key)
		return
	}
	p := make([]byte, 0, len(v))
	for _, x := range v {
		if x {
			p = append(p, 'T')
		} else {
			p = append(p, 'F')
		}
	}
	b.leaf(key, Leaf{Kind: Bools, Marked: true, Count: len(v)}, p)
}

// Strings adds a list of strings.
func (b *Builder) Strings(key string, v []string) {
	b.Array(key)
	for _, s := range v {
		b.String("", s)
	}
	b.End()
}

func (b *Builder) empty(key string) {
	b.Array(key)
	b.End()
}

// Copy adds a node of another tree and all below it. Numbers and strings keep
// their text or bytes, which the two trees then share.
func (b *Builder) Copy(key string, n Node) {
	a := b.a
	if !n.Valid() {
		a.Fail(document.ErrInput, -1, "nothing to copy")
	}
	if !b.begin(key) {
		return
	}
	if a.t.dialect != n.t.dialect && escapesIn(n) {
		a.Fail(document.ErrInput, -1, "strings of another dialect")
	}
	for c, end := range n.Walk() {
		d := c.node()
		switch {
		case a.err != nil:
			return
		case end:
			b.End()
			continue
		case c != n && c.Parent().Kind() == Object:
			k := n.t.keys[d.key]
			var str []byte
			if k.text {
				str = []byte(k.str)
			}
			a.Key([]byte(k.raw), str, -1, d.klen)
		}
		if d.kind.container() {
			a.Open(d.kind, -1, d.flags&flagOpenEnd != 0, d.vlen)
			continue
		}
		e := a.add(-1)
		if e == nil {
			return
		}
		e.kind, e.enc, e.dtype, e.flags, e.n, e.vlen = d.kind, d.enc, d.dtype, d.flags, d.n, d.vlen
		if d.enc != encNone {
			a.t.setPayload(uint32(len(a.t.nodes)-1), c.payload())
		}
	}
}

// escapesIn says whether a tree's dialect matters below a node.
func escapesIn(n Node) bool {
	for c := range n.All() {
		if c.node().enc == encText && c.node().flags&flagEscapes != 0 && strings.Contains(string(c.payload()), `\u`) {
			return true
		}
	}
	return false
}

// Tree is the finished tree.
func (b *Builder) Tree() (*Tree, error) { return b.a.Tree() }
