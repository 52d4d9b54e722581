package npy

import (
	"encoding/binary"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Write writes t as np.save would.
func Write(w io.Writer, t *tensor.Tensor) error {
	descr, width, err := layout(t)
	if err != nil {
		return err
	}
	return write(w, t, descr, width)
}

// layout is the descr under which t is written and the bytes of one element.
func layout(t *tensor.Tensor) (string, int, error) {
	if t.DType() != tensor.String {
		if t.DType().Descr() == "" {
			return "", 0, document.Errorf(document.ErrUnsupported, format, "", -1, "numpy has no type %s", t.DType())
		}
		return t.DType().Descr(), t.DType().Size(), nil
	}
	points, size, text := 1, 1, true // numpy makes room for one even where all are empty
	for _, s := range tensor.Data[string](t) {
		size = max(size, len(s))
		if text = text && utf8.ValidString(s); text {
			points = max(points, utf8.RuneCountInString(s))
		}
	}
	if !text {
		return "|S" + strconv.Itoa(size), size, nil
	}
	return "<U" + strconv.Itoa(points), 4 * points, nil
}

func write(w io.Writer, t *tensor.Tensor, descr string, width int) error {
	if _, err := w.Write(AppendHeader(nil, descr, t.Shape())); err != nil {
		return err
	}
	if t.DType() != tensor.String {
		_, err := w.Write(t.Bytes())
		return err
	}
	var buf []byte
	for _, s := range tensor.Data[string](t) {
		end := len(buf) + width
		if descr[0] == '|' {
			buf = append(buf, s...)
		} else {
			for _, r := range s {
				buf = binary.LittleEndian.AppendUint32(buf, uint32(r))
			}
		}
		for len(buf) < end {
			buf = append(buf, 0)
		}
		if len(buf) >= 64<<10 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	_, err := w.Write(buf)
	return err
}
