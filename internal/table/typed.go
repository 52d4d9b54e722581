package table

import (
	"strconv"

	"github.com/larder-ml/larder/tensor"
)

// part is one named array of an .npz or of {"inputs": …}. It loads as a
// tensor.Value or a *jsonValue.
type part struct {
	name string
	load func() (any, error)
}

// partsGrid reads parts as columns of one table.
type partsGrid []part

func (p partsGrid) grid(want) (*grid, error) {
	g := &grid{names: []string{}, width: len(p), rows: -1}
	columns := make([]func(r request) (tensor.Column, error), len(p))
	for i, one := range p {
		g.names = append(g.names, one.name)
		v, err := one.load()
		if err != nil {
			return nil, err
		}
		n := 0
		switch v := v.(type) {
		case *jsonValue:
			sub, err := v.grid(want{})
			if err != nil {
				return nil, err
			}
			if sub.names != nil || sub.width > 1 {
				return nil, inputf("%s is no column: it has %d values in a row", quote(one.name), sub.width)
			}
			n = sub.rows
			columns[i] = func(r request) (tensor.Column, error) {
				if sub.width == 0 {
					return tensor.Column{Name: r.name, Values: tensor.New(tensor.Float64, 0)}, nil
				}
				r.index = 0
				c, err := sub.read([]request{r})
				if err != nil {
					return tensor.Column{}, inputf("%s: %v", quote(one.name), err)
				}
				return c[0], nil
			}
		case *tensor.Tensor:
			if v.Rank() != 1 && (v.Rank() != 2 || v.Dim(1) != 1) {
				return nil, inputf("array %s of shape %v is no column", quote(one.name), v.Shape())
			}
			n = v.Len()
			columns[i] = func(r request) (tensor.Column, error) { return typed(v, 0, 1, r) }
		default:
			return nil, inputf("%s is a sparse matrix, no column", quote(one.name))
		}
		if g.rows >= 0 && n != g.rows {
			return nil, inputf("%s has %d rows, %s has %d", quote(one.name), n, quote(p[0].name), g.rows)
		}
		g.rows = n
	}
	g.rows = max(g.rows, 0)
	g.read = func(want []request) ([]tensor.Column, error) {
		out := make([]tensor.Column, len(want))
		for i, r := range want {
			var err error
			if out[i], err = columns[r.index](r); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return g, nil
}

// arrayGrid reads a matrix, or a vector as its only column, as a table without
// names.
type arrayGrid struct{ t *tensor.Tensor }

func (a arrayGrid) grid(want) (*grid, error) {
	t := a.t
	if t.Rank() != 1 && t.Rank() != 2 {
		return nil, inputf("an array of shape %v where a table of rows and columns is due", t.Shape())
	}
	width := t.Dim(1)
	return &grid{width: width, rows: t.Dim(0), read: func(want []request) ([]tensor.Column, error) {
		out := make([]tensor.Column, len(want))
		for i, r := range want {
			var err error
			if out[i], err = typed(t, r.index, width, r); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}, nil
}

// typed makes a column of the elements first, first+step, … of an array.
func typed(t *tensor.Tensor, first, step int, r request) (tensor.Column, error) {
	c := tensor.Column{Name: r.name}
	n := 0
	if step > 0 {
		n = t.Len() / step
	}
	if t.DType() == tensor.String {
		if r.as == numbers {
			return c, inputf("column %s is text where numbers are needed", columnName(r))
		}
		all := tensor.Data[string](t)
		out := make([]string, n)
		for i := range out {
			out[i] = all[first+i*step]
		}
		c.Values = tensor.Of(out)
		return c, nil
	}
	if !t.DType().IsNumeric() {
		return c, inputf("column %s is %s", columnName(r), t.DType())
	}
	out := tensor.New(t.DType(), n)
	w, from, to := t.DType().Size(), t.Bytes(), out.Bytes()
	for i := range n {
		copy(to[i*w:(i+1)*w], from[(first+i*step)*w:])
	}
	c.Values = out
	if d := out.DType(); d == tensor.Float16 || d == tensor.BFloat16 {
		var err error
		if c.Values, err = out.Convert(tensor.Float32); err != nil {
			return c, err
		}
	}
	return asForm(c, r)
}

// asForm makes digits of integers for a model that was fitted on text.
func asForm(c tensor.Column, r request) (tensor.Column, error) {
	if r.as != words && r.as != verbatim || c.Values.DType() == tensor.String || c.Categories != nil {
		return c, nil
	}
	if c.Values.DType().IsFloat() {
		if c.Values.Len() == 0 {
			c.Values = tensor.New(tensor.String, 0)
			return c, nil
		}
		return c, inputf("column %s is numbers, the model was fitted on text", columnName(r))
	}
	out := make([]string, c.Values.Len())
	for i := range out {
		switch {
		case c.Values.DType() != tensor.Bool:
			out[i] = strconv.FormatInt(c.Values.Int(i), 10)
		case c.Values.Int(i) != 0:
			out[i] = "True"
		default:
			out[i] = "False"
		}
	}
	c.Values = tensor.Of(out)
	return c, nil
}

func columnName(r request) string {
	if r.name != "" {
		return quote(r.name)
	}
	return strconv.Itoa(r.index + 1)
}
