package kernel

// Gemv64 is dst = W·x + bias for W of k×p. bias may be nil. dst must not
// overlap the rest.
func Gemv64(dst, w, x, bias []float64) {
	p := len(x)
	for j := range dst {
		v := table.dot64(x, w[j*p:j*p+p])
		if bias != nil {
			v += bias[j]
		}
		dst[j] = v
	}
}

// Gemm64 is dst = X·Wᵀ + bias for X of n×p, W of k×p, and bias of k or nil;
// dst is n×k. dst must not overlap the rest.
func Gemm64(dst, x, w, bias []float64, n, k, p int) {
	dst, x, w = dst[:n*k], x[:n*p], w[:k*p]
	// Rows in fours: each loaded row of W serves four rows of X.
	i := 0
	for ; i+4 <= n; i += 4 {
		x0, x1, x2, x3 := x[i*p:i*p+p], x[(i+1)*p:(i+1)*p+p], x[(i+2)*p:(i+2)*p+p], x[(i+3)*p:(i+3)*p+p]
		for j := range k {
			r := w[j*p : j*p+p]
			var b float64
			if bias != nil {
				b = bias[j]
			}
			// One addend order per element, whatever the block, so that a row's
			// answer does not depend on how many rows come with it.
			dst[i*k+j] = table.dot64(x0, r) + b
			dst[(i+1)*k+j] = table.dot64(x1, r) + b
			dst[(i+2)*k+j] = table.dot64(x2, r) + b
			dst[(i+3)*k+j] = table.dot64(x3, r) + b
		}
	}
	for ; i < n; i++ {
		Gemv64(dst[i*k:i*k+k], w, x[i*p:i*p+p], bias)
	}
}

// MatMul64 is dst = X·W for X of n×p and W of p×k (not transposed); dst is n×k.
func MatMul64(dst, x, w []float64, n, k, p int) {
	dst, x, w = dst[:n*k], x[:n*p], w[:p*k]
	for i := range n {
		d := dst[i*k : i*k+k]
		clear(d)
		for q, v := range x[i*p : i*p+p] {
			table.axpy64(d, v, w[q*k:q*k+k])
		}
	}
}

// Gemv32 is Gemv64 in float32.
func Gemv32(dst, w, x, bias []float32) {
	p := len(x)
	for j := range dst {
		v := table.dot32(x, w[j*p:j*p+p])
		if bias != nil {
			v += bias[j]
		}
		dst[j] = v
	}
}

// Gemm32 is Gemm64 in float32.
func Gemm32(dst, x, w, bias []float32, n, k, p int) {
	for i := range n {
		Gemv32(dst[i*k:i*k+k], w[:k*p], x[i*p:i*p+p], bias)
	}
}

// MatMul32 is MatMul64 in float32.
func MatMul32(dst, x, w []float32, n, k, p int) {
	for i := range n {
		d := dst[i*k : i*k+k]
		clear(d)
		for q, v := range x[i*p : i*p+p] {
			table.axpy32(d, v, w[q*k:q*k+k])
		}
	}
}
