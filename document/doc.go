// Package document is what all formats have in common before anything in them
// is understood: where bytes come from ([Source]), what a file holds ([Node],
// [Document]), how much of it may be taken ([Limits]), what is wrong with it
// ([Error]) and what deserves doubt ([Finding]).
//
// # Terminology
//
// A Document is everything that the bytes say and nothing that they mean. A
// path names a node inside a file: its steps are separated by "/" and, as in
// RFC 6901, "~" and "/" inside a step are written "~0" and "~1". The root is
// "/".
//
// # Errors
//
// Every error that comes from a file is an *[Error] around one of the
// sentinels, made where the fault was seen. [ErrUnsupported] is never used for
// a broken file, nor [ErrCorrupt] for one that is only unusual.
package document
