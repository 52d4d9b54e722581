package sklearn_test

import (
	"os"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/tensor"
)

// BenchmarkPredict is a call with the input in memory: one row, and all rows
// of the case, by one goroutine.
func BenchmarkPredict(b *testing.B) {
	for _, c := range []string{"logistic-pipeline-p5", "forest-digits-p5", "tree-classifier", "linear-p4", "scaler"} {
		dir := "../../testdata/models/sklearn/" + c + "/"
		file, err := os.ReadFile(dir + "model.pkl")
		if err != nil {
			b.Fatal(err)
		}
		m, err := open(file)
		if err != nil {
			b.Fatal(err)
		}
		raw, err := os.ReadFile(dir + "in.npy")
		if err != nil {
			b.Fatal(err)
		}
		x, err := npy.Read(raw, document.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		s, _ := m.Signature(m.Default)
		for name, in := range map[string]*tensor.Tensor{"one": x.Rows(0, 1), "all": x} {
			b.Run(c+"/"+name, func(b *testing.B) {
				p := plan.NewProgram(s, &plan.Store{})
				ins, outs := []tensor.Value{in}, make([]tensor.Value, len(s.Out))
				b.ReportAllocs()
				for b.Loop() {
					if err := p.Run(b.Context(), ins, outs, plan.Options{Threads: 1}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(in.Dim(0)), "ns/row")
			})
		}
	}
}

// BenchmarkOpen is from bytes to a model that is ready to answer.
func BenchmarkOpen(b *testing.B) {
	for _, c := range []string{"logistic-pipeline-p5", "forest-digits-p5", "columns-pipeline-p5"} {
		file, err := os.ReadFile("../../testdata/models/sklearn/" + c + "/model.pkl")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				m, err := open(file)
				if err != nil {
					b.Fatal(err)
				}
				s, _ := m.Signature(m.Default)
				if err := plan.NewProgram(s, &plan.Store{}).Warm(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
