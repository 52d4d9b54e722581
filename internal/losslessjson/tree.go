package losslessjson

import (
	"bytes"
	"io"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/ubjson"
	"github.com/larder-ml/larder/tensor"
)

// typeCodes are the letters by which "types" says which type a number or an
// array of numbers has in UBJSON; a dot is none.
var typeCodes = map[tensor.DType]byte{tensor.Int8: 'i', tensor.Uint8: 'U', tensor.Int16: 'I', tensor.Int32: 'l',
	tensor.Int64: 'L', tensor.Float32: 'd', tensor.Float64: 'D'}

// WriteTree writes an XGBoost document as lossless JSON. The value of a UBJSON
// file is followed by "types": a letter for each number and each array of
// numbers, in the order of the text. Where that does not give the same bytes
// again, the file itself follows.
func WriteTree(w io.Writer, format string, t *jsontree.Tree) error {
	var value bytes.Buffer
	if err := jsontree.WriteJSON(&value, t.Root(), jsontree.Source); err != nil {
		return err
	}
	out := []byte(`{"larder":` + strconv.Quote(format+"/1") + `,"value":`)
	out = append(out, value.Bytes()...)
	switch format + "/1" {
	case xgboostName:
	case ubjsonName:
		out = append(append(append(out, `,"types":"`...), types(t)...), '"')
		var want bytes.Buffer
		if err := ubjson.Write(&want, t.Root()); err != nil {
			return err
		}
		if f, err := Parse(append(bytes.Clone(out), '}'), document.Limits{}); err == nil {
			if got, err := f.Bytes(); err == nil && bytes.Equal(got, want.Bytes()) {
				break
			}
		}
		out = append(append(out, `,"file":{"b64":"`...), encode64(want.Bytes())...)
		out = append(out, `"}`...)
	default:
		return document.Errorf(document.ErrUnsupported, format, "", -1, "not written as lossless JSON")
	}
	_, err := w.Write(append(out, "}\n"...))
	return err
}

// types lists the types of what Retype asks for.
func types(t *jsontree.Tree) []byte {
	var out []byte
	for n := range t.All() {
		switch k := n.Kind(); {
		case k != jsontree.Number && k != jsontree.Numbers && k != jsontree.Bools && (k != jsontree.Array || n.Len() > 0):
			continue
		}
		c, ok := typeCodes[n.DType()]
		if !ok || !n.Typed() {
			c = '.'
		}
		out = append(out, c)
	}
	return out
}

// booster is the file of an XGBoost document.
func (f *File) booster() ([]byte, error) {
	r := jsontree.NewReader(f.tree.Root())
	r.Harmless("larder")
	value := r.Get("value")
	codes := r.StringOr("types", "")
	var file jsontree.Node
	if r.Has("file") {
		file = r.Get("file")
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := jsontree.WriteJSON(&text, value, jsontree.Source); err != nil {
		return nil, err
	}
	if f.name == xgboostName {
		return text.Bytes(), nil
	}
	if file.Valid() {
		b, err := bytesOf(file)
		if err != nil {
			return nil, err
		}
		return b, f.same(b, text.Bytes(), value)
	}
	t, err := jsontree.Parse(text.Bytes(), jsontree.Decoder{Format: format, Limits: f.limits, Dialect: jsontree.XGBoost})
	if err != nil {
		return nil, err
	}
	i := 0
	typed, err := t.Retype(func(jsontree.Node) tensor.DType {
		i++
		if i > len(codes) {
			return tensor.Invalid
		}
		for d, c := range typeCodes {
			if c == codes[i-1] {
				return d
			}
		}
		return tensor.Invalid
	})
	if err != nil {
		return nil, err
	}
	if i != len(codes) {
		return nil, value.Errorf(document.ErrCorrupt, "types has %d letters for %d numbers and arrays of numbers", len(codes), i)
	}
	var out bytes.Buffer
	err = ubjson.Write(&out, typed.Root())
	return out.Bytes(), err
}

// same checks that a file that stands beside a value says that value.
func (f *File) same(b, text []byte, value jsontree.Node) error {
	t, err := ubjson.Parse(b, jsontree.Decoder{Format: "xgboost-ubj", Limits: f.limits, Dialect: jsontree.XGBoost})
	if err != nil {
		return err
	}
	var other bytes.Buffer
	if err := jsontree.WriteJSON(&other, t.Root(), jsontree.Source); err != nil {
		return err
	}
	if !bytes.Equal(other.Bytes(), text) {
		return value.Errorf(document.ErrCorrupt, "the value is not what the file beside it holds")
	}
	return nil
}
