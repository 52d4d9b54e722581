package pickle

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/larder-ml/larder/document"
)

// save writes a value, or its place in the memo. What holds others is left on
// the stack of tasks.
func (e *encoder) save(v int32) {
	e.boundary()
	n := &e.d.nodes[v]
	switch n.kind {
	case None:
		e.op(opNone)
	case Bool:
		e.bool(n.a != 0)
	case Int, BigInt:
		e.int(v)
	case Float:
		if e.proto == 0 {
			e.text(opFloat, Repr(floatFrom(n.a)))
		} else {
			e.buf = instr{op: opBinfloat, a: n.a}.appendHead(e.buf)
		}
	case Persistent, Ext, Buffer:
		e.outside(v)
		return
	default:
		if i := e.memo[v]; i != 0 {
			e.get(i - 1)
			return
		}
		e.compound(v, n)
		return
	}
	if n.flag&flagExtra != 0 {
		e.steps(v)
	}
}

// compound writes a value of a kind that goes into the memo.
func (e *encoder) compound(v int32, n *node) {
	val := Value{e.d, v}
	switch n.kind {
	case String:
		e.string(val)
		e.memoize(v)
	case Bytes:
		if e.proto < 3 {
			e.oldBytes(val.Bytes())
		} else {
			e.counted(opShortBinbytes, opBinbytes, opBinbytes8, val.Bytes())
		}
		e.memoize(v)
	case ByteArray:
		e.byteArray(val.Bytes())
		e.memoize(v)
	case List:
		e.empty(opEmptyList, opList)
		e.memoize(v)
	case Dict:
		e.empty(opEmptyDict, opDict)
		e.memoize(v)
	case Set:
		if e.proto < 4 {
			e.oldSet(v, "set")
			return
		}
		e.op(opEmptySet)
		e.memoize(v)
	case FrozenSet:
		if e.proto < 4 {
			e.oldSet(v, "frozenset")
			return
		}
		e.op(opMark)
		start, k := pair(n.a)
		e.later(task{do: doRange, at: start, end: start + k}, task{do: doFrozen, v: v})
		return
	case Tuple:
		e.tuple(v, n, false)
		return
	case Global:
		e.global(v)
		return
	case Instance:
		e.instance(v)
		return
	default:
		e.fail(v, document.ErrUnsupported, "cannot encode a %s", n.kind)
	}
	e.steps(v)
}

// empty begins a list or dict.
func (e *encoder) empty(bin, text Opcode) {
	if e.proto > 0 {
		e.op(bin)
		return
	}
	e.op(opMark)
	e.op(text)
}

func (e *encoder) bool(b bool) {
	op, text := opNewfalse, "00"
	if b {
		op, text = opNewtrue, "01"
	}
	if e.proto >= 2 {
		e.op(op)
	} else {
		e.text(opInt, text)
	}
}

func (e *encoder) int(v int32) {
	b := Value{e.d, v}.Big()
	if e.proto == 0 {
		if b.IsInt64() && b.Int64() == int64(int32(b.Int64())) {
			e.text(opInt, b.String())
		} else {
			e.text(opLong, b.String()+"L")
		}
		return
	}
	e.bigInt(b)
}

// bigInt writes an integer at protocol 1 and above.
func (e *encoder) bigInt(b *big.Int) {
	s := &Document{declared: e.proto}
	in := s.binaryInt(b)
	switch in.op {
	case opLong:
		e.text(opLong, string(s.payload(in)))
	case opLong1, opLong4:
		e.buf = append(in.appendHead(e.buf), s.payload(in)...)
	default:
		e.buf = in.appendHead(e.buf)
	}
}

func (e *encoder) string(v Value) {
	p := v.Bytes()
	switch py2 := v.Python2(); {
	case py2 && e.proto == 0:
		e.text(opString, string(appendQuoted(nil, p)))
	case py2:
		e.counted(opShortBinstring, opBinstring, opBinstring, p)
	default:
		e.unicode(p)
	}
}

// unicode writes text.
func (e *encoder) unicode(p []byte) {
	switch {
	case e.proto == 0:
		e.text(opUnicode, string(appendRawUnicode(nil, string(p))))
	case e.proto < 4:
		e.counted(0, opBinunicode, opBinunicode8, p)
	default:
		e.counted(opShortBinunicode, opBinunicode, opBinunicode8, p)
	}
}

// oldBytes writes bytes below protocol 3: a call that makes them of text.
func (e *encoder) oldBytes(p []byte) {
	if len(p) == 0 {
		e.named("builtins", "bytes")
		e.emptyTuple()
		e.op(opReduce)
		return
	}
	e.named("_codecs", "encode")
	text := make([]byte, 0, 2*len(p))
	for _, c := range p {
		text = appendWTF8(text, rune(c))
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	e.boundary()
	e.unicode(text)
	e.memoize(-1)
	e.interned("latin1")
	if e.proto < 2 {
		e.op(opTuple)
	} else {
		e.op(opTuple2)
	}
	e.memoize(-1)
	e.op(opReduce)
}

func (e *encoder) byteArray(p []byte) {
	if e.proto >= 5 {
		e.counted(0, 0, opBytearray8, p)
		return
	}
	e.named("builtins", "bytearray")
	if len(p) == 0 {
		e.boundary()
		e.emptyTuple()
		e.op(opReduce)
		return
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	e.boundary()
	if e.proto < 3 {
		e.oldBytes(p)
	} else {
		e.counted(opShortBinbytes, opBinbytes, opBinbytes8, p)
	}
	e.memoize(-1)
	if e.proto < 2 {
		e.op(opTuple)
	} else {
		e.op(opTuple1)
	}
	e.memoize(-1)
	e.op(opReduce)
}

func (e *encoder) emptyTuple() {
	if e.proto > 0 {
		e.op(opEmptyTuple)
		return
	}
	e.op(opMark)
	e.op(opTuple)
}

func (e *encoder) tuple(v int32, n *node, fresh bool) {
	start, k := pair(n.a)
	if k == 0 {
		e.emptyTuple()
		if n.flag&flagExtra != 0 {
			e.steps(v)
		}
		return
	}
	if k > 3 || e.proto < 2 {
		e.op(opMark)
	}
	e.later(task{do: doRange, at: start, end: start + k}, task{do: doTuple, v: v, size: k, fresh: fresh})
}

// endTuple ends a tuple. One that its own items hold is in the memo by now: it
// is taken from there and what lies on the stack is dropped.
func (e *encoder) endTuple(t task) {
	short := t.size <= 3 && e.proto >= 2
	i := e.memo[t.v]
	if i != 0 && !t.fresh {
		switch {
		case short:
			for range t.size {
				e.op(opPop)
			}
		case e.proto > 0:
			e.op(opPopMark)
		default:
			for range t.size + 1 {
				e.op(opPop)
			}
		}
		e.get(i - 1)
		return
	}
	if short {
		e.op(opTuple1 + Opcode(t.size-1))
	} else {
		e.op(opTuple)
	}
	if i != 0 {
		e.memoize(-1) // a call within itself: its arguments are made twice
		return
	}
	e.memoize(t.v)
	e.steps(t.v)
}

// oldSet writes a set or frozenset below protocol 4: a call of its class with a
// list.
func (e *encoder) oldSet(v int32, class string) {
	e.named("builtins", class)
	if e.proto < 2 {
		e.op(opMark)
	}
	e.boundary()
	e.empty(opEmptyList, opList)
	e.memoize(-1)
	tuple := opTuple1
	if e.proto < 2 {
		tuple = opTuple
	}
	var lists []task
	n := &e.d.nodes[v]
	if n.kind == FrozenSet {
		start, k := pair(n.a)
		lists = append(lists, task{do: doBatch, exact: true, v: v, op: opAppends, at: start, end: start + k, size: k})
	} else {
		for at := e.d.first(v); at != 0; at = e.d.spans[at-1].next {
			if s := e.d.spans[at-1]; s.step == StepAddItem {
				lists = append(lists, task{do: doBatch, exact: true, v: v, op: opAppends, at: s.start, end: s.start + s.n, size: s.n})
			}
		}
	}
	lists = append(lists, task{do: doOp, op: tuple}, task{do: doMemo, v: -1}, task{do: doOp, op: opReduce}, task{do: doMade, v: v})
	e.later(lists...)
}

// outside writes what the pickle takes from its reader. None of it goes into
// the memo.
func (e *encoder) outside(v int32) {
	n := &e.d.nodes[v]
	val := Value{e.d, v}
	switch {
	case n.kind == Ext:
		switch code := n.a; {
		case code <= 0xff:
			e.buf = append(e.buf, byte(opExt1), byte(code))
		case code <= 0xffff:
			e.buf = instr{op: opExt2, a: code}.appendHead(e.buf)
		default:
			e.buf = instr{op: opExt4, a: code}.appendHead(e.buf)
		}
	case n.kind == Persistent && e.proto == 0:
		id := val.PersistentID()
		text := id.Str()
		if id.Kind() == Int {
			text = fmt.Sprint(id.Int())
		} else if id.Kind() != String || !isASCII([]byte(text)) || strings.Contains(text, "\n") {
			e.fail(v, document.ErrUnsupported, "persistent id that is no ASCII text at protocol 0")
			return
		}
		e.text(opPersid, text)
	case n.kind == Persistent:
		e.later(task{do: doSave, v: val.PersistentID().i}, task{do: doOp, op: opBinpersid}, task{do: doSteps, v: v, span: e.d.first(v)})
		return
	case n.flag&flagWraps != 0:
		e.later(task{do: doSave, v: val.Viewed().i}, task{do: doOp, op: opReadonlyBuffer}, task{do: doSteps, v: v, span: e.d.first(v)})
		return
	default:
		if int(n.a) != e.buffers || e.proto < 5 {
			e.fail(v, document.ErrUnsupported, "out-of-band buffer %d out of its order, or below protocol 5", n.a)
			return
		}
		e.buffers++
		e.op(opNextBuffer)
	}
	e.steps(v)
}
