package impute

import (
	"math"

	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Restore undoes a Fill that appended marks. It follows scikit-learn to the
// letter: a column whose marks are all set among the given rows counts as one
// that the imputer dropped. So an answer depends on all rows together.
//
// in: [N, kept + marks] numbers; out: float64 [N, Features].
type Restore struct {
	Placeholder op.Cell
	Features    int
	Marks       []int
}

var _ model.Op = (*Restore)(nil)

// Name is "restore missing".
func (o *Restore) Name() string { return "restore missing" }

// Infer leaves the number of rows open, so that no caller cuts them.
func (o *Restore) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	if f.Kind != model.Dense || len(f.Shape) != 2 || !f.DType.IsNumeric() {
		return nil, model.Inputf("a matrix of numbers is needed, not %s", f)
	}
	if w := f.Shape[1]; w >= 0 && int(w) < len(o.Marks) {
		return nil, model.Inputf("%d columns, %d are marks alone", w, len(o.Marks))
	}
	if o.Placeholder.Kind == op.Text {
		return nil, model.Inputf("text stands for missing, which no matrix of numbers holds")
	}
	return []model.Fact{model.DenseFact(tensor.Float64, model.Unknown, model.Dim(o.Features))}, nil
}

// Bind needs nothing.
func (o *Restore) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		x := in[0].(*tensor.Tensor)
		n, w := x.Dim(0), x.Dim(1)
		kept := w - len(o.Marks)
		t := out[0].(*tensor.Tensor)
		t.Reset(tensor.Float64, n, o.Features)
		to := tensor.Data[float64](t)
		clear(to)
		full := make([]bool, len(to))
		for j, i := range o.Marks {
			for r := range n {
				if x.Float(r*w+kept+j) != 0 {
					to[r*o.Features+i], full[r*o.Features+i] = 1, true
				}
			}
		}
		col := 0
		for from := 0; from < kept; col++ {
			if col >= o.Features {
				return model.Inputf("%d columns and %d marks do not fit into the %d that the model was fitted on", kept, len(o.Marks), o.Features)
			}
			all := true
			for r := range n {
				all = all && to[r*o.Features+col] != 0
			}
			if all {
				continue
			}
			for r := range n {
				to[r*o.Features+col] = x.Float(r*w + from)
			}
			from++
		}
		with := o.Placeholder.Num
		if o.Placeholder.IsMissing() {
			with = nan
		}
		for i, m := range full {
			if m {
				to[i] = with
			}
		}
		return nil
	}, nil
}

var nan = math.NaN()
