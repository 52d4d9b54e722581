package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Names that say nothing of what a package is about.
var emptyNames = []string{"util", "utils", "common", "base", "core", "helper", "helpers", "types", "misc", "shared", "internal"}

// Names reports packages with an empty name, and packages without a doc.go
// that opens with the package's comment.
func Names(t *Tree) ([]Violation, error) {
	var out []Violation
	for dir, files := range t.Packages() {
		name := path.Base(dir)
		if slices.Contains(emptyNames, name) {
			out = append(out, Violation{dir, 0, "a package called " + name + ": name it after what it is about"})
		}
		documented, code := false, false
		for _, f := range files {
			pkg := f.AST.Name.Name
			if slices.Contains(emptyNames, strings.TrimSuffix(pkg, "_test")) && pkg != name {
				out = append(out, t.at(f.AST.Name.Pos(), "a package called %s: name it after what it is about", pkg))
			}
			code = code || !f.Test && pkg != "main"
			if path.Base(f.Path) == "doc.go" && f.AST.Doc != nil &&
				strings.HasPrefix(f.AST.Doc.Text(), "Package "+pkg+" ") {
				documented = true
			}
		}
		if code && !documented {
			out = append(out, Violation{dir, 0, fmt.Sprintf("no doc.go that begins with %q", "// Package "+files[0].AST.Name.Name)})
		}
	}
	return sorted(out), nil
}
