package larder_test

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// FuzzOpen takes any bytes through the whole flow: parse, scan, inspect, lift,
// compile, predict, write, convert. Whatever they are, the answer is a value or
// an error that wraps a sentinel, never a panic.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{
		"sklearn/linear-p4/model.pkl", "sklearn/linear-p2/model.pkl", "sklearn/logistic-pipeline-joblib/model.joblib",
		"sklearn/columns-transform/model.pkl", "sklearn/tree-single-leaf/model.pkl", "sklearn/imputer-indicator/model.pkl",
		"sklearn/onehot-mixed/model.pkl", "xgboost/booster-no-splits-ubj/model.ubj", "xgboost/booster-gblinear-json/model.json",
		"xgboost/classifier-binary-p4/model.pkl", "python/containers-p0/model.pkl",
	} {
		b, err := os.ReadFile("testdata/models/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		limits := larder.Limits{Bytes: 64 << 20, Nodes: 1 << 20}
		loader := larder.Loader{Limits: limits}
		src := document.Memory("fuzz", b)
		if _, err := loader.InspectSource(ctx, src); err != nil {
			located(t, err)
		}
		if j, err := (larder.Saver{To: "json", Limits: limits}).ConvertSource(ctx, src, ""); err == nil {
			if err := j.Write(io.Discard); err != nil {
				located(t, err)
			}
		} else {
			located(t, err)
		}
		m, err := loader.OpenSource(ctx, src)
		if err != nil {
			located(t, err)
			return
		}
		for _, s := range m.Signatures() {
			if _, err := m.Run(ctx, larder.Call{Signature: s.Name, X: some(s.In[0])}); err != nil {
				located(t, err)
			}
		}
	})
}

// some is three rows that a port might take.
func some(p model.Port) tensor.Value {
	width := 0
	if len(p.Shape) > 1 && p.Shape[1] >= 0 {
		width = min(int(p.Shape[1]), 1000)
	}
	if p.Kind == model.Table {
		t := &tensor.Table{N: 3, Columns: make([]tensor.Column, width)}
		for i := range t.Columns {
			t.Columns[i] = tensor.Column{Values: tensor.New(tensor.Float64, 3)}
			if i < len(p.Columns) {
				t.Columns[i].Name = p.Columns[i].Name
				if p.Columns[i].Text {
					t.Columns[i].Values = tensor.New(tensor.String, 3)
				}
			}
		}
		return t
	}
	return tensor.New(tensor.Float64, 3, width)
}

// located holds an error to the sentinels.
func located(t *testing.T, err error) {
	for _, s := range []error{document.ErrFormat, document.ErrCorrupt, document.ErrUnsupported, document.ErrLimit, document.ErrUnsafe,
		document.ErrInput, document.ErrLoss, context.DeadlineExceeded} {
		if errors.Is(err, s) {
			return
		}
	}
	t.Errorf("an error of no kind: %v", err)
}
