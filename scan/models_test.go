package scan

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/pickle"
)

// TestModels: no pickle of the corpus is dangerous, and all are safe once the
// classes of the frameworks are listed. What the frameworks hand in is made up
// here from the files, so that this tests the rules and not the rows: classes
// that are made without arguments, and the constructors that Cython needs.
func TestModels(t *testing.T) {
	var files []string
	for _, ext := range []string{"pkl", "joblib"} {
		list, err := filepath.Glob("../testdata/models/*/*/model." + ext)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, list...)
	}
	if len(files) == 0 {
		t.Fatal("no models")
	}
	list := frameworkRows(t, files)
	s := Scanner{Allow: NewAllowList(nil, list)}
	counts := map[document.Verdict]int{}
	for _, name := range files {
		r, err := s.Paths(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Files[0]
		if f.Verdict == nil {
			t.Errorf("%s: no verdict", name)
			continue
		}
		counts[*f.Verdict]++
		want := document.Safe
		if own(f.Findings) {
			want = document.Unknown // classes of the corpus's own
		}
		if *f.Verdict != want {
			t.Errorf("%s: %s: %+v", name, *f.Verdict, f.Findings)
		}
	}
	t.Logf("%d pickles: %v", len(files), counts)
}

// own says whether all findings are of the module that the generator of the
// corpus defines to have classes that nobody lists.
func own(list []document.Finding) bool {
	for _, f := range list {
		if !strings.Contains(f.Message, "shapes.") {
			return false
		}
	}
	return len(list) > 0
}

func frameworkRows(t *testing.T, files []string) []AllowEntry {
	seen := map[string]AllowEntry{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := joblib.Parse(b, pickle.Decoder{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		docs := []*pickle.Document{f.Pickle}
		for len(docs) > 0 {
			d := docs[0]
			docs = docs[1:]
			for e := range d.Events() {
				if n := e.Value.Nested(); n != nil && e.Kind == pickle.EventBuild {
					docs = append(docs, n)
				}
				g := e.Value
				if e.Kind == pickle.EventCall {
					g = g.Callable()
				}
				full, ok := pyobj.GlobalName(g)
				if !ok || !strings.HasPrefix(full, "sklearn.") && !strings.HasPrefix(full, "xgboost.") {
					continue
				}
				entry, old := seen[full]
				if !old {
					entry = AllowEntry{Name: full}
				}
				if e.Kind == pickle.EventCall {
					last := full[strings.LastIndexByte(full, '.')+1:]
					switch how := e.Value.How(); {
					case how == pickle.ByNew:
						entry.Kind, entry.State = pyobj.AllowClass, pyobj.StateAny
					case strings.HasPrefix(last, "__pyx_unpickle_"):
						entry.Kind, entry.Args = pyobj.AllowConstructor, pyobj.TakesPyx
					case last == "newObj":
						entry.Kind, entry.Args, entry.State = pyobj.AllowConstructor, pyobj.TakesClass, pyobj.StateAny
					default:
						entry.Kind, entry.State = pyobj.AllowConstructor, pyobj.StateAny
						entry.Args = pyobj.Takes(0, pyobj.ArgAny, pyobj.ArgAny, pyobj.ArgAny, pyobj.ArgAny)
					}
				} else if !old {
					entry.Kind = pyobj.AllowClass // until a call says otherwise
				}
				entry.Items = true
				seen[full] = entry
			}
		}
	}
	var out []AllowEntry
	for _, e := range seen {
		out = append(out, e)
	}
	return out
}

// TestCut: a dangerous file stays dangerous wherever it is cut after the call,
// and no cut is ever safe.
func TestCut(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(hostile, "pickle", "deep_in_state.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	s := Scanner{Allow: NewAllowList(nil, frameworkClasses)}
	call := strings.LastIndex(string(b), "R") + 1
	for n := range b {
		f := s.Bytes(context.Background(), "cut", b[:n]).Files[0]
		switch {
		case n >= call && (f.Verdict == nil || *f.Verdict != document.Dangerous):
			t.Errorf("cut at %d of %d: %+v", n, len(b), f)
		case f.Verdict != nil && *f.Verdict == document.Safe:
			t.Errorf("cut at %d of %d is safe", n, len(b))
		}
	}
}

func TestPolicy(t *testing.T) {
	for _, bad := range []string{`{"classes": ["*"]}`, `{"classes": ["mypackage.*"]}`, `{"classes": ["os.system"]}`, `{"trust": true}`,
		`{"functions": ["builtins.eval"]}`, `{"classes": ["Model"]}`, `[]`, `{} {}`} {
		if _, err := ParsePolicy([]byte(bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	p, err := ParsePolicy([]byte(`{"classes": ["mypackage.Model"], "functions": ["mypackage.clean"]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := Scanner{Allow: p.Allow(NewAllowList(nil, frameworkClasses))}
	for file, want := range map[string]document.Verdict{
		"user_class.pkl": document.Safe, "user_reference.pkl": document.Safe, "func_attribute_user.pkl": document.Safe,
		"call_mypackage_helpers_rebuild.pkl": document.Dangerous, "reduce_os_system.pkl": document.Dangerous,
	} {
		r, err := s.Paths(context.Background(), filepath.Join(hostile, "pickle", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := *r.Files[0].Verdict; got != want {
			t.Errorf("%s with a policy: %s, want %s: %+v", file, got, want, r.Files[0].Findings)
		}
	}
}

// TestReport holds the JSON and SARIF forms to the contract.
func TestReport(t *testing.T) {
	r, err := Scanner{}.Paths(context.Background(), filepath.Join(hostile, "harmless"), filepath.Join(hostile, "pickle", "reduce_os_system.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(b), `{"schema":"larder.scan/1","files":[{"path":`) {
		t.Errorf("%.200s", b)
	}
	var back struct {
		Files []struct {
			Path     *string
			Format   *string
			Verdict  *string
			Findings []struct {
				ID, Severity, Path, Message string
				Offset                      *int64
			}
		}
		Counts map[string]int
	}
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range back.Counts {
		n += c
	}
	if n != len(back.Files) || back.Counts["dangerous"] != 1 || back.Counts["skipped"] < 2 {
		t.Errorf("counts %v of %d files", back.Counts, len(back.Files))
	}
	last := back.Files[len(back.Files)-1]
	if last.Verdict == nil || *last.Verdict != "dangerous" || len(last.Findings) == 0 || last.Findings[0].Offset == nil {
		t.Errorf("%+v", last)
	}
	x := r.SARIF("v1")
	if x.Version != "2.1.0" || len(x.Runs) != 1 || len(x.Runs[0].Tool.Driver.Rules) != len(Rules()) {
		t.Errorf("SARIF %+v", x)
	}
	for _, res := range x.Runs[0].Results {
		if x.Runs[0].Tool.Driver.Rules[res.RuleIndex].ID != res.RuleID || len(res.Locations) != 1 {
			t.Errorf("result %+v", res)
		}
	}
	if r.Err(os.ErrExist) != os.ErrExist {
		t.Error("a report with a dangerous file has no error")
	}
}

// TestDocs: docs/security.md lists each rule with its severity.
func TestDocs(t *testing.T) {
	b, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Rules() {
		if !strings.Contains(string(b), "| `"+r.ID+"` | "+string(r.Severity)+" |") {
			t.Errorf("docs/security.md does not list %s as %s", r.ID, r.Severity)
		}
	}
}

// TestBomb: what unpacks to more than the limits is unknown, in no time.
func TestBomb(t *testing.T) {
	s := Scanner{Limits: document.Limits{Bytes: 1 << 20}}
	f := s.Bytes(context.Background(), "bomb", bomb(t)).Files[0]
	if f.Verdict == nil || *f.Verdict != document.Unknown {
		t.Errorf("%+v", f)
	}
}
