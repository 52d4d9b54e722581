package gbtree

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Encode lays the columns of a table out as a matrix and turns categories into
// the codes that the model was trained with, by name.
//
// in: X table [N, features]; out: float32 [N, features], NaN where missing.
type Encode struct {
	Columns []Levels
}

// Levels is one column: a number, or a category.
type Levels struct {
	Name  string
	Text  map[string]float32  // codes by name, where the categories are text
	Value map[float64]float32 // codes by value, where they are numbers
	// Cut are names of which the file holds only the beginning.
	Cut []CutName
	// Unsure says that the file can be read in two ways: by Text or by Cut. A
	// name that means one category by one and another by the other is refused.
	Unsure bool
}

// CutName is a name of a known number of code points and a known beginning.
type CutName struct {
	Prefix string // its first bytes, at least one
	Runes  int
	Code   float32
}

// code is the code of a name.
func (l *Levels) code(s string) (float32, error) {
	code, known := l.Text[s]
	if known && !l.Unsure {
		return code, nil
	}
	for _, c := range l.Cut {
		if !strings.HasPrefix(s, c.Prefix) || utf8.RuneCountInString(s) != c.Runes {
			continue
		}
		if known && c.Code != code {
			return 0, model.Inputf("column %s: the model holds only a part of its category names, and %q may be several", l.Name, s)
		}
		code, known = c.Code, true
	}
	if !known {
		return 0, model.Inputf("column %s: the model was not trained on the category %q", l.Name, s)
	}
	return code, nil
}

// Name is "gbtree encode".
func (e *Encode) Name() string { return "gbtree encode" }

// Infer looks for the columns.
func (e *Encode) Infer(in []model.Fact) ([]model.Fact, error) {
	if t, ok := in[0].Const.(*tensor.Table); ok {
		if _, err := e.order(t); err != nil {
			return nil, err
		}
	}
	return []model.Fact{model.DenseFact(tensor.Float32, model.Rows, model.Dim(len(e.Columns)))}, nil
}

// Bind finds the columns once, where the table's layout is known.
func (e *Encode) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	var known []int
	if t, ok := in[0].Const.(*tensor.Table); ok {
		var err error
		if known, err = e.order(t); err != nil {
			return nil, err
		}
	}
	return func(c *model.Call, in, out []model.Value) error {
		t, ok := in[0].(*tensor.Table)
		if !ok {
			return model.Inputf("X is a %T, a table is needed", in[0])
		}
		order := known
		if order == nil {
			var err error
			if order, err = e.order(t); err != nil {
				return err
			}
		}
		o := out[0].(*tensor.Tensor)
		o.Reset(tensor.Float32, t.N, len(e.Columns))
		x := tensor.Data[float32](o)
		for k, i := range order {
			if err := c.Err(); err != nil {
				return err
			}
			if err := e.Columns[k].encode(x[k:], len(e.Columns), &t.Columns[i]); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// order is the table's column for each of the model's: by name where both have
// names, else by place.
func (e *Encode) order(t *tensor.Table) ([]int, error) {
	named := len(e.Columns) > 0 && e.Columns[0].Name != ""
	given := false
	for _, c := range t.Columns {
		given = given || c.Name != ""
	}
	idx := make([]int, len(e.Columns))
	if !named || !given {
		if len(t.Columns) != len(e.Columns) {
			return nil, model.Inputf("X has %d columns, the model takes %d", len(t.Columns), len(e.Columns))
		}
		for i := range idx {
			idx[i] = i
		}
		return idx, nil
	}
	var absent, extra []string
	used := make([]bool, len(t.Columns))
	for k, c := range e.Columns {
		if idx[k] = t.Column(c.Name); idx[k] < 0 {
			absent = append(absent, c.Name)
		} else {
			used[idx[k]] = true
		}
	}
	for i, c := range t.Columns {
		if !used[i] {
			extra = append(extra, c.Name)
		}
	}
	switch {
	case absent != nil:
		return nil, model.Inputf("X lacks %s", strings.Join(absent, ", "))
	case extra != nil:
		return nil, model.Inputf("X has columns that the model does not know: %s", strings.Join(extra, ", "))
	}
	return idx, nil
}

// encode writes a column to x, stride apart.
func (l *Levels) encode(x []float32, stride int, c *tensor.Column) error {
	for r := range c.Values.Len() {
		v, err := l.cell(c, r)
		if err != nil {
			return err
		}
		x[r*stride] = v
	}
	return nil
}

func (l *Levels) cell(c *tensor.Column, r int) (float32, error) {
	if c.Missing != nil && c.Missing[r] != tensor.Present {
		return nan, nil
	}
	if c.Categories != nil {
		code := c.Values.Int(r)
		if code < 0 {
			return nan, nil
		}
		if code >= int64(len(c.Categories)) {
			return 0, model.Inputf("column %s: code %d of %d categories", c.Name, code, len(c.Categories))
		}
		return l.text(c, c.Categories[code])
	}
	if c.Values.DType() == tensor.String {
		return l.text(c, tensor.Data[string](c.Values)[r])
	}
	v := c.Values.Float(r)
	switch {
	case v != v:
		return nan, nil
	case l.Value != nil:
		return l.value(c, v)
	case l.Text != nil:
		return 0, model.Inputf("column %s is %s, the model knows text there", c.Name, c.Values.DType())
	}
	return float32(v), nil
}

func (l *Levels) text(c *tensor.Column, s string) (float32, error) {
	if l.Text != nil {
		return l.code(s)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, model.Inputf("column %s: %q is no number", c.Name, s)
	}
	if l.Value != nil {
		return l.value(c, v)
	}
	return float32(v), nil
}

func (l *Levels) value(c *tensor.Column, v float64) (float32, error) {
	if code, ok := l.Value[v]; ok {
		return code, nil
	}
	return 0, model.Inputf("column %s: the model was not trained on the category %v", c.Name, v)
}
