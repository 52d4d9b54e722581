package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func vector(r *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

func narrow(v []float64) []float32 {
	o := make([]float32, len(v))
	for i := range v {
		o[i] = float32(v[i])
	}
	return o
}

// Every implementation of every sum against the loop that defines it.
func TestSumsEqualTheirDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, set := range sets {
		for n := range 70 {
			a, b := vector(r, n), vector(r, n)
			a32, b32 := narrow(a), narrow(b)
			var dot, size, dist, dot32 float64
			for i := range a {
				dot += a[i] * b[i]
				size += math.Abs(a[i] * b[i])
				dist += (a[i] - b[i]) * (a[i] - b[i])
				dot32 += float64(a32[i]) * float64(b32[i])
			}
			eps := float64(n+1) * 0x1p-52
			if d := set.dot64(a, b); math.Abs(d-dot) > eps*size {
				t.Errorf("%s dot64 of %d: %v, want %v", set.name, n, d, dot)
			}
			if d := set.dist64(a, b); math.Abs(d-dist) > eps*dist {
				t.Errorf("%s dist64 of %d: %v, want %v", set.name, n, d, dist)
			}
			if d := set.dot32(a32, b32); math.Abs(float64(d)-dot32) > float64(n+1)*0x1p-23*size {
				t.Errorf("%s dot32 of %d: %v, want %v", set.name, n, d, dot32)
			}
			y, y32 := append([]float64{}, b...), append([]float32{}, b32...)
			set.axpy64(y, 0.5, a) // products by a power of two are exact
			set.axpy32(y32, 0.5, a32)
			for i := range y {
				if y[i] != b[i]+0.5*a[i] || y32[i] != b32[i]+0.5*a32[i] {
					t.Fatalf("%s axpy of %d at %d", set.name, n, i)
				}
			}
		}
	}
}

func TestMatrixProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, s := range [][3]int{{0, 3, 2}, {1, 1, 1}, {5, 3, 7}, {9, 4, 0}, {4, 2, 33}} {
		n, k, p := s[0], s[1], s[2]
		x, w, bias := vector(r, n*p), vector(r, k*p), vector(r, k)
		turned := make([]float64, p*k)
		for j := range k {
			for q := range p {
				turned[q*k+j] = w[j*p+q]
			}
		}
		got, plain := make([]float64, n*k), make([]float64, n*k)
		got32, plain32 := make([]float32, n*k), make([]float32, n*k)
		Gemm64(got, x, w, bias, n, k, p)
		MatMul64(plain, x, turned, n, k, p)
		Gemm32(got32, narrow(x), narrow(w), narrow(bias), n, k, p)
		MatMul32(plain32, narrow(x), narrow(turned), n, k, p)
		for i := range n {
			for j := range k {
				var want float64
				for q := range p {
					want += x[i*p+q] * w[j*p+q]
				}
				e := i*k + j
				for _, d := range []float64{got[e] - bias[j] - want, plain[e] - want} {
					if math.Abs(d) > 1e-12 {
						t.Errorf("%v float64 at %d,%d: off by %g", s, i, j, d)
					}
				}
				for _, d := range []float64{float64(got32[e]) - bias[j] - want, float64(plain32[e]) - want} {
					if math.Abs(d) > 1e-4 {
						t.Errorf("%v float32 at %d,%d: off by %g", s, i, j, d)
					}
				}
			}
		}
	}
}

func TestArgMaxIsTheFirst(t *testing.T) {
	if i := ArgMax([]float32{1, 3, 3, 2}); i != 1 {
		t.Error(i)
	}
	if i := ArgMax([]float64{}); i != 0 {
		t.Error(i)
	}
}
