package pyobj

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// NDArray is a numpy array as the file has it.
type NDArray struct {
	Class   string // "numpy.ndarray", "numpy.matrix", "numpy.ma.core.MaskedArray", …
	DType   *DType
	Shape   []int
	Fortran bool
	// Data is the items, shape × itemsize bytes, in the order that Fortran says;
	// nil for arrays of objects and of StringDType.
	Data []byte
	// Objects is the items of an array of objects, in C order; of structures with
	// a field of objects, a tuple for each.
	Objects []pickle.Value
	// Mask is a masked array's mask, with the same shape.
	Mask *NDArray
	// Source is the array's own value.
	Source pickle.Value

	form   form
	axes   []int        // order K: Data is an array in C order, transposed by these
	holder pickle.Value // whose payload Data is, if some value's is
	path   string
}

// form says how the file spells an array.
type form uint8

const (
	byState  form = iota // _reconstruct and BUILD
	byBuffer             // _frombuffer
	byJoblib             // NumpyArrayWrapper with the bytes after it
)

// isArray says whether a value is an array in one of the forms, without
// reading it.
func isArray(v pickle.Value, n *Names) bool {
	if v.Kind() != pickle.Instance {
		return false
	}
	switch className(v.Callable(), n) {
	case "numpy._core.multiarray._reconstruct", "numpy.ma.core._mareconstruct", "numpy._core.numeric._frombuffer":
		return v.How() == pickle.ByReduce
	case "joblib.numpy_pickle.NumpyArrayWrapper":
		return true
	}
	return false
}

// IsArray says whether a value is a numpy array in any pickled form.
func IsArray(v pickle.Value) bool { return isArray(v, nil) }

// Array reads a numpy array in any pickled form. The path is for errors; e may
// be nil.
func Array(v pickle.Value, path string, e *Env) (*NDArray, error) {
	if e != nil {
		e.mu.Lock()
		a := e.arrays[v]
		e.mu.Unlock()
		if a != nil {
			return a, nil
		}
	}
	a, err := e.readArray(v, path)
	if err != nil {
		return nil, err
	}
	if e != nil {
		e.mu.Lock()
		if e.arrays == nil {
			e.arrays = map[pickle.Value]*NDArray{}
		}
		e.arrays[v] = a
		e.mu.Unlock()
	}
	return a, nil
}

func (e *Env) readArray(v pickle.Value, path string) (*NDArray, error) {
	var a *NDArray
	var err error
	if v.Kind() == pickle.Instance {
		switch className(v.Callable(), e.names()) {
		case "numpy._core.multiarray._reconstruct", "numpy.ma.core._mareconstruct":
			a, err = e.reconstruct(v, path)
		case "numpy._core.numeric._frombuffer":
			a, err = e.fromBuffer(v, path)
		case "joblib.numpy_pickle.NumpyArrayWrapper":
			a, err = e.wrapped(v, path)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		return nil, e.errorf(document.ErrUnsupported, path, v, "%s where a numpy array is expected", describe(v))
	}
	a.Source, a.path = v, path
	if a.Class == "" {
		a.Class = classOf(v, e.names())
	}
	return a, nil
}

// reconstruct reads the form of protocols 0 to 4:
// _reconstruct(cls, (0,), b'b') and the state (1, shape, dtype, fortran, data).
// A masked array's state has two items more: the mask's bytes and the fill value.
func (e *Env) reconstruct(v pickle.Value, path string) (*NDArray, error) {
	s := v.State()
	masked := classOf(v, e.names()) == "numpy.ma.core.MaskedArray" || className(v.Callable(), e.names()) == "numpy.ma.core._mareconstruct"
	want := 5
	if masked {
		want = 7
	}
	if s.Kind() != pickle.Tuple || s.Len() != want && s.Len() != 4 {
		// Subclasses of one's own may put what they like into their state.
		return nil, e.errorf(document.ErrUnsupported, path, v, "state of a %s is %s", describe(v), describe(s))
	}
	first := 1
	if s.Len() == 4 {
		first = 0 // version 0
	} else if s.Item(0).Kind() != pickle.Int || s.Item(0).Int() != 1 {
		return nil, e.errorf(document.ErrUnsupported, path, s, "state of a numpy array of version %v", s.Item(0).Int())
	}
	shape, ok := shapeOf(s.Item(first))
	if !ok {
		return nil, e.errorf(document.ErrCorrupt, path, s, "shape of an array is %s", describe(s.Item(first)))
	}
	d, err := e.dtype(s.Item(first+1), path, 0)
	if err != nil {
		return nil, err
	}
	a := &NDArray{DType: d, Shape: shape, Fortran: truth(s.Item(first + 2))}
	if err := e.content(a, s.Item(first+3), path); err != nil {
		return nil, err
	}
	if masked && s.Len() == 7 {
		a.Mask = &NDArray{Class: "numpy.ndarray", DType: &DType{Kind: 'b', Size: 1}, Shape: shape, Fortran: a.Fortran}
		if len(d.Fields) > 0 {
			return nil, e.errorf(document.ErrUnsupported, path, v, "masked array of structures")
		}
		if err := e.content(a.Mask, s.Item(5), path); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// content gives an array its items from bytes in any form or a list.
func (e *Env) content(a *NDArray, v pickle.Value, path string) error {
	n, size, ok := count(a.Shape, a.DType.Size)
	if !ok {
		return e.errorf(document.ErrCorrupt, path, v, "array of shape %v of %s is larger than memory", a.Shape, a.DType)
	}
	if a.DType.Kind == 'O' || a.DType.Kind == 'T' || len(a.DType.Fields) > 0 && v.Kind() == pickle.List {
		// Structures with a field of objects are a list of tuples.
		if v.Kind() != pickle.List || v.Len() != n {
			return e.errorf(document.ErrCorrupt, path, v, "array of shape %v of objects holds %s of %d", a.Shape, describe(v), v.Len())
		}
		a.Objects = make([]pickle.Value, 0, n)
		for x := range v.Items() {
			a.Objects = append(a.Objects, x)
		}
		a.Fortran = false // the list is in C order whatever the flag says
		return nil
	}
	b, ok := bytesOf(v, e)
	if a.DType.objects {
		return e.errorf(document.ErrCorrupt, path, v, "array of %s, which holds objects, from bytes", a.DType)
	}
	if !ok {
		if v.Kind() == pickle.Buffer {
			return e.errorf(document.ErrUnsupported, path, v, "array whose data is an out-of-band buffer, which is not in the file")
		}
		return e.errorf(document.ErrCorrupt, path, v, "data of an array is %s", describe(v))
	}
	if len(b) != size {
		return e.errorf(document.ErrCorrupt, path, v, "array of shape %v of %s holds %d bytes, %d are needed", a.Shape, a.DType, len(b), size)
	}
	if size == 0 && n > maxHollow {
		return e.errorf(document.ErrLimit, path, v, "array of %d items of no bytes", n)
	}
	if _, copied := payload(v); v.Kind() == pickle.Instance && copied {
		if err := e.spend(size, path, v.Offset()); err != nil {
			return err
		}
	}
	a.Data = b
	a.holder, _ = payload(v)
	return nil
}

// maxHollow is how many items of no bytes an array may have: nothing in the
// file stands against their number.
const maxHollow = 1 << 20

// fromBuffer reads protocol 5's form: _frombuffer(buffer, dtype, shape, order)
// and numpy 2.3's _frombuffer(buffer, dtype, shape, 'K', axes).
func (e *Env) fromBuffer(v pickle.Value, path string) (*NDArray, error) {
	args := v.Args()
	if args.Kind() != pickle.Tuple || args.Len() < 4 || args.Len() > 5 {
		return nil, e.errorf(document.ErrCorrupt, path, v, "_frombuffer of %s", describe(args))
	}
	shape, ok := shapeOf(args.Item(2))
	if !ok {
		return nil, e.errorf(document.ErrCorrupt, path, v, "shape of an array is %s", describe(args.Item(2)))
	}
	d, err := e.dtype(args.Item(1), path, 0)
	if err != nil {
		return nil, err
	}
	a := &NDArray{DType: d, Shape: shape, form: byBuffer}
	switch order := text(args.Item(3)); order {
	case "C":
	case "F":
		a.Fortran = true
	case "K":
		// The array of this shape, transposed by the axes.
		if args.Len() == 5 && args.Item(4).Kind() != pickle.None {
			if a.axes, ok = permutation(args.Item(4), len(shape)); !ok {
				return nil, e.errorf(document.ErrCorrupt, path, v, "axes of an array are %s", describe(args.Item(4)))
			}
			a.Shape = make([]int, len(shape))
			for i, x := range a.axes {
				a.Shape[i] = shape[x]
			}
		}
	default:
		return nil, e.errorf(document.ErrCorrupt, path, v, "order of an array is %q", order)
	}
	if d.Kind == 'O' || d.Kind == 'T' {
		return nil, e.errorf(document.ErrCorrupt, path, v, "_frombuffer of objects")
	}
	return a, e.content(a, args.Item(0), path)
}

// permutation reads the numbers from 0 to n-1 in some order.
func permutation(v pickle.Value, n int) ([]int, bool) {
	axes, ok := shapeOf(v)
	if !ok || len(axes) != n {
		return nil, false
	}
	seen := make([]bool, n)
	for _, x := range axes {
		if x >= n || seen[x] {
			return nil, false
		}
		seen[x] = true
	}
	return axes, true
}

// wrapped reads joblib's form: a NumpyArrayWrapper that describes the array,
// and behind its BUILD the items or, for objects, another pickle.
func (e *Env) wrapped(v pickle.Value, path string) (*NDArray, error) {
	if nested := v.Nested(); nested != nil {
		a, err := Array(nested.Root(), path, e)
		if err != nil {
			return nil, err
		}
		b := *a
		b.form = byJoblib
		return &b, nil
	}
	s := v.State()
	get := func(key string) pickle.Value { x, _ := s.Lookup(key); return x }
	shape, ok := shapeOf(get("shape"))
	raw, attached := v.Raw()
	if !ok || !attached {
		return nil, e.errorf(document.ErrCorrupt, path, v, "joblib's array wrapper without its shape or data")
	}
	d, err := e.dtype(get("dtype"), path, 0)
	if err != nil {
		return nil, err
	}
	a := &NDArray{DType: d, Shape: shape, Fortran: text(get("order")) == "F", Data: raw, form: byJoblib, holder: v}
	n, size, ok := count(shape, d.Size)
	if !ok || len(raw) != size || d.objects || d.Kind == 'T' {
		return nil, e.errorf(document.ErrCorrupt, path, v, "joblib array of shape %v of %s holds %d bytes", shape, d, len(raw))
	}
	if size == 0 && n > maxHollow {
		return nil, e.errorf(document.ErrLimit, path, v, "array of %d items of no bytes", n)
	}
	return a, nil
}

// truth is the truth of the flags in numpy's states: bool or 0 and 1.
func truth(v pickle.Value) bool { return v.Int() != 0 }

// Len is the number of items.
func (a *NDArray) Len() int { n, _ := tensor.Count(a.Shape); return n }

// Offset is where the items lie in the file; -1 where they do not lie there as
// they are (text forms, compressed files, objects).
func (a *NDArray) Offset() int64 {
	if !a.holder.IsValid() {
		return -1
	}
	if a.form == byJoblib {
		return a.holder.RawOffset()
	}
	if k := a.holder.Kind(); k == pickle.String {
		return -1
	}
	return a.holder.PayloadOffset()
}

// raw is the items in C order.
func (a *NDArray) raw(e *Env) ([]byte, error) {
	if (a.Fortran || a.axes != nil) && len(a.Shape) > 1 {
		if err := e.spend(len(a.Data), a.path, a.Source.Offset()); err != nil {
			return nil, err
		}
	}
	if a.axes != nil {
		base := make([]int, len(a.Shape))
		for i, x := range a.axes {
			base[x] = a.Shape[i]
		}
		return transpose(a.Data, base, a.axes, a.DType.Size), nil
	}
	return cOrder(a.Data, a.Shape, a.DType.Size, a.Fortran), nil
}

// Tensor is the array as a tensor: a view of the file where its items lie there
// in C order, little-endian and aligned, a copy else. Arrays of objects and of
// structures are ErrUnsupported.
func (a *NDArray) Tensor(e *Env) (*tensor.Tensor, error) {
	if a.DType.Kind == 'T' {
		return a.texts(e)
	}
	if a.Objects != nil || a.DType.Tensor() == tensor.Invalid || a.DType.Sub != nil || a.DType.Fields != nil {
		return nil, e.errorf(document.ErrUnsupported, a.path, a.Source, "array of dtype %s where numbers or text are expected", a.DType)
	}
	if a.DType.Tensor() == tensor.String {
		n := a.Len()
		if a.DType.Size == 0 && n > maxHollow {
			return nil, e.errorf(document.ErrLimit, a.path, a.Source, "array of %d items of no bytes", n)
		}
		if err := e.spend(n*16+len(a.Data), a.path, a.Source.Offset()); err != nil {
			return nil, err
		}
	}
	raw, err := a.raw(e)
	if err != nil {
		return nil, err
	}
	t, err := decode(a.DType, raw, a.Shape)
	if err != nil {
		return nil, e.errorf(document.ErrCorrupt, a.path, a.Source, "%v", err)
	}
	return t, nil
}

// texts makes a String tensor of an array of StringDType.
func (a *NDArray) texts(e *Env) (*tensor.Tensor, error) {
	t := tensor.New(tensor.String, a.Shape...)
	out := tensor.Data[string](t)
	for i, v := range a.Objects {
		if v.Kind() != pickle.String {
			return nil, e.errorf(document.ErrUnsupported, a.path, v, "%s in an array of text", describe(v))
		}
		out[i] = v.Str()
	}
	return t, nil
}
