package pickle

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
)

const format = "pickle"

// highest is the newest protocol that there is.
const highest = 5

// DefaultDigits is the most digits of an integer written as text, unless a
// Decoder says otherwise: reading them costs their square.
const DefaultDigits = 100_000

// Decoder parses pickles. Its zero value is the safe default.
type Decoder struct {
	// Limits: Bytes bounds the memory made, Nodes the values, Depth the
	// containers inside containers.
	Limits document.Limits
	// Digits is the most digits of an integer written as text; DefaultDigits
	// where it is 0.
	Digits int
	// Path and Offset say where the pickle lies in a larger file, for errors
	// and for Value.Offset.
	Path   string
	Offset int64
	// Foreign, if not nil, is asked after each BUILD on an Instance whether
	// bytes that are no pickle follow. See ForeignBytes.
	Foreign func(v Value, rest []byte, offset int64) (ForeignBytes, error)
}

// Parse parses a pickle with the default Decoder.
func Parse(src []byte) (*Document, error) { return Decoder{}.Parse(src) }

// Parse reads one pickle, from the start of src to its STOP. The document
// shares src.
func (dec Decoder) Parse(src []byte) (*Document, error) {
	if dec.Digits == 0 {
		dec.Digits = DefaultDigits
	}
	dec.Limits = dec.Limits.WithDefaults()
	m := &machine{Decoder: dec, src: src, budget: safeio.NewBudget(format, dec.Limits)}
	m.d = &Document{src: src, base: dec.Offset, path: dec.Path, root: -1}
	if err := m.run(); err != nil {
		return nil, err
	}
	if err := m.d.checkDepth(dec.Limits.Depth); err != nil {
		return nil, err
	}
	return m.d, nil
}

// machine is the state of one run.
type machine struct {
	Decoder
	d      *Document
	src    []byte
	pos    int // of the next instruction
	at     int // of the present one
	frame  int // end of the present frame
	stack  []int32
	marks  []int
	fence  int // height of the stack at the last mark
	memo   memo
	budget *safeio.Budget
	err    error
}

// fail records a fault of the present instruction.
func (m *machine) fail(sentinel error, detail string, args ...any) {
	if m.err == nil {
		m.err = document.Errorf(sentinel, format, m.Path, m.Offset+int64(m.at), detail, args...)
	}
}

// run reads and executes instructions until STOP.
func (m *machine) run() error {
	for {
		in, ok := m.fetch()
		if !ok {
			return m.err
		}
		if len(m.d.ins)%stride == 0 {
			m.d.marks = append(m.d.marks, int64(m.at))
		}
		m.d.ins = append(grow(m, m.d.ins, 16, 4), in)
		m.execute(in)
		if m.err != nil {
			return m.err
		}
		if in.op == opStop {
			m.d.end = int64(m.pos)
			m.d.join()
			m.d.index = nil // of dicts that a hook looked into
			return nil
		}
	}
}

// fetch decodes the next instruction.
func (m *machine) fetch() (in instr, ok bool) {
	m.at = m.pos
	if m.pos >= len(m.src) {
		m.fail(document.ErrCorrupt, "ends without STOP")
		return
	}
	in.op = Opcode(m.src[m.pos])
	t := &opcodes[in.op]
	if t.name == "" {
		m.fail(document.ErrCorrupt, "no such opcode: 0x%02x", byte(in.op))
		return
	}
	if t.proto > m.d.newest {
		m.d.newest = t.proto
	}
	end := len(m.src)
	if m.pos < m.frame {
		end = m.frame
	}
	rest := m.src[m.pos+1 : end]
	if t.arg >= argLine {
		return m.fetchLine(in, rest)
	}
	head := int(fixed[t.arg])
	if len(rest) < head {
		m.short(in.op, head, end)
		return
	}
	var n uint64
	switch t.arg {
	case argNone:
		m.pos++
		return in, true
	case argU1, argLen1:
		n = uint64(rest[0])
	case argU2:
		n = uint64(binary.LittleEndian.Uint16(rest))
	case argU4, argI4, argLen4:
		n = uint64(binary.LittleEndian.Uint32(rest))
	case argU8, argLen8:
		n = binary.LittleEndian.Uint64(rest)
	case argF8:
		n = binary.BigEndian.Uint64(rest)
	}
	if t.arg < argLen1 {
		in.a = n
		m.pos += 1 + head
		return in, true
	}
	if in.op == opLong4 && n > math.MaxInt32 {
		m.fail(document.ErrCorrupt, "LONG4 of negative length")
		return
	}
	if n > uint64(len(rest)-head) {
		m.short(in.op, safeio.Length(n), end)
		return
	}
	in.src, in.a = inSource, uint64(m.pos+1+head)
	in.setLen(int64(n))
	m.pos += 1 + head + int(n)
	return in, true
}

func (m *machine) short(op Opcode, n any, end int) {
	if end < len(m.src) {
		m.fail(document.ErrCorrupt, "argument of %s (%d bytes) passes the end of its frame at %d", op, n, m.Offset+int64(end))
		return
	}
	m.fail(document.ErrCorrupt, "argument of %s is %d bytes, %d are left", op, n, end-m.at-1)
}

// fetchLine decodes an instruction with a text argument. The text is kept as
// it is, so that what is written is what was read.
func (m *machine) fetchLine(in instr, rest []byte) (instr, bool) {
	lines, n := 1, 0
	if opcodes[in.op].arg == argLines {
		lines = 2
	}
	for range lines {
		i := bytes.IndexByte(rest[n:], '\n')
		if i < 0 {
			if m.pos < m.frame && m.frame < len(m.src) {
				m.fail(document.ErrCorrupt, "line of %s passes the end of its frame at %d", in.op, m.Offset+int64(m.frame))
			} else {
				m.fail(document.ErrCorrupt, "%s without an end of line", in.op)
			}
			return in, false
		}
		n += i + 1
	}
	text := rest[:n-1]
	in.setLen(int64(len(text)))
	if in.op == opString || in.op == opUnicode {
		in.src, in.a = inSource, uint64(m.pos+1)
	} else {
		in.src, in.a = inOwn, uint64(len(m.d.own))
		if len(m.d.own)+len(text) > cap(m.d.own) {
			if err := m.budget.Spend(int64(cap(m.d.own)+len(text)), m.Path, m.Offset+int64(m.at)); err != nil {
				m.err = err
				return in, false
			}
		}
		m.d.own = append(m.d.own, text...)
	}
	m.pos += 1 + n
	return in, true
}

// grow makes room for one more element of size bytes. How much it makes is
// judged from how far the machine has come, so that a large file needs few
// copies and a small one little memory; at first, from every how many bytes of a
// model's file there is one.
func grow[T any](m *machine, s []T, size, per int) []T {
	if len(s) < cap(s) {
		return s
	}
	n := min(max(len(m.src)/per, 16), 512)
	if len(s) > 0 {
		rate := float64(len(s)) / float64(m.pos+1)
		n = min(max(int(rate*float64(len(m.src))*1.03)+64, len(s)+len(s)/2), 4*len(s)+64)
	}
	if err := m.budget.Spend(int64(n-cap(s))*int64(size), m.Path, m.Offset+int64(m.at)); err != nil {
		if m.err == nil {
			m.err = err
		}
	}
	t := make([]T, len(s), n)
	copy(t, s)
	return t
}
