package forest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// grow makes a random tree by splitting random leaves; numbers are shuffled a
// little by leaving unreachable nodes in the arrays.
func grow[T Float](r *rand.Rand, features, splits int, cats, defaults bool) Tree[T] {
	t := Tree[T]{Left: []int32{-1}, Right: []int32{-1}, Feature: []int32{0}, Threshold: []T{0}}
	if defaults {
		t.DefaultLeft = []bool{false}
	}
	if cats {
		t.Sets = &Sets{Of: []int32{-1}, Bounds: []int32{0}, MembersLeft: r.IntN(2) == 0, OutsideDefault: r.IntN(3) == 0}
	}
	node := func() int32 {
		t.Left, t.Right = append(t.Left, -1), append(t.Right, -1)
		t.Feature, t.Threshold = append(t.Feature, 0), append(t.Threshold, 0)
		if defaults {
			t.DefaultLeft = append(t.DefaultLeft, false)
		}
		if cats {
			t.Sets.Of = append(t.Sets.Of, -1)
		}
		return int32(len(t.Left) - 1)
	}
	leaves := []int32{0}
	for range splits {
		i := r.IntN(len(leaves))
		n := leaves[i]
		if r.IntN(5) == 0 {
			node() // never reached
		}
		left := node()
		if r.IntN(3) == 0 {
			node()
		}
		right := node()
		if r.IntN(2) == 0 {
			left, right = right, left
		}
		t.Left[n], t.Right[n] = left, right
		t.Feature[n] = int32(r.IntN(features))
		t.Threshold[n] = T(math.Round(r.NormFloat64()*4) / 4) // so that ties happen
		if defaults {
			t.DefaultLeft[n] = r.IntN(2) == 0
		}
		if cats && r.IntN(2) == 0 {
			for range r.IntN(3) {
				t.Sets.Bits = append(t.Sets.Bits, r.Uint32())
			}
			t.Sets.Of[n] = int32(len(t.Sets.Bounds) - 1)
			t.Sets.Bounds = append(t.Sets.Bounds, int32(len(t.Sets.Bits)))
		}
		leaves[i] = left
		leaves = append(leaves, right)
	}
	return t
}

func rowsOf[T Float](r *rand.Rand, n, features int, missing bool) []T {
	x := make([]T, n*features)
	for i := range x {
		switch k := r.IntN(12); {
		case k == 0 && missing:
			x[i] = T(math.NaN())
		case k == 1:
			x[i] = T(r.IntN(80))
		case k == 2:
			x[i] = T(math.Inf(r.IntN(2)*2 - 1))
		default:
			x[i] = T(math.Round(r.NormFloat64()*4) / 4)
		}
	}
	return x
}

// A compiled walk reaches the leaf that the plain walk reaches, and sums are
// those of a plain loop, bit for bit.
func TestWalksEqualThePlainWalk(t *testing.T) {
	walks[float32, float32](t)
	walks[float32, float64](t)
	walks[float64, float64](t)
}

func walks[T, V Float](t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 120 {
		features := 1 + r.IntN(6)
		if round%17 == 0 {
			features = 3000 // too many for small nodes
		}
		f := &Forest[T]{Features: features}
		outputs := 1 + r.IntN(3)
		p := &Payload[V]{Outputs: outputs, Group: []int32{}}
		vectors := r.IntN(3) == 0
		for range r.IntN(11) {
			tree := grow[T](r, features, r.IntN(40), round%5 == 4, r.IntN(2) == 0)
			width := 1
			if vectors && r.IntN(2) == 0 {
				width = outputs
			}
			v := make([]V, tree.Nodes()*width)
			for i := range v {
				v[i] = V(r.NormFloat64())
			}
			f.Trees = append(f.Trees, tree)
			p.Values = append(p.Values, v)
			p.Group = append(p.Group, int32(r.IntN(outputs-width+1)))
		}
		w, err := Compile(f)
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSum(w, p)
		if err != nil {
			t.Fatal(err)
		}
		n := r.IntN(200)
		x := rowsOf[T](r, n, features, r.IntN(2) == 0)
		from := r.IntN(len(f.Trees) + 1)
		to := from + r.IntN(len(f.Trees)-from+1)
		leaves := make([]int32, n*(to-from))
		if err := w.Leaves(context.Background(), leaves, x, n, from, to); err != nil {
			t.Fatal(err)
		}
		got, want := make([]V, n*outputs), make([]V, n*outputs)
		if err := s.Add(context.Background(), got, x, n, from, to); err != nil {
			t.Fatal(err)
		}
		var path []int32
		for i := range n {
			for k := from; k < to; k++ {
				tree := &f.Trees[k]
				path = tree.AppendPath(path[:0], x[i*features:(i+1)*features])
				leaf := path[len(path)-1]
				if g := leaves[i*(to-from)+k-from]; g != leaf {
					t.Fatalf("round %d row %d tree %d: leaf %d, want %d", round, i, k, g, leaf)
				}
				width := len(p.Values[k]) / tree.Nodes()
				for j := range width {
					want[i*outputs+int(p.Group[k])+j] += p.Values[k][int(leaf)*width+j]
				}
			}
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("round %d sum %d: %v, want %v", round, i, got[i], want[i])
			}
		}
	}
}

func TestThresholdsOfOtherLibraries(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 100000 {
		t64 := math.Float64frombits(r.Uint64())
		if r.IntN(2) == 0 {
			t64 = float64(math.Float32frombits(r.Uint32()))
		}
		near := float32(t64)
		inf := float32(math.Inf(1))
		for _, x := range []float32{near, math.Nextafter32(near, inf), math.Nextafter32(near, -inf), math.Float32frombits(r.Uint32()), 0, -inf} {
			if x > math.MaxFloat32 && t64 > math.MaxFloat32 {
				continue // infinity is no input where this is used
			}
			if (float64(x) <= t64) != (x < Above32(t64)) {
				t.Fatalf("%v <= %v", x, t64)
			}
		}
		for _, x := range []float64{t64, math.Nextafter(t64, 0), math.Nextafter(t64, 9e300)} {
			if x < math.Inf(1) && (x <= t64) != (x < Above64(t64)) {
				t.Fatalf("%v <= %v", x, t64)
			}
		}
	}
}

func chain(n int) Tree[float32] {
	t := Tree[float32]{Left: make([]int32, 2*n+1), Right: make([]int32, 2*n+1), Feature: make([]int32, 2*n+1), Threshold: make([]float32, 2*n+1)}
	for i := range t.Left {
		t.Left[i], t.Right[i] = -1, -1
		if i%2 == 0 && i < 2*n {
			t.Left[i], t.Right[i] = int32(i+1), int32(i+2)
			t.Threshold[i] = float32(i)
		}
	}
	return t
}

// A million levels are walked, and a cancelled context ends it.
func TestDeepChain(t *testing.T) {
	f := &Forest[float32]{Features: 1, Trees: []Tree[float32]{chain(1_000_000)}}
	w, err := Compile(f)
	if err != nil {
		t.Fatal(err)
	}
	leaves := make([]int32, 9)
	x := []float32{-1, 3, 1e9, 5, 7, 9, 11, 1999998.5, float32(math.NaN())}
	if err := w.Leaves(context.Background(), leaves, x, 9, 0, 1); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(leaves) != "[1 5 2000000 7 9 11 13 2000000 2000000]" {
		t.Error(leaves)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Leaves(ctx, leaves, x, 9, 0, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCompileRefuses(t *testing.T) {
	good := func() *Forest[float32] {
		return &Forest[float32]{Features: 2, Trees: []Tree[float32]{chain(3)}}
	}
	for name, spoil := range map[string]func(*Forest[float32]){
		"child out of range": func(f *Forest[float32]) { f.Trees[0].Left[2] = 7 },
		"right out of range": func(f *Forest[float32]) { f.Trees[0].Right[2] = -1 },
		"cycle to the root":  func(f *Forest[float32]) { f.Trees[0].Right[4] = 0 },
		"cycle":              func(f *Forest[float32]) { f.Trees[0].Right[4] = 2 },
		"itself":             func(f *Forest[float32]) { f.Trees[0].Right[4] = 4 },
		"two parents":        func(f *Forest[float32]) { f.Trees[0].Left[4] = 1 },
		"same child twice":   func(f *Forest[float32]) { f.Trees[0].Left[4] = 6 },
		"feature":            func(f *Forest[float32]) { f.Trees[0].Feature[4] = 2 },
		"negative feature":   func(f *Forest[float32]) { f.Trees[0].Feature[4] = -1 },
		"short right":        func(f *Forest[float32]) { f.Trees[0].Right = f.Trees[0].Right[:3] },
		"short feature":      func(f *Forest[float32]) { f.Trees[0].Feature = nil },
		"short threshold":    func(f *Forest[float32]) { f.Trees[0].Threshold = nil },
		"short default":      func(f *Forest[float32]) { f.Trees[0].DefaultLeft = []bool{true} },
		"no nodes":           func(f *Forest[float32]) { f.Trees[0] = Tree[float32]{} },
		"set out of range": func(f *Forest[float32]) {
			f.Trees[0].Sets = &Sets{Of: []int32{1, -1, -1, -1, -1, -1, -1}, Bounds: []int32{0, 0}}
		},
		"set without bounds": func(f *Forest[float32]) { f.Trees[0].Sets = &Sets{Of: make([]int32, 7)} },
		"bits out of range":  func(f *Forest[float32]) { f.Trees[0].Sets = &Sets{Of: make([]int32, 7), Bounds: []int32{0, 1}} },
		"bounds that go back": func(f *Forest[float32]) {
			f.Trees[0].Sets = &Sets{Of: make([]int32, 7), Bounds: []int32{2, 1}, Bits: make([]uint32, 4)}
		},
	} {
		f := good()
		spoil(f)
		var fault *Fault
		if _, err := Compile(f); !errors.As(err, &fault) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w, err := Compile(good())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Payload[float32]{
		{Outputs: 1},
		{Outputs: 1, Values: [][]float32{make([]float32, 6)}},
		{Outputs: 1, Values: [][]float32{make([]float32, 14)}},
		{Outputs: 1, Values: [][]float32{make([]float32, 7)}, Group: []int32{1}},
		{Outputs: 1, Values: [][]float32{make([]float32, 7)}, Group: []int32{-1}},
	} {
		if _, err := NewSum(w, p); err == nil {
			t.Errorf("%+v", p)
		}
	}
}

func TestWalkAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s, x := bench(r, 20, 63, 30)
	out := make([]float32, 100)
	for _, n := range []int{1, 100} {
		if a := testing.AllocsPerRun(10, func() { s.Add(context.Background(), out, x, n, 0, 20) }); a != 0 {
			t.Errorf("%v allocations for %d rows", a, n)
		}
	}
}

func bench(r *rand.Rand, trees, splits, features int) (*Sum[float32, float32], []float32) {
	f := &Forest[float32]{Features: features}
	p := &Payload[float32]{Outputs: 1}
	for range trees {
		t := grow[float32](r, features, splits, false, true)
		v := make([]float32, t.Nodes())
		for i := range v {
			v[i] = float32(r.NormFloat64())
		}
		f.Trees, p.Values = append(f.Trees, t), append(p.Values, v)
	}
	w, _ := Compile(f)
	s, _ := NewSum(w, p)
	x := make([]float32, 1000*features)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return s, x
}

// full is a perfect tree.
func full(r *rand.Rand, features, depth int) Tree[float32] {
	n := 1<<(depth+1) - 1
	t := Tree[float32]{Left: make([]int32, n), Right: make([]int32, n), Feature: make([]int32, n), Threshold: make([]float32, n)}
	for i := range n {
		t.Left[i], t.Right[i] = -1, -1
		if 2*i+2 < n {
			t.Left[i], t.Right[i] = int32(2*i+1), int32(2*i+2)
			t.Feature[i] = int32(r.IntN(features))
			t.Threshold[i] = float32(r.NormFloat64())
		}
	}
	return t
}

func BenchmarkSum(b *testing.B) {
	for _, m := range []struct {
		name                   string
		trees, depth, features int
	}{{"500x6", 500, 6, 50}, {"100x10", 100, 10, 50}, {"10x8", 10, 8, 64}} {
		r := rand.New(rand.NewPCG(1, 1))
		f := &Forest[float32]{Features: m.features}
		p := &Payload[float32]{Outputs: 1}
		for range m.trees {
			t := full(r, m.features, m.depth)
			f.Trees, p.Values = append(f.Trees, t), append(p.Values, make([]float32, t.Nodes()))
		}
		w, _ := Compile(f)
		s, _ := NewSum(w, p)
		x := make([]float32, 1000*m.features)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		out := make([]float32, 1000)
		for _, n := range []int{1, 100, 1000} {
			for _, missing := range []bool{false, true} {
				clear(out)
				b.Run(fmt.Sprintf("%s/rows=%d/missing=%v", m.name, n, missing), func(b *testing.B) {
					y := append([]float32{}, x...)
					if missing {
						for i := 0; i < len(y); i += 10 {
							y[i] = float32(math.NaN())
						}
					}
					k := 0
					for b.Loop() {
						s.Add(context.Background(), out[:n], y[k*m.features:], n, 0, m.trees)
						if k++; k+n > 1000 {
							k = 0
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n)/float64(m.trees), "ns/row/tree")
				})
			}
		}
	}
}
