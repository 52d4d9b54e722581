// Package op holds what the families of operations below it share: numpy's
// rules for the type of a result, and the cells of tables whose columns hold
// values of several kinds.
//
// # Terminology
//
// An operation is a model.Op: a struct whose fields are its settings. A family
// is a sub-package of operations on one subject; families are strangers to each
// other. A cell is one value of a table: text, a number, or missing (None or
// NaN, which Python libraries tell apart).
//
// # Conventions
//
// Matrices have rows first. What a library calls an array of objects is a
// table here: columns, each of one type. In a fact, a table's Const is an empty
// table of the same columns, and a column whose Missing is nil there holds no
// missing cell except NaN in a column of floats.
//
// Errors name the column and not the row: a kernel may see a part of the rows
// of a call, and does not know which.
//
// # Exactness
//
// Where bits are promised, products are converted explicitly
// (float64(a*b) + c), which forbids the compiler to fuse them.
package op
