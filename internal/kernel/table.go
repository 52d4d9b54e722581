package kernel

// functions are the entries that may have twins for some processors.
type functions struct {
	name   string // of the set, for tests and profiles
	dot64  func(a, b []float64) float64
	dot32  func(a, b []float32) float32
	axpy64 func(y []float64, a float64, x []float64)
	axpy32 func(y []float32, a float32, x []float32)
	dist64 func(a, b []float64) float64
}

var portable = functions{
	name:   "portable",
	dot64:  dot64,
	dot32:  dot32,
	axpy64: axpy64,
	axpy32: axpy32,
	dist64: dist64,
}

// table is the set in use; sets are all that this processor can run.
var (
	table = portable
	sets  = []functions{portable}
)
