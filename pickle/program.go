package pickle

import "encoding/binary"

// origin says where an instruction's argument is kept.
type origin uint8

const (
	immediate origin = iota // in the instruction itself
	inSource                // in the bytes that were parsed
	inOwn                   // in the document's own memory
)

// instr is one instruction. A number is kept in a; a payload of n bytes lies
// at a in the source or in the document's own memory. The bytes around the
// payload (opcode, length, newline) are made anew when the program is written.
type instr struct {
	op  Opcode
	src origin
	hi  uint16 // high bits of n
	n   uint32
	a   uint64
}

func (in instr) len() int64 { return int64(in.hi)<<32 | int64(in.n) }

func (in *instr) setLen(n int64) { in.n, in.hi = uint32(n), uint16(n>>32) }

// size is the number of bytes that the instruction takes.
func (in instr) size() int64 {
	k := opcodes[in.op].arg
	n := 1 + fixed[k]
	if k >= argLen1 {
		n += in.len()
		if k >= argLine {
			n++
		}
	}
	return n
}

// header is the offset of the payload inside the instruction.
func (in instr) header() int64 { return 1 + fixed[opcodes[in.op].arg] }

// payload is the bytes of the instruction's argument, shared; nil for a number.
func (d *Document) payload(in instr) []byte {
	end := in.a + uint64(in.len())
	switch in.src {
	case inSource:
		return d.src[in.a:end:end]
	case inOwn:
		return d.own[in.a:end:end]
	}
	return nil
}

// appendHead appends the instruction's bytes before its payload.
func (in instr) appendHead(b []byte) []byte {
	b = append(b, byte(in.op))
	switch opcodes[in.op].arg {
	case argU1:
		b = append(b, byte(in.a))
	case argU2:
		b = binary.LittleEndian.AppendUint16(b, uint16(in.a))
	case argU4, argI4:
		b = binary.LittleEndian.AppendUint32(b, uint32(in.a))
	case argU8:
		b = binary.LittleEndian.AppendUint64(b, in.a)
	case argF8:
		b = binary.BigEndian.AppendUint64(b, in.a)
	case argLen1:
		b = append(b, byte(in.n))
	case argLen4:
		b = binary.LittleEndian.AppendUint32(b, in.n)
	case argLen8:
		b = binary.LittleEndian.AppendUint64(b, uint64(in.len()))
	}
	return b
}

// stride is how many instructions lie between two recorded offsets.
const stride = 64

// offsetOf is the place of instruction i, counted from the start of the source.
func (d *Document) offsetOf(i uint32) int64 {
	if int(i/stride) >= len(d.marks) {
		return 0 // a value of a Builder has no place
	}
	at := d.marks[i/stride]
	f := d.nextForeign(i / stride * stride)
	for k := i / stride * stride; k < i; k++ {
		at += d.ins[k].size()
		for f < len(d.foreign) && d.foreign[f].ins == k {
			at += d.foreign[f].size
			f++
		}
	}
	return at
}

// place renews the recorded offsets after the program has changed.
func (d *Document) place() {
	d.marks = d.marks[:0:0]
	at, f := int64(0), 0
	for i := range d.ins {
		if i%stride == 0 {
			d.marks = append(d.marks, at)
		}
		at += d.ins[i].size()
		for f < len(d.foreign) && d.foreign[f].ins == uint32(i) {
			at += d.foreign[f].size
			f++
		}
	}
	d.end = at
}
