package op

import (
	"math"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Empty is a fact's table without rows: its columns. Nil where the fact is of
// no table, or of one that is not known.
func Empty(f model.Fact) *tensor.Table {
	if f.Kind != model.Table {
		return nil
	}
	t, _ := f.Const.(*tensor.Table)
	return t
}

// Layout is Empty or, where the fact says nothing of the columns yet, what the
// model expects of them: that is how a port is compiled before the first call.
func Layout(f model.Fact, expected []model.Column) *tensor.Table {
	if t := Empty(f); t != nil || f.Kind != model.Table || expected == nil {
		return t
	}
	t := &tensor.Table{Columns: make([]tensor.Column, len(expected))}
	for i, c := range expected {
		t.Columns[i] = tensor.Column{Name: c.Name, Values: tensor.New(tensor.Float64, 0)}
		if c.Text {
			t.Columns[i].Values = tensor.New(tensor.String, 0)
		}
	}
	return t
}

// Names are the names of columns; nil where one has none.
func Names(cols []model.Column) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		if c.Name == "" {
			return nil
		}
		names[i] = c.Name
	}
	return names
}

// TableFact is the fact of tables with these columns.
func TableFact(cols []tensor.Column) model.Fact {
	return model.Fact{Kind: model.Table, Shape: []model.Dim{model.Rows, model.Dim(len(cols))}, Const: &tensor.Table{Columns: cols}}
}

// Sort is the common type of a table's columns: the numeric type that holds
// them all, String where all are text, and Invalid where only an array of
// objects could hold them.
func Sort(cols []tensor.Column) tensor.DType {
	if len(cols) == 0 {
		return tensor.Float64
	}
	d := tensor.Invalid
	for i := range cols {
		c := cols[i].Values.DType()
		if IsText(&cols[i]) {
			c = tensor.String
		} else if cols[i].Missing != nil && !c.IsFloat() {
			c = tensor.Float64
		}
		switch {
		case i == 0:
			d = c
		case d == c:
		case d == tensor.String || c == tensor.String || (d == tensor.Bool) != (c == tensor.Bool):
			return tensor.Invalid
		default:
			d = Promote(d, c)
		}
	}
	return d
}

// Columns is the columns of a matrix, copied out.
func Columns(t *tensor.Tensor, names []string) []tensor.Column {
	n, p := t.Dim(0), t.Dim(1)
	cols := make([]tensor.Column, p)
	for k := range cols {
		v := tensor.New(t.DType(), n)
		if t.DType() == tensor.String {
			from, to := tensor.Data[string](t), tensor.Data[string](v)
			for r := range to {
				to[r] = from[r*p+k]
			}
		} else {
			sz, from, to := t.DType().Size(), t.Bytes(), v.Bytes()
			for r := range n {
				copy(to[r*sz:(r+1)*sz], from[(r*p+k)*sz:])
			}
		}
		cols[k].Values = v
		if k < len(names) {
			cols[k].Name = names[k]
		}
	}
	return cols
}

// Matrix is a value as a dense matrix of a type; it is the value itself where
// that fits already.
func Matrix(v model.Value, d tensor.DType) (*tensor.Tensor, error) {
	switch v := v.(type) {
	case *tensor.Sparse:
		return v.Dense().Convert(d)
	case *tensor.Tensor:
		return v.Convert(d)
	case *tensor.Table:
		o := tensor.New(d, v.N, len(v.Columns))
		for k := range v.Columns {
			c, err := v.Columns[k].Values.Convert(d)
			if err != nil {
				return nil, err
			}
			sz, p := d.Size(), len(v.Columns)
			for r := range v.N {
				copy(o.Bytes()[(r*p+k)*sz:(r*p+k+1)*sz], c.Bytes()[r*sz:(r+1)*sz])
			}
			for r, m := range v.Columns[k].Missing {
				if m == tensor.Present {
					continue
				}
				switch d {
				case tensor.Float64:
					tensor.Data[float64](o)[r*p+k] = math.NaN()
				case tensor.Float32:
					tensor.Data[float32](o)[r*p+k] = float32(math.NaN())
				default:
					return nil, model.Inputf("column %s has a missing value among %s", v.Columns[k].Name, d)
				}
			}
		}
		return o, nil
	}
	return nil, model.Unsupportedf("a %T among columns", v)
}
