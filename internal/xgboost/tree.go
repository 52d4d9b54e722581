package xgboost

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/internal/jsontree"
)

// treeReader reads the trees of one booster.
type treeReader struct {
	b     *Booster
	cover []jsontree.Node // sum_hessian of each tree
	words int             // of category sets so far
}

// maxSetWords bounds the category sets of a model.
const maxSetWords = 1 << 26

// read reads one tree into place id.
func (tr *treeReader) read(r *jsontree.Reader, id int) {
	e := tr.b.ensemble
	p := r.Object("tree_param")
	n64 := p.IntString("num_nodes")
	vector := p.IntStringOr("size_leaf_vector", 0) // 0 or 1 is a scalar
	// Of num_deleted and num_feature XGBoost makes no use, and 1.0 forgets
	// num_deleted.
	p.Harmless("num_deleted", "num_feature")
	if p.Done() != nil {
		return
	}
	left := r.Get("left_children")
	switch {
	case n64 < 1 || n64 > 1<<31-2:
		p.Fail(document.ErrCorrupt, "num_nodes", "%d nodes", n64)
	case r.Err() == nil && int64(left.Len()) != n64:
		r.Fail(document.ErrCorrupt, "left_children", "%d elements, num_nodes says %d", left.Len(), n64)
	case vector < 0 || vector > 1 && vector != int64(tr.b.outputs()):
		p.Fail(document.ErrCorrupt, "size_leaf_vector", "leaves of %d values, the model has %d outputs", vector, tr.b.outputs())
	}
	if r.Err() != nil {
		return
	}
	n := int(n64)
	t := &e.Forest.Trees[id]
	t.Left, t.Right = r.Int32s("left_children", n), r.Int32s("right_children", n)
	t.Feature = r.Int32s("split_indices", n)
	t.Threshold = r.Float32s("split_conditions", n)
	t.DefaultLeft = r.Bools("default_left", n)
	parents := r.Int32s("parents", n)
	if r.Err() != nil {
		return
	}
	tr.parents(r, t, parents)
	tr.sets(r, t, n)
	r.Harmless("leaf_child_counts") // before 1.3; training's own
	if vector > 1 {
		tr.vectorLeaves(r, t, id, n, int(vector))
		return
	}
	tr.length(r, "base_weights", n)
	tr.length(r, "loss_changes", n)
	tr.length(r, "sum_hessian", n)
	tr.cover[id], _ = r.Node().Get("sum_hessian")
	// A leaf's value is where an inner node has its threshold.
	e.Values[id] = t.Threshold
}

// length checks a list that is not needed to predict: gains and the weights of
// inner nodes never, covers only to explain, and they are read then.
func (tr *treeReader) length(r *jsontree.Reader, key string, n int) {
	if c := r.Get(key); r.Err() == nil && (!c.IsList() || c.Len() != n) {
		r.Fail(document.ErrCorrupt, key, "%d elements where %d belong", c.Len(), n)
	}
}

// parents checks that each child's parent is the node that has it.
func (tr *treeReader) parents(r *jsontree.Reader, t *forest.Tree[float32], parents []int32) {
	// XGBoost writes −1, or 2³¹−1 where there are scalar leaves.
	if p := parents[0]; p != -1 && p != 1<<31-1 {
		r.Fail(document.ErrCorrupt, "parents", "the root has the parent %d", p)
		return
	}
	n := int32(len(parents))
	for i, l := range t.Left {
		if l < 0 {
			if l != -1 {
				r.Fail(document.ErrCorrupt, "left_children", "node %d has the left child %d", i, l)
				return
			}
			continue
		}
		for _, c := range [2]int32{l, t.Right[i]} {
			if c >= 0 && c < n && parents[c] != int32(i) {
				r.Fail(document.ErrCorrupt, "parents", "node %d is a child of %d and has the parent %d", c, i, parents[c])
				return
			}
		}
	}
}

// vectorLeaves reads leaves of k values. Until 3.1 they are the base weights;
// since 3.2 leaf_weights has a row for each leaf, and right_children of the
// leaf names the row.
func (tr *treeReader) vectorLeaves(r *jsontree.Reader, t *forest.Tree[float32], id, n, k int) {
	e := tr.b.ensemble
	tr.b.vector = true
	r.Harmless("sum_hessian", "loss_changes") // since 3.2
	if e.Group[id] != 0 {
		r.Fail(document.ErrCorrupt, "id", "vector leaves in output %d", e.Group[id])
		return
	}
	if k > (1<<31-1)/n {
		r.Fail(document.ErrLimit, "base_weights", "%d nodes of %d values", n, k)
		return
	}
	if !r.Has("leaf_weights") {
		e.Values[id] = r.Float32s("base_weights", n*k)
		return
	}
	r.Harmless("base_weights") // of fewer values where training reduced the targets
	w := r.Float32s("leaf_weights", jsontree.AnyLength)
	if r.Err() != nil {
		return
	}
	v := make([]float32, n*k)
	for i, l := range t.Left {
		if l >= 0 {
			continue
		}
		row := int(t.Right[i])
		if row < 0 || row >= len(w)/k {
			r.Fail(document.ErrCorrupt, "right_children", "leaf %d has row %d of %d leaf weights", i, row, len(w)/k)
			return
		}
		copy(v[i*k:i*k+k], w[row*k:])
	}
	e.Values[id] = v
}

// sets reads categorical splits (since 1.3). The categories listed go right.
func (tr *treeReader) sets(r *jsontree.Reader, t *forest.Tree[float32], n int) {
	if !r.Has("split_type") {
		return
	}
	nodes := r.Int32s("categories_nodes", jsontree.AnyLength)
	if r.Err() != nil {
		return
	}
	starts, sizes := r.Int64s("categories_segments", len(nodes)), r.Int64s("categories_sizes", len(nodes))
	all := r.Int32s("categories", jsontree.AnyLength)
	kinds := r.Uint8s("split_type", n)
	if r.Err() != nil {
		return
	}
	open := len(nodes) // categorical nodes not yet seen
	for i, k := range kinds {
		switch {
		case k > 1:
			r.Fail(document.ErrUnsupported, "split_type", "node %d has split type %d", i, k)
			return
		case k == 1:
			open--
		}
	}
	if open != 0 {
		r.Fail(document.ErrCorrupt, "categories_nodes", "%d nodes, split_type marks %d", len(nodes), len(nodes)-open)
		return
	}
	if len(nodes) == 0 {
		return
	}
	s := &forest.Sets{Of: make([]int32, n), Bounds: make([]int32, 1, len(nodes)+1), OutsideDefault: tr.b.outsideDefault()}
	for i := range s.Of {
		s.Of[i] = -1
	}
	before := int32(-1)
	for i, node := range nodes {
		if node <= before || int(node) >= n || kinds[node] != 1 {
			r.Fail(document.ErrCorrupt, "categories_nodes", "node %d of %d, after %d", node, n, before)
			return
		}
		before = node
		from, size := starts[i], sizes[i]
		if from < 0 || size < 1 || from > int64(len(all)) || size > int64(len(all))-from {
			r.Fail(document.ErrCorrupt, "categories_segments", "%d from %d of %d categories", size, from, len(all))
			return
		}
		most := int32(0)
		for _, c := range all[from : from+size] {
			if c < 0 || c >= 1<<24 {
				r.Fail(document.ErrCorrupt, "categories", "category %d", c)
				return
			}
			most = max(most, c)
		}
		words := int(most)/32 + 1
		if tr.words += words; tr.words > maxSetWords {
			r.Fail(document.ErrLimit, "categories", "sets of more than %d bytes", 4*maxSetWords)
			return
		}
		at := len(s.Bits)
		s.Bits = append(s.Bits, make([]uint32, words)...)
		for _, c := range all[from : from+size] {
			s.Bits[at+int(c>>5)] |= 1 << (c & 31)
		}
		s.Of[node] = int32(i)
		s.Bounds = append(s.Bounds, int32(len(s.Bits)))
	}
	t.Sets = s
}

// outsideDefault says where a category goes that a node's bits do not reach.
func (b *Booster) outsideDefault() bool {
	return !b.version.before(1, 6) && b.version.before(1, 7)
}
