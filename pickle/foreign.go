package pickle

import (
	"sort"

	"github.com/larder-ml/larder/document"
)

// ForeignBytes are bytes in the midst of a pickle that are no instructions:
// joblib puts the data of an array right after the BUILD of the object that
// describes it.
type ForeignBytes struct {
	Found  bool  // whether there are any
	Head   int   // bytes before the payload, such as padding
	Size   int64 // of the payload
	Nested *Document
	// Nested, if not nil, is the payload: a complete pickle, parsed. Size is
	// then its End.

	// Pad, if not nil, makes the head anew when the document is written, from
	// the offset in the file at which the head begins. Without it the head is
	// written as it was.
	Pad func(offset int64) []byte
}

type foreignBlock struct {
	ins    uint32 // of the BUILD
	v      int32
	size   int64 // head and payload
	head   []byte
	at     uint64 // of the payload in the source, or -1 where it is data
	data   []byte // an edited payload
	n      int64
	nested *Document
	pad    func(int64) []byte
}

// askForeign asks the Decoder's hook for foreign bytes of a value that was
// just built.
func (m *machine) askForeign(v int32) {
	fb, err := m.Foreign(Value{m.d, v}, m.src[m.pos:], m.Offset+int64(m.pos))
	if err != nil {
		m.err = err
		return
	}
	if !fb.Found {
		return
	}
	if fb.Nested != nil {
		fb.Size = fb.Nested.End()
	}
	if m.pos < m.frame {
		m.fail(document.ErrCorrupt, "data of %s inside of a frame", Value{m.d, v}.Class())
		return
	}
	if rest := int64(len(m.src) - m.pos); fb.Head < 0 || fb.Size < 0 || int64(fb.Head) > rest || fb.Size > rest-int64(fb.Head) {
		m.fail(document.ErrCorrupt, "data of %s is %d+%d bytes, %d are left", Value{m.d, v}.Class(), fb.Head, fb.Size, rest)
		return
	}
	b := foreignBlock{ins: uint32(len(m.d.ins) - 1), v: v, size: int64(fb.Head) + fb.Size, n: fb.Size, nested: fb.Nested, pad: fb.Pad}
	b.head = append(b.head, m.src[m.pos:m.pos+fb.Head]...)
	b.at = uint64(m.pos + fb.Head)
	m.d.nodes[v].flag |= flagForeign
	m.d.foreign = append(m.d.foreign, b)
	m.pos += int(b.size)
}

// nextForeign is the first foreign block at or after an instruction.
func (d *Document) nextForeign(ins uint32) int {
	if len(d.foreign) == 0 {
		return 0
	}
	return sort.Search(len(d.foreign), func(i int) bool { return d.foreign[i].ins >= ins })
}

// foreignOf is the foreign block of a value.
func (v Value) foreignBlock() *foreignBlock {
	if v.d.nodes[v.i].flag&flagForeign == 0 {
		return nil
	}
	for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
		ins := v.d.spans[at-1].ins
		if f := v.d.nextForeign(ins); f < len(v.d.foreign) && v.d.foreign[f].ins == ins && v.d.foreign[f].v == v.i {
			return &v.d.foreign[f]
		}
	}
	return nil
}

// Raw is the foreign bytes after the BUILD of an Instance, without their head,
// shared; false where there are none. Those of a nested pickle are in Nested.
func (v Value) Raw() ([]byte, bool) {
	b := v.foreignBlock()
	if b == nil || b.nested != nil {
		return nil, false
	}
	return v.d.foreignData(b), true
}

func (d *Document) foreignData(b *foreignBlock) []byte {
	if b.data != nil {
		return b.data
	}
	return d.src[b.at : b.at+uint64(b.n) : b.at+uint64(b.n)]
}

// RawOffset is where the foreign bytes of a value begin in the file; -1 where
// there are none.
func (v Value) RawOffset() int64 {
	b := v.foreignBlock()
	if b == nil {
		return -1
	}
	return v.d.base + v.d.offsetOf(b.ins) + v.d.ins[b.ins].size() + int64(len(b.head))
}

// Nested is the pickle that is the foreign bytes of a value, or nil.
func (v Value) Nested() *Document {
	if b := v.foreignBlock(); b != nil {
		return b.nested
	}
	return nil
}
