// Package impute fills in and marks what is missing.
//
// # Terminology
//
// The placeholder is the value that stands for missing: mostly NaN.
//
// # Source
//
// scikit-learn 1.9: sklearn/impute/_base.py, sklearn/utils/_mask.py.
//
// # Deviations
//
// In a table, None and NaN are one placeholder: files rarely tell them apart,
// and scikit-learn refuses the one where the other was fitted. A column that
// was fitted on text and holds numbers is refused. Columns of integers in a
// table become float64.
package impute
