package proba

import (
	"math"
	"math/big"
	"sync"
)

// Exp is eˣ by the algorithm of ARM's optimized routines, which is glibc's since
// 2.28 (sysdeps/ieee754/dbl-64/e_exp.c, the build with fused multiply-add):
// within 0.51 units in the last place, subnormal results included.
//
// e^x = 2^(k/128) · e^r with k an integer and |r| ≤ ln2/256; the first factor is
// from a table, the second a polynomial.
func Exp(x float64) float64 {
	const (
		inv   = 0x1.71547652b82fep0 * expN
		hi    = -0x1.62e42fefa0000p-8 // −ln2/128 in two parts
		lo    = -0x1.cf79abc9e3b39p-47
		shift = 0x1.8p52 // adding it rounds to an integer in the low bits
		c2    = 0x1.ffffffffffdbdp-2
		c3    = 0x1.555555555543cp-3
		c4    = 0x1.55555cf172b91p-5
		c5    = 0x1.1111167a4d017p-7
	)
	a := math.Abs(x)
	switch {
	case a < 0x1p-54:
		return 1 + x
	case x != x || math.IsInf(x, 1):
		return x
	case a >= 1024 && x < 0:
		return 0
	case a >= 1024:
		return math.Inf(1)
	}
	kd := float64(inv*x) + shift
	k := math.Float64bits(kd)
	kd -= shift
	r := math.FMA(kd, lo, math.FMA(kd, hi, x))
	t := expTable()
	tail, scale := t[k%expN].tail, t[k%expN].bits+k<<(52-7)
	r2 := r * r
	tmp := math.FMA(r2*r2, math.FMA(r, c5, c4), math.FMA(r2, math.FMA(r, c3, c2), tail+r))
	if a >= 512 {
		return farExp(tmp, scale, k)
	}
	s := math.Float64frombits(scale)
	return math.FMA(s, tmp, s)
}

// farExp is for results near the ends of the range, where the scale alone would
// overflow or be subnormal.
func farExp(tmp float64, scale, k uint64) float64 {
	if k&0x80000000 == 0 {
		s := math.Float64frombits(scale - 1009<<52)
		return 0x1p1009 * math.FMA(s, tmp, s)
	}
	s := math.Float64frombits(scale + 1022<<52)
	y := math.FMA(s, tmp, s)
	if y < 1 { // subnormal: round once, in the place where it is cut off
		rest := math.FMA(s, tmp, s-y)
		h := 1 + y
		rest = 1 - h + y + rest
		y = (h + rest) - 1
	}
	return 0x1p-1022 * y
}

const expN = 128

// power is 2^(i/128) as bits·(1+tail), the bits less i<<45, which the low bits
// of k put back.
type power struct {
	tail float64
	bits uint64
}

var expTable = sync.OnceValue(func() *[expN]power {
	const precision = 256
	root := new(big.Float).SetPrec(precision).SetInt64(2)
	for range 7 {
		root.Sqrt(root)
	}
	var t [expN]power
	p := new(big.Float).SetPrec(precision).SetInt64(1)
	for i := range t {
		h, _ := p.Float64()
		rounded := new(big.Float).SetPrec(precision).SetFloat64(h)
		rest := new(big.Float).SetPrec(precision).Sub(p, rounded)
		t[i].tail, _ = rest.Quo(rest, rounded).Float64()
		t[i].bits = math.Float64bits(h) - uint64(i)<<(52-7)
		p.Mul(p, root)
	}
	return &t
})
