// Package validate checks what a model is given before it computes, as
// scikit-learn's validate_data and check_array do (sklearn/utils/validation.py,
// 1.9): dimensions, number and names of features, missing and infinite values,
// zero rows; and it converts to the types that the model computes in.
//
// # Deviations
//
// Columns in another order are put right by their names where scikit-learn
// refuses them. Integers become float64 wherever the model computes in floats,
// also with float32 parameters, where numpy would keep small integers in
// float32. Text that reads as a number is refused where a number is needed;
// scikit-learn parses it.
package validate
