package forest

import "math"

// Float is the types of features, thresholds and leaf values.
type Float interface{ float32 | float64 }

// Forest is trees over rows of Features values of type T.
type Forest[T Float] struct {
	Features int
	Trees    []Tree[T]
}

// Tree is parallel arrays with one element for each node, in the file's
// numbering. Nodes that no path reaches are allowed.
type Tree[T Float] struct {
	Left, Right []int32 // children; both -1 in a leaf
	Feature     []int32 // unused in leaves
	Threshold   []T     // unused in leaves and where Sets has the node
	DefaultLeft []bool  // where missing values go; nil is right everywhere
	Sets        *Sets   // categorical splits; nil where there are none
}

// Nodes is the number of nodes.
func (t *Tree[T]) Nodes() int { return len(t.Left) }

// Sets are the categories of a tree's categorical nodes. A value's category is
// its integer part; what is negative or past the bits is in no set.
type Sets struct {
	// Of is the set of each node, or -1 where the split is numeric.
	Of []int32
	// Set i is Bits[Bounds[i]:Bounds[i+1]], 32 categories a word.
	Bounds []int32
	Bits   []uint32
	// MembersLeft is the polarity: LightGBM and scikit-learn send members left,
	// XGBoost sends them right.
	MembersLeft bool
	// OutsideDefault sends what is negative or past the bits the way of missing
	// values, as XGBoost 1.6 does.
	OutsideDefault bool
}

// has says whether the category of v is in set i, and whether the set has a bit
// for it at all.
func has[T Float](s *Sets, i int32, v T) (member, inside bool) {
	if !(v >= 0 && v < maxCategory) {
		return false, false
	}
	c := uint32(v)
	w := s.Bounds[i] + int32(c>>5)
	if w >= s.Bounds[i+1] {
		return false, false
	}
	return s.Bits[w]>>(c&31)&1 != 0, true
}

// left says whether a value goes left at a node of set i.
func left[T Float](s *Sets, i int32, v T, byDefault bool) bool {
	if v != v {
		return byDefault
	}
	member, inside := has(s, i, v)
	if !inside && s.OutsideDefault {
		return byDefault
	}
	return member == s.MembersLeft
}

const maxCategory = 1 << 24

// Next is the child of an inner node that a value leads to.
func (t *Tree[T]) Next(node int32, v T) int32 {
	if t.left(node, v) {
		return t.Left[node]
	}
	return t.Right[node]
}

func (t *Tree[T]) left(node int32, v T) bool {
	if t.Sets != nil && t.Sets.Of[node] >= 0 {
		return left(t.Sets, t.Sets.Of[node], v, t.DefaultLeft != nil && t.DefaultLeft[node])
	}
	if v != v {
		return t.DefaultLeft != nil && t.DefaultLeft[node]
	}
	return v < t.Threshold[node]
}

// AppendPath appends the nodes from the root to the leaf of a row.
func (t *Tree[T]) AppendPath(path []int32, x []T) []int32 {
	n := int32(0)
	for {
		path = append(path, n)
		if t.Left[n] < 0 {
			return path
		}
		n = t.Next(n, x[t.Feature[n]])
	}
}

// Above32 is the threshold for which x < Above32(t) is float64(x) <= t for
// every float32 x.
func Above32(t float64) float32 {
	f := float32(t)
	if float64(f) <= t {
		return math.Nextafter32(f, float32(math.Inf(1)))
	}
	return f // rounded up: already the smallest above t; NaN stays NaN
}

// Above64 is the threshold for which x < Above64(t) is x <= t for every
// float64 x below infinity.
func Above64(t float64) float64 { return math.Nextafter(t, math.Inf(1)) }
