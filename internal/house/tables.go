package house

import (
	"go/ast"
	"go/token"
)

// Packages that hold tables of rows: no reflection there.
var tablePackages = []string{
	"internal/op", "internal/op/*", "build/*", "scan", "internal/formats",
	"internal/sklearn", "internal/sklearn/*", "internal/keras", "internal/keras/*",
	"internal/tensorflow", "internal/tensorflow/*", "internal/xgboost", "internal/xgboost/*",
	"internal/lightgbm", "internal/lightgbm/*",
}

// Tables reports what would make a table other than what it reads like:
// registration when the program starts (init functions, imports for their
// effects, calls at package level for theirs) and reflection.
func Tables(t *Tree) ([]Violation, error) {
	var out []Violation
	for _, f := range t.Files {
		if f.Test {
			continue
		}
		for _, s := range f.AST.Imports {
			p := importPath(s)
			if s.Name != nil && s.Name.Name == "_" && p != "embed" {
				out = append(out, t.at(s.Pos(), "imports %s for its effects: name what is used in a list", p))
			}
			if p == "reflect" && matchesAny(tablePackages, f.Dir) {
				out = append(out, t.at(s.Pos(), "reflection beside a table: rows are typed"))
			}
		}
		for _, d := range f.AST.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					out = append(out, t.at(d.Pos(), "an init function: rows stand in explicit lists"))
				}
			case *ast.GenDecl:
				if d.Tok != token.VAR {
					continue
				}
				for _, s := range d.Specs {
					v := s.(*ast.ValueSpec)
					for i, n := range v.Names {
						if n.Name == "_" && i < len(v.Values) && calls(v.Values[i]) {
							out = append(out, t.at(n.Pos(), "a call for its effects at package level: rows stand in explicit lists"))
						}
					}
				}
			}
		}
	}
	return sorted(out), nil
}

// calls says whether an expression is a call; a conversion like (*T)(nil),
// which states that a type has an interface, is not.
func calls(e ast.Expr) bool {
	c, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch c.Fun.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.FuncLit:
		return true
	}
	return false
}
