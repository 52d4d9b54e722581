package house

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

const (
	maxLines     = 800 // of a file
	maxFiles     = 40  // of a package
	maxRootLines = 700 // of the root package, tests aside
)

// Size reports files and packages that have grown too large. Generated files
// are not counted.
func Size(t *Tree) ([]Violation, error) {
	var out []Violation
	files := map[string]int{}
	root := 0
	err := walk(t.FS, func(name string) error {
		ext := path.Ext(name)
		if ext != ".go" && ext != ".s" && ext != ".py" && ext != ".sh" || planted(name) {
			return nil
		}
		src, err := fs.ReadFile(t.FS, name)
		if err != nil {
			return err
		}
		if generatedName.MatchString(name) || bytes.HasPrefix(src, []byte("// Code generated ")) {
			return nil
		}
		n, dir := countLines(src), path.Dir(name)
		if n > maxLines {
			out = append(out, Violation{name, 0, fmt.Sprintf("%d lines, at most %d: split it by upstream module or by structure of the format", n, maxLines)})
		}
		if ext == ".go" || ext == ".s" {
			files[dir]++
			if dir == "." && !strings.HasSuffix(name, "_test.go") {
				root += n
			}
		}
		return nil
	})
	for dir, n := range files {
		if n > maxFiles {
			out = append(out, Violation{dir, 0, fmt.Sprintf("%d files, at most %d: one sub-package for each upstream module or family", n, maxFiles)})
		}
	}
	if root > maxRootLines {
		out = append(out, Violation{".", 0, fmt.Sprintf("the root package has %d lines, at most %d: it is read in ten minutes", root, maxRootLines)})
	}
	return sorted(out), err
}

// planted says whether a file is one of the guards' own bad examples.
func planted(name string) bool { return strings.HasPrefix(name, "internal/house/testdata/") }
