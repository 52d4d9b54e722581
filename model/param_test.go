package model_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func TestParseParam(t *testing.T) {
	s := &model.Signature{Name: "predict", Params: []model.Port{
		{Name: "n", DType: tensor.Int64},
		{Name: "missing", DType: tensor.Float32},
		{Name: "eps", DType: tensor.Float64},
		{Name: "deep", DType: tensor.Bool},
		{Name: "metric", DType: tensor.String},
		{Name: "range", DType: tensor.Int64, Shape: []model.Dim{2}},
		{Name: "list", DType: tensor.Float64, Shape: []model.Dim{model.Unknown}},
		{Name: "small", DType: tensor.Int8},
	}}
	for _, c := range []struct {
		name, text string
		want       any
	}{
		{"n", "5", int64(5)}, {"n", " -7 ", int64(-7)}, {"n", "9223372036854775807", int64(math.MaxInt64)},
		{"missing", "-999", -999.0}, {"missing", "0.1", float64(float32(0.1))}, {"eps", "1e-300", 1e-300}, {"eps", "inf", math.Inf(1)},
		{"deep", "true", true}, {"deep", "False", false}, {"deep", "1", true},
		{"metric", "a, b:c", "a, b:c"}, {"metric", "", ""},
		{"range", "0:10", []any{int64(0), int64(10)}}, {"range", "[0, 10]", []any{int64(0), int64(10)}}, {"range", "(3,4)", []any{int64(3), int64(4)}},
		{"list", "1,2 3", []any{1.0, 2.0, 3.0}}, {"list", "", []any{}},
	} {
		v, err := model.ParseParam(s, c.name, c.text)
		if err != nil {
			t.Errorf("%s=%q: %v", c.name, c.text, err)
			continue
		}
		x := v.(*tensor.Tensor)
		if !reflect.DeepEqual(tensor.Scalars(x), c.want) {
			t.Errorf("%s=%q: %v, want %v", c.name, c.text, tensor.Scalars(x), c.want)
		}
	}
	if v, err := model.ParseParam(s, "eps", "nan"); err != nil || !math.IsNaN(v.(*tensor.Tensor).Float(0)) {
		t.Errorf("nan: %v (%v)", v, err)
	}
	for _, c := range []struct {
		name, text, want string
		is               error
	}{
		{"n", "1.5", `input: parameter n: "1.5" is no int64`, document.ErrInput},
		{"n", "", `input: parameter n: "" is no int64`, document.ErrInput},
		{"n", "9223372036854775808", `input: parameter n: "9223372036854775808" is no int64`, document.ErrInput},
		{"missing", "1e39", `input: parameter missing: "1e39" is no float32`, document.ErrInput},
		{"eps", "1e309", `input: parameter eps: "1e309" is no float64`, document.ErrInput},
		{"deep", "yes", `input: parameter deep: "yes" is no bool`, document.ErrInput},
		{"range", "1", `input: parameter range takes 2 values, not "1"`, document.ErrInput},
		{"range", "1:2:3", `input: parameter range takes 2 values, not "1:2:3"`, document.ErrInput},
		{"range", "a:b", `input: parameter range: "a" is no int64`, document.ErrInput},
		{"small", "1", `unsupported: parameter small of int8 from text`, document.ErrUnsupported},
		{"k", "1", `input: predict has no parameter "k", only n, missing, eps, deep, metric, range, list, small`, document.ErrInput},
	} {
		_, err := model.ParseParam(s, c.name, c.text)
		if !errors.Is(err, c.is) || err.Error() != c.want {
			t.Errorf("%s=%q: %v, want %s", c.name, c.text, err, c.want)
		}
	}
	_, err := model.ParseParam(&model.Signature{Name: "predict"}, "k", "1")
	if !errors.Is(err, document.ErrInput) || err.Error() != `input: predict has no parameters, so none is called "k"` {
		t.Error(err)
	}
}
