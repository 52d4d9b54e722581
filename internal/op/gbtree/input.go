package gbtree

import (
	"math"
	"strings"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Input says what rows a model takes.
type Input struct {
	Features int
	Names    []string // of the features, or nil
	// InPlace is the wrapper's way in; see the package's documentation.
	InPlace bool
	// Whole refuses fewer columns than the model has: so do contributions, and
	// models whose features have names or types.
	Whole bool
}

// check looks at the width of X.
func (in *Input) check(f model.Fact) error {
	w := f.Width(1)
	if w < 0 {
		return nil // known when the value is
	}
	return in.width(int(w))
}

func (in *Input) width(w int) error {
	switch {
	case w == in.Features, w < in.Features && !in.InPlace && !in.Whole:
		return nil
	case w < in.Features && in.Names != nil && w < len(in.Names):
		return model.Inputf("X has %d columns, the model takes %d: lacks %s", w, in.Features, strings.Join(in.Names[w:], ", "))
	}
	return model.Inputf("X has %d columns, the model takes %d", w, in.Features)
}

// missing is the value of the parameter.
func missing(f model.Fact) (float32, error) {
	t, ok := f.Const.(*tensor.Tensor)
	if !ok || !t.DType().IsNumeric() || t.Len() != 1 {
		return 0, model.Inputf("missing is one number")
	}
	return float32(t.Float(0)), nil
}

// block is how many values of a sparse or patched matrix are laid out at once.
const block = 1 << 15

// each hands out the rows of X as dense rows of Features values in which NaN is
// missing, some at a time: all at once where X is that already.
func (in *Input) each(c *model.Call, x model.Value, absent float32, visit func(from, n int, rows []float32) error) error {
	inf := math.IsInf(float64(absent), 0)
	switch x := x.(type) {
	case *tensor.Tensor:
		if x.Rank() != 2 || !x.DType().IsNumeric() {
			return model.Inputf("X is a matrix of numbers, not %s", x)
		}
		n, w := x.Dim(0), x.Dim(1)
		if err := in.width(w); err != nil {
			return err
		}
		data := float32s(c, x)
		if !in.InPlace && !inf {
			if err := finite(data, w); err != nil {
				return err
			}
		}
		if w == in.Features && absent != absent {
			return visit(0, n, data)
		}
		return in.blocks(c, n, visit, func(row []float32, r int) {
			for i, v := range data[r*w : r*w+w] {
				if v != absent {
					row[i] = v
				}
			}
		}, func(row []float32, r int) { fillNaN(row) })
	case *tensor.Sparse:
		if err := in.width(x.Cols); err != nil {
			return err
		}
		if x.Data.DType() != tensor.Float32 || len(x.Indptr) != x.Rows+1 {
			return model.Inputf("X is a sparse matrix of float32 with %d rows", x.Rows)
		}
		data := tensor.Data[float32](x.Data)
		if !in.InPlace && !inf {
			if err := finite(data, 0); err != nil {
				return err
			}
		}
		return in.blocks(c, x.Rows, visit, func(row []float32, r int) {
			for k := x.Indptr[r]; k < x.Indptr[r+1]; k++ {
				if v := data[k]; v != absent {
					row[x.Indices[k]] = v
				}
			}
		}, func(row []float32, r int) {
			for k := x.Indptr[r]; k < x.Indptr[r+1]; k++ {
				row[x.Indices[k]] = nan
			}
		})
	}
	return model.Inputf("X is a %T, a matrix is needed", x)
}

// float32s is the elements of x, converted where a step before answered another
// type: XGBoost casts each value.
func float32s(c *model.Call, x *tensor.Tensor) []float32 {
	if x.DType() == tensor.Float32 {
		return tensor.Data[float32](x)
	}
	out := model.Scratch[float32](c, x.Len())
	if x.DType() == tensor.Float64 {
		for i, v := range tensor.Data[float64](x) {
			out[i] = float32(v)
		}
		return out
	}
	for i := range out {
		out[i] = float32(x.Float(i))
	}
	return out
}

var nan = float32(math.NaN())

func fillNaN(v []float32) {
	for i := range v {
		v[i] = nan
	}
}

// blocks lays rows out in scratch memory that is all NaN before and after:
// set writes a row, unset takes it away again.
func (in *Input) blocks(c *model.Call, n int, visit func(from, n int, rows []float32) error, set, unset func(row []float32, r int)) error {
	f := in.Features
	m := min(n, max(1, block/max(f, 1)))
	buf := model.Scratch[float32](c, m*f)
	fillNaN(buf)
	for r := 0; r < n; r += m {
		if err := c.Err(); err != nil {
			return err
		}
		k := min(m, n-r)
		for i := range k {
			set(buf[i*f:i*f+f], r+i)
		}
		if err := visit(r, k, buf[:k*f]); err != nil {
			return err
		}
		for i := range k {
			unset(buf[i*f:i*f+f], r+i)
		}
	}
	return nil
}

// finite refuses infinity as a DMatrix does. width tells row and column, where
// it is not 0.
func finite(v []float32, width int) error {
	// v−v is 0 for what is finite and NaN for the rest.
	var sum float32
	for _, x := range v {
		sum += x - x
	}
	if sum == 0 {
		return nil
	}
	for i, x := range v {
		if x > math.MaxFloat32 || x < -math.MaxFloat32 {
			if width > 0 {
				return model.Inputf("row %d column %d of X is infinite, or too large for float32", i/width, i%width)
			}
			return model.Inputf("a value of X is infinite, or too large for float32")
		}
	}
	return nil
}
