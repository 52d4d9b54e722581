// Package forest evaluates ensembles of decision trees: one engine for
// XGBoost, LightGBM and scikit-learn.
//
// # Terminology
//
// A [Forest] is the canonical form: trees as parallel arrays in the numbering
// of the file. Node 0 is the root of its tree; a node whose Left is -1 is a
// leaf. An inner node sends a row left when x[Feature] < Threshold, or, where
// it has a set of categories, by membership. NaN is missing and goes the
// node's default way.
//
// A [Walker] is a forest compiled for walking. A [Sum] is a walker with leaf
// payloads that are added up. Payloads have a width: one number that goes to
// the output of the tree's group (gradient boosting), or a vector (random
// forests, multi-output trees).
//
// # One comparison for all libraries
//
// XGBoost asks x < t in float32. scikit-learn asks float64(float32(x)) <= t,
// which for float32 values is x < [Above32](t). LightGBM and histogram
// boosting ask x <= t in float64, which is x < [Above64](t). So the engine
// knows one comparison, and what it answers is exact.
//
// # Exactness
//
// Leaf values are added in the order of the trees, in the type of the payload,
// to what the output held before: the sum is the library's, bit for bit. A row's
// answer does not depend on the rows beside it.
//
// # Limits
//
// [Compile] refuses whatever could lead a walk astray: children out of range,
// a node with two parents, features past the width. After it no walk can leave
// its arrays or fail to end, and no recursion follows the depth of a tree. A
// tree holds fewer than 2³¹ nodes; categories are below 2²⁴.
package forest
