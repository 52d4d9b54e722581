package house

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
)

// word is something that no file of the tree may say. The patterns are written
// so that they do not match themselves.
type word struct {
	pattern *regexp.Regexp
	in      []string // extensions, or names of files that have none; nil is every file
	why     string
}

var sources = []string{".go", ".s", ".py", ".sh", ".md", ".txt", ".yml", ".yaml", ".mod", "Makefile", "run", "fuzz"}

var words = []word{
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`), sources, "an unfinished place: do it, or open an issue"},
	{regexp.MustCompile(`/(o` + `pt|wo` + `rk|ro` + `ot)/[a-z.]`), sources, "a path of one machine"},
	{regexp.MustCompile(`/(ho` + `me|Us` + `ers)/[a-z]`), sources, "a path of one machine"},
	{regexp.MustCompile(`/\.lib` + `rary\b`), nil, "a path of one machine"},
	{regexp.MustCompile(`\bfa` + `rm-[a-z]`), nil, "a name from outside this repository"},
}

// Words reports words that no committed file may hold: marks of unfinished
// work, paths of one machine, names from outside.
func Words(t *Tree) ([]Violation, error) {
	var out []Violation
	err := walk(t.FS, func(name string) error {
		if planted(name) {
			return nil
		}
		var src []byte
		for _, w := range words {
			if w.in != nil && !slices.Contains(w.in, path.Ext(name)) && !slices.Contains(w.in, path.Base(name)) {
				continue
			}
			if src == nil {
				var err error
				if src, err = fs.ReadFile(t.FS, name); err != nil {
					return err
				}
			}
			for _, at := range w.pattern.FindAllIndex(src, -1) {
				line := 1 + bytes.Count(src[:at[0]], []byte("\n"))
				out = append(out, Violation{name, line, string(src[at[0]:at[1]]) + ": " + w.why})
			}
		}
		return nil
	})
	return sorted(out), err
}
