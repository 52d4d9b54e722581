package joblib

import (
	"fmt"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// alignment is what joblib aligns data to.
const alignment = 16

// Options say how a new file is written. The zero Options write an
// uncompressed file as joblib does from Python 3.8 to 3.13.
type Options struct {
	Compression Compression
	Protocol    int // 0 is pickle.DefaultProtocol
	Limits      document.Limits
}

// Encode writes a graph as joblib.dump would, byte for byte before compression.
// Arrays in it are made by NewArray.
func Encode(w io.Writer, root pickle.Value, opt Options) error {
	if opt.Protocol == 0 {
		opt.Protocol = pickle.DefaultProtocol
	}
	z, err := opt.Compression.writer(w)
	if err != nil {
		return err
	}
	err = pickle.EncodeTo(z, root, pickle.EncodeOptions{Protocol: opt.Protocol, Pickler: pickle.CPythonPy, Limits: opt.Limits})
	if err != nil {
		return err
	}
	return z.Close()
}

// Dumper makes what new files hold besides plain values.
type Dumper struct {
	*pickle.Builder
	// Mappable marks arrays that may be mapped from the file: right for files
	// without compression.
	Mappable bool
	types    map[string]pickle.Value // classes of numpy, dtypes
}

// NewDumper is a dumper with a builder of its own.
func NewDumper() *Dumper {
	return &Dumper{Builder: pickle.NewBuilder(), types: map[string]pickle.Value{}}
}

// DType is the numpy.dtype of a plain type by numpy's name for it with its byte
// order: "<f8", "|b1", ">i4". It is one object for each name, as in numpy.
func (b *Dumper) DType(descr string) (pickle.Value, error) {
	if v, ok := b.types[descr]; ok {
		return v, nil
	}
	if len(descr) < 3 || descr[0] != '<' && descr[0] != '>' && descr[0] != '|' {
		return pickle.Value{}, fmt.Errorf("joblib: %w: dtype %q", document.ErrInput, descr)
	}
	switch descr[1] {
	case 'b', 'i', 'u', 'f', 'c':
	default:
		return pickle.Value{}, fmt.Errorf("joblib: %w: dtype %q", document.ErrUnsupported, descr)
	}
	v := b.Reduce(b.class("dtype"), b.Tuple(b.Str(descr[1:]), b.Bool(false), b.Bool(true)))
	none := b.None()
	b.Build(v, b.Tuple(b.Int(3), b.Interned(descr[:1]), none, none, none, b.Int(-1), b.Int(-1), b.Int(0)))
	b.types[descr] = v
	return v, nil
}

// NewArray is a numpy.ndarray whose data follows in the stream. data is shared:
// the elements in C order, or in Fortran order where fortran is set by order
// 'F'.
func (b *Dumper) NewArray(dtype pickle.Value, shape []int, order byte, data []byte) (pickle.Value, error) {
	size, objects, err := itemSize(dtype)
	if err != nil {
		return pickle.Value{}, err
	}
	dims := make([]pickle.Value, len(shape))
	for i, n := range shape {
		size *= int64(n)
		dims[i] = b.Int(int64(n))
	}
	if objects || size != int64(len(data)) || order != 'C' && order != 'F' {
		return pickle.Value{}, fmt.Errorf("joblib: %w: %d bytes for an array of shape %v", document.ErrInput, len(data), shape)
	}
	v := b.New(b.Global("joblib.numpy_pickle", "NumpyArrayWrapper"), b.Tuple())
	b.Build(v, b.Dict(
		b.Interned("subclass"), b.class("ndarray"),
		b.Interned("shape"), b.Tuple(dims...),
		b.Interned("order"), b.Interned(string(order)),
		b.Interned("dtype"), dtype,
		b.Interned("allow_mmap"), b.Bool(b.Mappable),
		b.Interned("numpy_array_alignment_bytes"), b.Int(alignment)))
	b.Foreign(v, pickle.ForeignBytes{Pad: func(at int64) []byte { return padding(at, alignment) }}, data)
	return v, b.Err()
}

// class is a class of numpy. Types that are written in C have names that are
// not interned.
func (b *Dumper) class(name string) pickle.Value {
	v, ok := b.types[name]
	if !ok {
		v = b.GlobalOf(b.Interned("numpy"), b.Str(name))
		b.types[name] = v
	}
	return v
}
