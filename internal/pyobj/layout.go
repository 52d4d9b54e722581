package pyobj

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/tensor"
)

// count is the number of items of a shape and whether items of size bytes fit
// into an int.
func count(shape []int, size int) (items, bytes int, ok bool) {
	items, ok = tensor.Count(shape)
	if !ok || size < 0 || (size > 0 && items > math.MaxInt/size) {
		return 0, 0, false
	}
	return items, items * size, true
}

// cOrder is raw, the items of an array of this shape, in C order: raw itself
// where it is so already.
func cOrder(raw []byte, shape []int, size int, fortran bool) []byte {
	if !fortran || len(shape) < 2 || size == 0 {
		return raw
	}
	long := 0
	for _, d := range shape {
		if d > 1 {
			long++
		}
	}
	if long < 2 {
		return raw
	}
	stride := make([]int, len(shape))
	n := 1
	for i, d := range shape {
		stride[i] = n
		n *= d
	}
	return gather(raw, shape, stride, size)
}

// transpose is raw, the items of an array of shape base in C order, as the
// items of that array transposed by axes, in C order.
func transpose(raw []byte, base, axes []int, size int) []byte {
	own := make([]int, len(base))
	n := 1
	for i := len(base) - 1; i >= 0; i-- {
		own[i] = n
		n *= base[i]
	}
	shape, stride := make([]int, len(axes)), make([]int, len(axes))
	for i, a := range axes {
		shape[i], stride[i] = base[a], own[a]
	}
	return gather(raw, shape, stride, size)
}

// gather walks the target in C order; strides are those of the source, in items.
func gather(raw []byte, shape, stride []int, size int) []byte {
	out := make([]byte, len(raw))
	if len(raw) == 0 || len(shape) == 0 {
		copy(out, raw)
		return out
	}
	last := len(shape) - 1
	n, step := shape[last], stride[last]
	index := make([]int, len(shape))
	from, to := 0, 0
	for to < len(out) {
		switch size {
		case 8:
			for i, p := 0, from*8; i < n; i, p = i+1, p+step*8 {
				binary.NativeEndian.PutUint64(out[to:], binary.NativeEndian.Uint64(raw[p:]))
				to += 8
			}
		case 4:
			for i, p := 0, from*4; i < n; i, p = i+1, p+step*4 {
				binary.NativeEndian.PutUint32(out[to:], binary.NativeEndian.Uint32(raw[p:]))
				to += 4
			}
		default:
			for i, p := 0, from*size; i < n; i, p = i+1, p+step*size {
				copy(out[to:to+size], raw[p:p+size])
				to += size
			}
		}
		for i := last - 1; i >= 0; i-- {
			index[i]++
			from += stride[i]
			if index[i] < shape[i] {
				break
			}
			from -= stride[i] * shape[i]
			index[i] = 0
		}
	}
	return out
}

// little is b, whose words of size bytes are big-endian, with little-endian words.
func little(b []byte, size int) []byte {
	b = slices.Clone(b)
	for i := 0; i+size <= len(b); i += size {
		slices.Reverse(b[i : i+size])
	}
	return b
}

// decode makes a tensor from items in C order.
func decode(d *DType, raw []byte, shape []int) (*tensor.Tensor, error) {
	t := d.Tensor()
	switch {
	case d.Sub != nil || d.Fields != nil:
		return nil, fmt.Errorf("dtype %s is not of one element", d)
	case t == tensor.Invalid:
		return nil, fmt.Errorf("dtype %s", d)
	case t == tensor.String:
		return decodeText(d, raw, shape), nil
	}
	if d.Big && d.Size > 1 {
		word := d.Size
		if d.Kind == 'c' {
			word /= 2
		}
		raw = little(raw, word)
	}
	if t == tensor.Bool {
		// numpy writes 0 and 1; any other byte would make a Go bool that is neither.
		for _, b := range raw {
			if b > 1 {
				return nil, fmt.Errorf("a bool that is byte %d", b)
			}
		}
	}
	return tensor.FromBytes(t, raw, shape...)
}

// decodeText makes strings from items of kind S or U: numpy pads both with
// zeros at the end.
func decodeText(d *DType, raw []byte, shape []int) *tensor.Tensor {
	t := tensor.New(tensor.String, shape...)
	out := tensor.Data[string](t)
	var order binary.ByteOrder = binary.LittleEndian
	if d.Big {
		order = binary.BigEndian
	}
	for i := range out {
		item := raw[i*d.Size : (i+1)*d.Size]
		if d.Kind == 'S' {
			out[i] = strings.TrimRight(string(item), "\x00")
			continue
		}
		for len(item) >= 4 && order.Uint32(item[len(item)-4:]) == 0 {
			item = item[:len(item)-4]
		}
		var b strings.Builder
		for ; len(item) >= 4; item = item[4:] {
			writeCodePoint(&b, order.Uint32(item))
		}
		out[i] = b.String()
	}
	return t
}

// writeCodePoint writes UTF-8, surrogates too, as Python's surrogatepass does:
// they are legal in a str. What is no code point becomes U+FFFD.
func writeCodePoint(b *strings.Builder, c uint32) {
	if c >= 0xd800 && c < 0xe000 {
		b.Write([]byte{0xe0 | byte(c>>12), 0x80 | byte(c>>6&0x3f), 0x80 | byte(c&0x3f)})
		return
	}
	if c > utf8.MaxRune {
		c = utf8.RuneError
	}
	b.WriteRune(rune(c))
}
