package tensor

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// panics runs f and holds its panic to a text.
func panics(t *testing.T, what, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		r := recover()
		if r == nil {
			t.Errorf("%s: no panic", what)
		} else if !strings.Contains(fmt.Sprint(r), want) {
			t.Errorf("%s: panic %v, want %s", what, r, want)
		}
	}()
	f()
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		shape []int
		n     int
		ok    bool
	}{
		{nil, 1, true}, {[]int{3}, 3, true}, {[]int{2, 0, 5}, 0, true},
		{[]int{math.MaxInt}, math.MaxInt, true},
		{[]int{-1}, 0, false}, {[]int{0, -1}, 0, false},
		{[]int{math.MaxInt, 2}, 0, false}, {[]int{1 << 32, 1 << 31}, 0, false}, {[]int{1 << 31, 1 << 31}, 1 << 62, true},
		// As numpy: a zero does not excuse the others, wherever it stands.
		{[]int{0, math.MaxInt, 2}, 0, false}, {[]int{math.MaxInt, 2, 0}, 0, false},
	} {
		if n, ok := Count(c.shape); n != c.n || ok != c.ok {
			t.Errorf("%v: %d %v, want %d %v", c.shape, n, ok, c.n, c.ok)
		}
	}
}

func TestImpossibleShapesPanic(t *testing.T) {
	for _, c := range []struct {
		d     DType
		shape []int
	}{{Float64, []int{-1}}, {Float64, []int{math.MaxInt}}, {Float64, []int{1<<61 + 1}}, {Complex128, []int{1 << 60}}, {Uint16, []int{1 << 62}}, {Bool, []int{math.MaxInt, 3}}} {
		panics(t, fmt.Sprint(c.d, c.shape), "impossible shape", func() { New(c.d, c.shape...) })
	}
	panics(t, "Of", "3 elements for shape [2 2]", func() { Of([]int8{1, 2, 3}, 2, 2) })
}

func TestDataOfEveryType(t *testing.T) {
	element[bool](t, Bool, true)
	element[int8](t, Int8, -7)
	element[int16](t, Int16, -700)
	element[int32](t, Int32, -70000)
	element[int64](t, Int64, math.MinInt64)
	element[uint8](t, Uint8, 255)
	element[uint16](t, Uint16, 65535)
	element[uint32](t, Uint32, math.MaxUint32)
	element[uint64](t, Uint64, math.MaxUint64)
	element[float32](t, Float32, 0.1)
	element[float64](t, Float64, 0.1)
	element[complex64](t, Complex64, 1+2i)
	element[complex128](t, Complex128, 1-2i)
	element(t, String, "é\xff\x00")
}

func element[T Element](t *testing.T, d DType, v T) {
	t.Helper()
	var zero T
	x := New(d, 2, 3)
	if x.DType() != d || x.Len() != 6 || x.Rank() != 2 || x.Dim(1) != 3 || x.Dim(2) != 1 || x.String() != d.String()+"[2 3]" {
		t.Errorf("%s: %v of %d", d, x, x.Len())
	}
	for _, e := range Data[T](x) {
		if e != zero {
			t.Errorf("%s: a new tensor holds %v", d, e)
		}
	}
	Data[T](x)[4] = v
	for what, y := range map[string]*Tensor{"Clone": x.Clone(), "CopyFrom": copied(x), "Rows": x.Rows(1, 2), "Of": Of(Data[T](x), 2, 3).Rows(1, 2)} {
		if got := Data[T](y); got[len(got)-2] != v {
			t.Errorf("%s of %s: %v", what, d, got)
		}
	}
	c := x.Clone()
	Data[T](c)[4] = zero
	if Data[T](x)[4] != v {
		t.Errorf("%s: a clone shares memory", d)
	}
	if s := Scalar(v); s.Rank() != 0 || s.Len() != 1 || s.DType() != d || Data[T](s)[0] != v || s.Dim(0) != 1 {
		t.Errorf("%s: the scalar %v", d, s)
	}
	if len(Data[T](New(d, 0, 3))) != 0 || len(Data[T](Of([]T{}))) != 0 {
		t.Errorf("%s: an empty tensor has elements", d)
	}
	if d != String {
		if int(unsafe.Sizeof(v)) != d.Size() || len(x.Bytes()) != 6*d.Size() {
			t.Errorf("%s: %d bytes, an element has %d", d, len(x.Bytes()), d.Size())
		}
		y, err := FromBytes(d, x.Bytes(), 6)
		if err != nil || Data[T](y)[4] != v {
			t.Errorf("%s: from bytes %v (%v)", d, y, err)
		}
	}
	panics(t, d.String(), "a "+d.String()+" tensor", func() {
		if d == Int8 {
			Data[bool](x)
		} else {
			Data[int8](x)
		}
	})
}

func copied(x *Tensor) *Tensor {
	y := New(Float32, 1)
	y.CopyFrom(x)
	return y
}

func TestHalvesAreReadAsTheirBits(t *testing.T) {
	for _, d := range []DType{Float16, BFloat16} {
		if n := len(Data[uint16](New(d, 3))); n != 3 {
			t.Errorf("%s: %d bits", d, n)
		}
		panics(t, d.String(), "Data[float32]", func() { Data[float32](New(d, 3)) })
	}
}

func TestFromBytes(t *testing.T) {
	b := make([]byte, 33)
	for i := range b {
		b[i] = byte(i)
	}
	for off := range 9 {
		x, err := FromBytes(Uint64, b[off:off+24], 3)
		if err != nil {
			t.Fatal(err)
		}
		if got := Data[uint64](x)[1]; got != 0x0706050403020100+0x0101010101010101*uint64(off+8) {
			t.Errorf("at %d: %#x", off, got)
		}
	}
	x, _ := FromBytes(Uint8, b[1:3], 2)
	if b[1] = 77; Data[uint8](x)[0] != 77 {
		t.Error("aligned bytes are not shared")
	}
	if x, err := FromBytes(Float32, nil, 0, 5); err != nil || x.Len() != 0 {
		t.Errorf("nothing: %v (%v)", x, err)
	}
	for _, c := range []struct {
		d     DType
		n     int
		shape []int
	}{
		{Float64, 7, []int{1}}, {Float64, 16, []int{1}}, {Float64, 8, []int{-1}}, {String, 0, []int{0}}, {Invalid, 0, []int{0}},
		{Float64, 8, []int{1<<61 + 1}}, {Float64, 0, []int{math.MaxInt, 8}}, {Int8, 1, nil}, // a scalar is right

	} {
		_, err := FromBytes(c.d, b[:c.n], c.shape...)
		if ok := c.d == Int8; (err == nil) != ok {
			t.Errorf("%d bytes as %s%v: %v", c.n, c.d, c.shape, err)
		}
	}
}

func TestResetReusesItsOwnMemoryAlone(t *testing.T) {
	x := New(Float64, 10)
	first := &x.Bytes()[0]
	x.Reset(Int8, 2, 3)
	if x.Len() != 6 || &x.Bytes()[0] != first {
		t.Error("smaller: other memory")
	}
	x.Reset(Float64, 5, 2)
	if &x.Bytes()[0] != first {
		t.Error("as large as at first: other memory")
	}
	if n := testing.AllocsPerRun(10, func() { x.Reset(Float32, 20); x.Reset(Uint16, 3, 1) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	x.Reset(String, 2)
	Data[string](x)[1] = "b"
	x.Reset(Float64, 1)
	x.Reset(String, 2)
	if x.Bytes() != nil || len(Data[string](x)) != 2 {
		t.Errorf("strings: %v", x)
	}
	x.Reset(Float64)
	if x.Rank() != 0 || x.Len() != 1 {
		t.Errorf("a scalar: %v", x)
	}
}

func TestResetLeavesSharedMemoryAlone(t *testing.T) {
	nums, texts := []float64{1, 2, 3}, []string{"a", "b", "c"}
	raw := []byte{1, 2, 3}
	bytes, _ := FromBytes(Uint8, raw, 3)
	own := New(String, 3)
	copy(Data[string](own), texts)
	reshaped, _ := own.Reshape(3, 1)
	for what, x := range map[string]*Tensor{
		"numbers": Of(nums), "texts": Of(texts), "bytes": bytes, "rows of texts": Of(texts).Rows(0, 1), "rows of own texts": own.Rows(1, 2), "reshaped": reshaped,
	} {
		d := x.DType()
		x.Reset(d, 3)
		for i := range 3 {
			switch d {
			case Float64:
				Data[float64](x)[i] = -1
			case Uint8:
				Data[uint8](x)[i] = 99
			case String:
				Data[string](x)[i] = "changed"
			}
		}
		if !slices.Equal(nums, []float64{1, 2, 3}) || !slices.Equal(texts, []string{"a", "b", "c"}) || !slices.Equal(Data[string](own), texts) || raw[0] != 1 {
			t.Fatalf("%s: Reset wrote to memory that is not its own: %v %v %v", what, nums, texts, Data[string](own))
		}
	}
}

func TestViewsShareMemory(t *testing.T) {
	x := Of([]int32{1, 2, 3, 4, 5, 6}, 3, 2)
	v := x.Rows(1, 3)
	if !slices.Equal(v.Shape(), []int{2, 2}) || !slices.Equal(Data[int32](v), []int32{3, 4, 5, 6}) {
		t.Errorf("rows: %v %v", v, Scalars(v))
	}
	Data[int32](v)[0] = 30
	r, err := x.Reshape(6)
	if err != nil || Data[int32](r)[2] != 30 || !slices.Equal(x.Shape(), []int{3, 2}) {
		t.Errorf("reshaped: %v (%v)", Scalars(r), err)
	}
	if _, err := x.Reshape(4); err == nil || err.Error() != "tensor: cannot reshape [3 2] to [4]" {
		t.Errorf("reshape to 4: %v", err)
	}
	if e := x.Rows(3, 3); e.Len() != 0 || !slices.Equal(e.Shape(), []int{0, 2}) {
		t.Errorf("no rows: %v", e)
	}
	if e := New(String, 2, 0).Rows(0, 1); e.Len() != 0 || e.Dim(0) != 1 {
		t.Errorf("rows of no width: %v", e)
	}
	w := New(Float64, 7)
	if n := testing.AllocsPerRun(10, func() { x.RowsInto(w, 0, 2); x.RowsInto(w, 2, 3) }); n != 0 || Data[int32](w)[1] != 6 {
		t.Errorf("RowsInto: %v allocations, %v", n, Scalars(w))
	}
	for _, b := range [][2]int{{-1, 1}, {2, 1}, {0, 4}} {
		panics(t, fmt.Sprint(b), "of shape [3 2]", func() { x.Rows(b[0], b[1]) })
	}
	panics(t, "rows of a scalar", "of shape []", func() { Scalar(1.0).Rows(0, 0) })
}

func TestDTypesAndTheirNames(t *testing.T) {
	for d := Bool; d <= String; d++ {
		if ParseDType(d.String()) != d {
			t.Errorf("%d: %s is read as %v", d, d, ParseDType(d.String()))
		}
		b, err := json.Marshal(d)
		var back DType
		if err != nil || json.Unmarshal(b, &back) != nil || back != d {
			t.Errorf("%s in JSON: %s and %v (%v)", d, b, back, err)
		}
		if d.IsFloat() && !d.IsNumeric() || d.IsInteger() && !d.IsNumeric() || d.IsFloat() && d.IsInteger() {
			t.Errorf("%s: float %v, integer %v, numeric %v", d, d.IsFloat(), d.IsInteger(), d.IsNumeric())
		}
		if has := d.Descr() != ""; has != (d != BFloat16 && d != String) {
			t.Errorf("%s: numpy's %q", d, d.Descr())
		}
	}
	for _, bad := range []string{"", "invalid", "float", "Float32"} {
		if d := ParseDType(bad); d != Invalid {
			t.Errorf("%q is %s", bad, d)
		}
		var d DType
		if err := d.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	if d := DType(200); d.String() != "DType(200)" || d.Size() != 0 || d.Descr() != "" || d.IsNumeric() {
		t.Errorf("%s: %d %q", d, d.Size(), d.Descr())
	}
	if String.IsNumeric() || Complex64.IsNumeric() || Invalid.IsNumeric() || !Bool.IsNumeric() || Bool.IsInteger() || !BFloat16.IsFloat() {
		t.Error("what is numeric")
	}
}
