// Package support writes docs/support.md and the table in README.md from the
// tables of formats, classes and opcodes, and from the errors that the cases
// measured. A test holds the files equal to what it writes.
package support

//go:generate go run ./gen
