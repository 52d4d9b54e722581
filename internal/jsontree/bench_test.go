package jsontree

import (
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// model is text of XGBoost's shape: trees of 1,500 nodes.
func model(trees int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	out := []byte(`{"learner":{"gradient_booster":{"model":{"trees":[`)
	for t := range trees {
		if t > 0 {
			out = append(out, ',')
		}
		out = append(out, '{')
		for k, name := range []string{"base_weights", "loss_changes", "split_conditions", "sum_hessian", "left_children", "parents", "right_children", "split_indices", "split_type"} {
			if k > 0 {
				out = append(out, ',')
			}
			out = append(out, `"`+name+`":[`...)
			for i := range 1500 {
				if i > 0 {
					out = append(out, ',')
				}
				switch {
				case k < 4:
					out = appendFloat(out, float64(float32(r.NormFloat64()*math.Pow(10, float64(k)))), 32)
				case k < 8:
					out = strconv.AppendInt(out, int64(r.IntN(1500)), 10)
				default:
					out = append(out, '0')
				}
			}
			out = append(out, ']')
		}
		out = append(out, `,"id":`+strconv.Itoa(t)+`,"tree_param":{"num_deleted":"0","num_feature":"10","num_nodes":"1500","size_leaf_vector":"1"}}`...)
	}
	return append(out, `]}}}}`...)
}

func BenchmarkParse(b *testing.B) {
	src := model(100)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(src, Decoder{}); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkLeaf(b *testing.B, key string, f func(Node)) {
	t, err := Parse(model(1), Decoder{})
	if err != nil {
		b.Fatal(err)
	}
	n, err := t.At("/learner/gradient_booster/model/trees/0/" + key)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(n.Size())
	b.ReportAllocs()
	for b.Loop() {
		f(n)
	}
}

func BenchmarkFloat32s(b *testing.B) {
	var dst []float32
	benchmarkLeaf(b, "split_conditions", func(n Node) { dst, _ = n.Float32s(dst) })
}

func BenchmarkFloat64s(b *testing.B) {
	var dst []float64
	benchmarkLeaf(b, "split_conditions", func(n Node) { dst, _ = n.Float64s(dst) })
}

func BenchmarkInt32s(b *testing.B) {
	var dst []int32
	benchmarkLeaf(b, "left_children", func(n Node) { dst, _ = n.Int32s(dst) })
}

// BenchmarkParseAndRead reads every list too.
func BenchmarkParseAndRead(b *testing.B) {
	src := model(100)
	var floats []float32
	var ints []int32
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		t, err := Parse(src, Decoder{})
		if err != nil {
			b.Fatal(err)
		}
		for n := range t.All() {
			if n.Kind() == Numbers && n.Integral() {
				ints, err = n.Int32s(ints)
			} else if n.Kind() == Numbers {
				floats, err = n.Float32s(floats)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkWriteSource(b *testing.B) {
	src := model(10)
	t := mustParse(b, src, Decoder{})
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if err := WriteJSON(io.Discard, t.Root(), Source); err != nil {
			b.Fatal(err)
		}
	}
}
