//go:build interop

package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// job is one line of jobs.json: see testdata/interop/check.py.
type job struct {
	File    string  `json:"file"`
	Kind    string  `json:"kind"`
	Wrapper string  `json:"wrapper,omitempty"`
	Data    string  `json:"data,omitempty"`
	Method  string  `json:"method,omitempty"`
	Want    string  `json:"want,omitempty"`
	RTol    float64 `json:"rtol"`
	Equals  string  `json:"equals,omitempty"`
}

type caseFile struct {
	dir, Model, Format, Verdict string
	Classes                     []string
	Calls                       []struct {
		Signature, Data, Want, Error string
		Set                          map[string]string
	}
}

const models = "../../testdata/models"

func cases(t *testing.T) []caseFile {
	t.Helper()
	paths, err := filepath.Glob(models + "/*/*/case.json")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d cases (%v)", len(paths), err)
	}
	var all []caseFile
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		c := caseFile{dir: filepath.Dir(p)}
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// TestTheRealLibrariesOpenWhatWeWrote gathers the jobs and asks once.
func TestTheRealLibrariesOpenWhatWeWrote(t *testing.T) {
	dir := t.TempDir()
	w := &work{t: t, dir: dir}
	for _, c := range cases(t) {
		if strings.HasSuffix(filepath.Dir(c.dir), "-old") {
			continue // other versions' files: their libraries are not here
		}
		if c.Verdict != "safe" {
			continue // classes of a module that nobody has
		}
		if strings.HasSuffix(c.dir, "-bz2") {
			continue // read, not written
		}
		w.savedAgain(c)
		w.throughJSON(c)
		if slices.Contains(c.Classes, "xgboost.sklearn.XGBClassifier") && len(c.Classes) == 1 && strings.Contains("pickle joblib", c.Format) {
			w.translated(c)
		}
		if strings.HasPrefix(c.Format, "xgboost-") {
			w.otherForm(c)
		}
	}
	w.edited()
	w.made()
	if len(w.jobs) < 50 {
		t.Fatalf("only %d jobs", len(w.jobs))
	}
	b, err := json.MarshalIndent(w.jobs, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "jobs.json"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	python := os.Getenv("LARDER_PYTHON")
	if python == "" {
		python = "../../.venv/bin/python"
	}
	out, err := exec.Command(python, "../../testdata/interop/check.py", dir).CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil {
		for _, line := range strings.Split(text, "\n") {
			if !strings.HasPrefix(line, "ok ") {
				t.Log(line)
			}
		}
		t.Fatalf("%v", err)
	}
	t.Log(text[strings.LastIndexByte(text, '\n')+1:])
}

type work struct {
	t    *testing.T
	dir  string
	n    int
	jobs []job
}

func (w *work) name(ext string) string {
	w.n++
	return filepath.Join(w.dir, fmt.Sprintf("%03d%s", w.n, ext))
}

// asks adds a job for each of a case's calls that the library can repeat as it
// is: a method, no parameters, an answer in one .npy.
func (w *work) asks(c caseFile, file, kind, wrapper string, methods ...string) {
	added := false
	for _, call := range c.Calls {
		if call.Error != "" || len(call.Set) > 0 || !strings.HasSuffix(call.Want, ".npy") || !slices.Contains(methods, call.Signature) ||
			!repeatable(c, call.Data) {
			continue
		}
		added = true
		w.jobs = append(w.jobs, job{File: file, Kind: kind, Wrapper: wrapper, Data: w.abs(c.dir, call.Data), Method: call.Signature,
			Want: w.abs(c.dir, call.Want), RTol: 1e-12})
	}
	if !added {
		w.jobs = append(w.jobs, job{File: file, Kind: kind, Wrapper: wrapper})
	}
}

// repeatable says whether check.py reads a DATA file as the generator did: not
// where the generator put columns right, gave them categories of more rows, or
// turned blanks into None.
func repeatable(c caseFile, data string) bool {
	for _, odd := range []string{"reordered", "header"} {
		if strings.Contains(data, odd) {
			return false
		}
	}
	if strings.HasSuffix(data, ".csv") {
		for _, odd := range []string{"mixed", "none", "category"} {
			if strings.Contains(filepath.Base(c.dir), odd) {
				return false
			}
		}
		return true
	}
	return strings.HasSuffix(data, ".npy")
}

func (w *work) abs(dir, name string) string {
	p, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// kind is how check.py opens a case's format, and which of its methods it can
// ask there.
func kind(c caseFile) (kind, wrapper string, methods []string) {
	if strings.HasPrefix(c.Format, "xgboost-") {
		for _, call := range c.Calls {
			if call.Signature == "booster" {
				return "xgboost", "", []string{"booster"}
			}
		}
		return "xgboost", "", []string{"predict"}
	}
	return c.Format, "", []string{"predict", "predict_proba", "transform", "apply"}
}

func (w *work) savedAgain(c caseFile) {
	file := w.name(filepath.Ext(c.Model))
	if err := larder.Convert(w.t.Context(), filepath.Join(c.dir, c.Model), file); err != nil {
		w.t.Errorf("%s: %v", c.dir, err)
		return
	}
	k, wrapper, methods := kind(c)
	w.asks(c, file, k, wrapper, methods...)
}

func (w *work) throughJSON(c caseFile) {
	asJSON, back := w.name(".json"), w.name(filepath.Ext(c.Model))
	if err := (larder.Saver{To: "json"}).Convert(w.t.Context(), filepath.Join(c.dir, c.Model), asJSON); err != nil {
		w.t.Errorf("%s: %v", c.dir, err)
		return
	}
	if err := (larder.Saver{To: c.Format}).Convert(w.t.Context(), asJSON, back); err != nil {
		w.t.Errorf("%s: %v", c.dir, err)
		return
	}
	k, wrapper, methods := kind(c)
	w.asks(c, back, k, wrapper, methods...)
}

// translated: a pickled XGBClassifier as XGBoost's own JSON and UBJSON.
func (w *work) translated(c caseFile) {
	for _, to := range []string{"xgboost-json", "xgboost-ubj"} {
		file := w.name(map[string]string{"xgboost-json": ".json", "xgboost-ubj": ".ubj"}[to])
		if err := (larder.Saver{To: to}).Convert(w.t.Context(), filepath.Join(c.dir, c.Model), file); err != nil {
			w.t.Errorf("%s to %s: %v", c.dir, to, err)
			continue
		}
		w.asks(c, file, "xgboost", "XGBClassifier", "predict_proba")
	}
}

// otherForm: XGBoost's JSON as UBJSON and the other way.
func (w *work) otherForm(c caseFile) {
	ext := ".ubj"
	if c.Format == "xgboost-ubj" {
		ext = ".json"
	}
	file := w.name(ext)
	if err := larder.Convert(w.t.Context(), filepath.Join(c.dir, c.Model), file); err != nil {
		w.t.Errorf("%s to %s: %v", c.dir, ext, err)
		return
	}
	k, wrapper, methods := kind(c)
	w.asks(c, file, k, wrapper, methods...)
}

// edited: one weight is changed; the library answers as we do.
func (w *work) edited() {
	for _, e := range []struct{ dir, file, data string }{
		{"sklearn/linear-p4", "model.pkl", "in.npy"},
		{"sklearn/linear-p2", "model.pkl", "in.npy"},
		{"sklearn/logistic-pipeline-joblib", "model.joblib", "in.npy"},
	} {
		ctx := w.t.Context()
		path := filepath.Join(models, e.dir, e.file)
		m, err := larder.Load(ctx, path)
		if err != nil {
			w.t.Errorf("%s: %v", e.dir, err)
			continue
		}
		param := coefficients(m.Root())
		t, err := param.Load()
		if err != nil {
			w.t.Fatal(err)
		}
		t = t.Clone()
		tensor.Data[float64](t)[1] += 0.125
		if err := m.Set(param.Path, t); err != nil {
			w.t.Errorf("%s: %v", e.dir, err)
			continue
		}
		file, want := w.name(filepath.Ext(e.file)), w.name(".npy")
		if err := larder.Save(file, m); err != nil {
			w.t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		after, _ := os.ReadFile(file)
		if n := differences(before, after); n == 0 || n > 16 {
			w.t.Errorf("%s: %d bytes differ after the edit of one weight", e.dir, n)
		}
		x := w.read(filepath.Join(models, e.dir, e.data))
		y, err := m.Predict(ctx, x)
		if err != nil {
			w.t.Fatal(err)
		}
		if err := document.WriteFile(want, func(o io.Writer) error { return npy.Write(o, y.(*tensor.Tensor)) }); err != nil {
			w.t.Fatal(err)
		}
		k := "pickle"
		if filepath.Ext(e.file) == ".joblib" {
			k = "joblib"
		}
		w.jobs = append(w.jobs, job{File: file, Kind: k, Data: w.abs(models, e.dir+"/"+e.data), Method: "predict", Want: want, RTol: 1e-12})
	}
}

func coefficients(o *model.Object) model.Param {
	for o := range o.All() {
		for _, p := range o.Params {
			if p.Name == "coef_" {
				return p
			}
		}
	}
	return model.Param{}
}

func differences(a, b []byte) int {
	if len(a) != len(b) {
		return max(len(a), len(b))
	}
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func (w *work) read(path string) *tensor.Tensor {
	b, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	x, err := npy.Read(b, larder.Limits{})
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

// made: a pickle of plain Go values loads in Python as what it should be. The
// other side is made by Python from a literal.
func (w *work) made() {
	file := w.name(".pkl")
	b, err := pickle.Marshal(map[string]any{"name": "iris", "rows": 150, "ok": true, "none": nil, "bytes": []byte{0, 255}, "list": []any{1.5, "é", int64(1) << 40}})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		w.t.Fatal(err)
	}
	other := w.name(".pkl")
	python := os.Getenv("LARDER_PYTHON")
	if python == "" {
		python = "../../.venv/bin/python"
	}
	code := `import pickle,sys; pickle.dump({"bytes":b"\x00\xff","list":[1.5,"\u00e9",1<<40],"name":"iris","none":None,"ok":True,"rows":150}, open(sys.argv[1],"wb"))`
	if out, err := exec.Command(python, "-c", code, other).CombinedOutput(); err != nil {
		w.t.Fatalf("%v: %s", err, bytes.TrimSpace(out))
	}
	w.jobs = append(w.jobs, job{File: file, Kind: "pickle", Equals: other})
}
