package pyobj

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/tensor"
)

// DType is a numpy dtype as a pickle spells it.
type DType struct {
	// Kind is numpy's character: b i u f c S U O V M m; T for StringDType.
	Kind byte
	Size int  // itemsize in bytes
	Big  bool // big-endian

	// Fields are those of a structured dtype (Kind V), in order of names.
	Fields []Field
	// Sub and SubShape make a subarray dtype: each item is an array.
	Sub      *DType
	SubShape []int
	// Unit is a datetime's or timedelta's unit: "ns", "25s"; "" is generic.
	Unit string
	// Align says that numpy laid the fields out as C does.
	Align bool

	weight  int  // fields, those inside fields counted
	objects bool // items are pointers, or have fields that are
}

// Field is one field of a structured dtype.
type Field struct {
	Name   string
	Title  string
	Type   *DType
	Offset int
}

// Tensor is the element type of a tensor made from items of the dtype;
// Invalid where there is none (O, V, longdouble).
func (d *DType) Tensor() tensor.DType {
	switch d.Kind {
	case 'b':
		return tensor.Bool
	case 'i':
		switch d.Size {
		case 1:
			return tensor.Int8
		case 2:
			return tensor.Int16
		case 4:
			return tensor.Int32
		case 8:
			return tensor.Int64
		}
	case 'u':
		switch d.Size {
		case 1:
			return tensor.Uint8
		case 2:
			return tensor.Uint16
		case 4:
			return tensor.Uint32
		case 8:
			return tensor.Uint64
		}
	case 'f':
		switch d.Size {
		case 2:
			return tensor.Float16
		case 4:
			return tensor.Float32
		case 8:
			return tensor.Float64
		}
	case 'c':
		switch d.Size {
		case 8:
			return tensor.Complex64
		case 16:
			return tensor.Complex128
		}
	case 'M', 'm':
		return tensor.Int64
	case 'S', 'U':
		return tensor.String
	}
	return tensor.Invalid
}

// String is numpy's type string: "<f8", "|O", "{left_child:<i8@0, …}".
func (d *DType) String() string {
	switch {
	case d.Sub != nil:
		return fmt.Sprintf("(%s, %v)", d.Sub, d.SubShape)
	case d.Fields != nil:
		var b strings.Builder
		b.WriteByte('{')
		for i, f := range d.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%s:%s@%d", f.Name, f.Type, f.Offset)
		}
		b.WriteByte('}')
		return b.String()
	case d.Kind == 'O':
		return "|O"
	case d.Kind == 'T':
		return "StringDType"
	}
	order := "<"
	if d.Size == 1 || d.Kind == 'S' || d.Kind == 'V' {
		order = "|"
	} else if d.Big {
		order = ">"
	}
	size := d.Size
	if d.Kind == 'U' {
		size /= 4
	}
	s := order + string(d.Kind) + strconv.Itoa(size)
	if d.Unit != "" {
		s += "[" + d.Unit + "]"
	}
	return s
}

// parseDType reads the first argument of numpy.dtype(...): "f8", "<i4", "U5",
// "O8", "b1", "V64". A byte order in it is taken; BUILD says it again.
func parseDType(s string) (*DType, error) {
	d := &DType{}
	rest := s
	if rest != "" {
		switch rest[0] {
		case '<', '|', '=':
			rest = rest[1:]
		case '>':
			d.Big = true
			rest = rest[1:]
		}
	}
	if rest == "" {
		return nil, fmt.Errorf("dtype %q", s)
	}
	d.Kind = rest[0]
	rest = rest[1:]
	if i := strings.IndexByte(rest, '['); i >= 0 && (d.Kind == 'M' || d.Kind == 'm') && strings.HasSuffix(rest, "]") {
		d.Unit = rest[i+1 : len(rest)-1]
		rest = rest[:i]
	}
	n := 0
	if rest != "" {
		v, err := strconv.ParseInt(rest, 10, 32)
		if err != nil || v < 0 || rest[0] == '+' {
			return nil, fmt.Errorf("dtype %q", s)
		}
		n = int(v)
	}
	switch d.Kind {
	case 'U':
		if n > 1<<28 {
			return nil, fmt.Errorf("dtype %q", s)
		}
		n *= 4
	case 'O':
		n = 8 // a pointer; 4 in files of 32-bit machines, and nowhere of consequence
	case '?':
		d.Kind, n = 'b', 1
	case 'M', 'm':
		if n != 8 {
			return nil, fmt.Errorf("dtype %q", s)
		}
	case 'b', 'i', 'u', 'f', 'c':
		if rest == "" {
			// Single letters are C types, not kinds: numpy itself never pickles
			// them, and 'b' alone is int8, so do not guess.
			return nil, fmt.Errorf("dtype %q", s)
		}
	case 'S', 'V':
	case 'a':
		d.Kind = 'S'
	default:
		return nil, fmt.Errorf("dtype %q", s)
	}
	d.Size = n
	if !d.sizeOK() {
		return nil, fmt.Errorf("dtype %q", s)
	}
	return d, nil
}

func (d *DType) sizeOK() bool {
	switch d.Kind {
	case 'b':
		return d.Size == 1
	case 'i', 'u':
		return d.Size == 1 || d.Size == 2 || d.Size == 4 || d.Size == 8
	case 'f':
		return d.Size == 2 || d.Size == 4 || d.Size == 8 || d.Size == 10 || d.Size == 12 || d.Size == 16
	case 'c':
		return d.Size == 8 || d.Size == 16 || d.Size == 24 || d.Size == 32
	}
	return true
}
