// Package house holds the rules that the tree keeps to, as checks that run with
// `go test ./...`: who may import whom, how large a file may grow, what no file
// may say, which promises need a reason. Nothing imports it.
//
// # Terminology
//
// A [Guard] is one rule. It looks at a [Tree], which is every Go file below a
// root, and answers with the places where the rule is broken. Guards read
// files and start no other program, so they say the same everywhere, and they
// take any root, so that each is run on small trees with planted violations
// (testdata/*.txtar): a guard that was never seen to fail guards nothing.
//
// Guards over what rows promise rather than over how files look ([Tolerances],
// [AllowList]) take their data as arguments, for the same reason.
//
// # To change a rule
//
// Each rule stands in one file, with its numbers and lists at the top. An
// exception is a line in such a list, with its reason.
package house
