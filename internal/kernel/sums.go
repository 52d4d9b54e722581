package kernel

// Dot64 is Σ a[i]·b[i] over the length of a.
func Dot64(a, b []float64) float64 { return table.dot64(a, b) }

// Dot32 is Σ a[i]·b[i] over the length of a, added in float32.
func Dot32(a, b []float32) float32 { return table.dot32(a, b) }

// Axpy64 adds a·x to y.
func Axpy64(y []float64, a float64, x []float64) { table.axpy64(y, a, x) }

// Axpy32 adds a·x to y.
func Axpy32(y []float32, a float32, x []float32) { table.axpy32(y, a, x) }

// Dist64 is Σ (a[i]−b[i])², the squared Euclidean distance.
func Dist64(a, b []float64) float64 { return table.dist64(a, b) }

func dot64(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

func dot32(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

func axpy64(y []float64, a float64, x []float64) {
	x = x[:len(y)]
	for i := range y {
		y[i] += a * x[i]
	}
}

func axpy32(y []float32, a float32, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += a * x[i]
	}
}

func dist64(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	for len(a) >= 4 && len(b) >= 4 {
		d0, d1, d2, d3 := a[0]-b[0], a[1]-b[1], a[2]-b[2], a[3]-b[3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
		a, b = a[4:], b[4:]
	}
	for i := range a {
		d := a[i] - b[i]
		s0 += d * d
	}
	return (s0 + s1) + (s2 + s3)
}

// Sum64 is Σ a[i], added from first to last.
func Sum64(a []float64) float64 {
	var s float64
	for _, v := range a {
		s += v
	}
	return s
}
