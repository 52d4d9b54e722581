package forest

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Trees are made when they are first needed. Methods of one object share one
// *Trees, so that they are made and compiled once.
type Trees[T forest.Float] struct {
	Features int
	Count    int // trees
	Outputs  int
	// Load makes the trees and their leaf values.
	Load func() (*forest.Forest[T], *forest.Payload[float64], error)
}

type loaded[T forest.Float] struct {
	walker *forest.Walker[T]
	sum    *forest.Sum[T, float64]
}

func (t *Trees[T]) pack(b model.Binder) (loaded[T], error) {
	v, err := b.Pack(t, "trees", func() (any, error) {
		f, p, err := t.Load()
		if err != nil {
			return nil, err
		}
		w, err := forest.Compile(f)
		if err != nil {
			return nil, err
		}
		s, err := forest.NewSum(w, p)
		if err != nil {
			return nil, err
		}
		if w.Features() != t.Features || w.Trees() != t.Count || s.Outputs() != t.Outputs {
			return nil, model.Unsupportedf("trees of another shape than announced: %d features, %d trees, %d outputs", w.Features(), w.Trees(), s.Outputs())
		}
		return loaded[T]{w, s}, nil
	})
	if err != nil {
		return loaded[T]{}, err
	}
	return v.(loaded[T]), nil
}

// dtype is the type of X.
func dtype[T forest.Float]() tensor.DType {
	var z T
	if _, ok := any(z).(float32); ok {
		return tensor.Float32
	}
	return tensor.Float64
}

// infer checks X.
func (t *Trees[T]) infer(f model.Fact) error {
	if f.Kind != model.Dense || f.DType != dtype[T]() {
		return model.Inputf("trees over %s, not %s", dtype[T](), f)
	}
	if w := f.Width(1); w >= 0 && int(w) != t.Features {
		return model.Inputf("X has %d features, the trees take %d", w, t.Features)
	}
	return nil
}

// rows is the values of X and how many rows they are.
func (t *Trees[T]) rows(x model.Value) ([]T, int, error) {
	m, ok := x.(*tensor.Tensor)
	if !ok || m.Rank() != 2 || m.Dim(1) != t.Features || m.DType() != dtype[T]() {
		return nil, 0, model.Inputf("X is %v, the trees take %s of %d features", x, dtype[T](), t.Features)
	}
	v, _ := any(data[T](m)).([]T)
	return v, m.Dim(0), nil
}

func data[T forest.Float](m *tensor.Tensor) any {
	if m.DType() == tensor.Float32 {
		return tensor.Data[float32](m)
	}
	return tensor.Data[float64](m)
}
