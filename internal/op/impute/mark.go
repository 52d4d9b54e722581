package impute

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Mark says where the placeholder is.
//
// in: [N, p] numbers or a table; out: Bool [N, columns], or where Sparse the
// same as a sparse matrix.
type Mark struct {
	Placeholder op.Cell
	Features    int
	Columns     []int // that are marked, ascending
	Strict      bool  // a placeholder elsewhere is an error
	Sparse      bool
}

var _ model.Op = (*Mark)(nil)

// Name is "mark missing".
func (m *Mark) Name() string { return "mark missing" }

// Infer says the shape.
func (m *Mark) Infer(in []model.Fact) ([]model.Fact, error) {
	x := in[0]
	if x.Kind != model.Table && x.Kind != model.Dense {
		return nil, model.Unsupportedf("marks of missing values in a %s matrix", x.Kind)
	}
	if len(x.Shape) != 2 {
		return nil, model.Inputf("rows and columns are needed, not %d dimensions", len(x.Shape))
	}
	if w := x.Shape[1]; w >= 0 && int(w) != m.Features {
		return nil, model.Inputf("%d columns, the model is fitted on %d", w, m.Features)
	}
	if x.Kind == model.Dense && (m.Placeholder.Kind == op.Text || m.Placeholder.Kind == op.None) {
		return nil, model.Inputf("the model was fitted on text, not on %s", x.DType)
	}
	f := model.DenseFact(tensor.Bool, x.Shape[0], model.Dim(len(m.Columns)))
	if m.Sparse {
		f.Kind = model.Sparse
	}
	return []model.Fact{f}, nil
}

// Bind makes the look-up of a cell.
func (m *Mark) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	marked := make([]bool, m.Features)
	for _, i := range m.Columns {
		marked[i] = true
	}
	return func(c *model.Call, in, out []model.Value) error {
		n, at := m.cells(in[0])
		if m.Strict {
			for i, ok := range marked {
				for r := 0; r < n && !ok; r++ {
					if at(r, i) {
						return model.Inputf("a missing value in column %d, where the model was fitted without any", i)
					}
				}
			}
		}
		k := len(m.Columns)
		if m.Sparse {
			s := &tensor.Sparse{Rows: n, Cols: k, Indptr: make([]int64, n+1), IndexDType: tensor.Int32}
			for r := range n {
				for j, i := range m.Columns {
					if at(r, i) {
						s.Indices = append(s.Indices, int64(j))
					}
				}
				s.Indptr[r+1] = int64(len(s.Indices))
			}
			s.Data = tensor.New(tensor.Bool, len(s.Indices))
			for i := range tensor.Data[bool](s.Data) {
				tensor.Data[bool](s.Data)[i] = true
			}
			out[0] = s
			return nil
		}
		o := tensor.Data[bool](out[0].(*tensor.Tensor))
		for r := range n {
			for j, i := range m.Columns {
				o[r*k+j] = at(r, i)
			}
		}
		return nil
	}, nil
}

func (m *Mark) cells(v model.Value) (n int, at func(r, i int) bool) {
	if t, ok := v.(*tensor.Table); ok {
		cols := make([]op.Column, len(t.Columns))
		for i := range cols {
			cols[i] = op.Cells(&t.Columns[i])
		}
		return t.N, func(r, i int) bool { return missing(m.Placeholder, cols[i].At(r)) }
	}
	x := v.(*tensor.Tensor)
	p := x.Dim(1)
	return x.Dim(0), func(r, i int) bool { return is(m.Placeholder, x.Float(r*p+i)) }
}
