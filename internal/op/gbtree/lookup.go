package gbtree

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Lookup turns labels counted from 0 into the labels of a classifier, as the
// wrapper does before XGBoost 1.6.
//
// in: int64 [N]; out: [N] of the labels' type.
type Lookup struct {
	Labels *tensor.Tensor // rank 1: Int64, Float64 or String
}

// Name is "gbtree lookup".
func (l *Lookup) Name() string { return "gbtree lookup" }

// Infer says the type.
func (l *Lookup) Infer([]model.Fact) ([]model.Fact, error) {
	return []model.Fact{model.DenseFact(l.Labels.DType(), model.Rows)}, nil
}

// Bind picks the loop.
func (l *Lookup) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		if empty(c, out[0]) {
			return nil
		}
		x, o := tensor.Data[int64](in[0].(*tensor.Tensor)), out[0].(*tensor.Tensor)
		switch l.Labels.DType() {
		case tensor.String:
			return look(tensor.Data[string](o), tensor.Data[string](l.Labels), x)
		case tensor.Float64:
			return look(tensor.Data[float64](o), tensor.Data[float64](l.Labels), x)
		case tensor.Int64:
			return look(tensor.Data[int64](o), tensor.Data[int64](l.Labels), x)
		}
		return model.Unsupportedf("labels of type %s", l.Labels.DType())
	}, nil
}

func look[T any](o, labels []T, x []int64) error {
	for i, k := range x {
		if k < 0 || k >= int64(len(labels)) {
			return model.Unsupportedf("class %d, there are %d labels", k, len(labels))
		}
		o[i] = labels[k]
	}
	return nil
}
