package pickle

import (
	"fmt"
	"math"
	"math/big"

	"github.com/larder-ml/larder/document"
)

// Builder makes graphs for Encode. Each call makes a new value; using a value
// in two places shares it, and lists, dicts, sets and instances may be filled
// after they were put somewhere, themselves included. The first misuse (a value
// of another builder, text that is not UTF-8) is kept and comes out of Encode.
type Builder struct {
	d       *Document
	names   map[string]Value
	globals map[string]Value
}

// NewBuilder is an empty builder.
func NewBuilder() *Builder {
	return &Builder{d: &Document{base: -1, root: -1, declared: highest}, names: map[string]Value{},
		globals: map[string]Value{}}
}

// Err is the first misuse.
func (b *Builder) Err() error { return b.d.fault }

func (b *Builder) fail(detail string, args ...any) {
	if b.d.fault == nil {
		b.d.fault = fmt.Errorf("pickle: %w: %s", document.ErrInput, fmt.Sprintf(detail, args...))
	}
}

// ins adds an instruction and answers its number.
func (b *Builder) ins(in instr) uint32 {
	if len(b.d.ins) >= math.MaxInt32 {
		b.fail("more than %d values", math.MaxInt32)
		return 0
	}
	b.d.ins = append(b.d.ins, in)
	return uint32(len(b.d.ins) - 1)
}

func (b *Builder) node(k Kind, op Opcode, a uint64) Value {
	b.d.nodes = append(b.d.nodes, node{kind: k, ins: b.ins(instr{op: op}), a: a})
	return Value{b.d, int32(len(b.d.nodes) - 1)}
}

func (b *Builder) leaf(k Kind, op Opcode, p []byte) Value {
	v := b.node(k, op, 0)
	b.d.setPayload(&b.d.ins[len(b.d.ins)-1], p)
	return v
}

// keep puts values among the kids.
func (b *Builder) keep(vs []Value) int {
	start := len(b.d.kids)
	for _, v := range vs {
		if v.d != b.d {
			b.fail("a value of another builder")
			v.i = 0
		}
		b.d.kids = append(b.d.kids, v.i)
	}
	return start
}

func (b *Builder) sequence(k Kind, op Opcode, vs []Value) Value {
	start := b.keep(vs)
	return b.node(k, op, packed(start, len(vs)))
}

// Memoize marks a value as one that goes into the memo, for CPythonBare; other
// picklers put there all that they can.
func (b *Builder) Memoize(v Value) {
	if v.d != b.d {
		b.fail("a value of another builder")
		return
	}
	v.node().flag |= flagMemo
}

// None is Python's None.
func (b *Builder) None() Value { return b.node(None, opNone, 0) }

// Bool is True or False.
func (b *Builder) Bool(v bool) Value {
	if v {
		return b.node(Bool, opNewtrue, 1)
	}
	return b.node(Bool, opNewfalse, 0)
}

// Int is an int.
func (b *Builder) Int(v int64) Value { return b.node(Int, opBinint, uint64(v)) }

// Big is an int of any size.
func (b *Builder) Big(v *big.Int) Value {
	if v.IsInt64() {
		return b.Int(v.Int64())
	}
	return b.leaf(BigInt, opLong4, appendLong(nil, v))
}

// Float is a float.
func (b *Builder) Float(v float64) Value { return b.node(Float, opBinfloat, math.Float64bits(v)) }

// Str is a str.
func (b *Builder) Str(s string) Value {
	p := []byte(s)
	if !validWTF8(p) {
		b.fail("text that is not UTF-8: %.40q", s)
	}
	return b.leaf(String, opBinunicode8, p)
}

// Python2Str is the str of Python 2, which is bytes.
func (b *Builder) Python2Str(p []byte) Value { return b.leaf(String, opBinstring, p) }

// Bytes is a bytes, of a copy of p.
func (b *Builder) Bytes(p []byte) Value { return b.leaf(Bytes, opBinbytes8, p) }

// ByteArray is a bytearray, of a copy of p.
func (b *Builder) ByteArray(p []byte) Value { return b.leaf(ByteArray, opBytearray8, p) }

// Buffer is the out-of-band buffer of a number; picklers count from 0.
func (b *Builder) Buffer(number int) Value { return b.node(Buffer, opNextBuffer, uint64(number)) }

// ReadOnly is a read-only view of a Buffer or ByteArray.
func (b *Builder) ReadOnly(v Value) Value {
	w := b.sequence(Buffer, opReadonlyBuffer, []Value{v})
	w.node().flag |= flagWraps | flagReadOnly
	return w
}

// List is a list.
func (b *Builder) List(items ...Value) Value {
	v := b.node(List, opEmptyList, 0)
	b.Append(v, items...)
	return v
}

// Tuple is a tuple.
func (b *Builder) Tuple(items ...Value) Value { return b.sequence(Tuple, opTuple, items) }

// Dict is a dict of keys and values in turn.
func (b *Builder) Dict(entries ...Value) Value {
	v := b.node(Dict, opEmptyDict, 0)
	b.SetItem(v, entries...)
	return v
}

// Set is a set. Items are written in their order here.
func (b *Builder) Set(items ...Value) Value {
	v := b.node(Set, opEmptySet, 0)
	b.Add(v, items...)
	return v
}

// FrozenSet is a frozenset.
func (b *Builder) FrozenSet(items ...Value) Value { return b.sequence(FrozenSet, opFrozenset, items) }

// Append appends items to a List or an Instance.
func (b *Builder) Append(to Value, items ...Value) { b.fill(to, StepAppend, opAppends, items) }

// SetItem sets keys to values, given in turn, in a Dict or an Instance.
func (b *Builder) SetItem(to Value, entries ...Value) {
	if len(entries)%2 != 0 {
		b.fail("SetItem of a key without a value")
		return
	}
	b.fill(to, StepSetItem, opSetitems, entries)
}

// Add adds items to a Set or an Instance.
func (b *Builder) Add(to Value, items ...Value) { b.fill(to, StepAddItem, opAdditems, items) }

// Build gives a state to a value, mostly an Instance: what __setstate__ will
// get, or its attributes as a Dict.
func (b *Builder) Build(to, state Value) { b.fill(to, StepBuild, opBuild, []Value{state}) }

// Setter gives a state to a value by a call f(to, state).
func (b *Builder) Setter(to, f, state Value) {
	call := b.Reduce(f, b.Tuple(to, state))
	b.fill(to, StepSetter, opPop, []Value{call})
}

func (b *Builder) fill(to Value, step StepKind, op Opcode, vs []Value) {
	if to.d != b.d {
		b.fail("a value of another builder")
		return
	}
	if len(vs) > 0 {
		start := b.keep(vs)
		b.d.attach(to.i, step, b.ins(instr{op: op}), start)
	}
}

// Global is something importable: the same value each time. Its names are
// strings that all globals of the builder share, as they do in CPython.
func (b *Builder) Global(module, name string) Value {
	key := module + "\n" + name
	v, ok := b.globals[key]
	if !ok {
		v = b.GlobalOf(b.Interned(module), b.Interned(name))
		b.globals[key] = v
	}
	return v
}

// Interned is a str that is the same object each time: what CPython has for the
// names of attributes, modules and globals.
func (b *Builder) Interned(s string) Value {
	v, ok := b.names[s]
	if !ok {
		v = b.Str(s)
		b.names[s] = v
	}
	return v
}

// GlobalOf is a global whose names are values of the graph.
func (b *Builder) GlobalOf(module, name Value) Value {
	return b.sequence(Global, opStackGlobal, []Value{module, name})
}

// Text is a global as GLOBAL writes it, with no strings of its own.
func (b *Builder) Text(module, name string) Value {
	return b.leaf(Global, opGlobal, []byte(module+"\n"+name))
}

// Reduce is what callable(*args) makes; args is a Tuple.
func (b *Builder) Reduce(callable, args Value) Value { return b.made(opReduce, callable, args) }

// New is what class.__new__(class, *args) makes; args is a Tuple.
func (b *Builder) New(class, args Value) Value { return b.made(opNewobj, class, args) }

// NewEx is what class.__new__(class, *args, **kwargs) makes.
func (b *Builder) NewEx(class, args, kwargs Value) Value {
	return b.made(opNewobjEx, class, args, kwargs)
}

// Old is an instance of Python 2's first kind of class, by OBJ or INST.
func (b *Builder) Old(how How, class, args Value) Value {
	if how != ByObj && how != ByInst {
		b.fail("Old by %s", how)
		how = ByObj
	}
	return b.made(howOps[how], class, args)
}

func (b *Builder) made(op Opcode, parts ...Value) Value {
	if k := parts[1].Kind(); k != Tuple && k < Global {
		b.fail("arguments in a %s, not a tuple", k)
	}
	v := b.node(Instance, op, 0)
	start := b.keep(parts)
	b.d.attach(v.i, stepMake, v.node().ins, start)
	return v
}

// Persistent is something that the reader is asked for by an id.
func (b *Builder) Persistent(id Value) Value {
	return b.sequence(Persistent, opBinpersid, []Value{id})
}

// Ext is a global by its number in copyreg's extension registry.
func (b *Builder) Ext(code int32) Value {
	if code <= 0 {
		b.fail("extension code %d", code)
	}
	return b.node(Ext, opExt4, uint64(uint32(code)))
}

// Foreign puts bytes that are no pickle behind the last Build of an Instance.
// Of fb the Pad and Nested are used; data is shared.
func (b *Builder) Foreign(to Value, fb ForeignBytes, data []byte) {
	if to.d != b.d || to.Kind() != Instance || !to.State().IsValid() {
		b.fail("foreign bytes behind a value without a state")
		return
	}
	last := uint32(0)
	for at := b.d.first(to.i); at != 0; at = b.d.spans[at-1].next {
		if s := b.d.spans[at-1]; s.step == StepBuild {
			last = s.ins
		}
	}
	if f := b.d.nextForeign(last); f < len(b.d.foreign) {
		b.fail("foreign bytes are given in the order of Build")
		return
	}
	if data == nil {
		data = []byte{}
	}
	to.node().flag |= flagForeign
	b.d.foreign = append(b.d.foreign, foreignBlock{ins: last, v: to.i, data: data, n: int64(len(data)),
		nested: fb.Nested, pad: fb.Pad})
}
