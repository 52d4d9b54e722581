package forest

import (
	"context"
	"fmt"
	"unsafe"
)

// Payload is what leaves add to outputs.
type Payload[V Float] struct {
	Outputs int // of each row
	// Values[t] has the values of tree t: for each node as many as the tree's
	// width, inner nodes too. The width is 1 or more; with Group it must not
	// exceed Outputs.
	Values [][]V
	// Group is the first output that each tree adds to; nil is 0 for all.
	Group []int32
}

// Sum adds up what a forest's leaves pay. It is immutable.
type Sum[T, V Float] struct {
	w       *Walker[T]
	outputs int
	ones    []V     // by compiled node, where all trees have width 1
	at      []int32 // by compiled node: its first element of many, elsewhere
	many    []V
	width   []int32
	group   []int32
}

// NewSum checks a payload and joins it to a walker.
func NewSum[T, V Float](w *Walker[T], p *Payload[V]) (*Sum[T, V], error) {
	s := &Sum[T, V]{w: w, outputs: p.Outputs, width: make([]int32, len(w.trees)), group: make([]int32, len(w.trees))}
	if len(p.Values) != len(w.trees) || (p.Group != nil && len(p.Group) != len(w.trees)) {
		return nil, &Fault{Tree: -1, Node: -1, Field: "values", Detail: fmt.Sprintf("%d of values and %d of groups for %d trees", len(p.Values), len(p.Group), len(w.trees))}
	}
	single, leaves := true, 0
	for i, v := range p.Values {
		nodes := w.canon.Trees[i].Nodes()
		width := len(v) / nodes
		if width == 0 || len(v) != width*nodes {
			return nil, &Fault{Tree: i, Node: -1, Field: "values", Detail: fmt.Sprintf("%d values for %d nodes", len(v), nodes)}
		}
		if p.Group != nil {
			s.group[i] = p.Group[i]
		}
		if g := int(s.group[i]); g < 0 || g > p.Outputs-width {
			return nil, &Fault{Tree: i, Node: -1, Field: "group", Detail: fmt.Sprintf("group %d of width %d, the model has %d outputs", g, width, p.Outputs)}
		}
		s.width[i] = int32(width)
		single = single && width == 1
		leaves += (nodes/2 + 1) * width
	}
	if single {
		s.ones = make([]V, len(w.origin))
	} else {
		s.at = make([]int32, len(w.origin))
		s.many = make([]V, 0, leaves)
	}
	for i, v := range p.Values {
		t := &w.canon.Trees[i]
		root, end := int(w.trees[i].root), len(w.origin)
		if i+1 < len(w.trees) {
			end = int(w.trees[i+1].root)
		}
		width := int(s.width[i])
		for k := root; k < end; k++ {
			n := int(w.origin[k])
			switch {
			case t.Left[n] >= 0:
			case single:
				s.ones[k] = v[n]
			default:
				s.at[k] = int32(len(s.many))
				s.many = append(s.many, v[n*width:(n+1)*width]...)
			}
		}
	}
	if len(s.many) > 1<<31-1 {
		return nil, &Fault{Tree: -1, Node: -1, Field: "values", Detail: "more than 2³¹ values in all leaves"}
	}
	return s, nil
}

// Outputs is the number of outputs of a row.
func (s *Sum[T, V]) Outputs() int { return s.outputs }

// Walker is the walker that the sum stands on.
func (s *Sum[T, V]) Walker() *Walker[T] { return s.w }

// Add adds to out, of n rows × Outputs, what the rows of x are paid by the
// trees [from, to).
func (s *Sum[T, V]) Add(ctx context.Context, out []V, x []T, n, from, to int) error {
	f := s.w.features
	x, out = x[:n*f], out[:n*s.outputs]
	p := pace{ctx: ctx}
	r := 0
	for ; n-r >= 8; r += min(block, n-r) {
		m := min(block, n-r)
		if err := s.addRows(&p, out[r*s.outputs:(r+m)*s.outputs], x[r*f:(r+m)*f], m, from, to); err != nil {
			return err
		}
	}
	for ; r < n; r++ {
		if err := s.addRow(&p, out[r*s.outputs:(r+1)*s.outputs], x[r*f:(r+1)*f], from, to); err != nil {
			return err
		}
	}
	return nil
}

// addRows interleaves rows.
func (s *Sum[T, V]) addRows(p *pace, out []V, x []T, n, from, to int) error {
	missing := anyMissing(x)
	k := s.outputs
	var at [block]uint32
	for t := from; t < to; t++ {
		span := s.w.trees[t]
		if err := p.spend(n * int(span.depth)); err != nil {
			return err
		}
		s.w.rows(t, x, n, missing, &at)
		g := int(s.group[t])
		switch {
		case s.ones != nil && k == 1:
			v := unsafe.Pointer(&s.ones[span.root])
			for i, leaf := range at[:len(out)] {
				out[i] += *(*V)(unsafe.Add(v, uintptr(leaf)*unsafe.Sizeof(out[0])))
			}
		case s.ones != nil:
			v := s.ones[span.root:]
			for i, leaf := range at[:n] {
				out[i*k+g] += v[leaf]
			}
		default:
			start, width := s.at[span.root:], int(s.width[t])
			for i, leaf := range at[:n] {
				add(out[i*k+g:i*k+g+width], s.many[start[leaf]:])
			}
		}
	}
	return nil
}

// addRow interleaves trees.
func (s *Sum[T, V]) addRow(p *pace, out []V, x []T, from, to int) error {
	missing := anyMissing(x)
	t := from
	var at [4]uint32
	if s.ones != nil && s.outputs == 1 {
		sum := out[0]
		for ; t+4 <= to; t += 4 {
			q := (*[4]span)(s.w.trees[t:])
			if err := p.spend(int(q[0].depth) + int(q[1].depth) + int(q[2].depth) + int(q[3].depth)); err != nil {
				return err
			}
			s.w.four(t, x, missing, &at)
			sum += s.ones[q[0].root+int32(at[0])]
			sum += s.ones[q[1].root+int32(at[1])]
			sum += s.ones[q[2].root+int32(at[2])]
			sum += s.ones[q[3].root+int32(at[3])]
		}
		out[0] = sum
	}
	for ; t+4 <= to; t += 4 {
		q := (*[4]span)(s.w.trees[t:])
		if err := p.spend(int(q[0].depth) + int(q[1].depth) + int(q[2].depth) + int(q[3].depth)); err != nil {
			return err
		}
		s.w.four(t, x, missing, &at)
		for i, leaf := range at {
			s.pay(out, t+i, q[i].root+int32(leaf))
		}
	}
	for ; t < to; t++ {
		if err := p.spend(int(s.w.trees[t].depth)); err != nil {
			return err
		}
		s.pay(out, t, s.w.trees[t].root+int32(s.w.one(t, x)))
	}
	return nil
}

func (s *Sum[T, V]) pay(out []V, t int, leaf int32) {
	g := s.group[t]
	if s.ones != nil {
		out[g] += s.ones[leaf]
		return
	}
	add(out[g:g+s.width[t]], s.many[s.at[leaf]:])
}

func add[V Float](out, v []V) {
	v = v[:len(out)]
	for i := range out {
		out[i] += v[i]
	}
}
