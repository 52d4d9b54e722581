package safeio_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
)

func TestBudget(t *testing.T) {
	b := safeio.NewBudget("fmt", document.Limits{Bytes: 10})
	for _, n := range []int64{4, 0, 6} {
		if err := b.Spend(n, "/a", 3); err != nil {
			t.Fatalf("%d: %v", n, err)
		}
	}
	for _, n := range []int64{1, -1, math.MaxInt64, math.MinInt64} {
		if err := b.Spend(n, "/a", 3); !errors.Is(err, document.ErrLimit) || !strings.Contains(err.Error(), "0 are left of the limit on memory (Limits.Bytes) (path /a, offset 3)") {
			t.Errorf("%d: %v", n, err)
		}
	}
	b = safeio.NewBudget("fmt", document.Limits{Bytes: 10})
	if b.Spend(11, "", -1) == nil || b.Spend(10, "", -1) != nil {
		t.Error("a refused amount is not taken off")
	}
	if err := safeio.NewBudget("fmt", document.Limits{}).Spend(document.DefaultBytes, "", -1); err != nil {
		t.Error("the default:", err)
	}
	if safeio.NewBudget("fmt", document.Limits{}).Spend(document.DefaultBytes+1, "", -1) == nil {
		t.Error("more than the default")
	}
}

// zeros gives n bytes without holding them.
func zeros(n int64) io.Reader { return io.LimitReader(nothing{}, n) }

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDecompressLimitsAreExact(t *testing.T) {
	const grace = 64 << 20
	for _, c := range []struct {
		what   string
		packed int64
		limits document.Limits
		most   int64
	}{
		{"bytes alone", 10, document.Limits{Bytes: 1000}, 1000},
		{"bytes below one buffer", 10, document.Limits{Bytes: 1}, 1},
		{"bytes of more than a buffer", 1 << 20, document.Limits{Bytes: 300_001}, 300_001},
		{"the ratio past the grace", 1000, document.Limits{Ratio: 2}, grace + 2000},
		{"bytes stand before the ratio", 1 << 20, document.Limits{Bytes: grace + 5, Ratio: 2}, grace + 5},
		{"a ratio that overflows", math.MaxInt64, document.Limits{Bytes: 100, Ratio: math.MaxInt64}, 100},
		{"bytes without a limit", 7, document.Limits{Bytes: math.MaxInt64, Ratio: 1}, grace + 7},
	} {
		b, err := safeio.Decompress("fmt", zeros(c.most), c.packed, c.limits)
		if err != nil || int64(len(b)) != c.most {
			t.Errorf("%s: %d bytes (%v), want %d", c.what, len(b), err, c.most)
		}
		b, err = safeio.Decompress("fmt", zeros(c.most+1), c.packed, c.limits)
		if !errors.Is(err, document.ErrLimit) || b != nil {
			t.Errorf("%s, one byte more: %d bytes (%v)", c.what, len(b), err)
		}
	}
	_, err := safeio.Decompress("fmt", nothing{}, 3, document.Limits{Bytes: 5}) // one that never ends
	if err == nil || err.Error() != "fmt: over the limit: 3 compressed bytes make more than 5 (Limits.Bytes, Limits.Ratio)" {
		t.Error(err)
	}
}

func TestDecompress(t *testing.T) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	text := strings.Repeat("larder ", 40_000)
	if _, err := io.WriteString(w, text); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	open := func(b []byte) io.Reader {
		r, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for what, r := range map[string]io.Reader{"plain": open(packed.Bytes()), "one byte at a time": iotest.OneByteReader(open(packed.Bytes())), "the end with the last bytes": iotest.DataErrReader(strings.NewReader(text))} {
		if b, err := safeio.Decompress("zlib", r, int64(packed.Len()), document.Limits{}); err != nil || string(b) != text {
			t.Errorf("%s: %d bytes (%v)", what, len(b), err)
		}
	}
	for n := 2; n < packed.Len(); n += max(1, packed.Len()/64) {
		if b, err := safeio.Decompress("zlib", open(packed.Bytes()[:n]), int64(n), document.Limits{}); !errors.Is(err, document.ErrCorrupt) || b != nil {
			t.Fatalf("cut at %d: %d bytes (%v)", n, len(b), err)
		}
	}
	if b, err := safeio.Decompress("zlib", strings.NewReader(""), 0, document.Limits{}); err != nil || len(b) != 0 {
		t.Errorf("nothing: %d bytes (%v)", len(b), err)
	}
}
