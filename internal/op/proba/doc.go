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
// The exponential has the bits of the C library, in both types, and so have
// logistic probabilities of equal scores: scipy's expit calls it. A softmax is
// within a few units in the last place of numpy's, whose exponential is another
// one on each processor. The float64 logarithm is within one unit.
package proba
