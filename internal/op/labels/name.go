package labels

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Named turns the numbers of labels into names.
//
// in: integers of any shape, each in [0, len(Names)); out: strings of that
// shape.
type Named struct{ Names []string }

var _ model.Op = (*Named)(nil)

// Name is "names".
func (*Named) Name() string { return "names" }

// Infer asks for integers.
func (*Named) Infer(in []model.Fact) ([]model.Fact, error) {
	if !in[0].DType.IsInteger() {
		return nil, model.Unsupportedf("names for labels of type %s", in[0].DType)
	}
	return []model.Fact{model.DenseFact(tensor.String, in[0].Shape...)}, nil
}

// Bind needs nothing.
func (n *Named) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(_ *model.Call, in, out []model.Value) error {
		x, o := in[0].(*tensor.Tensor), out[0].(*tensor.Tensor)
		o.Reset(tensor.String, x.Shape()...)
		names := tensor.Data[string](o)
		for i := range names {
			k := x.Int(i)
			if k < 0 || k >= int64(len(n.Names)) {
				return document.Errorf(document.ErrCorrupt, "", "", -1, "label %d of %d", k, len(n.Names))
			}
			names[i] = n.Names[k]
		}
		return nil
	}, nil
}
