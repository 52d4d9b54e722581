// Package ubjson reads and writes UBJSON as XGBoost does, over the trees of
// internal/jsontree.
//
// # Terminology
//
// A marker is the byte that says what follows. A counted array begins "[#" and
// a length and has no closing bracket; a typed array begins "[$", a type, "#"
// and a length, and its elements have no markers. A length is an integer with
// its own marker.
//
// # Specification
//
// UBJSON draft 12 (ubjson.org), of which XGBoost (src/common/json.cc, 1.6 to
// 3.4) writes a part: objects without a count; keys without "S"; counted and
// typed arrays; lengths always "L"; floats "d"; integers in the smallest signed
// type that holds them with room on both sides (127 is an "I"); typed arrays of
// d D i U I l L; no N, C, H and no uncounted arrays.
//
// # What is kept
//
// [Parse] takes draft 12 with lengths of any integer type, uncounted arrays and
// counted objects, remembers how each was written, and [Write] gives the same
// bytes. Typed arrays are one node, and so are arrays of numbers with a marker
// each, and of T and F only.
//
// # Differences
//
// N (no-op), C (character), H (high precision), typed objects and typed arrays
// of other types are ErrUnsupported. Equal keys are ErrCorrupt (XGBoost takes
// the first), and so are bytes after the value, negative lengths and strings
// that are not UTF-8 (XGBoost looks at none of them).
//
// From a tree that was JSON, [Write] makes what XGBoost's own Json class would:
// arrays counted, each number with its marker. Arrays that XGBoost's model
// writes with a type get one by [jsontree.Tree.Retype]. Numbers that are not
// written as integers become float32, the only float XGBoost has there; an
// integer beyond 64 bits is ErrLoss.
//
// # Limits
//
// As in jsontree. Lengths and counts are checked against the bytes that are
// left before anything is made of them. Nothing recurses.
package ubjson
