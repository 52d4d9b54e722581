package kernel

import "math"

// Log32 is the natural logarithm with the bits of glibc's logf. The algorithm
// is that of ARM's optimized routines: x = 2^k · z with z near one of sixteen
// points c, and log x = k·ln 2 + log c + log(z/c), the last by a cubic in
// float64.
func Log32(x float32) float32 {
	bits := math.Float32bits(x)
	if bits-0x00800000 >= 0x7f800000-0x00800000 {
		switch {
		case x == 0:
			return float32(math.Inf(-1))
		case bits == 0x7f800000:
			return x
		case x != x:
			return x + x
		case x < 0:
			return float32(math.NaN())
		}
		bits = math.Float32bits(x*0x1p23) - 23<<23 // subnormal
	}
	const (
		from = 0x3f330000
		ln2  = 0x1.62e42fefa39efp-1
		a0   = -0x1.00ea348b88334p-2
		a1   = 0x1.5575b0be00b6ap-2
		a2   = -0x1.ffffef20a4123p-2
	)
	t := bits - from
	c := &logPoints[t>>(23-4)%16]
	k := int32(t) >> 23
	z := float64(math.Float32frombits(bits - t&0xff800000))
	r := float64(z*c.inverse) - 1
	y0 := c.log + float64(float64(k)*ln2)
	r2 := float64(r * r)
	y := float64(a1*r) + a2
	y = float64(a0*r2) + y
	y = float64(y*r2) + (y0 + r)
	return float32(y)
}

// logPoints are 1/c and log c of points c near the middles of sixteen parts of
// [0.7, 1.4], chosen so that both are close to their float64.
var logPoints = [16]struct{ inverse, log float64 }{
	{0x1.661ec79f8f3bep+0, -0x1.57bf7808caadep-2},
	{0x1.571ed4aaf883dp+0, -0x1.2bef0a7c06ddbp-2},
	{0x1.49539f0f010bp+0, -0x1.01eae7f513a67p-2},
	{0x1.3c995b0b80385p+0, -0x1.b31d8a68224e9p-3},
	{0x1.30d190c8864a5p+0, -0x1.6574f0ac07758p-3},
	{0x1.25e227b0b8eap+0, -0x1.1aa2bc79c81p-3},
	{0x1.1bb4a4a1a343fp+0, -0x1.a4e76ce8c0e5ep-4},
	{0x1.12358f08ae5bap+0, -0x1.1973c5a611cccp-4},
	{0x1.0953f419900a7p+0, -0x1.252f438e10c1ep-5},
	{0x1p+0, 0x0p+0},
	{0x1.e608cfd9a47acp-1, 0x1.aa5aa5df25984p-5},
	{0x1.ca4b31f026aap-1, 0x1.c5e53aa362eb4p-4},
	{0x1.b2036576afce6p-1, 0x1.526e57720db08p-3},
	{0x1.9c2d163a1aa2dp-1, 0x1.bc2860d22477p-3},
	{0x1.886e6037841edp-1, 0x1.1058bc8a07ee1p-2},
	{0x1.767dcf5534862p-1, 0x1.4043057b6ee09p-2},
}
