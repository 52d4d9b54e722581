package table

import (
	"slices"

	"github.com/larder-ml/larder/tensor"
)

// grid is rows of fields whose types are settled when a port asks for them.
type grid struct {
	names []string // nil where nobody knows them
	width int
	rows  int
	// hidden are columns that are taken only by name: a data frame's index.
	hidden []bool
	// read makes columns; where the fields do not allow what is wanted it says
	// which one.
	read func(want []request) ([]tensor.Column, error)
}

// request is one column that is wanted.
type request struct {
	index int // in the grid
	name  string
	as    form
	// keep are tokens that are never missing: the model was fitted on them.
	keep map[string]bool
}

// form is what a column shall become.
type form uint8

const (
	inferred form = iota // what pandas would make of it
	numbers              // numbers or booleans; text is an error
	words                // text, with marks where it is missing
	verbatim             // text as it stands; nothing is missing
)

// want is a model's wishes for a grid: what it calls its columns, and whether
// it takes nothing but text.
type want struct {
	names []string
	text  bool
}

// source is where a grid comes from. The names help to tell a header.
type source interface {
	grid(w want) (*grid, error)
}

// tokens is a set of the tokens that a column was fitted on; nil for none.
func tokens(list []string) map[string]bool {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// finish makes a column of numbers out of float64s: integers where all are.
func finish(name string, v []float64, missing []tensor.Missing, ints bool) tensor.Column {
	if !ints {
		return tensor.Column{Name: name, Values: tensor.Of(v), Missing: missing}
	}
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = int64(x)
	}
	return tensor.Column{Name: name, Values: tensor.Of(out), Missing: missing}
}

func bools(v []float64) *tensor.Tensor {
	out := make([]bool, len(v))
	for i, x := range v {
		out[i] = x != 0
	}
	return tensor.Of(out)
}

// textColumn marks the rows of a column of text; marks that mark nothing are left out.
func textColumn(name string, v []string, missing []tensor.Missing) tensor.Column {
	if !slices.ContainsFunc(missing, func(m tensor.Missing) bool { return m != tensor.Present }) {
		missing = nil
	}
	return tensor.Column{Name: name, Values: tensor.Of(v), Missing: missing}
}
