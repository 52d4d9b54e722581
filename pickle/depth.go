package pickle

import "github.com/larder-ml/larder/document"

// holds says whether values of a kind may hold others.
func (k Kind) holds() bool {
	return k >= List && k <= FrozenSet || k >= Instance && k <= Persistent || k == Buffer
}

// walk is a place among the kids of one value.
type walk struct {
	v    int32
	span uint32 // index + 1 of the present span; 0 when there are no more
	kid  uint32 // in Document.kids
	end  uint32
}

func (d *Document) walk(v int32) walk {
	n := &d.nodes[v]
	w := walk{v: v}
	switch n.kind {
	case Tuple, FrozenSet, Persistent, Global:
		start, k := pair(n.a)
		w.kid, w.end = start, start+k
	case Buffer:
		if n.flag&flagWraps != 0 {
			start, k := pair(n.a)
			w.kid, w.end = start, start+k
		}
	}
	w.span = d.first(v)
	return w
}

// next is the next kid, or -1.
func (d *Document) next(w *walk) int32 {
	for w.kid == w.end {
		if w.span == 0 {
			return -1
		}
		s := &d.spans[w.span-1]
		w.kid, w.end, w.span = s.start, s.start+s.n, s.next
	}
	w.kid++
	return d.kids[w.kid-1]
}

// checkDepth bounds the longest way down from any value, so that whoever walks
// the graph by recursion, minding cycles, is safe. A way back to a value that is
// being walked counts as nothing.
func (d *Document) checkDepth(limit int) error {
	holders := 0
	for i := range d.nodes {
		if d.nodes[i].kind.holds() {
			holders++
		}
	}
	if holders <= limit {
		return nil
	}
	const onWay = -1
	height := make([]int32, len(d.nodes))
	var way []walk
	for i := range d.nodes {
		if !d.nodes[i].kind.holds() || height[i] != 0 {
			continue
		}
		way = append(way[:0], d.walk(int32(i)))
		var tall []int32 // of the tallest kid so far, beside way
		tall = append(tall[:0], 0)
		height[i] = onWay
		for len(way) > 0 {
			top := len(way) - 1
			kid := d.next(&way[top])
			if kid >= 0 {
				if !d.nodes[kid].kind.holds() {
					continue
				}
				switch h := height[kid]; {
				case h == onWay:
				case h > 0:
					tall[top] = max(tall[top], h)
				default:
					if len(way) > limit {
						return d.tooDeep(kid, limit)
					}
					height[kid] = onWay
					way = append(way, d.walk(kid))
					tall = append(tall, 0)
				}
				continue
			}
			h := tall[top] + 1
			if int(h) > limit {
				return d.tooDeep(way[top].v, limit)
			}
			height[way[top].v] = h
			way, tall = way[:top], tall[:top]
			if top > 0 {
				tall[top-1] = max(tall[top-1], h)
			}
		}
	}
	return nil
}

func (d *Document) tooDeep(v int32, limit int) error {
	return document.Errorf(document.ErrLimit, format, d.path, Value{d, v}.Offset(),
		"more than %d containers inside each other (Limits.Depth)", limit)
}
