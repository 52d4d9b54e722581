package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Module is the path of the module whose tree this is.
const Module = "github.com/larder-ml/larder"

// Violation is a place where a rule is broken.
type Violation struct {
	Path string // of the file or folder
	Line int    // 0 where it is the whole file
	Text string
}

func (v Violation) String() string {
	if v.Line == 0 {
		return v.Path + ": " + v.Text
	}
	return fmt.Sprintf("%s:%d: %s", v.Path, v.Line, v.Text)
}

// Guard is one rule.
type Guard struct {
	Name  string
	Check func(*Tree) ([]Violation, error)
}

// Guards are all rules that need only the tree.
var Guards = []Guard{
	{"parse", Parse},
	{"ranks", Ranks},
	{"thirdparty", ThirdParty},
	{"size", Size},
	{"names", Names},
	{"tables", Tables},
	{"skips", Skips},
	{"words", Words},
	{"formats", Formats},
	{"onerow", OneRow},
}

// File is one Go file.
type File struct {
	Path      string // slash-separated, from the root
	Dir       string // "." for the root
	AST       *ast.File
	Source    []byte
	Test      bool // name ends in _test.go
	Generated bool
}

// Tree is a source tree: all Go files below a root, those in testdata, hidden
// folders and nested modules aside. Build tags are not looked at, so every
// platform's files are in it.
type Tree struct {
	FS     fs.FS
	Fset   *token.FileSet
	Files  []*File // by path
	faults []Violation
}

var generatedName = regexp.MustCompile(`_gen(_test)?\.go$|_gen(_[a-z0-9]+)*\.s$`)

// Load reads a tree.
func Load(root fs.FS) (*Tree, error) {
	t := &Tree{FS: root, Fset: token.NewFileSet()}
	err := walk(root, func(name string) error {
		if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(t.Fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.faults = append(t.faults, Violation{name, 0, err.Error()})
			return nil
		}
		t.Files = append(t.Files, &File{
			Path: name, Dir: path.Dir(name), AST: f, Source: src,
			Test:      strings.HasSuffix(name, "_test.go"),
			Generated: generatedName.MatchString(name),
		})
		return nil
	})
	return t, err
}

// walk visits every file below the root, hidden folders and nested modules
// aside; of the hidden folders only .ci is visited.
func walk(root fs.FS, visit func(name string) error) error {
	return fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			if !d.Type().IsRegular() {
				return nil
			}
			return visit(name)
		case name == ".":
			return nil
		case strings.HasPrefix(d.Name(), ".") && name != ".ci", name == "bin":
			return fs.SkipDir
		}
		if _, err := fs.Stat(root, path.Join(name, "go.mod")); err == nil {
			return fs.SkipDir
		}
		return nil
	})
}

// Parse reports the files that are not Go.
func Parse(t *Tree) ([]Violation, error) { return t.faults, nil }

// Packages are the files of each folder, by folder.
func (t *Tree) Packages() map[string][]*File {
	m := map[string][]*File{}
	for _, f := range t.Files {
		m[f.Dir] = append(m[f.Dir], f)
	}
	return m
}

// at makes a violation at a position.
func (t *Tree) at(p token.Pos, format string, args ...any) Violation {
	where := t.Fset.Position(p)
	return Violation{where.Filename, where.Line, fmt.Sprintf(format, args...)}
}

// importPath is what an import spec names.
func importPath(s *ast.ImportSpec) string {
	p, _ := strconv.Unquote(s.Path.Value)
	return p
}

// inModule is the folder of an import path, where it is one of this module's.
func inModule(imported string) (dir string, ok bool) {
	if imported == Module {
		return ".", true
	}
	return strings.CutPrefix(imported, Module+"/")
}

// matches says whether a folder is the one that a pattern names, or, where the
// pattern ends in /*, any below it.
func matches(pattern, dir string) bool {
	if above, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(dir, above) && dir != strings.TrimSuffix(above, "/")
	}
	return pattern == dir
}

func matchesAny(patterns []string, dir string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, dir) })
}

// countLines is the number of lines of a file.
func countLines(src []byte) int {
	n := bytes.Count(src, []byte("\n"))
	if len(src) > 0 && src[len(src)-1] != '\n' {
		n++
	}
	return n
}

// sorted puts violations in the order of the tree.
func sorted(v []Violation) []Violation {
	slices.SortStableFunc(v, func(a, b Violation) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return v
}
