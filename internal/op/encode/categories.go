package encode

import (
	"math"

	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Categories is one column's list, ready for look-ups.
type Categories struct {
	List []op.Cell
	// Objects says that the list is no array of numbers. numpy then compares
	// no column of numbers with it: scikit-learn refuses one.
	Objects bool
	texts   map[string]int32
	nums    map[float64]int32
	none    int32 // -1: not among them
	nan     int32
}

// NewCategories indexes a list. Of equal cells the first counts; it says false
// where there are equal ones.
func NewCategories(list []op.Cell) (*Categories, bool) {
	c := &Categories{List: list, texts: map[string]int32{}, nums: map[float64]int32{}, none: -1, nan: -1}
	unique := true
	for i, cell := range list {
		if c.find(cell) >= 0 && (!cell.IsMissing() || cell.Kind == op.None && c.none >= 0 || cell.Kind == op.NaN && c.nan >= 0) {
			unique = false
			continue
		}
		switch cell.Kind {
		case op.Text:
			c.texts[cell.Str] = int32(i)
		case op.Number:
			c.nums[cell.Num] = int32(i)
		case op.None:
			c.none = int32(i)
		case op.NaN:
			c.nan = int32(i)
		}
	}
	return c, unique
}

// takes says whether a column may be looked up.
func (c *Categories) takes(col *tensor.Column) error {
	if c.Objects && !op.IsText(col) && col.Values.DType() != tensor.Bool {
		return model.Inputf("column %s holds numbers, the model was fitted on text or objects there", col.Name)
	}
	return nil
}

// find is the number of a cell's category, or -1.
func (c *Categories) find(cell op.Cell) int32 {
	switch cell.Kind {
	case op.Text:
		if i, ok := c.texts[cell.Str]; ok {
			return i
		}
		return -1
	case op.Number:
		if i, ok := c.nums[cell.Num]; ok {
			return i
		}
		return -1
	case op.None:
		if c.none < 0 {
			return c.nan
		}
		return c.none
	}
	if c.nan < 0 {
		return c.none
	}
	return c.nan
}

// numbers sets dst to the number of each cell's category, -1 for unknown ones.
// Infinity is refused, as everywhere in the library.
func (c *Categories) numbers(dst []int32, col *tensor.Column) error {
	if d := col.Values.DType(); d == tensor.Float64 || d == tensor.Float32 {
		for r := range dst {
			if v := col.Values.Float(r); math.IsInf(v, 0) {
				return model.Inputf("infinity in column %s", col.Name)
			}
		}
	}
	if col.Missing == nil && col.Categories == nil {
		switch col.Values.DType() {
		case tensor.String:
			for r, s := range tensor.Data[string](col.Values)[:len(dst)] {
				i, ok := c.texts[s]
				if !ok {
					i = -1
				}
				dst[r] = i
			}
			return nil
		case tensor.Float64:
			for r, v := range tensor.Data[float64](col.Values)[:len(dst)] {
				dst[r] = c.find(op.NumberCell(v))
			}
			return nil
		}
	}
	cells := op.Cells(col)
	for r := range dst {
		dst[r] = c.find(cells.At(r))
	}
	return nil
}
