package support

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/sklearn"
	"github.com/larder-ml/larder/internal/xgboost"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
)

// Recorded is testdata/models/recorded.json: class, method, worst error.
type Recorded map[string]map[string]Measured

// Measured is the worst difference of a method's answers from the library's, and
// how many values were compared.
type Measured struct {
	MaxRel float64 `json:"max_rel"`
	MaxAbs float64 `json:"max_abs"`
	N      int     `json:"n"`
}

// ParseRecorded reads it.
func ParseRecorded(b []byte) (Recorded, error) {
	var r Recorded
	return r, json.Unmarshal(b, &r)
}

// row is a class of any framework.
type row struct {
	framework, path, since string
	tolerance              map[string]model.Tolerance
}

func rows() []row {
	var all []row
	for _, r := range sklearn.Table() {
		tolerance := maps.Clone(r.Tolerance)
		for m, t := range r.Float32 {
			tolerance[m+"@float32"] = t
		}
		all = append(all, row{sklearn.Framework, r.Path, r.Since, tolerance})
	}
	for _, r := range xgboost.Rows() {
		all = append(all, row{"XGBoost", r.Path, r.Since, r.Tolerance})
	}
	return all
}

// Page is docs/support.md.
func Page(rec Recorded) string {
	var b strings.Builder
	b.WriteString(`# What is supported

Written by ` + "`go generate ./internal/support`" + ` from the tables of the code; do not edit it. What is not here is an error that
names it.

A class answers with every method that the library gives it. *exact* means the same bits (the same labels, the same leaves); a
number is how far an answer may be from the library's, relative to it. *Measured* is the worst error over all test cases, with
the number of values compared; @float32, @softmax and the like are of models that are evaluated in another way. A tolerance above ten times the measured error fails the build.

## Formats

`)
	b.WriteString(formatTable())
	framework := ""
	for _, r := range rows() {
		if r.framework != framework {
			framework = r.framework
			fmt.Fprintf(&b, "\n## %s\n\n| class | method | promised | measured |\n|---|---|---|---|\n", framework)
		}
		class(&b, r, rec[r.path])
	}
	opcodes(&b)
	return b.String()
}

func formatTable() string {
	var b strings.Builder
	b.WriteString("| format | extensions | opens | runs | writes |\n|---|---|---|---|---|\n")
	for _, f := range formats.List() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", f.Name, strings.Join(f.Extensions, " "), f.Opens, f.Runs, f.Writes)
	}
	return b.String()
}

func class(b *strings.Builder, r row, rec map[string]Measured) {
	name := "`" + r.path + "`"
	if r.since != "" {
		name += ", since " + r.since
	}
	methods := slices.Sorted(maps.Keys(rec))
	for m := range r.tolerance {
		if !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
	}
	slices.Sort(methods)
	if methods == nil {
		fmt.Fprintf(b, "| %s | inside other models | | |\n", name)
	}
	for _, m := range methods {
		measured := ""
		if e, ok := rec[m]; ok {
			measured = fmt.Sprintf("%s, %d values", exact(e.MaxRel), e.N)
		}
		promised := exact(r.tolerance[m].Rel)
		if a := r.tolerance[m].Abs; a > 0 {
			promised += fmt.Sprintf(" + %.0e", a)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, m, promised, measured)
		name = ""
	}
}

func exact(v float64) string {
	if v == 0 {
		return "exact"
	}
	return fmt.Sprintf("%.0e", v)
}

func opcodes(b *strings.Builder) {
	b.WriteString("\n## Pickle opcodes\n\nAll of them are read at any declared protocol, and written.\n\n")
	for p := range 6 {
		var names []string
		for code := range 256 {
			op := pickle.Opcode(code)
			if name := op.String(); op.Protocol() == p && !strings.HasPrefix(name, "0x") && name != "FOREIGN" {
				names = append(names, name)
			}
		}
		fmt.Fprintf(b, "- protocol %d: %s\n", p, strings.Join(names, " "))
	}
}

// Short is the table of README.md: formats and how many classes run.
func Short() string {
	var b strings.Builder
	b.WriteString(formatTable())
	count := map[string][]string{}
	var order []string
	for _, r := range rows() {
		if count[r.framework] == nil {
			order = append(order, r.framework)
		}
		count[r.framework] = append(count[r.framework], r.path[strings.LastIndexByte(r.path, '.')+1:])
	}
	for _, f := range order {
		fmt.Fprintf(&b, "\n%s (%d): %s.\n", f, len(count[f]), strings.Join(count[f], ", "))
	}
	return b.String()
}

// Between is text with what stands between two marker lines replaced.
func Between(text, begin, end, with string) (string, error) {
	i, j := strings.Index(text, begin), strings.Index(text, end)
	if i < 0 || j < i {
		return "", fmt.Errorf("no %s … %s", begin, end)
	}
	return text[:i+len(begin)] + "\n" + with + text[j:], nil
}
