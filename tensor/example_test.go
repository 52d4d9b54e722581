package tensor_test

import (
	"fmt"

	"github.com/larder-ml/larder/tensor"
)

func ExampleOf() {
	x := tensor.Of([]float64{5.1, 3.5, 4.9, 3.0}, 2, 2)
	fmt.Println(x, x.Dim(0), "rows")
	// Output: float64[2 2] 2 rows
}

func ExampleData() {
	x := tensor.New(tensor.Int32, 3)
	tensor.Data[int32](x)[1] = 7 // shares the tensor's memory
	fmt.Println(tensor.Scalars(x))
	// Output: [0 7 0]
}

func ExampleFromBytes() {
	x, err := tensor.FromBytes(tensor.Uint16, []byte{1, 0, 0, 1}, 2)
	fmt.Println(tensor.Scalars(x), err)
	_, err = tensor.FromBytes(tensor.Uint16, []byte{1, 0, 0}, 2)
	fmt.Println(err)
	// Output:
	// [1 256] <nil>
	// tensor: 3 bytes for uint16 of shape [2]
}

func ExampleTensor_Convert() {
	x := tensor.Of([]float64{1.9, -1.9, 0})
	i, _ := x.Convert(tensor.Int64)
	b, _ := x.Convert(tensor.Bool)
	fmt.Println(tensor.Scalars(i), tensor.Scalars(b))
	// Output: [1 -1 0] [true true false]
}

func ExampleTensor_Rows() {
	x := tensor.Of([]float64{1, 2, 3, 4, 5, 6}, 3, 2)
	fmt.Println(tensor.Scalars(x.Rows(1, 2)))
	// Output: [3 4]
}

func ExampleTensor_Reset() {
	var x tensor.Tensor // memory for a loop of answers
	for n := 3; n > 0; n-- {
		x.Reset(tensor.Float32, n, 2)
		fmt.Println(&x)
	}
	// Output:
	// float32[3 2]
	// float32[2 2]
	// float32[1 2]
}

func ExampleSparse_Dense() {
	s := &tensor.Sparse{Rows: 2, Cols: 3, Indptr: []int64{0, 1, 2}, Indices: []int64{2, 0}, Data: tensor.Of([]float64{5, 7})}
	fmt.Println(s.Dense(), tensor.Scalars(s.Dense()))
	// Output: float64[2 3] [0 0 5 7 0 0]
}

func ExampleStack() {
	x := tensor.Stack(tensor.Of([]string{"setosa"}), tensor.Of([]string{"virginica"}))
	fmt.Println(tensor.Scalars(x.(*tensor.Tensor)))
	// Output: [setosa virginica]
}

func ExampleTable_Column() {
	t := &tensor.Table{N: 1, Columns: []tensor.Column{{Name: "age", Values: tensor.Of([]int64{30})}}}
	fmt.Println(t.Column("age"), t.Column("fare"))
	// Output: 0 -1
}

func ExampleScalars() {
	fmt.Println(tensor.Scalars(tensor.Scalar(true)), tensor.Scalars(tensor.Of([]uint8{1, 2})))
	// Output: true [1 2]
}
