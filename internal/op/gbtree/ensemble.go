package gbtree

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Ensemble is the trees of a booster. It is what the ops of one booster share,
// and the owner of what they pack.
type Ensemble struct {
	Forest *forest.Forest[float32]
	// Values[t] are the leaf values of tree t by node, width of them each; see
	// forest.Payload.
	Values [][]float32
	Group  []int32   // the group of each tree
	Groups int       // outputs
	Base   []float32 // of each group, as a margin
	Weight []float32 // of each tree (DART); nil is 1 for all
	Rounds []int32   // the first tree of each round, then the number of trees
	// Cover reads the covers of each tree by node, when they are asked for.
	Cover func() ([][]float32, error)
	// BaseLast says that the base score is added after the leaves, as the first
	// versions of XGBoost do.
	BaseLast bool
}

func (e *Ensemble) walker(b model.Binder) (*forest.Walker[float32], error) {
	v, err := b.Pack(e, "walker", func() (any, error) { return forest.Compile(e.Forest) })
	if err != nil {
		return nil, err
	}
	return v.(*forest.Walker[float32]), nil
}

// sum is the leaf sums with tree weights in the leaves; rounded is as in Margin.
func (e *Ensemble) sum(b model.Binder, rounded bool) (*forest.Sum[float32, float32], error) {
	rounded = rounded && e.Weight != nil
	key := "sum"
	if rounded {
		key = "sum rounded"
	}
	v, err := b.Pack(e, key, func() (any, error) {
		w, err := e.walker(b)
		if err != nil {
			return nil, err
		}
		p := &forest.Payload[float32]{Outputs: e.Groups, Values: e.Values, Group: e.Group}
		if e.Weight != nil {
			p.Values = make([][]float32, len(e.Values))
			for t, v := range e.Values {
				p.Values[t] = make([]float32, len(v))
				base, weight := e.Base[e.Group[t]], e.Weight[t]
				for i, leaf := range v {
					if rounded {
						leaf = float32(base+leaf) - base
					}
					p.Values[t][i] = leaf * weight
				}
			}
		}
		return forest.NewSum(w, p)
	})
	if err != nil {
		return nil, err
	}
	return v.(*forest.Sum[float32, float32]), nil
}

// Range is the parameter iteration_range and what it means.
type Range struct {
	// Best is the number of rounds that the default takes: the scikit-learn
	// wrapper stops after the best one. 0 is all rounds.
	Best int
	// FromStart says that the range must begin at 0.
	FromStart bool
}

// RangeParam is the parameter's port.
func RangeParam() model.Port {
	return model.Port{
		Name: "iteration_range", DType: tensor.Int64, Shape: []model.Dim{2},
		Default: tensor.Of([]int64{0, 0}),
		Doc:     "boosting rounds from:to; to 0 is the last, or the best one where the file is a wrapper's",
	}
}

// MissingParam is the port of the parameter missing.
func MissingParam(value float32) model.Port {
	return model.Port{
		Name: "missing", DType: tensor.Float32, Shape: []model.Dim{},
		Default: tensor.Scalar(value),
		Doc:     "a value that counts as missing beside NaN",
	}
}

// trees is the range of trees for the parameter's value.
func (e *Ensemble) trees(r Range, f model.Fact) (from, to int, err error) {
	t, ok := f.Const.(*tensor.Tensor)
	if !ok || !t.DType().IsInteger() || t.Len() != 2 {
		return 0, 0, model.Inputf("iteration_range is two integers, from and to")
	}
	begin, end := t.Int(0), t.Int(1)
	rounds := int64(len(e.Rounds) - 1)
	if end == 0 && r.Best > 0 {
		begin, end = 0, int64(r.Best)
	}
	if end == 0 {
		end = rounds
	}
	switch {
	case begin < 0 || end < 0 || begin > end:
		return 0, 0, model.Inputf("iteration_range %d:%d", begin, end)
	case end > rounds:
		return 0, 0, model.Inputf("iteration_range %d:%d, the model has %d rounds", begin, end, rounds)
	case begin > 0 && r.FromStart:
		return 0, 0, model.Inputf("iteration_range %d:%d must begin at 0 here", begin, end)
	}
	return int(e.Rounds[begin]), int(e.Rounds[end]), nil
}

// shape is [N] for one group and [N, groups] for more.
func shape(groups int) []model.Dim {
	if groups == 1 {
		return []model.Dim{model.Rows}
	}
	return []model.Dim{model.Rows, model.Dim(groups)}
}

// empty makes an answer to zero rows what XGBoost makes it, and says whether
// there are none.
func empty(c *model.Call, out model.Value) bool {
	if c.Rows > 0 {
		return false
	}
	t := out.(*tensor.Tensor)
	t.Reset(t.DType(), 0)
	return true
}
