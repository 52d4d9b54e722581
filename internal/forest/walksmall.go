package forest

import "unsafe"

// The walks over small nodes. They use unsafe loads without bounds checks:
// [Compile] has proved that every left child and its neighbour are nodes of
// the same tree and every feature is below the width, and callers pass rows of
// exactly that width. Leaves lead to themselves, so steps past a leaf are
// harmless.

const chunk = 6 // steps between looks whether all lanes have arrived

func bit(b bool) uint32 {
	var v uint32
	if b {
		v = 1
	}
	return v
}

// step goes one node down for a row without missing values.
func step(nodes, x unsafe.Pointer, i uint32) uint32 {
	p := (*small)(unsafe.Add(nodes, uintptr(i)*8))
	v := *(*float32)(unsafe.Add(x, uintptr(p.meta&(smallFeatures-1))*4))
	return p.meta>>smallLeft + 1 - bit(v < p.threshold)
}

// stepMissing is step where values may be NaN.
func stepMissing(nodes, x unsafe.Pointer, i uint32) uint32 {
	p := (*small)(unsafe.Add(nodes, uintptr(i)*8))
	v := *(*float32)(unsafe.Add(x, uintptr(p.meta&(smallFeatures-1))*4))
	return p.meta>>smallLeft + 1 - (bit(v < p.threshold) | bit(v != v)&(p.meta>>smallDefault))
}

// walk8 takes eight rows, width values apart, down one tree.
func walk8(nodes, x unsafe.Pointer, width uintptr, depth int32, missing bool, to *[8]uint32) {
	x0, x1, x2, x3 := x, unsafe.Add(x, width*4), unsafe.Add(x, width*8), unsafe.Add(x, width*12)
	x = unsafe.Add(x, width*16)
	x4, x5, x6, x7 := x, unsafe.Add(x, width*4), unsafe.Add(x, width*8), unsafe.Add(x, width*12)
	var i0, i1, i2, i3, i4, i5, i6, i7 uint32
	for depth > 0 {
		d := min(depth, chunk)
		depth -= d
		if missing {
			for ; d > 0; d-- {
				i0 = stepMissing(nodes, x0, i0)
				i1 = stepMissing(nodes, x1, i1)
				i2 = stepMissing(nodes, x2, i2)
				i3 = stepMissing(nodes, x3, i3)
				i4 = stepMissing(nodes, x4, i4)
				i5 = stepMissing(nodes, x5, i5)
				i6 = stepMissing(nodes, x6, i6)
				i7 = stepMissing(nodes, x7, i7)
			}
		} else {
			for ; d > 0; d-- {
				i0 = step(nodes, x0, i0)
				i1 = step(nodes, x1, i1)
				i2 = step(nodes, x2, i2)
				i3 = step(nodes, x3, i3)
				i4 = step(nodes, x4, i4)
				i5 = step(nodes, x5, i5)
				i6 = step(nodes, x6, i6)
				i7 = step(nodes, x7, i7)
			}
		}
		if depth > 0 &&
			(stepMissing(nodes, x0, i0)^i0)|(stepMissing(nodes, x1, i1)^i1)|
				(stepMissing(nodes, x2, i2)^i2)|(stepMissing(nodes, x3, i3)^i3)|
				(stepMissing(nodes, x4, i4)^i4)|(stepMissing(nodes, x5, i5)^i5)|
				(stepMissing(nodes, x6, i6)^i6)|(stepMissing(nodes, x7, i7)^i7) == 0 {
			break
		}
	}
	*to = [8]uint32{i0, i1, i2, i3, i4, i5, i6, i7}
}

// walkTrees4 takes one row down four trees. Nodes past a shallower tree's leaf
// stay where they are.
func walkTrees4(all unsafe.Pointer, t *[4]span, x unsafe.Pointer, missing bool, to *[4]uint32) {
	n0 := unsafe.Add(all, uintptr(t[0].root)*8)
	n1 := unsafe.Add(all, uintptr(t[1].root)*8)
	n2 := unsafe.Add(all, uintptr(t[2].root)*8)
	n3 := unsafe.Add(all, uintptr(t[3].root)*8)
	depth := max(t[0].depth, t[1].depth, t[2].depth, t[3].depth)
	var i0, i1, i2, i3 uint32
	for depth > 0 {
		d := min(depth, chunk)
		depth -= d
		if missing {
			for ; d > 0; d-- {
				i0 = stepMissing(n0, x, i0)
				i1 = stepMissing(n1, x, i1)
				i2 = stepMissing(n2, x, i2)
				i3 = stepMissing(n3, x, i3)
			}
		} else {
			for ; d > 0; d-- {
				i0 = step(n0, x, i0)
				i1 = step(n1, x, i1)
				i2 = step(n2, x, i2)
				i3 = step(n3, x, i3)
			}
		}
		if depth > 0 &&
			(stepMissing(n0, x, i0)^i0)|(stepMissing(n1, x, i1)^i1)|
				(stepMissing(n2, x, i2)^i2)|(stepMissing(n3, x, i3)^i3) == 0 {
			break
		}
	}
	*to = [4]uint32{i0, i1, i2, i3}
}

// walk1 takes one row down one tree.
func walk1(nodes, x unsafe.Pointer) uint32 {
	var i uint32
	for {
		n := stepMissing(nodes, x, i)
		if n == i {
			return i
		}
		i = n
	}
}
