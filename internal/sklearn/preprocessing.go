package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op/scale"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// preprocessingRows is sklearn.preprocessing; the encoders are in encoders.go.
var preprocessingRows = []Row{
	{
		Path: "sklearn.preprocessing._data.MinMaxScaler",
		Lift: liftMinMaxScaler,
		Lower: []string{"feature_range", "copy", "clip", "feature_names_in_", "n_features_in_", "n_samples_seen_", "scale_", "min_",
			"data_min_", "data_max_", "data_range_"},
		Harmless: []string{"data_max_", "data_min_", "data_range_", "n_samples_seen_"},
	},
	{
		Path: "sklearn.preprocessing._data.StandardScaler",
		Lift: liftStandardScaler,
		Lower: []string{"with_mean", "with_std", "copy", "feature_names_in_", "n_features_in_", "n_samples_seen_", "mean_", "var_",
			"scale_"},
		Harmless: []string{"n_samples_seen_", "var_"},
	},
	{
		Path: "sklearn.preprocessing._encoders.OneHotEncoder",
		Lift: liftOneHotEncoder,
		Harmless: []string{"categories", "drop", "drop_idx_", "feature_name_combiner", "max_categories", "min_frequency",
			"_n_features_outs"},
	},
	{
		Path:     "sklearn.preprocessing._encoders.OrdinalEncoder",
		Lift:     liftOrdinalEncoder,
		Harmless: []string{"categories", "max_categories", "min_frequency"},
	},
	{
		Path:     "sklearn.preprocessing._function_transformer.FunctionTransformer",
		Lift:     liftFunctionTransformer,
		Harmless: []string{"accept_sparse", "check_inverse", "feature_names_out", "inv_kw_args", "kw_args"},
	},
}

// liftMinMaxScaler is sklearn/preprocessing/_data.py, MinMaxScaler: first the
// scale multiplies, then the minimum is put on. Both work in place, so float32
// data is changed in float64 and rounded after each step.
func liftMinMaxScaler(e *Estimator) {
	by, least := e.floats("scale_", e.Features), e.floats("min_", e.Features)
	ends := e.List("feature_range")
	low, high := ends.Float("0"), ends.Float("1")
	clip := e.flag("clip", false) // since 0.24
	if e.Err() != nil {
		return
	}
	if e.Features < 0 { // before 1.0
		e.Features = by.Len()
	}
	e.takesMatrix()
	check := e.check(validate.NaN, false)
	e.one("transform", func(b *model.Builder, x model.Ref) model.Ref {
		y := b.Add(&scale.Columns{Wide: true, Steps: []scale.Step{{Verb: scale.Mul, By: by}, {Verb: scale.Add, By: least}}}, b.Add(check, x))
		if clip {
			y = b.Add(&scale.Clip{Low: low, High: high}, y)
		}
		return y
	})
	e.one("inverse_transform", func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(&scale.Columns{Wide: true, Steps: []scale.Step{{Verb: scale.Sub, By: least}, {Verb: scale.Div, By: by}}}, b.Add(check, x))
	})
	e.oneToOne()
}

// liftStandardScaler is sklearn/preprocessing/_data.py, StandardScaler: first
// the mean is taken off, then the scale divides.
func liftStandardScaler(e *Estimator) {
	var forth, back []scale.Step
	mean := e.Bool("with_mean")
	std := e.Bool("with_std")
	add := func(key string, do, undo scale.Verb) {
		if e.IsNone(key) {
			return
		}
		t := e.floats(key, e.Features)
		if e.Features < 0 {
			e.Features = t.Len()
		}
		forth = append(forth, scale.Step{Verb: do, By: t})
		back = append([]scale.Step{{Verb: undo, By: t}}, back...)
	}
	if mean {
		add("mean_", scale.Sub, scale.Add)
	}
	if std {
		add("scale_", scale.Div, scale.Mul)
	}
	e.Harmless("mean_", "scale_") // kept even where it is not applied
	if e.Err() != nil {
		return
	}
	// Until 1.7 numpy subtracted the float64 mean from float32 data in place,
	// which rounds once, after; since 1.8 the mean is rounded first.
	wide := e.Version.before(1, 8)
	e.takesMatrix()
	check := e.check(validate.NaN, !mean)
	e.one("transform", func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(&scale.Columns{Steps: forth, Wide: wide}, b.Add(check, x))
	})
	// inverse_transform asks check_array alone, which wants no number of
	// features; that the scale fits is numpy's business.
	checkBack := *check
	if e.Version.before(1, 0) { // nothing was checked
		checkBack.NoRows, checkBack.Allow = true, validate.Nothing
	}
	e.one("inverse_transform", func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(&scale.Columns{Steps: back, Wide: wide}, b.Add(&checkBack, x))
	})
	e.oneToOne()
}

// oneToOne says that the columns of the answer are called like the features.
func (e *Estimator) oneToOne() {
	e.namesOut = func(in []string) []string { return in }
}

// liftFunctionTransformer takes the one without functions, which hands its
// input on; ColumnTransformer puts it in place of "passthrough".
func liftFunctionTransformer(e *Estimator) {
	for _, key := range []string{"func", "inverse_func"} {
		if !e.Has(key) || e.IsNone(key) {
			continue
		}
		e.FailAt(key, document.ErrUnsupported, "functions are not followed")
		return
	}
	if e.Bool("validate") {
		e.FailAt("validate", document.ErrUnsupported, "validation before a function")
		return
	}
	e.Object.In = model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, model.Unknown},
		Accept: []tensor.DType{tensor.Float32}, Sparse: true}
	if e.Features >= 0 {
		e.takesTable(e.columns())
	}
	same := func(b *model.Builder, x model.Ref) model.Ref { return x }
	e.one("transform", same)
	e.one("inverse_transform", same)
	e.oneToOne()
}
