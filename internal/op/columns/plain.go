package columns

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Plain is the form in which an answer leaves the graph: a table whose columns
// are all text or all numbers, with nothing missing, becomes a matrix.
//
// in: anything; out: the same, or the matrix.
type Plain struct{}

var _ model.Op = Plain{}

// Name is "plain".
func (Plain) Name() string { return "plain" }

// sure is the matrix's type where the fact alone settles that there is one.
func (Plain) sure(f model.Fact) (tensor.DType, bool) {
	t := op.Empty(f)
	if t == nil || len(t.Columns) == 0 {
		return tensor.Invalid, false
	}
	for i := range t.Columns {
		if t.Columns[i].Missing != nil || t.Columns[i].Categories != nil {
			return tensor.Invalid, false
		}
	}
	d := op.Sort(t.Columns)
	return d, d != tensor.Invalid
}

// Infer says a matrix where that is sure, else the input's fact.
func (p Plain) Infer(in []model.Fact) ([]model.Fact, error) {
	if d, ok := p.sure(in[0]); ok {
		return []model.Fact{model.DenseFact(d, in[0].Shape...)}, nil
	}
	return in[:1], nil
}

// Bind copies where there is a table.
func (p Plain) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	if in[0].Kind != model.Table {
		return func(c *model.Call, in, out []model.Value) error { out[0] = in[0]; return nil }, nil
	}
	return func(c *model.Call, in, out []model.Value) error {
		t, ok := in[0].(*tensor.Table)
		if !ok {
			out[0] = in[0]
			return nil
		}
		for i := range t.Columns {
			for _, m := range t.Columns[i].Missing {
				if m != tensor.Present {
					out[0] = t
					return nil
				}
			}
		}
		cols := make([]tensor.Column, len(t.Columns))
		copy(cols, t.Columns)
		for i := range cols {
			cols[i].Missing = nil
			if cols[i].Categories != nil {
				out[0] = t
				return nil
			}
		}
		d := op.Sort(cols)
		if d == tensor.Invalid {
			out[0] = t
			return nil
		}
		o, ok := out[0].(*tensor.Tensor)
		if !ok {
			o = &tensor.Tensor{}
			out[0] = o
		}
		if d != tensor.String {
			return side(o, []model.Value{&tensor.Table{N: t.N, Columns: cols}}, d)
		}
		p := len(cols)
		o.Reset(d, t.N, p)
		to := tensor.Data[string](o)
		for k := range cols {
			for r, v := range tensor.Data[string](cols[k].Values) {
				to[r*p+k] = v
			}
		}
		return nil
	}, nil
}
