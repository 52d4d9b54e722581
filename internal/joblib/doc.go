// Package joblib reads and writes the files of joblib.dump: a pickle, perhaps
// compressed, with the data of numpy arrays between its instructions.
//
// # Terminology
//
// The stream is the file after decompression. An array is, in the stream, the
// pickled instance of NumpyArrayWrapper that describes it, and behind the BUILD
// of that instance, outside of any frame, its data:
//
//	n                1 byte, 1 to 16: how much padding follows
//	0xFF × n         so that the data begins at a multiple of 16 in the stream
//	data             the elements in C or Fortran order, as the dtype says
//
// Wrappers without numpy_array_alignment_bytes (joblib before 1.2, and streams
// that cannot be told their place) have no padding and no byte that counts it.
// An array that holds Python objects is instead a complete pickle of its own.
//
// # Specification
//
// joblib/numpy_pickle.py and joblib/compressor.py of joblib 1.6.
//
// # Differences
//
// Files of joblib before 0.10, which kept arrays in further files, are
// ErrUnsupported.
//
// # Limits
//
// Decompression is bounded by document.Limits. The size of an array is computed
// from shape and dtype without overflow and checked against what is left.
package joblib
