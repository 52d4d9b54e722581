package sklearn

import (
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// Estimator is one instance while it is lifted: its state, and the object that
// is being made. It stays in the object's Data.
type Estimator struct {
	*pyobj.Reader
	Row     *Row
	Object  *model.Object
	Version Version
	// Features is n_features_in_, or -1 where the state has none; Names is
	// feature_names_in_, or nil.
	Features int
	Names    []string
	// Back is what inverse_transform takes; nil where that is what all methods
	// take.
	Back *model.Port

	// namesOut is get_feature_names_out.
	namesOut func(in []string) []string
	// inPlace says that transform leaves each column where it is, so that what
	// the next step knows of its columns holds for these.
	inPlace bool
	inner   Inner
	err     error // of an estimator inside

	described bool
}

func newEstimator(l Inner, row *Row, r *pyobj.Reader) *Estimator {
	e := &Estimator{Reader: r, Row: row, Features: -1, inner: l,
		Object: &model.Object{Path: r.Path(), Framework: Framework, Class: row.Path}}
	e.Object.Data = e
	if r.Has("_sklearn_version") {
		e.Object.Version = r.String("_sklearn_version")
	}
	e.Version = ParseVersion(e.Object.Version)
	if key, ok := e.Key("n_features_in_"); ok {
		e.Features = r.Int(key)
		if e.Features < 0 || e.Features > maxFeatures {
			e.Fail(document.ErrCorrupt, "n_features_in_ is %d", e.Features)
		}
	}
	if key, ok := e.Key("feature_names_in_"); ok && !r.IsNone(key) {
		e.Names = r.Strings(key)
		if e.Features < 0 {
			e.Features = len(e.Names)
		}
		if r.Err() == nil && len(e.Names) != e.Features {
			e.FailAt(key, document.ErrCorrupt, "%d names of %d features", len(e.Names), e.Features)
		}
	}
	return e
}

// maxFeatures and maxColumns bound what a file may claim without bringing data
// along: of a matrix, and of a table, which costs memory for each column.
const (
	maxFeatures = 1 << 26
	maxColumns  = 1 << 18
)

// finish ends a lift: harmless keys, what is left, tolerances. Listings are
// made when the model is completed.
func (e *Estimator) finish() (*model.Object, error) {
	e.Harmless(harmless...)
	e.Harmless(e.Row.Harmless...)
	if e.err != nil {
		return nil, e.err
	}
	if err := e.Done(); err != nil {
		return nil, err
	}
	o := e.Object
	for i := range o.Methods {
		m := &o.Methods[i]
		m.Tolerance = m.Tolerance.Loosest(e.Row.Tolerance[m.Name])
	}
	if e.namesOut != nil && o.Names == nil && (e.Names != nil || e.Features <= maxColumns) {
		o.Names = e.namesOut(e.namesIn())
	}
	return o, nil
}

// namesIn is what get_feature_names_out calls the features: their names, or
// x0, x1, ….
func (e *Estimator) namesIn() []string {
	if e.Names != nil {
		return e.Names
	}
	return numbered(max(e.Features, 0))
}

func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = "x" + op.Itoa(i)
	}
	return names
}

// Key is the key under which this version keeps an attribute.
func (e *Estimator) Key(name string) (string, bool) {
	if e.Has(name) {
		return name, true
	}
	for _, r := range renames {
		if r.now == name && (r.class == "" || r.class == short(e.Row.Path)) && e.Has(r.was) {
			return r.was, true
		}
	}
	return name, false
}

// need is Key, where the attribute must be there.
func (e *Estimator) need(name string) string {
	k, _ := e.Key(name)
	return k
}

// flag is a hyper-parameter that older versions do not have.
func (e *Estimator) flag(name string, missing bool) bool {
	key, ok := e.Key(name)
	if !ok {
		return missing
	}
	return e.Bool(key)
}

// text is a hyper-parameter that is a str or None, for which it is "".
func (e *Estimator) text(name, missing string) string {
	key, ok := e.Key(name)
	if !ok {
		return missing
	}
	s, _ := e.OptString(key)
	return s
}

// floats is an array of numbers in the type of the file where that is float32
// or float64, else as float64. dims as of Reader.Float64s.
func (e *Estimator) floats(key string, dims ...int) *tensor.Tensor {
	if e.Has(key) && pyobj.IsSparse(e.Value(key)) { // sparsify()
		s := e.Sparse(key)
		if e.Err() != nil {
			return tensor.New(tensor.Float64, make([]int, max(len(dims), 1))...)
		}
		if len(dims) == 2 && (dims[0] >= 0 && s.Rows != dims[0] || dims[1] >= 0 && s.Cols != dims[1]) {
			e.FailAt(key, document.ErrCorrupt, "has shape %d×%d, %v is needed", s.Rows, s.Cols, dims)
		}
		return s.Dense()
	}
	t := e.Array(key, dims...)
	if t.DType() != tensor.Float32 && t.DType() != tensor.Float64 {
		return e.Float64s(key, dims...)
	}
	return t
}

// columns describes the features for a port.
func (e *Estimator) columns() []model.Column {
	if e.Features > maxColumns {
		e.Fail(document.ErrLimit, "%d columns, of which a table has %d at most", e.Features, maxColumns)
		return nil
	}
	cols := make([]model.Column, max(e.Features, 0))
	for i := range cols {
		if e.Names != nil {
			cols[i].Name = e.Names[i]
		}
	}
	return cols
}

// takesMatrix makes the object take [N, features] numbers; data that is float32
// stays so. A sparse matrix reaches the check, which may refuse it.
func (e *Estimator) takesMatrix() {
	e.fitted()
	p := model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, model.Dim(e.Features)},
		Accept: []tensor.DType{tensor.Float32}, Sparse: true}
	if e.Names != nil {
		p.Columns = e.columns()
	}
	e.Object.In = p
}

// takesTable makes the object take a table of these columns.
func (e *Estimator) takesTable(cols []model.Column) {
	e.fitted()
	e.Object.In = model.Port{Name: "X", Kind: model.Table, Shape: []model.Dim{model.Rows, model.Dim(len(cols))}, Columns: cols}
}

// fitted faults an estimator of which nothing tells the number of features.
func (e *Estimator) fitted() {
	if e.Features < 0 {
		e.Fail(document.ErrUnsupported, "it is not fitted: it has no n_features_in_")
		e.Features = 0
	}
}

// takesBack makes inverse_transform take [N, width] numbers.
func (e *Estimator) takesBack(width int) {
	e.Back = &model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, model.Dim(width)},
		Accept: []tensor.DType{tensor.Float32}, Sparse: true}
}

// check is the usual check of a matrix, which becomes float64 unless it is
// float32.
func (e *Estimator) check(allow validate.Allow, sparse bool) *validate.Matrix {
	return &validate.Matrix{Of: short(e.Row.Path), Features: e.Features, Names: e.Names,
		Keep: []tensor.DType{tensor.Float32, tensor.Float64}, To: tensor.Float64, Allow: allow, Sparse: sparse}
}

// wire is the body of a method.
type wire = func(b *model.Builder, in []model.Ref) ([]model.Ref, error)

// method adds a method to the object.
func (e *Estimator) method(name string, w wire, out ...string) {
	e.Object.Methods = append(e.Object.Methods, model.Method{Name: name, Out: out, Wire: w})
}

// one is a method of one input and one answer.
func (e *Estimator) one(name string, w func(b *model.Builder, x model.Ref) model.Ref) {
	e.method(name, func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		return []model.Ref{w(b, in[0])}, nil
	})
}

// describe lists hyper-parameters and learned arrays for people.
func (e *Estimator) describe() {
	for _, key := range e.Keys() {
		switch {
		case strings.HasPrefix(key, "_"):
		case strings.HasSuffix(key, "_"):
			if p := e.Param(key); p.DType != tensor.Invalid {
				e.Object.Params = append(e.Object.Params, p)
			}
		default:
			if v, ok := setting(e.Value(key), 0); ok {
				e.Object.Config = append(e.Object.Config, model.Setting{Name: key, Value: v})
			}
		}
	}
}

// setting is a hyper-parameter as JSON has it: scalars, short lists of them,
// and the names of everything else.
func setting(v pickle.Value, depth int) (any, bool) {
	if x, err := pyobj.Scalar(v); err == nil {
		return x, true
	}
	if name, ok := pyobj.GlobalName(v); ok {
		return name, true
	}
	switch v.Kind() {
	case pickle.List, pickle.Tuple:
		if depth > 2 || v.Len() > 64 {
			return nil, false
		}
		list := []any{}
		for x := range v.Items() {
			if s, ok := setting(x, depth+1); ok {
				list = append(list, s)
			}
		}
		return list, true
	case pickle.Dict:
		if depth > 2 || v.Len() > 64 {
			return nil, false
		}
		m := map[string]any{}
		for k, x := range v.Entries() {
			if s, ok := setting(x, depth+1); ok {
				m[keyText(k)] = s
			}
		}
		return m, true
	case pickle.Instance:
		return short(pyobj.ClassOf(v)), true
	}
	return nil, false
}

func keyText(k pickle.Value) string {
	switch x, _ := pyobj.Scalar(k); x := x.(type) {
	case string:
		return x
	case int64:
		return op.Itoa(int(x))
	}
	return k.Kind().String()
}

// inner is the estimator behind an object of this framework; nil for others.
func estimatorOf(o *model.Object) *Estimator {
	e, _ := o.Data.(*Estimator)
	return e
}

// has says whether an object has a method.
func has(o *model.Object, method string) bool {
	return slices.ContainsFunc(o.Methods, func(m model.Method) bool { return m.Name == method })
}
