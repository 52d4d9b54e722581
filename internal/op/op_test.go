package op

import (
	"math"
	"testing"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// The answers are numpy.promote_types'.
func TestPromote(t *testing.T) {
	const b, i1, i2, i4, i8 = tensor.Bool, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64
	const u1, u2, u4, u8 = tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64
	const f2, f4, f8 = tensor.Float16, tensor.Float32, tensor.Float64
	for _, c := range [][3]tensor.DType{
		{b, i1, i1}, {b, f4, f4}, {b, b, b}, {i1, u1, i2}, {i1, u2, i4}, {i1, u4, i8}, {i8, u8, f8}, {i4, u8, f8},
		{i4, u2, i4}, {u1, u4, u4}, {i2, i8, i8}, {f4, i2, f4}, {f4, i4, f8}, {f4, u2, f4}, {f4, i8, f8}, {f2, i1, f2},
		{f2, i2, f4}, {f2, i4, f8}, {f2, f4, f4}, {f4, f8, f8}, {f8, i1, f8}, {f2, u1, f2}, {f2, u2, f4},
	} {
		if got := Promote(c[0], c[1]); got != c[2] {
			t.Errorf("%s with %s is %s, want %s", c[0], c[1], got, c[2])
		}
		if got := Promote(c[1], c[0]); got != c[2] {
			t.Errorf("%s with %s is %s, want %s", c[1], c[0], got, c[2])
		}
	}
}

func TestCellsEqualAsPythonHasIt(t *testing.T) {
	col := func(v *tensor.Tensor, m ...tensor.Missing) Column {
		return Cells(&tensor.Column{Values: v, Missing: m})
	}
	ints, floats := col(tensor.Of([]int64{1})), col(tensor.Of([]float64{1}))
	bools, text := col(tensor.Of([]bool{true})), col(tensor.Of([]string{"1"}))
	if ints.At(0) != floats.At(0) || floats.At(0) != bools.At(0) {
		t.Error("1, 1.0 and True are one")
	}
	if text.At(0) == ints.At(0) {
		t.Error("text is no number")
	}
	if NumberCell(math.NaN()) != NumberCell(-math.NaN()) || NumberCell(0) != NumberCell(math.Copysign(0, -1)) {
		t.Error("NaN is NaN here, and -0 is 0")
	}
	big := col(tensor.Of([]int64{1<<53 + 1, 1 << 53}))
	if big.At(0) == big.At(1) || big.At(1) != NumberCell(1<<53) {
		t.Error("an integer that no float64 holds equals none")
	}
	missing := col(tensor.Of([]string{"", ""}), tensor.MissingNone, tensor.MissingNaN)
	if missing.At(0).Kind != None || missing.At(1).Kind != NaN {
		t.Error("None and NaN")
	}
	levels := Cells(&tensor.Column{Values: tensor.Of([]int64{1, -1, 9}), Categories: []string{"a", "b"}})
	if levels.At(0) != TextCell("b") || levels.At(1).Kind != NaN || levels.At(2).Kind != NaN {
		t.Error("categories of pandas")
	}
}

func TestLayoutOfWhatIsExpected(t *testing.T) {
	f := model.Fact{Kind: model.Table}
	e := Layout(f, []model.Column{{Name: "a"}, {Name: "b", Text: true}})
	if len(e.Columns) != 2 || e.Columns[0].Values.DType() != tensor.Float64 || e.Columns[1].Values.DType() != tensor.String {
		t.Error(e)
	}
	if Sort(e.Columns) != tensor.Invalid || Sort(e.Columns[:1]) != tensor.Float64 || Sort(e.Columns[1:]) != tensor.String || Sort(nil) != tensor.Float64 {
		t.Error("sort")
	}
	bools := tensor.Column{Values: tensor.New(tensor.Bool, 0)}
	if Sort([]tensor.Column{bools, e.Columns[0]}) != tensor.Invalid || Sort([]tensor.Column{bools, bools}) != tensor.Bool {
		t.Error("numpy makes objects of bools beside numbers in a frame")
	}
}
