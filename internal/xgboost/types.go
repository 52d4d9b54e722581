package xgboost

import (
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// types are the arrays that XGBoost keeps with an element type, by key. The
// others (version, tree_info, iteration_indptr, weight_drop, numbers of names)
// have none.
var types = map[string]tensor.DType{
	"base_weights":        tensor.Float32,
	"categories":          tensor.Int32,
	"categories_nodes":    tensor.Int32,
	"categories_segments": tensor.Int64,
	"categories_sizes":    tensor.Int64,
	"default_left":        tensor.Uint8,
	"feature_segments":    tensor.Int32,
	"leaf_weights":        tensor.Float32,
	"left_children":       tensor.Int32,
	"loss_changes":        tensor.Float32,
	"offsets":             tensor.Int32,
	"parents":             tensor.Int32,
	"right_children":      tensor.Int32,
	"sorted_idx":          tensor.Int32,
	"split_conditions":    tensor.Float32,
	"split_indices":       tensor.Int32,
	"split_type":          tensor.Uint8,
	"sum_hessian":         tensor.Float32,
	"ti+":                 tensor.Float32,
	"tj-":                 tensor.Float32,
	"weights":             tensor.Float32,
}

// levelTypes are the arrays of category names that are numbers, by XGBoost's
// number for the kind of array.
var levelTypes = map[int64]tensor.DType{
	7: tensor.Float32, 8: tensor.Float64,
	9: tensor.Int8, 10: tensor.Uint8, 11: tensor.Int16, 12: tensor.Int16, 13: tensor.Int32, 14: tensor.Int32, 15: tensor.Int64, 16: tensor.Int64,
}

// TypeOf is the element type that XGBoost gives an array of a document in
// UBJSON; Invalid where it gives none. JSON has no types: see
// jsontree.Tree.Retype.
func TypeOf(n jsontree.Node) tensor.DType {
	if !n.IsList() {
		return tensor.Invalid
	}
	if n.Key() == "values" { // of category names
		t, ok := n.Parent().Get("type")
		if !ok {
			return tensor.Int8
		}
		k, err := t.Int()
		if err != nil {
			return tensor.Invalid
		}
		return levelTypes[k]
	}
	if n.Key() == "split_indices" && wide(n) {
		return tensor.Int64
	}
	return types[n.Key()]
}

// wide says whether a tree's features do not fit in 32 bits.
func wide(n jsontree.Node) bool {
	p, _ := n.Parent().Get("tree_param")
	f, ok := p.Get("num_feature")
	if !ok {
		return false
	}
	s, err := f.Str()
	return err == nil && (len(s) > 10 || len(s) == 10 && s > "2147483647")
}
