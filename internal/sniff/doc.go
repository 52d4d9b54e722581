// Package sniff says what a file is by its bytes, never by its name. It looks
// at a few bytes only; whether the rest keeps the promise is for the parser.
//
// The signatures: pickle's PROTO opcode (protocol 2 and later) and the text
// opcodes that protocols 0 and 1 begin with; zlib, gzip, bzip2, lzma, xz, lz4;
// HDF5's superblock; zip; numpy's magic; JSON; UBJSON as XGBoost writes it;
// LightGBM's text; XGBoost's old binary form.
package sniff
