package forest

import (
	"context"
	"unsafe"
)

// block is how many rows go down one tree before the next tree's turn: their
// values stay in the near cache while the tree is.
const block = 64

// pace counts steps and asks the context every some million of them.
type pace struct {
	ctx   context.Context
	steps int
}

const paceSteps = 1 << 21

func (p *pace) spend(steps int) error {
	if p.steps += steps; p.steps < paceSteps {
		return nil
	}
	p.steps = 0
	return p.ctx.Err()
}

// step goes one node down in the wide layout.
func (w *Walker[T]) step(nodes []wide[T], sets *Sets, x []T, i uint32) uint32 {
	p := &nodes[i]
	v := x[p.meta&wideFeature]
	if p.meta&wideCategorical != 0 {
		return p.left + 1 - bit(left(sets, p.set, v, p.meta>>wideDefault&1 != 0))
	}
	return p.left + 1 - (bit(v < p.threshold) | bit(v != v)&(p.meta>>wideDefault))
}

func (w *Walker[T]) setsOf(t int) *Sets {
	if w.sets == nil {
		return nil
	}
	return w.sets[t]
}

// wide1 takes one row down one tree.
func (w *Walker[T]) wide1(t int, x []T) uint32 {
	nodes, sets := w.wide[w.trees[t].root:], w.setsOf(t)
	var i uint32
	for {
		n := w.step(nodes, sets, x, i)
		if n == i {
			return i
		}
		i = n
	}
}

// wide4 takes four rows down one tree.
func (w *Walker[T]) wide4(t int, x []T, to *[block]uint32, r int) {
	f := w.features
	nodes, sets := w.wide[w.trees[t].root:], w.setsOf(t)
	x0, x1, x2, x3 := x[r*f:r*f+f], x[(r+1)*f:(r+1)*f+f], x[(r+2)*f:(r+2)*f+f], x[(r+3)*f:(r+3)*f+f]
	var i0, i1, i2, i3 uint32
	for {
		n0, n1 := w.step(nodes, sets, x0, i0), w.step(nodes, sets, x1, i1)
		n2, n3 := w.step(nodes, sets, x2, i2), w.step(nodes, sets, x3, i3)
		if (n0^i0)|(n1^i1)|(n2^i2)|(n3^i3) == 0 {
			break
		}
		i0, i1, i2, i3 = n0, n1, n2, n3
	}
	to[r], to[r+1], to[r+2], to[r+3] = i0, i1, i2, i3
}

// rows takes n ≤ block rows down one tree. The leaves found are numbered from
// the tree's root in the compiled order.
func (w *Walker[T]) rows(t int, x []T, n int, missing bool, to *[block]uint32) {
	if w.small == nil {
		r := 0
		for ; r+4 <= n; r += 4 {
			w.wide4(t, x, to, r)
		}
		for ; r < n; r++ {
			to[r] = w.wide1(t, x[r*w.features:(r+1)*w.features])
		}
		return
	}
	s := w.trees[t]
	nodes := unsafe.Pointer(&w.small[s.root])
	f := uintptr(w.features)
	_ = x[:n*w.features] // the one bounds check
	p := dataOf(x)
	r := 0
	for ; r+8 <= n; r += 8 {
		walk8(nodes, unsafe.Add(p, uintptr(r)*f*4), f, s.depth, missing, (*[8]uint32)(to[r:]))
	}
	for ; r < n; r++ {
		to[r] = walk1(nodes, unsafe.Add(p, uintptr(r)*f*4))
	}
}

// dataOf is the address of the values, or of a zero where a row has none: a
// forest without features has leaves only, whose steps look at feature 0.
func dataOf[T Float](x []T) unsafe.Pointer {
	if len(x) == 0 {
		return unsafe.Pointer(&nothing)
	}
	return unsafe.Pointer(&x[0])
}

var nothing [2]float64

// four takes one row down the trees t to t+3.
func (w *Walker[T]) four(t int, x []T, missing bool, to *[4]uint32) {
	if w.small == nil {
		for k := range to {
			to[k] = w.wide1(t+k, x)
		}
		return
	}
	walkTrees4(unsafe.Pointer(&w.small[0]), (*[4]span)(w.trees[t:]), dataOf(x), missing, to)
}

func (w *Walker[T]) one(t int, x []T) uint32 {
	if w.small == nil {
		return w.wide1(t, x)
	}
	return walk1(unsafe.Pointer(&w.small[w.trees[t].root]), dataOf(x))
}

// anyMissing says whether a NaN is among the values.
func anyMissing[T Float](x []T) bool {
	for _, v := range x {
		if v != v {
			return true
		}
	}
	return false
}

// Leaves sets dst, of n rows × (to−from) columns, to the leaves that the rows
// of x reach in the trees [from, to), in the file's numbering.
func (w *Walker[T]) Leaves(ctx context.Context, dst []int32, x []T, n, from, to int) error {
	f, k := w.features, to-from
	x, dst = x[:n*f], dst[:n*k]
	p := pace{ctx: ctx}
	var at [block]uint32
	for r := 0; r < n; r += block {
		m := min(block, n-r)
		for t := from; t < to; t++ {
			if err := p.spend(m * int(w.trees[t].depth)); err != nil {
				return err
			}
			w.rows(t, x[r*f:(r+m)*f], m, true, &at)
			origin := w.origin[w.trees[t].root:]
			for i, leaf := range at[:m] {
				dst[(r+i)*k+t-from] = origin[leaf]
			}
		}
	}
	return nil
}
