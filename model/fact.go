package model

import (
	"fmt"
	"math"
	"strings"

	"github.com/larder-ml/larder/tensor"
)

// Dim is one dimension of a shape: a number, or a symbol below zero.
type Dim int

const (
	// Rows is the number of rows of the call.
	Rows Dim = -1
	// Unknown is known only when the value exists.
	Unknown Dim = math.MinInt
)

// Kind is which Value a fact or port speaks of.
type Kind uint8

// The kinds, one for each sort of tensor.Value.
const (
	Dense Kind = iota
	Sparse
	Ragged
	Table
	Handle
)

func (k Kind) String() string {
	return [...]string{"dense", "sparse", "ragged", "table", "handle"}[k]
}

// Fact is what is known of a value before it exists.
type Fact struct {
	Kind  Kind
	DType tensor.DType // Invalid: known only when the value exists
	Shape []Dim        // a table has [Rows, columns]
	// Const is the value itself where it is known already, else nil. A table's
	// is an empty table of the same columns (names and dtypes), or nil.
	Const tensor.Value
}

// Width is dimension i, or Unknown where the rank is lower.
func (f Fact) Width(i int) Dim {
	if i < len(f.Shape) {
		return f.Shape[i]
	}
	return Unknown
}

// DenseFact is a dense tensor of a type and shape.
func DenseFact(d tensor.DType, shape ...Dim) Fact { return Fact{DType: d, Shape: shape} }

func (f Fact) String() string {
	return fmt.Sprintf("%s %s%s", f.Kind, f.DType, ShapeString(f.Shape))
}

// ShapeString prints a shape as [N, 30]; ? is unknown.
func ShapeString(shape []Dim) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, d := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		switch {
		case d == Rows:
			b.WriteByte('N')
		case d < 0:
			b.WriteByte('?')
		default:
			fmt.Fprint(&b, int(d))
		}
	}
	b.WriteByte(']')
	return b.String()
}

// Column is what a model knows of one input column.
type Column struct {
	Name string // "" where the model was fitted without names
	// Text says that the model was fitted on text here, so a column of digits
	// is text too.
	Text bool
	// Categories are the tokens that the model was fitted on; such a token is
	// never read as missing.
	Categories []string
}

// Port is a named input, output or parameter of a signature.
type Port struct {
	Name  string
	Kind  Kind
	DType tensor.DType
	Shape []Dim
	// Accept lists further dtypes that the model takes as they are and may
	// answer differently for; data of any other numeric type becomes DType.
	Accept []tensor.DType
	// Sparse says that a sparse matrix may be given too.
	Sparse bool
	// Columns describe the columns of a table, or the features of a matrix
	// where they have names. Nil where nothing is known.
	Columns []Column
	// Default is a parameter's value where the caller gives none.
	Default tensor.Value
	// Doc says in a few words what a parameter does.
	Doc string
}

// HasRows says whether the first dimension counts rows.
func (p Port) HasRows() bool { return len(p.Shape) > 0 && p.Shape[0] == Rows }

// Fact is what is known of the port's value before a call.
func (p Port) Fact() Fact {
	return Fact{Kind: p.Kind, DType: p.DType, Shape: p.Shape, Const: p.Default}
}
