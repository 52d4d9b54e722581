package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/impute"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// imputeRows is sklearn.impute.
var imputeRows = []Row{
	{Path: "sklearn.impute._base.MissingIndicator", Lift: liftMissingIndicator, Harmless: []string{"_precomputed"}},
	{Path: "sklearn.impute._base.SimpleImputer", Lift: liftSimpleImputer, Harmless: []string{"fill_value"}},
}

// placeholder is missing_values. pandas.NA is NaN to Larder.
func (e *Estimator) placeholder() op.Cell {
	v := e.Value("missing_values")
	if e.Err() != nil {
		return op.Cell{}
	}
	if pyobj.ClassOf(v) == "pandas._libs.missing.NAType" {
		return op.Cell{Kind: op.NaN}
	}
	return cell(e.Reader, "missing_values", v)
}

// liftSimpleImputer is sklearn/impute/_base.py, SimpleImputer.
func liftSimpleImputer(e *Estimator) {
	hole := e.placeholder()
	stats, sort := cells(e.Reader, "statistics_")
	if e.Features < 0 {
		e.Features = len(stats)
	}
	if e.Err() == nil && len(stats) != e.Features {
		e.FailAt("statistics_", document.ErrCorrupt, "%d values for %d features", len(stats), e.Features)
	}
	objects := sort == tensor.Invalid || sort == tensor.String
	if e.Has("_fit_dtype") { // since 1.1; before, the values tell
		d, err := pyobj.DTypeOf(e.Value("_fit_dtype"), e.Env())
		if e.Err() == nil && err != nil {
			e.FailAt("_fit_dtype", document.ErrUnsupported, "%v", err)
		} else if e.Err() == nil {
			objects = d.Kind == 'O'
		}
	}
	if e.Has("_fill_dtype") { // since 1.9: the values are rounded to it
		d, err := pyobj.DTypeOf(e.Value("_fill_dtype"), e.Env())
		if err == nil && d.Tensor() == tensor.Float32 {
			for i := range stats {
				stats[i].Num = float64(float32(stats[i].Num))
			}
		}
	}
	strategy := e.strategy()
	keepEmpty := e.flag("keep_empty_features", false)
	var keep []int
	for i, s := range stats {
		// A column without a value is dropped; until 1.1 a constant was never
		// taken for none.
		if s.Kind != op.NaN || keepEmpty {
			keep = append(keep, i)
		}
	}
	marks := e.indicator()
	if e.Err() != nil {
		return
	}
	fill := &impute.Fill{Placeholder: hole, Values: stats, Keep: keep, Marks: marks}
	if objects {
		cols := e.columns()
		for i := range cols {
			cols[i].Text = stats[i].Kind == op.Text
		}
		e.takesTable(cols)
		check := &validate.Table{Of: short(e.Row.Path), Fitted: cols}
		e.one("transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(fill, b.Add(check, x)) })
	} else {
		e.takesMatrix()
		check := e.check(holes(hole), true)
		if strategy == "most_frequent" || strategy == "constant" { // dtype=None: integers stay
			check.Keep = append(check.Keep, tensor.Int64, tensor.Int32)
			e.Object.In.Accept = append(e.Object.In.Accept, tensor.Int64, tensor.Int32)
		}
		e.one("transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(fill, b.Add(check, x)) })
	}
	if marks != nil || e.flag("add_indicator", false) {
		e.takesBack(len(keep) + len(marks))
		back := &impute.Restore{Placeholder: hole, Features: e.Features, Marks: marks}
		e.one("inverse_transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(back, x) })
	} else {
		// The method is there and always refuses (it wants add_indicator).
		e.one("inverse_transform", func(b *model.Builder, x model.Ref) model.Ref {
			return b.Add(&validate.Never{Why: "inverse_transform needs an imputer with add_indicator"}, x)
		})
	}
	e.inPlace = marks == nil && len(keep) == e.Features
	e.namesOut = func(in []string) []string {
		out := []string{}
		for _, i := range keep {
			out = append(out, in[i])
		}
		for _, i := range marks {
			out = append(out, "missingindicator_"+in[i])
		}
		return out
	}
}

// strategy is a text, or since 1.5 a function, whose values are kept.
func (e *Estimator) strategy() string {
	if _, ok := pyobj.GlobalName(e.Value("strategy")); ok {
		return "function"
	}
	return e.text("strategy", "mean")
}

// holes says what may be in the data besides numbers.
func holes(placeholder op.Cell) validate.Allow {
	if placeholder.IsMissing() {
		return validate.NaN
	}
	return validate.Finite
}

// indicator is the features of indicator_, which marks where values were
// missing.
func (e *Estimator) indicator() []int {
	if !e.Has("indicator_") || e.IsNone("indicator_") {
		e.Harmless("add_indicator")
		return nil
	}
	e.flag("add_indicator", true)
	r := e.Child("indicator_")
	features := r.Int64s("features_", -1)
	r.Harmless("missing_values", "features", "sparse", "error_on_new", "_precomputed", "_n_features", "n_features_in_", "_sklearn_version", "feature_names_in_")
	r.Harmless(harmless...)
	marks := []int{}
	for _, i := range tensor.Data[int64](features) {
		if e.Err() == nil && (i < 0 || i >= int64(e.Features)) {
			r.FailAt("features_", document.ErrCorrupt, "feature %d of %d", i, e.Features)
		}
		marks = append(marks, int(i))
	}
	return marks
}

// liftMissingIndicator is MissingIndicator.
func liftMissingIndicator(e *Estimator) {
	hole := e.placeholder()
	if e.Has("_n_features") {
		n := e.Int("_n_features")
		if e.Features < 0 {
			e.Features = n
		}
	}
	e.fitted()
	strict := e.Bool("error_on_new") && e.text("features", "") == "missing-only"
	sparse := false
	if s, ok := e.Scalar("sparse").(bool); ok {
		sparse = s // "auto" is dense for dense data
	}
	e.Harmless("features")
	list := e.Int64s("features_", -1)
	if e.Err() != nil {
		return
	}
	mark := &impute.Mark{Placeholder: hole, Features: e.Features, Strict: strict, Sparse: sparse}
	for _, i := range tensor.Data[int64](list) {
		if i < 0 || i >= int64(e.Features) {
			e.FailAt("features_", document.ErrCorrupt, "feature %d of %d", i, e.Features)
			return
		}
		mark.Columns = append(mark.Columns, int(i))
	}
	if hole.Kind == op.Text || hole.Kind == op.None {
		cols := e.columns()
		e.takesTable(cols)
		check := &validate.Table{Of: short(e.Row.Path), Fitted: cols}
		e.one("transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(mark, b.Add(check, x)) })
	} else {
		e.takesMatrix()
		check := e.check(holes(hole), false)
		e.one("transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(mark, b.Add(check, x)) })
	}
	e.namesOut = func(in []string) []string {
		out := []string{}
		for _, i := range mark.Columns {
			out = append(out, "missingindicator_"+in[i])
		}
		return out
	}
}
