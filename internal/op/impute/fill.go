package impute

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Fill replaces the placeholder in each column by a value of the column's own,
// drops columns that have none, and appends marks.
//
// in: [N, p], dense or sparse numbers, or a table; out: the same kind, of
// len(Keep)+len(Marks) columns. The marks of a matrix have its type, those of a
// table are Bool.
type Fill struct {
	Placeholder op.Cell
	Values      []op.Cell // of each column; not used where the column is dropped
	Keep        []int     // columns that stay, ascending
	Marks       []int     // columns of which it is marked where they were missing
}

var _ model.Op = (*Fill)(nil)

// Name is "impute".
func (f *Fill) Name() string { return "impute" }

// Infer says the columns.
func (f *Fill) Infer(in []model.Fact) ([]model.Fact, error) {
	x := in[0]
	width := model.Dim(len(f.Keep) + len(f.Marks))
	if t := op.Empty(x); t != nil {
		if len(t.Columns) != len(f.Values) {
			return nil, model.Inputf("%d columns, the model is fitted on %d", len(t.Columns), len(f.Values))
		}
		cols := make([]tensor.Column, 0, width)
		for _, i := range f.Keep {
			c := t.Columns[i]
			if op.IsText(&c) && f.Values[i].Kind == op.Number {
				return nil, model.Inputf("column %s is text, the model was fitted on numbers there", c.Name)
			}
			if !op.IsText(&c) && f.Values[i].Kind == op.Text {
				c.Values = tensor.New(tensor.String, 0) // a column of nothing but NaN
			}
			if op.IsText(&c) {
				c.Values, c.Categories = tensor.New(tensor.String, 0), nil
			} else {
				c.Values = tensor.New(tensor.Float64, 0)
			}
			c.Missing = nil
			if !f.Placeholder.IsMissing() {
				c.Missing = []tensor.Missing{}
			}
			cols = append(cols, c)
		}
		for range f.Marks {
			cols = append(cols, tensor.Column{Values: tensor.New(tensor.Bool, 0)})
		}
		return []model.Fact{op.TableFact(cols)}, nil
	}
	if x.Kind == model.Sparse {
		if f.Marks != nil {
			return nil, model.Unsupportedf("marks of missing values in a sparse matrix")
		}
		if f.Placeholder == op.NumberCell(0) {
			return nil, model.Inputf("zeros stand for missing values: a sparse matrix has none")
		}
	} else if x.Kind != model.Dense {
		return nil, model.Inputf("a matrix or a table is needed, not %s", x.Kind)
	}
	if f.Placeholder.Kind == op.Text || f.Placeholder.Kind == op.None {
		return nil, model.Inputf("the model was fitted on text, not on %s", x.DType)
	}
	if int(x.Width(1)) != len(f.Values) {
		return nil, model.Inputf("%d columns, the model is fitted on %d", x.Width(1), len(f.Values))
	}
	for _, i := range f.Keep {
		if f.Values[i].Kind == op.Text {
			return nil, model.Inputf("the model was fitted on text, not on %s", x.DType)
		}
	}
	return []model.Fact{{Kind: x.Kind, DType: x.DType, Shape: []model.Dim{x.Shape[0], width}}}, nil
}

// Bind picks the type.
func (f *Fill) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	if in[0].Kind == model.Table {
		return f.table, nil
	}
	if in[0].Kind == model.Sparse {
		return f.sparse, nil
	}
	switch in[0].DType {
	case tensor.Float64:
		return dense[float64](f), nil
	case tensor.Float32:
		return dense[float32](f), nil
	case tensor.Int64:
		return dense[int64](f), nil
	case tensor.Int32:
		return dense[int32](f), nil
	}
	return nil, model.Unsupportedf("missing values in %s", in[0].DType)
}

type number interface {
	float32 | float64 | int32 | int64
}

// is says whether a number is the placeholder.
func is[T number](c op.Cell, v T) bool {
	if c.Kind == op.NaN {
		return v != v
	}
	return float64(v) == c.Num
}

func dense[T number](f *Fill) model.Kernel {
	with := make([]T, len(f.Values))
	for _, i := range f.Keep {
		if f.Values[i].Kind == op.Number {
			with[i] = T(f.Values[i].Num)
		}
	}
	p, k := len(f.Values), len(f.Keep)+len(f.Marks)
	return func(c *model.Call, in, out []model.Value) error {
		x := in[0].(*tensor.Tensor)
		from, to := tensor.Data[T](x), tensor.Data[T](out[0].(*tensor.Tensor))
		for r := range x.Dim(0) {
			row, o := from[r*p:r*p+p], to[r*k:r*k+k]
			for j, i := range f.Keep {
				o[j] = row[i]
				if is(f.Placeholder, row[i]) {
					o[j] = with[i]
				}
			}
			o = o[len(f.Keep):]
			for j, i := range f.Marks {
				o[j] = 0
				if is(f.Placeholder, row[i]) {
					o[j] = 1
				}
			}
		}
		return nil
	}
}

// missing says whether a cell is the placeholder.
func missing(placeholder, c op.Cell) bool {
	if placeholder.IsMissing() {
		return c.IsMissing()
	}
	return c == placeholder
}

func (f *Fill) table(c *model.Call, in, out []model.Value) error {
	t := in[0].(*tensor.Table)
	o := &tensor.Table{N: t.N}
	for _, i := range f.Keep {
		col, err := f.column(&t.Columns[i], f.Values[i], t.N)
		if err != nil {
			return err
		}
		o.Columns = append(o.Columns, col)
	}
	for _, i := range f.Marks {
		cells := op.Cells(&t.Columns[i])
		marks := make([]bool, t.N)
		for r := range marks {
			marks[r] = missing(f.Placeholder, cells.At(r))
		}
		o.Columns = append(o.Columns, tensor.Column{Values: tensor.Of(marks)})
	}
	out[0] = o
	return nil
}

func (f *Fill) column(from *tensor.Column, with op.Cell, n int) (tensor.Column, error) {
	cells := op.Cells(from)
	o := tensor.Column{Name: from.Name}
	text := op.IsText(from) || with.Kind == op.Text
	var strs []string
	var nums []float64
	if text {
		strs = make([]string, n)
	} else {
		nums = make([]float64, n)
	}
	for r := range n {
		c := cells.At(r)
		switch {
		case missing(f.Placeholder, c):
			c = with
		case c.Kind == op.NaN:
			return o, model.Inputf("NaN in column %s, where another value stands for missing", from.Name)
		}
		switch {
		case c.IsMissing():
			if o.Missing == nil {
				o.Missing = make([]tensor.Missing, n)
			}
			o.Missing[r] = tensor.MissingNone
			if c.Kind == op.NaN {
				o.Missing[r] = tensor.MissingNaN
			}
		case text && c.Kind == op.Text:
			strs[r] = c.Str
		case !text && c.Kind == op.Number:
			nums[r] = c.Num
		case text:
			return o, model.Inputf("the number %v in column %s, where the model was fitted on text", c.Num, from.Name)
		default:
			return o, model.Inputf("the text %q in column %s, where the model was fitted on numbers", c.Str, from.Name)
		}
	}
	if text {
		o.Values = tensor.Of(strs)
	} else {
		o.Values = tensor.Of(nums)
	}
	return o, nil
}

// sparse fills stored entries; those that are not stored are zeros.
func (f *Fill) sparse(c *model.Call, in, out []model.Value) error {
	s := in[0].(*tensor.Sparse)
	places := make([]int64, s.Cols)
	for i := range places {
		places[i] = -1
	}
	for j, i := range f.Keep {
		places[i] = int64(j)
	}
	o := &tensor.Sparse{Rows: s.Rows, Cols: len(f.Keep), Indptr: make([]int64, s.Rows+1), IndexDType: s.IndexDType}
	var values []float64
	for r := range s.Rows {
		for e := s.Indptr[r]; e < s.Indptr[r+1]; e++ {
			i := s.Indices[e]
			if places[i] < 0 {
				continue
			}
			v := s.Data.Float(int(e))
			if is(f.Placeholder, v) {
				v = f.Values[i].Num
			}
			o.Indices, values = append(o.Indices, places[i]), append(values, v)
		}
		o.Indptr[r+1] = int64(len(o.Indices))
	}
	var err error
	if o.Data, err = tensor.Of(values).Convert(s.Data.DType()); err != nil {
		return model.Inputf("%v", err)
	}
	out[0] = o
	return nil
}
