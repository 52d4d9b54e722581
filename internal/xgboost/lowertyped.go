package xgboost

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// typed adds a list of numbers with an element type.
func (l *lowering) typed(key string, n jsontree.Node, t tensor.DType) {
	switch t {
	case tensor.Float32:
		add(l, key, n.Float32s, l.Float32s)
	case tensor.Float64:
		add(l, key, n.Float64s, l.Float64s)
	case tensor.Int8:
		add(l, key, n.Int8s, l.Int8s)
	case tensor.Uint8:
		add(l, key, n.Uint8s, l.Uint8s)
	case tensor.Int32:
		add(l, key, n.Int32s, l.Int32s)
	case tensor.Int64:
		add(l, key, n.Int64s, l.Int64s)
	default:
		l.fail(n.Errorf(document.ErrUnsupported, "a list of %s", t))
	}
}

func add[T any](l *lowering, key string, read func([]T) ([]T, error), write func(string, []T)) {
	v, err := read(nil)
	l.fail(err)
	write(key, v)
}
