// Package npy reads and writes numpy's array files: .npy, and .npz, which is a
// zip of them, with the keys under which scipy keeps sparse matrices.
//
// # Terminology
//
// A descr is numpy's name of an element type ("<f8": byte order, kind, size). A
// member is one array of an archive; its name is the zip entry's without ".npy".
//
// # Specification
//
// numpy.lib.format, versions 1.0, 2.0 and 3.0 (NEP 1 and the module's text in
// numpy 2.4); PKWARE's APPNOTE 6.3 as far as Python's zipfile writes it;
// scipy.sparse.save_npz of scipy 1.17.
//
// # Reading
//
// Booleans, integers, floats of 2, 4 and 8 bytes, complex numbers and text (U,
// S) of either byte order and of C or Fortran order become a tensor in C order
// with the machine's byte order. A file that has both already is not copied
// where its memory is aligned. Objects (which are a pickle), structures, dates,
// extended floats and untyped bytes are ErrUnsupported naming the descr.
//
// # Writing
//
// The bytes are those that numpy 2 writes: np.save for one array, np.savez for
// an archive, its dates (1980-01-01) and its zip64 fields included, so the same
// values make the same file.
//
// # Deviations
//
// U and S are both String here, so an array of S is written as U. Text that is
// not UTF-8 cannot be U and is written as S. Bfloat16 is not numpy's and is
// refused. A lone surrogate in U is refused, and so is any byte after the array:
// numpy would read the first array and say nothing of the rest.
//
// # Limits
//
// A shape is checked against the bytes that are there before memory is taken.
// What an archive unpacks to counts against Limits.Bytes and Limits.Ratio.
package npy
