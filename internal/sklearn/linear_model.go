package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op/linear"
	"github.com/larder-ml/larder/internal/op/proba"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// linearRows is sklearn.linear_model.
var linearRows = []Row{
	{
		Path: "sklearn.linear_model._base.LinearRegression",
		Lift: liftLinearRegressor,
		Lower: []string{"fit_intercept", "copy_X", "tol", "n_jobs", "positive", "feature_names_in_", "n_features_in_", "coef_",
			"rank_", "singular_", "intercept_"},
		Harmless:  []string{"normalize", "positive", "rank_", "singular_", "_residues", "fit_intercept"},
		Tolerance: sums,
		Float32:   sums32,
	},
	{
		Path:      "sklearn.linear_model._coordinate_descent.ElasticNet",
		Lift:      liftLinearRegressor,
		Harmless:  coordinateDescent,
		Tolerance: map[string]model.Tolerance{"predict": {Rel: 1e-12, Abs: 1e-14}},
		Float32:   sums32,
	},
	{
		Path:      "sklearn.linear_model._coordinate_descent.Lasso",
		Lift:      liftLinearRegressor,
		Harmless:  coordinateDescent,
		Tolerance: sums,
		Float32:   sums32,
	},
	{
		Path: "sklearn.linear_model._logistic.LogisticRegression",
		Lift: liftLogisticRegression,
		Lower: []string{"penalty", "C", "l1_ratio", "dual", "tol", "fit_intercept", "intercept_scaling", "class_weight",
			"random_state", "solver", "max_iter", "verbose", "warm_start", "n_jobs", "feature_names_in_", "n_features_in_", "classes_",
			"n_iter_", "coef_", "intercept_"},
		Harmless: []string{"C", "class_weight", "dual", "fit_intercept", "intercept_scaling", "l1_ratio",
			"penalty"},
		Tolerance: map[string]model.Tolerance{
			"decision_function": {Rel: 4e-14, Abs: 2e-13},
			"predict_log_proba": {Rel: 2e-13, Abs: 2e-13},
			"predict_proba":     {Rel: 2e-13, Abs: 5e-15},
		},
		Float32: map[string]model.Tolerance{
			"decision_function": {Rel: 2e-5, Abs: 1e-5},
			"predict_log_proba": {Rel: 2e-5, Abs: 1e-5},
			"predict_proba":     {Rel: 5e-6, Abs: 1e-6},
		},
	},
	{
		Path:      "sklearn.linear_model._ridge.Ridge",
		Lift:      liftLinearRegressor,
		Harmless:  []string{"alpha", "fit_intercept", "normalize", "_normalize", "positive", "solver", "solver_"},
		Tolerance: sums,
		Float32:   sums32,
	},
}

// coordinateDescent is what fit alone reads.
var coordinateDescent = []string{"alpha", "dual_gap_", "fit_intercept", "l1_ratio", "normalize", "positive", "precompute", "selection"}

// The tolerances of X·w + b, which BLAS adds in another order: what was
// measured, times ten at most.
var (
	sums   = map[string]model.Tolerance{"predict": {Rel: 1e-12, Abs: 2e-13}}
	sums32 = map[string]model.Tolerance{"predict": {Rel: 1e-6, Abs: 2e-5}}
)

// liftLinearRegressor is sklearn/linear_model/_base.py, LinearModel:
// X @ coef_.T + intercept_, where coef_ has one dimension for one target.
func liftLinearRegressor(e *Estimator) {
	coef := e.floats("coef_")
	switch {
	case e.Err() != nil:
		return
	case coef.Rank() == 0, coef.Rank() > 2:
		e.FailAt("coef_", document.ErrCorrupt, "has %d dimensions", coef.Rank())
		return
	}
	flat := coef.Rank() == 1
	p := coef.Dim(coef.Rank() - 1)
	if e.Features < 0 {
		e.Features = p
	}
	if p != e.Features {
		e.FailAt("coef_", document.ErrCorrupt, "has %d columns for %d features", p, e.Features)
		return
	}
	targets := coef.Len() / max(p, 1)
	coef, err := coef.Reshape(targets, p)
	if err != nil || p == 0 {
		e.FailAt("coef_", document.ErrCorrupt, "has shape %v", coef.Shape())
		return
	}
	intercept := e.intercept(targets, coef.DType())
	e.takesMatrix()
	check, product := e.check(validate.Finite, true), &linear.Affine{Coef: coef, Intercept: intercept, Flat: flat}
	e.one("predict", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(product, b.Add(check, x)) })
	e.loosen(coef)
}

// intercept is intercept_: an array, a numpy scalar with a type of its own, or
// Python's 0.0, which changes neither value nor type.
func (e *Estimator) intercept(targets int, product tensor.DType) *tensor.Tensor {
	v := e.Value("intercept_")
	if e.Err() != nil {
		return nil
	}
	x, err := pyobj.Scalar(v)
	f, ok := x.(float64)
	if err != nil || !ok {
		t := e.floats("intercept_")
		if e.Err() == nil && t.Len() != targets && t.Len() != 1 {
			e.FailAt("intercept_", document.ErrCorrupt, "has %d values for %d targets", t.Len(), targets)
		}
		return spread(t, targets)
	}
	if d := scalarType(v, e.Env()); d != tensor.Invalid {
		product = d
	} else if f == 0 {
		return nil
	}
	t, err := tensor.Of([]float64{f}).Convert(product)
	if err != nil {
		return nil
	}
	return spread(t, targets)
}

// scalarType is the type of a numpy scalar; Invalid for Python's.
func scalarType(v pickle.Value, env *pyobj.Env) tensor.DType {
	if v.Kind() != pickle.Instance || v.Args().Kind() != pickle.Tuple || v.Args().Len() == 0 {
		return tensor.Invalid
	}
	d, err := pyobj.DTypeOf(v.Args().Item(0), env)
	if err != nil {
		return tensor.Invalid
	}
	return d.Tensor()
}

// spread repeats a single value.
func spread(t *tensor.Tensor, n int) *tensor.Tensor {
	if t.Len() == n || t.Len() != 1 {
		return t
	}
	o := tensor.New(t.DType(), n)
	sz := t.DType().Size()
	for i := range n {
		copy(o.Bytes()[i*sz:], t.Bytes())
	}
	return o
}

// loosen gives methods the row's tolerance of float32 where that is what the
// model computes in.
func (e *Estimator) loosen(coef *tensor.Tensor) {
	if coef.DType() == tensor.Float32 {
		for i := range e.Object.Methods {
			m := &e.Object.Methods[i]
			m.Tolerance, m.Variant = e.Row.Float32[m.Name], "float32"
		}
	}
}

// liftLogisticRegression is sklearn/linear_model/_logistic.py and, for the
// scores, LinearClassifierMixin of _base.py.
func liftLogisticRegression(e *Estimator) {
	classes := e.classes(e.Reader, "classes_")
	scores := classes.Len()
	if scores == 2 {
		scores = 1
	}
	coef := e.floats("coef_", scores, e.Features)
	intercept := e.floats("intercept_", -1)
	if e.Err() != nil {
		return
	}
	if n := intercept.Len(); n != scores && n != 1 {
		e.FailAt("intercept_", document.ErrCorrupt, "has %d values for %d scores", n, scores)
		return
	}
	intercept = spread(intercept, scores)
	e.Features = coef.Dim(1)
	e.Object.Classes = []*tensor.Tensor{classes}
	e.takesMatrix()
	check, product := e.check(validate.Finite, true), &linear.Affine{Coef: coef, Intercept: intercept, Flat: scores == 1}
	e.scored(func(b *model.Builder, x model.Ref) model.Ref { return b.Add(product, b.Add(check, x)) }, e.logisticLink(scores))
	e.loosen(coef)
}

// logisticLink is how predict_proba links: multi_class was an option until 1.7,
// and which solvers it made fall back to one against the rest depends on the
// version.
func (e *Estimator) logisticLink(scores int) proba.Link {
	solver := e.text("solver", "")
	multi := e.text("multi_class", "none")
	ovr := scores == 1
	switch multi {
	case "ovr", "warn":
		ovr = true
	case "multinomial":
		ovr = false
	case "auto", "deprecated":
		ovr = ovr || solver == "liblinear" || solver == "newton-cholesky" && e.Version.before(1, 6)
	case "none":
	default:
		e.FailAt("multi_class", document.ErrUnsupported, "%q", multi)
	}
	switch {
	case ovr:
		return proba.Logistic
	case scores == 1:
		return proba.SoftmaxPair
	}
	return proba.Softmax
}
