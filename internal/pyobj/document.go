package pyobj

import (
	"io"
	"iter"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/sniff"
	"github.com/larder-ml/larder/pickle"
)

// Options say how a pickle is opened. The zero Options are the safe default.
type Options struct {
	Limits document.Limits
	Names  *Names
	// Open opens the documents inside: bytes that are a pickle, a booster's
	// UBJSON or text. Without it they are listed, and Sub is ErrUnsupported.
	Open func(name string, b []byte) (document.Document, error)
}

// Document is a pickle or joblib file as a document.Document.
//
// Nodes: attributes of an instance whose state is a dict lie directly below it,
// entries of a dict by key, items of lists, tuples, sets and arrays of objects
// (flat, in C order) by index; other parts of an instance below "@args",
// "@kwargs", "@state", "@items". Arrays, numpy scalars, dtypes and bytes are one
// node whatever the file spells them with. A group that is met a second time is
// a Reference whose Value is the path of the first.
type Document struct {
	name string
	file *joblib.File
	size int64
	opt  Options
	env  *Env
	once sync.Once
	x    *index
}

var _ document.Document = (*Document)(nil)

// Open parses a pickle or a file of joblib.dump. The document shares b.
func Open(name string, b []byte, o Options) (*Document, error) {
	f, err := joblib.Parse(b, pickle.Decoder{Limits: o.Limits})
	if err != nil {
		return nil, document.InFile(err, name)
	}
	return newDocument(name, f, int64(len(b)), o), nil
}

func newDocument(name string, f *joblib.File, size int64, o Options) *Document {
	d := &Document{name: name, file: f, size: size, opt: o}
	d.env = &Env{Names: o.Names, Limits: o.Limits}
	d.env.Format = d.Format()
	return d
}

// Format is "joblib" where the file is compressed or has arrays outside of the
// pickle's instructions, else "pickle".
func (d *Document) Format() string {
	if d.file.Compression.Method != joblib.Raw || d.file.Pickle.ForeignBlocks() > 0 {
		return "joblib"
	}
	return "pickle"
}

// Root is the value that the file holds.
func (d *Document) Root() pickle.Value { return d.file.Pickle.Root() }

// Env is what a Reader over the document's values needs.
func (d *Document) Env() *Env { return d.env }

// Pickle is the program and the graph.
func (d *Document) Pickle() *pickle.Document { return d.file.Pickle }

// File is the container.
func (d *Document) File() *joblib.File { return d.file }

// Ops lists the program: what `inspect --path ops` prints.
func (d *Document) Ops() iter.Seq[pickle.Op] { return d.file.Pickle.Ops() }

func (d *Document) index() *index {
	d.once.Do(func() { d.x = d.env.makeIndex(d.Root()) })
	return d.x
}

// All lists the nodes, parents first.
func (d *Document) All() iter.Seq2[document.Node, error] {
	return func(yield func(document.Node, error) bool) {
		x := d.index()
		root := d.Root()
		if !yield(d.node(root, "/"), nil) {
			return
		}
		way := []frame{{v: root, kids: d.env.kids(root)}}
		for len(way) > 0 {
			f := &way[len(way)-1]
			if f.i == len(f.kids) {
				way = way[:len(way)-1]
				continue
			}
			i := f.i
			f.i++
			v, path := f.kids[i].v, f.path+"/"+stepOf(f.kids, i)
			if !d.env.isGroup(v) {
				if !yield(d.node(v, path), nil) {
					return
				}
				continue
			}
			if !x.isFirst(f.v, i, v) {
				if !yield(d.reference(v, path), nil) {
					return
				}
				continue
			}
			if !yield(d.node(v, path), nil) {
				return
			}
			way = append(way, frame{v: v, path: path, kids: d.env.kids(v)})
		}
	}
}

// At is the node at a path.
func (d *Document) At(path string) (document.Node, error) {
	v, parent, slot, err := d.env.find(d.Root(), path)
	if err != nil {
		return document.Node{}, document.InFile(err, d.name)
	}
	if parent.IsValid() && d.env.isGroup(v) && !d.index().isFirst(parent, slot, v) {
		return d.reference(v, path), nil
	}
	if path == "" {
		path = "/"
	}
	return d.node(v, path), nil
}

// ValueAt is the pickle's own value at a path.
func (d *Document) ValueAt(path string) (pickle.Value, error) {
	v, _, _, err := d.env.find(d.Root(), path)
	return v, document.InFile(err, d.name)
}

// Sub opens the document whose bytes are at a Nested node.
func (d *Document) Sub(path string) (document.Document, error) {
	v, _, _, err := d.env.find(d.Root(), path)
	if err != nil {
		return nil, document.InFile(err, d.name)
	}
	b, ok := nestedBytes(v, d.env)
	if !ok || d.opt.Open == nil {
		return nil, &document.Error{Format: d.env.Format, File: d.name, Path: path, Offset: v.Offset(),
			Err: document.Errorf(document.ErrUnsupported, "", "", -1, "%s is no document that can be opened", describe(v))}
	}
	sub, err := d.opt.Open(d.name+path, b)
	return sub, document.UnderPath(err, path)
}

// nestedBytes is the bytes of a value that look like a document of their own.
func nestedBytes(v pickle.Value, e *Env) ([]byte, bool) {
	b, ok := bytesOf(v, e)
	if !ok && v.Kind() == pickle.String {
		// A booster of LightGBM is a str.
		b = v.Bytes()
		return b, sniff.Sniff(b) == sniff.LightGBM
	}
	if !ok || len(b) < 8 {
		return nil, false
	}
	switch sniff.Sniff(b) {
	case sniff.Unknown, sniff.PickleText, sniff.Zlib, sniff.LZMA, sniff.ZFile:
		return nil, false
	}
	return b, true
}

// Write emits the file: byte for byte as it was read where it was not edited.
func (d *Document) Write(w io.Writer) error { return d.file.Write(w) }

// Container says how the file is built.
func (d *Document) Container() map[string]any {
	ops, frames, arrays, memo := 0, 0, 0, 0
	for op := range d.Ops() {
		switch op.Name {
		case "FRAME":
			frames++
		case "FOREIGN":
			arrays++
			continue
		case "PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE":
			memo++
		}
		ops++
	}
	m := map[string]any{
		"bytes":           d.size,
		"protocol":        d.file.Pickle.Protocol(),
		"newest_protocol": d.file.Pickle.MaxProtocol(),
		"opcodes":         ops,
		"frames":          frames,
		"memo":            memo,
		"values":          d.file.Pickle.Len(),
	}
	if d.env.Format == "joblib" {
		m["arrays"] = arrays
		m["compression"] = "none"
		if c := d.file.Compression.Method; c != joblib.Raw {
			m["compression"] = string(c)
			m["stream_bytes"] = d.file.Pickle.End() + d.file.Trailing
		}
	}
	if n := d.file.Trailing; n > 0 {
		m["trailing_bytes"] = n
	}
	if n := d.file.Pickle.Buffers(); n > 0 {
		m["buffers"] = n
	}
	return m
}

// Findings are doubts that did not stop the parse.
func (d *Document) Findings() []document.Finding {
	var out []document.Finding
	if n := d.file.Trailing; n > 0 {
		out = append(out, Trailing(d.file.Pickle.End(), n))
	}
	if n := d.file.PackedTrailing; n > 0 {
		out = append(out, Trailing(d.size-n, n))
	}
	if n := d.file.Pickle.Leftover(); n > 0 {
		out = append(out, Leftover(d.file.Pickle.End()-1, n))
	}
	return out
}

// Plain says whether the file is a pickle and nothing else once it is
// decompressed: no arrays lie between its instructions.
func (d *Document) Plain() bool {
	for op := range d.Ops() {
		if op.Name == "FOREIGN" {
			return false
		}
	}
	return true
}
