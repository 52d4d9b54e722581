// Package inspect is what larder.Inspect tells of a file, in the form of the
// command line's larder.inspect/1. It is types, and how they are filled from a
// lifted model; finding out is package larder's business.
package inspect
