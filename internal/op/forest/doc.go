// Package forest is what ensembles of trees answer, for scikit-learn and its
// like: sums of leaf values in float64, leaves, and the paths to them. XGBoost
// has a family of its own, gbtree.
//
// # Terminology
//
// [Trees] are the trees of one object and the owner of what they pack. T is the
// type of the features: float32 for scikit-learn's trees, float64 for histogram
// boosting and LightGBM. Thresholds are made for x < t; see internal/forest.
//
// # Exactness
//
// Leaf values are added in the order of the trees onto Init, in float64.
// Whether a row may hold NaN is decided before: here NaN goes the node's
// default way.
package forest
