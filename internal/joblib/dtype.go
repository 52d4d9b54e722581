package joblib

import (
	"math"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// hasObject is numpy's NPY_ITEM_REFCOUNT in the flags of a dtype's state.
const hasObject = 1

// itemSize is the number of bytes of an element of a pickled numpy.dtype, and
// whether elements are Python objects. Nothing else is asked of the dtype here.
func itemSize(v pickle.Value) (size int64, objects bool, err error) {
	switch v.Class() {
	case "numpy.dtype":
	case "numpy._core._internal._convert_to_stringdtype_kwargs", "numpy.core._internal._convert_to_stringdtype_kwargs":
		return 16, true, nil
	default:
		name := v.Class()
		if name == "" {
			name = v.Kind().String()
		}
		return 0, false, unsupported(v, "array of dtype %s", name)
	}
	args, state := v.Args(), v.State()
	if args.Len() < 1 || args.Item(0).Kind() != pickle.String {
		return 0, false, corrupt(v, "numpy.dtype without a type string")
	}
	size = -1
	if state.Kind() == pickle.Tuple && state.Len() >= 8 {
		size = state.Item(5).Int()
		objects = state.Item(7).Int()&hasObject != 0
		if state.Item(5).Kind() != pickle.Int || size > math.MaxInt32 {
			return 0, false, corrupt(v, "numpy.dtype of itemsize %d", size)
		}
	}
	code := args.Item(0).Str()
	if code != "" && code[0] == 'O' {
		objects = true
	}
	if size < 0 {
		if size, err = codeSize(v, code); err != nil {
			return 0, false, err
		}
	}
	return size, objects, nil
}

// codeSize reads the size out of a type string: "f8" is eight bytes, "U5" five
// characters of four.
func codeSize(v pickle.Value, code string) (int64, error) {
	s := code
	if s != "" && (s[0] == '<' || s[0] == '>' || s[0] == '|' || s[0] == '=') {
		s = s[1:]
	}
	if len(s) < 2 {
		return 0, unsupported(v, "array of dtype %q", code)
	}
	n, err := strconv.ParseInt(s[1:], 10, 32)
	if err != nil || n < 0 {
		return 0, unsupported(v, "array of dtype %q", code)
	}
	switch s[0] {
	case 'b', 'i', 'u', 'f', 'c', 'S', 'a', 'V', 'M', 'm', 'O':
		return n, nil
	case 'U':
		return 4 * n, nil
	}
	return 0, unsupported(v, "array of dtype %q", code)
}

func corrupt(v pickle.Value, detail string, args ...any) error {
	return document.Errorf(document.ErrCorrupt, format, "", v.Offset(), detail, args...)
}

func unsupported(v pickle.Value, detail string, args ...any) error {
	return document.Errorf(document.ErrUnsupported, format, "", v.Offset(), detail, args...)
}
