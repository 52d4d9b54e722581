package house

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestTree runs every guard on this repository.
func TestTree(t *testing.T) {
	tree, err := Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) < 20 {
		t.Fatalf("%d Go files: not the repository", len(tree.Files))
	}
	for _, g := range Guards {
		t.Run(g.Name, func(t *testing.T) {
			found, err := g.Check(tree)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				t.Error(v)
			}
		})
	}
}

// TestPlanted runs each guard on trees with planted violations: archives
// testdata/<guard>*.txtar, whose comment lists after "want:" what the guard
// must say, in order, and nothing else.
func TestPlanted(t *testing.T) {
	for _, g := range Guards {
		t.Run(g.Name, func(t *testing.T) {
			archives, err := filepath.Glob(filepath.Join("testdata", g.Name+"*.txtar"))
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			for _, name := range archives {
				seen += runPlanted(t, g, name)
			}
			if seen == 0 {
				t.Errorf("no planted violation: this guard was never seen to fail")
			}
		})
	}
}

func runPlanted(t *testing.T, g Guard, name string) (wanted int) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range a.Files { // so that big files need no big archive
		a.Files[i].Data = fill(f.Data)
	}
	root, err := txtar.FS(a)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	found, err := g.Check(tree)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(a.Comment)) {
		if w, ok := strings.CutPrefix(strings.TrimSpace(line), "want: "); ok {
			want = append(want, w)
		}
	}
	for i := range max(len(found), len(want)) {
		switch {
		case i >= len(found):
			t.Errorf("%s: not seen: %s", name, want[i])
		case i >= len(want):
			t.Errorf("%s: not planted: %s", name, found[i])
		case !strings.HasPrefix(found[i].String(), want[i]):
			t.Errorf("%s:\n got %s\nwant %s", name, found[i], want[i])
		}
	}
	return len(want)
}

var more = regexp.MustCompile(`// and (\d+) lines more\n`)

// fill writes out "// and 800 lines more".
func fill(data []byte) []byte {
	return more.ReplaceAllFunc(data, func(mark []byte) []byte {
		n, _ := strconv.Atoi(string(more.FindSubmatch(mark)[1]))
		return bytes.Repeat([]byte("//\n"), n)
	})
}
