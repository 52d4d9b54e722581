// Package trees evaluates scikit-learn's decision trees and forests.
//
// # Source
//
// scikit-learn 1.9: sklearn/tree/_tree.pyx (Tree.predict, apply,
// decision_path), sklearn/tree/_classes.py, sklearn/ensemble/_forest.py.
//
// # Exactness
//
// Features are float32 and thresholds float64, as in Cython; the leaf that a row
// reaches is exact. A forest adds its trees in their order, in float64, and
// divides by their number: the answer has the library's bits (of a library that
// runs with one job; with several the order of the sum is left to chance there).
package trees
