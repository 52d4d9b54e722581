package sklearn

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/internal/op/trees"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/tensor"
)

// node is one sklearn.tree._tree.Tree, whose arrays are not read yet
// (sklearn/tree/_tree.pyx, __reduce__ and __getstate__).
type node struct {
	r      *pyobj.Reader
	nodes  *pyobj.Struct
	values *pyobj.NDArray
	counts bool // values are counts of samples, not fractions (before 1.3)
	nan    bool // the tree takes missing values
	err    func(sentinel error, detail string, args ...any) error
}

// tree reads tree_ of a decision tree.
func (e *Estimator) tree(widths []int) *node {
	if e.Err() != nil {
		return nil
	}
	t := &node{r: e.Child("tree_")}
	if e.Err() == nil && t.r.Class() != "sklearn.tree._tree.Tree" {
		e.FailAt("tree_", document.ErrUnsupported, "a %s where a tree is expected", t.r.Class())
	}
	args := t.r.Args()
	features := args.Int("0")
	classes := args.Int64s("1", -1)
	outputs := args.Int("2")
	t.r.Harmless("max_depth", "node_count") // the arrays tell; the library does not look either
	t.nodes = t.r.Struct("nodes")
	t.nodes.Harmless("impurity", "n_node_samples", "weighted_n_node_samples",
		"left_child", "right_child", "feature", "threshold", "missing_go_to_left") // read when they are needed
	t.values = t.r.NDArray("values")
	if e.Err() != nil {
		return nil
	}
	if e.Features < 0 {
		e.Features = features
	}
	largest := 0
	for i, w := range widths {
		largest = max(largest, w)
		if len(widths) == classes.Len() && int64(w) != classes.Int(i) {
			t.r.Fail(document.ErrCorrupt, "%d classes, but there are %d labels", classes.Int(i), w)
		}
	}
	shape := t.values.Shape
	switch {
	case features != e.Features:
		t.r.Fail(document.ErrCorrupt, "a tree of %d features in a model of %d", features, e.Features)
	case outputs != len(widths) || classes.Len() != outputs:
		t.r.Fail(document.ErrCorrupt, "a tree of %d outputs in a model of %d", outputs, len(widths))
	case len(shape) != 3 || shape[0] != t.nodes.Len() || shape[1] != outputs || shape[2] != largest:
		t.r.FailAt("values", document.ErrCorrupt, "has shape %v, the nodes want [%d %d %d]", shape, t.nodes.Len(), outputs, largest)
	case t.nodes.Len() == 0:
		t.r.FailAt("nodes", document.ErrCorrupt, "no nodes")
	}
	for _, f := range []string{"left_child", "right_child", "feature", "threshold"} {
		if !t.nodes.Has(f) {
			t.r.FailAt("nodes", document.ErrCorrupt, "has no field %s", f)
		}
	}
	// 1.3 brought both the field and the fractions.
	t.counts = !t.nodes.Has("missing_go_to_left")
	monotonic := e.Has("monotonic_cst") && !e.IsNone("monotonic_cst")
	t.nan = !t.counts && treeAllowsNaN(e.Version, short(e.Row.Path), e.text("splitter", ""), e.text("criterion", ""), monotonic)
	r, path := t.r, t.r.Path()
	t.err = func(sentinel error, detail string, args ...any) error {
		return document.Errorf(sentinel, "pickle", path+"/nodes", r.Offset(), detail, args...)
	}
	return t
}

// loader reads the arrays of trees.
func loader(nodes []*node, s *trees.Ensemble) func() ([]trees.Tree, error) {
	return func() ([]trees.Tree, error) {
		out := make([]trees.Tree, len(nodes))
		for i, n := range nodes {
			t, err := n.load()
			if err != nil {
				return nil, err
			}
			out[i] = t
		}
		return out, nil
	}
}

// faults places an error of the engine.
func faults(nodes []*node, e *Estimator) func(f *forest.Fault) error {
	return func(f *forest.Fault) error {
		if f.Tree >= 0 && f.Tree < len(nodes) {
			return nodes[f.Tree].err(document.ErrCorrupt, "node %d, %s: %s", f.Node, f.Field, f.Detail)
		}
		return document.Errorf(document.ErrCorrupt, "pickle", e.Path(), e.Offset(), "%s: %s", f.Field, f.Detail)
	}
}

func (n *node) load() (trees.Tree, error) {
	var t trees.Tree
	count := n.nodes.Len()
	mem := make([]int32, 3*count)
	left, right, feature := mem[:count:count], mem[count:2*count:2*count], mem[2*count:]
	if err := n.ints("left_child", left); err != nil {
		return t, err
	}
	if err := n.ints("right_child", right); err != nil {
		return t, err
	}
	if err := n.ints("feature", feature); err != nil {
		return t, err
	}
	t.Left, t.Right, t.Feature = left, right, feature
	for i, l := range left {
		if l < -1 {
			return t, n.err(document.ErrCorrupt, "node %d: child %d", i, l)
		}
		if l < 0 { // what upstream keeps in a leaf's other fields is not looked at
			t.Right[i], t.Feature[i] = -1, 0
		}
	}
	var err error
	if t.Threshold, err = n.thresholds(); err != nil {
		return t, err
	}
	if n.nodes.Has("missing_go_to_left") {
		goes := make([]int32, count)
		if err := n.ints("missing_go_to_left", goes); err != nil {
			return t, err
		}
		t.DefaultLeft = make([]bool, count)
		for i, v := range goes {
			t.DefaultLeft[i] = v != 0
		}
	}
	v, err := n.values.Tensor(n.r.Env())
	if err != nil {
		return t, err
	}
	if v, err = v.Convert(tensor.Float64); err != nil {
		return t, n.err(document.ErrUnsupported, "values: %v", err)
	}
	t.Values = tensor.Data[float64](v)
	return t, nil
}

// field finds where a field lies in each node.
func (n *node) field(name string) (raw []byte, step int, f pyobj.Field, err error) {
	raw, d := n.nodes.Bytes()
	for _, f := range d.Fields {
		if f.Name == name && f.Type.Sub == nil && f.Offset >= 0 && f.Offset+f.Type.Size <= d.Size {
			return raw, d.Size, f, nil
		}
	}
	return nil, 0, f, n.err(document.ErrCorrupt, "no field %s", name)
}

// ints reads a field of integers: 8 bytes each, 4 on 32-bit machines, 1 for
// flags.
func (n *node) ints(name string, out []int32) error {
	raw, step, f, err := n.field(name)
	if err != nil {
		return err
	}
	if !strings.ContainsRune("iub", rune(f.Type.Kind)) || f.Type.Size == 2 || f.Type.Big && f.Type.Size > 1 {
		t, err := n.nodes.Field(name).Convert(tensor.Int64)
		if err != nil || t.Len() != len(out) {
			return n.err(document.ErrUnsupported, "field %s of %s", name, f.Type)
		}
		for i, v := range tensor.Data[int64](t) {
			if out[i] = int32(v); int64(out[i]) != v {
				return n.err(document.ErrCorrupt, "node %d: %s is %d", i, name, v)
			}
		}
		return nil
	}
	for i := range out {
		p := raw[i*step+f.Offset:]
		switch f.Type.Size {
		case 1:
			out[i] = int32(p[0])
		case 4:
			out[i] = int32(binary.LittleEndian.Uint32(p))
		default:
			v := int64(binary.LittleEndian.Uint64(p))
			if out[i] = int32(v); int64(out[i]) != v {
				return n.err(document.ErrCorrupt, "node %d: %s is %d", i, name, v)
			}
		}
	}
	return nil
}

// thresholds turns x <= threshold of a float64 threshold into the engine's
// x < threshold of float32.
func (n *node) thresholds() ([]float32, error) {
	raw, step, f, err := n.field("threshold")
	if err != nil {
		return nil, err
	}
	out := make([]float32, n.nodes.Len())
	if f.Type.Kind != 'f' || f.Type.Size != 8 || f.Type.Big {
		t, err := n.nodes.Field("threshold").Convert(tensor.Float64)
		if err != nil || t.Len() != len(out) {
			return nil, n.err(document.ErrUnsupported, "field threshold of %s", f.Type)
		}
		for i, v := range tensor.Data[float64](t) {
			out[i] = forest.Above32(v)
		}
		return out, nil
	}
	for i := range out {
		out[i] = forest.Above32(math.Float64frombits(binary.LittleEndian.Uint64(raw[i*step+f.Offset:])))
	}
	return out, nil
}
