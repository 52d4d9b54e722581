package encode

import (
	"math"
	"strconv"

	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Back is one column of an inverse: from codes to categories.
type Back struct {
	// Labels are what the codes stand for: of a one-hot column its outputs, of
	// an ordinal one the numbers from 0.
	Labels []op.Cell
	// Empty is what a one-hot column without a set output stands for; None
	// where Unknown.
	Empty   op.Cell
	Unknown bool // a column without a set output is an unknown category: None
	Refuse  bool // it is an error
}

// OneHotBack undoes a OneHot: the label of each column's largest output.
//
// in: [N, outputs]; out: a table, or a matrix where the labels are of one type
// and none is unknown.
type OneHotBack struct {
	Columns []Back
	// Sort is the type of the answer; Invalid for an array of objects.
	Sort tensor.DType
}

var _ model.Op = (*OneHotBack)(nil)

// Name is "one-hot back".
func (o *OneHotBack) Name() string { return "one-hot back" }

func (o *OneHotBack) width() int {
	w := 0
	for i := range o.Columns {
		w += len(o.Columns[i].Labels)
	}
	return w
}

// Infer checks the width. The answer is a table where a row may hold None.
func (o *OneHotBack) Infer(in []model.Fact) ([]model.Fact, error) {
	if w := in[0].Width(1); w >= 0 && int(w) != o.width() {
		return nil, model.Inputf("%d columns, the encoder gives %d", w, o.width())
	}
	open := o.Sort == tensor.Invalid
	for i := range o.Columns {
		open = open || o.Columns[i].Unknown
	}
	return back(o.Sort, open, len(o.Columns)), nil
}

func back(sort tensor.DType, open bool, columns int) []model.Fact {
	f := model.DenseFact(sort, model.Rows, model.Dim(columns))
	if open {
		f.Kind, f.DType = model.Table, tensor.Invalid
	}
	return []model.Fact{f}
}

// Bind needs nothing.
func (o *OneHotBack) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		x, err := matrix(in[0])
		if err != nil {
			return err
		}
		n, w := x.Dim(0), x.Dim(1)
		cells := make([][]op.Cell, len(o.Columns))
		at := 0
		for i := range o.Columns {
			b := &o.Columns[i]
			col := make([]op.Cell, n)
			for r := range n {
				best, sum := 0, 0.0
				for k := range b.Labels {
					v := x.Float(r*w + at + k)
					sum += v
					if v > x.Float(r*w+at+best) {
						best = k
					}
				}
				switch {
				case len(b.Labels) == 0:
					col[r] = b.Empty
				case sum != 0:
					col[r] = b.Labels[best]
				case b.Refuse:
					return model.Inputf("a row without a category in column %d", i)
				case b.Unknown:
					col[r] = op.Cell{Kind: op.None}
				default:
					col[r] = b.Empty
				}
			}
			at += len(b.Labels)
			cells[i] = col
		}
		return answer(cells, n, o.Sort, out)
	}, nil
}

// matrix is dense numbers.
func matrix(v model.Value) (*tensor.Tensor, error) {
	if s, ok := v.(*tensor.Sparse); ok {
		return s.Dense(), nil
	}
	t, ok := v.(*tensor.Tensor)
	if !ok {
		return nil, model.Inputf("a matrix is needed")
	}
	return t, nil
}

// answer makes a matrix of cells where all are of its type, else a table.
func answer(cells [][]op.Cell, n int, sort tensor.DType, out []model.Value) error {
	whole := sort != tensor.Invalid
	for _, col := range cells {
		for _, c := range col {
			whole = whole && c.Kind != op.None && (c.Kind != op.NaN || sort.IsFloat()) && (c.Kind == op.Text) == (sort == tensor.String)
		}
	}
	if !whole {
		t := &tensor.Table{N: n}
		for _, col := range cells {
			t.Columns = append(t.Columns, column(col))
		}
		out[0] = t
		return nil
	}
	o, ok := out[0].(*tensor.Tensor)
	if !ok {
		o = &tensor.Tensor{}
		out[0] = o
	}
	k := len(cells)
	if sort == tensor.String {
		o.Reset(sort, n, k)
		for i, col := range cells {
			for r, c := range col {
				tensor.Data[string](o)[r*k+i] = c.Str
			}
		}
		return nil
	}
	wide := tensor.New(tensor.Float64, n, k)
	for i, col := range cells {
		for r, c := range col {
			tensor.Data[float64](wide)[r*k+i] = number(c)
		}
	}
	return wide.ConvertInto(o, sort)
}

func number(c op.Cell) float64 {
	if c.IsMissing() {
		return math.NaN()
	}
	return c.Num
}

// column makes a table's column of cells. A column of text and numbers becomes
// one of text: tables have no cells of several kinds.
func column(cells []op.Cell) tensor.Column {
	texts, numbers, missing := 0, 0, false
	for _, c := range cells {
		switch c.Kind {
		case op.Text:
			texts++
		case op.Number:
			numbers++
		default:
			missing = true
		}
	}
	var col tensor.Column
	if missing {
		col.Missing = make([]tensor.Missing, len(cells))
		for r, c := range cells {
			switch c.Kind {
			case op.None:
				col.Missing[r] = tensor.MissingNone
			case op.NaN:
				col.Missing[r] = tensor.MissingNaN
			}
		}
	}
	if numbers > 0 && texts == 0 {
		v := make([]float64, len(cells))
		for r, c := range cells {
			v[r] = number(c)
		}
		col.Values = tensor.Of(v)
		return col
	}
	v := make([]string, len(cells))
	for r, c := range cells {
		if v[r] = c.Str; c.Kind == op.Number {
			v[r] = strconv.FormatFloat(c.Num, 'g', -1, 64)
		}
	}
	col.Values = tensor.Of(v)
	return col
}

// Decode is one column of an OrdinalBack.
type Decode struct {
	Labels  []op.Cell // of the codes 0, 1, …
	Known   map[float64]op.Cell
	NaN     op.Cell // what a NaN stands for
	HasNaN  bool
	HasNone bool // some code stands for None
}

// Mark says what a code beyond the labels stands for.
func (d *Decode) Mark(code float64, c op.Cell) {
	if code != code {
		d.NaN, d.HasNaN = c, true
		return
	}
	d.Known[code] = c
}

// OrdinalBack undoes an Ordinal.
//
// in: [N, columns]; out: as of OneHotBack.
type OrdinalBack struct {
	Columns []Decode
	Sort    tensor.DType
}

var _ model.Op = (*OrdinalBack)(nil)

// Name is "ordinal back".
func (o *OrdinalBack) Name() string { return "ordinal back" }

// Infer checks the width.
func (o *OrdinalBack) Infer(in []model.Fact) ([]model.Fact, error) {
	if w := in[0].Width(1); w >= 0 && int(w) != len(o.Columns) {
		return nil, model.Inputf("%d columns, the encoder has %d", w, len(o.Columns))
	}
	open := o.Sort == tensor.Invalid
	for i := range o.Columns {
		open = open || o.Columns[i].HasNone
	}
	return back(o.Sort, open, len(o.Columns)), nil
}

// Bind needs nothing.
func (o *OrdinalBack) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		x, err := matrix(in[0])
		if err != nil {
			return err
		}
		n, w := x.Dim(0), x.Dim(1)
		cells := make([][]op.Cell, len(o.Columns))
		for i := range o.Columns {
			d := &o.Columns[i]
			cells[i] = make([]op.Cell, n)
			for r := range n {
				v := x.Float(r*w + i)
				cell, ok := d.Known[v]
				switch {
				case ok:
				case v != v && d.HasNaN:
					cell = d.NaN
				case v-v != 0 || v >= float64(len(d.Labels)) || v <= -float64(len(d.Labels))-1:
					return model.Inputf("%v in column %d is no code of %d categories", v, i, len(d.Labels))
				case v <= -1: // Python's index from the end
					cell = d.Labels[len(d.Labels)+int(v)]
				default:
					cell = d.Labels[int(v)]
				}
				cells[i][r] = cell
			}
		}
		return answer(cells, n, o.Sort, out)
	}, nil
}
