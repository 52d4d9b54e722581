package pickle

import (
	"encoding/binary"
	"math/big"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
)

// NOTE. execute is the pickle machine: a stack of values, marks in it, and a
// memo. Where the real machine would import or call, it makes a node that says
// so and records an event. What the real one checks it checks too: heights
// against the last mark, even numbers of keys and values, types of the
// arguments where they are known.

// push makes a value and puts it on the stack.
func (m *machine) push(k Kind, a uint64) int32 {
	v := m.node(k, a)
	m.stack = append(m.stack, v)
	return v
}

func (m *machine) node(k Kind, a uint64) int32 {
	d := m.d
	d.nodes = append(grow(m, d.nodes, 16, 6), node{kind: k, ins: uint32(len(d.ins) - 1), a: a})
	if int64(len(d.nodes)) > m.Limits.Nodes {
		m.fail(document.ErrLimit, "more than %d values (Limits.Nodes)", m.Limits.Nodes)
	}
	return int32(len(d.nodes) - 1)
}

// need checks that n values lie above the last mark.
func (m *machine) need(n int) bool {
	if len(m.stack)-n < m.fence {
		m.fail(document.ErrCorrupt, "%s needs %d values above the last mark, %d are there",
			m.op(), n, len(m.stack)-m.fence)
		return false
	}
	return true
}

func (m *machine) op() Opcode { return m.d.ins[len(m.d.ins)-1].op }

// mark takes the last mark off and answers its height.
func (m *machine) mark() (int, bool) {
	n := len(m.marks)
	if n == 0 {
		m.fail(document.ErrCorrupt, "%s without a mark", m.op())
		return 0, false
	}
	h := m.marks[n-1]
	m.marks = m.marks[:n-1]
	m.fence = 0
	if n > 1 {
		m.fence = m.marks[n-2]
	}
	return h, true
}

// keep moves stack[from:] to the kids and answers where they start.
func (m *machine) keep(from int) int {
	start := len(m.d.kids)
	if n := len(m.stack) - from; start+n > cap(m.d.kids) {
		m.d.kids = grow(m, m.d.kids[:start:start], 4, 6)
		if start+n > cap(m.d.kids) {
			if err := m.budget.Spend(int64(n)*8, m.Path, m.Offset+int64(m.at)); err != nil && m.err == nil {
				m.err = err
			}
		}
	}
	m.d.kids = append(m.d.kids, m.stack[from:]...)
	m.stack = m.stack[:from]
	return start
}

func packed(start, n int) uint64 { return uint64(start)<<32 | uint64(uint32(n)) }

func (m *machine) sequence(k Kind, from int) {
	n := len(m.stack) - from
	m.push(k, packed(m.keep(from), n))
}

// fill gives stack[from:] to the value below it.
func (m *machine) fill(step StepKind, from int) {
	if from <= m.fence || from > len(m.stack) {
		m.fail(document.ErrCorrupt, "%s has no value to fill", m.op())
		return
	}
	n := len(m.stack) - from
	if n == 0 {
		return
	}
	if step == StepSetItem && n%2 != 0 {
		m.fail(document.ErrCorrupt, "%s of an odd number of keys and values", m.op())
		return
	}
	to := m.stack[from-1]
	k := m.d.nodes[to].kind
	start := m.keep(from)
	m.d.attach(to, step, uint32(len(m.d.ins)-1), start)
	if !(step == StepAppend && k == List || step == StepSetItem && k == Dict || step == StepAddItem && k == Set) {
		m.event(eventOf[step], to, start, n)
	}
}

// execute runs one instruction.
func (m *machine) execute(in instr) {
	switch in.op {
	case opMark:
		m.marks = append(m.marks, len(m.stack))
		m.fence = len(m.stack)
	case opBinint1, opBinint2:
		m.push(Int, in.a)
	case opBinint:
		m.push(Int, uint64(int64(int32(in.a))))
	case opShortBinunicode, opBinunicode, opBinunicode8:
		if !validWTF8(m.d.payload(in)) {
			m.fail(document.ErrCorrupt, "%s is not UTF-8", in.op)
			return
		}
		m.push(String, 0)
	case opMemoize:
		if m.need(1) {
			m.remember(uint64(m.memo.n))
		}
	case opBinput, opLongBinput:
		if m.need(1) {
			m.remember(in.a)
		}
	case opBinget, opLongBinget:
		m.recall(in.a)
	case opBinfloat:
		m.push(Float, in.a)
	case opNone:
		m.push(None, 0)
	case opNewtrue:
		m.push(Bool, 1)
	case opNewfalse:
		m.push(Bool, 0)
	case opEmptyTuple:
		m.push(Tuple, 0)
	case opTuple1, opTuple2, opTuple3:
		if n := int(in.op-opTuple1) + 1; m.need(n) {
			m.sequence(Tuple, len(m.stack)-n)
		}
	case opTuple:
		if h, ok := m.mark(); ok {
			m.sequence(Tuple, h)
		}
	case opFrozenset:
		if h, ok := m.mark(); ok {
			m.sequence(FrozenSet, h)
		}
	case opEmptyList:
		m.push(List, 0)
	case opEmptyDict:
		m.push(Dict, 0)
	case opEmptySet:
		m.push(Set, 0)
	case opAppend:
		if m.need(2) {
			m.fill(StepAppend, len(m.stack)-1)
		}
	case opSetitem:
		if m.need(3) {
			m.fill(StepSetItem, len(m.stack)-2)
		}
	case opAppends:
		if h, ok := m.mark(); ok {
			m.fill(StepAppend, h)
		}
	case opSetitems:
		if h, ok := m.mark(); ok {
			m.fill(StepSetItem, h)
		}
	case opAdditems:
		if h, ok := m.mark(); ok {
			m.fill(StepAddItem, h)
		}
	case opShortBinbytes, opBinbytes, opBinbytes8:
		m.push(Bytes, 0)
	case opBytearray8:
		m.push(ByteArray, 0)
	case opShortBinstring, opBinstring:
		m.push(String, 0)
	case opLong1, opLong4:
		m.long(in)
	case opProto:
		if in.a > highest {
			m.fail(document.ErrUnsupported, "pickle protocol %d; %d is the newest known", in.a, highest)
		}
		m.d.declared = int(in.a)
	case opFrame:
		m.openFrame(in)
	case opStop:
		if m.need(1) {
			m.d.root = m.stack[len(m.stack)-1]
			m.d.left = len(m.stack) - 1 + len(m.marks)
		}
	case opPop:
		m.pop()
	case opPopMark:
		if h, ok := m.mark(); ok {
			m.stack = m.stack[:h]
		}
	case opDup:
		if m.need(1) {
			v := m.stack[len(m.stack)-1]
			m.d.nodes[v].flag |= flagMemo
			m.stack = append(m.stack, v)
		}
	case opList:
		if h, ok := m.mark(); ok {
			m.gather(List, StepAppend, h)
		}
	case opDict:
		if h, ok := m.mark(); ok {
			m.gather(Dict, StepSetItem, h)
		}
	default:
		m.executeRest(in)
	}
}

// gather makes a list or dict of stack[from:].
func (m *machine) gather(k Kind, step StepKind, from int) {
	n := len(m.stack) - from
	if k == Dict && n%2 != 0 {
		m.fail(document.ErrCorrupt, "DICT of an odd number of keys and values")
		return
	}
	start := m.keep(from)
	v := m.push(k, 0)
	if n > 0 {
		m.d.attach(v, step, uint32(len(m.d.ins)-1), start)
	}
}

// executeRest runs the instructions with text arguments and those that would
// reach outside the pickle.
func (m *machine) executeRest(in instr) {
	text := m.d.payload(in)
	switch in.op {
	case opInt, opLong:
		m.number(in.op, text)
	case opFloat:
		v, ok := parseFLOAT(text)
		if !ok {
			m.fail(document.ErrCorrupt, "FLOAT of %.40q", text)
			return
		}
		m.push(Float, floatBits(v))
	case opString:
		s, ok := unquote(text)
		if ok {
			_, ok = unescape(s)
		}
		if !ok {
			m.fail(document.ErrCorrupt, "STRING of %.40q", text)
			return
		}
		m.push(String, 0)
	case opUnicode:
		if _, ok := rawUnicode(text); !ok {
			m.fail(document.ErrCorrupt, "UNICODE of %.40q", text)
			return
		}
		m.push(String, 0)
	case opGet, opPut:
		i, ok := parseIndex(text)
		if !ok {
			m.fail(document.ErrCorrupt, "%s of %.40q", in.op, text)
		} else if in.op == opGet {
			m.recall(i)
		} else if m.need(1) {
			m.remember(i)
		}
	case opGlobal:
		if m.names(text, utf8.Valid) {
			m.event(EventImport, m.push(Global, 0), 0, 0)
		}
	case opStackGlobal:
		m.stackGlobal()
	case opReduce, opNewobj, opNewobjEx:
		m.call(in.op)
	case opObj:
		if h, ok := m.mark(); ok {
			if len(m.stack)-h < 1 {
				m.fail(document.ErrCorrupt, "OBJ without a class")
				return
			}
			m.sequence(Tuple, h+1)
			m.instance(2)
		}
	case opInst:
		if h, ok := m.mark(); ok && m.names(text, isASCII) {
			args := m.node(Tuple, 0)
			n := len(m.stack) - h
			m.d.nodes[args].a = packed(m.keep(h), n)
			m.event(EventImport, m.push(Global, 0), 0, 0)
			m.stack = append(m.stack, args)
			m.instance(2)
		}
	case opBuild:
		m.build()
	case opPersid:
		if !isASCII(text) {
			m.fail(document.ErrCorrupt, "PERSID is not ASCII")
			return
		}
		m.push(String, 0)
		m.sequence(Persistent, len(m.stack)-1)
		m.event(EventPersistent, m.stack[len(m.stack)-1], 0, 0)
	case opBinpersid:
		if m.need(1) {
			m.sequence(Persistent, len(m.stack)-1)
			m.event(EventPersistent, m.stack[len(m.stack)-1], 0, 0)
		}
	case opExt1, opExt2, opExt4:
		code := int64(in.a)
		if in.op == opExt4 {
			code = int64(int32(in.a))
		}
		if code <= 0 {
			m.fail(document.ErrCorrupt, "%s of code %d", in.op, code)
			return
		}
		m.event(EventExt, m.push(Ext, uint64(code)), 0, 0)
	case opNextBuffer:
		m.event(EventBuffer, m.push(Buffer, uint64(m.d.buffers)), 0, 0)
		m.d.buffers++
	case opReadonlyBuffer:
		m.readOnly()
	}
}

func isASCII(s []byte) bool {
	for _, c := range s {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// names checks the two lines of GLOBAL and INST.
func (m *machine) names(text []byte, valid func([]byte) bool) bool {
	i := 0
	for text[i] != '\n' {
		i++
	}
	if i == 0 || i == len(text)-1 || !valid(text) {
		m.fail(document.ErrCorrupt, "%s of %.80q", m.op(), text)
		return false
	}
	return true
}

// remember puts the top of the stack into the memo.
func (m *machine) remember(i uint64) {
	v := m.stack[len(m.stack)-1]
	m.d.nodes[v].flag |= flagMemo
	m.memo.put(i, v)
}

func (m *machine) recall(i uint64) {
	v, ok := m.memo.get(i)
	if !ok {
		m.fail(document.ErrCorrupt, "%s of %d, which is not in the memo", m.op(), i)
		return
	}
	m.stack = append(m.stack, v)
}

func (m *machine) number(op Opcode, text []byte) {
	if len(text) > m.Digits {
		m.fail(document.ErrLimit, "%s of %d digits, %d are allowed (Digits)", op, len(text), m.Digits)
		return
	}
	var (
		v          int64
		b          *big.Int
		isBool, ok bool
	)
	if op == opInt {
		v, b, isBool, ok = parseINT(text)
	} else {
		v, b, ok = parseLONG(text)
	}
	switch {
	case !ok:
		m.fail(document.ErrCorrupt, "%s of %.40q", op, text)
	case isBool:
		m.push(Bool, uint64(v))
	case b != nil:
		m.push(BigInt, 0)
	default:
		m.push(Int, uint64(v))
	}
}

// long reads LONG1 and LONG4: two's complement, little-endian, any length.
func (m *machine) long(in instr) {
	p := m.d.payload(in)
	p = trimSign(p)
	if len(p) > 8 {
		m.push(BigInt, 0)
		return
	}
	var b [8]byte
	copy(b[:], p)
	v := int64(binary.LittleEndian.Uint64(b[:]))
	if n := 64 - 8*len(p); len(p) > 0 {
		v = v << n >> n
	}
	m.push(Int, uint64(v))
}

// openFrame checks a frame against the rest of the file and the frame around
// it. CPython's readers disagree about frames that break these rules, so that
// one may see what another does not.
func (m *machine) openFrame(in instr) {
	if m.pos < m.frame {
		m.fail(document.ErrCorrupt, "FRAME inside of a frame that ends at %d", m.Offset+int64(m.frame))
		return
	}
	if in.a > uint64(len(m.src)-m.pos) {
		m.fail(document.ErrCorrupt, "FRAME of %d bytes, %d are left", in.a, len(m.src)-m.pos)
		return
	}
	m.frame = m.pos + int(in.a)
}

// pop drops a value, or the last mark where nothing lies above it.
func (m *machine) pop() {
	if n := len(m.marks); n > 0 && m.marks[n-1] == len(m.stack) {
		m.mark()
		return
	}
	if !m.need(1) {
		return
	}
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	m.setter(v)
}
