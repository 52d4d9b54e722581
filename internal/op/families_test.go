package op_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/columns"
	"github.com/larder-ml/larder/internal/op/encode"
	"github.com/larder-ml/larder/internal/op/impute"
	"github.com/larder-ml/larder/internal/op/labels"
	"github.com/larder-ml/larder/internal/op/linear"
	"github.com/larder-ml/larder/internal/op/proba"
	"github.com/larder-ml/larder/internal/op/scale"
	"github.com/larder-ml/larder/internal/op/trees"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// run compiles one operation for its inputs and runs it.
func run(t *testing.T, o model.Op, in ...tensor.Value) ([]tensor.Value, error) {
	t.Helper()
	var ports []model.Port
	var facts []model.Fact
	rows := 0
	for i, v := range in {
		f := model.Fact{}
		switch v := v.(type) {
		case *tensor.Tensor:
			f.DType, f.Shape = v.DType(), []model.Dim{model.Rows}
			for _, d := range v.Shape()[1:] {
				f.Shape = append(f.Shape, model.Dim(d))
			}
			rows = v.Dim(0)
		case *tensor.Sparse:
			f.Kind, f.DType, f.Shape = model.Sparse, v.Data.DType(), []model.Dim{model.Rows, model.Dim(v.Cols)}
			rows = v.Rows
		case *tensor.Table:
			f.Kind, f.Shape, f.Const = model.Table, []model.Dim{model.Rows, model.Dim(len(v.Columns))}, v.Rows(0, 0)
			rows = v.N
		}
		facts = append(facts, f)
		ports = append(ports, model.Port{Name: fmt.Sprint(i), Kind: f.Kind, DType: f.DType, Shape: f.Shape})
	}
	inferred, err := o.Infer(facts)
	if err != nil {
		return nil, err
	}
	b := model.NewBuilder("test", ports...)
	r := b.Add(o, b.Inputs()...)
	var outs []model.Ref
	for i := range inferred {
		outs = append(outs, r.At(i))
	}
	p, err := plan.Compile(b.Graph(outs...), facts, &plan.Store{})
	if err != nil {
		return nil, err
	}
	out := make([]tensor.Value, len(outs))
	return out, p.Run(t.Context(), in, out, rows, plan.Options{})
}

func matrix(rows int, v ...float64) *tensor.Tensor { return tensor.Of(v, rows, len(v)/rows) }
func single(rows int, v ...float32) *tensor.Tensor { return tensor.Of(v, rows, len(v)/rows) }
func text(v ...string) tensor.Column               { return tensor.Column{Values: tensor.Of(v)} }
func number(v ...float64) tensor.Column            { return tensor.Column{Values: tensor.Of(v)} }
func vector(v ...float64) *tensor.Tensor           { return tensor.Of(v) }

func table(cols ...tensor.Column) *tensor.Table {
	return &tensor.Table{N: cols[0].Values.Len(), Columns: cols}
}

// csr is the matrix's entries that are not zero.
func csr(m *tensor.Tensor) *tensor.Sparse {
	s := &tensor.Sparse{Rows: m.Dim(0), Cols: m.Dim(1), Indptr: []int64{0}}
	var v []float64
	for r := range s.Rows {
		for c := range s.Cols {
			if x := m.Float(r*s.Cols + c); x != 0 {
				s.Indices, v = append(s.Indices, int64(c)), append(v, x)
			}
		}
		s.Indptr = append(s.Indptr, int64(len(v)))
	}
	s.Data = tensor.Of(v)
	return s
}

func show(v tensor.Value) string {
	switch v := v.(type) {
	case *tensor.Tensor:
		if v.DType() == tensor.Float32 {
			return fmt.Sprint(v, tensor.Data[float32](v))
		}
		return fmt.Sprint(v, tensor.Scalars(v))
	case *tensor.Sparse:
		return fmt.Sprint("csr ", v.Cols, v.Indptr, v.Indices, tensor.Scalars(v.Data))
	case *tensor.Table:
		var b strings.Builder
		for _, c := range v.Columns {
			fmt.Fprint(&b, tensor.Scalars(c.Values))
			if c.Missing != nil {
				fmt.Fprint(&b, c.Missing)
			}
		}
		return b.String()
	}
	return fmt.Sprint(v)
}

var (
	nan    = math.NaN()
	abNone = []op.Cell{op.TextCell("a"), op.TextCell("b"), {Kind: op.NaN}}
	stump  = &trees.Ensemble{Features: 1, Trees: 2, Widths: []int{2}, Load: func() ([]trees.Tree, error) {
		t := trees.Tree{Values: []float64{0, 0, 3, 1, 1, 3}, Tree: forest.Tree[float32]{Left: []int32{1, -1, -1}, Right: []int32{2, -1, -1},
			Feature: []int32{0, 0, 0}, Threshold: []float32{forest.Above32(0.5), 0, 0}, DefaultLeft: []bool{true, false, false}}}
		u := trees.Tree{Values: []float64{0, 8}, Tree: forest.Tree[float32]{Left: []int32{-1}, Right: []int32{-1}, Feature: []int32{0}, Threshold: []float32{0}}}
		return []trees.Tree{t, u}, nil
	}}
)

// What the operations answer; numbers beyond the obvious are numpy's, scipy's
// and scikit-learn 1.9.1's.
func TestOperations(t *testing.T) {
	cats := func(list []op.Cell) *encode.Categories {
		c, ok := encode.NewCategories(list)
		if !ok {
			t.Fatal("equal categories")
		}
		return c
	}
	hot := &encode.OneHot{DType: tensor.Float64, Sparse: true, Columns: []encode.Hot{{Categories: cats(abNone), Code: []int32{0, -1, 1}, Unknown: -1, Width: 2}}}
	ordinal := &encode.Ordinal{DType: tensor.Int32, Columns: []encode.Place{{Categories: cats(abNone), Code: []float64{0, 1, -9}, Unknown: -1}}}
	steps := []scale.Step{{Verb: scale.Sub, By: vector(0.3333333333333333, 4.1)}, {Verb: scale.Div, By: vector(0.7, 1.9)}}
	affine := &linear.Affine{Coef: matrix(2, 1, 2, 3, 4), Intercept: vector(0.5, -0.5)}
	fill := &impute.Fill{Placeholder: op.NumberCell(nan), Values: []op.Cell{op.NumberCell(7), op.NumberCell(nan), op.NumberCell(9)}, Keep: []int{0, 2}, Marks: []int{2}}
	fillText := &impute.Fill{Placeholder: op.Cell{Kind: op.None}, Values: []op.Cell{op.TextCell("x")}, Keep: []int{0}, Marks: []int{0}}
	gappy := tensor.Column{Values: tensor.Of([]string{"a", ""}), Missing: []tensor.Missing{0, tensor.MissingNaN}}
	for _, c := range []struct {
		name string
		op   model.Op
		in   []tensor.Value
		want string
	}{
		{"float32 stays", &validate.Matrix{Features: 1, Keep: []tensor.DType{tensor.Float32}, To: tensor.Float64}, []tensor.Value{single(1, 0.1)}, "float32[1 1] [0.1]"},
		{"float64 is rounded", &validate.Matrix{Features: 1, To: tensor.Float32}, []tensor.Value{matrix(1, 0.1)}, "float32[1 1] [0.1]"},
		{"columns by name", &validate.Matrix{Features: 2, Names: []string{"p", "q"}, To: tensor.Float64},
			[]tensor.Value{table(tensor.Column{Name: "q", Values: tensor.Of([]int64{2})}, tensor.Column{Name: "p", Values: tensor.Of([]bool{true})})}, "float64[1 2] [1 2]"},
		{"affine", affine, []tensor.Value{matrix(2, 1, 1, 0, 2)}, "float64[2 2] [3.5 6.5 4.5 7.5]"},
		{"affine sparse", affine, []tensor.Value{csr(matrix(2, 1, 1, 0, 2))}, "float64[2 2] [3.5 6.5 4.5 7.5]"},
		{"affine of float32 in float64", affine, []tensor.Value{single(1, 0.5, 2)}, "float64[1 2] [5 9]"},
		{"affine in float32", &linear.Affine{Coef: single(1, 0.1, 0.2), Intercept: tensor.Of([]float32{0.25}), Flat: true}, []tensor.Value{single(1, 1, 1)}, "float32[1] [0.55]"},
		{"a wide intercept", &linear.Affine{Coef: single(1, 0.5, 0.25), Intercept: vector(0.125), Flat: true}, []tensor.Value{single(1, 1, 1)}, "float64[1] [0.875]"},
		{"scale float32", &scale.Columns{Steps: steps}, []tensor.Value{single(1, 0.1, 3)}, "float32[1 2] [-0.33333337 -0.5789473]"},
		{"scale float32 in float64", &scale.Columns{Steps: steps, Wide: true}, []tensor.Value{single(1, 0.1, 3)}, "float32[1 2] [-0.33333334 -0.57894737]"},
		{"scale by zeros kept", &scale.Columns{Steps: steps[1:]}, []tensor.Value{csr(matrix(2, 1, 2, 0, 4))}, "csr 2 [0 2 3] [0 1 1] [1.4285714285714286 1.0526315789473684 2.1052631578947367]"},
		{"weight", &scale.By{Factor: 0.5}, []tensor.Value{tensor.Of([]int64{3}, 1, 1)}, "float64[1 1] [1.5]"},
		{"weight of columns", &scale.By{Factor: 2}, []tensor.Value{table(number(1.5), tensor.Column{Values: tensor.Of([]int64{3})})}, "float64[1 2] [3 6]"},
		{"softmax", proba.FromScores{Link: proba.Softmax}, []tensor.Value{matrix(1, 100, 101, -1000)}, "float64[1 3] [0.2689414213699951 0.7310585786300049 0]"},
		{"logistic pair", proba.FromScores{Link: proba.Logistic}, []tensor.Value{vector(0, 800, -40)}, "float64[3 2] [0.5 0.5 0 1 1 4.248354255291589e-18]"},
		{"logistic shares", proba.FromScores{Link: proba.Logistic}, []tensor.Value{matrix(1, -800, -800, -800)}, "float64[1 3] [0.3333333333333333 0.3333333333333333 0.3333333333333333]"},
		{"softmax pair", proba.FromScores{Link: proba.SoftmaxPair}, []tensor.Value{vector(0)}, "float64[1 2] [0.5 0.5]"},
		{"logarithm of the least", proba.FromScores{Link: proba.Log}, []tensor.Value{vector(0, 1, 0x1p-1074)}, "float64[3] [-Inf 0 -744.4400719213812]"},
		{"labels by sign", &labels.Take{Classes: []*tensor.Tensor{tensor.Of([]string{"no", "yes"})}}, []tensor.Value{vector(0, 1e-9, -1)}, "string[3] [no yes no]"},
		{"labels: the first of equals, a NaN before", &labels.Take{Classes: []*tensor.Tensor{tensor.Of([]int64{7, 8, 9})}}, []tensor.Value{matrix(2, 1, 2, 2, 1, nan, 5)}, "int64[2] [8 8]"},
		{"labels of two outputs", &labels.Take{Classes: []*tensor.Tensor{tensor.Of([]bool{false, true}), tensor.Of([]bool{false, true})}}, []tensor.Value{matrix(1, 0.2, 0.8), matrix(1, 0.9, 0.1)}, "bool[1 2] [true false]"},
		{"trees on average", &trees.Mean{Ensemble: stump, Counts: true}, []tensor.Value{single(3, 0.5, 0.51, float32(nan))}, "float64[3 2] [0.375 0.625 0.125 0.875 0.375 0.625]"},
		{"leaves", &trees.Leaf{Ensemble: stump}, []tensor.Value{single(2, 0, 1)}, "int64[2 2] [1 0 2 0]"},
		{"pick", &columns.Pick{Index: []int{2, 0}, Fitted: make([]model.Column, 3)}, []tensor.Value{matrix(1, 1, 2, 3)}, "float64[1 2] [3 1]"},
		{"pick sparse", &columns.Pick{Index: []int{2, 0}, Fitted: make([]model.Column, 3)}, []tensor.Value{csr(matrix(1, 1, 0, 3))}, "csr 2 [0 2] [1 0] [1 3]"},
		{"stack", &columns.Stack{}, []tensor.Value{single(1, 1), tensor.Of([]int64{2}, 1, 1)}, "float64[1 2] [1 2]"},
		{"stack sparse", &columns.Stack{Sparse: true}, []tensor.Value{csr(matrix(1, 0, 5)), matrix(1, 0, 6)}, "csr 4 [0 2] [1 3] [5 6]"},
		{"stack text and numbers", &columns.Stack{}, []tensor.Value{table(text("a")), matrix(1, 6)}, "[a][6]"},
		{"plain", columns.Plain{}, []tensor.Value{table(text("a", "b"), text("c", "d"))}, "string[2 2] [a c b d]"},
		{"plain keeps what is missing", columns.Plain{}, []tensor.Value{table(gappy)}, "[a ][0 2]"},
		{"impute", fill, []tensor.Value{matrix(2, nan, 1, 2, 3, nan, nan)}, "float64[2 3] [7 2 0 3 9 1]"},
		{"impute text", fillText, []tensor.Value{table(gappy)}, "[a x][false true]"},
		{"impute a blank column of text", fillText, []tensor.Value{table(number(nan, nan))}, "[x x][true true]"},
		{"mark", &impute.Mark{Placeholder: op.NumberCell(0), Features: 2, Columns: []int{1}}, []tensor.Value{matrix(2, 0, 0, 0, 1)}, "bool[2 1] [true false]"},
		{"restore", &impute.Restore{Placeholder: op.NumberCell(nan), Features: 2, Marks: []int{1}}, []tensor.Value{matrix(2, 1, 2, 1, 3, 4, 0)}, "float64[2 2] [1 NaN 3 4]"},
		{"one-hot", hot, []tensor.Value{table(tensor.Column{Values: tensor.Of([]string{"a", "b", "", "q"}), Missing: []tensor.Missing{0, 0, 1, 0}})}, "csr 2 [0 1 1 2 2] [0 1] [1 1]"},
		{"ordinal", ordinal, []tensor.Value{table(tensor.Column{Values: tensor.Of([]string{"a", "b", "", "q"}), Missing: []tensor.Missing{0, 0, 1, 0}})}, "int32[4 1] [0 1 -9 -1]"},
		{"one-hot back", &encode.OneHotBack{Sort: tensor.Invalid, Columns: []encode.Back{{Labels: abNone[:2], Unknown: true}}}, []tensor.Value{matrix(3, 1, 0, 0, 1, 0, 0)}, "[a b ][0 0 1]"},
		{"one-hot back to numbers", &encode.OneHotBack{Sort: tensor.Int64, Columns: []encode.Back{{Labels: []op.Cell{op.NumberCell(4), op.NumberCell(6)}, Refuse: true}}}, []tensor.Value{matrix(2, 1, 0, 0, 1)}, "int64[2 1] [4 6]"},
		{"ordinal back", &encode.OrdinalBack{Sort: tensor.String, Columns: []encode.Decode{{Labels: abNone[:2]}}}, []tensor.Value{matrix(3, 1, 0, -1)}, "string[3 1] [b a b]"},
	} {
		out, err := run(t, c.op, c.in...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := show(out[0]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What the operations refuse, as data that the model does not take.
func TestRefusals(t *testing.T) {
	finite := &validate.Matrix{Of: "Ridge", Features: 2, Names: []string{"width", "height"}, Keep: []tensor.DType{tensor.Float64}, To: tensor.Float64}
	cats, _ := encode.NewCategories(abNone[:2])
	cats.Objects = true
	hot := &encode.OneHot{DType: tensor.Float64, Columns: []encode.Hot{{Categories: cats, Code: []int32{0, 1}, Unknown: encode.Refuse, Width: 2}}}
	for _, c := range []struct {
		op   model.Op
		in   tensor.Value
		says string
	}{
		{finite, matrix(1, 1, nan), "NaN in column height"},
		{finite, matrix(2, 1, 2, math.Inf(1), 3), "infinity"},
		{finite, matrix(1, 1, 2, 3), "3 features, Ridge is fitted on 2"},
		{finite, tensor.New(tensor.Float64, 0, 2), "no rows"},
		{finite, vector(1, 2), "dimensions"},
		{finite, csr(matrix(1, 1, 2)), "no sparse matrix"},
		{finite, tensor.Of([]string{"a", "b"}, 1, 2), "numbers"},
		{finite, table(tensor.Column{Name: "width", Values: vector(1)}), "missing: height"},
		{&validate.Matrix{Features: 1, To: tensor.Float32, Allow: validate.NaN}, matrix(1, 1e39), "too large for float32"},
		{&columns.Pick{Index: []int{0}, Fitted: []model.Column{{Name: "a"}, {Name: "b"}}}, table(tensor.Column{Name: "b", Values: vector(1)}), "missing: a"},
		{hot, table(text("q")), `"q" in column`},
		{hot, table(number(1)), "holds numbers"},
		{&scale.Columns{Steps: []scale.Step{{Verb: scale.Sub, By: vector(1, 1)}}}, csr(matrix(1, 1, 2)), "centred"},
		{&impute.Mark{Placeholder: op.NumberCell(nan), Features: 2, Columns: []int{1}, Strict: true}, matrix(1, nan, 1), "without any"},
		{&impute.Restore{Placeholder: op.NumberCell(nan), Features: 2, Marks: []int{1}}, matrix(1, 1, 2, 1), "do not fit"},
		{&encode.OrdinalBack{Sort: tensor.String, Columns: []encode.Decode{{Labels: abNone[:2]}}}, matrix(1, 2), "no code"},
		{&encode.OneHotBack{Sort: tensor.String, Columns: []encode.Back{{Labels: abNone[:2], Refuse: true}}}, matrix(1, 0, 0), "without a category"},
		{&validate.Never{Why: "not so"}, matrix(1, 1), "not so"},
	} {
		_, err := run(t, c.op, c.in)
		if !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of %s: %v, want an input error that says %q", c.op.Name(), show(c.in), err, c.says)
		}
	}
}
