package validate

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Table makes the input a table of the columns that a model was fitted on, in
// their order. Types stay as they are.
//
// in: a table or a dense matrix of numbers or text; out: the table.
type Table struct {
	Of     string         // whose input it is, for messages
	Fitted []model.Column // what the model was fitted on
	NoRows bool           // zero rows are taken
}

var _ model.Op = (*Table)(nil)

// Name is "validate table".
func (v *Table) Name() string { return "validate table" }

// Infer checks kind, dimensions and columns.
func (v *Table) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	switch f.Kind {
	case model.Table:
		t := op.Layout(f, v.Fitted)
		if t == nil {
			return nil, model.Unsupportedf("a table of unknown columns as the input of %s", v.Of)
		}
		idx, err := order(v.Of, t, op.Names(v.Fitted), len(v.Fitted))
		if err != nil {
			return nil, err
		}
		cols := make([]tensor.Column, len(idx))
		for k, i := range idx {
			cols[k] = t.Columns[i]
			if d := cols[k].Values.DType(); d != tensor.String && !d.IsNumeric() {
				return nil, model.Inputf("column %s is %s, %s takes none", cols[k].Name, d, v.Of)
			}
			if cols[k].Missing == nil {
				cols[k].Missing = []tensor.Missing{} // may be there in the next call
			}
		}
		return []model.Fact{op.TableFact(cols)}, nil
	case model.Dense:
		if len(f.Shape) != 2 {
			return nil, model.Inputf("%s takes a matrix of rows and features, not %d dimensions", v.Of, len(f.Shape))
		}
		if w := f.Shape[1]; w >= 0 && int(w) != len(v.Fitted) {
			return nil, model.Inputf("%d features, %s is fitted on %d", w, v.Of, len(v.Fitted))
		}
		if f.DType == tensor.Invalid || f.DType == tensor.Complex64 || f.DType == tensor.Complex128 {
			return nil, model.Inputf("%s takes no %s", v.Of, f.DType)
		}
		return []model.Fact{op.TableFact(op.Columns(tensor.New(f.DType, 0, len(v.Fitted)), op.Names(v.Fitted)))}, nil
	}
	return nil, model.Inputf("%s takes no %s matrix", v.Of, f.Kind)
}

// Bind looks the columns up.
func (v *Table) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	if in[0].Kind == model.Dense {
		return func(c *model.Call, in, out []model.Value) error {
			x := in[0].(*tensor.Tensor)
			if x.Dim(0) == 0 && !v.NoRows {
				return model.Inputf("no rows, %s takes one at least", v.Of)
			}
			if x.Dim(1) != len(v.Fitted) {
				return model.Inputf("%d features, %s is fitted on %d", x.Dim(1), v.Of, len(v.Fitted))
			}
			out[0] = &tensor.Table{N: x.Dim(0), Columns: op.Columns(x, op.Names(v.Fitted))}
			return nil
		}, nil
	}
	idx, err := order(v.Of, op.Layout(in[0], v.Fitted), op.Names(v.Fitted), len(v.Fitted))
	if err != nil {
		return nil, err
	}
	return func(c *model.Call, in, out []model.Value) error {
		t := in[0].(*tensor.Table)
		if t.N == 0 && !v.NoRows {
			return model.Inputf("no rows, %s takes one at least", v.Of)
		}
		o := &tensor.Table{N: t.N, Columns: make([]tensor.Column, len(idx))}
		for k, i := range idx {
			o.Columns[k] = t.Columns[i]
		}
		out[0] = o
		return nil
	}, nil
}
