package xgboost

import (
	"errors"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/op/gbtree"
)

// trees reads the "model" of a tree booster.
func (b *Booster) trees(r *jsontree.Reader) {
	p := r.Object("gbtree_model_param")
	n := p.IntString("num_trees")
	parallel := p.IntStringOr("num_parallel_tree", b.sideBySide())
	if k := p.IntStringOr("size_leaf_vector", 0); k > 1 && p.Err() == nil { // before 2.0; never used
		p.Fail(document.ErrUnsupported, "size_leaf_vector", "leaf vectors of %d", k)
	}
	p.Done()
	info := r.Int32s("tree_info", jsontree.AnyLength)
	list := r.Get("trees")
	if r.Err() != nil {
		return
	}
	switch {
	case int64(list.Len()) != n || list.Kind() != jsontree.Array:
		r.Fail(document.ErrCorrupt, "trees", "%d trees, num_trees says %d", list.Len(), n)
	case int64(len(info)) != n:
		r.Fail(document.ErrCorrupt, "tree_info", "%d groups for %d trees", len(info), n)
	case parallel < 1 || parallel > 1<<31-1:
		p.Fail(document.ErrCorrupt, "num_parallel_tree", "%d trees side by side", parallel)
	}
	if r.Err() != nil {
		return
	}
	b.parallel = int(parallel)
	k := b.outputs()
	e := &gbtree.Ensemble{
		Forest: &forest.Forest[float32]{Features: b.features, Trees: make([]forest.Tree[float32], n)},
		Values: make([][]float32, n), Group: info, Groups: k,
		BaseLast: b.version.before(1, 3),
	}
	for t, g := range info {
		if g < 0 || int(g) >= k {
			r.Fail(document.ErrCorrupt, "tree_info", "tree %d adds to output %d of %d", t, g, k)
			return
		}
	}
	e.Base = b.base(r)
	b.ensemble = e
	b.readTrees(r, list)
	b.roundStarts(r)
	b.categories(r)
	if r.Err() != nil {
		return
	}
	if err := e.Forest.Validate(); err != nil {
		r.Check(b.located(list, err))
	}
}

// sideBySide is num_parallel_tree where the model does not tell, before 1.6:
// that of the configuration in a snapshot, else 1, as XGBoost has it.
func (b *Booster) sideBySide() int64 {
	n := b.config
	for _, k := range []string{"learner", "gradient_booster", "gbtree", "gbtree_train_param", "num_parallel_tree"} {
		if c, ok := n.Get(k); ok {
			n = c
		} else if k != "gbtree" { // only dart has that step
			return 1
		}
	}
	s, _ := n.Str()
	if v, err := strconv.ParseInt(s, 10, 32); err == nil && v > 0 {
		return v
	}
	return 1
}

// readTrees reads each tree into the place that its id names.
func (b *Booster) readTrees(r *jsontree.Reader, list jsontree.Node) {
	e := b.ensemble
	seen := make([]bool, len(e.Values))
	tr := treeReader{b: b, cover: make([]jsontree.Node, len(seen))}
	e.Cover = func() ([][]float32, error) { return covers(tr.cover) }
	for i, t := range r.Objects("trees") {
		id := t.IntOr("id", int64(i))
		if t.Err() == nil && (id < 0 || id >= int64(len(seen)) || seen[id]) {
			t.Fail(document.ErrCorrupt, "id", "tree %d of %d, or for the second time", id, len(seen))
		}
		if t.Err() != nil {
			return
		}
		seen[id] = true
		tr.read(t, int(id))
		if t.Done() != nil {
			return
		}
	}
}

// covers reads the covers of all trees.
func covers(nodes []jsontree.Node) ([][]float32, error) {
	out := make([][]float32, len(nodes))
	for t, n := range nodes {
		var err error
		if out[t], err = n.Float32s(nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// roundStarts reads iteration_indptr, or derives it as XGBoost does for files
// before 2.0.
func (b *Booster) roundStarts(r *jsontree.Reader) {
	if r.Err() != nil {
		return
	}
	e := b.ensemble
	n := int32(len(e.Values))
	if r.Has("iteration_indptr") {
		e.Rounds = r.Int32s("iteration_indptr", jsontree.AnyLength)
		if r.Err() != nil {
			return
		}
		if k := len(e.Rounds); k == 0 || e.Rounds[0] != 0 || e.Rounds[k-1] != n {
			r.Fail(document.ErrCorrupt, "iteration_indptr", "does not go from 0 to the %d trees", n)
			return
		}
		for i := 1; i < len(e.Rounds); i++ {
			if e.Rounds[i] < e.Rounds[i-1] {
				r.Fail(document.ErrCorrupt, "iteration_indptr", "falls from %d to %d", e.Rounds[i-1], e.Rounds[i])
				return
			}
		}
		return
	}
	groups := 1
	for _, g := range e.Group {
		groups = max(groups, int(g)+1)
	}
	layer := groups * b.parallel // both below 2³¹
	if int(n)%layer != 0 {
		r.Fail(document.ErrCorrupt, "trees", "%d trees do not make rounds of %d", n, layer)
		return
	}
	for i := 0; i <= int(n); i += layer {
		e.Rounds = append(e.Rounds, int32(i))
	}
}

// located puts a forest's fault at its place in the document.
func (b *Booster) located(list jsontree.Node, err error) error {
	var f *forest.Fault
	if !errors.As(err, &f) || f.Tree < 0 {
		return list.Errorf(document.ErrCorrupt, "%v", err)
	}
	key := map[string]string{"left": "left_children", "right": "right_children", "feature": "split_indices",
		"threshold": "split_conditions", "default_left": "default_left", "categories": "categories"}[f.Field]
	node := list.Child(f.Tree)
	if c, ok := node.Get(key); ok {
		node = c
	}
	path := node.Path()
	if f.Node >= 0 {
		path = document.Join(path, strconv.Itoa(f.Node))
	}
	return document.Errorf(document.ErrCorrupt, node.Tree().Format(), path, node.Offset(), "%s", f.Detail)
}
