// Package linear multiplies: rows times coefficients plus intercept.
//
// # Exactness
//
// Sums are not the library's bit for bit: BLAS adds in an order of its own. The
// error is bounded by p·ε·Σ|xᵢwᵢ|; what that is for real models stands in the
// rows of the frameworks.
package linear
