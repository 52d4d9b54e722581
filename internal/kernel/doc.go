// Package kernel is arithmetic on slices: dot products, matrix products,
// elementwise steps, and the few elementary functions whose last bit matters.
//
// # Terminology
//
// A matrix is a row-major slice with its sizes beside it. n counts rows, p
// columns (features), k outputs. A twin is a second implementation of the same
// function, in assembly; every twin has a portable original here.
//
// # Which implementation runs
//
// The functions that may have twins go through one table, [table], which is
// filled once when the program starts with what the processor can do. A test
// runs every implementation of every entry against the plain loop that defines
// it: bit-equal for elementary functions, within the stated error for sums.
//
// # Exactness
//
// Exp32, Log32, Sigmoid32 and Softmax32 promise bits: those of glibc's expf
// and logf (the algorithms of ARM's optimized routines: a small table and a
// polynomial in float64), and of XGBoost's transforms on top of them. The
// compiler may fuse x*y + z into one rounding on some processors, so such code
// converts each product explicitly, which forbids that.
//
// Dot64, Gemv64, Gemm64 and their float32 fellows do not promise bits: they add
// in four or more lanes. Their error is bounded by p·ε·Σ|aᵢbᵢ|.
//
// # Limits
//
// Slices must be as long as the sizes say; a shorter one panics, as indexing
// does. That is the caller's business, never a file's.
package kernel
