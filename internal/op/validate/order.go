package validate

import (
	"math"
	"slices"
	"strings"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// order is the table's column for each feature: by name where both sides have
// names, else by place. A column more or less is an error.
func order(of string, t *tensor.Table, names []string, features int) ([]int, error) {
	named := slices.ContainsFunc(t.Columns, func(c tensor.Column) bool { return c.Name != "" })
	if len(names) != features || !named {
		if len(t.Columns) != features {
			return nil, model.Inputf("%d columns, %s is fitted on %d", len(t.Columns), of, features)
		}
		idx := make([]int, features)
		for i := range idx {
			idx[i] = i
		}
		return idx, nil
	}
	idx := make([]int, features)
	var missing []string
	for i, n := range names {
		if idx[i] = t.Column(n); idx[i] < 0 {
			missing = append(missing, n)
		}
	}
	if missing != nil {
		return nil, model.Inputf("%s is fitted on columns that are missing: %s", of, strings.Join(missing, ", "))
	}
	if len(t.Columns) > features {
		var extra []string
		for i, c := range t.Columns {
			if !slices.Contains(idx, i) {
				extra = append(extra, c.Name)
			}
		}
		return nil, model.Inputf("%s is not fitted on these columns: %s", of, strings.Join(extra, ", "))
	}
	return idx, nil
}

// fill writes columns side by side into a float matrix.
func fill(o *tensor.Tensor, t *tensor.Table, idx []int) {
	if o.DType() == tensor.Float32 {
		fillAs(tensor.Data[float32](o), t, idx)
	} else {
		fillAs(tensor.Data[float64](o), t, idx)
	}
}

func fillAs[T float32 | float64](o []T, t *tensor.Table, idx []int) {
	p := len(idx)
	for k, i := range idx {
		c := &t.Columns[i]
		switch c.Values.DType() {
		case tensor.Float64:
			for r, v := range tensor.Data[float64](c.Values)[:t.N] {
				o[r*p+k] = T(v)
			}
		default:
			for r := range t.N {
				o[r*p+k] = T(c.Values.Float(r))
			}
		}
		if c.Missing == nil {
			continue
		}
		for r, m := range c.Missing[:t.N] {
			if m != tensor.Present {
				o[r*p+k] = T(math.NaN())
			}
		}
	}
}
