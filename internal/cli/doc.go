// Package cli is the command line: one file for each command. Its contract
// (names, flags, exit codes, JSON keys) is docs/cli.md.
//
// Data goes to stdout; talk goes to stderr as "larder: what (where)", lower
// case, without a full stop, then "hint: what to do". An output file appears
// complete under its name or not at all.
package cli
