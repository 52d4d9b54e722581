package safeio

import (
	"io"

	"github.com/larder-ml/larder/document"
)

// Budget counts the memory made for one file.
type Budget struct {
	Format string
	left   int64
}

// NewBudget starts a budget with the limit's bytes.
func NewBudget(format string, l document.Limits) *Budget {
	return &Budget{Format: format, left: l.WithDefaults().Bytes}
}

// Spend takes n bytes off, or answers ErrLimit.
func (b *Budget) Spend(n int64, path string, offset int64) error {
	if n < 0 || n > b.left {
		return document.Errorf(document.ErrLimit, b.Format, path, offset,
			"%d bytes more, %d are left of the limit on memory (Limits.Bytes)", n, b.left)
	}
	b.left -= n
	return nil
}

const graceBytes = 64 << 20 // ratio limits do not bite below this

// Decompress reads all of r, which decompresses packed bytes, within limits.
func Decompress(format string, r io.Reader, packed int64, l document.Limits) ([]byte, error) {
	l = l.WithDefaults()
	most := l.Bytes
	if packed < (most-graceBytes)/l.Ratio {
		most = packed*l.Ratio + graceBytes
	}
	var out []byte
	buf := make([]byte, 256<<10)
	for {
		n, err := r.Read(buf)
		if int64(len(out))+int64(n) > most {
			return nil, document.Errorf(document.ErrLimit, format, "", -1,
				"%d compressed bytes make more than %d (Limits.Bytes, Limits.Ratio)", packed, most)
		}
		out = append(out, buf[:n]...)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, document.Errorf(document.ErrCorrupt, format, "", -1, "decompress: %v", err)
		}
	}
}
