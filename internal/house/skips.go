package house

import (
	"go/ast"
	"strings"
)

// Skips reports tests that pass by not running. What a test needs is there or
// the test fails; a fuzz target that has no use for an input returns.
func Skips(t *Tree) ([]Violation, error) {
	var out []Violation
	for _, f := range t.Files {
		if !importsTesting(f) {
			continue
		}
		names := map[string]bool{}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncType:
				for _, p := range n.Params.List {
					if testingType(p.Type) {
						for _, id := range p.Names {
							names[id.Name] = true
						}
					}
				}
			case *ast.CallExpr:
				s, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || !strings.HasPrefix(s.Sel.Name, "Skip") {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && names[x.Name] {
					out = append(out, t.at(n.Pos(), "%s.%s: a test that needs something absent fails", x.Name, s.Sel.Name))
				}
			}
			return true
		})
	}
	return sorted(out), nil
}

func importsTesting(f *File) bool {
	for _, s := range f.AST.Imports {
		if importPath(s) == "testing" {
			return true
		}
	}
	return false
}

// testingType says whether a type is testing.TB or a pointer to testing's T, B
// or F.
func testingType(e ast.Expr) bool {
	if p, ok := e.(*ast.StarExpr); ok {
		e = p.X
	}
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "testing"
}
