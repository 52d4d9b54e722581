package sklearn

import (
	"math/big"
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// cell is a Python value as a cell of a table.
func cell(r *pyobj.Reader, key string, v pickle.Value) op.Cell {
	x, err := pyobj.Scalar(v)
	switch x := x.(type) {
	case nil:
		if err == nil {
			return op.Cell{Kind: op.None}
		}
	case bool:
		if x {
			return op.NumberCell(1)
		}
		return op.NumberCell(0)
	case int64:
		if op.Whole(x) {
			return op.NumberCell(float64(x))
		}
		r.FailAt(key, document.ErrUnsupported, "the integer %d, which no float64 holds", x)
		return op.Cell{}
	case float64:
		return op.NumberCell(x)
	case string:
		return op.TextCell(x)
	case *big.Int:
		r.FailAt(key, document.ErrUnsupported, "an integer of more than 64 bits")
		return op.Cell{}
	}
	if r.Err() == nil {
		r.FailAt(key, document.ErrUnsupported, "holds a %s, where text, numbers, None or NaN are expected", pyobj.ClassOf(v))
	}
	return op.Cell{}
}

// cells is an array of one dimension as cells, and its type: Invalid for an
// array of objects.
func cells(r *pyobj.Reader, key string) ([]op.Cell, tensor.DType) {
	a := r.NDArray(key)
	if a == nil {
		return nil, tensor.Invalid
	}
	if len(a.Shape) != 1 {
		r.FailAt(key, document.ErrCorrupt, "has shape %v, one dimension is needed", a.Shape)
		return nil, tensor.Invalid
	}
	if a.DType.Kind == 'O' {
		out := make([]op.Cell, len(a.Objects))
		for i, v := range a.Objects {
			out[i] = cell(r, key, v)
		}
		return out, tensor.Invalid
	}
	t := r.Array(key, -1)
	out := make([]op.Cell, t.Len())
	for i := range out {
		switch {
		case t.DType() == tensor.String:
			out[i] = op.TextCell(tensor.Data[string](t)[i])
		case t.DType().IsNumeric():
			if t.DType().IsInteger() && !op.Whole(t.Int(i)) {
				r.FailAt(key, document.ErrUnsupported, "the integer %d, which no float64 holds", t.Int(i))
			}
			out[i] = op.NumberCell(t.Float(i))
		default:
			r.FailAt(key, document.ErrUnsupported, "categories of %s", t.DType())
			return nil, tensor.Invalid
		}
	}
	return out, t.DType()
}

// anyText says whether a text is among cells.
func anyText(list []op.Cell) bool {
	return slices.ContainsFunc(list, func(c op.Cell) bool { return c.Kind == op.Text })
}

// tokens are the texts among cells.
func tokens(list []op.Cell) []string {
	var out []string
	for _, c := range list {
		if c.Kind == op.Text {
			out = append(out, c.Str)
		}
	}
	return out
}

func textAt(t *tensor.Tensor, i int) string {
	if t.DType() == tensor.String {
		return tensor.Data[string](t)[i]
	}
	return ""
}
