package npy

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/tensor"
)

const (
	magic  = "\x93NUMPY"
	format = "npy"
	align  = 64 // numpy.lib.format.ARRAY_ALIGN
)

// Header is what an .npy file says before its data.
type Header struct {
	Major, Minor byte
	Type
	Fortran bool
	Shape   []int
	Count   int // elements
	Offset  int // of the data in the file
}

// Size is the number of bytes of the data.
func (h Header) Size() int { return h.Count * h.Width }

// ReadHeader reads the header of an .npy file and checks it against the bytes
// that follow it.
func ReadHeader(b []byte) (Header, error) {
	var h Header
	c := safeio.New(format, b)
	if !bytes.HasPrefix(b, []byte(magic)) {
		return h, document.Errorf(document.ErrFormat, format, "", 0, "no magic \\x93NUMPY")
	}
	c.Seek(len(magic))
	h.Major, h.Minor = c.Byte("version"), c.Byte("version")
	if c.Err() == nil && (h.Major < 1 || h.Major > 3 || h.Minor != 0) {
		return h, document.Errorf(document.ErrUnsupported, format, "", 6, "version %d.%d", h.Major, h.Minor)
	}
	var n int64
	if h.Major == 1 {
		n = int64(c.U16("header length"))
	} else {
		n = int64(c.U32("header length"))
	}
	at := c.Offset()
	text := c.Take(n, "header")
	if err := c.Err(); err != nil {
		return h, err
	}
	h.Offset = c.Pos()
	if err := h.parse(text, at); err != nil {
		return h, err
	}
	count, ok := tensor.Count(h.Shape)
	if !ok || (h.Width > 0 && count > c.Left()/h.Width) {
		return h, document.Errorf(document.ErrCorrupt, format, "", c.Offset(),
			"shape %v of %s needs more than the %d bytes that follow", h.Shape, h.Descr, c.Left())
	}
	h.Count = count
	return h, nil
}

// parse reads the header's text: a Python dictionary of exactly three keys.
func (h *Header) parse(text []byte, at int64) error {
	fields, ok := literalDict(text)
	if !ok || len(fields) != 3 {
		return document.Errorf(document.ErrCorrupt, format, "", at, "header is no dictionary of descr, fortran_order and shape")
	}
	for key, v := range fields {
		var ok bool
		switch key {
		case "descr":
			var descr string
			if descr, ok = literalString(v); !ok {
				return document.Errorf(document.ErrUnsupported, format, "", at, "array with descr %s", clip(string(v)))
			}
			t, err := TypeOf(descr)
			if err != nil {
				return document.Errorf(document.ErrUnsupported, format, "", at, "array with descr %s", clip(string(v)))
			}
			h.Type = t
		case "fortran_order":
			ok = string(v) == "True" || string(v) == "False"
			h.Fortran = string(v) == "True"
		case "shape":
			h.Shape, ok = literalShape(v)
		}
		if !ok {
			return document.Errorf(document.ErrCorrupt, format, "", at, "header: %q is %s", clip(key), clip(string(v)))
		}
	}
	return nil
}

func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "?") + "…"
	}
	return s
}

// literalDict splits the Python text of a dictionary into its keys and the
// texts of their values. It knows strings and brackets, which is all that
// numpy writes.
func literalDict(b []byte) (map[string][]byte, bool) {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return nil, false
	}
	b = bytes.TrimSpace(b[1 : len(b)-1])
	fields := map[string][]byte{}
	for len(b) > 0 {
		end := literalEnd(b, ':')
		if end < 0 || len(fields) == 3 {
			return nil, false
		}
		key, ok := literalString(bytes.TrimSpace(b[:end]))
		if _, twice := fields[key]; !ok || twice {
			return nil, false
		}
		b = b[end+1:]
		if end = literalEnd(b, ','); end < 0 {
			end = len(b)
		}
		fields[key] = bytes.TrimSpace(b[:end])
		b = bytes.TrimSpace(b[min(end+1, len(b)):])
	}
	return fields, true
}

// literalEnd is where stop stands outside of strings and brackets; -1 if nowhere.
func literalEnd(b []byte, stop byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch ch := b[i]; {
		case ch == stop && depth == 0:
			return i
		case ch == '(' || ch == '[' || ch == '{':
			depth++
		case ch == ')' || ch == ']' || ch == '}':
			depth--
		case ch == '\'' || ch == '"':
			for i++; i < len(b) && b[i] != ch; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}

// literalString is the text of a quoted string without escapes.
func literalString(b []byte) (string, bool) {
	if len(b) < 2 || (b[0] != '\'' && b[0] != '"') || b[len(b)-1] != b[0] {
		return "", false
	}
	s := string(b[1 : len(b)-1])
	return s, !strings.ContainsAny(s, "\\'\"")
}

// literalShape reads a tuple of lengths. Python 2 wrote long integers with an L.
func literalShape(b []byte) ([]int, bool) {
	if len(b) < 2 || b[0] != '(' || b[len(b)-1] != ')' {
		return nil, false
	}
	s := strings.TrimSpace(string(b[1 : len(b)-1]))
	shape := []int{}
	if s == "" {
		return shape, true
	}
	parts := strings.Split(s, ",")
	if len(parts) > 1 && strings.TrimSpace(parts[len(parts)-1]) == "" {
		parts = parts[:len(parts)-1]
	} else if len(parts) == 1 {
		return nil, false // (3) is no tuple
	}
	for _, p := range parts {
		d, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(p), "L"))
		if err != nil || d < 0 {
			return nil, false
		}
		shape = append(shape, d)
	}
	return shape, true
}

// AppendHeader appends the header that numpy writes for an array in C order:
// the lowest version that can hold it, padded with spaces so that the data
// begins at a multiple of 64.
func AppendHeader(dst []byte, descr string, shape []int) []byte {
	var s strings.Builder
	s.WriteString("{'descr': '")
	s.WriteString(descr)
	s.WriteString("', 'fortran_order': False, 'shape': (")
	for i, d := range shape {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(strconv.Itoa(d))
	}
	if len(shape) == 1 {
		s.WriteByte(',')
	}
	s.WriteString("), }")
	if len(shape) > 0 { // room for the first length to grow in place to 21 digits, as numpy leaves it
		s.WriteString(strings.Repeat(" ", max(0, growth-len(strconv.Itoa(shape[0])))))
	}
	text := s.String()
	version, prefix := byte(1), len(magic)+2+2
	pad := align - (prefix+len(text)+1)%align
	if len(text)+1+pad > 0xffff {
		version, prefix = 2, len(magic)+2+4
		pad = align - (prefix+len(text)+1)%align
	}
	n := len(text) + 1 + pad
	dst = append(dst, magic...)
	dst = append(dst, version, 0, byte(n), byte(n>>8))
	if version == 2 {
		dst = append(dst, byte(n>>16), byte(n>>24))
	}
	dst = append(dst, text...)
	dst = append(dst, strings.Repeat(" ", pad)...)
	return append(dst, '\n')
}

const growth = 21 // numpy.lib.format.GROWTH_AXIS_MAX_DIGITS
