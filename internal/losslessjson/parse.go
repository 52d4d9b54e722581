package losslessjson

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

const format = "json"

// File is a file of lossless JSON.
type File struct {
	src    []byte
	tree   *jsontree.Tree
	limits document.Limits
	name   string // "pickle/1"
}

// Parse reads lossless JSON. What it stands for is made by Bytes.
func Parse(b []byte, l document.Limits) (*File, error) {
	t, err := parseJSON(b, l)
	if err != nil {
		return nil, err
	}
	f := &File{src: b, tree: t, limits: l}
	x, ok := t.Root().Get("larder")
	if !ok {
		return nil, document.Errorf(document.ErrFormat, format, "/", 0, "no key larder: this is not Larder's lossless JSON")
	}
	f.name, err = x.Str()
	if err != nil {
		return nil, err
	}
	switch f.name {
	case pickleName, joblibName, xgboostName, ubjsonName:
		return f, nil
	}
	return nil, x.Errorf(document.ErrUnsupported, "lossless JSON of %.40q", f.name)
}

// Tree is the JSON itself.
func (f *File) Tree() *jsontree.Tree { return f.tree }

// Format is that of the file that the JSON stands for: "pickle", "joblib",
// "xgboost-json" or "xgboost-ubj".
func (f *File) Format() string { return strings.TrimSuffix(f.name, "/1") }

// Bytes is the file that the JSON stands for. One that was compressed is
// compressed anew: its stream is the same, byte for byte; the compressed bytes
// may differ.
func (f *File) Bytes() ([]byte, error) {
	if f.name == xgboostName || f.name == ubjsonName {
		return f.booster()
	}
	s, err := parseTree(f.tree, f.limits)
	if err != nil {
		return nil, err
	}
	out := append(s.stream, s.trailing...)
	if s.instructions {
		if err := s.check(f.tree, out, f.limits); err != nil {
			return nil, err
		}
	}
	if s.compression == "" {
		return out, nil
	}
	j, err := joblib.Parse(out, pickle.Decoder{Limits: f.limits})
	if err != nil {
		return nil, err
	}
	c, err := joblib.ParseCompression(s.compression)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	if err := j.WriteAs(&packed, c); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// The names that the key "larder" takes.
const (
	pickleName  = "pickle/1"
	joblibName  = "joblib/1"
	xgboostName = "xgboost-json/1"
	ubjsonName  = "xgboost-ubj/1"
)

// parseJSON reads the text. An object inside an object is up to four levels
// here: the object, its arguments, its state, a list of pairs.
func parseJSON(b []byte, l document.Limits) (*jsontree.Tree, error) {
	l.Depth = 5*l.WithDefaults().Depth + 16
	dialect := jsontree.RFC8259
	if bytes.Contains(b[:min(len(b), 64)], []byte("xgboost-")) {
		dialect = jsontree.XGBoost // its strings and its NaN
	}
	return jsontree.Parse(b, jsontree.Decoder{Format: format, Limits: l, Dialect: dialect})
}

// stream is what the JSON says of the pickle.
type stream struct {
	compression  string
	stream       []byte
	trailing     []byte
	instructions bool // the bytes came from "ops"
}

func parseTree(t *jsontree.Tree, l document.Limits) (*stream, error) {
	l = l.WithDefaults()
	r := jsontree.NewReader(t.Root())
	s := &stream{}
	r.Harmless("larder")
	protocol := int(r.Int("protocol"))
	if r.Has("encoding") {
		protocol = int(r.Int("encoding"))
	}
	s.compression = r.StringOr("compression", "")
	how := r.String("writer")
	value := r.Get("value")
	var ops, trailing jsontree.Node
	if r.Has("ops") {
		ops = r.Get("ops")
	}
	if r.Has("trailing") {
		trailing = r.Get("trailing")
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	var err error
	if trailing.Valid() {
		if s.trailing, err = bytesOf(trailing); err != nil {
			return nil, err
		}
	}
	if how == writerOps {
		s.instructions = true
		if !ops.Valid() {
			return nil, value.Errorf(document.ErrCorrupt, "writer is ops, and there are none")
		}
		s.stream, err = assemble(ops)
		return s, err
	}
	s.stream, err = encode(value, protocol, how, l, 0)
	return s, err
}

func picklerOf(name string) pickle.Pickler {
	for _, p := range []pickle.Pickler{pickle.CPythonC, pickle.CPythonPy} {
		if p.String() == name {
			return p
		}
	}
	return 0
}

// encode writes the pickle of a tree.
func encode(value jsontree.Node, protocol int, how string, l document.Limits, offset int64) ([]byte, error) {
	p := picklerOf(how)
	if p == 0 {
		return nil, value.Errorf(document.ErrUnsupported, "written by %.40q", how)
	}
	if protocol < 0 || protocol > 5 {
		return nil, value.Errorf(document.ErrUnsupported, "protocol %d", protocol)
	}
	in := &reader{b: pickle.NewBuilder(), ids: map[int64]pickle.Value{}, globals: map[string]pickle.Value{}, protocol: protocol, limits: l}
	root := in.value(value)
	if in.err == nil {
		in.err = in.b.Err()
	}
	if in.err != nil {
		return nil, in.err
	}
	return pickle.Encode(root, pickle.EncodeOptions{Protocol: protocol, Pickler: p, Limits: l, Offset: offset})
}

// check holds the tree against the instructions: what they make, written as
// JSON, has to be the JSON that was read.
func (s *stream) check(got *jsontree.Tree, file []byte, l document.Limits) error {
	f, err := joblib.Parse(file, pickle.Decoder{Limits: l})
	if err != nil {
		return err
	}
	var again bytes.Buffer
	if err := Write(&again, f); err != nil {
		return err
	}
	want, err := parseJSON(again.Bytes(), l)
	if err != nil {
		return err
	}
	v, _ := got.Root().Get("value")
	x, _ := want.Root().Get("value")
	var left, right bytes.Buffer
	if err := jsontree.WriteJSON(&left, v, jsontree.Source); err != nil {
		return err
	}
	if err := jsontree.WriteJSON(&right, x, jsontree.Source); err != nil {
		return err
	}
	if !bytes.Equal(left.Bytes(), right.Bytes()) {
		return v.Errorf(document.ErrCorrupt, "the value is not what the instructions under ops make")
	}
	return nil
}

// bytesOf is text or {"b64": …}.
func bytesOf(n jsontree.Node) ([]byte, error) {
	if n.Kind() == jsontree.String {
		s, err := n.Str()
		return []byte(s), err
	}
	x, ok := n.Get("b64")
	if n.Kind() != jsontree.Object || !ok || n.Len() != 1 {
		return nil, n.Errorf(document.ErrCorrupt, "bytes are text or {\"b64\": …}")
	}
	return bytesFrom(x)
}

// bytesFrom is a string in base64.
func bytesFrom(x jsontree.Node) ([]byte, error) {
	s, err := x.Str()
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, x.Errorf(document.ErrCorrupt, "base64: %v", err)
	}
	return b, nil
}
