package sklearn_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/internal/sklearn"
	"github.com/larder-ml/larder/internal/table"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

var models = flag.String("models", "../../testdata/models/sklearn*/*/case.json", "cases to hold the answers against")

// saved is case.json; see testdata/gen/cases.py.
type saved struct {
	dir        string
	bytes      []byte // in place of the model file
	Model      string
	Classes    []string
	Signatures []string
	Calls      []struct{ Signature, Data, Want, Error string }
}

func cases(t testing.TB) []saved {
	files, err := filepath.Glob(*models)
	if err != nil || len(files) < 1 {
		t.Fatalf("%d cases of scikit-learn (%v)", len(files), err)
	}
	var out []saved
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		c := saved{dir: filepath.Dir(f)}
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out = append(out, c)
	}
	return out
}

// open lifts a model.
func open(b []byte) (*model.Model, error) {
	d, err := pyobj.Open("", b, pyobj.Options{Names: sklearn.Names()})
	if err != nil {
		return nil, err
	}
	l := &sklearn.Lifter{Env: d.Env()}
	o, err := l.Lift(d.Root(), "/")
	if err != nil {
		return nil, err
	}
	m, err := sklearn.Model(o)
	if err == nil {
		m.Complete()
	}
	return m, err
}

// elsewhere are calls that turn on how a file is read, not on the model. pandas
// takes a column of blanks for numbers, which encoders of text refuse; a reader
// that knows what the model was fitted on makes it text.
var elsewhere = map[string]bool{
	"columns-unknown-refused in-blank-column.csv":   true,
	"columns-unknown-refused in-missing-column.csv": true,
	"columns-by-place in-blank-column.csv":          true,
}

// The judge is the real library: every answer that it gave, of every case.
func TestAnswersAreTheLibrarys(t *testing.T) {
	errs := &worst{by: map[string]float64{}}
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases(t) {
			t.Run(filepath.Base(filepath.Dir(c.dir))+"/"+filepath.Base(c.dir), func(t *testing.T) {
				t.Parallel()
				c.run(t, errs)
			})
		}
	})
	if testing.Verbose() {
		t.Log(errs)
	}
}

func (c *saved) run(t *testing.T, errs *worst) {
	b := c.bytes
	if b == nil {
		var err error
		if b, err = os.ReadFile(filepath.Join(c.dir, c.Model)); err != nil {
			t.Fatal(err)
		}
	}
	m, err := open(b)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range m.Signatures {
		names = append(names, s.Name)
	}
	sort.Strings(names)
	if !slices.Equal(names, c.Signatures) {
		t.Errorf("signatures %v, want %v (%s)", names, c.Signatures, m.Root.Why)
	}
	store := &plan.Store{}
	for _, call := range c.Calls {
		name := call.Signature + "(" + call.Data + ")"
		s, ok := m.Signature(call.Signature)
		if !ok || elsewhere[filepath.Base(c.dir)+" "+call.Data] {
			continue
		}
		p := plan.NewProgram(s, store)
		if err := p.Warm(); err != nil {
			t.Errorf("%s: warm: %v", name, err)
			continue
		}
		out, err := ask(t, p, s, filepath.Join(c.dir, call.Data))
		switch {
		case call.Error != "":
			if !errors.Is(err, document.ErrInput) {
				t.Errorf("%s: error %v, want an input error", name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			c.compare(t, name, call.Want, out, s, errs, short(m.Root.Class)+"."+call.Signature)
		}
	}
}

func ask(t *testing.T, p *plan.Program, s *model.Signature, file string) ([]tensor.Value, error) {
	d, err := table.Open(file, table.Options{})
	if err != nil {
		return nil, err
	}
	in, err := table.BindAll(d, s.In)
	if err != nil {
		return nil, err
	}
	for i := range in {
		if in[i], err = plan.Fit(in[i], &s.In[i]); err != nil {
			return nil, err
		}
	}
	out := make([]tensor.Value, len(s.Out))
	return out, p.Run(t.Context(), in, out, plan.Options{Threads: 2})
}

func short(class string) string { return class[strings.LastIndexByte(class, '.')+1:] }

func (c *saved) compare(t *testing.T, name, want string, out []tensor.Value, s *model.Signature, errs *worst, key string) {
	b, err := os.ReadFile(filepath.Join(c.dir, want))
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(want) {
	case ".json":
		if got, want := rows(out[0]), compact(b); got != want {
			t.Errorf("%s: %.300s, want %.300s", name, got, want)
		}
	case ".npy":
		w, err := npy.Read(b, document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, name, out[0], w, s.Tolerance, errs, key)
	default:
		a, err := npy.OpenArchive(b, document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range out {
			prefix := fmt.Sprint(i)
			if a.HasSparse("") {
				prefix = ""
			} else if a.HasSparse(prefix + ".") {
				prefix += "."
			} else {
				w, err := a.Read(prefix)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, name, v, w, s.Tolerance, errs, key)
				continue
			}
			w, err := a.Sparse(prefix)
			if err != nil {
				t.Fatal(err)
			}
			g, ok := v.(*tensor.Sparse)
			if !ok || !slices.Equal(g.Indptr, w.Indptr) || !slices.Equal(g.Indices, w.Indices) || g.Cols != w.Cols {
				t.Errorf("%s: another pattern than %dx%d with %d entries", name, w.Rows, w.Cols, len(w.Indices))
				continue
			}
			equal(t, name, g.Data, w.Data, s.Tolerance, errs, key)
		}
	}
}

func equal(t *testing.T, name string, v tensor.Value, want *tensor.Tensor, tol model.Tolerance, errs *worst, key string) {
	t.Helper()
	if s, ok := v.(*tensor.Sparse); ok {
		v = s.Dense()
	}
	got, ok := v.(*tensor.Tensor)
	if !ok || got.DType() != want.DType() || !slices.Equal(got.Shape(), want.Shape()) {
		t.Errorf("%s: %v, want %v", name, v, want)
		return
	}
	bad, key32 := 0, key
	for i := range want.Len() {
		if want.DType() == tensor.String {
			if g, w := tensor.Data[string](got)[i], tensor.Data[string](want)[i]; g != w {
				t.Errorf("%s: element %d is %q, want %q", name, i, g, w)
				return
			}
			continue
		}
		g, w := got.Float(i), want.Float(i)
		if g == w || g != g && w != w {
			continue
		}
		d := math.Abs(g - w)
		if tol.Rel > 1e-8 {
			key32 = key + " float32"
		}
		errs.add(key32+" abs", d)
		errs.add(key32+" rel", d/math.Abs(w))
		if !(d <= tol.Abs+tol.Rel*math.Abs(w)) {
			if bad++; bad == 1 {
				t.Errorf("%s: element %d is %v, want %v (off by %g, promised %+v)", name, i, g, w, d, tol)
			}
		}
	}
	if bad > 1 {
		t.Errorf("%s: %d of %d are off", name, bad, want.Len())
	}
}

// rows is an answer of several types as JSON.
func rows(v tensor.Value) string {
	var all [][]any
	if m, ok := v.(*tensor.Tensor); ok {
		for r := range m.Dim(0) {
			all = append(all, tensor.Scalars(m.Rows(r, r+1)).([]any))
		}
	}
	if t, ok := v.(*tensor.Table); ok {
		for r := range t.N {
			var row []any
			for _, c := range t.Columns {
				x := tensor.Scalars(c.Values.Rows(r, r+1)).([]any)[0]
				if c.Missing != nil && c.Missing[r] != tensor.Present {
					x = map[tensor.Missing]any{tensor.MissingNaN: "NaN"}[c.Missing[r]]
				} else if f, ok := x.(float64); ok && f != f {
					x = "NaN"
				}
				row = append(row, x)
			}
			all = append(all, row)
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err.Error()
	}
	return compact(b)
}

func compact(b []byte) string {
	var v [][]any
	if err := json.Unmarshal(b, &v); err != nil {
		return err.Error()
	}
	return fmt.Sprint(v)
}

// worst is the largest error of each class and method.
type worst struct {
	mu sync.Mutex
	by map[string]float64
}

func (w *worst) add(key string, d float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.by[key] = max(w.by[key], d)
}

func (w *worst) String() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(w.by)) {
		fmt.Fprintf(&b, "\n%s %.2g", k, w.by[k])
	}
	return b.String()
}
