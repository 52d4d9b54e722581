package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/trees"
	"github.com/larder-ml/larder/internal/pyobj"
)

// ensembleRows is sklearn.ensemble. Forests are exact: trees are added in their
// order, as the library does with one job.
var ensembleRows = []Row{
	{Path: "sklearn.ensemble._forest.ExtraTreesClassifier", Lift: liftForestClassifier, Harmless: forestHarmless, Tolerance: logs},
	{Path: "sklearn.ensemble._forest.ExtraTreesRegressor", Lift: liftForestRegressor, Harmless: forestHarmless},
	{Path: "sklearn.ensemble._forest.RandomForestClassifier", Lift: liftForestClassifier, Harmless: forestHarmless, Tolerance: logs},
	{Path: "sklearn.ensemble._forest.RandomForestRegressor", Lift: liftForestRegressor, Harmless: forestHarmless},
}

// forestHarmless is what fit alone reads, the templates of the trees among it.
var forestHarmless = append([]string{"base_estimator", "base_estimator_", "bootstrap", "estimator", "estimator_",
	"estimator_params", "max_samples", "n_estimators", "oob_decision_function_", "oob_prediction_", "oob_score", "oob_score_",
	"_n_samples", "_n_samples_bootstrap", "_sample_weight"}, treeHarmless...)

// liftForestClassifier is sklearn/ensemble/_forest.py, ForestClassifier.
func liftForestClassifier(e *Estimator) { e.forest(e.outputs(true)) }

// liftForestRegressor is ForestRegressor.
func liftForestRegressor(e *Estimator) { e.forest(e.outputs(false)) }

func (e *Estimator) forest(widths []int) {
	list := e.List("estimators_")
	if e.Err() == nil && list.Len() == 0 {
		e.FailAt("estimators_", document.ErrCorrupt, "no trees")
	}
	if e.Err() != nil {
		return
	}
	nodes := make([]*node, list.Len())
	for i := range nodes {
		nodes[i] = e.member(list.Child(op.Itoa(i)), widths)
		if e.Err() != nil {
			return
		}
		if nodes[i].counts != nodes[0].counts {
			e.FailAt("estimators_", document.ErrCorrupt, "trees of several versions of scikit-learn")
			return
		}
	}
	// The library asks the first tree (since 1.4; before, forests took none).
	nan := nodes[0].nan && !e.Version.before(1, 4)
	e.ensemble(&trees.Ensemble{Features: e.Features, Widths: widths}, nodes, nan)
}

// member reads one tree of a forest, which is an estimator of its own.
func (e *Estimator) member(r *pyobj.Reader, widths []int) *node {
	row := e.inner.Row(r.Class())
	if e.Err() != nil {
		return nil
	}
	if row == nil || !r.Has("tree_") {
		r.Fail(document.ErrUnsupported, "a %s among the trees of a forest", r.Class())
		return nil
	}
	t := newEstimator(e.inner, row, r)
	t.Mark("n_outputs_", "n_classes_", "classes_") // the forest's hold
	n := t.tree(widths)
	if t.Err() == nil && t.Features != e.Features && e.Features >= 0 {
		r.Fail(document.ErrCorrupt, "a tree of %d features in a forest of %d", t.Features, e.Features)
	}
	if e.Features < 0 {
		e.Features = t.Features
	}
	t.Harmless(harmless...)
	t.Harmless(row.Harmless...)
	return n
}
