// Package encode turns categories into numbers and back.
//
// # Terminology
//
// A category is a cell that the model was fitted on; its number is its place in
// the model's list of that column. A code is what the number becomes: the place
// among the outputs of the column (one-hot), or a value (ordinal).
//
// # Source
//
// scikit-learn 1.9: sklearn/preprocessing/_encoders.py, sklearn/utils/_encode.py.
//
// # Deviations
//
// Where a column was fitted on only one of None and NaN, either is taken for
// it: files do not tell them apart. An inverse that gives text and numbers in
// one column (the name of infrequent categories among numbers) gives text.
package encode
