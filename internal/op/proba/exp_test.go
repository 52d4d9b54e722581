package proba

import (
	"math"
	"testing"
)

// The goldens are glibc 2.36's exp.
func TestExpBits(t *testing.T) {
	for _, g := range goldens {
		if got := math.Float64bits(Exp(math.Float64frombits(g[0]))); got != g[1] {
			t.Errorf("exp(%v) = %#x, want %#x", math.Float64frombits(g[0]), got, g[1])
		}
	}
	// Two entries of glibc's own table.
	if tab := expTable(); math.Float64bits(tab[1].tail) != 0x3c9b3b4f1a88bf6e || tab[1].bits != 0x3feff63da9fb3335 {
		t.Errorf("table: %#x %#x", math.Float64bits(tab[1].tail), tab[1].bits)
	}
	for _, c := range [][2]float64{{math.Inf(1), math.Inf(1)}, {math.Inf(-1), 0}, {1e300, math.Inf(1)}, {-1e300, 0}, {0, 1}} {
		if got := Exp(c[0]); got != c[1] {
			t.Errorf("exp(%v) = %v", c[0], got)
		}
	}
	if Exp(math.NaN()) == Exp(math.NaN()) {
		t.Error("exp(NaN)")
	}
}

var goldens = [][2]uint64{
	{0x3ff0000000000000, 0x4005bf0a8b145769},
	{0xbff0000000000000, 0x3fd78b56362cef38},
	{0x3fe0000000000000, 0x3ffa61298e1e069c},
	{0x3bc79ca10c924223, 0x3ff0000000000000},
	{0xc086233333333333, 0xff15b469edf89},
	{0xc08686df411c6b85, 0x40e7ef23f},
	{0xc087490a3d70a3d7, 0x1},
	{0xc087473333333333, 0x1},
	{0x40862e3d70a3d70a, 0x7fefe9ce5c4c52b4},
	{0x4085e0cccccccccd, 0x7f1058614179b2a5},
	{0x4056000000000000, 0x47df1056dc7bf22d},
	{0xc056000000000000, 0x38007b7112bc1ffe},
	{0xc03a341b05178c92, 0x3d9254f94c3edff9},
	{0x4011b1129a856960, 0x4054d5ba3c599fa4},
	{0xc02a024ba419f40c, 0x3ec2e04e9127c665},
	{0x4024c8b4bad9f150, 0x40dfd57b159c36d2},
	{0x402924e12b85740c, 0x411199eb798508f5},
	{0xc045b93b08b70a70, 0x3c03f5d878bd4480},
	{0xc04857732011e3fc, 0x3b8b308f3d2fcbe6},
	{0x4040df9ab02ec590, 0x42f9bffc038abf35},
	{0xc0381089881d7d3b, 0x3dc374aa868440c9},
	{0xc03a91209d1a6b3e, 0x3d897e5845f2c02d},
	{0x4048c840ff3b6fd6, 0x4466ba8329572532},
	{0xc007ca089de711a0, 0x3faa2beee04de71b},
	{0x4040d2b4e22f68ec, 0x42f7481fd6b54dde},
	{0xc002eadce4495ae0, 0x3fb80f098b4ce96b},
	{0x402bd049ee868a9c, 0x4130b7b177495dc4},
	{0xc041781c1a0cecc0, 0x3cc8293372da07f5},
	{0x402af8dd9eca6218, 0x4125f3b6153abef2},
	{0x404266fadcc95634, 0x43411f088a360c50},
	{0x40028b830afe6140, 0x4024502a472a1851},
	{0x4038200c2a307834, 0x421bf5b9ec103c49},
	{0xc0862094361f4089, 0x161f9acebf591f},
	{0xc0872bd37fb13ba6, 0x13},
	{0xc085fa60f1ef5671, 0x847be2a60c7928},
	{0xc08643ea8b00a588, 0x4459f4123bd7},
	{0xc086c37135f91886, 0x88ecf9},
	{0xc0873a5ad618b421, 0x3},
	{0xc085cb2b03142e67, 0x10d3f62d492c430},
	{0xc08677fd8aeb49ed, 0x1a106e34e6},
}
