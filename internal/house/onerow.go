package house

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// oneRowFile lists the ops that a single row uses, each with its reason.
const oneRowFile = "internal/house/onerow.txt"

// OneRow reports operations (types of internal/op with Infer and Bind) that
// exactly one row of the frameworks' tables uses and that have no reason in
// onerow.txt, and lines there that hold no more. Operations are there to be
// shared: one that serves a single class is often an existing one with another
// name.
func OneRow(t *Tree) ([]Violation, error) {
	reasons, out, err := readReasons(t.FS, oneRowFile)
	if err != nil {
		return nil, err
	}
	ops := findOps(t)
	users := map[string][]string{} // op → rows
	for dir, files := range t.Packages() {
		if framework(dir) == "" {
			continue
		}
		for row, refs := range rowsOf(files, ops) {
			for op := range refs {
				users[op] = append(users[op], row)
			}
		}
	}
	for _, op := range slices.Sorted(maps.Keys(users)) {
		rows := users[op]
		_, listed := reasons[op]
		switch {
		case len(rows) == 1 && !listed:
			out = append(out, Violation{ops.where[op], 0, fmt.Sprintf("%s is used by one row, %s: use an op that is there, or give the reason in %s", op, rows[0], oneRowFile)})
		case len(rows) > 1 && listed:
			out = append(out, Violation{oneRowFile, reasons[op], fmt.Sprintf("%s is used by %d rows now: take the line out", op, len(rows))})
		}
	}
	for _, op := range slices.Sorted(maps.Keys(reasons)) {
		if len(users[op]) == 0 {
			out = append(out, Violation{oneRowFile, reasons[op], op + " is used by no row: take the line out"})
		}
	}
	return sorted(out), nil
}

// readReasons is the line of each name in a list of exceptions, whose lines are
// "name: reason".
func readReasons(root fs.FS, file string) (map[string]int, []Violation, error) {
	src, err := fs.ReadFile(root, file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	lines := map[string]int{}
	var out []Violation
	s := bufio.NewScanner(bytes.NewReader(src))
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, ":")
		if strings.TrimSpace(reason) == "" {
			out = append(out, Violation{file, n, name + " has no reason"})
		}
		lines[name] = n
	}
	return lines, out, s.Err()
}

// opSet is what internal/op offers. Names are "family.Type".
type opSet struct {
	where map[string]string   // op → file
	makes map[string][]string // "import path.Symbol" → ops that naming the symbol uses
}

// findOps finds the op types and the functions that make them.
func findOps(t *Tree) opSet {
	set := opSet{map[string]string{}, map[string][]string{}}
	for dir, files := range t.Packages() {
		if !matchesAny([]string{"internal/op", "internal/op/*"}, dir) {
			continue
		}
		methods := map[string]map[string]bool{}
		declared := map[string]string{}
		for _, f := range files {
			if f.Test {
				continue
			}
			for _, d := range f.AST.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if r := receiver(d); r != "" {
						if methods[r] == nil {
							methods[r] = map[string]bool{}
						}
						methods[r][d.Name.Name] = true
					}
				case *ast.GenDecl:
					for _, s := range d.Specs {
						if s, ok := s.(*ast.TypeSpec); ok {
							declared[s.Name.Name] = f.Path
						}
					}
				}
			}
		}
		ops := map[string]bool{}
		for name, m := range methods {
			if m["Infer"] && m["Bind"] {
				ops[name] = true
				op := path.Base(dir) + "." + name
				set.where[op] = declared[name]
				set.makes[Module+"/"+dir+"."+name] = []string{op}
			}
		}
		for _, f := range files {
			if f.Test {
				continue
			}
			for _, d := range f.AST.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Recv != nil || fn.Body == nil || !fn.Name.IsExported() {
					continue
				}
				made := map[string]bool{}
				ast.Inspect(fn, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok && ops[id.Name] {
						made[path.Base(dir)+"."+id.Name] = true
					}
					return true
				})
				set.makes[Module+"/"+dir+"."+fn.Name.Name] = slices.Sorted(maps.Keys(made))
			}
		}
	}
	return set
}

// receiver is the type that a method belongs to; "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	e := d.Recv.List[0].Type
	if p, ok := e.(*ast.StarExpr); ok {
		e = p.X
	}
	switch x := e.(type) {
	case *ast.IndexExpr:
		e = x.X
	case *ast.IndexListExpr:
		e = x.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// rowsOf is the ops that each row of a framework's package uses: those that
// the row names, and those that the package's functions and methods which it
// names use, and so on. A row is a composite literal with a Path field.
func rowsOf(files []*File, ops opSet) map[string]map[string]bool {
	funcs := map[string]*symbols{}
	var rows []struct {
		path string
		*symbols
	}
	for _, f := range files {
		if f.Test {
			continue
		}
		imports := map[string]string{}
		for _, s := range f.AST.Imports {
			p := importPath(s)
			name := path.Base(p)
			if s.Name != nil {
				name = s.Name.Name
			}
			imports[name] = p
		}
		for _, d := range f.AST.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				s := symbolsOf(d, imports, ops)
				if old := funcs[d.Name.Name]; old != nil { // methods of one name count together
					s.add(old)
				}
				funcs[d.Name.Name] = s
			case *ast.GenDecl:
				if d.Tok != token.VAR {
					continue
				}
				ast.Inspect(d, func(n ast.Node) bool {
					lit, ok := n.(*ast.CompositeLit)
					if !ok {
						return true
					}
					if p := rowPath(lit); p != "" {
						rows = append(rows, struct {
							path string
							*symbols
						}{p, symbolsOf(lit, imports, ops)})
						return false
					}
					return true
				})
			}
		}
	}
	out := map[string]map[string]bool{}
	for _, r := range rows {
		used := map[string]bool{}
		seen := map[string]bool{}
		var visit func(s *symbols)
		visit = func(s *symbols) {
			maps.Copy(used, s.ops)
			for name := range s.names {
				if fn := funcs[name]; fn != nil && !seen[name] {
					seen[name] = true
					visit(fn)
				}
			}
		}
		visit(r.symbols)
		out[r.path] = used
	}
	return out
}

// rowPath is the Path field of a composite literal that is a row.
func rowPath(lit *ast.CompositeLit) string {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		k, ok := kv.Key.(*ast.Ident)
		if !ok || k.Name != "Path" {
			continue
		}
		if v, ok := kv.Value.(*ast.BasicLit); ok {
			s, _ := strconv.Unquote(v.Value)
			return s
		}
	}
	return ""
}

// symbols are what a piece of code names: ops, and names that may be functions
// of its package.
type symbols struct {
	ops, names map[string]bool
}

func (s *symbols) add(t *symbols) {
	maps.Copy(s.ops, t.ops)
	maps.Copy(s.names, t.names)
}

func symbolsOf(n ast.Node, imports map[string]string, ops opSet) *symbols {
	s := &symbols{map[string]bool{}, map[string]bool{}}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imports[x.Name] != "" {
				for _, op := range ops.makes[imports[x.Name]+"."+n.Sel.Name] {
					s.ops[op] = true
				}
				return false
			}
		case *ast.Ident:
			s.names[n.Name] = true
		}
		return true
	})
	return s
}
