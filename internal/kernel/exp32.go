package kernel

import "math"

// Exp32 is eˣ with the bits of glibc's expf. The algorithm is that of ARM's
// optimized routines: e^x = 2^(k/32) · 2^(r/32) with k an integer and |r| ≤ ½; the
// first factor comes from a table, the second from a cubic in float64.
func Exp32(x float32) float32 {
	// 0x42b… is 88: beyond it, and for NaN, the special cases.
	if math.Float32bits(x)>>20&0x7ff >= 0x42b {
		switch {
		case x != x:
			return x + x
		case x > 0x1.62e42ep6:
			return float32(math.Inf(1))
		case x < -0x1.9fe368p6:
			return 0
		}
	}
	const (
		n     = 32
		shift = 0x1.8p+52 // adding it rounds to an integer in the low bits
		inv   = 0x1.71547652b82fep+0 * n
		c0    = 0x1.c6af84b912394p-5 / n / n / n
		c1    = 0x1.ebfce50fac4f3p-3 / n / n
		c2    = 0x1.62e42ff0c52d6p-1 / n
	)
	z := float64(inv * float64(x))
	kd := z + shift
	k := math.Float64bits(kd)
	// glibc has two builds, with and without fused multiply-add; of all float32
	// they differ at two. Every processor of the last ten years runs the fused.
	r := math.FMA(inv, float64(x), -(kd - shift))
	s := math.Float64frombits(exp2Table[k%n] + k<<(52-5))
	p := float64(c0*r) + c1
	y := float64(c2*r) + 1
	y = float64(p*float64(r*r)) + y
	return float32(y * s)
}

// exp2Table[i] is the bits of 2^(i/32), less i<<47, which the low bits of k put
// back.
var exp2Table = func() (t [32]uint64) {
	for i, f := range exp2Fractions {
		t[i] = math.Float64bits(f) - uint64(i)<<(52-5)
	}
	return t
}()

// exp2Fractions are 2^(i/32), rounded.
var exp2Fractions = [32]float64{
	0x1.0000000000000p+0,
	0x1.059b0d3158574p+0,
	0x1.0b5586cf9890fp+0,
	0x1.11301d0125b51p+0,
	0x1.172b83c7d517bp+0,
	0x1.1d4873168b9aap+0,
	0x1.2387a6e756238p+0,
	0x1.29e9df51fdee1p+0,
	0x1.306fe0a31b715p+0,
	0x1.371a7373aa9cbp+0,
	0x1.3dea64c123422p+0,
	0x1.44e086061892dp+0,
	0x1.4bfdad5362a27p+0,
	0x1.5342b569d4f82p+0,
	0x1.5ab07dd485429p+0,
	0x1.6247eb03a5585p+0,
	0x1.6a09e667f3bcdp+0,
	0x1.71f75e8ec5f74p+0,
	0x1.7a11473eb0187p+0,
	0x1.82589994cce13p+0,
	0x1.8ace5422aa0dbp+0,
	0x1.93737b0cdc5e5p+0,
	0x1.9c49182a3f090p+0,
	0x1.a5503b23e255dp+0,
	0x1.ae89f995ad3adp+0,
	0x1.b7f76f2fb5e47p+0,
	0x1.c199bdd85529cp+0,
	0x1.cb720dcef9069p+0,
	0x1.d5818dcfba487p+0,
	0x1.dfc97337b9b5fp+0,
	0x1.ea4afa2a490dap+0,
	0x1.f50765b6e4540p+0,
}
