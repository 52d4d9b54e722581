// Package columns picks columns of matrices and tables, and puts matrices and
// tables side by side.
//
// # Source
//
// scikit-learn 1.9: sklearn/compose/_column_transformer.py,
// sklearn/utils/_indexing.py; numpy.hstack and scipy.sparse.hstack for the type
// of what is put together.
package columns
