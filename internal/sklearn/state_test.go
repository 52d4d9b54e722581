package sklearn_test

import (
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// state makes pickles of estimators, right ones and wrong ones.
type state struct{ *pickle.Builder }

// dict is pairs of a key and a Go value.
func (s state) dict(pairs ...any) pickle.Value {
	var vs []pickle.Value
	for i := 0; i < len(pairs); i += 2 {
		vs = append(vs, s.Str(pairs[i].(string)), s.value(pairs[i+1]))
	}
	return s.Dict(vs...)
}

func (s state) value(x any) pickle.Value {
	switch x := x.(type) {
	case nil:
		return s.None()
	case bool:
		return s.Bool(x)
	case int:
		return s.Int(int64(x))
	case float64:
		return s.Float(x)
	case string:
		return s.Str(x)
	case []any:
		var vs []pickle.Value
		for _, v := range x {
			vs = append(vs, s.value(v))
		}
		return s.List(vs...)
	case *tensor.Tensor:
		return s.array(strings.TrimPrefix(x.DType().Descr(), "<"), x.Bytes(), x.Shape()...)
	case pickle.Value:
		return x
	}
	panic(x)
}

// array is a numpy array of bytes.
func (s state) array(dtype string, b []byte, shape ...int) pickle.Value {
	d := s.Reduce(s.Global("numpy", "dtype"), s.Tuple(s.Str(dtype), s.Bool(false), s.Bool(true)))
	s.Build(d, s.Tuple(s.Int(3), s.Str("<"), s.None(), s.None(), s.None(), s.Int(-1), s.Int(-1), s.Int(0)))
	return s.arrayOf(d, b, shape...)
}

func (s state) arrayOf(dtype pickle.Value, b []byte, shape ...int) pickle.Value {
	var dims []pickle.Value
	for _, n := range shape {
		dims = append(dims, s.Int(int64(n)))
	}
	a := s.Reduce(s.Global("numpy._core.multiarray", "_reconstruct"),
		s.Tuple(s.Global("numpy", "ndarray"), s.Tuple(s.Int(0)), s.Bytes([]byte("b"))))
	s.Build(a, s.Tuple(s.Int(1), s.Tuple(dims...), dtype, s.Bool(false), s.Bytes(b)))
	return a
}

// objects is an array of Python objects.
func (s state) objects(vs ...any) pickle.Value {
	d := s.Reduce(s.Global("numpy", "dtype"), s.Tuple(s.Str("O8"), s.Bool(false), s.Bool(true)))
	s.Build(d, s.Tuple(s.Int(3), s.Str("|"), s.None(), s.None(), s.None(), s.Int(-1), s.Int(-1), s.Int(63)))
	a := s.Reduce(s.Global("numpy._core.multiarray", "_reconstruct"),
		s.Tuple(s.Global("numpy", "ndarray"), s.Tuple(s.Int(0)), s.Bytes([]byte("b"))))
	s.Build(a, s.Tuple(s.Int(1), s.Tuple(s.Int(int64(len(vs)))), d, s.Bool(false), s.value(vs)))
	return a
}

// of is an instance with a state.
func (s state) of(class string, pairs ...any) pickle.Value {
	dot := strings.LastIndexByte(class, '.')
	v := s.New(s.Global(class[:dot], class[dot+1:]), s.Tuple())
	s.Build(v, s.dict(pairs...))
	return v
}

// lifted is the model of a value, with the plan of every signature compiled.
func (s state) lifted(t *testing.T, v pickle.Value) (*model.Model, error) {
	t.Helper()
	b, err := pickle.Encode(v, pickle.EncodeOptions{Protocol: 4})
	if err != nil {
		t.Fatal(err)
	}
	m, err := open(b)
	if err != nil {
		return nil, err
	}
	store := &plan.Store{}
	for _, sig := range m.Signatures {
		if err := plan.NewProgram(sig, store).Warm(); err != nil {
			return m, err
		}
	}
	return m, nil
}

func floats(v []float64, shape ...int) *tensor.Tensor { return tensor.Of(v, shape...) }
func integers(v ...int64) *tensor.Tensor              { return tensor.Of(v, len(v)) }
