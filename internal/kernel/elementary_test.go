package kernel

import (
	"hash/fnv"
	"math"
	"testing"
)

// The goldens are made by testdata/goldens.py with the C library.
func TestElementaryBits(t *testing.T) {
	for _, g := range [][3]uint32{
		{0x0, 0x3f800000, 0xff800000},
		{0x80000000, 0x3f800000, 0xff800000},
		{0x3f800000, 0x402df854, 0x0},
		{0xbf800000, 0x3ebc5ab2, 0x0},
		{0x4202422f, 0x56fc9f1c, 0x405eed30}, // one of the two where fused and plain differ
		{0xc27c65d9, 0x11fa2993, 0x4084a17c}, // the other
		{0x42b16666, 0x7f7a37fc, 0x408f8740},
		{0x42b170a4, 0x7f7f4648, 0x408f8919},
		{0x42b175c3, 0x7f800000, 0x408f8a05},
		{0xc2af0000, 0x6cb2bc, 0x408f17aa},
		{0xc2cfcccd, 0x1, 0x409496f8},
		{0xc2cff5c3, 0x0, 0x40949d46},
		{0xda24260, 0x3f800000, 0xc28a27b5},
		{0x3f000000, 0x3fd3094c, 0xbf317218},
		{0x358637bd, 0x3f800008, 0xc15d0c55},
	} {
		x := math.Float32frombits(g[0])
		if e := math.Float32bits(Exp32(x)); e != g[1] {
			t.Errorf("exp(%v) = %#x, want %#x", x, e, g[1])
		}
		if l := math.Float32bits(Log32(float32(math.Abs(float64(x))))); l != g[2] {
			t.Errorf("log|%v| = %#x, want %#x", x, l, g[2])
		}
	}
	exp, log := fnv.New64a(), fnv.New64a()
	put := func(h interface{ Write([]byte) (int, error) }, v float32) {
		b := math.Float32bits(v)
		h.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)})
	}
	for u := uint64(0); u < 1<<32; u += 4297 {
		x := math.Float32frombits(uint32(u))
		if x != x {
			continue
		}
		put(exp, Exp32(x))
		if !(x < 0) {
			put(log, Log32(x))
		}
	}
	if s := exp.Sum64(); s != 0x3c5c923792e97f89 {
		t.Errorf("expf of every 4297th float: %#x", s)
	}
	if s := log.Sum64(); s != 0xf11ebb3e17151e38 {
		t.Errorf("logf of every 4297th float: %#x", s)
	}
}

func TestSpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	if Exp32(inf) != inf || Exp32(-inf) != 0 || Exp32(nan) == Exp32(nan) {
		t.Error("exp")
	}
	if Log32(inf) != inf || Log32(-1) == Log32(-1) || Log32(nan) == Log32(nan) {
		t.Error("log")
	}
	if Sigmoid32(-inf) == 0 || Sigmoid32(inf) != 1 || Sigmoid32(0) != 0.5 || Sigmoid32(nan) == Sigmoid32(nan) {
		t.Error("sigmoid") // the least is 1/e^88.7, not 0
	}
	v := []float32{1, 1, 1, 1}
	if Softmax32(v); v[3] != 0.25 {
		t.Error(v)
	}
	Softmax32(nil)
}

var sink float32

func BenchmarkExp32(b *testing.B) {
	x := float32(0)
	for b.Loop() {
		x += 0.01
		if x > 80 {
			x = -80
		}
		sink += Exp32(x)
	}
}
