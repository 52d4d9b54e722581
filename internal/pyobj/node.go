package pyobj

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

const shown = 200 // bytes of a str that a node shows

// offset is a place in the file; in a compressed one there is none.
func (d *Document) offset(at int64) int64 {
	if d.file.Compression.Method != joblib.Raw {
		return -1
	}
	return at
}

// reference is a node that is another way to a group.
func (d *Document) reference(v pickle.Value, path string) document.Node {
	return document.Node{Path: path, Kind: document.Reference, Type: d.typeOf(v), Offset: d.offset(v.Offset()),
		Value: d.index().pathOf(v)}
}

// typeOf is the word for a value's type: Python's, or its class.
func (d *Document) typeOf(v pickle.Value) string {
	switch v.Kind() {
	case pickle.BigInt:
		return "int"
	case pickle.Instance:
		if name, ok := isNumpyScalar(v, d.env); ok {
			return name
		}
	}
	if c := classOf(v, d.env.names()); c != "" {
		return c
	}
	return "call"
}

func (d *Document) node(v pickle.Value, path string) document.Node {
	n := document.Node{Path: path, Kind: document.Scalar, Type: d.typeOf(v), Offset: d.offset(v.Offset()), Size: v.Size()}
	if v.Kind() == pickle.Instance && isArray(v, d.env.names()) {
		a, err := Array(v, path, d.env)
		if err != nil {
			n.Kind, n.Value = document.Group, err.Error()
			return n
		}
		n.DType, n.Shape = a.DType.Tensor(), a.Shape
		if a.Objects != nil {
			n.Kind, n.Value = document.Group, "array of objects"
			n.DType = tensor.Invalid
			return n
		}
		n.Kind, n.Offset, n.Size = document.Array, d.offset(a.Offset()), int64(len(a.Data))
		if n.DType == tensor.Invalid {
			n.Value = a.DType.String()
		}
		return n
	}
	if !d.env.isLeaf(v) {
		n.Kind = document.Group
		return n
	}
	if _, ok := nestedBytes(v, d.env); ok {
		n.Kind = document.Nested
	}
	n.Value = d.text(v)
	return n
}

// text is a leaf as one prints it; bytes are told by their number.
func (d *Document) text(v pickle.Value) string {
	switch v.Kind() {
	case pickle.String:
		return cutText(v.Str())
	case pickle.Global:
		return v.Class()
	case pickle.Ext:
		return strconv.FormatInt(v.Code(), 10)
	case pickle.BigInt:
		if v.Size() > 1000 {
			return strconv.FormatInt(v.Size(), 10) + " bytes"
		}
		return v.Big().String()
	case pickle.Instance:
		switch c := className(v.Callable(), d.env.names()); c {
		case "numpy.dtype":
			if t, err := d.env.dtype(v, "", 0); err == nil {
				return cutText(t.String())
			}
			return ""
		case "builtins.slice", "builtins.range":
			parts := []string{}
			for _, a := range ArgsOf(v) {
				s, _ := keyText(a)
				parts = append(parts, s)
			}
			return strings.TrimPrefix(c, "builtins.") + "(" + strings.Join(parts, ", ") + ")"
		}
	}
	if b, ok := bytesOf(v, d.env); ok {
		return strconv.Itoa(len(b)) + " bytes"
	}
	if s, ok := keyText(v); ok {
		return cutText(s)
	}
	return ""
}

func cutText(s string) string {
	if len(s) <= shown {
		return s
	}
	n := shown
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
