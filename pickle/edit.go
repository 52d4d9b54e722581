package pickle

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/larder-ml/larder/document"
)

// Edit puts another value where a leaf is. To is a bool for a Bool; an int,
// int64 or *big.Int for an Int or BigInt; a float64 for a Float; a string (or,
// for the str of Python 2, a []byte) for a String; a []byte for Bytes, a
// ByteArray and the foreign bytes of an Instance.
type Edit struct {
	At Value
	To any
}

// Apply is the document with the edits made. Each changes the one instruction
// that made the value, so it is seen wherever the value is shared, and the
// length of the frame around it; all other bytes stay as they are. Values keep
// their IDs. Values of nested documents are edited through the outermost one.
func (d *Document) Apply(edits []Edit) (*Document, error) {
	e := &Document{src: d.src, own: slices.Clip(d.own), base: d.base, path: d.path,
		ins: slices.Clone(d.ins), marks: d.marks, nodes: slices.Clone(d.nodes), spans: d.spans,
		kids: d.kids, extra: d.extra, events: d.events, foreign: slices.Clone(d.foreign), root: d.root,
		buffers: d.buffers, left: d.left, end: d.end, declared: d.declared, newest: d.newest}
	inner := map[int][]Edit{}
	for _, x := range edits {
		if x.At.d == d {
			if err := e.apply(x); err != nil {
				return nil, err
			}
			continue
		}
		f := d.holding(x.At.d)
		if f < 0 {
			return nil, fmt.Errorf("pickle: %w: edit of a value of another document", document.ErrInput)
		}
		inner[f] = append(inner[f], x)
	}
	for f, xs := range inner {
		b := &e.foreign[f]
		n, err := b.nested.Apply(xs)
		if err != nil {
			return nil, err
		}
		b.nested, b.n = n, n.end
		b.size = int64(len(b.head)) + n.end
	}
	e.reframe(d)
	e.place()
	return e, nil
}

// holding is the foreign block that is, or has inside it, document x; or -1.
func (d *Document) holding(x *Document) int {
	for f := range d.foreign {
		if n := d.foreign[f].nested; n != nil && (n == x || n.holding(x) >= 0) {
			return f
		}
	}
	return -1
}

// apply makes one edit; d is the new document.
func (d *Document) apply(x Edit) error {
	n := &d.nodes[x.At.i]
	in := &d.ins[n.ins]
	switch to := x.To.(type) {
	case bool:
		if n.kind == Bool {
			d.setBool(n, in, to)
			return nil
		}
	case int:
		return d.apply(Edit{x.At, int64(to)})
	case int64:
		if n.kind == Int || n.kind == BigInt {
			d.setInt(n, in, big.NewInt(to))
			return nil
		}
	case *big.Int:
		if n.kind == Int || n.kind == BigInt {
			d.setInt(n, in, to)
			return nil
		}
	case float64:
		if n.kind == Float {
			n.a = math.Float64bits(to)
			if in.op == opFloat {
				d.setPayload(in, []byte(Repr(to)))
			} else {
				in.a = n.a
			}
			return nil
		}
	case string:
		if n.kind == String && !(Value{d, x.At.i}).Python2() {
			if !validWTF8([]byte(to)) {
				return d.refuse(x, "text that is not UTF-8")
			}
			if in.op == opUnicode {
				d.setPayload(in, appendRawUnicode(nil, to))
			} else {
				d.setCounted(in, []byte(to), opShortBinunicode, opBinunicode, opBinunicode8)
			}
			return nil
		}
	case []byte:
		return d.setBytes(x, n, in, to)
	}
	return d.refuse(x, fmt.Sprintf("a %T", x.To))
}

func (d *Document) refuse(x Edit, what string) error {
	return document.Errorf(document.ErrInput, format, d.path, x.At.Offset(), "cannot put %s where a %s is", what, x.At.Kind())
}

func (d *Document) setPayload(in *instr, p []byte) {
	in.src, in.a = inOwn, uint64(len(d.own))
	in.setLen(int64(len(p)))
	d.own = append(d.own, p...)
}

// setCounted puts a payload with its length in 1, 4 or 8 bytes. The opcode
// stays where the length fits into it.
func (d *Document) setCounted(in *instr, p []byte, one, four, eight Opcode) {
	if in.op == one && len(p) > math.MaxUint8 {
		in.op = four
	}
	if in.op == four && len(p) > math.MaxUint32 {
		in.op = eight
	}
	d.setPayload(in, p)
}

func (d *Document) setBool(n *node, in *instr, to bool) {
	n.a = 0
	in.op = opNewfalse
	if to {
		n.a, in.op = 1, opNewtrue
	}
	if in.src != immediate {
		in.op = opInt
		d.setPayload(in, []byte{'0', '0' + byte(n.a)})
	}
}

func (d *Document) setInt(n *node, in *instr, to *big.Int) {
	n.kind = BigInt
	if to.IsInt64() {
		n.kind, n.a = Int, uint64(to.Int64())
	}
	switch {
	case in.op == opInt:
		d.setPayload(in, to.Append(nil, 10))
	case in.op == opLong:
		d.setPayload(in, append(to.Append(nil, 10), 'L'))
	default:
		*in = d.binaryInt(to)
	}
}

// binaryInt is the instruction that a pickler writes for an integer at protocol
// 1 and above.
func (d *Document) binaryInt(v *big.Int) (in instr) {
	if v.IsInt64() {
		switch x := v.Int64(); {
		case x >= 0 && x <= math.MaxUint8:
			return instr{op: opBinint1, a: uint64(x)}
		case x >= 0 && x <= math.MaxUint16:
			return instr{op: opBinint2, a: uint64(x)}
		case x >= math.MinInt32 && x <= math.MaxInt32:
			return instr{op: opBinint, a: uint64(uint32(x))}
		}
	}
	if max(d.declared, int(d.newest)) < 2 {
		in.op = opLong
		d.setPayload(&in, append(v.Append(nil, 10), 'L'))
		return in
	}
	in.op = opLong1
	p := appendLong(nil, v)
	if len(p) > math.MaxUint8 {
		in.op = opLong4
	}
	d.setPayload(&in, p)
	return in
}

func (d *Document) setBytes(x Edit, n *node, in *instr, to []byte) error {
	switch {
	case n.kind == Bytes:
		d.setCounted(in, to, opShortBinbytes, opBinbytes, opBinbytes8)
	case n.kind == ByteArray:
		d.setPayload(in, to)
	case n.kind == String && in.op == opString:
		d.setPayload(in, appendQuoted(nil, to))
	case n.kind == String && (in.op == opShortBinstring || in.op == opBinstring):
		if len(to) > math.MaxUint32 {
			return d.refuse(x, "more than 4 GiB")
		}
		d.setCounted(in, to, opShortBinstring, opBinstring, opBinstring)
	case n.flag&flagForeign != 0:
		b := (Value{d, x.At.i}).foreignBlock()
		if b.nested != nil {
			return d.refuse(x, "bytes over a nested pickle")
		}
		b.data = slices.Clone(to)
		if b.data == nil {
			b.data = []byte{}
		}
		b.n = int64(len(to))
		b.size = int64(len(b.head)) + b.n
	default:
		return d.refuse(x, "bytes")
	}
	return nil
}

// reframe adds to each frame what its instructions grew by since the document
// was.
func (d *Document) reframe(was *Document) {
	var (
		frame *instr
		left  int64
	)
	for i := range d.ins {
		size := was.ins[i].size()
		if frame != nil && left > 0 {
			frame.a += uint64(d.ins[i].size() - size)
			left -= size
		}
		if d.ins[i].op == opFrame {
			frame, left = &d.ins[i], int64(was.ins[i].a)
		}
	}
}

// appendRawUnicode appends s as picklers write it at protocol 0: Latin-1, with
// escapes for what is outside of it and for backslash, NUL, newline, carriage
// return and 0x1a.
func appendRawUnicode(b []byte, s string) []byte {
	for len(s) > 0 {
		r, n := decodeWTF8(s)
		s = s[n:]
		switch {
		case r >= 0x10000:
			b = append(b, `\U`...)
			b = appendHex(b, uint32(r), 8)
		case r >= 256 || r == '\\' || r == 0 || r == '\n' || r == '\r' || r == 0x1a:
			b = append(b, `\u`...)
			b = appendHex(b, uint32(r), 4)
		default:
			b = append(b, byte(r))
		}
	}
	return b
}

func appendHex(b []byte, v uint32, digits int) []byte {
	s := strconv.FormatUint(uint64(v), 16)
	for range digits - len(s) {
		b = append(b, '0')
	}
	return append(b, s...)
}

// appendQuoted appends p as the repr of a Python 2 str.
func appendQuoted(b, p []byte) []byte {
	quote := byte('\'')
	if slices.Contains(p, '\'') && !slices.Contains(p, '"') {
		quote = '"'
	}
	b = append(b, quote)
	for _, c := range p {
		switch {
		case c == quote || c == '\\':
			b = append(b, '\\', c)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c < 0x20 || c >= 0x7f:
			b = appendHex(append(b, `\x`...), uint32(c), 2)
		default:
			b = append(b, c)
		}
	}
	return append(b, quote)
}
