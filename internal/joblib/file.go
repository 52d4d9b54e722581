package joblib

import (
	"bytes"
	"hash/maphash"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// File is a parsed joblib file. It is immutable.
type File struct {
	Pickle      *pickle.Document
	Compression Compression // Level is not known from a file
	// Trailing is how many bytes follow the pickle in the stream, and
	// PackedTrailing how many follow the compressed data in the file: -1 where
	// that cannot be told, 0 in an uncompressed file.
	Trailing       int64
	PackedTrailing int64

	stream []byte // after decompression
	packed []byte // the file, where it is compressed
	sum    uint64 // of packed
}

var seed = maphash.MakeSeed()

// Parse reads a joblib file, or a plain pickle, which is one without arrays.
// The file shares src where it is not compressed. dec gives limits; its Foreign
// is not used.
func Parse(src []byte, dec pickle.Decoder) (*File, error) {
	if len(src) >= 2 && string(src[:2]) == "ZF" {
		return nil, document.Errorf(document.ErrUnsupported, format, dec.Path, dec.Offset,
			"zfile, the compressed format of joblib before 0.10")
	}
	f := &File{stream: src}
	f.Compression.Method = Detect(src)
	if f.Compression.Method != Raw {
		stream, after, err := decompress(f.Compression.Method, src, dec.Limits)
		if err != nil {
			return nil, err
		}
		f.stream, f.packed, f.PackedTrailing = stream, src, after
		f.sum = maphash.Bytes(seed, src)
		dec.Offset = 0
	}
	dec.Foreign = foreign(dec.Limits)
	d, err := dec.Parse(f.stream)
	if err != nil {
		return nil, err
	}
	f.Pickle = d
	f.Trailing = int64(len(f.stream)) - d.End()
	return f, nil
}

// Apply is the file with edits made; see pickle.Document.Apply. The data of an
// array must keep its length.
func (f *File) Apply(edits []pickle.Edit) (*File, error) {
	for _, e := range edits {
		if a, ok := ArrayOf(e.At); ok && a.Objects == nil {
			if b, _ := e.To.([]byte); len(b) != len(a.Bytes) {
				return nil, document.Errorf(document.ErrInput, format, "", e.At.Offset(),
					"%d bytes for an array of %d", len(b), len(a.Bytes))
			}
		}
	}
	d, err := f.Pickle.Apply(edits)
	if err != nil {
		return nil, err
	}
	g := *f
	g.Pickle = d
	return &g, nil
}

// Write emits the file in the compression that it came in. A file that was not
// edited comes out as it was, byte for byte; one that was is compressed anew,
// which bz2 cannot be.
func (f *File) Write(w io.Writer) error {
	if f.Compression.Method == Raw {
		return f.writeStream(w)
	}
	same := &comparer{want: f.stream}
	if f.writeStream(same) == nil && len(same.want) == 0 && maphash.Bytes(seed, f.packed) == f.sum {
		_, err := w.Write(f.packed)
		return err
	}
	return f.WriteAs(w, f.Compression)
}

// WriteAs emits the file in another compression.
func (f *File) WriteAs(w io.Writer, c Compression) error {
	z, err := c.writer(w)
	if err != nil {
		return err
	}
	if err := f.writeStream(z); err != nil {
		return err
	}
	return z.Close()
}

func (f *File) writeStream(w io.Writer) error {
	err := f.Pickle.Write(w)
	if err == nil && f.Trailing > 0 {
		_, err = w.Write(f.stream[int64(len(f.stream))-f.Trailing:])
	}
	return err
}

// comparer takes what is written as long as it is what is wanted.
type comparer struct{ want []byte }

func (c *comparer) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(c.want, p) {
		return 0, io.ErrShortWrite
	}
	c.want = c.want[len(p):]
	return len(p), nil
}
