package larder_test

import (
	"os"
	"testing"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/tensor"
)

// benched are the models of `make bench`, timed here one by one.
var benched = []struct{ name, dir, file string }{
	{"linear", "sklearn/logistic-pipeline-p5", "model.pkl"},
	{"forest", "sklearn/forest-digits-p5", "model.pkl"},
	{"xgboost", "xgboost/classifier-binary-json", "model.json"},
}

func BenchmarkLoad(b *testing.B) {
	for _, c := range benched {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := larder.Load(b.Context(), "testdata/models/"+c.dir+"/"+c.file)
				if err != nil {
					b.Fatal(err)
				}
				m.Close()
			}
		})
	}
}

func BenchmarkPredictOneRow(b *testing.B) {
	for _, c := range benched {
		b.Run(c.name, func(b *testing.B) {
			m, err := larder.Load(b.Context(), "testdata/models/"+c.dir+"/"+c.file)
			if err != nil {
				b.Fatal(err)
			}
			raw, err := os.ReadFile("testdata/models/" + c.dir + "/in.npy")
			if err != nil {
				b.Fatal(err)
			}
			x, err := npy.Read(raw, document.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			var rows []*tensor.Tensor
			for i := range x.Dim(0) {
				rows = append(rows, x.Rows(i, i+1))
			}
			var y tensor.Tensor
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if err := m.PredictInto(b.Context(), &y, rows[i%len(rows)]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
