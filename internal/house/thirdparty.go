package house

import (
	"slices"
	"strings"
)

// dependency is a module, or part of the standard library, that only some
// packages may import.
type dependency struct {
	prefix string   // of import paths
	in     []string // folders and patterns
	tests  bool     // only in tests
	light  bool     // may reach the packages that users import
	why    string
}

// The one list. What it does not name may not be imported, the standard
// library aside.
var dependencies = []dependency{
	{"golang.org/x/tools/", []string{"internal/house"}, true, false, "planted trees are txtar archives"},
	{"golang.org/x/", []string{".", "*"}, false, true, "kept by the Go project"},
	{"github.com/klauspost/compress", []string{"internal/safeio", "internal/joblib", "internal/table", "internal/bundle", "hdf5", "savedmodel", "internal/formats"}, false, true, "compression, where a codec meets it"},
	{"github.com/pierrec/lz4", []string{"internal/safeio", "internal/joblib", "internal/table", "hdf5", "internal/formats"}, false, true, "compression, where a codec meets it"},
	{"github.com/ulikunitz/xz", []string{"internal/safeio", "internal/joblib", "internal/formats"}, false, true, "compression, where a codec meets it"},
	{"github.com/dlclark/regexp2", []string{"internal/pyre"}, false, true, "Python's regular expressions stay behind one package"},
	{"gonum.org/v1/gonum", []string{"internal/op/*", "internal/sklearn", "internal/sklearn/*"}, false, true, "linear algebra and special functions outside the hot loops"},
	{"github.com/parquet-go/parquet-go", []string{"internal/table", "internal/cli"}, false, false, "data files belong to the command line"},
	{"github.com/spf13/", []string{"internal/cli"}, false, false, "flags belong to the command line"},
	{"github.com/rogpeppe/go-internal", []string{".", "internal/cli", "cmd/larder"}, true, false, "testscript runs the command line's tests"},
	{"google.golang.org/", []string{"serve"}, false, false, "gRPC belongs to the server"},
	{"github.com/prometheus/", []string{"serve"}, false, false, "metrics belong to the server"},
	{"go.opentelemetry.io/", []string{"serve"}, false, false, "traces belong to the server"},

	// Promise 2, nothing in a file is executed or followed: what could do so is not linked.
	{"C", nil, false, false, "no cgo"},
	{"os/exec", []string{"internal/benchmark"}, false, false, "nothing is executed, but for the real libraries beside a benchmark"},
	{"plugin", nil, false, false, "nothing is executed"},
	{"net", []string{"serve", "internal/cli"}, false, false, "only the server talks to a network"},
}

func dependencyOf(imported string) *dependency {
	for i, d := range dependencies {
		whole := strings.TrimSuffix(d.prefix, "/")
		if imported == whole || strings.HasPrefix(imported, whole+"/") && imported != "net/url" {
			return &dependencies[i]
		}
	}
	return nil
}

func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// ThirdParty reports imports from outside the module where none is allowed,
// and packages for users that reach something heavy through others.
func ThirdParty(t *Tree) ([]Violation, error) {
	var out []Violation
	heavy := map[string]map[string]string{} // folder → heavy import → through which folder
	edges := map[string][]string{}
	for _, f := range t.Files {
		for _, s := range f.AST.Imports {
			p := importPath(s)
			if dir, ok := inModule(p); ok {
				if !f.Test {
					edges[f.Dir] = append(edges[f.Dir], dir)
				}
				continue
			}
			d := dependencyOf(p)
			switch {
			case d == nil && standard(p):
			case d == nil:
				out = append(out, t.at(s.Pos(), "imports %s: not on the list in internal/house/thirdparty.go", p))
			case f.Test && standard(p) && p != "C":
			case d.tests && !f.Test:
				out = append(out, t.at(s.Pos(), "imports %s outside of tests (%s)", p, d.why))
			case !matchesAny(d.in, f.Dir):
				out = append(out, t.at(s.Pos(), "imports %s, allowed in %s (%s)", p, where(d.in), d.why))
			case !d.light && !f.Test:
				if heavy[f.Dir] == nil {
					heavy[f.Dir] = map[string]string{}
				}
				heavy[f.Dir][p] = f.Dir
			}
		}
	}
	for dir, files := range t.Packages() {
		if !public(dir) || !slices.ContainsFunc(files, func(f *File) bool { return !f.Test }) {
			continue
		}
		for _, d := range reach(edges, dir) {
			for p := range heavy[d] {
				out = append(out, Violation{dir, 0, "users import it, and it reaches " + p + " through " + d})
			}
		}
	}
	return sorted(out), nil
}

func where(in []string) string {
	if len(in) == 0 {
		return "no package"
	}
	return strings.Join(in, ", ")
}

// public says whether a package is one that other people's programs import.
func public(dir string) bool {
	first, _, _ := strings.Cut(dir, "/")
	return first != "internal" && first != "cmd" && first != "serve"
}

// reach is a folder and all that it imports, directly or not.
func reach(edges map[string][]string, from string) []string {
	seen := []string{from}
	for i := 0; i < len(seen); i++ {
		for _, d := range edges[seen[i]] {
			if !slices.Contains(seen, d) {
				seen = append(seen, d)
			}
		}
	}
	return seen
}
