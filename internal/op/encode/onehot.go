package encode

import (
	"fmt"

	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Hot is one column of a OneHot.
type Hot struct {
	*Categories
	// Code is the output of each category, counted from 0 in this column; -1 is
	// none (a category that is dropped).
	Code []int32
	// Unknown is the output of all else: -1 is none, Refuse an error.
	Unknown int32
	Width   int // outputs of this column
}

// Refuse as the code of unknown categories makes them an error.
const Refuse = -2

// OneHot sets, for each column, the output of the cell's category to 1.
//
// in: a table; out: [N, outputs of all columns], sparse or dense.
type OneHot struct {
	Columns []Hot
	DType   tensor.DType
	Sparse  bool
}

var _ model.Op = (*OneHot)(nil)

// Name is "one-hot".
func (o *OneHot) Name() string { return "one-hot" }

func (o *OneHot) width() int {
	w := 0
	for i := range o.Columns {
		w += o.Columns[i].Width
	}
	return w
}

// Infer says the shape.
func (o *OneHot) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := table(in[0], len(o.Columns)); err != nil {
		return nil, err
	}
	t := op.Empty(in[0])
	for i := range o.Columns {
		if err := o.Columns[i].takes(&t.Columns[i]); err != nil {
			return nil, err
		}
	}
	f := model.DenseFact(o.DType, model.Rows, model.Dim(o.width()))
	if o.Sparse {
		f.Kind = model.Sparse
	}
	return []model.Fact{f}, nil
}

func table(f model.Fact, columns int) error {
	if op.Empty(f) == nil || int(f.Width(1)) != columns {
		return model.Unsupportedf("%d columns of categories from %s", columns, f)
	}
	return nil
}

// Bind makes the one of the answer's type.
func (o *OneHot) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	one, err := tensor.Scalar(1.0).Convert(o.DType)
	if err != nil {
		return nil, model.Unsupportedf("codes as %s", o.DType)
	}
	return func(c *model.Call, in, out []model.Value) error {
		t := in[0].(*tensor.Table)
		k := len(o.Columns)
		codes := model.Scratch[int32](c, t.N*k)
		numbers := model.Scratch[int32](c, t.N)
		first := int32(0)
		entries := 0
		for i := range o.Columns {
			h := &o.Columns[i]
			if err := h.numbers(numbers, &t.Columns[i]); err != nil {
				return err
			}
			for r, n := range numbers {
				code := h.Unknown
				if n >= 0 {
					code = h.Code[n]
				}
				switch {
				case code == Refuse:
					return unknown(&t.Columns[i], i, r)
				case code >= 0:
					codes[r*k+i] = first + code
					entries++
				default:
					codes[r*k+i] = -1
				}
			}
			first += int32(h.Width)
		}
		if o.Sparse {
			out[0] = csr(codes, t.N, k, int(first), entries, one)
			return nil
		}
		d := out[0].(*tensor.Tensor)
		clear(d.Bytes())
		sz, w := one.DType().Size(), int(first)
		for r := range t.N {
			for _, at := range codes[r*k : r*k+k] {
				if at >= 0 {
					copy(d.Bytes()[(r*w+int(at))*sz:], one.Bytes())
				}
			}
		}
		return nil
	}, nil
}

func csr(codes []int32, rows, k, cols, entries int, one *tensor.Tensor) *tensor.Sparse {
	s := &tensor.Sparse{Rows: rows, Cols: cols, Indptr: make([]int64, rows+1), Indices: make([]int64, 0, entries), IndexDType: tensor.Int32}
	for r := range rows {
		for _, at := range codes[r*k : r*k+k] {
			if at >= 0 {
				s.Indices = append(s.Indices, int64(at))
			}
		}
		s.Indptr[r+1] = int64(len(s.Indices))
	}
	s.Data = tensor.New(one.DType(), entries)
	sz := one.DType().Size()
	for i := range entries {
		copy(s.Data.Bytes()[i*sz:], one.Bytes())
	}
	return s
}

// unknown is the error for a cell that is no category.
func unknown(col *tensor.Column, i, r int) error {
	cells := op.Cells(col)
	name := col.Name
	if name == "" {
		name = op.Itoa(i)
	}
	return model.Inputf("%s in column %s, which the model was not fitted on", show(cells.At(r)), name)
}

func show(c op.Cell) string {
	switch c.Kind {
	case op.Text:
		return fmt.Sprintf("%q", c.Str)
	case op.None:
		return "None"
	case op.NaN:
		return "NaN"
	}
	return fmt.Sprint(c.Num)
}
