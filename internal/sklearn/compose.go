package sklearn

import (
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/columns"
	"github.com/larder-ml/larder/internal/op/scale"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
)

// composeRows is sklearn.compose. A column transformer promises the loosest
// tolerance of its parts.
var composeRows = []Row{
	{
		Path: "sklearn.compose._column_transformer.ColumnTransformer",
		Lift: liftColumnTransformer,
		Harmless: []string{"force_int_remainder_cols", "output_indices_", "remainder", "sparse_threshold", "transformers",
			"_columns", "_has_str_cols", "_n_features", "_name_to_fitted_passthrough", "_remainder",
			"_transformer_to_input_indices", "_transformers_feature_names_out",
			"feature_names_in_", "_feature_names_in", "_df_columns"},
	},
}

// part is one transformer with its columns.
type part struct {
	name   string
	index  []int
	object *model.Object // nil hands the columns on
	weight *float64
}

// liftColumnTransformer is sklearn/compose/_column_transformer.py: each
// transformer gets its columns, and the answers stand side by side, sparse where
// they were when the model was fitted.
func liftColumnTransformer(e *Estimator) {
	if e.Features < 0 && e.Has("_n_features") {
		e.Features = e.Int("_n_features")
	}
	e.fitted()
	sparse := e.flag("sparse_output_", false) // absent where no transformer has columns
	parts := e.parts()
	verbose := e.nameStyle()
	if e.Err() != nil || e.err != nil {
		return
	}
	cols := e.columns()
	var tol model.Tolerance
	for _, p := range parts {
		if p.object == nil {
			continue
		}
		e.Object.Children = append(e.Object.Children, p.object)
		m, ok := p.object.Method("transform")
		if !ok {
			if e.Object.Why = p.object.Why; e.Object.Why == "" {
				e.Object.Why = p.object.Class + " has no transform"
			}
			return
		}
		tol = tol.Loosest(m.Tolerance)
		if len(p.object.In.Columns) == len(p.index) {
			for k, c := range p.object.In.Columns {
				i := p.index[k]
				cols[i].Text = cols[i].Text || c.Text
				cols[i].Categories = append(cols[i].Categories, c.Categories...)
			}
		}
	}
	e.takesTable(cols)
	e.Object.Methods = []model.Method{{Name: "transform", Tolerance: tol, Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		var blocks []model.Ref
		for _, p := range parts {
			x := []model.Ref{b.Add(&columns.Pick{Index: p.index, Fitted: cols, Strict: e.Version.before(1, 0)}, in[0])}
			if p.object != nil {
				var err error
				if x, err = b.Ask(p.object, "transform", x...); err != nil {
					return nil, err
				}
			}
			if p.weight != nil {
				x[0] = b.Add(&scale.By{Factor: *p.weight}, x[0])
			}
			blocks = append(blocks, x[0])
		}
		if blocks == nil {
			blocks = append(blocks, b.Add(&columns.Pick{Fitted: cols}, in[0]))
		}
		return []model.Ref{b.Add(&columns.Stack{Sparse: sparse}, blocks...)}, nil
	}}}
	e.namesOut = func(in []string) []string { return partNames(parts, in, verbose) }
}

// parts reads transformers_, and with it the columns of each.
func (e *Estimator) parts() []part {
	list := e.List("transformers_")
	var indices *pyobj.Reader
	if e.Has("_transformer_to_input_indices") { // since 1.0
		indices = e.Child("_transformer_to_input_indices")
	}
	weights := e.weights()
	var parts []part
	for i := range list.Len() {
		t := list.List(op.Itoa(i))
		p := part{name: t.String("0")}
		v := t.Value("1")
		spec := t.Value("2")
		if e.Err() != nil {
			return nil
		}
		if indices != nil && indices.Has(p.name) {
			if list := indices.Array(p.name, -1); list.Len() > 0 {
				list = indices.Int64s(p.name, -1)
				p.index = e.inRange(t, ints(list.Len(), list.Int))
			}
		} else {
			p.index = e.resolve(t, spec)
		}
		if e.Err() != nil {
			return nil
		}
		if v.Kind() == pickle.String && v.Str() == "drop" || len(p.index) == 0 {
			continue
		}
		if !passes(v) {
			if p.object = e.child(t, "1"); e.err != nil {
				return nil
			}
		}
		if w, ok := weights[p.name]; ok {
			p.weight = &w
		}
		if spec.Kind() == pickle.String || spec.Kind() == pickle.Int {
			t.FailAt("2", document.ErrUnsupported, "a column by itself, which is handed on in one dimension")
		}
		parts = append(parts, p)
	}
	if indices != nil {
		indices.Mark(indices.Keys()...) // those of dropped columns too
	}
	return parts
}

func ints(n int, at func(i int) int64) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = int(at(i))
	}
	return out
}

// inRange checks column numbers; negative ones count from the end.
func (e *Estimator) inRange(r *pyobj.Reader, index []int) []int {
	for k, i := range index {
		if i < 0 {
			index[k] = i + e.Features
		}
		if index[k] < 0 || index[k] >= e.Features {
			r.Fail(document.ErrCorrupt, "column %d of %d", i, e.Features)
			return nil
		}
	}
	return index
}

// weights reads transformer_weights.
func (e *Estimator) weights() map[string]float64 {
	if !e.Has("transformer_weights") || e.IsNone("transformer_weights") {
		return nil
	}
	w := map[string]float64{}
	r := e.Child("transformer_weights")
	for _, k := range r.Keys() {
		if !r.IsNone(k) {
			w[k] = r.Float(k)
		}
	}
	return w
}

// resolve turns a specification of columns into their numbers, as
// sklearn/utils/_indexing.py does: names, numbers, a slice of either, a mask.
// Versions since 1.0 keep the numbers; this is for those before.
func (e *Estimator) resolve(t *pyobj.Reader, spec pickle.Value) []int {
	named := func(s string) int { return slices.Index(e.Names, s) }
	switch {
	case spec.Kind() == pickle.Instance && pyobj.ClassOf(spec) == "slice":
		return e.inRange(t, e.slice(t, spec))
	case spec.Kind() == pickle.List && spec.Len() == 0:
		return nil
	}
	x := t.Array("2")
	if e.Err() != nil {
		return nil
	}
	var index []int
	for i := range x.Len() {
		switch {
		case x.DType().IsInteger():
			index = append(index, int(x.Int(i)))
		case x.DType().IsNumeric():
			if x.Float(i) != 0 {
				index = append(index, i)
			}
		default:
			k := named(textAt(x, i))
			if k < 0 {
				t.FailAt("2", document.ErrCorrupt, "a column %q that the model does not have", textAt(x, i))
				return nil
			}
			index = append(index, k)
		}
	}
	return e.inRange(t, index)
}

// slice is the columns of a slice, of names (the end included) or numbers.
func (e *Estimator) slice(t *pyobj.Reader, spec pickle.Value) []int {
	bound := [3]int{0, e.Features, 1}
	args := pyobj.ArgsOf(spec)
	for i, a := range args {
		if i > 2 {
			break
		}
		switch x, _ := pyobj.Scalar(a); x := x.(type) {
		case string:
			k := slices.Index(e.Names, x)
			if k < 0 {
				t.FailAt("2", document.ErrCorrupt, "a column %q that the model does not have", x)
				return nil
			}
			bound[i] = k
			if i == 1 {
				bound[i]++
			}
		case int64:
			k := int(x)
			if k < 0 && i < 2 {
				k += e.Features
			}
			bound[i] = k
		}
	}
	if bound[2] < 1 {
		t.FailAt("2", document.ErrUnsupported, "a slice with step %d", bound[2])
		return nil
	}
	var index []int
	for i := max(bound[0], 0); i < min(bound[1], e.Features); i += bound[2] {
		index = append(index, i)
	}
	return index
}

// nameStyle is verbose_feature_names_out: false for bare names, true for
// names with the transformer's before; a text is a format, which only names
// read.
func (e *Estimator) nameStyle() bool {
	const key = "verbose_feature_names_out"
	if !e.Has(key) {
		return true
	}
	if b, ok := e.Scalar(key).(bool); ok {
		return b
	}
	return true
}

// partNames is get_feature_names_out.
func partNames(parts []part, in []string, verbose bool) []string {
	out := []string{}
	for _, p := range parts {
		names := make([]string, len(p.index))
		for k, i := range p.index {
			if i >= len(in) {
				return nil
			}
			names[k] = in[i]
		}
		if p.object != nil {
			e := estimatorOf(p.object)
			if e == nil || e.namesOut == nil {
				return nil
			}
			if names = e.namesOut(names); names == nil {
				return nil
			}
		}
		for _, n := range names {
			if verbose {
				n = p.name + "__" + n
			}
			out = append(out, n)
		}
	}
	return out
}
