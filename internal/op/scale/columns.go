package scale

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Verb is what a step does.
type Verb uint8

// The verbs. Div of sparse data is ×(1/By), as scikit-learn's
// inplace_column_scale is used: not the same as ÷By in the last bit.
const (
	Sub Verb = iota
	Div
	Mul
	Add
)

// Step changes column i by By[i].
type Step struct {
	Verb Verb
	By   *tensor.Tensor // [p], Float64 or Float32
}

// Columns applies steps to each column, one after the other.
//
// in: [N, p], Float32 or Float64, dense, or sparse where all steps keep zeros;
// out: the same type and shape.
type Columns struct {
	Steps []Step
	// Wide says that a float32 column is changed in float64 where By is, and
	// rounded after each step (scikit-learn before 1.8); otherwise By is
	// rounded first.
	Wide bool
}

var _ model.Op = (*Columns)(nil)

// Name is "scale".
func (s *Columns) Name() string { return "scale" }

// Infer passes the input's fact on.
func (s *Columns) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	f.Const = nil
	if f.DType != tensor.Float32 && f.DType != tensor.Float64 {
		return nil, model.Unsupportedf("scaling of %s", f.DType)
	}
	if f.Kind == model.Sparse {
		for _, t := range s.Steps {
			if t.Verb == Sub || t.Verb == Add {
				return nil, model.Inputf("a sparse matrix cannot be centred")
			}
		}
	}
	for _, t := range s.Steps {
		if w := f.Width(1); int(w) != t.By.Len() {
			return nil, model.Inputf("%d columns, the scale has %d", w, t.By.Len())
		}
	}
	return []model.Fact{f}, nil
}

// Bind converts the numbers.
func (s *Columns) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	sparse := in[0].Kind == model.Sparse
	if in[0].DType == tensor.Float64 {
		steps, err := s.steps(b, tensor.Float64)
		if err != nil {
			return nil, err
		}
		return kernelOf[float64, float64](steps, sparse), nil
	}
	if s.Wide || sparse { // scipy scales sparse data in place, in the wider type
		steps, err := s.steps(b, tensor.Float64)
		if err != nil {
			return nil, err
		}
		return kernelOf[float32, float64](steps, sparse), nil
	}
	steps, err := s.steps(b, tensor.Float32)
	if err != nil {
		return nil, err
	}
	return kernelOf[float32, float32](steps, sparse), nil
}

// steps converts each By to a type, rounding as numpy's astype does.
func (s *Columns) steps(b model.Binder, d tensor.DType) ([]Step, error) {
	out := make([]Step, len(s.Steps))
	for i, t := range s.Steps {
		v, err := b.Pack(t.By, d.String(), func() (any, error) { return t.By.Convert(d) })
		if err != nil {
			return nil, err
		}
		out[i] = Step{t.Verb, v.(*tensor.Tensor)}
	}
	return out, nil
}

type float interface{ float32 | float64 }

// kernelOf changes columns of X in type A.
func kernelOf[X, A float](steps []Step, sparse bool) model.Kernel {
	by := make([][]A, len(steps))
	for i, t := range steps {
		by[i] = tensor.Data[A](t.By)
		if t.Verb == Div && sparse {
			inv := make([]A, len(by[i]))
			for k, v := range by[i] {
				inv[k] = 1 / v
			}
			by[i] = inv
			steps[i].Verb = Mul
		}
	}
	if sparse {
		return func(c *model.Call, in, out []model.Value) error {
			s := *in[0].(*tensor.Sparse)
			s.Data = s.Data.Clone()
			x := tensor.Data[X](s.Data)
			for i, t := range steps {
				for k := range x {
					x[k] = X(apply(t.Verb, A(x[k]), by[i][s.Indices[k]]))
				}
			}
			out[0] = &s
			return nil
		}
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, o := tensor.Data[X](in[0].(*tensor.Tensor)), tensor.Data[X](out[0].(*tensor.Tensor))
		if len(steps) == 0 {
			copy(o, x)
			return nil
		}
		for i, t := range steps {
			run(t.Verb, o, x, by[i])
			x = o
		}
		return nil
	}
}

func run[X, A float](v Verb, o, x []X, by []A) {
	p := len(by)
	if p == 0 {
		return
	}
	for ; len(x) >= p; x, o = x[p:], o[p:] {
		row, to := x[:p], o[:p]
		switch v {
		case Sub:
			for k, b := range by {
				to[k] = X(A(row[k]) - b)
			}
		case Add:
			for k, b := range by {
				to[k] = X(A(row[k]) + b)
			}
		case Div:
			for k, b := range by {
				to[k] = X(A(row[k]) / b)
			}
		default:
			for k, b := range by {
				to[k] = X(A(row[k]) * b)
			}
		}
	}
}

func apply[A float](v Verb, x, by A) A {
	switch v {
	case Sub:
		return x - by
	case Add:
		return x + by
	case Div:
		return x / by
	}
	return x * by
}

// By multiplies a whole matrix by one number: a transformer's weight.
//
// in: numbers, dense, sparse or in a table; out: the same shape, floats.
type By struct{ Factor float64 }

var _ model.Op = (*By)(nil)

// Name is "weight".
func (w *By) Name() string { return "weight" }

// Infer says float64 unless the input is float32.
func (w *By) Infer(in []model.Fact) ([]model.Fact, error) {
	f := in[0]
	if t := op.Empty(f); t != nil { // columns of numbers
		f.Kind, f.DType = model.Dense, op.Sort(t.Columns)
	}
	f.Const = nil
	if f.Kind != model.Dense && f.Kind != model.Sparse || !f.DType.IsNumeric() {
		return nil, model.Inputf("a weight on %s", f.Kind)
	}
	if f.DType != tensor.Float32 {
		f.DType = op.Promote(f.DType, tensor.Float64)
	}
	return []model.Fact{f}, nil
}

// Bind picks the type.
func (w *By) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error {
		if s, ok := in[0].(*tensor.Sparse); ok {
			t := *s
			t.Data = &tensor.Tensor{}
			if err := w.scale(s.Data, t.Data); err != nil {
				return err
			}
			out[0] = &t
			return nil
		}
		o := out[0].(*tensor.Tensor)
		x, err := op.Matrix(in[0], o.DType())
		if err != nil {
			return err
		}
		return w.scale(x, o)
	}, nil
}

func (w *By) scale(x, o *tensor.Tensor) error {
	d := tensor.Float64
	if x.DType() == tensor.Float32 {
		d = tensor.Float32
	}
	if err := x.ConvertInto(o, d); err != nil {
		return model.Inputf("%v", err)
	}
	if d == tensor.Float32 {
		f := float32(w.Factor)
		for i, v := range tensor.Data[float32](o) {
			tensor.Data[float32](o)[i] = v * f
		}
		return nil
	}
	for i, v := range tensor.Data[float64](o) {
		tensor.Data[float64](o)[i] = v * w.Factor
	}
	return nil
}
