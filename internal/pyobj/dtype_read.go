package pyobj

import (
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

const (
	dtypeDepth  = 32     // structures inside structures
	dtypeFields = 10_000 // fields of one dtype, those inside fields counted
)

// DTypeOf reads a pickled numpy.dtype:
//
//	numpy.dtype(name, align, copy) + BUILD state
//	state (3, byteorder, subdtype, names, fields, itemsize, alignment, flags)
//	      (4, …, metadata)   metadata is (dict or None, (unit, count, …)) for M and m
//
// The BUILD state is that of numpy's arraydescr_setstate; versions 0 and 1,
// older than 2006, are not read.
func DTypeOf(v pickle.Value, e *Env) (*DType, error) { return e.dtype(v, "", 0) }

func (e *Env) dtype(v pickle.Value, path string, depth int) (*DType, error) {
	if e != nil {
		e.mu.Lock()
		d := e.dtypes[v]
		e.mu.Unlock()
		if d != nil {
			return d, nil
		}
	}
	d, err := e.readDType(v, path, depth)
	if err == nil && e != nil {
		e.mu.Lock()
		if e.dtypes == nil {
			e.dtypes = map[pickle.Value]*DType{}
		}
		e.dtypes[v] = d
		e.mu.Unlock()
	}
	return d, err
}

func (e *Env) readDType(v pickle.Value, path string, depth int) (*DType, error) {
	if depth > dtypeDepth {
		return nil, e.errorf(document.ErrLimit, path, v, "dtype of more than %d structures inside each other", dtypeDepth)
	}
	bad := func(what string) (*DType, error) {
		return nil, e.errorf(document.ErrCorrupt, path, v, "dtype: %s", what)
	}
	c := className(v.Callable(), e.names())
	if c == "numpy._core._internal._convert_to_stringdtype_kwargs" {
		return &DType{Kind: 'T'}, nil
	}
	args := v.Args()
	if c != "numpy.dtype" || args.Kind() != pickle.Tuple || args.Len() < 1 || args.Len() > 3 {
		return nil, e.errorf(document.ErrUnsupported, path, v, "%s where a numpy.dtype is expected", describe(v))
	}
	var d *DType
	switch name := args.Item(0); name.Kind() {
	case pickle.String:
		var err error
		if d, err = parseDType(strOf(name)); err != nil {
			return nil, e.errorf(document.ErrUnsupported, path, v, "%v", err)
		}
	case pickle.Global:
		// numpy.record and other scalar types: the state says the rest.
		d = &DType{Kind: 'V'}
	default:
		return bad("first argument is " + describe(name))
	}
	s := v.State()
	if !s.IsValid() {
		if d.Kind == 'V' && args.Item(0).Kind() == pickle.Global {
			return nil, e.errorf(document.ErrUnsupported, path, v, "dtype of %s without a state", args.Item(0).Class())
		}
		d.weight, d.objects = 1, d.Kind == 'O'
		return d, nil
	}
	if s.Kind() != pickle.Tuple || s.Len() < 7 || s.Len() > 9 || s.Item(0).Kind() != pickle.Int {
		return bad("state is " + describe(s))
	}
	if version := s.Item(0).Int(); version < 2 || version > 4 {
		return nil, e.errorf(document.ErrUnsupported, path, v, "dtype state of version %d", version)
	}
	switch order := text(s.Item(1)); order {
	case "<", "|", "=", "": // "=" was written by a machine of either kind: little-endian ones, nearly always
		d.Big = false
	case ">":
		d.Big = true
	default:
		return bad("byte order " + strconv.Quote(order))
	}
	d.weight, d.objects = 1, d.Kind == 'O'
	if size := s.Item(5); size.Kind() == pickle.Int && size.Int() != -1 {
		if n := size.Int(); n < 0 || n > 1<<30 {
			return bad("itemsize " + strconv.FormatInt(n, 10))
		} else if d.Kind == 'V' || d.Kind == 'U' || d.Kind == 'S' {
			d.Size = int(n)
		} else if int(n) != d.Size && d.Kind != 'O' {
			return bad("itemsize " + strconv.FormatInt(n, 10) + " of " + d.String())
		}
	}
	if d.Kind == 'U' && d.Size%4 != 0 {
		return bad("itemsize of text that is no multiple of 4")
	}
	if sub := s.Item(2); sub.Kind() != pickle.None {
		if err := e.subarray(d, sub, path, depth); err != nil {
			return nil, err
		}
	}
	if names := s.Item(3); names.Kind() != pickle.None {
		if err := e.fields(d, names, s.Item(4), path, depth); err != nil {
			return nil, err
		}
	}
	if d.Kind != 'V' && (d.Sub != nil || d.Fields != nil) {
		return bad("fields of " + string(d.Kind))
	}
	if s.Len() > 7 {
		flags := s.Item(7)
		if flags.Kind() != pickle.Int || !d.flagsOK(flags.Int()) {
			return bad("flags that do not suit " + d.String())
		}
		d.Align = flags.Int()&0x80 != 0 // NPY_ALIGNED_STRUCT
	}
	if s.Len() == 9 && (d.Kind == 'M' || d.Kind == 'm') {
		d.Unit = unitOf(s.Item(8))
	}
	return d, nil
}

// flagsOK says whether a dtype's flags are those that numpy gives it. numpy takes
// them from the pickle as they are: with flags that deny its objects, an array's
// bytes become pointers, and with flags that promise some, its numbers do.
func (d *DType) flagsOK(flags int64) bool {
	const (
		refCount   = 0x01 // NPY_ITEM_REFCOUNT
		listPickle = 0x02 // NPY_LIST_PICKLE
		isPointer  = 0x04 // NPY_ITEM_IS_POINTER
		fromFields = 0x1b // NPY_FROM_FIELDS: what a structure has from its fields
		ofObject   = 0x3f // NPY_OBJECT_DTYPE_FLAGS
	)
	switch {
	case flags < 0 || flags > 0xff:
		return false
	case d.Kind == 'O':
		return flags&ofObject == ofObject
	case d.objects:
		return flags&fromFields == fromFields
	}
	return flags&(refCount|listPickle|isPointer) == 0
}

func (e *Env) subarray(d *DType, sub pickle.Value, path string, depth int) error {
	if sub.Kind() != pickle.Tuple || sub.Len() != 2 {
		return e.errorf(document.ErrCorrupt, path, sub, "dtype: subarray is %s", describe(sub))
	}
	inner, err := e.dtype(sub.Item(0), path, depth+1)
	if err != nil {
		return err
	}
	shape, ok := shapeOf(sub.Item(1))
	if !ok {
		return e.errorf(document.ErrCorrupt, path, sub, "dtype: shape of a subarray is %s", describe(sub.Item(1)))
	}
	if _, n, ok := count(shape, inner.Size); !ok || n != d.Size {
		return e.errorf(document.ErrCorrupt, path, sub, "dtype: subarray %v of %s in %d bytes", shape, inner, d.Size)
	}
	d.Sub, d.SubShape, d.weight, d.objects = inner, shape, inner.weight, inner.objects
	return nil
}

func (e *Env) fields(d *DType, names, fields pickle.Value, path string, depth int) error {
	bad := func(v pickle.Value, what string) error {
		return e.errorf(document.ErrCorrupt, path, v, "dtype: %s", what)
	}
	list, ok := Items(names)
	if !ok || fields.Kind() != pickle.Dict {
		return bad(names, "names "+describe(names)+", fields "+describe(fields))
	}
	d.Fields = make([]Field, 0, min(len(list), dtypeFields))
	for _, n := range list {
		name := text(n)
		f, ok := fields.Lookup(name)
		if n.Kind() != pickle.String || !ok || f.Kind() != pickle.Tuple || f.Len() < 2 || f.Len() > 3 || f.Item(1).Kind() != pickle.Int {
			return bad(n, "no field "+strconv.Quote(name))
		}
		t, err := e.dtype(f.Item(0), path, depth+1)
		if err != nil {
			return err
		}
		off := f.Item(1).Int()
		if off < 0 || off > int64(d.Size) || int64(t.Size) > int64(d.Size)-off {
			return bad(f, "field "+strconv.Quote(name)+" lies outside of the item")
		}
		if d.weight += t.weight; d.weight > dtypeFields {
			return e.errorf(document.ErrLimit, path, f, "dtype of more than %d fields", dtypeFields)
		}
		d.objects = d.objects || t.objects
		field := Field{Name: name, Type: t, Offset: int(off)}
		if f.Len() == 3 {
			field.Title = text(f.Item(2))
		}
		d.Fields = append(d.Fields, field)
	}
	return nil
}

// text is a str, or bytes as Latin-1: Python 2 and 3 differ in what they write
// for short marks.
func text(v pickle.Value) string {
	switch v.Kind() {
	case pickle.String:
		return strOf(v)
	case pickle.Bytes:
		return string(v.Bytes())
	}
	return ""
}

// unitOf reads a datetime's unit from dtype metadata: (dict, (unit, count, …)).
func unitOf(meta pickle.Value) string {
	if meta.Kind() != pickle.Tuple || meta.Len() != 2 {
		return ""
	}
	u := meta.Item(1)
	if u.Kind() != pickle.Tuple || u.Len() < 2 {
		return ""
	}
	b, ok := Bytes(u.Item(0))
	s := string(b)
	if !ok {
		s = text(u.Item(0))
	}
	if s == "generic" {
		return ""
	}
	if n := u.Item(1); n.Kind() == pickle.Int && n.Int() > 1 {
		s = strconv.FormatInt(n.Int(), 10) + s
	}
	return s
}

// shapeOf reads a tuple of dimensions, or one number.
func shapeOf(v pickle.Value) ([]int, bool) {
	dim := func(x pickle.Value) (int, bool) {
		s, err := Scalar(x)
		n, ok := s.(int64)
		return int(n), err == nil && ok && n >= 0 && int64(int(n)) == n
	}
	if v.Kind() == pickle.Int {
		n, ok := dim(v)
		return []int{n}, ok
	}
	if v.Kind() != pickle.Tuple && v.Kind() != pickle.List || v.Len() > 64 {
		return nil, false
	}
	shape := make([]int, 0, v.Len())
	for x := range v.Items() {
		n, ok := dim(x)
		if !ok {
			return nil, false
		}
		shape = append(shape, n)
	}
	return shape, true
}

// describe says what a value is, for messages.
func describe(v pickle.Value) string {
	switch v.Kind() {
	case pickle.Invalid:
		return "nothing"
	case pickle.Global:
		return v.Class()
	case pickle.Instance:
		if c := classOf(v, nil); c != "" {
			return "an object of " + c
		}
		return "an object"
	case pickle.None:
		return "None"
	}
	return "a " + v.Kind().String()
}
