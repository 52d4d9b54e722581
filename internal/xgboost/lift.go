package xgboost

import (
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

const framework = "xgboost"

// Lift says what a document means: a model document, or a snapshot around one.
func Lift(root jsontree.Node) (*model.Model, error) {
	o, err := Object(root)
	if err != nil {
		return nil, err
	}
	return Model(o)
}

// Object is the object of a document: the wrapper that saved it, or a Booster.
func Object(root jsontree.Node) (*model.Object, error) {
	b, err := readBooster(root)
	if err != nil {
		return nil, err
	}
	w, err := b.attrWrapper()
	if err != nil {
		return nil, err
	}
	return b.object(w), nil
}

// Model is a model of one object with a signature for each of its methods.
func Model(o *model.Object) (*model.Model, error) {
	m := &model.Model{Root: o, Default: "predict"}
	for _, method := range o.Methods {
		s, err := model.Sign(o, method.Name)
		if err != nil {
			return nil, err
		}
		m.Signatures = append(m.Signatures, s)
	}
	return m, nil
}

// object makes the model's view of a booster under a wrapper.
func (b *Booster) object(w wrapper) *model.Object {
	wiring := &wiring{b, w}
	o := &model.Object{
		Path: b.node.Path(), Framework: framework, Version: b.version.String(), Class: w.class,
		In: wiring.port(), Methods: wiring.methods(), Data: &Saved{Booster: b, wrapper: w},
	}
	if o.Class == "" {
		o.Class = "xgboost.core.Booster"
	}
	set := func(name string, v any) { o.Config = append(o.Config, model.Setting{Name: name, Value: v}) }
	set("booster", b.kind)
	set("objective", b.objective.name)
	set("num_feature", int64(b.features))
	if b.classes > 0 {
		set("num_class", int64(b.classes))
	}
	if b.targets > 1 {
		set("num_target", int64(b.targets))
	}
	scores := make([]any, len(b.baseScore))
	for i, v := range b.baseScore {
		scores[i] = float64(v)
	}
	set("base_score", scores)
	if b.ensemble != nil {
		nodes := int64(0)
		for i := range b.ensemble.Forest.Trees {
			nodes += int64(b.ensemble.Forest.Trees[i].Nodes())
		}
		set("num_rounds", int64(b.rounds()))
		set("num_trees", int64(len(b.ensemble.Values)))
		set("num_nodes", nodes)
	}
	if w.best > 0 {
		set("best_iteration", int64(w.best-1))
	}
	if b.coefs != nil {
		weights := tensor.Of(b.coefs.Weights, b.features+1, b.outputs())
		n := b.node
		for _, k := range []string{"learner", "gradient_booster", "model", "weights"} {
			n, _ = n.Get(k)
		}
		o.Params = append(o.Params, model.Param{Name: "weights", Path: n.Path(), Lazy: tensor.Lazy{
			DType: tensor.Float32, Shape: weights.Shape(), Load: func() (*tensor.Tensor, error) { return weights, nil }}})
	}
	if w.classifier() {
		labels := make([]int64, w.nClasses)
		for i := range labels {
			labels[i] = int64(i)
		}
		o.Classes = []*tensor.Tensor{tensor.Of(labels)}
		if w.labels != nil {
			o.Classes[0] = w.labels
		}
	}
	return o
}

// Saved is what an object of this package has in its Data.
type Saved struct {
	*Booster
	wrapper wrapper
}
