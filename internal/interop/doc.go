// Package interop asks the real libraries to open what Larder wrote: files
// saved again, edited, converted and made from Go values. Its tests run with
// the build tag interop, under `make interop`, which brings the libraries.
package interop
