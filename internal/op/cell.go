package op

import (
	"math"

	"github.com/larder-ml/larder/tensor"
)

// CellKind says what a cell holds.
type CellKind uint8

// The kinds of cell.
const (
	Number CellKind = iota
	Text
	None
	NaN
)

// Cell is one value of a table, or one value that a model was fitted on. Cells
// are comparable: two are equal where Python's == holds (1, 1.0 and True are),
// and NaN equals NaN.
type Cell struct {
	Kind CellKind
	Num  float64
	Str  string
}

// NumberCell is a number, or NaN.
func NumberCell(v float64) Cell {
	if v != v {
		return Cell{Kind: NaN}
	}
	if v == 0 {
		v = 0 // -0 equals 0
	}
	return Cell{Kind: Number, Num: v}
}

// TextCell is a text.
func TextCell(s string) Cell { return Cell{Kind: Text, Str: s} }

// IsMissing says whether a cell is None or NaN.
func (c Cell) IsMissing() bool { return c.Kind == None || c.Kind == NaN }

// Whole says whether an integer is a float64 exactly, so that a Cell may stand
// for it.
func Whole(v int64) bool {
	return v == math.MinInt64 || v > -1<<53 && v < 1<<53 || int64(float64(v)) == v
}

// Column reads the cells of a table's column.
type Column struct {
	text    []string
	values  *tensor.Tensor
	missing []tensor.Missing
	levels  []string
}

// Cells makes a column ready to be read.
func Cells(c *tensor.Column) Column {
	r := Column{values: c.Values, missing: c.Missing, levels: c.Categories}
	if c.Values.DType() == tensor.String {
		r.text = tensor.Data[string](c.Values)
	}
	return r
}

// At is the cell of a row. An integer that no float64 holds is a text of
// its digits' sort: it equals nothing that a model was fitted on.
func (c *Column) At(row int) Cell {
	if c.missing != nil {
		switch c.missing[row] {
		case tensor.MissingNone:
			return Cell{Kind: None}
		case tensor.MissingNaN:
			return Cell{Kind: NaN}
		}
	}
	if c.levels != nil {
		k := c.values.Int(row)
		if k < 0 || k >= int64(len(c.levels)) {
			return Cell{Kind: NaN}
		}
		return TextCell(c.levels[k])
	}
	if c.text != nil {
		return TextCell(c.text[row])
	}
	if c.values.DType() == tensor.Int64 && !Whole(tensor.Data[int64](c.values)[row]) {
		return TextCell("\x00integer")
	}
	return NumberCell(c.values.Float(row))
}

// IsText says whether a column holds text.
func IsText(c *tensor.Column) bool { return c.Values.DType() == tensor.String || c.Categories != nil }
