package tensor_test

import (
	"fmt"

	"github.com/larder-ml/larder/tensor"
)

// TableOf makes a table of structs: the way in from a Go program's own types.
func ExampleTableOf() {
	type patient struct {
		Radius  float64  `larder:"mean radius"`
		Texture *float64 `larder:"mean texture"`
		Name    string   `larder:"-"`
	}
	table, err := tensor.TableOf([]patient{{Radius: 14.1, Name: "A"}, {Radius: 9.8}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range table.Columns {
		fmt.Println(c.Name, c.Values, c.Missing)
	}
	// Output:
	// mean radius float64[2] []
	// mean texture float64[2] [1 1]
}
