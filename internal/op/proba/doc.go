// Package proba turns scores into probabilities, and probabilities into their
// logarithms.
//
// # Source
//
// scikit-learn 1.9: sklearn/linear_model/_base.py (_predict_proba_lr),
// sklearn/utils/extmath.py (softmax); scipy.special.expit.
//
// # Exactness
//
// In float64 the exponential and the logarithm are within one unit in the last
// place of the C library's, in float32 they have its bits.
package proba
