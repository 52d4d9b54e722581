package plan_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func column(name string, v *tensor.Tensor) tensor.Column {
	return tensor.Column{Name: name, Values: v}
}

func tableOf(cols ...tensor.Column) *tensor.Table {
	return &tensor.Table{N: cols[0].Values.Len(), Columns: cols}
}

func names(s ...string) []model.Column {
	var c []model.Column
	for _, n := range s {
		c = append(c, model.Column{Name: n})
	}
	return c
}

func TestFitMakesWhatAPortTakes(t *testing.T) {
	f64 := model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}}
	f32 := model.Port{Name: "X", DType: tensor.Float32, Shape: []model.Dim{model.Rows, 2}}
	either := f64
	either.Accept = []tensor.DType{tensor.Float32}
	any32 := f32
	any32.Accept = []tensor.DType{tensor.Float64}
	ab := f64
	ab.Columns = names("a", "b")
	ab32 := f32
	ab32.Columns = names("a", "b")
	whatever := model.Port{Name: "X"}
	tab := model.Port{Name: "X", Kind: model.Table, Columns: names("a", "b")}
	open := model.Port{Name: "X", Kind: model.Table}
	nan := math.NaN()
	marked := tensor.Column{Name: "b", Values: tensor.Of([]int64{7, 8}), Missing: []tensor.Missing{tensor.Present, tensor.MissingNone}}
	sparse := func(d *tensor.Tensor) *tensor.Sparse {
		return &tensor.Sparse{Rows: 1, Cols: 2, Indptr: []int64{0, 1}, Indices: []int64{1}, Data: d}
	}
	sparsePort := f64
	sparsePort.Sparse = true
	for _, c := range []struct {
		what string
		v    tensor.Value
		port model.Port
		want tensor.Value
	}{
		{"integers become the port's floats", tensor.Of([]int64{1, 2}, 1, 2), f64, tensor.Of([]float64{1, 2}, 1, 2)},
		{"floats are narrowed", tensor.Of([]float64{0.1, 2}, 1, 2), f32, tensor.Of([]float32{0.1, 2}, 1, 2)},
		{"booleans are numbers", tensor.Of([]bool{true, false}, 1, 2), f64, tensor.Of([]float64{1, 0}, 1, 2)},
		{"columns by name, in the model's order", tableOf(column("b", tensor.Of([]float64{1, 2})), column("a", tensor.Of([]int32{3, 4}))), ab, tensor.Of([]float64{3, 1, 4, 2}, 2, 2)},
		{"columns by place where the table has no names", tableOf(column("", tensor.Of([]float64{1, 2})), column("", tensor.Of([]float64{3, 4}))), ab, tensor.Of([]float64{1, 3, 2, 4}, 2, 2)},
		{"columns by place where the model has none", tableOf(column("z", tensor.Of([]float64{1})), column("y", tensor.Of([]bool{true}))), f64, tensor.Of([]float64{1, 1}, 1, 2)},
		{"a missing cell is NaN", tableOf(column("a", tensor.Of([]int64{1, 2})), marked), ab, tensor.Of([]float64{1, 7, 2, nan}, 2, 2)},
		{"a missing cell is NaN in float32 too", tableOf(column("a", tensor.Of([]int64{1, 2})), marked), ab32, tensor.Of([]float32{1, 7, 2, float32(nan)}, 2, 2)},
		{"a table stays wide where the port takes both", tableOf(column("a", tensor.Of([]float64{0.1}))), any32, tensor.Of([]float64{0.1}, 1, 1)},
		{"no rows", tableOf(column("a", tensor.New(tensor.Float64, 0)), column("b", tensor.New(tensor.Float64, 0))), ab, tensor.New(tensor.Float64, 0, 2)},
		{"a matrix becomes a table by place", tensor.Of([]int16{1, 2, 3, 4}, 2, 2), tab, tableOf(column("a", tensor.Of([]int16{1, 3})), column("b", tensor.Of([]int16{2, 4})))},
		{"a matrix of text too", tensor.Of([]string{"x", "y"}, 1, 2), open, tableOf(column("", tensor.Of([]string{"x"})), column("", tensor.Of([]string{"y"})))},
		{"sparse data is converted", sparse(tensor.Of([]int64{5})), sparsePort, sparse(tensor.Of([]float64{5}))},
	} {
		got, err := plan.Fit(c.v, &c.port)
		if err != nil || !equal(got, c.want) {
			t.Errorf("%s: %s (%v), want %s", c.what, show(got), err, show(c.want))
		}
	}
	for _, c := range []struct {
		what string
		v    tensor.Value
		port model.Port
	}{
		{"the type is right", tensor.Of([]float64{1, 2}, 1, 2), f64},
		{"the type is accepted", tensor.Of([]float32{1, 2}, 1, 2), either},
		{"any type is taken", tensor.Of([]string{"a"}, 1, 1), whatever},
		{"a table for a port of tables", tableOf(column("z", tensor.Of([]string{"a"}))), tab},
		{"sparse data of the type", sparse(tensor.Of([]float64{5})), sparsePort},
		{"a sparse matrix that the port does not take is refused later", sparse(tensor.Of([]int64{5})), f64},
	} {
		got, err := plan.Fit(c.v, &c.port)
		if err != nil || got != c.v {
			t.Errorf("%s: another value came back (%v)", c.what, err)
		}
		if n := testing.AllocsPerRun(10, func() { plan.Fit(c.v, &c.port) }); n != 0 {
			t.Errorf("%s: %v allocations", c.what, n)
		}
	}
}

// equal compares values; NaN equals NaN.
func equal(a, b tensor.Value) bool {
	x, ok := a.(*tensor.Tensor)
	y, ok2 := b.(*tensor.Tensor)
	if !ok || !ok2 {
		return reflect.DeepEqual(plain(a), plain(b))
	}
	return reflect.DeepEqual(plain(x), plain(y))
}

func show(v tensor.Value) any { return plain(v) }

func plain(v tensor.Value) any {
	switch v := v.(type) {
	case *tensor.Tensor:
		if v.DType().IsFloat() {
			var bits []any
			for i := range v.Len() {
				if f := v.Float(i); f == f {
					bits = append(bits, f)
				} else {
					bits = append(bits, "NaN")
				}
			}
			return []any{v.String(), bits}
		}
		return []any{v.String(), tensor.Scalars(v)}
	case *tensor.Table:
		out := []any{v.N}
		for _, c := range v.Columns {
			out = append(out, c.Name, plain(c.Values), c.Missing)
		}
		return out
	case *tensor.Sparse:
		return []any{v.Rows, v.Cols, v.Indptr, v.Indices, plain(v.Data)}
	}
	return v
}

func TestFitRefuses(t *testing.T) {
	f64 := model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}}
	ab := f64
	ab.Columns = names("a", "b")
	text := model.Port{Name: "X", DType: tensor.String}
	tab := model.Port{Name: "X", Kind: model.Table, Columns: names("a", "b")}
	sparse := f64
	sparse.Sparse = true
	one := tensor.Of([]float64{1})
	for _, c := range []struct {
		what string
		v    tensor.Value
		port model.Port
		want string
	}{
		{"text for numbers", tensor.Of([]string{"1"}), f64, "input: X takes float64, not string"},
		{"numbers for text", one, text, "input: X takes string, not float64"},
		{"complex numbers", tensor.Of([]complex128{1}), f64, "input: X: tensor: no conversion from complex128 to float64"},
		{"columns that are missing", tableOf(column("z", one)), ab, "input: X lacks a, b"},
		{"one column that is missing", tableOf(column("a", one), column("", one)), ab, "input: X lacks b"},
		{"columns too many", tableOf(column("a", one), column("q", one), column("b", one), column("r", one)), ab, "input: X has columns that the model was not fitted on: q, r"},
		{"a column of text", tableOf(column("a", one), column("b", tensor.Of([]string{"x"}))), ab, "input: column b of X is string, a number is needed"},
		{"a column of categories", tableOf(column("a", one), tensor.Column{Name: "b", Values: tensor.Of([]int64{0}), Categories: []string{"x"}}), ab, "input: column b of X holds categories, a number is needed"},
		{"a vector for a table", one, tab, "input: X takes a table or a matrix, not 1 dimensions"},
		{"a narrow matrix for a table", tensor.New(tensor.Float64, 1, 1), tab, "input: X has 1 columns, the model takes 2"},
		{"a matrix of no type", &tensor.Tensor{}, tab, "input: X takes a table or a matrix, not 0 dimensions"},
		{"a matrix of an invalid type", tensor.New(tensor.Invalid, 1, 2), tab, "input: X of invalid"},
		{"sparse text", &tensor.Sparse{Data: tensor.Of([]string{})}, sparse, "input: X: tensor: no conversion from string to float64"},
	} {
		_, err := plan.Fit(c.v, &c.port)
		if !errors.Is(err, document.ErrInput) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
}
