// Package safeio reads untrusted bytes: every length that comes from a file
// passes through a [Cursor] and is checked against what is left before memory
// is taken for it.
//
// The cursor's error is sticky: after the first fault every read answers zero
// values and the fault stays, so a decoder reads straight down and asks Err
// once.
package safeio
