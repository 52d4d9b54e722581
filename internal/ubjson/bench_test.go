package ubjson

import (
	"bytes"
	"io"
	"testing"

	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// model is a file of XGBoost's shape: trees of 1,500 nodes.
func model(b *testing.B, trees int) []byte {
	floats, ints := make([]float32, 1500), make([]int32, 1500)
	for i := range floats {
		floats[i], ints[i] = float32(i)/7, int32(i)
	}
	w := jsontree.NewBuilder(jsontree.Decoder{})
	w.Object("")
	w.Ints("tree_info", make([]int64, trees))
	w.Array("trees")
	for t := range trees {
		w.Object("")
		for _, key := range []string{"base_weights", "loss_changes", "split_conditions", "sum_hessian"} {
			w.Float32s(key, floats)
		}
		for _, key := range []string{"left_children", "parents", "right_children", "split_indices"} {
			w.Int32s(key, ints)
		}
		w.Uint8s("split_type", make([]uint8, 1500))
		w.Int("id", int64(t))
		w.Object("tree_param")
		w.String("num_nodes", "1500")
		w.End()
		w.End()
	}
	w.End()
	w.End()
	tr, err := w.Tree()
	if err != nil {
		b.Fatal(err)
	}
	return written(b, tr.Root())
}

func BenchmarkParse(b *testing.B) {
	src := model(b, 100)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(src, jsontree.Decoder{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseAndRead reads every list too.
func BenchmarkParseAndRead(b *testing.B) {
	src := model(b, 100)
	var floats []float32
	var ints []int32
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		t, err := Parse(src, jsontree.Decoder{})
		if err != nil {
			b.Fatal(err)
		}
		for n := range t.All() {
			switch n.DType() {
			case tensor.Float32:
				floats, err = n.Float32s(floats)
			case tensor.Int32, tensor.Uint8:
				ints, err = n.Int32s(ints)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	src := model(b, 100)
	t := mustParse(b, src)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, t.Root()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkToJSON counts bytes of JSON.
func BenchmarkToJSON(b *testing.B) {
	t := mustParse(b, model(b, 10))
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := jsontree.WriteJSON(&out, t.Root(), jsontree.XGBoostStyle); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(out.Len()))
}
