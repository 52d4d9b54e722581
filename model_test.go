package larder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/tensor"
)

func open(t testing.TB, path string) *larder.Model {
	t.Helper()
	m, err := larder.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func array(t testing.TB, path string) *tensor.Tensor {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := npy.Read(b, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestPredictIntoAllocatesNothing is the promise of PredictInto, for each model
// of the benchmarks.
func TestPredictIntoAllocatesNothing(t *testing.T) {
	for _, c := range benched {
		dir := filepath.Join("testdata/models", c.dir)
		m, x := open(t, filepath.Join(dir, c.file)), array(t, filepath.Join(dir, "in.npy")).Rows(0, 1)
		ctx := context.Background()
		var y tensor.Tensor
		call := func() {
			if err := m.PredictInto(ctx, &y, x); err != nil {
				t.Fatal(err)
			}
		}
		call()
		if n := testing.AllocsPerRun(200, call); n != 0 && !raceDetector {
			t.Errorf("%s: %v allocations a call", c.name, n)
		}
		want, err := m.Predict(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(y.Bytes(), want.(*tensor.Tensor).Bytes()) {
			t.Errorf("%s: PredictInto and Predict differ", c.name)
		}
	}
}

// TestConcurrentUse asks one model from many goroutines, changes it meanwhile,
// and closes it; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	m := open(t, line)
	x := array(t, filepath.Join(filepath.Dir(line), "in.npy"))
	coef, err := m.Document().Value("/coef_")
	if err != nil {
		t.Fatal(err)
	}
	w := coef.(*tensor.Tensor).Clone()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				if _, err := m.Predict(context.Background(), x); err != nil && !errors.Is(err, document.ErrClosed) {
					t.Error(err)
				}
			}
		}()
	}
	for i := range 5 {
		tensor.Data[float64](w)[0] = float64(i)
		if err := m.Set("/coef_", w); err != nil {
			t.Error(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if _, err := m.Predict(context.Background(), x); !errors.Is(err, document.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if err := m.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// TestSetChangesTheAnswerAndNothingElse edits one weight in every container.
func TestSetChangesTheAnswerAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		model, path string
		reach       int // from the first byte that may differ to the last
	}{
		// Protocol 2 keeps bytes as UTF-8 text, whose length may change with them.
		{"sklearn/linear-p2/model.pkl", "/coef_", 200},
		{"sklearn/linear-p4/model.pkl", "/coef_", 8},
		{"sklearn/logistic-pipeline-joblib/model.joblib", "/steps/1/1/coef_", 8},
		{"xgboost/booster-squarederror-ubj/model.ubj", "/learner/gradient_booster/model/trees/0/split_conditions", 4},
		{"xgboost/booster-binary-logistic-json/model.json", "/learner/gradient_booster/model/trees/0/split_conditions", 24},
	} {
		file := filepath.Join("testdata/models", c.model)
		m := open(t, file)
		v, err := m.Document().Value(c.path)
		if err != nil {
			t.Errorf("%s: %v", c.model, err)
			continue
		}
		w := v.(*tensor.Tensor).Clone()
		last := w.Len() - 1 // of a tree, a leaf
		switch w.DType() {
		case tensor.Float32:
			tensor.Data[float32](w)[last] = 64
		default:
			tensor.Data[float64](w)[last] = 64
		}
		x := array(t, filepath.Join(filepath.Dir(file), "in.npy"))
		before, err := m.Run(t.Context(), larder.Call{X: x})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Set(c.path, w); err != nil {
			t.Errorf("%s: %v", c.model, err)
			continue
		}
		after, err := m.Run(t.Context(), larder.Call{X: x})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Equal(before[0].Value.(*tensor.Tensor).Bytes(), after[0].Value.(*tensor.Tensor).Bytes()) {
			t.Errorf("%s: the answer is the same as before", c.model)
		}
		out := filepath.Join(t.TempDir(), filepath.Base(file))
		if err := larder.Save(out, m); err != nil {
			t.Errorf("%s: %v", c.model, err)
			continue
		}
		a, _ := os.ReadFile(file)
		b, _ := os.ReadFile(out)
		head, tail := firstDifference(a, b), firstDifference(reversed(a), reversed(b))
		if changed := len(b) - head - tail; changed < 1 || changed > c.reach {
			t.Errorf("%s: %d bytes lie between the first and the last that differ", c.model, changed)
		}
		if again := open(t, out); again != nil {
			y, err := again.Run(t.Context(), larder.Call{X: x})
			if err != nil || !slices.Equal(y[0].Value.(*tensor.Tensor).Bytes(), after[0].Value.(*tensor.Tensor).Bytes()) {
				t.Errorf("%s: saved and opened again it answers otherwise (%v)", c.model, err)
			}
		}
	}
}

func reversed(b []byte) []byte {
	c := slices.Clone(b)
	slices.Reverse(c)
	return c
}

// TestWrongQuestions are errors that say what there is instead.
func TestWrongQuestions(t *testing.T) {
	m := open(t, diagnosis)
	x := tensor.New(tensor.Float32, 1, int(m.Root().In.Shape[1]))
	for what, call := range map[string]larder.Call{
		"signature": {Signature: "nope", X: x},
		"input":     {In: map[string]tensor.Value{"Y": x}},
		"no input":  {},
		"parameter": {X: x, Params: map[string]tensor.Value{"depth": tensor.Scalar(1.0)}},
		"text":      {X: tensor.Of([]string{"a"}, 1, 1)},
		"rank":      {X: tensor.New(tensor.Float32, 3)},
	} {
		if _, err := m.Run(t.Context(), call); !errors.Is(err, document.ErrInput) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := m.Set("/nowhere", x); !errors.Is(err, document.ErrInput) {
		t.Errorf("a path that is not there: %v", err)
	}
	if _, err := larder.Open(t.Context(), "testdata/absent.pkl"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
	if _, err := (larder.Loader{Classes: []string{"a"}}).Open(t.Context(), diagnosis); !errors.Is(err, document.ErrInput) {
		t.Errorf("one name for two classes: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Run(ctx, larder.Call{X: x}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
