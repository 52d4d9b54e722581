package columns

import (
	"slices"
	"strings"

	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Pick is some columns of the input, in an order of its own.
//
// in: a table, or a matrix, dense or sparse; out: the same kind.
type Pick struct {
	Index  []int          // columns of what the model was fitted on
	Fitted []model.Column // all columns that the model was fitted on
	NoRows bool           // zero rows are taken
	Strict bool           // a table has no further columns (scikit-learn before 1.0)
}

var _ model.Op = (*Pick)(nil)

// Name is "pick".
func (p *Pick) Name() string { return "pick" }

// Infer looks the columns up.
func (p *Pick) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	if f.Kind == model.Table {
		t := op.Layout(f, p.Fitted)
		if t == nil {
			return nil, model.Unsupportedf("columns of a table that is not known")
		}
		idx, err := p.order(t)
		if err != nil {
			return nil, err
		}
		cols := make([]tensor.Column, len(idx))
		for k, i := range idx {
			cols[k] = t.Columns[i]
			if cols[k].Missing == nil && !cols[k].Values.DType().IsFloat() {
				cols[k].Missing = []tensor.Missing{}
			}
		}
		return []model.Fact{op.TableFact(cols)}, nil
	}
	if len(f.Shape) != 2 {
		return nil, model.Inputf("a matrix of rows and columns is needed, not %d dimensions", len(f.Shape))
	}
	if w := f.Shape[1]; w >= 0 && int(w) != len(p.Fitted) {
		return nil, model.Inputf("%d columns, the model is fitted on %d", w, len(p.Fitted))
	}
	return []model.Fact{{Kind: f.Kind, DType: f.DType, Shape: []model.Dim{f.Shape[0], model.Dim(len(p.Index))}}}, nil
}

// order is the table's columns that are picked: by name where both sides have
// names, so that others may be missing, more, or elsewhere; else by place.
func (p *Pick) order(t *tensor.Table) ([]int, error) {
	named := slices.ContainsFunc(t.Columns, func(c tensor.Column) bool { return c.Name != "" })
	names := op.Names(p.Fitted)
	if len(names) == 0 || !named {
		if len(t.Columns) != len(p.Fitted) {
			return nil, model.Inputf("%d columns, the model is fitted on %d", len(t.Columns), len(p.Fitted))
		}
		return p.Index, nil
	}
	idx := make([]int, len(p.Index))
	var missing []string
	for k, i := range p.Index {
		if idx[k] = t.Column(names[i]); idx[k] < 0 {
			missing = append(missing, names[i])
		}
	}
	if p.Strict && len(t.Columns) != len(p.Fitted) {
		return nil, model.Inputf("%d columns, the model is fitted on %d", len(t.Columns), len(p.Fitted))
	}
	if missing != nil {
		return nil, model.Inputf("columns are missing: %s", strings.Join(missing, ", "))
	}
	return idx, nil
}

// Bind picks the copy for the kind.
func (p *Pick) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	switch in[0].Kind {
	case model.Table:
		idx, err := p.order(op.Layout(in[0], p.Fitted))
		if err != nil {
			return nil, err
		}
		return func(c *model.Call, in, out []model.Value) error {
			t := in[0].(*tensor.Table)
			if t.N == 0 && !p.NoRows {
				return model.Inputf("no rows, one at least is needed")
			}
			o := &tensor.Table{N: t.N, Columns: make([]tensor.Column, len(idx))}
			for k, i := range idx {
				o.Columns[k] = t.Columns[i]
			}
			out[0] = o
			return nil
		}, nil
	case model.Sparse:
		return p.sparse, nil
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, o := in[0].(*tensor.Tensor), out[0].(*tensor.Tensor)
		n, w, k := x.Dim(0), x.Dim(1), len(p.Index)
		if w != len(p.Fitted) {
			return model.Inputf("%d columns, the model is fitted on %d", w, len(p.Fitted))
		}
		if x.DType() == tensor.String {
			from, to := tensor.Data[string](x), tensor.Data[string](o)
			for r := range n {
				for j, i := range p.Index {
					to[r*k+j] = from[r*w+i]
				}
			}
			return nil
		}
		sz, from, to := x.DType().Size(), x.Bytes(), o.Bytes()
		if sz == 8 && k > 0 && n > 0 && x.DType() == tensor.Float64 {
			a, b := tensor.Data[float64](x), tensor.Data[float64](o)
			for r := range n {
				for j, i := range p.Index {
					b[r*k+j] = a[r*w+i]
				}
			}
			return nil
		}
		for r := range n {
			for j, i := range p.Index {
				copy(to[(r*k+j)*sz:(r*k+j+1)*sz], from[(r*w+i)*sz:])
			}
		}
		return nil
	}, nil
}

func (p *Pick) sparse(c *model.Call, in, out []model.Value) error {
	s := in[0].(*tensor.Sparse)
	if s.Cols != len(p.Fitted) {
		return model.Inputf("%d columns, the model is fitted on %d", s.Cols, len(p.Fitted))
	}
	places := make([][]int64, s.Cols) // of each column, where it goes
	for j, i := range p.Index {
		places[i] = append(places[i], int64(j))
	}
	o := &tensor.Sparse{Rows: s.Rows, Cols: len(p.Index), Indptr: make([]int64, s.Rows+1), IndexDType: s.IndexDType}
	var from []int
	for r := range s.Rows {
		for e := s.Indptr[r]; e < s.Indptr[r+1]; e++ {
			for _, j := range places[s.Indices[e]] {
				o.Indices = append(o.Indices, j)
				from = append(from, int(e))
			}
		}
		o.Indptr[r+1] = int64(len(o.Indices))
	}
	o.Data = gather(s.Data, from)
	out[0] = o
	return nil
}

// gather is some elements of a numeric tensor.
func gather(t *tensor.Tensor, from []int) *tensor.Tensor {
	o := tensor.New(t.DType(), len(from))
	sz := t.DType().Size()
	for i, e := range from {
		copy(o.Bytes()[i*sz:(i+1)*sz], t.Bytes()[e*sz:])
	}
	return o
}
