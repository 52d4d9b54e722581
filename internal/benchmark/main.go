// Command benchmark times Larder and the real libraries side by side, in one
// run, turn by turn, and writes the ratios to docs/benchmarks.md. It is what
// `make bench` runs. Times on shared machines drift, so a figure is the median
// of the ratios of rounds in which both sides ran one after the other.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/tensor"
)

// subjects are what is timed.
var subjects = []struct{ name, dir, model, kind, data string }{
	{"StandardScaler + LogisticRegression, pickle", "sklearn/logistic-pipeline-p5", "model.pkl", "pickle", "in.npy"},
	{"RandomForestClassifier, 10 trees, pickle", "sklearn/forest-digits-p5", "model.pkl", "pickle", "in.npy"},
	{"RandomForestClassifier, 10 trees, joblib", "sklearn/forest-digits-joblib", "model.joblib", "joblib", "in.npy"},
	{"XGBClassifier, binary, JSON", "xgboost/classifier-binary-json", "model.json", "xgboost:XGBClassifier", "in.npy"},
	{"XGBClassifier, binary, UBJSON", "xgboost/classifier-binary-ubj", "model.ubj", "xgboost:XGBClassifier", "in.npy"},
}

const rounds = 5

// row is one line of the table: a subject and the ratios theirs / ours.
type row struct {
	name                        string
	cold, load, one, hundred    []float64
	ourCold, ourLoad, ourOne    []float64
	theirCold, theirLoad, their []float64
}

func main() {
	python := flag.String("python", ".venv/bin/python", "a Python with the real libraries")
	out := flag.String("o", "docs/benchmarks.md", "where the table goes")
	slice := flag.Duration("slice", 200*time.Millisecond, "how long each side runs in each round")
	flag.Parse()
	if err := run(*python, *out, *slice); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

func run(python, out string, slice time.Duration) error {
	dir, err := os.MkdirTemp("", "larder-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "larder")
	if b, err := exec.Command("go", "build", "-o", binary, "./cmd/larder").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, b)
	}
	j, err := start(python)
	if err != nil {
		return err
	}
	defer j.stop()
	var rows []row
	for _, s := range subjects {
		model := filepath.Join("testdata/models", s.dir, s.model)
		data := filepath.Join("testdata/models", s.dir, s.data)
		fmt.Fprintln(os.Stderr, s.name)
		r := row{name: s.name}
		if err := r.measure(j, python, binary, model, s.kind, data, dir, slice); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, r)
	}
	var b strings.Builder
	table(&b, rows, j.versions)
	fmt.Print(b.String())
	return os.WriteFile(out, []byte(b.String()), 0o644)
}

func (r *row) measure(j *judge, python, binary, model, kind, data, dir string, slice time.Duration) error {
	ctx := context.Background()
	raw, err := os.ReadFile(data)
	if err != nil {
		return err
	}
	x, err := npy.Read(raw, document.Limits{})
	if err != nil {
		return err
	}
	first := filepath.Join(dir, "one.npy")
	if err := document.WriteFile(first, func(w io.Writer) error { return npy.Write(w, x.Rows(0, 1)) }); err != nil {
		return err
	}
	if _, err := j.ask(map[string]any{"do": "open", "file": model, "kind": kind, "data": data}); err != nil {
		return err
	}
	m, err := larder.Open(ctx, model)
	if err != nil {
		return err
	}
	defer m.Close()
	for range rounds {
		ours, err := process(binary, "predict", model, first, "-o", filepath.Join(dir, "y.npy"))
		if err != nil {
			return err
		}
		theirs, err := process(python, "-c", cold(kind), model, first)
		if err != nil {
			return err
		}
		r.cold = append(r.cold, theirs/ours)
		r.ourCold, r.theirCold = append(r.ourCold, ours), append(r.theirCold, theirs)

		ours = timed(slice, func(int) error {
			m, err := larder.Load(ctx, model)
			if err == nil {
				m.Close()
			}
			return err
		})
		if theirs, err = j.ask(map[string]any{"do": "load", "seconds": slice.Seconds()}); err != nil {
			return err
		}
		r.load = append(r.load, theirs/ours)
		r.ourLoad, r.theirLoad = append(r.ourLoad, ours), append(r.theirLoad, theirs)

		for _, n := range []int{1, 100} {
			ours = timed(slice, caller(ctx, m, x, n))
			if theirs, err = j.ask(map[string]any{"do": "predict", "rows": n, "seconds": slice.Seconds()}); err != nil {
				return err
			}
			if n == 1 {
				r.one = append(r.one, theirs/ours)
				r.ourOne, r.their = append(r.ourOne, ours), append(r.their, theirs)
			} else {
				r.hundred = append(r.hundred, theirs/ours)
			}
		}
	}
	return nil
}

// caller predicts the next n rows at every call, wrapping round.
func caller(ctx context.Context, m *larder.Model, x *tensor.Tensor, n int) func(int) error {
	rows, p := x.Dim(0), x.Dim(1)
	var parts []*tensor.Tensor
	for i := range rows {
		part := tensor.New(x.DType(), n, p)
		size := p * x.DType().Size()
		for k := range n {
			copy(part.Bytes()[k*size:(k+1)*size], x.Rows((i+k)%rows, (i+k)%rows+1).Bytes())
		}
		parts = append(parts, part)
	}
	out := &tensor.Tensor{}
	return func(i int) error { return m.PredictInto(ctx, out, parts[i%rows]) }
}

// timed is the median time of a call, in seconds. Calls too short for the
// clock are timed in groups.
func timed(slice time.Duration, call func(int) error) float64 {
	const group = 16
	var times []float64
	i := 0
	for end := time.Now().Add(slice); len(times) == 0 || time.Now().Before(end); {
		start := time.Now()
		for range group {
			if err := call(i); err != nil {
				panic(err)
			}
			i++
		}
		times = append(times, time.Since(start).Seconds()/group)
	}
	return median(times)
}

func process(name string, args ...string) (float64, error) {
	start := time.Now()
	b, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s: %w: %s", name, err, b)
	}
	return time.Since(start).Seconds(), nil
}

// cold is the shortest program that loads a model and predicts one row.
func cold(kind string) string {
	load := "import pickle; m = pickle.load(open(sys.argv[1], 'rb'))"
	if kind == "joblib" {
		load = "import joblib; m = joblib.load(sys.argv[1])"
	} else if class, ok := strings.CutPrefix(kind, "xgboost:"); ok {
		load = "from xgboost import " + class + " as C; m = C(); m.load_model(sys.argv[1])"
	}
	return "import sys, numpy as np; " + load + "; print(m.predict(np.load(sys.argv[2])))"
}

// judge is the Python process.
type judge struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	versions string
}

func start(python string) (*judge, error) {
	v, err := exec.Command(python, "-c", "import sys, sklearn, xgboost, numpy; print('Python %d.%d, scikit-learn %s, XGBoost %s, numpy %s' % (*sys.version_info[:2], sklearn.__version__, xgboost.__version__, numpy.__version__))").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w (make bench builds the environment)", python, err)
	}
	c := exec.Command(python, "testdata/bench/judge.py")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &judge{c, in, bufio.NewReader(out), strings.TrimSpace(string(v))}, c.Start()
}

func (j *judge) ask(command map[string]any) (float64, error) {
	b, err := json.Marshal(command)
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintf(j.in, "%s\n", b); err != nil {
		return 0, err
	}
	line, err := j.out.ReadBytes('\n')
	if err != nil {
		return 0, fmt.Errorf("the judge stopped: %w", err)
	}
	var seconds float64
	return seconds, json.Unmarshal(line, &seconds)
}

func (j *judge) stop() {
	j.in.Close()
	_ = j.cmd.Wait()
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

func table(b *strings.Builder, rows []row, versions string) {
	fmt.Fprintf(b, `# Benchmarks

Written by `+"`make bench`"+`. How many times faster Larder is than the real library:
the median of %d rounds, in each of which both sides ran one after the other.
In brackets Larder's own time. Single-threaded calls, float data in memory.

- first answer: a new process that loads the model and predicts one row
- load: in a running process, the library already imported
- one row, 100 rows: a call of predict

%s; %s, %s/%s.

| model | first answer | load | one row | 100 rows |
|---|---|---|---|---|
`, rounds, versions, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, r := range rows {
		fmt.Fprintf(b, "| %s | %.0f× (%s) | %.1f× (%s) | %.0f× (%s) | %.1f× |\n", r.name,
			median(r.cold), short(median(r.ourCold)), median(r.load), short(median(r.ourLoad)),
			median(r.one), short(median(r.ourOne)), median(r.hundred))
	}
}

func short(seconds float64) string {
	switch {
	case seconds < 1e-6:
		return fmt.Sprintf("%.0f ns", seconds*1e9)
	case seconds < 1e-3:
		return fmt.Sprintf("%.1f µs", seconds*1e6)
	}
	return fmt.Sprintf("%.1f ms", seconds*1e3)
}
