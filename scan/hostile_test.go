package scan

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/pickle"
)

const hostile = "../testdata/hostile"

// frameworkClasses stand for what the frameworks' rows hand in.
var frameworkClasses = []AllowEntry{
	{Name: "sklearn.linear_model._base.LinearRegression", Kind: pyobj.AllowClass},
	{Name: "sklearn.preprocessing._function_transformer.FunctionTransformer", Kind: pyobj.AllowClass},
}

// TestHostile walks the corpus that testdata/hostile/gen writes.
func TestHostile(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(hostile, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		File, Class, About, Verdict, Error string
		Findings                           []string
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range Rules() {
		known[r.ID] = true
	}
	s := Scanner{Allow: NewAllowList(nil, frameworkClasses)}
	verdicts := map[string]int{}
	for _, c := range cases {
		t.Run(c.File, func(t *testing.T) {
			r, err := s.Paths(context.Background(), filepath.Join(hostile, filepath.FromSlash(c.File)))
			if err != nil {
				t.Fatal(err)
			}
			f := r.Files[0]
			got := ""
			if f.Verdict != nil {
				got = string(*f.Verdict)
			}
			verdicts[got]++
			if got != c.Verdict {
				t.Errorf("%s: verdict %q, want %q: %+v", c.About, got, c.Verdict, f.Findings)
			}
			for _, id := range c.Findings {
				if !known[id] {
					t.Errorf("index names %s, which is no rule", id)
				}
				if !slices.ContainsFunc(f.Findings, func(x document.Finding) bool { return x.ID == id }) {
					t.Errorf("%s: no finding %s among %+v", c.About, id, f.Findings)
				}
			}
			for _, x := range f.Findings {
				if !known[x.ID] {
					t.Errorf("finding %s is no rule", x.ID)
				}
			}
			if c.Error != "" {
				want := map[string]error{"corrupt": document.ErrCorrupt, "limit": document.ErrLimit}[c.Error]
				data, _ := os.ReadFile(filepath.Join(hostile, filepath.FromSlash(c.File)))
				if _, err := joblib.Parse(data, pickle.Decoder{}); !errors.Is(err, want) {
					t.Errorf("%s: opening it says %v, want %v", c.About, err, want)
				}
			}
		})
	}
	t.Logf("%d files: %v", len(cases), verdicts)
}
