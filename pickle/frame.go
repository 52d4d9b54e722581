package pickle

import (
	"encoding/binary"
	"io"

	"github.com/larder-ml/larder/document"
)

// Frames, PEP 3154: picklers of protocol 4 and above collect what they write
// and end a frame at the first value that begins past frameTarget. A payload
// that long goes outside of any frame. A frame below frameLeast has no header.
const (
	frameTarget = 64 << 10
	frameLeast  = 4
)

// framer writes a pickle, in frames where it is told to.
type framer struct {
	w      io.Writer
	frames bool
	buf    []byte
	n      int64 // written to w
	left   int64 // that may still be written
	err    error
}

func (f *framer) flush(p []byte) {
	if f.err != nil || len(p) == 0 {
		return
	}
	if f.left -= int64(len(p)); f.left < 0 {
		f.err = document.Errorf(document.ErrLimit, format, "", -1, "pickle grows past Limits.Bytes")
		return
	}
	_, f.err = f.w.Write(p)
	f.n += int64(len(p))
}

// boundary comes before each value.
func (f *framer) boundary() {
	if len(f.buf) >= frameTarget {
		f.commit()
	}
}

// commit ends the frame.
func (f *framer) commit() {
	if f.frames && len(f.buf) >= frameLeast {
		f.flush(binary.LittleEndian.AppendUint64([]byte{byte(opFrame)}, uint64(len(f.buf))))
	}
	f.flush(f.buf)
	f.buf = f.buf[:0]
}

func (f *framer) op(o Opcode) { f.buf = append(f.buf, byte(o)) }

// counted writes an instruction with a payload, whose length takes 1, 4 or 8
// bytes. one is 0 where there is no opcode for short ones.
func (f *framer) counted(one, four, eight Opcode, p []byte) {
	in := instr{op: four}
	switch {
	case one != 0 && len(p) <= 0xff:
		in.op = one
	case four == 0 || len(p) > 0xffffffff:
		in.op = eight
	}
	in.setLen(int64(len(p)))
	if len(p) >= frameTarget {
		f.commit()
		f.flush(in.appendHead(nil))
		f.flush(p)
		return
	}
	f.buf = append(in.appendHead(f.buf), p...)
}

// text writes an instruction with a text argument.
func (f *framer) text(o Opcode, s string) {
	f.buf = append(append(append(f.buf, byte(o)), s...), '\n')
}
