package pickle

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/big"
	"unicode/utf8"
)

// Value is one value of a document's graph. It is a small handle: two Values
// of a document are the same object, by identity, when they are equal with ==.
// Methods that do not suit the Kind answer zero values.
type Value struct {
	d *Document
	i int32
}

// IsValid is false for the zero Value only.
func (v Value) IsValid() bool { return v.d != nil }

// Document is the document that the value belongs to.
func (v Value) Document() *Document { return v.d }

// ID numbers the values of a document from 0, in the order of the program.
func (v Value) ID() int { return int(v.i) }

// Kind says what the value is.
func (v Value) Kind() Kind {
	if v.d == nil {
		return Invalid
	}
	return v.d.nodes[v.i].kind
}

func (v Value) node() *node {
	if v.d == nil {
		return &node{}
	}
	return &v.d.nodes[v.i]
}

func (v Value) instr() instr { return v.d.ins[v.d.nodes[v.i].ins] }

// Op is the instruction that made the value.
func (v Value) Op() Opcode {
	if v.d == nil {
		return 0
	}
	return v.instr().op
}

// Offset is the place in the file of the instruction that made the value.
func (v Value) Offset() int64 {
	if v.d == nil {
		return -1
	}
	return v.d.base + v.d.offsetOf(v.d.nodes[v.i].ins)
}

// PayloadOffset is the place in the file of the bytes of a String, Bytes,
// ByteArray or BigInt; -1 for other values and for bytes that were edited.
func (v Value) PayloadOffset() int64 {
	switch v.Kind() {
	case String, Bytes, ByteArray, BigInt:
		if in := v.instr(); in.src == inSource {
			return v.Offset() + in.header()
		}
	}
	return -1
}

// Size is the number of bytes of the payload for a String, Bytes, ByteArray or
// BigInt. For the rest it is the number from Offset to the end of the last
// instruction that filled the value.
func (v Value) Size() int64 {
	switch v.Kind() {
	case Invalid:
		return 0
	case String, Bytes, ByteArray, BigInt:
		return v.instr().len()
	}
	last := v.node().ins
	for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
		last = max(last, v.d.spans[at-1].ins)
	}
	return v.d.base + v.d.offsetOf(last) + v.d.ins[last].size() - v.Offset()
}

// Memoized says whether the program put the value into its memo (or doubled it
// on the stack), so that it may be used in several places.
func (v Value) Memoized() bool { return v.node().flag&flagMemo != 0 }

// Bool is the value of a Bool.
func (v Value) Bool() bool { return v.Kind() == Bool && v.node().a != 0 }

// Int is the value of an Int, and 0 or 1 for a Bool, which is an int in Python.
func (v Value) Int() int64 {
	if n := v.node(); n.kind == Int || n.kind == Bool {
		return int64(n.a)
	}
	return 0
}

// Big is the value of a BigInt, an Int or a Bool; nil for other kinds.
func (v Value) Big() *big.Int {
	switch v.Kind() {
	case Int, Bool:
		return big.NewInt(v.Int())
	case BigInt:
		in := v.instr()
		p := v.d.payload(in)
		switch in.op {
		case opInt:
			_, b, _, _ := parseINT(p)
			return b
		case opLong:
			_, b, _ := parseLONG(p)
			return b
		}
		return decodeLong(p)
	}
	return nil
}

// Float is the value of a Float, an Int or a Bool.
func (v Value) Float() float64 {
	switch n := v.node(); n.kind {
	case Float:
		return math.Float64frombits(n.a)
	case Int, Bool:
		return float64(int64(n.a))
	}
	return 0
}

// Python2 says whether a String is the str of Python 2, which is bytes without
// an encoding: STRING, BINSTRING or SHORT_BINSTRING.
func (v Value) Python2() bool {
	if v.Kind() != String {
		return false
	}
	switch v.instr().op {
	case opString, opBinstring, opShortBinstring:
		return true
	}
	return false
}

// Str is the text of a String. It is UTF-8, except that lone surrogates, which
// Python allows, are the three bytes that their numbers would have. The str of
// Python 2 is read as Latin-1, as numpy and scikit-learn ask for; Bytes has it
// as it is.
func (v Value) Str() string {
	if v.Kind() != String {
		return ""
	}
	p := v.Bytes()
	if v.Python2() && !isASCII(p) {
		s := make([]byte, 0, 2*len(p))
		for _, c := range p {
			s = utf8.AppendRune(s, rune(c))
		}
		return string(s)
	}
	return string(p)
}

// Bytes is the payload of a Bytes, ByteArray or String, shared wherever the
// file has it as it is: do not change it.
func (v Value) Bytes() []byte {
	switch v.Kind() {
	case Bytes, ByteArray:
		return v.d.payload(v.instr())
	case String:
		in := v.instr()
		p := v.d.payload(in)
		switch in.op {
		case opString:
			p, _ = unquote(p)
			p, _ = unescape(p)
		case opUnicode:
			p, _ = rawUnicode(p)
		}
		return p
	}
	return nil
}

// Len is the number of items of a List, Tuple, Set or FrozenSet, of entries of
// a Dict (a key that was set twice counts twice), of bytes of a Bytes,
// ByteArray or String, of appended items of an Instance.
func (v Value) Len() int {
	n := v.node()
	switch n.kind {
	case Tuple, FrozenSet:
		_, k := pair(n.a)
		return int(k)
	case List, Instance:
		return v.count(StepAppend)
	case Set:
		return v.count(StepAddItem)
	case Dict:
		return v.count(StepSetItem) / 2
	case Bytes, ByteArray, String:
		return len(v.Bytes())
	}
	return 0
}

func (v Value) count(step StepKind) int {
	n := 0
	for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
		if s := &v.d.spans[at-1]; s.step == step {
			n += int(s.n)
		}
	}
	return n
}

// Item is item i of a List, Tuple, Set or FrozenSet, or appended item i of an
// Instance. It panics where there is none.
func (v Value) Item(i int) Value {
	n := v.node()
	step := StepAppend
	switch n.kind {
	case Tuple, FrozenSet:
		return Value{v.d, v.d.kidsOf(n.a)[i]}
	case Set:
		step = StepAddItem
	}
	k := i
	if n.kind == List || n.kind == Set || n.kind == Instance {
		for at := v.d.first(v.i); at != 0 && k >= 0; at = v.d.spans[at-1].next {
			if s := &v.d.spans[at-1]; s.step == step {
				if k < int(s.n) {
					return Value{v.d, v.d.kids[int(s.start)+k]}
				}
				k -= int(s.n)
			}
		}
	}
	panic(fmt.Sprintf("pickle: item %d of a %s of %d", i, n.kind, v.Len()))
}

// Items lists the items of a List, Tuple, Set or FrozenSet, and what was
// appended or added to an Instance.
func (v Value) Items() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.d == nil {
			return
		}
		n := v.node()
		switch n.kind {
		case Tuple, FrozenSet:
			for _, k := range v.d.kidsOf(n.a) {
				if !yield(Value{v.d, k}) {
					return
				}
			}
		case List, Set, Instance:
			for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
				s := v.d.spans[at-1]
				if s.step != StepAppend && s.step != StepAddItem {
					continue
				}
				for _, k := range v.d.kids[s.start : s.start+s.n] {
					if !yield(Value{v.d, k}) {
						return
					}
				}
			}
		}
	}
}

// trimSign drops the bytes of a little-endian two's complement number that say
// nothing.
func trimSign(p []byte) []byte {
	for n := len(p); n > 1; n-- {
		top, below := p[n-1], p[n-2]
		if !(top == 0 && below < 0x80 || top == 0xff && below >= 0x80) {
			return p[:n]
		}
	}
	return p[:min(len(p), 1)]
}

// decodeLong reads a little-endian two's complement number.
func decodeLong(p []byte) *big.Int {
	b := make([]byte, len(p))
	for i, c := range p {
		b[len(p)-1-i] = c
	}
	v := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return v
}

// appendLong appends v as the shortest little-endian two's complement number;
// nothing for 0.
func appendLong(b []byte, v *big.Int) []byte {
	if v.Sign() == 0 {
		return b
	}
	if v.IsInt64() {
		var p [8]byte
		binary.LittleEndian.PutUint64(p[:], uint64(v.Int64()))
		return append(b, trimSign(p[:])...)
	}
	n := v.BitLen()/8 + 1
	u := v
	if v.Sign() < 0 {
		u = new(big.Int).Add(v, new(big.Int).Lsh(big.NewInt(1), uint(8*n)))
	}
	p := u.FillBytes(make([]byte, n))
	for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
		p[i], p[j] = p[j], p[i]
	}
	return append(b, trimSign(p)...)
}
