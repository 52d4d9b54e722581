// Package sklearn says what scikit-learn's pickled objects mean: one table of
// rows, one row a class.
//
// # Terminology
//
// A [Row] is one class of scikit-learn: its path in the newest version, the
// names it had before, how its state is lifted, how it is lowered, and how
// close the answers of its methods are. An [Estimator] is one instance while it
// is lifted: a reader of its state and the model.Object that is being made. A
// [Lifter] takes values of one document to objects and hands what is not
// scikit-learn's to those who know it.
//
// # Adding a class
//
// A row and a lift function in the file of its upstream module, a line in that
// file's slice. The slice is joined in [Table]. docs/adding.md walks through
// one.
//
// # Versions
//
// scikit-learn 0.24 to 1.9. Behaviour follows the version that wrote the file
// (_sklearn_version), not the newest one; versions.go holds what was renamed
// and what changed its meaning.
//
// # Nothing is silently ignored
//
// Each key of a state is read, or listed as harmless by the row; what is left
// is ErrUnsupported, naming class and key.
//
// # Deviations
//
// Columns in another order are put right by their names. set_output changes the
// container of an answer and is not followed: answers are arrays. Metadata
// routing is not followed: answers do not depend on it unless a method takes
// metadata.
package sklearn
