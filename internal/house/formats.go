package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
)

// className finds what reads like a Python class or function of a framework.
var className = regexp.MustCompile(`\b(sklearn|xgboost|lightgbm|keras|tf_keras|tensorflow|numpy|scipy|pandas|joblib|builtins|__main__)\.[A-Za-z_]`)

// Formats reports class names in internal/formats: a formats file names one
// container and leaves what classes mean to the frameworks.
func Formats(t *Tree) ([]Violation, error) {
	var out []Violation
	for _, f := range t.Files {
		if f.Test || !matchesAny([]string{"internal/formats", "internal/formats/*"}, f.Dir) {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil && className.MatchString(s) {
					out = append(out, t.at(l.Pos(), "a class name, %s: it belongs into a framework's row", l.Value))
				}
			}
			return true
		})
	}
	return sorted(out), nil
}
