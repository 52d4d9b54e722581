package forest

import "fmt"

// Fault is what is wrong with a forest, and where.
type Fault struct {
	Tree   int    // -1 where it is not one tree's
	Node   int    // -1 where it is not one node's
	Field  string // the array at fault: "left", "right", "feature", …
	Detail string
}

func (f *Fault) Error() string {
	s := "forest"
	if f.Tree >= 0 {
		s += fmt.Sprintf(" tree %d", f.Tree)
	}
	if f.Node >= 0 {
		s += fmt.Sprintf(" node %d", f.Node)
	}
	return s + " " + f.Field + ": " + f.Detail
}

// Validate says whether every walk stays inside the arrays and ends. It looks
// at each node once and takes memory of one bit a node.
func (f *Forest[T]) Validate() error {
	var seen []uint64
	for i := range f.Trees {
		t := &f.Trees[i]
		if fault := t.validate(f.Features, &seen); fault != nil {
			fault.Tree = i
			return fault
		}
	}
	return nil
}

func (t *Tree[T]) validate(features int, scratch *[]uint64) *Fault {
	n := len(t.Left)
	fault := func(node int, field, detail string, args ...any) *Fault {
		return &Fault{Node: node, Field: field, Detail: fmt.Sprintf(detail, args...)}
	}
	if n == 0 {
		return fault(-1, "left", "no nodes")
	}
	if n >= 1<<31-1 {
		return fault(-1, "left", "%d nodes", n)
	}
	for _, a := range []struct {
		name string
		have int
	}{{"right", len(t.Right)}, {"feature", len(t.Feature)}, {"threshold", len(t.Threshold)}} {
		if a.have != n {
			return fault(-1, a.name, "%d elements for %d nodes", a.have, n)
		}
	}
	if t.DefaultLeft != nil && len(t.DefaultLeft) != n {
		return fault(-1, "default_left", "%d elements for %d nodes", len(t.DefaultLeft), n)
	}
	if t.Sets != nil {
		if f := t.Sets.validate(n); f != nil {
			return f
		}
	}
	// A bit for each node that has a parent. With at most one parent each and
	// none for the root, what the root reaches is a tree, so walks end.
	words := (n + 63) / 64
	if cap(*scratch) < words {
		*scratch = make([]uint64, words)
	}
	seen := (*scratch)[:words]
	clear(seen)
	seen[0] = 1
	for i := range n {
		l, r := t.Left[i], t.Right[i]
		if l < 0 {
			continue // leaf; Right is free for the file's own use
		}
		if int(l) >= n {
			return fault(i, "left", "child %d of %d nodes", l, n)
		}
		if r < 0 || int(r) >= n {
			return fault(i, "right", "child %d of %d nodes", r, n)
		}
		if seen[l>>6]>>(l&63)&1 != 0 {
			return fault(i, "left", "child %d has another parent or is the root", l)
		}
		seen[l>>6] |= 1 << (l & 63)
		if seen[r>>6]>>(r&63)&1 != 0 {
			return fault(i, "right", "child %d has another parent or is the root", r)
		}
		seen[r>>6] |= 1 << (r & 63)
		if f := t.Feature[i]; f < 0 || int(f) >= features {
			return fault(i, "feature", "feature %d of %d", f, features)
		}
	}
	return nil
}

func (s *Sets) validate(nodes int) *Fault {
	fault := func(node int, detail string, args ...any) *Fault {
		return &Fault{Node: node, Field: "categories", Detail: fmt.Sprintf(detail, args...)}
	}
	if len(s.Of) != nodes {
		return fault(-1, "%d elements for %d nodes", len(s.Of), nodes)
	}
	sets := len(s.Bounds) - 1
	for i := range max(sets, 0) {
		lo, hi := s.Bounds[i], s.Bounds[i+1]
		if lo < 0 || hi < lo || int(hi) > len(s.Bits) || hi-lo > maxCategory/32 {
			return fault(-1, "set %d is words %d:%d of %d", i, lo, hi, len(s.Bits))
		}
	}
	for i, o := range s.Of {
		if o < -1 || int(o) >= sets {
			return fault(i, "set %d of %d", o, sets)
		}
	}
	return nil
}
