package safeio

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/larder-ml/larder/document"
)

// Cursor walks over a byte slice. Base is added to offsets in errors, for a
// cursor over a part of a file.
type Cursor struct {
	Format string // for errors
	Path   string
	Base   int64
	b      []byte
	pos    int
	err    error
}

// New is a cursor over b, at its start.
func New(format string, b []byte) *Cursor { return &Cursor{Format: format, b: b} }

// Err is the first fault.
func (c *Cursor) Err() error { return c.err }

// Pos is the offset of the next byte in the slice.
func (c *Cursor) Pos() int { return c.pos }

// Offset is the offset of the next byte in the file.
func (c *Cursor) Offset() int64 { return c.Base + int64(c.pos) }

// Left is the number of bytes after the position.
func (c *Cursor) Left() int { return len(c.b) - c.pos }

// Seek sets the position.
func (c *Cursor) Seek(pos int) {
	if c.err != nil {
		return
	}
	if pos < 0 || pos > len(c.b) {
		c.Fail(document.ErrCorrupt, "offset %d outside of %d bytes", pos, len(c.b))
		return
	}
	c.pos = pos
}

// Fail records a fault at the present position, unless there is one already.
func (c *Cursor) Fail(sentinel error, detail string, args ...any) {
	c.FailAt(int64(c.pos)+c.Base, sentinel, detail, args...)
}

// FailAt records a fault at an offset of the file.
func (c *Cursor) FailAt(offset int64, sentinel error, detail string, args ...any) {
	if c.err == nil {
		c.err = document.Errorf(sentinel, c.Format, c.Path, offset, detail, args...)
	}
}

// Take is the next n bytes, shared. n may be any number that a file held:
// negative or more than is left is ErrCorrupt.
func (c *Cursor) Take(n int64, what string) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > int64(c.Left()) {
		c.Fail(document.ErrCorrupt, "%s of %d bytes, %d are left", what, n, c.Left())
		return nil
	}
	s := c.b[c.pos : c.pos+int(n) : c.pos+int(n)]
	c.pos += int(n)
	return s
}

// Count checks a number of items that a file announces against the least size
// of one in bytes and what is left, before memory is taken for them.
func (c *Cursor) Count(n uint64, least int, what string) int {
	if c.err != nil {
		return 0
	}
	if n > uint64(c.Left()/max(least, 1)) {
		c.Fail(document.ErrCorrupt, "%d %s of at least %d bytes, %d bytes are left", n, what, least, c.Left())
		return 0
	}
	return int(n)
}

// Line is the bytes up to the next newline, which is passed over.
func (c *Cursor) Line(what string) []byte {
	if c.err != nil {
		return nil
	}
	i := bytes.IndexByte(c.b[c.pos:], '\n')
	if i < 0 {
		c.Fail(document.ErrCorrupt, "%s without an end of line", what)
		return nil
	}
	s := c.b[c.pos : c.pos+i : c.pos+i]
	c.pos += i + 1
	return s
}

// Byte is the next byte.
func (c *Cursor) Byte(what string) byte {
	if s := c.Take(1, what); s != nil {
		return s[0]
	}
	return 0
}

// U16 is the next little-endian uint16.
func (c *Cursor) U16(what string) uint16 {
	if s := c.Take(2, what); s != nil {
		return binary.LittleEndian.Uint16(s)
	}
	return 0
}

// U32 is the next little-endian uint32.
func (c *Cursor) U32(what string) uint32 {
	if s := c.Take(4, what); s != nil {
		return binary.LittleEndian.Uint32(s)
	}
	return 0
}

// U64 is the next little-endian uint64.
func (c *Cursor) U64(what string) uint64 {
	if s := c.Take(8, what); s != nil {
		return binary.LittleEndian.Uint64(s)
	}
	return 0
}

// BE64 is the next big-endian uint64.
func (c *Cursor) BE64(what string) uint64 {
	if s := c.Take(8, what); s != nil {
		return binary.BigEndian.Uint64(s)
	}
	return 0
}

// Length turns a uint64 length into one that Take accepts or refuses; lengths
// past the largest int64 become that.
func Length(n uint64) int64 {
	if n > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(n)
}
