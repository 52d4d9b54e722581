package table

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Data is what a DATA file holds. What its values mean is settled by the port
// that takes them (Bind), so one Data may be bound to many models. It is for
// one goroutine at a time.
type Data struct {
	Name   string
	Format Format
	opts   Options
	ports  []model.Port // of the last binding
	// One of:
	source source       // rows of fields
	value  tensor.Value // one array or sparse matrix
	libsvm *libsvmFile  // a sparse matrix of unknown width
	parts  []part       // arrays by name
	json   *jsonValue   // rows, records or nested arrays
}

// Open reads a DATA file, whole; "-" is standard input. An error in it is
// ErrInput naming the file; one that keeps it from being read is the system's.
func Open(name string, o Options) (*Data, error) {
	if name == "-" {
		b, err := readAll(os.Stdin, 0, o.Limits)
		if err != nil {
			return nil, document.InFile(err, "standard input")
		}
		return Read("standard input", b, o)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var size int64
	if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
		size = st.Size()
	}
	b, err := readAll(f, size, o.Limits)
	if err != nil {
		return nil, document.InFile(err, name)
	}
	if o.Format == Auto {
		o.Format = FormatOf(name)
	}
	return Read(name, b, o)
}

// readAll reads what there is, within limits; size is a guess.
func readAll(r io.Reader, size int64, l document.Limits) ([]byte, error) {
	most := l.WithDefaults().Bytes
	if size > most {
		return nil, limitf("data of %d bytes, %d are allowed (Limits.Bytes)", size, most)
	}
	b := make([]byte, 0, size+512)
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, len(b)/2+4096)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if int64(len(b)) > most {
			return nil, limitf("data of more than %d bytes (Limits.Bytes)", most)
		}
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Read reads the bytes of a DATA file, which must not change afterwards: text
// in the answer shares them. The name is for errors; the format is
// o.Format, or what the bytes are.
func Read(name string, b []byte, o Options) (*Data, error) {
	d := &Data{Name: name, Format: o.Format, opts: o}
	if err := d.read(b); err != nil {
		return nil, d.named(err)
	}
	return d, nil
}

func (d *Data) read(b []byte) (err error) {
	if len(b) == 0 {
		return inputf("line 1, column 1: a file of zero bytes")
	}
	if d.Format == Auto {
		if d.Format, err = detect(b); err != nil {
			return err
		}
	}
	switch d.Format {
	case CSV:
		d.source, err = newCSV(b, d.opts)
	case JSON, JSONL:
		var t *tape
		if t, err = parseJSON(b, d.Format == JSONL); err != nil {
			return err
		}
		j := &jsonValue{t, 0, d.opts.Limits}
		if d.parts, err = j.inputs(); err == nil && d.parts == nil {
			d.json, d.source = j, j
		}
	case NPY:
		var t *tensor.Tensor
		if t, err = npy.Read(b, d.opts.Limits); err == nil {
			d.value = t
		}
	case NPZ:
		err = d.readNPZ(b)
	case Libsvm:
		d.libsvm, err = newLibsvm(b, d.opts.Index)
	case Parquet:
		d.source, err = newParquet(b, d.opts.Limits)
	default:
		err = inputf("no format %d", d.Format)
	}
	return err
}

// readNPZ lists the arrays; a sparse matrix is one value though it has several
// keys. Arrays are read when they are wanted.
func (d *Data) readNPZ(b []byte) error {
	a, err := npy.OpenArchive(b, d.opts.Limits)
	if err != nil {
		return err
	}
	if a.HasSparse("") {
		s, err := a.Sparse("")
		if err != nil {
			return err
		}
		d.value = s
		return nil
	}
	d.parts = []part{}
	for _, name := range a.Names() {
		dot := strings.LastIndexByte(name, '.') + 1
		if prefix := name[:dot]; dot > 0 && a.HasSparse(prefix) {
			if name == prefix+"data" {
				d.parts = append(d.parts, part{name[:dot-1], func() (any, error) { return a.Sparse(prefix) }})
			}
			continue
		}
		d.parts = append(d.parts, part{name, func() (any, error) { return a.Read(name) }})
	}
	return nil
}

// named turns an error into an ErrInput of this file. A file that breaks its own
// format is data that the model does not take; limits and the system's errors
// stay what they are.
func (d *Data) named(err error) error {
	var e *document.Error
	if !errors.As(err, &e) {
		return err
	}
	for _, s := range []error{document.ErrFormat, document.ErrCorrupt, document.ErrUnsupported} {
		if errors.Is(err, s) {
			e.Err = &wrapped{err: e.Err}
			break
		}
	}
	return document.InFile(err, d.Name)
}

// wrapped has the text of an error and the class of ErrInput.
type wrapped struct{ err error }

func (w *wrapped) Error() string { return document.ErrInput.Error() + ": " + w.err.Error() }
func (w *wrapped) Unwrap() error { return document.ErrInput }
