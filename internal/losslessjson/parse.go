package losslessjson

import (
	"bytes"
	"encoding/base64"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

const format = "json"

// Original is the file that lossless JSON came from.
type Original struct {
	Format string // "pickle" or "joblib"
	Bytes  []byte
}

// Parse reads lossless JSON. A file that was compressed is compressed anew: its
// stream is the same, byte for byte; the compressed bytes may differ.
func Parse(b []byte, l document.Limits) (*Original, error) {
	s, err := parseStream(b, l)
	if err != nil {
		return nil, err
	}
	o := &Original{Format: s.format, Bytes: append(s.stream, s.trailing...)}
	if s.instructions {
		if err := s.check(b, o.Bytes, l); err != nil {
			return nil, err
		}
	}
	if s.compression == "" {
		return o, nil
	}
	f, err := joblib.Parse(o.Bytes, pickle.Decoder{Limits: l})
	if err != nil {
		return nil, err
	}
	c, err := joblib.ParseCompression(s.compression)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := f.WriteAs(&out, c); err != nil {
		return nil, err
	}
	o.Bytes = out.Bytes()
	return o, nil
}

// stream is what the JSON says of the pickle.
type stream struct {
	format       string
	compression  string
	stream       []byte
	trailing     []byte
	instructions bool // the bytes came from "ops"
}

func parseStream(b []byte, l document.Limits) (*stream, error) {
	l = l.WithDefaults()
	jl := l
	// An object inside an object is up to four levels here: the object, its
	// arguments, its state, a list of pairs.
	jl.Depth = 5*l.Depth + 16
	t, err := jsontree.Parse(b, jsontree.Decoder{Format: format, Limits: jl, Dialect: jsontree.RFC8259})
	if err != nil {
		return nil, err
	}
	r := jsontree.NewReader(t.Root())
	s := &stream{}
	switch name := r.String("larder"); name {
	case "pickle/1":
		s.format = "pickle"
	case "joblib/1":
		s.format = "joblib"
	default:
		r.Fail(document.ErrUnsupported, "larder", "lossless JSON of %.40q", name)
	}
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
func (s *stream) check(b, file []byte, l document.Limits) error {
	f, err := joblib.Parse(file, pickle.Decoder{Limits: l})
	if err != nil {
		return err
	}
	var again bytes.Buffer
	if err := Write(&again, f); err != nil {
		return err
	}
	dec := jsontree.Decoder{Format: format, Limits: document.Limits{Depth: 5*l.WithDefaults().Depth + 16, Nodes: l.Nodes, Bytes: l.Bytes}, Dialect: jsontree.RFC8259}
	got, err := jsontree.Parse(b, dec)
	if err != nil {
		return err
	}
	want, err := jsontree.Parse(again.Bytes(), dec)
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
		return v.Errorf(document.ErrCorrupt, "the value is not what the instructions under ops make: edit one of them out")
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
