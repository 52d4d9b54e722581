package pickle

import "sync"

// Document is a parsed pickle: the program, instruction by instruction, and the
// graph of values that running it makes. It is immutable and safe for
// concurrent use. It shares the bytes it was parsed from: they must not change
// while it is in use.
type Document struct {
	src   []byte
	own   []byte // text arguments and edited payloads
	base  int64  // place of src[0] in the file
	path  string
	ins   []instr
	marks []int64 // offset of every stride-th instruction in src

	nodes   []node
	spans   []span
	kids    []int32
	many    []int32          // while parsing: values with spans to join
	extra   map[int32]uint64 // chains of values that are not containers
	events  []event
	foreign []foreignBlock
	root    int32
	buffers int
	left    int // values below the root when STOP ran

	end      int64
	declared int
	newest   uint8

	fault error // of a Builder

	mu    sync.Mutex
	index map[int32]map[string]int32 // of large dicts, made when first asked
}

// Root is what the pickle holds.
func (d *Document) Root() Value {
	if d.root < 0 {
		return Value{} // a Builder's
	}
	return Value{d, d.root}
}

// Protocol is the protocol that PROTO declares, 0 where there is no PROTO.
func (d *Document) Protocol() int { return d.declared }

// MaxProtocol is the newest protocol of any opcode in the pickle.
func (d *Document) MaxProtocol() int { return int(d.newest) }

// End is the number of bytes up to and including STOP. What follows is the
// caller's to judge.
func (d *Document) End() int64 { return d.end }

// Leftover is how many values and marks lay on the stack below the root when
// STOP ran: 0 in whatever a pickler wrote.
func (d *Document) Leftover() int { return d.left }

// Len is the number of values.
func (d *Document) Len() int { return len(d.nodes) }

// At is the value with a given ID, and the zero Value where there is none.
func (d *Document) At(id int) Value {
	if id < 0 || id >= len(d.nodes) {
		return Value{}
	}
	return Value{d, int32(id)}
}

// Buffers is the number of out-of-band buffers that the pickle asks for.
func (d *Document) Buffers() int { return d.buffers }

// ForeignBlocks is the number of blocks between the instructions that a
// Decoder.Foreign took.
func (d *Document) ForeignBlocks() int { return len(d.foreign) }
