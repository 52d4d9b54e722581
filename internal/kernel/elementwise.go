package kernel

// Float is the two types that arithmetic is done in.
type Float interface{ float32 | float64 }

// Add is dst = a + b, element by element. dst may be a or b.
func Add[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// Sub is dst = a − b, element by element. dst may be a or b.
func Sub[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// Mul is dst = a · b, element by element. dst may be a or b.
func Mul[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// Div is dst = a / b, element by element. dst may be a or b.
func Div[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

// Scale is dst = a · s. dst may be a.
func Scale[T Float](dst, a []T, s T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * s
	}
}

// Shift is dst = a + s. dst may be a.
func Shift[T Float](dst, a []T, s T) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + s
	}
}

// Add64 is Add of float64.
func Add64(dst, a, b []float64) { Add(dst, a, b) }

// Sub64 is Sub of float64.
func Sub64(dst, a, b []float64) { Sub(dst, a, b) }

// Mul64 is Mul of float64.
func Mul64(dst, a, b []float64) { Mul(dst, a, b) }

// Div64 is Div of float64.
func Div64(dst, a, b []float64) { Div(dst, a, b) }

// ArgMax is the index of the first largest element; 0 for none. A NaN is never
// larger than another.
func ArgMax[T Float](a []T) int {
	best := 0
	for i, v := range a {
		if v > a[best] {
			best = i
		}
	}
	return best
}
