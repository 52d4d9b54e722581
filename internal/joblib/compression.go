package joblib

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
)

const format = "joblib"

// Method is a compressor by joblib's name for it; "" is none.
type Method string

// The methods.
const (
	Raw   Method = ""
	Zlib  Method = "zlib"
	Gzip  Method = "gzip"
	Bzip2 Method = "bz2" // read, not written
	LZMA  Method = "lzma"
	XZ    Method = "xz"
	LZ4   Method = "lz4"
)

// magics are the first bytes of each method's streams. joblib itself looks for
// "BZ" only, with which an uncompressed pickle may begin too.
var magics = []struct {
	method Method
	magic  string
}{
	{Zlib, "\x78"},
	{Gzip, "\x1f\x8b"},
	{LZMA, "\x5d\x00"},
	{XZ, "\xfd7zXZ\x00"},
	{LZ4, "\x04\x22\x4d\x18"},
}

// Detect tells how a file is compressed from its first bytes.
func Detect(b []byte) Method {
	for _, m := range magics {
		if len(b) >= len(m.magic) && string(b[:len(m.magic)]) == m.magic {
			return m.method
		}
	}
	if len(b) >= 4 && string(b[:3]) == "BZh" && b[3] >= '1' && b[3] <= '9' {
		return Bzip2
	}
	return Raw
}

// maxDict is the largest dictionary that an LZMA stream may ask for; xz -9 asks
// for 64 MiB.
const maxDict = 256 << 20

// decompress is the stream of a compressed file, and how many bytes follow the
// compressed data (-1 where the method does not tell).
func decompress(m Method, b []byte, l document.Limits) (stream []byte, after int64, err error) {
	src := bytes.NewReader(b)
	var r io.Reader
	switch m {
	case Zlib:
		r, err = zlib.NewReader(src)
	case Gzip:
		r, err = gzip.NewReader(src)
	case Bzip2:
		r = bzip2.NewReader(src)
	case LZMA:
		r, err = lzma.ReaderConfig{DictCap: maxDict}.NewReader(src)
	case XZ:
		if err := checkXZ(b); err != nil {
			return nil, 0, err
		}
		r, err = xz.NewReader(src)
	case LZ4:
		r = lz4.NewReader(src)
	}
	if err != nil {
		return nil, 0, document.Errorf(document.ErrCorrupt, format, "", 0, "%s: %v", m, err)
	}
	stream, err = safeio.Decompress(format, r, int64(len(b)), l)
	after = -1
	if m == Zlib || m == Gzip {
		after = int64(src.Len())
	}
	return stream, after, err
}

// Compression is a method and its level, 0 for the method's default.
type Compression struct {
	Method Method
	Level  int // 1 to 9
}

// ParseCompression reads "zlib", "gzip:3" and the like; "" is no compression.
func ParseCompression(s string) (Compression, error) {
	name, level, leveled := strings.Cut(s, ":")
	c := Compression{Method: Method(name)}
	switch c.Method {
	case Raw, Zlib, Gzip, LZMA, XZ, LZ4:
	case Bzip2:
		return c, fmt.Errorf("joblib: %w: bz2 is read, not written", document.ErrUnsupported)
	default:
		return c, fmt.Errorf("joblib: %w: no compression %q; there are zlib, gzip, lzma, xz, lz4", document.ErrInput, name)
	}
	if leveled {
		n, err := strconv.Atoi(level)
		if err != nil || n < 1 || n > 9 || c.Method == Raw {
			return c, fmt.Errorf("joblib: %w: compression level %q is not 1 to 9", document.ErrInput, s)
		}
		c.Level = n
	}
	return c, nil
}

func (c Compression) String() string {
	if c.Level == 0 {
		return string(c.Method)
	}
	return fmt.Sprintf("%s:%d", c.Method, c.Level)
}

// defaultLevel is joblib's own.
const defaultLevel = 3

// dictionary sizes of the levels, as liblzma has them.
var dictCaps = [...]int{1: 1 << 20, 2 << 20, 4 << 20, 4 << 20, 8 << 20, 8 << 20, 16 << 20, 32 << 20, 64 << 20}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// writer compresses to w; Close ends the stream and leaves w open.
func (c Compression) writer(w io.Writer) (io.WriteCloser, error) {
	level := c.Level
	if level == 0 {
		level = defaultLevel
	}
	switch c.Method {
	case Raw:
		return nopCloser{w}, nil
	case Zlib:
		return zlib.NewWriterLevel(w, level)
	case Gzip:
		return gzip.NewWriterLevel(w, level)
	case LZMA:
		return lzma.WriterConfig{DictCap: dictCaps[level], Size: -1, EOSMarker: true}.NewWriter(w)
	case XZ:
		return xz.WriterConfig{DictCap: dictCaps[level]}.NewWriter(w)
	case LZ4:
		z := lz4.NewWriter(w)
		return z, nil
	}
	return nil, fmt.Errorf("joblib: %w: %s is read, not written", document.ErrUnsupported, c.Method)
}
