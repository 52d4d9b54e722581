package safeio_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
)

// reads are the methods that take bytes: how many, and what comes of 0, 1, 2….
var reads = []struct {
	name string
	n    int
	read func(c *safeio.Cursor) any
	want any
	zero any
}{
	{"Byte", 1, func(c *safeio.Cursor) any { return c.Byte("it") }, byte(1), byte(0)},
	{"U16", 2, func(c *safeio.Cursor) any { return c.U16("it") }, uint16(0x0201), uint16(0)},
	{"U32", 4, func(c *safeio.Cursor) any { return c.U32("it") }, uint32(0x04030201), uint32(0)},
	{"U64", 8, func(c *safeio.Cursor) any { return c.U64("it") }, uint64(0x0807060504030201), uint64(0)},
	{"BE64", 8, func(c *safeio.Cursor) any { return c.BE64("it") }, uint64(0x0102030405060708), uint64(0)},
	{"Take", 3, func(c *safeio.Cursor) any { return string(c.Take(3, "it")) }, "\x01\x02\x03", ""},
	{"Line", 9, func(c *safeio.Cursor) any { return string(c.Line("it")) }, "\x01\x02\x03\x04\x05\x06\x07\x08", ""},
}

func TestCursorAtEveryTruncation(t *testing.T) {
	all := []byte{99, 1, 2, 3, 4, 5, 6, 7, 8, '\n', 88}
	for _, r := range reads {
		for n := 1; n <= len(all); n++ {
			c := safeio.New("fmt", all[:n])
			c.Base, c.Path = 1000, "/p"
			c.Seek(1)
			got := r.read(c)
			if n-1 >= r.n {
				if got != r.want || c.Err() != nil || c.Pos() != 1+r.n || c.Left() != n-1-r.n || c.Offset() != int64(1001+r.n) {
					t.Errorf("%s of %d bytes: %v, at %d (%v)", r.name, n-1, got, c.Pos(), c.Err())
				}
				continue
			}
			var e *document.Error
			if got != r.zero || c.Pos() != 1 || !errors.Is(c.Err(), document.ErrCorrupt) || !errors.As(c.Err(), &e) || e.Offset != 1001 || e.Format != "fmt" || e.Path != "/p" {
				t.Errorf("%s of %d bytes: %v, at %d (%v)", r.name, n-1, got, c.Pos(), c.Err())
			}
			sticky(t, r.name, c)
		}
	}
}

// sticky holds that after a fault nothing is read and the fault stays.
func sticky(t *testing.T, what string, c *safeio.Cursor) {
	t.Helper()
	err, pos := c.Err(), c.Pos()
	for _, r := range reads {
		if got := r.read(c); got != r.zero {
			t.Errorf("%s, then %s: %v", what, r.name, got)
		}
	}
	if n := c.Count(1, 1, "things"); n != 0 {
		t.Errorf("%s, then Count: %d", what, n)
	}
	if c.Take(0, "nothing") != nil {
		t.Errorf("%s, then Take(0): bytes", what)
	}
	c.Fail(document.ErrLimit, "another")
	c.Seek(1000)
	c.Seek(0)
	if c.Err() != err || c.Pos() != pos {
		t.Errorf("%s: at %d, not %d; %v, not %v", what, c.Pos(), pos, c.Err(), err)
	}
}

func TestTakeOfAnyLength(t *testing.T) {
	for _, n := range []int64{-1, math.MinInt64, 5, math.MaxInt64, math.MaxInt32, 1 << 32} {
		c := safeio.New("fmt", []byte{1, 2, 3, 4})
		if got := c.Take(n, "name"); got != nil {
			t.Errorf("%d bytes of 4: %v", n, got)
		}
		if want := fmt.Sprintf("fmt: corrupt: name of %d bytes, 4 are left (offset 0)", n); c.Err() == nil || c.Err().Error() != want {
			t.Errorf("%v, want %s", c.Err(), want)
		}
		sticky(t, "Take", c)
	}
	b := []byte{1, 2, 3, 4}
	c := safeio.New("fmt", b)
	s := c.Take(2, "it")
	if b[0] = 9; s[0] != 9 {
		t.Error("Take copies")
	}
	_ = append(s, 77)
	if b[2] != 3 {
		t.Error("appending to what Take gave writes to the file")
	}
	if c.Take(2, "it"); c.Err() != nil || c.Left() != 0 {
		t.Errorf("%d left (%v)", c.Left(), c.Err())
	}
	if c.Take(0, "nothing"); c.Err() != nil {
		t.Error(c.Err())
	}
	line := safeio.New("fmt", []byte("ab\ncd"))
	l := line.Line("it")
	_ = append(l, 'x')
	if line.Take(2, "rest"); line.Err() != nil || line.Left() != 0 {
		t.Error(line.Err())
	}
}

func TestCount(t *testing.T) {
	b := make([]byte, 10)
	for _, c := range []struct {
		n     uint64
		least int
		ok    bool
	}{
		{0, 1, true}, {10, 1, true}, {11, 1, false}, {5, 2, true}, {6, 2, false}, {3, 3, true}, {4, 3, false},
		{10, 0, true}, {11, 0, false}, {10, -5, true}, {11, -5, false}, {1, 11, false}, {0, math.MaxInt, true},
		{math.MaxUint64, 1, false}, {math.MaxUint64, math.MaxInt, false}, {1 << 63, 1 << 62, false}, {1<<61 + 1, 8, false}, {1 << 32, 1 << 32, false},
	} {
		cur := safeio.New("fmt", b)
		n := cur.Count(c.n, c.least, "things")
		if c.ok != (cur.Err() == nil) || c.ok && n != int(c.n) || !c.ok && n != 0 {
			t.Errorf("%d of %d: %d (%v)", c.n, c.least, n, cur.Err())
		}
		if !c.ok {
			if want := fmt.Sprintf("fmt: corrupt: %d things of at least %d bytes, 10 bytes are left (offset 0)", c.n, c.least); cur.Err().Error() != want {
				t.Errorf("%v, want %s", cur.Err(), want)
			}
		}
	}
}

func TestSeek(t *testing.T) {
	for _, pos := range []int{-1, 4, math.MaxInt, math.MinInt} {
		c := safeio.New("fmt", []byte{1, 2, 3})
		c.Byte("it")
		c.Seek(pos)
		if want := fmt.Sprintf("fmt: corrupt: offset %d outside of 3 bytes (offset 1)", pos); c.Err() == nil || c.Err().Error() != want || c.Pos() != 1 {
			t.Errorf("%v at %d, want %s", c.Err(), c.Pos(), want)
		}
	}
	c := safeio.New("fmt", []byte{1, 2, 3})
	for _, pos := range []int{3, 0, 2} {
		if c.Seek(pos); c.Err() != nil || c.Pos() != pos || c.Left() != 3-pos {
			t.Errorf("seek to %d: at %d (%v)", pos, c.Pos(), c.Err())
		}
	}
	if c.Byte("it") != 3 {
		t.Error("the last byte")
	}
}

func TestFaultsKeepTheFirst(t *testing.T) {
	c := safeio.New("fmt", nil)
	c.FailAt(77, document.ErrLimit, "%d deep", 9)
	c.Fail(document.ErrCorrupt, "more")
	if c.Err() == nil || c.Err().Error() != "fmt: over the limit: 9 deep (offset 77)" || !errors.Is(c.Err(), document.ErrLimit) {
		t.Error(c.Err())
	}
	empty := safeio.New("fmt", nil)
	if empty.Take(0, "x"); empty.Err() != nil || empty.Left() != 0 {
		t.Error(empty.Err())
	}
	if empty.Line("name"); empty.Err() == nil || empty.Err().Error() != "fmt: corrupt: name without an end of line (offset 0)" {
		t.Error(empty.Err())
	}
}

func TestLength(t *testing.T) {
	for n, want := range map[uint64]int64{0: 0, 5: 5, math.MaxInt64: math.MaxInt64, math.MaxInt64 + 1: math.MaxInt64, math.MaxUint64: math.MaxInt64} {
		if got := safeio.Length(n); got != want {
			t.Errorf("%d is %d", n, got)
		}
	}
}

// FuzzCursor walks by a script: whatever it asks, nothing panics, the position
// stays inside, and what is read is what lies there.
func FuzzCursor(f *testing.F) {
	f.Add([]byte("ab\ncdefgh12345678"), []byte{0, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, b, script []byte) {
		before := slices.Clone(b)
		c := safeio.New("fmt", b)
		for i, op := range script {
			at := c.Pos()
			arg := int64(int8(op)) << (i % 57)
			switch k := int(op) % (len(reads) + 3); k {
			case len(reads):
				if s := c.Take(arg, "x"); s != nil && !bytes.Equal(s, b[at:c.Pos()]) {
					t.Fatalf("took %q", s)
				}
			case len(reads) + 1:
				if n := c.Count(uint64(arg), i, "x"); n < 0 || n > c.Left() {
					t.Fatalf("%d things in %d bytes", n, c.Left())
				}
			case len(reads) + 2:
				c.Seek(int(arg))
			default:
				reads[k].read(c)
			}
			if c.Pos() < 0 || c.Left() < 0 || c.Pos()+c.Left() != len(b) {
				t.Fatalf("at %d, %d left of %d", c.Pos(), c.Left(), len(b))
			}
			if c.Err() != nil && c.Pos() != at {
				t.Fatalf("moved to %d by a fault: %v", c.Pos(), c.Err())
			}
		}
		if !bytes.Equal(b, before) {
			t.Fatal("the bytes changed")
		}
	})
}
