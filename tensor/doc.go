// Package tensor holds the values that models take, keep and return.
//
// # Terminology
//
// A Value is one of Tensor (dense), Sparse (CSR matrix), Ragged (rows of
// different lengths), Table (named columns) or Handle (a resource that only
// its own framework understands). Lazy is not a Value: it is the promise of a
// Tensor that still lies in a file.
//
// # Memory
//
// A Tensor is dense, row-major (C order) and little-endian. Its bytes are
// aligned for its element type, so [Data] is a view and never a copy.
// Strings are Go strings (UTF-8; bytes that are not UTF-8 are kept as they
// are).
//
// # Limits
//
// Hosts are little-endian: amd64 and arm64. Element counts are checked for
// overflow in [Count]; how many bytes may be made is the business of
// document.Limits.
package tensor
