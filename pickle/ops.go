package pickle

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Op is one instruction of the program, for listings.
type Op struct {
	Code        Opcode
	Name        string // as pickletools has it; "FOREIGN" for bytes that are no pickle
	Offset      int64  // in the file
	Size        int64
	StackEffect string // "mark stackslice -> tuple"
	d           *Document
	in          instr
	f           *foreignBlock
}

// Ops lists the program.
func (d *Document) Ops() iter.Seq[Op] {
	return func(yield func(Op) bool) {
		at, f := d.base, 0
		for i, in := range d.ins {
			t := &opcodes[in.op]
			op := Op{Code: in.op, Name: t.name, Offset: at, Size: in.size(), StackEffect: t.stack, d: d, in: in}
			if !yield(op) {
				return
			}
			at += op.Size
			for ; f < len(d.foreign) && d.foreign[f].ins == uint32(i); f++ {
				b := &d.foreign[f]
				if !yield(Op{Name: "FOREIGN", Offset: at, Size: b.size, StackEffect: "->", d: d, f: b}) {
					return
				}
				at += b.size
			}
		}
	}
}

// Payload is the bytes of the instruction's argument where it has any: the text
// without its newline, the string, the bytes.
func (o Op) Payload() []byte {
	if o.f != nil {
		if o.f.nested != nil {
			return nil
		}
		return o.d.foreignData(o.f)
	}
	return o.d.payload(o.in)
}

// argShown is how many bytes of a payload Arg shows.
const argShown = 60

// Arg is the argument as one prints it: a number, a quoted string, the two
// names of a global with a space between. Long ones are cut.
func (o Op) Arg() string {
	p := o.Payload()
	if o.f != nil {
		return fmt.Sprintf("%d bytes", o.f.size)
	}
	switch opcodes[o.Code].arg {
	case argNone:
		return ""
	case argU1, argU2, argU4, argU8:
		if o.Code == opExt4 {
			return strconv.Itoa(int(int32(o.in.a)))
		}
		return strconv.FormatUint(o.in.a, 10)
	case argI4:
		return strconv.Itoa(int(int32(o.in.a)))
	case argF8:
		return Repr(floatFrom(o.in.a))
	case argLines:
		return strings.Replace(string(p), "\n", " ", 1)
	}
	switch o.Code {
	case opLong1, opLong4:
		if len(p) > argShown {
			return fmt.Sprintf("int of %d bytes", len(p))
		}
		return decodeLong(p).String()
	case opShortBinunicode, opBinunicode, opBinunicode8:
		return quoted(p, "")
	case opShortBinbytes, opBinbytes, opBinbytes8, opShortBinstring, opBinstring:
		return quoted(p, "b")
	case opBytearray8:
		return "bytearray(" + quoted(p, "b") + ")"
	}
	if len(p) > argShown {
		return string(p[:argShown]) + "…"
	}
	return string(p)
}

func quoted(p []byte, prefix string) string {
	more := ""
	if len(p) > argShown {
		more = fmt.Sprintf("… (%d bytes)", len(p))
		p = p[:argShown]
	}
	if prefix == "" {
		return strconv.Quote(string(p)) + more
	}
	var b strings.Builder
	b.WriteString(prefix + `"`)
	for _, c := range p {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= 0x20 && c < 0x7f:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	b.WriteByte('"')
	return b.String() + more
}
