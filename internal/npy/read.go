package npy

import (
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Read is the array of an .npy file that is all of b. The tensor shares b where
// that needs no conversion.
func Read(b []byte, l document.Limits) (*tensor.Tensor, error) {
	h, err := ReadHeader(b)
	if err != nil {
		return nil, err
	}
	end := h.Offset + h.Size()
	if end < len(b) {
		return nil, document.Errorf(document.ErrCorrupt, format, "", int64(end), "%d bytes after the array", len(b)-end)
	}
	t, err := h.Decode(b[h.Offset:end], h.Shape, h.Fortran, l)
	if err != nil {
		return nil, at(err, int64(h.Offset))
	}
	return t, nil
}

// at gives an offset to an error that has none.
func at(err error, offset int64) error {
	if e, ok := err.(*document.Error); ok && e.Offset < 0 {
		e.Offset = offset
	}
	return err
}

// Decode makes a tensor of raw elements of the type, whose shape is given and
// whose order is Fortran's or C's. It shares raw where that needs no conversion.
func (t Type) Decode(raw []byte, shape []int, fortran bool, l document.Limits) (*tensor.Tensor, error) {
	n, ok := tensor.Count(shape)
	if !ok || (t.Width > 0 && n != len(raw)/t.Width) || n*t.Width != len(raw) {
		return nil, document.Errorf(document.ErrCorrupt, format, "", -1, "%d bytes for %s of shape %v", len(raw), t.Descr, shape)
	}
	fortran = fortran && n > 1 && len(shape) > 1
	if t.DType == tensor.String {
		strs, err := t.strings(raw, n, l)
		if err != nil {
			return nil, err
		}
		if fortran {
			strs = reorder(strs, shape)
		}
		return tensor.Of(strs, shapeOf(shape)...).Reshape(shape...)
	}
	if t.Kind == 'b' && slices.ContainsFunc(raw, func(b byte) bool { return b > 1 }) {
		raw = slices.Clone(raw) // Go's bool must be 0 or 1; numpy's is true for the rest too
		for i, b := range raw {
			raw[i] = min(b, 1)
		}
	}
	if t.Big {
		raw = swap(raw, t)
	}
	if fortran {
		out := tensor.New(t.DType, shape...)
		reorderBytes(out.Bytes(), raw, t.Width, shape)
		return out, nil
	}
	return tensor.FromBytes(t.DType, raw, shape...)
}

// shapeOf keeps tensor.Of from taking "no dimensions" for "a vector".
func shapeOf(shape []int) []int {
	if len(shape) == 0 {
		return []int{1}
	}
	return shape
}

// swap copies raw with the bytes of each number turned round.
func swap(raw []byte, t Type) []byte {
	w := t.Width
	if t.Kind == 'c' {
		w /= 2
	}
	out := make([]byte, len(raw))
	switch w {
	case 2:
		for i := 0; i+2 <= len(raw); i += 2 {
			binary.LittleEndian.PutUint16(out[i:], binary.BigEndian.Uint16(raw[i:]))
		}
	case 4:
		for i := 0; i+4 <= len(raw); i += 4 {
			binary.LittleEndian.PutUint32(out[i:], binary.BigEndian.Uint32(raw[i:]))
		}
	case 8:
		for i := 0; i+8 <= len(raw); i += 8 {
			binary.LittleEndian.PutUint64(out[i:], binary.BigEndian.Uint64(raw[i:]))
		}
	default:
		return raw
	}
	return out
}

// strings are n elements of kind U or S without the NULs that fill them up. All
// share one piece of memory.
func (t Type) strings(raw []byte, n int, l document.Limits) ([]string, error) {
	// A string's head is 16 bytes however short it is, so a small file could ask
	// for much: "<U0" needs no bytes at all.
	l = l.WithDefaults()
	if most := min(l.Bytes, 64<<20+int64(min(len(raw), math.MaxInt64/int(l.Ratio)-1))*l.Ratio); int64(n) > (most-int64(len(raw)))/16 {
		return nil, document.Errorf(document.ErrLimit, format, "", -1, "%d strings in %d bytes (Limits.Bytes, Limits.Ratio)", n, len(raw))
	}
	out := make([]string, n)
	if t.Width == 0 {
		return out, nil
	}
	if t.Kind == 'S' {
		all := string(raw)
		for i := range out {
			from, to := i*t.Width, (i+1)*t.Width
			for to > from && all[to-1] == 0 {
				to--
			}
			out[i] = all[from:to]
		}
		return out, nil
	}
	ends := make([]int, n)
	text := make([]byte, 0, len(raw)/4)
	for i := range out {
		item := raw[i*t.Width : (i+1)*t.Width]
		for len(item) > 0 && item[len(item)-1]|item[len(item)-2]|item[len(item)-3]|item[len(item)-4] == 0 {
			item = item[:len(item)-4]
		}
		for k := 0; k < len(item); k += 4 {
			r := binary.LittleEndian.Uint32(item[k:])
			if t.Big {
				r = binary.BigEndian.Uint32(item[k:])
			}
			if r < utf8.RuneSelf {
				text = append(text, byte(r))
				continue
			}
			if r > utf8.MaxRune {
				return nil, document.Errorf(document.ErrCorrupt, format, "", -1, "element %d holds %#x, which is no code point", i, r)
			}
			if !utf8.ValidRune(rune(r)) {
				return nil, document.Errorf(document.ErrUnsupported, format, "", -1, "element %d holds the lone surrogate %#x", i, r)
			}
			text = utf8.AppendRune(text, rune(r))
		}
		ends[i] = len(text)
	}
	all, from := string(text), 0
	for i, end := range ends {
		out[i], from = all[from:end], end
	}
	return out, nil
}
