package kernel

// Sigmoid32 is XGBoost's logistic function, bit for bit.
func Sigmoid32(x float32) float32 {
	x = -x
	if x > 88.7 { // so that Exp32 stays finite
		x = 88.7
	}
	return 1 / (Exp32(x) + 1 + 1e-16)
}

// Softmax32 makes v e^vᵢ / Σ e^vⱼ as XGBoost does, bit for bit: exponents in
// float32, their sum in float64.
func Softmax32(v []float32) {
	if len(v) == 0 {
		return
	}
	most := v[0]
	for _, x := range v[1:] {
		if x > most || most != most { // C's fmaxf passes over NaN
			most = x
		}
	}
	var sum float64
	for i, x := range v {
		v[i] = Exp32(x - most)
		sum += float64(v[i])
	}
	d := float32(sum)
	for i := range v {
		v[i] /= d
	}
}
