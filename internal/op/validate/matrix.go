package validate

import (
	"slices"

	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Allow says which values that are no finite numbers a model takes.
type Allow uint8

// The choices of check_array's ensure_all_finite.
const (
	Finite  Allow = iota // neither NaN nor infinity
	NaN                  // NaN
	Nothing              // everything: nothing is looked at
)

// Matrix makes the input a matrix of floats: [N, Features], dense, or sparse
// where that is taken.
//
// in: a matrix, dense or sparse, or a table of numbers; out: the matrix.
type Matrix struct {
	Of       string         // whose input it is, for messages: "LogisticRegression"
	Features int            //
	Names    []string       // of the features; nil where the model has none
	Keep     []tensor.DType // types that stay as they are
	To       tensor.DType   // what all others become
	Allow    Allow
	Sparse   bool // a sparse matrix is taken
	NoRows   bool // zero rows are taken
	// DenseNaN says that NaN is allowed in dense matrices alone (trees).
	DenseNaN bool
}

var _ model.Op = (*Matrix)(nil)

// Name is "validate".
func (m *Matrix) Name() string { return "validate" }

func (m *Matrix) target(d tensor.DType) tensor.DType {
	if slices.Contains(m.Keep, d) {
		return d
	}
	return m.To
}

// Infer checks kind, dimensions, features and type.
func (m *Matrix) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	switch f.Kind {
	case model.Table:
		t := op.Empty(f)
		if t == nil {
			return nil, model.Unsupportedf("a table of unknown columns as the input of %s", m.Of)
		}
		idx, err := order(m.Of, t, m.Names, m.Features)
		if err != nil {
			return nil, err
		}
		d := tensor.Invalid
		for _, i := range idx {
			c := &t.Columns[i]
			if op.IsText(c) || !c.Values.DType().IsNumeric() {
				return nil, model.Inputf("column %s is %s, %s takes numbers", c.Name, c.Values.DType(), m.Of)
			}
			if d == tensor.Invalid {
				d = c.Values.DType()
			}
			d = op.Promote(d, c.Values.DType())
		}
		return []model.Fact{model.DenseFact(m.target(d), model.Rows, model.Dim(m.Features))}, nil
	case model.Sparse:
		if !m.Sparse {
			return nil, model.Inputf("%s takes no sparse matrix", m.Of)
		}
	case model.Dense:
	default:
		return nil, model.Inputf("%s takes a matrix, not %s", m.Of, f.Kind)
	}
	if len(f.Shape) != 2 {
		return nil, model.Inputf("%s takes a matrix of rows and features, not %d dimensions", m.Of, len(f.Shape))
	}
	if w := f.Shape[1]; w >= 0 && int(w) != m.Features {
		return nil, model.Inputf("%d features, %s is fitted on %d", w, m.Of, m.Features)
	}
	if f.DType != tensor.Invalid && !f.DType.IsNumeric() {
		return nil, model.Inputf("%s takes numbers, not %s", m.Of, f.DType)
	}
	return []model.Fact{{Kind: f.Kind, DType: m.target(f.DType), Shape: []model.Dim{f.Shape[0], model.Dim(m.Features)}}}, nil
}

// Bind picks the conversion.
func (m *Matrix) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	switch in[0].Kind {
	case model.Table:
		t := op.Empty(in[0])
		idx, err := order(m.Of, t, m.Names, m.Features)
		if err != nil {
			return nil, err
		}
		return func(c *model.Call, in, out []model.Value) error {
			t, o := in[0].(*tensor.Table), out[0].(*tensor.Tensor)
			if err := m.rows(t.N); err != nil {
				return err
			}
			fill(o, t, idx)
			return m.finite(o)
		}, nil
	case model.Sparse:
		return m.sparse, nil
	}
	if d := in[0].DType; d == m.target(d) && d != tensor.Invalid {
		return func(c *model.Call, in, out []model.Value) error {
			x := in[0].(*tensor.Tensor)
			if err := m.dense(x); err != nil {
				return err
			}
			out[0] = x
			return nil
		}, nil
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, o := in[0].(*tensor.Tensor), out[0].(*tensor.Tensor)
		if err := x.ConvertInto(o, m.target(x.DType())); err != nil {
			return model.Inputf("%v", err)
		}
		return m.dense(o)
	}, nil
}

func (m *Matrix) rows(n int) error {
	if n == 0 && !m.NoRows {
		return model.Inputf("no rows, %s takes one at least", m.Of)
	}
	return nil
}

func (m *Matrix) dense(x *tensor.Tensor) error {
	if err := m.rows(x.Dim(0)); err != nil {
		return err
	}
	if x.Rank() != 2 || x.Dim(1) != m.Features {
		return model.Inputf("an input of shape %v, %s is fitted on %d features", x.Shape(), m.Of, m.Features)
	}
	return m.finite(x)
}

func (m *Matrix) sparse(c *model.Call, in, out []model.Value) error {
	s := in[0].(*tensor.Sparse)
	if err := m.rows(s.Rows); err != nil {
		return err
	}
	if d := m.target(s.Data.DType()); d != s.Data.DType() {
		data, err := s.Data.Convert(d)
		if err != nil {
			return model.Inputf("%v", err)
		}
		n := *s
		n.Data, s = data, &n
	}
	allow := m.Allow
	if m.DenseNaN {
		allow = Finite
	}
	if i := bad(s.Data, allow); i >= 0 {
		return model.Inputf("%v in column %s, %s takes none", s.Data.Float(i), m.column(int(s.Indices[i])), m.Of)
	}
	out[0] = s
	return nil
}

func (m *Matrix) finite(x *tensor.Tensor) error {
	i := bad(x, m.Allow)
	if i < 0 {
		return nil
	}
	what := "NaN"
	if v := x.Float(i); v == v {
		what = "infinity, or a value too large for " + x.DType().String() + ","
	}
	return model.Inputf("%s in column %s, %s takes none", what, m.column(i%m.Features), m.Of)
}

func (m *Matrix) column(i int) string {
	if i < len(m.Names) {
		return m.Names[i]
	}
	return op.Itoa(i)
}

// bad is the first element that is not allowed, or -1.
func bad(x *tensor.Tensor, a Allow) int {
	if a == Nothing {
		return -1
	}
	switch x.DType() {
	case tensor.Float64:
		return firstBad(tensor.Data[float64](x), a)
	case tensor.Float32:
		return firstBad(tensor.Data[float32](x), a)
	}
	return -1
}

func firstBad[T float32 | float64](x []T, a Allow) int {
	var s0, s1, s2, s3 T // v−v is 0 for numbers and NaN for the rest; lanes, so that sums do not wait for each other
	y := x
	for len(y) >= 4 {
		s0 += y[0] - y[0]
		s1 += y[1] - y[1]
		s2 += y[2] - y[2]
		s3 += y[3] - y[3]
		y = y[4:]
	}
	for _, v := range y {
		s0 += v - v
	}
	if s0+s1+s2+s3 == 0 {
		return -1
	}
	for i, v := range x {
		if v-v != 0 && (a == Finite || v == v) {
			return i
		}
	}
	return -1
}
