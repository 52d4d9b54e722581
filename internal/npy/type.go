package npy

import (
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Type is an element type as a descr names it.
type Type struct {
	Descr string
	DType tensor.DType // String for kinds U and S
	Kind  byte         // numpy's: b i u f c U S
	Width int          // bytes of an element; 4 for each code point of U
	Big   bool         // most significant byte first
}

// TypeOf reads a descr ("<f8", "|S3", ">U12"). What has no place in a tensor
// (objects, structures, dates, extended floats, untyped bytes) is
// ErrUnsupported.
func TypeOf(descr string) (Type, error) {
	t := Type{Descr: descr}
	unsupported := document.Errorf(document.ErrUnsupported, format, "", -1, "array of type %s", clip(strconv.Quote(descr)))
	s := descr
	if s != "" {
		switch s[0] {
		case '>':
			t.Big = true
			s = s[1:]
		case '<', '|', '=':
			s = s[1:]
		}
	}
	if len(s) < 2 || s[1] < '0' || s[1] > '9' { // Atoi would take a sign
		return t, unsupported
	}
	n, err := strconv.Atoi(s[1:])
	if err != nil || n > 1<<30 {
		return t, unsupported
	}
	t.Kind, t.Width = s[0], n
	switch t.Kind {
	case 'U':
		t.DType, t.Width = tensor.String, 4*n
		return t, nil
	case 'S':
		t.DType = tensor.String
		return t, nil
	}
	for _, d := range numeric {
		if d.Descr()[1:] == s {
			t.DType = d
			return t, nil
		}
	}
	return t, unsupported
}

var numeric = [...]tensor.DType{
	tensor.Bool, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64,
	tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64,
	tensor.Float16, tensor.Float32, tensor.Float64, tensor.Complex64, tensor.Complex128,
}
