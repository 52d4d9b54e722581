package plan

import (
	"math"
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Fit makes a caller's value what a port takes: a matrix of another numeric
// type is converted, the columns of a table are matched by name where both
// sides have names, and by position where not. What fits already is returned
// as it is, without allocating.
func Fit(v tensor.Value, port *model.Port) (tensor.Value, error) {
	switch v := v.(type) {
	case *tensor.Tensor:
		if port.Kind == model.Table {
			return tableOf(v, port)
		}
		if port.Kind == model.Dense {
			return fitDense(v, port)
		}
	case *tensor.Table:
		if port.Kind == model.Dense {
			return matrixOf(v, port)
		}
		if port.Kind == model.Table {
			return v, nil // the op knows which columns it needs
		}
	case *tensor.Sparse:
		if port.Sparse && v.Data.DType() != port.DType && !slices.Contains(port.Accept, v.Data.DType()) {
			d, err := v.Data.Convert(port.DType)
			if err != nil {
				return nil, model.Inputf("%s: %v", port.Name, err)
			}
			c := *v
			c.Data = d
			return &c, nil
		}
	}
	return v, nil
}

func fitDense(t *tensor.Tensor, port *model.Port) (tensor.Value, error) {
	if t.DType() == port.DType || port.DType == tensor.Invalid || slices.Contains(port.Accept, t.DType()) {
		return t, nil
	}
	if t.DType() == tensor.String || port.DType == tensor.String {
		return nil, model.Inputf("%s takes %s, not %s", port.Name, port.DType, t.DType())
	}
	c, err := t.Convert(port.DType)
	if err != nil {
		return nil, model.Inputf("%s: %v", port.Name, err)
	}
	return c, nil
}

var nan = math.NaN()

// order is the table's column for each of the port's columns.
func order(t *tensor.Table, port *model.Port) ([]int, error) {
	named := len(port.Columns) > 0 && !slices.ContainsFunc(port.Columns, func(c model.Column) bool { return c.Name == "" })
	if !named || !slices.ContainsFunc(t.Columns, func(c tensor.Column) bool { return c.Name != "" }) {
		idx := make([]int, len(t.Columns))
		for i := range idx {
			idx[i] = i
		}
		return idx, nil
	}
	idx := make([]int, len(port.Columns))
	var missing []string
	for i, c := range port.Columns {
		if idx[i] = t.Column(c.Name); idx[i] < 0 {
			missing = append(missing, c.Name)
		}
	}
	if missing != nil {
		return nil, model.Inputf("%s lacks %s", port.Name, strings.Join(missing, ", "))
	}
	if len(t.Columns) > len(port.Columns) {
		var extra []string
		for i, c := range t.Columns {
			if !slices.Contains(idx, i) {
				extra = append(extra, c.Name)
			}
		}
		return nil, model.Inputf("%s has columns that the model was not fitted on: %s", port.Name, strings.Join(extra, ", "))
	}
	return idx, nil
}

func matrixOf(t *tensor.Table, port *model.Port) (tensor.Value, error) {
	idx, err := order(t, port)
	if err != nil {
		return nil, err
	}
	d := tensor.Float64
	if port.DType == tensor.Float32 && len(port.Accept) == 0 {
		d = tensor.Float32
	}
	m := tensor.New(d, t.N, len(idx))
	for k, i := range idx {
		c := &t.Columns[i]
		if c.Categories != nil {
			return nil, model.Inputf("column %s of %s holds categories, a number is needed", c.Name, port.Name)
		}
		if !c.Values.DType().IsNumeric() {
			return nil, model.Inputf("column %s of %s is %s, a number is needed", c.Name, port.Name, c.Values.DType())
		}
		for r := range t.N {
			x := c.Values.Float(r)
			if c.Missing != nil && c.Missing[r] != tensor.Present {
				x = nan
			}
			if d == tensor.Float32 {
				tensor.Data[float32](m)[r*len(idx)+k] = float32(x)
			} else {
				tensor.Data[float64](m)[r*len(idx)+k] = x
			}
		}
	}
	return m, nil
}

// tableOf is the columns of a matrix. They have the port's names: a matrix has
// none of its own, and position decides.
func tableOf(t *tensor.Tensor, port *model.Port) (tensor.Value, error) {
	if t.Rank() != 2 {
		return nil, model.Inputf("%s takes a table or a matrix, not %d dimensions", port.Name, t.Rank())
	}
	n, p := t.Dim(0), t.Dim(1)
	if len(port.Columns) > 0 && p != len(port.Columns) {
		return nil, model.Inputf("%s has %d columns, the model takes %d", port.Name, p, len(port.Columns))
	}
	out := &tensor.Table{N: n, Columns: make([]tensor.Column, p)}
	for k := range out.Columns {
		if len(port.Columns) > 0 {
			out.Columns[k].Name = port.Columns[k].Name
		}
		col := tensor.New(t.DType(), n)
		if t.DType() == tensor.String {
			for r := range n {
				tensor.Data[string](col)[r] = tensor.Data[string](t)[r*p+k]
			}
		} else if sz := t.DType().Size(); sz > 0 {
			for r := range n {
				copy(col.Bytes()[r*sz:(r+1)*sz], t.Bytes()[(r*p+k)*sz:])
			}
		} else {
			return nil, document.Errorf(document.ErrInput, "", "", -1, "%s of %s", port.Name, t.DType())
		}
		out.Columns[k].Values = col
	}
	return out, nil
}
