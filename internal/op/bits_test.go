package op_test

import (
	"errors"
	"math"
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
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// TestBitsOfNumpy holds operations that promise bits to numpy 2.4.6 and scipy
// 1.17.1, and sums of products, which promise none, to a few ulps.
func TestBitsOfNumpy(t *testing.T) {
	x := matrix(3, 0.1, -3.7, 1e8, 0.3, nan, 7)
	x32, err := x.Convert(tensor.Float32)
	if err != nil {
		t.Fatal(err)
	}
	by := vector(0.7, 3)
	steps := []scale.Step{{Verb: scale.Sub, By: vector(0.3, 1.0/3)}, {Verb: scale.Div, By: by}}
	entries := csr(matrix(2, 0, 2.5, 0.1, 0))
	narrow := *entries
	if narrow.Data, err = entries.Data.Convert(tensor.Float32); err != nil {
		t.Fatal(err)
	}
	scores := vector(-800, -1.5, 0, 2.25, 40)
	scores32, _ := scores.Convert(tensor.Float32)
	m := matrix(2, 1.5, -2, 0.25, 0.1, 0.2, 0.3)
	m32, _ := m.Convert(tensor.Float32)
	w := matrix(2, 0.5, 1, -4, 3, 0.1, 0.7)
	w32, _ := w.Convert(tensor.Float32)
	logistic := func(p ...float64) []float64 {
		var out []float64
		for _, p := range p {
			out = append(out, 1-p, p)
		}
		return out
	}
	logistic32 := func(p ...float32) []float64 {
		var out []float64
		for _, p := range p {
			out = append(out, float64(1-p), float64(p))
		}
		return out
	}
	for _, c := range []struct {
		name string
		op   model.Op
		in   tensor.Value
		want []float64
		rel  float64
	}{
		{"x -= m; x /= s", &scale.Columns{Steps: steps}, x,
			[]float64{-0x1.2492492492492p-2, -0x1.582d82d82d82dp+0, 0x1.107a76cdb6db7p+27, -0x1.6c16c16c16c15p-7, nan, 0x1.1c71c71c71c72p+1}, 0},
		{"in float32, with m and s in float32", &scale.Columns{Steps: steps}, x32,
			[]float64{-0x1.24924cp-2, -0x1.582d82p+0, 0x1.107a78p+27, -0x1.6c16cp-7, nan, 0x1.1c71c6p+1}, 0},
		{"in float32, with m and s in float64", &scale.Columns{Steps: steps, Wide: true}, x32,
			[]float64{-0x1.24924ap-2, -0x1.582d82p+0, 0x1.107a76p+27, -0x1.6c16b8p-7, nan, 0x1.1c71c6p+1}, 0},
		{"a sparse matrix times 1/s", &scale.Columns{Steps: steps[1:]}, entries, []float64{0x1.aaaaaaaaaaaaap-1, 0x1.2492492492493p-3}, 0},
		{"a sparse float32 matrix times 1/s", &scale.Columns{Steps: steps[1:]}, &narrow, []float64{0x1.aaaaaap-1, 0x1.24924ap-3}, 0},
		{"expit", proba.FromScores{Link: proba.Logistic}, scores,
			logistic(0, 0x1.759b8355a1bb0p-3, 0.5, 0x1.cf2e5add226b5p-1, 1), 0},
		{"expit of float32", proba.FromScores{Link: proba.Logistic}, scores32,
			logistic32(0, 0x1.759b84p-3, 0.5, 0x1.cf2e5ap-1, 1), 0},
		{"log", proba.FromScores{Link: proba.Log}, vector(0, 0.5, 1, 0x1p-1074, nan), []float64{math.Inf(-1), -0x1.62e42fefa39efp-1, 0, -0x1.74385446d71c3p+9, nan}, 1e-15},
		{"log of float32", proba.FromScores{Link: proba.Log}, tensor.Of([]float32{0.5, 0.1, 3}), []float64{-0x1.62e43p-1, -0x1.26bb1cp+1, 0x1.193ea8p+0}, 0},
		{"softmax", proba.FromScores{Link: proba.Softmax}, matrix(3, 1, 2, 3, -1, 0.5, 0.25, 1000, 1000, -1000),
			[]float64{0x1.70c3e5f682bdap-4, 0x1.f534335ca4bcfp-3, 0x1.549a766a06790p-1, 0x1.c887a110e346fp-4, 0x1.ff8193654799bp-2, 0x1.8e5c84567f947p-2, 0.5, 0.5, 0}, 1e-15},
		{"a softmax with a NaN is NaN", proba.FromScores{Link: proba.Softmax}, matrix(1, 1, nan, 3), []float64{nan, nan, nan}, 0},
		{"one against the rest", proba.FromScores{Link: proba.Logistic}, matrix(2, 1, 2, 3, -1, 0.5, 0.25),
			[]float64{0x1.23eb15c05ed32p-2, 0x1.5fb5d21dc52d2p-2, 0x1.7c5f1821dbffbp-2, 0x1.7aebf78d59fabp-3, 0x1.b680d53c167cfp-2, 0x1.8c092efd3c85ap-2}, 1e-15},
		{"softmax of (-x, x)", proba.FromScores{Link: proba.SoftmaxPair}, vector(-1.5, 0, 2.25),
			[]float64{0x1.e7b7cbc36fabdp-1, 0x1.848343c905446p-5, 0.5, 0.5, 0x1.680527a405c3bp-7, 0x1.fa5feb616fe8fp-1}, 1e-15},
		{"X @ W.T + b", &linear.Affine{Coef: w, Intercept: vector(0.1, -0.2)}, m,
			[]float64{-0x1.1333333333333p+1, 0x1.1199999999999p+2, -0x1.b333333333333p-1, 0x1.51eb851eb851fp-2}, 1e-15},
		{"X @ W.T + b, sparse", &linear.Affine{Coef: w, Intercept: vector(0.1, -0.2)}, csr(m),
			[]float64{-0x1.1333333333333p+1, 0x1.1199999999999p+2, -0x1.b333333333333p-1, 0x1.51eb851eb851fp-2}, 1e-15},
		{"X @ W.T in float32", &linear.Affine{Coef: w32}, m32, []float64{-0x1.2p+1, 0x1.1e6668p+2, -0x1.e66668p-1, 0x1.0f5c2ap-1}, 3e-7},
		{"a float32 product, a float64 intercept", &linear.Affine{Coef: w32, Intercept: vector(0.1, -0.2)}, m32,
			[]float64{-0x1.1333333333333p+1, 0x1.11999b3333333p+2, -0x1.b33334ccccccdp-1, 0x1.51eb873333333p-2}, 5e-7},
		{"the ends of clipping, NaN between", &scale.Clip{Low: -0.1, High: 0.1}, single(1, -5, 5, float32(nan), 0.05), []float64{float64(float32(-0.1)), float64(float32(0.1)), nan, float64(float32(0.05))}, 0},
		{"a tree's values by hand", &trees.Mean{Ensemble: regress, Flat: true}, single(4, 0.5, 0.50000006, float32(nan), -1), []float64{4.5, 5, 4.5, 4.5}, 0},
		{"their sum", &trees.Mean{Ensemble: regress, Flat: true, Sum: true}, single(2, 0, 1), []float64{9, 10}, 0},
	} {
		out, err := run(t, c.op, c.in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		v, ok := out[0].(*tensor.Tensor)
		if s, sparse := out[0].(*tensor.Sparse); sparse {
			v, ok = s.Data, true
		}
		if !ok || v.Len() != len(c.want) {
			t.Errorf("%s: %s", c.name, show(out[0]))
			continue
		}
		for i, want := range c.want {
			got := v.Float(i)
			if got != want && !(got != got && want != want) && !(math.Abs(got-want) <= c.rel*math.Abs(want)) {
				t.Errorf("%s, element %d: %x, want %x", c.name, i, got, want)
			}
		}
	}
}

func TestTreesOfTwoOutputs(t *testing.T) {
	out, err := run(t, &trees.Mean{Ensemble: outputs}, single(2, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := show(out[0]), show(out[1]); a != "float64[2 2] [5.5 11 7 12.5]" || b != "float64[2 1] [16.5 18]" {
		t.Errorf("%s and %s", a, b)
	}
	out, err = run(t, &trees.Path{Ensemble: stump}, single(3, 0.5, 1, float32(nan)))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := show(out[0]), show(out[1]); a != "csr 4 [0 3 6 9] [0 1 3 0 2 3 0 1 3] [1 1 1 1 1 1 1 1 1]" || b != "int64[3] [0 3 4]" {
		t.Errorf("%s and %s", a, b)
	}
	out, err = run(t, &trees.Path{Ensemble: stump, NaNRight: true, Single: true}, single(1, float32(nan)))
	if err != nil || show(out[0]) != "csr 4 [0 3] [0 2 3] [1 1 1]" || len(out) != 1 {
		t.Errorf("%v (%v)", out, err)
	}
	sparse := &tensor.Sparse{Rows: 2, Cols: 1, Indptr: []int64{0, 0, 1}, Indices: []int64{0}, Data: tensor.Of([]float32{1})}
	out, err = run(t, &trees.Leaf{Ensemble: stump}, sparse)
	if err != nil || show(out[0]) != "int64[2 2] [1 0 2 0]" {
		t.Errorf("sparse: %v (%v)", out, err)
	}
}

// TestInferSaysWhatIsWrong holds what operations say of a fact that they do not
// take: whether it is the data's fault or Larder's limit, and in which words.
func TestInferSaysWhatIsWrong(t *testing.T) {
	dense := func(d tensor.DType, shape ...model.Dim) model.Fact { return model.DenseFact(d, shape...) }
	sparse := func(d tensor.DType, w model.Dim) model.Fact {
		return model.Fact{Kind: model.Sparse, DType: d, Shape: []model.Dim{model.Rows, w}}
	}
	f64, f32, i64, str := tensor.Float64, tensor.Float32, tensor.Int64, tensor.String
	matrixOf2 := &validate.Matrix{Of: "Ridge", Features: 2, To: f64}
	tableOf2 := &validate.Table{Of: "OneHotEncoder", Fitted: []model.Column{{Name: "a"}, {Name: "b"}}}
	affine := &linear.Affine{Coef: matrix(1, 1, 2)}
	fill := &impute.Fill{Placeholder: op.NumberCell(nan), Values: []op.Cell{op.NumberCell(0), op.NumberCell(0)}, Keep: []int{0, 1}}
	complexTable := table(tensor.Column{Name: "a", Values: tensor.Of([]complex128{1})}, tensor.Column{Name: "b", Values: vector(1)})
	labelsOf3 := &labels.Take{Classes: []*tensor.Tensor{tensor.Of([]int64{1, 2, 3})}}
	for _, c := range []struct {
		op   model.Op
		in   model.Fact
		is   error
		says string
	}{
		{matrixOf2, dense(f64, model.Rows, 3), document.ErrInput, "3 features, Ridge is fitted on 2"},
		{matrixOf2, dense(f64, model.Rows), document.ErrInput, "Ridge takes a matrix of rows and features, not 1 dimensions"},
		{matrixOf2, dense(str, model.Rows, 2), document.ErrInput, "Ridge takes numbers, not string"},
		{matrixOf2, dense(tensor.Complex64, model.Rows, 2), document.ErrInput, "Ridge takes numbers, not complex64"},
		{matrixOf2, sparse(f64, 2), document.ErrInput, "Ridge takes no sparse matrix"},
		{matrixOf2, model.Fact{Kind: model.Ragged, DType: f64}, document.ErrInput, "Ridge takes a matrix, not ragged"},
		{matrixOf2, model.Fact{Kind: model.Table}, document.ErrUnsupported, "a table of unknown columns as the input of Ridge"},
		{matrixOf2, factOf(table(number(1), text("x"))), document.ErrInput, "is string, Ridge takes numbers"},
		{tableOf2, factOf(complexTable), document.ErrInput, "column a is complex128, OneHotEncoder takes none"},
		{tableOf2, factOf(table(number(1))), document.ErrInput, "1 columns, OneHotEncoder is fitted on 2"},
		{tableOf2, dense(f64, model.Rows, 1), document.ErrInput, "1 features, OneHotEncoder is fitted on 2"},
		{tableOf2, dense(tensor.Complex128, model.Rows, 2), document.ErrInput, "OneHotEncoder takes no complex128"},
		{tableOf2, sparse(f64, 2), document.ErrInput, "OneHotEncoder takes no sparse matrix"},
		{affine, dense(f64, model.Rows, 3), document.ErrInput, "3 features, the coefficients are for 2"},
		{affine, dense(str, model.Rows, 2), document.ErrUnsupported, "a product with dense string[N, 2]"},
		{affine, dense(f64), document.ErrUnsupported, "a product with dense float64[]"},
		{affine, factOf(table(number(1), number(1))), document.ErrUnsupported, "a product with table"},
		{&scale.Columns{}, dense(i64, model.Rows, 2), document.ErrUnsupported, "scaling of int64"},
		{&scale.Columns{Steps: []scale.Step{{Verb: scale.Mul, By: vector(1)}}}, dense(f64, model.Rows, 2), document.ErrInput, "2 columns, the scale has 1"},
		{&scale.Columns{Steps: []scale.Step{{Verb: scale.Add, By: vector(1)}}}, sparse(f64, 1), document.ErrInput, "a sparse matrix cannot be centred"},
		{&scale.Clip{}, sparse(f64, 1), document.ErrUnsupported, "clipping of sparse float64[N, 1]"},
		{&scale.By{}, dense(str, model.Rows, 1), document.ErrInput, "a weight on"},
		{proba.FromScores{}, dense(i64, model.Rows), document.ErrUnsupported, "probabilities of int64"},
		{labelsOf3, dense(f64, model.Rows, 2), document.ErrUnsupported, "dense float64[N, 2] of scores for 3 labels"},
		{labelsOf3, dense(f64, model.Rows), document.ErrUnsupported, "of scores for 3 labels"},
		{labelsOf3, dense(i64, model.Rows, 3), document.ErrUnsupported, "of scores for 3 labels"},
		{labelsOf3, dense(f64), document.ErrUnsupported, "dense float64[] of scores"},
		{labelsOf3, sparse(f64, 3), document.ErrUnsupported, "sparse float64[N, 3] of scores"},
		{&labels.Named{}, dense(f64, model.Rows), document.ErrUnsupported, "names for labels of type float64"},
		{&trees.Mean{Ensemble: stump}, dense(f64, model.Rows, 1), document.ErrUnsupported, "trees of 1 features on dense float64[N, 1]"},
		{&trees.Leaf{Ensemble: stump}, dense(f32, model.Rows, 2), document.ErrUnsupported, "trees of 1 features on dense float32[N, 2]"},
		{&trees.Path{Ensemble: stump}, dense(f32, model.Rows), document.ErrUnsupported, "trees of 1 features on dense float32[N]"},
		{fill, dense(f64, model.Rows, 3), document.ErrInput, "3 columns, the model is fitted on 2"},
		{fill, factOf(table(number(1))), document.ErrInput, "1 columns, the model is fitted on 2"},
		{fill, factOf(table(number(1), text("x"))), document.ErrInput, "is text, the model was fitted on numbers there"},
		{&impute.Fill{Placeholder: op.TextCell("?"), Values: fill.Values}, dense(f64, model.Rows, 2), document.ErrInput, "the model was fitted on text, not on float64"},
		{&impute.Fill{Placeholder: op.NumberCell(0), Values: fill.Values}, sparse(f64, 2), document.ErrInput, "zeros stand for missing values: a sparse matrix has none"},
		{&impute.Fill{Placeholder: op.NumberCell(nan), Values: fill.Values, Marks: []int{0}}, sparse(f64, 2), document.ErrUnsupported, "marks of missing values in a sparse matrix"},
		{&impute.Mark{Placeholder: op.NumberCell(nan), Features: 2}, dense(f64, model.Rows, 3), document.ErrInput, "3 columns, the model is fitted on 2"},
		{&impute.Mark{Placeholder: op.NumberCell(nan), Features: 2}, dense(f64), document.ErrInput, "rows and columns are needed, not 0 dimensions"},
		{&impute.Mark{Placeholder: op.NumberCell(nan), Features: 2}, sparse(f64, 2), document.ErrUnsupported, "marks of missing values in a sparse matrix"},
		{&impute.Restore{Features: 2, Marks: []int{0, 1}}, dense(f64, model.Rows, 1), document.ErrInput, "1 columns, 2 are marks alone"},
		{&columns.Pick{Fitted: make([]model.Column, 2)}, dense(f64, model.Rows, 3), document.ErrInput, "3 columns, the model is fitted on 2"},
		{&columns.Pick{Fitted: make([]model.Column, 2)}, dense(f64, model.Rows), document.ErrInput, "not 1 dimensions"},
		{&columns.Pick{Index: []int{0}, Strict: true, Fitted: []model.Column{{Name: "a"}}}, factOf(complexTable), document.ErrInput, "2 columns, the model is fitted on 1"},
		{&columns.Stack{}, dense(f64, model.Rows), document.ErrUnsupported, "a block of 1 dimensions among columns"},
		{&columns.Stack{Sparse: true}, dense(str, model.Rows, 1), document.ErrInput, "a sparse answer holds numbers alone"},
		{&encode.OneHot{Columns: make([]encode.Hot, 2)}, factOf(table(text("a"))), document.ErrUnsupported, "2 columns of categories from table"},
		{&encode.OneHot{Columns: make([]encode.Hot, 2)}, dense(f64, model.Rows, 2), document.ErrUnsupported, "2 columns of categories from dense"},
		{&encode.Ordinal{Columns: make([]encode.Place, 1)}, dense(f64, model.Rows, 1), document.ErrUnsupported, "1 columns of categories from dense"},
		{&encode.OneHotBack{Columns: []encode.Back{{Labels: abNone}}}, dense(f64, model.Rows, 2), document.ErrInput, "2 columns, the encoder gives 3"},
		{&encode.OrdinalBack{Columns: make([]encode.Decode, 1)}, dense(f64, model.Rows, 2), document.ErrInput, "2 columns, the encoder has 1"},
	} {
		_, err := c.op.Infer([]model.Fact{c.in})
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of %s: %v, want %v: %q", c.op.Name(), c.in, err, c.is, c.says)
		}
	}
}
