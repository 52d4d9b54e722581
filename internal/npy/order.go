package npy

// reorder puts elements that lie in Fortran order (the first index moves
// fastest) into C order.
func reorder[T any](src []T, shape []int) []T {
	dst := make([]T, len(src))
	eachRun(shape, func(to, from, n, step int) {
		for k := range n {
			dst[to+k] = src[from+k*step]
		}
	})
	return dst
}

// reorderBytes is reorder for elements of w bytes.
func reorderBytes(dst, src []byte, w int, shape []int) {
	eachRun(shape, func(to, from, n, step int) {
		d, s := dst[to*w:(to+n)*w], src[from*w:]
		switch w {
		case 4: // constant widths become single moves
			for k := range n {
				copy(d[k*4:k*4+4], s[k*step*4:k*step*4+4])
			}
		case 8:
			for k := range n {
				copy(d[k*8:k*8+8], s[k*step*8:k*step*8+8])
			}
		default:
			for k := range n {
				copy(d[k*w:(k+1)*w], s[k*step*w:(k*step+1)*w])
			}
		}
	})
}

// block is how many columns of the last dimension are moved at a time: few
// enough that the lines of memory they come from stay in cache while the rows
// go by.
const block = 16

// eachRun calls move for pieces of the last dimension: n elements from index to
// in C order, which lie step apart from index from on in Fortran order. No
// dimension may be zero and there must be two at least.
func eachRun(shape []int, move func(to, from, n, step int)) {
	last := len(shape) - 1
	step := 1 // of the last index in Fortran order
	for _, d := range shape[:last] {
		step *= d
	}
	width, rows := shape[last], step
	index := make([]int, last)
	for first := 0; first < width; first += block {
		n := min(block, width-first)
		clear(index)
		from := 0 // Fortran offset of index
		for r := range rows {
			move(r*width+first, from+first*step, n, step)
			// The next row of C order: the last of the leading indices moves first.
			for d := last - 1; d >= 0; d-- {
				s := 1
				for _, e := range shape[:d] {
					s *= e
				}
				index[d]++
				from += s
				if index[d] < shape[d] {
					break
				}
				from -= s * shape[d]
				index[d] = 0
			}
		}
	}
}
