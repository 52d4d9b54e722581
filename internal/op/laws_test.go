package op_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
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

// law is an operation with rows that it takes.
type law struct {
	name string
	op   model.Op
	in   []tensor.Value
	// noRows says what zero rows are: nil for an answer without rows.
	noRows error
	// whole says that rows are answered together, not one by one.
	whole bool
}

func laws(t *testing.T) []law {
	cats := func(list []op.Cell) *encode.Categories {
		c, ok := encode.NewCategories(list)
		if !ok {
			t.Fatal("equal categories")
		}
		return c
	}
	bad := document.ErrInput
	x := matrix(4, 1.5, -2, 0.1, 0.2, 0, 3, 1e8, -1e-8)
	x32 := single(4, 1.5, -2, 0.1, 0.2, 0, 3, 1e8, -1e-8)
	gaps := matrix(4, nan, 1, 2, 3, nan, nan, 5, 0)
	words := tensor.Column{Name: "w", Values: tensor.Of([]string{"a", "b", "", "q"}), Missing: []tensor.Missing{0, 0, tensor.MissingNone, 0}}
	nums := tensor.Column{Name: "n", Values: tensor.Of([]float64{1, nan, 3, 4})}
	levels := tensor.Column{Name: "c", Values: tensor.Of([]int64{0, 1, -1, 1}), Categories: []string{"b", "a"}}
	hot := func(sparse bool) *encode.OneHot {
		return &encode.OneHot{DType: tensor.Float64, Sparse: sparse, Columns: []encode.Hot{
			{Categories: cats(abNone), Code: []int32{0, 1, 2}, Unknown: -1, Width: 3},
			{Categories: cats(abNone), Code: []int32{0, -1, 1}, Unknown: -1, Width: 2},
		}}
	}
	fitted := []model.Column{{Name: "w", Text: true}, {Name: "n"}, {Name: "c", Text: true}}
	steps := []scale.Step{{Verb: scale.Sub, By: vector(0.3, 1)}, {Verb: scale.Div, By: vector(0.7, 3)}, {Verb: scale.Mul, By: vector(2, 3)}, {Verb: scale.Add, By: vector(1, 1)}}
	affine := &linear.Affine{Coef: matrix(2, 1, 2, 3, 4), Intercept: vector(0.5, -0.5)}
	fill := &impute.Fill{Placeholder: op.NumberCell(nan), Values: []op.Cell{op.NumberCell(7), op.NumberCell(9)}, Keep: []int{0, 1}, Marks: []int{1}}
	fillTable := &impute.Fill{Placeholder: op.Cell{Kind: op.NaN}, Values: []op.Cell{op.TextCell("x"), op.NumberCell(5), op.TextCell("y")}, Keep: []int{0, 1, 2}, Marks: []int{0}}
	two := []*tensor.Tensor{tensor.Of([]string{"no", "yes"})}
	floats := func() *validate.Matrix {
		return &validate.Matrix{Of: "C", Features: 2, Keep: []tensor.DType{tensor.Float32, tensor.Float64}, To: tensor.Float64, Allow: validate.NaN, Sparse: true}
	}
	open := floats()
	open.NoRows = true
	narrow := *open
	narrow.Keep, narrow.To = nil, tensor.Float32
	return []law{
		{name: "validate", op: floats(), in: []tensor.Value{x}, noRows: bad},
		{name: "validate float32", op: open, in: []tensor.Value{x32}},
		{name: "validate integers", op: open, in: []tensor.Value{tensor.Of([]int64{1, 2, 3, 4}, 2, 2)}},
		{name: "validate to float32", op: &narrow, in: []tensor.Value{x}},
		{name: "validate sparse", op: open, in: []tensor.Value{csr(x)}},
		{name: "validate sparse to float32", op: &narrow, in: []tensor.Value{csr(x)}},
		{name: "validate columns", op: open, in: []tensor.Value{table(nums, number(1, 2, 3, 4))}},
		{name: "validate table", op: &validate.Table{Of: "C", Fitted: fitted}, in: []tensor.Value{table(levels, words, nums)}, noRows: bad},
		{name: "validate table of a matrix", op: &validate.Table{Of: "C", Fitted: fitted[:2], NoRows: true}, in: []tensor.Value{x}},
		{name: "validate table of text", op: &validate.Table{Of: "C", Fitted: fitted[:1], NoRows: true}, in: []tensor.Value{tensor.Of([]string{"a", "b"}, 2, 1)}},
		{name: "scale", op: &scale.Columns{Steps: steps}, in: []tensor.Value{x}},
		{name: "scale float32", op: &scale.Columns{Steps: steps}, in: []tensor.Value{x32}},
		{name: "scale float32 wide", op: &scale.Columns{Steps: steps, Wide: true}, in: []tensor.Value{x32}},
		{name: "scale by nothing", op: &scale.Columns{}, in: []tensor.Value{x}},
		{name: "scale sparse", op: &scale.Columns{Steps: steps[1:3]}, in: []tensor.Value{csr(x)}},
		{name: "clip", op: &scale.Clip{Low: -1, High: 1}, in: []tensor.Value{x}},
		{name: "weight", op: &scale.By{Factor: 0.3}, in: []tensor.Value{x}},
		{name: "weight of integers", op: &scale.By{Factor: 0.3}, in: []tensor.Value{tensor.Of([]int32{1, 2, 3, 4}, 2, 2)}},
		{name: "weight sparse", op: &scale.By{Factor: 0.3}, in: []tensor.Value{csr(x)}},
		{name: "weight of columns", op: &scale.By{Factor: 0.3}, in: []tensor.Value{table(nums, number(1, 2, 3, 4))}},
		{name: "affine", op: affine, in: []tensor.Value{x}},
		{name: "affine sparse", op: affine, in: []tensor.Value{csr(x)}},
		{name: "affine of float32", op: affine, in: []tensor.Value{x32}},
		{name: "affine widened", op: &linear.Affine{Coef: single(2, 1, 2, 3, 4), Intercept: vector(0.5, -0.5)}, in: []tensor.Value{x32}},
		{name: "affine flat without intercept", op: &linear.Affine{Coef: matrix(1, 3, 4), Flat: true}, in: []tensor.Value{x}},
		{name: "one-hot", op: hot(false), in: []tensor.Value{table(words, levels)}},
		{name: "one-hot sparse", op: hot(true), in: []tensor.Value{table(words, levels)}},
		{name: "ordinal", op: &encode.Ordinal{DType: tensor.Float32, Columns: []encode.Place{{Categories: cats(abNone), Code: []float64{0, 1, nan}, Unknown: -1}}}, in: []tensor.Value{table(words)}},
		{name: "one-hot back", op: &encode.OneHotBack{Columns: []encode.Back{{Labels: abNone[:2], Unknown: true}}}, in: []tensor.Value{matrix(4, 1, 0, 0, 1, 0, 0, 1, 0)}},
		{name: "one-hot back of sparse", op: &encode.OneHotBack{Sort: tensor.Float64, Columns: []encode.Back{{Labels: []op.Cell{op.NumberCell(4), op.NumberCell(6)}}}}, in: []tensor.Value{csr(matrix(2, 1, 0, 0, 1))}},
		{name: "ordinal back", op: &encode.OrdinalBack{Sort: tensor.String, Columns: []encode.Decode{{Labels: abNone[:2]}}}, in: []tensor.Value{matrix(3, 1, 0, -1)}},
		{name: "impute", op: fill, in: []tensor.Value{gaps}},
		{name: "impute a table", op: fillTable, in: []tensor.Value{table(words, nums, levels)}},
		{name: "impute sparse", op: &impute.Fill{Placeholder: op.NumberCell(nan), Values: fill.Values, Keep: []int{1}}, in: []tensor.Value{csr(gaps)}},
		{name: "mark", op: &impute.Mark{Placeholder: op.NumberCell(nan), Features: 2, Columns: []int{0, 1}}, in: []tensor.Value{gaps}},
		{name: "mark sparse", op: &impute.Mark{Placeholder: op.NumberCell(nan), Features: 2, Columns: []int{1}, Sparse: true}, in: []tensor.Value{gaps}},
		{name: "mark a table", op: &impute.Mark{Placeholder: op.Cell{Kind: op.None}, Features: 2, Columns: []int{0}}, in: []tensor.Value{table(words, nums)}},
		{name: "restore", op: &impute.Restore{Placeholder: op.NumberCell(nan), Features: 2, Marks: []int{1}}, in: []tensor.Value{matrix(2, 1, 2, 1, 3, 4, 0)}, whole: true, noRows: bad},
		{name: "pick", op: &columns.Pick{Index: []int{1, 0, 1}, Fitted: fitted[:2], NoRows: true}, in: []tensor.Value{x}},
		{name: "pick float32", op: &columns.Pick{Index: []int{1}, Fitted: fitted[:2]}, in: []tensor.Value{x32}},
		{name: "pick text", op: &columns.Pick{Index: []int{1, 0}, Fitted: fitted[:2]}, in: []tensor.Value{tensor.Of([]string{"a", "b", "c", "d"}, 2, 2)}},
		{name: "pick sparse", op: &columns.Pick{Index: []int{1, 0, 1}, Fitted: fitted[:2]}, in: []tensor.Value{csr(x)}},
		{name: "pick of a table", op: &columns.Pick{Index: []int{2, 0}, Fitted: fitted, NoRows: true}, in: []tensor.Value{table(levels, words, nums)}},
		{name: "stack", op: &columns.Stack{}, in: []tensor.Value{x32, tensor.Of([]int16{1, 2, 3, 4}, 4, 1), csr(x)}},
		{name: "stack sparse", op: &columns.Stack{Sparse: true}, in: []tensor.Value{csr(x), x}},
		{name: "stack of kinds", op: &columns.Stack{}, in: []tensor.Value{table(words), x, csr(x)}},
		{name: "plain", op: columns.Plain{}, in: []tensor.Value{table(number(1, 2), tensor.Column{Values: tensor.Of([]int64{3, 4})})}},
		{name: "plain text", op: columns.Plain{}, in: []tensor.Value{table(text("a", "b"))}},
		{name: "plain with what is missing", op: columns.Plain{}, in: []tensor.Value{table(words, nums)}, whole: true},
		{name: "plain of a matrix", op: columns.Plain{}, in: []tensor.Value{x}},
		{name: "labels", op: &labels.Take{Classes: two}, in: []tensor.Value{x}},
		{name: "labels by sign", op: &labels.Take{Classes: two}, in: []tensor.Value{vector(1, -1, nan, 0)}},
		{name: "labels of float32", op: &labels.Take{Classes: []*tensor.Tensor{tensor.Of([]int64{3, 5})}}, in: []tensor.Value{x32}},
		{name: "names", op: &labels.Named{Names: []string{"a", "b"}}, in: []tensor.Value{tensor.Of([]int64{1, 0, 1})}},
		{name: "softmax", op: proba.FromScores{Link: proba.Softmax}, in: []tensor.Value{x}},
		{name: "logistic", op: proba.FromScores{Link: proba.Logistic}, in: []tensor.Value{vector(1, -1, nan, 800)}},
		{name: "logistic of float32", op: proba.FromScores{Link: proba.Logistic}, in: []tensor.Value{x32}},
		{name: "softmax pair", op: proba.FromScores{Link: proba.SoftmaxPair}, in: []tensor.Value{vector(1, -1, nan, 800)}},
		{name: "logarithm", op: proba.FromScores{Link: proba.Log}, in: []tensor.Value{matrix(2, 0, 1, 2, 0.5)}},
		{name: "trees", op: &trees.Mean{Ensemble: stump, Counts: true}, in: []tensor.Value{single(3, 0.5, 0.51, float32(nan))}},
		{name: "trees flat", op: &trees.Mean{Ensemble: regress, Flat: true}, in: []tensor.Value{single(3, 0.5, 0.51, float32(nan))}},
		{name: "trees of two outputs", op: &trees.Mean{Ensemble: outputs}, in: []tensor.Value{single(3, 0.5, 0.51, float32(nan))}},
		{name: "leaves", op: &trees.Leaf{Ensemble: stump}, in: []tensor.Value{single(3, 0.5, 0.51, float32(nan))}},
		{name: "path", op: &trees.Path{Ensemble: stump}, in: []tensor.Value{single(4, 0.5, 0.51, float32(nan), -1)}},
	}
}

// regress is a tree and a leaf; outputs has two outputs, of two and one values.
var (
	regress = &trees.Ensemble{Features: 1, Trees: 2, Widths: []int{1}, Load: loadTrees([]float64{0, 1, 2}, []float64{8})}
	outputs = &trees.Ensemble{Features: 1, Trees: 2, Widths: []int{2, 1}, Load: loadTrees(
		[]float64{0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0}, []float64{10, 20, 30, 0})}
)

func loadTrees(values ...[]float64) func() ([]trees.Tree, error) {
	return func() ([]trees.Tree, error) {
		all, err := stump.Load()
		for i := range all {
			all[i].Values = values[i]
		}
		return all, err
	}
}

// compiled is an operation with one plan, which every run below uses.
type compiled struct {
	plan *plan.Plan
	outs int
}

func compile(t *testing.T, o model.Op, in []tensor.Value) (compiled, error) {
	t.Helper()
	facts := make([]model.Fact, len(in))
	ports := make([]model.Port, len(in))
	for i, v := range in {
		facts[i] = factOf(v)
		ports[i] = model.Port{Name: fmt.Sprint(i), Kind: facts[i].Kind, DType: facts[i].DType, Shape: facts[i].Shape}
	}
	inferred, err := o.Infer(facts)
	if err != nil {
		return compiled{}, err
	}
	b := model.NewBuilder("law", ports...)
	r := b.Add(o, b.Inputs()...)
	var refs []model.Ref
	for i := range inferred {
		refs = append(refs, r.At(i))
	}
	p, err := plan.Compile(b.Graph(refs...), facts, &plan.Store{})
	return compiled{p, len(refs)}, err
}

func factOf(v tensor.Value) model.Fact {
	switch v := v.(type) {
	case *tensor.Tensor:
		f := model.DenseFact(v.DType(), model.Rows)
		for _, d := range v.Shape()[1:] {
			f.Shape = append(f.Shape, model.Dim(d))
		}
		return f
	case *tensor.Sparse:
		return model.Fact{Kind: model.Sparse, DType: v.Data.DType(), Shape: []model.Dim{model.Rows, model.Dim(v.Cols)}}
	case *tensor.Table:
		return model.Fact{Kind: model.Table, Shape: []model.Dim{model.Rows, model.Dim(len(v.Columns))}, Const: v.Rows(0, 0)}
	}
	panic("no fact")
}

func (c compiled) run(in []tensor.Value, threads int) ([]tensor.Value, error) {
	out := make([]tensor.Value, c.outs)
	return out, c.plan.Run(context.Background(), in, out, rowsOf(in[0]), plan.Options{Threads: threads})
}

func rowsOf(v tensor.Value) int {
	switch v := v.(type) {
	case *tensor.Tensor:
		return v.Dim(0)
	case *tensor.Sparse:
		return v.Rows
	case *tensor.Table:
		return v.N
	}
	panic("no rows")
}

// cut is rows of each value, in memory of its own.
func cut(in []tensor.Value, from, to int) []tensor.Value {
	out := make([]tensor.Value, len(in))
	for i, v := range in {
		switch v := v.(type) {
		case *tensor.Tensor:
			out[i] = v.Rows(from, to).Clone()
		case *tensor.Sparse:
			s := v.RowRange(from, to)
			s.Indices, s.Data = slices.Clone(s.Indices), s.Data.Clone()
			out[i] = s
		case *tensor.Table:
			t := v.Rows(from, to)
			for k := range t.Columns {
				c := &t.Columns[k]
				c.Values, c.Categories = c.Values.Clone(), slices.Clone(c.Categories)
				if c.Missing != nil {
					c.Missing = append([]tensor.Missing{}, c.Missing...)
				}
			}
			out[i] = t
		}
	}
	return out
}

// poison writes over all memory of a value.
func poison(v tensor.Value) {
	switch v := v.(type) {
	case *tensor.Tensor:
		if v.DType() == tensor.String {
			for i := range tensor.Data[string](v) {
				tensor.Data[string](v)[i] = "poison"
			}
		}
		b := v.Bytes()
		for i := range b {
			b[i] = 0xa5
		}
	case *tensor.Sparse:
		poison(v.Data)
		for i := range v.Indptr {
			v.Indptr[i] = -7
		}
		for i := range v.Indices {
			v.Indices[i] = -7
		}
	case *tensor.Table:
		for i := range v.Columns {
			poison(v.Columns[i].Values)
			for k := range v.Columns[i].Missing {
				v.Columns[i].Missing[k] = tensor.MissingNaN
			}
			for k := range v.Columns[i].Categories {
				v.Columns[i].Categories[k] = "poison"
			}
		}
	}
}

// bits is all that a value holds, as text; NaN is one value.
func bits(values ...tensor.Value) string {
	var b strings.Builder
	for _, v := range values {
		switch v := v.(type) {
		case *tensor.Tensor:
			fmt.Fprintf(&b, "%v ", v)
			for i := range v.Len() {
				if f := v.Float(i); v.DType().IsFloat() && f == f {
					fmt.Fprintf(&b, "%x ", math.Float64bits(f))
				} else if v.DType().IsFloat() {
					b.WriteString("NaN ")
				} else {
					fmt.Fprintf(&b, "%q ", fmt.Sprint(tensor.Scalars(v.Rows(0, v.Dim(0)).Clone()).([]any)[i]))
				}
			}
		case *tensor.Sparse:
			fmt.Fprintf(&b, "csr %d×%d %v %v %s", v.Rows, v.Cols, v.Indptr, v.Indices, bits(v.Data))
		case *tensor.Table:
			for _, c := range v.Columns {
				fmt.Fprintf(&b, "%q %v %q %s", c.Name, c.Missing, c.Categories, bits(c.Values))
			}
			fmt.Fprintf(&b, "of %d rows", v.N)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestKernelsLeaveTheirInputsAndKeepNoMemory runs each operation, writes over
// what it was given and what it answered, and runs it again.
func TestKernelsLeaveTheirInputsAndKeepNoMemory(t *testing.T) {
	for _, l := range laws(t) {
		n := rowsOf(l.in[0])
		c, err := compile(t, l.op, l.in)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		before := bits(l.in...)
		first := cut(l.in, 0, n)
		out, err := c.run(first, 1)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		if got := bits(first...); got != before {
			t.Errorf("%s changed its input:\n%s\n%s", l.name, before, got)
		}
		want := bits(out...)
		for _, v := range first {
			poison(v)
		}
		if got := bits(out...); got != want {
			t.Errorf("%s: the answer lies in the input:\n%s\n%s", l.name, want, got)
		}
		for _, v := range out {
			poison(v)
		}
		again, err := c.run(cut(l.in, 0, n), 1)
		if err != nil {
			t.Errorf("%s, again: %v", l.name, err)
		} else if got := bits(again...); got != want {
			t.Errorf("%s: kept memory of a call before:\n%s\n%s", l.name, want, got)
		}
		// Into the caller's tensors, full of something else.
		for i, v := range again {
			poison(v)
			out[i] = v
		}
		if err := c.plan.Run(context.Background(), cut(l.in, 0, n), out, n, plan.Options{}); err != nil {
			t.Errorf("%s, into used memory: %v", l.name, err)
		} else if got := bits(out...); got != want {
			t.Errorf("%s: used memory shows through:\n%s\n%s", l.name, want, got)
		}
		fresh, err := compile(t, l.op, l.in)
		if err != nil {
			t.Fatal(err)
		}
		other, err := fresh.run(cut(l.in, 0, n), 1)
		if got := bits(other...); err != nil || got != want {
			t.Errorf("%s: another plan answers otherwise: %v\n%s\n%s", l.name, err, want, got)
		}
	}
}

// TestRowsAreAnsweredOneByOne holds the answer of each row alone, and of many
// rows on several threads, to that of all rows together.
func TestRowsAreAnsweredOneByOne(t *testing.T) {
	for _, l := range laws(t) {
		if l.whole {
			continue
		}
		n := rowsOf(l.in[0])
		c, err := compile(t, l.op, l.in)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		want, err := c.run(cut(l.in, 0, n), 1)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		for r := range n {
			one, err := c.run(cut(l.in, r, r+1), 1)
			if err != nil {
				t.Errorf("%s, row %d alone: %v", l.name, r, err)
				continue
			}
			for i := range one {
				if w := sameRow(want[i], r, n); w != nil && cells(one[i]) != cells(w) {
					t.Errorf("%s, row %d alone, answer %d: %s, want %s", l.name, r, i, cells(one[i]), cells(w))
				}
			}
		}
		many := cut(l.in, 0, n)
		for range 8 { // n × 256 rows
			for i := range many {
				many[i] = tensor.Stack(many[i], many[i])
			}
		}
		a, err1 := c.run(many, 1)
		b, err2 := c.run(many, 5)
		if err1 != nil || err2 != nil || bits(a...) != bits(b...) {
			t.Errorf("%s: five threads answer otherwise than one (%v, %v)", l.name, err1, err2)
		}
	}
}

// sameRow is a row of an answer; nil where the answer does not count rows.
func sameRow(v tensor.Value, r, n int) tensor.Value {
	if t, ok := v.(*tensor.Tensor); ok && t.Dim(0) != n {
		return nil
	}
	return cut([]tensor.Value{v}, r, r+1)[0]
}

// cells is an answer's numbers and texts without the marks' form: a column
// without a missing cell may have marks or none.
func cells(v tensor.Value) string {
	t, ok := v.(*tensor.Table)
	if !ok {
		return bits(v)
	}
	var b strings.Builder
	for i := range t.Columns {
		c := op.Cells(&t.Columns[i])
		for r := range t.N {
			fmt.Fprintf(&b, "%+v ", c.At(r))
		}
	}
	return b.String()
}

func TestZeroRows(t *testing.T) {
	for _, l := range laws(t) {
		c, err := compile(t, l.op, l.in)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		noRows := l.noRows
		if p, ok := l.op.(*columns.Pick); ok && !p.NoRows {
			if factOf(l.in[0]).Kind == model.Table {
				noRows = document.ErrInput
			}
		}
		out, err := c.run(cut(l.in, 0, 0), 1)
		if noRows != nil {
			if !errors.Is(err, noRows) {
				t.Errorf("%s: %v, want a refusal of no rows", l.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		full, err := c.run(cut(l.in, 0, rowsOf(l.in[0])), 1)
		if err != nil {
			t.Errorf("%s: %v", l.name, err)
			continue
		}
		for i, v := range out {
			if sameRow(full[i], 0, rowsOf(l.in[0])) != nil && rowsOf(v) != 0 {
				t.Errorf("%s: answer %d has %d rows", l.name, i, rowsOf(v))
			}
			if a, b := factOf(v), factOf(full[i]); !l.whole && (a.Kind != b.Kind || a.DType != b.DType || !reflect.DeepEqual(a.Shape, b.Shape)) {
				t.Errorf("%s: answer %d is %v without rows and %v with", l.name, i, a, b)
			}
		}
	}
}

// TestInferOfOddFactsIsAnErrorNeverAPanic asks each operation for inputs that
// no graph should bring.
func TestInferOfOddFactsIsAnErrorNeverAPanic(t *testing.T) {
	var odd []model.Fact
	for _, k := range []model.Kind{model.Dense, model.Sparse, model.Table, model.Ragged, model.Handle} {
		for _, d := range []tensor.DType{tensor.Invalid, tensor.Bool, tensor.Float16, tensor.Float32, tensor.Complex128, tensor.String} {
			for _, s := range [][]model.Dim{{model.Rows, 77}, {model.Rows, 0}, {model.Rows, 1}, {model.Rows, model.Unknown}, {model.Rows, 2, 2}, {model.Rows}, {}} {
				odd = append(odd, model.Fact{Kind: k, DType: d, Shape: s})
			}
		}
	}
	for _, v := range []*tensor.Table{
		{}, table(text("a")), table(number(1)), table(tensor.Column{Values: tensor.Of([]complex64{1})}),
		table(slices.Repeat([]tensor.Column{number(1)}, 7)...), table(slices.Repeat([]tensor.Column{text("a")}, 7)...),
		table(slices.Repeat([]tensor.Column{{Values: tensor.Of([]int64{0}), Categories: []string{"a"}}}, 2)...),
	} {
		odd = append(odd, factOf(v))
	}
	for _, l := range laws(t) {
		refused := 0
		for _, f := range odd {
			in := slices.Repeat([]model.Fact{f}, len(l.in))
			err := bound(l.op, in)
			if err != nil {
				refused++
				if !errors.Is(err, document.ErrInput) && !errors.Is(err, document.ErrUnsupported) {
					t.Errorf("%s of %v: %v", l.name, f, err)
				}
			}
		}
		if _, ok := l.op.(columns.Plain); !ok && refused == 0 {
			t.Errorf("%s takes everything", l.name)
		}
	}
}

// bound infers and, where that is well, binds. A panic becomes an error that is
// none of the sentinels.
func bound(o model.Op, in []model.Fact) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	if _, err := o.Infer(in); err != nil {
		return err
	}
	_, err = o.Bind(noPlan{}, in)
	return err
}

// noPlan is a binder for ops without subgraphs.
type noPlan struct{}

func (noPlan) Pack(_ any, _ string, build func() (any, error)) (any, error) { return build() }
func (noPlan) Subplan(*model.Graph, []model.Fact) (model.Kernel, error) {
	return nil, errors.New("no subgraphs here")
}

// TestPoisonReachesEveryPart holds the helper itself: poison and bits see
// every part of a value.
func TestPoisonReachesEveryPart(t *testing.T) {
	for _, l := range laws(t) {
		in := cut(l.in, 0, rowsOf(l.in[0]))
		before := bits(in...)
		for _, v := range in {
			poison(v)
		}
		if bits(in...) == before {
			t.Errorf("%s: poison does not show", l.name)
		}
		if bits(l.in...) != before {
			t.Errorf("%s: the copy shares memory", l.name)
		}
	}
}
