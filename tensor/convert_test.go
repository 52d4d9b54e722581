package tensor

import (
	"bytes"
	"encoding/hex"
	"math"
	"strings"
	"testing"
)

var numeric = []DType{Bool, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float16, BFloat16, Float32, Float64}

func TestConvertAnswersAsNumpyAstype(t *testing.T) {
	seen := map[[2]DType]bool{}
	for _, g := range goldens {
		in, err := hex.DecodeString(g.in)
		if err != nil {
			t.Fatal(err)
		}
		x, err := FromBytes(g.from, in, len(in)/g.from.Size())
		if err != nil {
			t.Fatal(err)
		}
		y, err := x.Convert(g.to)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := hex.DecodeString(g.want)
		if !bytes.Equal(y.Bytes(), want) || y.DType() != g.to || y.Len() != x.Len() {
			t.Errorf("%s to %s:\n got %x\nwant %x", g.from, g.to, y.Bytes(), want)
		}
		if hex.EncodeToString(x.Bytes()) != g.in {
			t.Errorf("%s to %s changed its input", g.from, g.to)
		}
		seen[[2]DType{g.from, g.to}] = true
	}
	for _, a := range numeric {
		for _, b := range numeric {
			if a != b && a != BFloat16 && b != BFloat16 && !seen[[2]DType{a, b}] {
				t.Errorf("no golden of %s to %s", a, b)
			}
		}
	}
}

// every holds one element of each value, of type d.
func every(t *testing.T, d DType, values ...float64) *Tensor {
	t.Helper()
	x, err := Of(values).Convert(d)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestConvertBetweenEveryPairKeepsWhatBothHold(t *testing.T) {
	for _, a := range numeric {
		for _, b := range numeric {
			values := []float64{0, 1}
			if a != Bool && b != Bool {
				values = append(values, 2, 64, 127)
				if !strings.HasPrefix(a.String(), "u") && !strings.HasPrefix(b.String(), "u") {
					values = append(values, -1, -127)
				}
			}
			y, err := every(t, a, values...).Convert(b)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				if y.Float(i) != v || y.Int(i) != int64(v) {
					t.Errorf("%s to %s: %v became %v (as an integer %d)", a, b, v, y.Float(i), y.Int(i))
				}
			}
		}
	}
}

func TestConvertIsGosConversionOfEachElement(t *testing.T) {
	f32 := []float32{0, -0.5, 1.5, 2.75, 1e10, -1e10, 16777216, 0x1p62}
	y, _ := Of(f32).Convert(Int64)
	for i, v := range f32 {
		if Data[int64](y)[i] != int64(v) {
			t.Errorf("float32 %v to int64 is %d", v, Data[int64](y)[i])
		}
	}
	u := []uint64{0, 1, math.MaxUint64, 1<<63 + 1025, 1 << 63, 1<<53 + 1}
	y, _ = Of(u).Convert(Float32)
	z, _ := Of(u).Convert(Float64)
	for i, v := range u {
		if Data[float32](y)[i] != float32(v) || Data[float64](z)[i] != float64(v) || Of(u).Float(i) != float64(v) {
			t.Errorf("uint64 %d is %v and %v", v, y.Float(i), z.Float(i))
		}
	}
	f := []float64{0x1p63, 1.8e19, 0x1p53 + 2} // beyond int64, within uint64
	y, _ = Of(f).Convert(Uint64)
	for i, v := range f {
		if Data[uint64](y)[i] != uint64(v) {
			t.Errorf("float64 %v to uint64 is %d", v, Data[uint64](y)[i])
		}
	}
}

func TestConvertOfTheSameTypeIsTheTensorItself(t *testing.T) {
	x := Of([]float64{1})
	if y, err := x.Convert(Float64); err != nil || y != x {
		t.Errorf("another tensor (%v)", err)
	}
	c := New(Float32, 9)
	if err := x.ConvertInto(c, Float64); err != nil || c.DType() != Float64 || c.Float(0) != 1 || &c.Bytes()[0] == &x.Bytes()[0] {
		t.Errorf("ConvertInto gave %v (%v)", c, err)
	}
}

func TestConvertRefusesWhatIsNoRealNumber(t *testing.T) {
	for _, c := range []struct {
		from *Tensor
		to   DType
		want string
	}{
		{Of([]string{"1"}), Float64, "tensor: no conversion from string to float64"},
		{Of([]float64{1}), String, "tensor: no conversion from float64 to string"},
		{Of([]complex64{1}), Complex128, "tensor: no conversion from complex64 to complex128"},
		{Of([]float32{1}), Complex64, "tensor: no conversion from float32 to complex64"},
		{&Tensor{}, Float64, "tensor: no conversion from invalid to float64"},
		{Of([]float32{1}), Invalid, "tensor: no conversion from float32 to invalid"},
	} {
		if _, err := c.from.Convert(c.to); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if v := Of([]string{"1"}).Float(0); v == v {
		t.Error("text as a number is", v)
	}
}

func TestHalvesRoundTrip(t *testing.T) {
	for b := range 1 << 16 {
		h := uint16(b)
		v := FromF16(h)
		exp, frac := h>>10&31, h&1023
		if exp == 31 && frac != 0 {
			if v == v || F16(v)>>10&31 != 31 || F16(v)&1023 == 0 {
				t.Fatalf("%#04x is NaN, and became %v and %#04x", h, v, F16(v))
			}
			continue
		}
		want := math.Ldexp(1+float64(frac)/1024, int(exp)-15)
		switch exp {
		case 0:
			want = math.Ldexp(float64(frac), -24)
		case 31:
			want = math.Inf(1)
		}
		if h>>15 != 0 {
			want = -want
		}
		if math.Float64bits(v) != math.Float64bits(want) || F16(v) != h {
			t.Fatalf("%#04x is %v, want %v, and back %#04x", h, v, want, F16(v))
		}
	}
}

func TestF16RoundsToTheNearestTiesToEven(t *testing.T) {
	for h := uint16(0); h < 0x7bff; h++ { // each finite half and the next
		lo, hi := FromF16(h), FromF16(h+1)
		mid := lo + (hi-lo)/2
		even := h + h&1
		for _, c := range []struct {
			v    float64
			want uint16
		}{{mid, even}, {math.Nextafter(mid, lo), h}, {math.Nextafter(mid, hi), h + 1}} {
			if F16(c.v) != c.want || F16(-c.v) != c.want|0x8000 {
				t.Fatalf("%v is %#04x, want %#04x", c.v, F16(c.v), c.want)
			}
		}
	}
	if F16(65520) != 0x7c00 || F16(math.Nextafter(65520, 0)) != 0x7bff || F16(math.SmallestNonzeroFloat64) != 0 {
		t.Error("the ends of the range")
	}
}

func TestBFloat16RoundTripsAndRoundsToEven(t *testing.T) {
	for b := range 1 << 16 {
		h := uint16(b)
		v := math.Float32frombits(uint32(h) << 16)
		back := BF16(v)
		if v != v {
			if back&0x7f80 != 0x7f80 || back&0x7f == 0 || back>>15 != h>>15 {
				t.Fatalf("the NaN %#04x became %#04x", h, back)
			}
			continue
		}
		if back != h {
			t.Fatalf("%#04x became %#04x", h, back)
		}
		if h&0x7fff >= 0x7f80 {
			continue
		}
		tie := uint32(h)<<16 | 0x8000
		for _, c := range []struct {
			bits uint32
			want uint16
		}{{tie, h + h&1}, {tie - 1, h}, {tie + 1, h + 1}} {
			if got := BF16(math.Float32frombits(c.bits)); got != c.want {
				t.Fatalf("%#08x is %#04x, want %#04x", c.bits, got, c.want)
			}
		}
	}
}

func TestBFloat16ElementsAreNumbers(t *testing.T) {
	x, err := FromBytes(BFloat16, []byte{0x80, 0x3f, 0x20, 0xc0}, 2) // 1, -2.5
	if err != nil {
		t.Fatal(err)
	}
	y, err := x.Convert(Float32)
	if err != nil || Data[float32](y)[0] != 1 || Data[float32](y)[1] != -2.5 || x.Int(1) != -2 {
		t.Errorf("%v (%v)", Scalars(y), err)
	}
	back, err := y.Convert(BFloat16)
	if err != nil || !bytes.Equal(back.Bytes(), x.Bytes()) {
		t.Errorf("back: %x (%v)", back.Bytes(), err)
	}
}
