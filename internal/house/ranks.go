package house

import "strings"

// rank places packages. A package imports only from ranks below its own, so
// packages of one rank are strangers to each other. Tens are the rows of the
// table in docs/architecture.md.
type rank struct {
	pattern string // a folder, or a folder and /* for all below it
	n       int
}

// The one list. A new package gets a line here; the first line that matches
// counts.
var ranks = []rank{
	{"tensor", 10},
	{"internal/kernel", 11},
	{"internal/forest", 12},

	{"document", 20},
	{"model", 21},
	{"inspect", 22},

	{"internal/safeio", 30},
	{"internal/sniff", 31},

	{"internal/npy", 40},
	{"internal/jsontree", 40},
	{"internal/protowire", 40},
	{"internal/bundle", 40},
	{"internal/pyre", 40},
	{"internal/ubjson", 41},

	{"pickle", 50},
	{"hdf5", 50},
	{"savedmodel", 50},
	{"internal/joblib", 51},
	{"internal/table", 51},
	{"internal/losslessjson", 52},

	{"internal/plan", 60},
	{"internal/pyobj", 60},
	{"internal/op", 60},
	{"internal/op/*", 61},

	{"internal/sklearn/*", 70},
	{"internal/keras/*", 70},
	{"internal/tensorflow/*", 70},
	{"internal/xgboost/*", 70},
	{"internal/lightgbm/*", 70},
	{"internal/sklearn", 71},
	{"internal/keras", 71},
	{"internal/tensorflow", 71},
	{"internal/xgboost", 71},
	{"internal/lightgbm", 71},
	{"build/*", 75},

	{"scan", 80},
	{"internal/formats", 90},
	{".", 100},
	{"serve", 110},
	{"internal/demo", 119},
	{"internal/cli", 120},
	{"cmd/larder", 121},

	// Programs for people who work on Larder; nothing imports them.
	{"internal/support", 129},
	{"internal/demo/gen", 130},
	{"internal/support/gen", 130},
	{"internal/benchmark", 130},
	{"internal/interop", 130},
	{"internal/house", 130},
}

func rankOf(dir string) (int, bool) {
	for _, r := range ranks {
		if matches(r.pattern, dir) {
			return r.n, true
		}
	}
	return 0, false
}

// Ranks reports imports that run upward or sideways, and packages that have no
// rank. Tests may look up: nothing is built from them.
func Ranks(t *Tree) ([]Violation, error) {
	var out []Violation
	unknown := map[string]bool{}
	for _, f := range t.Files {
		if f.Test {
			continue
		}
		own, ok := rankOf(f.Dir)
		if !ok {
			if !unknown[f.Dir] {
				unknown[f.Dir] = true
				out = append(out, Violation{f.Dir, 0, "package has no rank: give it a line in internal/house/ranks.go"})
			}
			continue
		}
		for _, s := range f.AST.Imports {
			dir, ok := inModule(importPath(s))
			if !ok {
				continue
			}
			switch n, known := rankOf(dir); {
			case !known:
				out = append(out, t.at(s.Pos(), "imports %s, which has no rank: give it a line in internal/house/ranks.go", dir))
			case n >= own:
				out = append(out, t.at(s.Pos(), "%s (rank %d) imports %s (rank %d): only from lower ranks", f.Dir, own, dir, n))
			case strangers(f.Dir, dir):
				out = append(out, t.at(s.Pos(), "%s imports %s: frameworks are strangers to each other", f.Dir, dir))
			}
		}
	}
	return sorted(out), nil
}

// strangers says whether two folders belong to different frameworks.
func strangers(a, b string) bool {
	x, y := framework(a), framework(b)
	return x != "" && y != "" && x != y
}

// framework is the framework whose meaning a folder holds.
func framework(dir string) string {
	n, ok := rankOf(dir)
	if !ok || n < 70 || n >= 80 {
		return ""
	}
	return strings.Split(dir, "/")[1]
}
