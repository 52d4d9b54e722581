// Package formats ties containers to what they may hold: one file for each
// container, which parses bytes into a document with its codec, and hands the
// document to the frameworks that may know what is in it. formats.go is the one
// list.
//
// A file here names one container and calls Parse, Lift and Lower only; class
// names belong to the frameworks' tables, and a test finds them here.
package formats
