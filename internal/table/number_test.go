package table

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		s    string
		v    float64
		kind numeralKind
	}{
		{"0", 0, whole}, {"-0", 0, whole}, {"+7", 7, whole}, {" 12\t", 12, whole}, {"007", 7, whole},
		{"9007199254740993", 9007199254740992, wholeBig}, {"-9223372036854775808", math.MinInt64, wholeBig},
		{"9223372036854775808", 1 << 63, decimal}, {"1.", 1, decimal}, {".5", .5, decimal}, {"-.5e1", -5, decimal},
		{"1e400", math.Inf(1), decimal}, {"-inf", math.Inf(-1), decimal}, {"Infinity", math.Inf(1), decimal},
		{"0.1", .1, decimal}, {"1e-400", 0, decimal}, {"5e-324", 5e-324, decimal},
		{"", 0, notNumber}, {" ", 0, notNumber}, {".", 0, notNumber}, {"-", 0, notNumber}, {"1_0", 0, notNumber},
		{"0x10", 0, notNumber}, {"1d5", 0, notNumber}, {"e", 0, notNumber}, {"1e", 0, notNumber}, {"1 2", 0, notNumber},
		{"1.2.3", 0, notNumber}, {"--1", 0, notNumber}, {"infinit", 0, notNumber}, {"abc", 0, notNumber}, {"1-2", 0, notNumber},
	} {
		v, k := numeral([]byte(c.s))
		if v != c.v || k != c.kind {
			t.Errorf("%q: %v %v, want %v %v", c.s, v, k, c.v, c.kind)
		}
	}
	if v, k := numeral([]byte("-NaN")); v == v || k != decimal {
		t.Error(v, k)
	}
}

// The short way rounds as strconv does.
func TestNumbersAreStrconvs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300000 {
		s := strconv.FormatFloat(math.Ldexp(r.NormFloat64(), r.IntN(80)-40), "fge"[r.IntN(3)], r.IntN(20)-1, 64)
		want, _ := strconv.ParseFloat(s, 64)
		if got, k := numeral([]byte(s)); k == notNumber || math.Float64bits(got) != math.Float64bits(want) && !(got == 0 && k == whole) {
			t.Fatalf("%s: %v, want %v", s, got, want)
		}
	}
}

func BenchmarkNumber(b *testing.B) {
	s := []byte("-0.123456789")
	for b.Loop() {
		numeral(s)
	}
}
