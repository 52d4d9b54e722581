package model_test

import (
	"fmt"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// A parameter's text becomes a value of its port's type and shape.
func ExampleParseParam() {
	s := &model.Signature{Name: "predict", Params: []model.Port{{
		Name: "iteration_range", DType: tensor.Int64, Shape: []model.Dim{2}, Default: tensor.Of([]int64{0, 0}),
	}}}
	v, err := model.ParseParam(s, "iteration_range", "0:10")
	fmt.Println(tensor.Data[int64](v.(*tensor.Tensor)), err)
	_, err = model.ParseParam(s, "depth", "3")
	fmt.Println(err)
	// Output:
	// [0 10] <nil>
	// input: predict has no parameter "depth", only iteration_range
}

// double is the smallest operation: what comes out for what goes in, and how.
type double struct{}

func (double) Name() string { return "double" }

func (double) Infer(in []model.Fact) ([]model.Fact, error) {
	if in[0].DType != tensor.Float64 {
		return nil, model.Inputf("double takes float64, not %s", in[0].DType)
	}
	return []model.Fact{model.DenseFact(tensor.Float64, in[0].Shape...)}, nil
}

func (double) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(_ *model.Call, in, out []model.Value) error {
		x, y := tensor.Data[float64](in[0].(*tensor.Tensor)), tensor.Data[float64](out[0].(*tensor.Tensor))
		for i, v := range x {
			y[i] = 2 * v
		}
		return nil
	}, nil
}

// An object's method wires operations into a graph; Sign makes the signature,
// whose outputs inference tells.
func ExampleSign() {
	o := &model.Object{
		Class: "example.Doubler",
		In:    model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 3}},
		Methods: []model.Method{{Name: "transform", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
			return []model.Ref{b.Add(double{}, b.Add(double{}, in[0]))}, nil
		}}},
	}
	s, err := model.Sign(o, "transform")
	fmt.Println(s.Out[0].Name, s.Out[0].DType, model.ShapeString(s.Out[0].Shape), len(s.Graph.Nodes), err)
	// Output: transform float64 [N, 3] 2 <nil>
}
