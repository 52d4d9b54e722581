package joblib

import (
	"bytes"
	"math"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// Array is an array in the stream.
type Array struct {
	DType    pickle.Value // the pickled numpy.dtype
	Subclass pickle.Value // the class to make: numpy.ndarray, numpy.matrix
	Shape    []int
	Fortran  bool   // first index fastest
	ItemSize int    // bytes of one element; of a pointer for objects
	Offset   int64  // of the data in the stream
	Bytes    []byte // the data, shared; nil for objects
	// Objects is the pickle of an array of Python objects: its root is the
	// numpy array as numpy itself pickles it. nil for numbers.
	Objects *pickle.Document
}

const (
	wrapperName = "numpy_pickle.NumpyArrayWrapper"
	oldWrapper  = "NDArrayWrapper" // of joblib before 0.10, as is ZNDArrayWrapper
)

// perhapsWrapper says whether a global of this name may be a wrapper, or make one.
func perhapsWrapper(name []byte) bool {
	return bytes.HasSuffix(name, []byte("ArrayWrapper")) || bytes.HasSuffix(name, []byte("_reconstructor"))
}

// isWrapper says whether v is what joblib writes before the data of an array.
func isWrapper(v pickle.Value) (bool, error) {
	if v.Kind() != pickle.Instance {
		return false, nil
	}
	if _, name := v.Callable().Names(); name.Kind() == pickle.String && !perhapsWrapper(name.Bytes()) {
		return false, nil
	}
	c := v.Class()
	if a := v.Args(); c == "copyreg._reconstructor" || c == "copy_reg._reconstructor" {
		if a.Len() != 3 || a.Kind() != pickle.Tuple {
			return false, nil
		}
		c = a.Item(0).Class() // protocols 0 and 1
	}
	if c == "joblib."+wrapperName || c == "sklearn.externals.joblib."+wrapperName {
		return true, nil
	}
	if strings.HasSuffix(c, oldWrapper) && strings.Contains(c, "joblib.") {
		return false, unsupported(v, "%s: files of joblib before 0.10 keep arrays in other files", c)
	}
	return false, nil
}

// wrapper is what a wrapper's state says.
type wrapper struct {
	Array
	align int64 // 0 for no padding
	size  int64
}

func readWrapper(v pickle.Value) (w wrapper, err error) {
	st := v.State()
	shape, ok := st.Lookup("shape")
	if !ok || shape.Kind() != pickle.Tuple {
		return w, corrupt(v, "array without a shape")
	}
	order, _ := st.Lookup("order")
	if s := order.Str(); s != "C" && s != "F" {
		return w, corrupt(v, "array of order %q", s)
	}
	w.Fortran = order.Str() == "F"
	if w.DType, ok = st.Lookup("dtype"); !ok {
		return w, corrupt(v, "array without a dtype")
	}
	w.Subclass, _ = st.Lookup("subclass")
	size, objects, err := itemSize(w.DType)
	if err != nil {
		return w, err
	}
	w.ItemSize, w.size = int(size), size
	if w.size == 0 {
		w.size = 1 // counts are bounded even where elements take no room
	}
	for d := range shape.Items() {
		n := d.Int()
		if d.Kind() != pickle.Int || n < 0 || n > math.MaxInt32*1024 || n != 0 && w.size > math.MaxInt64/n {
			return w, corrupt(v, "array of impossible shape")
		}
		w.size *= n
		w.Shape = append(w.Shape, int(n))
	}
	if size == 0 {
		w.size = 0
	}
	if objects {
		w.size = -1
		return w, nil
	}
	if a, ok := st.Lookup("numpy_array_alignment_bytes"); ok && a.Kind() != pickle.None {
		w.align = a.Int()
		if a.Kind() != pickle.Int || w.align < 1 || w.align > math.MaxUint8 {
			return w, corrupt(v, "array aligned to %d bytes", w.align)
		}
	}
	return w, nil
}

// padding is the head of an array's data that joblib writes at an offset.
func padding(offset, align int64) []byte {
	n := align - (offset+1)%align
	b := bytes.Repeat([]byte{0xff}, int(n)+1)
	b[0] = byte(n)
	return b
}

// foreign is pickle.Decoder's hook: it takes the data of arrays.
func foreign(l document.Limits) func(pickle.Value, []byte, int64) (pickle.ForeignBytes, error) {
	return func(v pickle.Value, rest []byte, offset int64) (fb pickle.ForeignBytes, err error) {
		if ok, err := isWrapper(v); !ok {
			return fb, err
		}
		w, err := readWrapper(v)
		if err != nil {
			return fb, err
		}
		fb.Found = true
		if w.size < 0 {
			fb.Nested, err = pickle.Decoder{Limits: l, Offset: offset}.Parse(rest)
			return fb, err
		}
		if w.align > 0 {
			if len(rest) == 0 {
				return fb, corrupt(v, "array without data")
			}
			fb.Head = 1 + int(rest[0])
			if want := padding(offset, w.align); fb.Head <= len(rest) && bytes.Equal(want, rest[:fb.Head]) {
				align := w.align
				fb.Pad = func(at int64) []byte { return padding(at, align) }
			}
		}
		if left := int64(len(rest) - fb.Head); left < 0 || w.size > left {
			return fb, corrupt(v, "array data is %d bytes, %d are left", w.size, max(left, 0))
		}
		fb.Size = w.size
		return fb, nil
	}
}

// ArrayOf is the array that a value of a joblib file stands for; false where it
// stands for none.
func ArrayOf(v pickle.Value) (Array, bool) {
	if ok, _ := isWrapper(v); !ok {
		return Array{}, false
	}
	data, raw := v.Raw()
	nested := v.Nested()
	if !raw && nested == nil {
		return Array{}, false
	}
	w, err := readWrapper(v)
	if err != nil {
		return Array{}, false
	}
	w.Bytes, w.Objects, w.Offset = data, nested, v.RawOffset()
	return w.Array, true
}
