package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/trees"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// treeRows is sklearn.tree. Trees are exact.
var treeRows = []Row{
	{Path: "sklearn.tree._classes.DecisionTreeClassifier", Lift: liftTreeClassifier, Harmless: treeHarmless, Tolerance: logs},
	{Path: "sklearn.tree._classes.DecisionTreeRegressor", Lift: liftTreeRegressor, Harmless: treeHarmless},
	{Path: "sklearn.tree._classes.ExtraTreeClassifier", Lift: liftTreeClassifier, Harmless: treeHarmless, Tolerance: logs},
	{Path: "sklearn.tree._classes.ExtraTreeRegressor", Lift: liftTreeRegressor, Harmless: treeHarmless},
}

// logs is the tolerance of the logarithm of an exact number.
var logs = map[string]model.Tolerance{"predict_log_proba": {Rel: 1e-15}}

// treeHarmless is what fit alone reads.
var treeHarmless = []string{"ccp_alpha", "class_weight", "criterion", "max_depth", "max_features", "max_features_", "max_leaf_nodes",
	"min_impurity_decrease", "min_impurity_split", "min_samples_leaf", "min_samples_split", "min_weight_fraction_leaf",
	"monotonic_cst", "n_features_", "presort", "splitter"}

// liftTreeClassifier is sklearn/tree/_classes.py, DecisionTreeClassifier.
func liftTreeClassifier(e *Estimator) {
	widths := e.outputs(true)
	t := e.tree(widths)
	if e.Err() != nil {
		return
	}
	e.ensemble(&trees.Ensemble{Features: e.Features, Widths: widths}, []*node{t}, t.nan)
}

func liftTreeRegressor(e *Estimator) {
	widths := e.outputs(false)
	t := e.tree(widths)
	if e.Err() != nil {
		return
	}
	e.ensemble(&trees.Ensemble{Features: e.Features, Widths: widths}, []*node{t}, t.nan)
}

// outputs reads n_outputs_ and, of a classifier, classes_ and n_classes_: the
// number of values of each output.
func (e *Estimator) outputs(classifier bool) []int {
	n := e.Int("n_outputs_")
	if e.Err() == nil && (n < 1 || n > 1<<20) {
		e.FailAt("n_outputs_", document.ErrCorrupt, "%d", n)
	}
	if e.Err() != nil {
		return nil
	}
	widths := make([]int, n)
	for i := range widths {
		widths[i] = 1
	}
	if !classifier {
		e.Harmless("n_classes_", "classes_") // 0.24 keeps None or 1 there
		return widths
	}
	count := e.Int64s("n_classes_")
	if n == 1 {
		e.Object.Classes = []*tensor.Tensor{e.classes(e.Reader, "classes_")}
	} else {
		list := e.List("classes_")
		if e.Err() == nil && list.Len() != n {
			e.FailAt("classes_", document.ErrCorrupt, "%d sets of labels for %d outputs", list.Len(), n)
		}
		for i := range n {
			e.Object.Classes = append(e.Object.Classes, e.classes(list, op.Itoa(i)))
		}
	}
	if e.Err() == nil && count.Len() != n {
		e.FailAt("n_classes_", document.ErrCorrupt, "%d numbers for %d outputs", count.Len(), n)
	}
	if e.Err() != nil {
		return nil
	}
	for i := range widths {
		widths[i] = e.Object.Classes[i].Len()
		if int64(widths[i]) != count.Int(i) {
			e.FailAt("n_classes_", document.ErrCorrupt, "%d, but there are %d labels", count.Int(i), widths[i])
			return nil
		}
	}
	return widths
}

// ensemble gives a tree or a forest its methods.
func (e *Estimator) ensemble(s *trees.Ensemble, nodes []*node, nan bool) {
	s.Trees = len(nodes)
	s.Load, s.Fault = loader(nodes, s), faults(nodes, e)
	e.takesMatrix()
	single := e.Has("tree_")
	check := e.check(validate.Finite, true)
	check.Keep, check.To = nil, tensor.Float32
	if nan {
		check.Allow, check.DenseNaN = validate.NaN, true
	}
	counts := nodes[0].counts
	x := func(b *model.Builder, in model.Ref) model.Ref { return b.Add(check, in) }
	all := func(b *model.Builder, r model.Ref) []model.Ref {
		out := make([]model.Ref, len(s.Widths))
		for i := range out {
			out[i] = r.At(i)
		}
		return out
	}
	e.one("apply", func(b *model.Builder, in model.Ref) model.Ref {
		return b.Add(&trees.Leaf{Ensemble: s, Flat: single}, x(b, in))
	})
	path := &trees.Path{Ensemble: s, Single: single, Index: tensor.Int32, NaNRight: e.Version.before(1, 8)}
	if single && !e.Version.before(1, 9) {
		path.Index = tensor.Int64 // a csr_array keeps what it is given; csr_matrix, and hstack, choose
	}
	if single {
		e.one("decision_path", func(b *model.Builder, in model.Ref) model.Ref { return b.Add(path, x(b, in)) })
	} else {
		e.method("decision_path", func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
			r := b.Add(path, x(b, in[0]))
			return []model.Ref{r, r.At(1)}, nil
		}, "0", "1")
	}
	if e.Object.Classes == nil {
		e.one("predict", func(b *model.Builder, in model.Ref) model.Ref {
			return b.Add(&trees.Mean{Ensemble: s, Flat: true, Sum: single}, x(b, in))
		})
		return
	}
	fractions := &trees.Mean{Ensemble: s, Counts: counts, Sum: single}
	// A single tree's label is that of the largest count, not of the largest
	// fraction: before 1.3 that may differ in the last bit.
	votes := fractions
	if single && counts {
		votes = &trees.Mean{Ensemble: s, Sum: true}
	}
	e.counted(
		func(b *model.Builder, in model.Ref) []model.Ref { return all(b, b.Add(votes, x(b, in))) },
		func(b *model.Builder, in model.Ref) []model.Ref { return all(b, b.Add(fractions, x(b, in))) })
}
