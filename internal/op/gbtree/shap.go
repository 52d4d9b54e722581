package gbtree

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
)

// maxShapDepth bounds the recursion over a tree; XGBoost's own would overflow
// its stack at some greater depth.
const maxShapDepth = 1000

// explainer is what contributions need of the trees beside the walk.
type explainer struct {
	e     *Ensemble
	cover [][]float32 // of each tree by node
	mean  [][]float32 // of each tree by node: the cover-weighted mean of leaves
	used  [][]int32   // the features that each tree splits on
	depth int         // of the deepest tree
}

func (e *Ensemble) explainer(b model.Binder) (*explainer, error) {
	v, err := b.Pack(e, "explainer", func() (any, error) {
		// Compiling proves that the trees are trees.
		if _, err := e.walker(b); err != nil {
			return nil, err
		}
		cover, err := e.Cover()
		if err != nil {
			return nil, err
		}
		x := &explainer{e: e, cover: cover, mean: make([][]float32, len(e.Values)), used: make([][]int32, len(e.Values))}
		seen := make([]bool, e.Forest.Features)
		for t := range e.Values {
			x.add(t, seen)
		}
		if x.depth > maxShapDepth {
			return nil, model.Unsupportedf("contributions of a tree of depth %d, %d is the most", x.depth, maxShapDepth)
		}
		return x, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*explainer), nil
}

// add works out the means of one tree, children before parents.
func (x *explainer) add(t int, seen []bool) {
	tree, leaf, cover := &x.e.Forest.Trees[t], x.e.Values[t], x.cover[t]
	order := []int32{0}
	depth, level := 0, 1
	for k := 0; k < len(order); k++ {
		if k == level {
			depth++
			level = len(order)
		}
		n := order[k]
		if tree.Left[n] >= 0 {
			order = append(order, tree.Left[n], tree.Right[n])
			if f := tree.Feature[n]; !seen[f] {
				seen[f] = true
				x.used[t] = append(x.used[t], f)
			}
		}
	}
	for _, f := range x.used[t] {
		seen[f] = false
	}
	x.depth = max(x.depth, depth)
	mean := make([]float32, tree.Nodes())
	for k := len(order) - 1; k >= 0; k-- {
		n := order[k]
		l, r := tree.Left[n], tree.Right[n]
		if l < 0 {
			mean[n] = leaf[n]
			continue
		}
		s := float32(mean[l] * cover[l])
		s += float32(mean[r] * cover[r])
		mean[n] = s / cover[n]
	}
	x.mean[t] = mean
}

// element is one feature on the path of TreeSHAP. weight belongs to the paths
// with as many ones as the element's place, not to the feature.
type element struct {
	feature   int32
	zero, one float32 // fractions of paths that go on without and with the feature
	weight    float32
}

// shapScratch is the number of elements that a walk needs.
func (x *explainer) scratch() int {
	m := x.depth + 2
	return m*(m+1)/2 + m
}

// walk is one TreeSHAP of one row and tree.
type walk struct {
	tree      *forest.Tree[float32]
	leaf      []float32
	cover     []float32
	row       []float32
	phi       []float32
	condition int   // 0, or the feature below is fixed on (1) or off (−1)
	fixed     int32 // the feature
}

// extend adds an element to a path of depth elements before it.
func extend(path []element, depth int, zero, one float32, feature int32) {
	path[depth] = element{feature: feature, zero: zero, one: one}
	if depth == 0 {
		path[0].weight = 1
	}
	d := float32(depth + 1)
	for i := depth - 1; i >= 0; i-- {
		path[i+1].weight += one * path[i].weight * float32(i+1) / d
		path[i].weight = zero * path[i].weight * float32(depth-i) / d
	}
}

// unwind takes element k out again.
func unwind(path []element, depth, k int) {
	one, zero := path[k].one, path[k].zero
	next := path[depth].weight
	d := float32(depth + 1)
	for i := depth - 1; i >= 0; i-- {
		if one != 0 {
			was := path[i].weight
			path[i].weight = next * d / (float32(i+1) * one)
			next = was - float32(path[i].weight*zero*float32(depth-i)/d)
		} else {
			path[i].weight = path[i].weight * d / (zero * float32(depth-i))
		}
	}
	for i := k; i < depth; i++ {
		path[i].feature, path[i].zero, path[i].one = path[i+1].feature, path[i+1].zero, path[i+1].one
	}
}

// unwound is the total weight of the path with element k taken out.
func unwound(path []element, depth, k int) float32 {
	one, zero := path[k].one, path[k].zero
	next := path[depth].weight
	d := float32(depth + 1)
	var total float32
	for i := depth - 1; i >= 0; i-- {
		switch {
		case one != 0:
			t := next * d / (float32(i+1) * one)
			total += t
			next = path[i].weight - float32(t*zero*(float32(depth-i)/d))
		case zero != 0:
			total += path[i].weight / zero / (float32(depth-i) / d)
		}
	}
	return total
}

// shap goes down from a node. parent is the path so far, of depth+1 elements,
// with room for all deeper paths behind it.
func (w *walk) shap(node int32, depth int, parent []element, zero, one float32, feature int32, fraction float32) {
	if fraction == 0 {
		return
	}
	path := parent[depth+1:]
	copy(path[:depth+1], parent[:depth+1])
	if w.condition == 0 || w.fixed != feature {
		extend(path, depth, zero, one, feature)
	}
	t := w.tree
	if t.Left[node] < 0 {
		for i := 1; i <= depth; i++ {
			s := unwound(path, depth, i)
			el := &path[i]
			w.phi[el.feature] += float32(s * (el.one - el.zero) * w.leaf[node] * fraction)
		}
		return
	}
	split := t.Feature[node]
	hot := t.Next(node, w.row[split])
	cold := t.Left[node]
	if cold == hot {
		cold = t.Right[node]
	}
	hotZero, coldZero := w.cover[hot]/w.cover[node], w.cover[cold]/w.cover[node]
	inZero, inOne := float32(1), float32(1)
	for k := 0; k <= depth; k++ {
		if path[k].feature == split {
			// The feature was split on before: undo that, to do it anew here.
			inZero, inOne = path[k].zero, path[k].one
			unwind(path, depth, k)
			depth--
			break
		}
	}
	hotFraction, coldFraction := fraction, fraction
	if split == w.fixed && w.condition != 0 {
		depth--
		if w.condition > 0 {
			coldFraction = 0
		} else {
			hotFraction *= hotZero
			coldFraction *= coldZero
		}
	}
	w.shap(hot, depth+1, path, hotZero*inZero, inOne, split, hotFraction)
	w.shap(cold, depth+1, path, coldZero*inZero, 0, split, coldFraction)
}

// row adds to phi (features, then bias) what tree t contributes to a row.
// condition and fixed are those of walk.
func (x *explainer) row(t int, row, phi []float32, path []element, condition int, fixed int32) {
	if condition == 0 {
		phi[len(phi)-1] += x.mean[t][0]
	}
	w := walk{tree: &x.e.Forest.Trees[t], leaf: x.e.Values[t], cover: x.cover[t], row: row, phi: phi, condition: condition, fixed: fixed}
	path[0] = element{}
	w.shap(0, 0, path, 1, 1, -1, 1)
}

// approx adds to phi the differences of node means along the path (Saabas).
func (x *explainer) approx(t int, row, phi []float32) {
	tree, mean := &x.e.Forest.Trees[t], x.mean[t]
	value := mean[0]
	phi[len(phi)-1] += value
	if tree.Left[0] < 0 {
		return
	}
	n, split := int32(0), int32(0)
	for tree.Left[n] >= 0 {
		split = tree.Feature[n]
		n = tree.Next(n, row[split])
		phi[split] += mean[n] - value
		value = mean[n]
	}
	phi[split] += x.e.Values[t][n] - value
}
