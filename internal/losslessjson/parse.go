package losslessjson

import (
	"bytes"
	"encoding/base64"
	"errors"
	"iter"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

const format = "larder-json"

// The names that the key "larder" takes.
const (
	pickleName = "pickle/1"
	joblibName = "joblib/1"
	jsonName   = "json/1"
	ubjsonName = "ubjson/1"
)

// formats are those that the names stand for.
var formats = map[string]string{pickleName: "pickle", joblibName: "joblib", jsonName: "xgboost-json", ubjsonName: "xgboost-ubj"}

// File is a file of lossless JSON. It is immutable and shares the bytes that it
// was parsed from.
type File struct {
	tree   *jsontree.Tree
	limits document.Limits
	name   string
}

// levelsEach is how many containers of JSON one container of a pickle takes at
// most: an object, "$steps", a step, its list, a pair.
const levelsEach = 6

// Detect says whether bytes begin as lossless JSON does. It looks at the first
// key only.
func Detect(b []byte) bool {
	const space = " \t\r\n"
	b, ok := bytes.CutPrefix(bytes.TrimLeft(b, space), []byte("{"))
	return ok && bytes.HasPrefix(bytes.TrimLeft(b, space), []byte(`"larder"`))
}

// Parse reads lossless JSON and checks which kind it is. What its values stand
// for is read by Bytes.
func Parse(b []byte, l document.Limits) (*File, error) {
	jl := l.WithDefaults()
	jl.Depth = levelsEach*jl.Depth + 64
	t, err := jsontree.Parse(b, jsontree.Decoder{Format: format, Limits: jl})
	if err != nil {
		return nil, err
	}
	n, ok := t.Root().Get("larder")
	if !ok {
		return nil, t.Root().Errorf(document.ErrFormat, "no key larder: this is not Larder's lossless JSON")
	}
	f := &File{tree: t, limits: l}
	if f.name, err = n.Str(); err != nil {
		return nil, err
	}
	if formats[f.name] == "" {
		return nil, n.Errorf(document.ErrUnsupported, "lossless JSON of %.40q", f.name)
	}
	return f, nil
}

// Tree is the JSON itself.
func (f *File) Tree() *jsontree.Tree { return f.tree }

// Format is that of the file that the JSON stands for: "pickle", "joblib",
// "xgboost-json" or "xgboost-ubj".
func (f *File) Format() string { return formats[f.name] }

// Bytes is the file that the JSON stands for. One that was compressed is
// compressed anew: its stream is the same, byte for byte; the compressed bytes
// may differ.
func (f *File) Bytes() ([]byte, error) {
	root := f.tree.Root()
	switch f.name {
	case jsonName:
		return jsonBytes(root)
	case ubjsonName:
		return f.ubjsonBytes(root)
	}
	b, err := f.stream()
	if err != nil {
		return nil, err
	}
	end := len(b)
	if t := child(root, "trailing"); t.Valid() {
		more, err := bytesOf(t)
		if err != nil {
			return nil, err
		}
		b = append(b, more...) // a frame may reach into it
	}
	err = agree(root, b, int64(end), f.limits, func(b []byte, dec pickle.Decoder) (*pickle.Document, error) {
		j, err := joblib.Parse(b, dec)
		if err != nil {
			return nil, err
		}
		return j.Pickle, nil
	})
	if err != nil {
		return nil, err
	}
	if c := child(root, "compress"); c.Valid() {
		return f.compress(b, c)
	}
	return b, nil
}

// stream is the pickle, without what follows it.
func (f *File) stream() ([]byte, error) {
	root := f.tree.Root()
	if err := keys(root, "larder", "compress", "protocol", "writer", "strings", "value", "ops", "trailing"); err != nil {
		return nil, err
	}
	return encode(root, f.limits)
}

// encode makes the pickle of an object with the keys protocol, writer, value
// and so on.
func encode(n jsontree.Node, l document.Limits) ([]byte, error) {
	writer, err := need(n, "writer")
	if err != nil {
		return nil, err
	}
	how, err := writer.Str()
	if err != nil {
		return nil, err
	}
	p, err := need(n, "protocol")
	if err != nil {
		return nil, err
	}
	protocol, err := intIn(p, 0, 5)
	if err != nil {
		return nil, err
	}
	value, err := need(n, "value")
	if err != nil {
		return nil, err
	}
	opt := pickle.EncodeOptions{Protocol: int(protocol), Limits: l}
	switch ops := child(n, "ops"); {
	case ops.Valid() != (how == writerOps):
		return nil, writer.Errorf(document.ErrCorrupt, "writer %.40q, and instructions where it writes none or none where it does", how)
	case how == writerOps:
		return assemble(ops, l)
	case how == writerC:
		opt.Pickler = pickle.CPythonC
	case how == writerPython:
		opt.Pickler = pickle.CPythonPy
	default:
		return nil, writer.Errorf(document.ErrUnsupported, "writer %.40q", how)
	}
	python2 := false
	if s := child(n, "strings"); s.Valid() {
		if mode, err := s.Str(); err != nil || mode != "python2" {
			return nil, s.Errorf(document.ErrCorrupt, "strings are python2 or not said to be anything")
		}
		python2 = true
	}
	r := newReader(value, int(protocol), python2, l)
	root := r.root(value)
	if r.err != nil {
		return nil, r.err
	}
	b, err := pickle.Encode(root, opt)
	return b, at(value, err)
}

// at places an error of a builder or encoder, which know no JSON.
func at(n jsontree.Node, err error) error {
	if err == nil {
		return nil
	}
	for _, s := range []error{document.ErrLimit, document.ErrUnsupported, document.ErrInput} {
		if errors.Is(err, s) {
			return n.Errorf(s, "%v", err)
		}
	}
	return n.Errorf(document.ErrCorrupt, "%v", err)
}

// agree checks that the value beside a list of instructions is what they make:
// nobody is to edit the one and get the other.
func agree(n jsontree.Node, b []byte, end int64, l document.Limits, parse func([]byte, pickle.Decoder) (*pickle.Document, error)) error {
	ops := child(n, "ops")
	if !ops.Valid() {
		return nil
	}
	d, err := parse(b, pickle.Decoder{Limits: l})
	if err != nil {
		return at(ops, err)
	}
	if d.End() != end {
		return ops.Errorf(document.ErrCorrupt, "instructions after STOP")
	}
	nested, err := routes(d)
	if err != nil {
		return err
	}
	var again bytes.Buffer
	p := newPrinter(&again)
	p.object(lines)
	p.key("larder")
	p.str(pickleName)
	p.body(d, route{writerOps, d.Protocol()}, nested)
	p.close()
	if err := p.end(); err != nil {
		return err
	}
	want, err := Parse(again.Bytes(), trusted)
	if err != nil {
		return err
	}
	for _, key := range []string{"protocol", "strings", "value"} {
		if at, same := equal(child(n, key), child(want.tree.Root(), key)); !same {
			return at.Errorf(document.ErrInput, "value and ops disagree")
		}
	}
	return nil
}

// equal compares what two nodes say, not how it is spelt. It answers the place
// where a first differs.
func equal(a, b jsontree.Node) (jsontree.Node, bool) {
	next, stop := iter.Pull(b.All())
	defer stop()
	last := a
	for x := range a.All() {
		last = x
		y, ok := next()
		if !ok || x.Kind() != y.Kind() || x.Len() != y.Len() || x != a && x.Key() != y.Key() {
			return x, false
		}
		switch x.Kind() {
		case jsontree.String:
			s, err := x.Str()
			t, err2 := y.Str()
			if err != nil || err2 != nil || s != t {
				return x, false
			}
		case jsontree.Bool:
			s, _ := x.Bool() // the kind was looked at
			t, _ := y.Bool()
			if s != t {
				return x, false
			}
		case jsontree.Number:
			if x.Text() != y.Text() {
				return x, false
			}
		case jsontree.Numbers, jsontree.Bools:
			if !equalTexts(x, y) {
				return x, false
			}
		}
	}
	_, more := next()
	return last, !more
}

func equalTexts(a, b jsontree.Node) bool {
	next, stop := iter.Pull(b.Texts())
	defer stop()
	for x := range a.Texts() {
		if y, ok := next(); !ok || !bytes.Equal(x, y) {
			return false
		}
	}
	return true
}

// compress is a joblib stream, compressed as the header says.
func (f *File) compress(b []byte, n jsontree.Node) ([]byte, error) {
	if err := keys(n, "method", "level"); err != nil {
		return nil, err
	}
	method, err := need(n, "method")
	if err != nil {
		return nil, err
	}
	s, err := method.Str()
	if err != nil {
		return nil, err
	}
	c := joblib.Compression{Method: joblib.Method(s)}
	if m := child(n, "level"); m.Valid() {
		v, err := intIn(m, 1, 9)
		if err != nil {
			return nil, err
		}
		c.Level = int(v)
	}
	if _, err := joblib.ParseCompression(c.String()); err != nil || c.Method == joblib.Raw {
		if c.Method == joblib.Bzip2 {
			return nil, method.Errorf(document.ErrUnsupported, "bz2 is read, not written: name another method, or take compress out for none")
		}
		return nil, method.Errorf(document.ErrCorrupt, "no compression %.40q", s)
	}
	j, err := joblib.Parse(b, pickle.Decoder{Limits: f.limits})
	if err != nil {
		return nil, at(n, err)
	}
	var out bytes.Buffer
	err = j.WriteAs(&out, c)
	return out.Bytes(), err
}

// keys checks that an object has no keys but these, so that a misspelt one is
// not passed over.
func keys(n jsontree.Node, known ...string) error {
	if n.Kind() != jsontree.Object {
		return n.Errorf(document.ErrCorrupt, "%s where an object belongs", n.Kind())
	}
next:
	for c := range n.Children() {
		for _, k := range known {
			if c.Key() == k {
				continue next
			}
		}
		return c.Errorf(document.ErrCorrupt, "key %.40q is not known here", c.Key())
	}
	return nil
}

// need is the value of a key that must be there.
func need(n jsontree.Node, key string) (jsontree.Node, error) {
	c, ok := n.Get(key)
	if !ok {
		return c, n.Errorf(document.ErrCorrupt, "no key %s", key)
	}
	return c, nil
}

func intIn(n jsontree.Node, least, most int64) (int64, error) {
	v, err := n.Int()
	if err == nil && (v < least || v > most) {
		err = n.Errorf(document.ErrCorrupt, "%d is not in %d…%d", v, least, most)
	}
	return v, err
}

// bytesOf is text or {"b64": …}.
func bytesOf(n jsontree.Node) ([]byte, error) {
	if n.Kind() == jsontree.String {
		s, err := n.Str()
		if err == nil && !utf8.ValidString(s) {
			err = n.Errorf(document.ErrCorrupt, "lone surrogate in text that is UTF-8")
		}
		return []byte(s), err
	}
	x, ok := n.Get("b64")
	if !ok || n.Len() != 1 {
		return nil, n.Errorf(document.ErrCorrupt, "%s where text or {\"b64\": …} belongs", n.Kind())
	}
	return bytesFrom(x)
}

// bytesFrom is a string in base64.
func bytesFrom(x jsontree.Node) ([]byte, error) {
	s, err := x.Str()
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, x.Errorf(document.ErrCorrupt, "base64: %v", err)
	}
	return b, nil
}
