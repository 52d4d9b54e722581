package tensor

import "fmt"

// DType is the type of a tensor's elements.
type DType uint8

// The element types. Complex and the 16-bit floats are carried and converted;
// arithmetic is done in Float32 and Float64.
const (
	Invalid DType = iota
	Bool
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float16
	BFloat16
	Float32
	Float64
	Complex64
	Complex128
	String
)

var dtypes = [...]struct {
	name string
	size int
	npy  string // numpy's type string on a little-endian machine
}{
	Invalid:    {"invalid", 0, ""},
	Bool:       {"bool", 1, "|b1"},
	Int8:       {"int8", 1, "|i1"},
	Int16:      {"int16", 2, "<i2"},
	Int32:      {"int32", 4, "<i4"},
	Int64:      {"int64", 8, "<i8"},
	Uint8:      {"uint8", 1, "|u1"},
	Uint16:     {"uint16", 2, "<u2"},
	Uint32:     {"uint32", 4, "<u4"},
	Uint64:     {"uint64", 8, "<u8"},
	Float16:    {"float16", 2, "<f2"},
	BFloat16:   {"bfloat16", 2, ""},
	Float32:    {"float32", 4, "<f4"},
	Float64:    {"float64", 8, "<f8"},
	Complex64:  {"complex64", 8, "<c8"},
	Complex128: {"complex128", 16, "<c16"},
	String:     {"string", 0, ""},
}

// String is the name that numpy and TensorFlow give the type ("float32").
func (d DType) String() string {
	if int(d) < len(dtypes) {
		return dtypes[d].name
	}
	return fmt.Sprintf("DType(%d)", uint8(d))
}

// Size is the number of bytes of one element; 0 for String and Invalid.
func (d DType) Size() int {
	if int(d) < len(dtypes) {
		return dtypes[d].size
	}
	return 0
}

// Descr is numpy's type string ("<f8"), or "" where numpy has none of its own.
func (d DType) Descr() string {
	if int(d) < len(dtypes) {
		return dtypes[d].npy
	}
	return ""
}

// ParseDType reads a name as String prints it. It answers Invalid for any other.
func ParseDType(name string) DType {
	for d, t := range dtypes {
		if d != 0 && t.name == name {
			return DType(d)
		}
	}
	return Invalid
}

// IsFloat says whether the type is a real floating-point type.
func (d DType) IsFloat() bool { return d >= Float16 && d <= Float64 }

// IsInteger says whether the type is a signed or unsigned integer.
func (d DType) IsInteger() bool { return d >= Int8 && d <= Uint64 }

// IsNumeric says whether the type is Bool, an integer or a real float.
func (d DType) IsNumeric() bool { return d >= Bool && d <= Float64 }

// MarshalText gives the name, so that JSON shows "float32".
func (d DType) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a name.
func (d *DType) UnmarshalText(b []byte) error {
	if *d = ParseDType(string(b)); *d == Invalid {
		return fmt.Errorf("tensor: unknown dtype %q", b)
	}
	return nil
}
