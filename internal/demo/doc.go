// Package demo holds the small real models that `larder demo` shows: files
// that the real libraries wrote, copied from testdata/models by the generator
// beside this package, with data and a harmless pickle that would run a
// command in Python.
package demo

import "embed"

//go:generate go run ./gen

// Files are the models and their data, in one folder "files".
//
//go:embed files
var Files embed.FS
