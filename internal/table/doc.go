// Package table reads DATA files into the values that a model's ports take, and
// writes answers as OUT files. Its contract is the command line's: what DATA and
// OUT are stands in docs/cli.md.
//
// # Terminology
//
// A [Data] is what a file holds before anybody says what for: rows of fields,
// one array, arrays by name. [Bind] makes a value of it for one port, and only
// then are types settled: the same column of digits is numbers for a scaler and
// text for an encoder that was fitted on text. A grid is rows of fields; a cell
// is one field.
//
// # Choices that the contract leaves open
//
// CSV is read as pandas reads it, with the contract's missing tokens: a line of
// nothing but white space is no row; spaces around a number are passed over; a
// column of integers with holes is float64; a column of nothing but True and
// False (also TRUE, true, …) is boolean, and with anything else among them it
// is text; inf, infinity and nan in any case are numbers. Unlike pandas, a row
// that is too short is an error, an integer past an int64 makes its column
// float64, and text after a closing quote is an error. For a model of plain texts
// (a dense port of strings) nothing is missing: "NA" is a document.
//
// The first row is also taken for a header where it holds all of the model's
// names beside others, and where it is the only row of a file for a model that
// needs numbers.
//
// In JSON the types are the text's own: the string "5" is no number, null is
// None, and a key that a record lacks is NaN, as pandas makes it. A column of
// booleans among numbers or of text among numbers is an error.
//
// A Parquet column that pandas kept as an index is taken only by name (--id,
// --columns). A libsvm file counts columns from 1 unless it uses 0, as
// scikit-learn has it; XGBoost and LightGBM count from 0, so for their models the
// caller sets Options.Index.
//
// An .npz may hold arrays that no input asks for. A CSV, JSON or Parquet column
// that a matrix has no place for is an error.
//
// # Writing
//
// One column is called like its output, several NAME_0, NAME_1, …; standard
// output is CSV. Floats have the fewest digits that read back the same, in
// Python's spelling. Missing is an empty field in CSV, null in JSON and Parquet;
// text cannot be missing in .npy. Bfloat16 is written as float32.
//
// # Limits
//
// Text in a value shares the memory of the file's bytes. JSON is at most 4 GiB and 128 brackets deep.
// What records, Parquet columns and sparse matrices unfold to counts against
// Limits. Faults of the data are ErrInput, whatever is wrong with the file.
package table
