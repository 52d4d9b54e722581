package forest

import (
	"math"
	"unsafe"
)

// Walker is a forest compiled for walking: nodes renumbered so that children
// are neighbours and parents come first, and leaves lead to themselves, so that
// a walk needs no branch. It is immutable.
type Walker[T Float] struct {
	features int
	small    []small   // one of small and wide is in use
	wide     []wide[T] //
	trees    []span
	origin   []int32 // the file's number of each compiled node
	sets     []*Sets // of each tree; nil where none has any
	canon    *Forest[T]
}

// span is one tree's part of the node arrays.
type span struct {
	root  int32 // first node
	depth int32 // steps from the root to the deepest leaf
}

// small is a node of 8 bytes: for float32, trees of fewer than 2²⁰ nodes, and
// at most 2¹¹ features.
type small struct {
	threshold float32
	meta      uint32 // left child<<12 | default left<<11 | feature
}

const (
	smallFeatures = 1 << 11
	smallNodes    = 1 << 20
	smallDefault  = 11
	smallLeft     = 12
)

// wide is a node for everything else.
type wide[T Float] struct {
	threshold T
	left      uint32
	meta      uint32 // categorical<<31 | default left<<30 | feature
	set       int32
}

const (
	wideCategorical = 1 << 31
	wideDefault     = 30
	wideFeature     = 1<<30 - 1
)

// Compile checks a forest and makes it ready to walk. The walker keeps f, which
// must not change afterwards.
func Compile[T Float](f *Forest[T]) (*Walker[T], error) {
	if f.Features < 0 || f.Features > wideFeature {
		return nil, &Fault{Tree: -1, Node: -1, Field: "features", Detail: "out of range"}
	}
	if err := f.Validate(); err != nil {
		return nil, err
	}
	w := &Walker[T]{features: f.Features, canon: f, trees: make([]span, len(f.Trees))}
	var z T
	narrow := unsafe.Sizeof(z) == 4 && f.Features <= smallFeatures
	total := 0
	for i := range f.Trees {
		t := &f.Trees[i]
		total += max(t.Nodes(), 2)
		if t.Nodes() >= smallNodes {
			narrow = false
		}
		if t.Sets != nil {
			narrow = false
			if w.sets == nil {
				w.sets = make([]*Sets, len(f.Trees))
			}
			w.sets[i] = t.Sets
		}
	}
	if total > math.MaxInt32 {
		return nil, &Fault{Tree: -1, Node: -1, Field: "nodes", Detail: "more than 2³¹ in all trees"}
	}
	w.origin = make([]int32, 0, total)
	if narrow {
		w.small = make([]small, 0, total)
	} else {
		w.wide = make([]wide[T], 0, total)
	}
	for i := range f.Trees {
		w.add(i, &f.Trees[i])
	}
	return w, nil
}

// add renumbers one tree breadth first. A tree that is one leaf gets an inner
// node above it, whose threshold is NaN: a leaf must have a node before it to
// be able to lead to itself (its "left child" is the node before).
func (w *Walker[T]) add(i int, t *Tree[T]) {
	root := len(w.origin)
	w.trees[i].root = int32(root)
	w.origin = append(w.origin, 0)
	if t.Left[0] < 0 {
		w.push(t, -1, 0)
		w.push(t, -1, 0)
		w.origin = append(w.origin, 0)
		w.trees[i].depth = 1
		return
	}
	depth, levelEnd := int32(0), root+1
	for k := root; k < len(w.origin); k++ {
		if k == levelEnd {
			depth++
			levelEnd = len(w.origin)
		}
		n := w.origin[k]
		if t.Left[n] < 0 {
			w.push(t, -1, k-root-1)
			continue
		}
		w.push(t, n, len(w.origin)-root)
		w.origin = append(w.origin, t.Left[n], t.Right[n])
	}
	w.trees[i].depth = depth
}

func (w *Walker[T]) push(t *Tree[T], n int32, left int) {
	threshold := T(math.NaN())
	var meta, deflt uint32
	set := int32(-1)
	if n >= 0 {
		threshold, meta = t.Threshold[n], uint32(t.Feature[n])
		if t.DefaultLeft != nil && t.DefaultLeft[n] {
			deflt = 1
		}
		if t.Sets != nil {
			set = t.Sets.Of[n]
		}
	}
	if w.small != nil {
		w.small = append(w.small, small{float32(threshold), uint32(left)<<smallLeft | deflt<<smallDefault | meta})
		return
	}
	meta |= deflt << wideDefault
	if set >= 0 {
		meta |= wideCategorical
	}
	w.wide = append(w.wide, wide[T]{threshold, uint32(left), meta, set})
}

// Trees is the number of trees.
func (w *Walker[T]) Trees() int { return len(w.trees) }

// Features is the number of values in a row.
func (w *Walker[T]) Features() int { return w.features }

// Forest is the canonical form.
func (w *Walker[T]) Forest() *Forest[T] { return w.canon }
