// Package losslessjson is Larder's lossless JSON: a pickle or a joblib file
// spelt as JSON that a person can read and from which the original bytes come
// back. docs/formats/json.md describes it for readers of such files.
//
// # The interface
//
//	Write(w, f)          a parsed pickle or joblib file as JSON
//	Parse(b, limits)     the file that JSON came from: Original{Format, Bytes}
//
// # Terminology
//
// The tree is the value that the file holds, under "value". The writer, under
// "writer", is the program that writes the file's bytes for this value: one of
// CPython's two picklers, found by writing and comparing, or "ops", where the
// file's instructions stand under "ops" because none of the two writes them so.
//
// # How losslessness is kept
//
// Write reads back what it wrote and compares the bytes before it trusts the
// tree; where they differ it adds the instructions. Parse of a document with
// instructions checks that the tree is theirs: an edit of the one without the
// other is an error and never a silent choice.
//
// # Limits
//
// Depth follows document.Limits.Depth (a few JSON levels for one of the
// pickle's); everything is bounded by the size of the JSON text.
package losslessjson
