// Package scale changes each column of a matrix by numbers of its own: what
// scalers do.
//
// # Exactness
//
// Each step is rounded on its own, in the order that is given, as numpy's
// in-place operations do: the answer has the library's bits.
package scale
