// Package losslessjson is Larder's lossless JSON: a pickle, a joblib file or an
// XGBoost document spelt as JSON that a person can read and from which the
// original bytes come back. docs/formats/json.md describes it for readers of such
// files.
//
// # The interface
//
//	WritePickle(w, d), Write(w, f)   a parsed pickle or joblib file as JSON
//	WriteTree(w, format, t)          a parsed XGBoost document as JSON
//	Detect(b)                        whether bytes begin as such JSON does
//	Parse(b, limits)                 *File: Format(), Tree(), Bytes()
//
// # Terminology
//
// The value is what the file holds, under "value". The writer, under "writer",
// is the program that writes the file's bytes for this value: one of CPython's
// two picklers ("c", "python"), found by writing and comparing, or "ops", where
// the instructions stand under "ops" because neither writes them so. A key that
// begins with one dollar is markup; one of the file's own has its dollar doubled.
//
// # How losslessness is kept
//
// A writer reads back what it wrote and compares the bytes before it trusts the
// value; where they differ it adds the instructions, or an XGBoost document as
// it is ("raw"). Bytes of a file with instructions checks that the value is
// theirs: an edit of the one without the other is an error and never a silent
// choice.
//
// Picklers write what is the same object once, so identity has to be kept. A
// plain string stands for one object wherever it is; so do the plain name of a
// global and bytes of length 0 and 1. All else that is in two places has an id.
//
// # What is kept
//
// Bytes: of pickles, of joblib files that are not compressed, of UBJSON, and of
// JSON without white space. Of a compressed joblib file the stream, compressed
// anew; bytes after the compressed data are not kept. White space of an XGBoost
// JSON is not in its tree, and is not kept.
//
// # Limits
//
// Limits.Depth counts containers of the pickle, each of which is up to six of
// JSON. Reading is bounded by Limits.Bytes, and nothing recurses. Writing a file
// that CPython wrote holds its JSON in memory, to read it back.
package losslessjson
