package formats

import (
	"bytes"
	"io"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/losslessjson"
	"github.com/larder-ml/larder/internal/pyobj"
)

// lossless is Larder's lossless JSON: what a document of any format becomes by
// transport, and comes back from.
func lossless() *Format {
	return &Format{
		Name:       losslessName,
		Extensions: []string{".json"},
		Parse: func(b []byte, env Env) (document.Document, error) {
			f, err := losslessjson.Parse(b, env.Limits)
			if err != nil {
				return nil, err
			}
			d := &losslessDocument{file: f}
			d.treeDocument = treeDocument{format: losslessName, tree: f.Tree(), size: len(b), write: writeSource}
			return d, nil
		},
		From: losslessFrom,
	}
}

func writeSource(w io.Writer, t *jsontree.Tree) error {
	return jsontree.WriteJSON(w, t.Root(), jsontree.Source)
}

// losslessDocument is a file of lossless JSON. Its original is made when it is
// asked for.
type losslessDocument struct {
	treeDocument
	file *losslessjson.File
	once sync.Once
	doc  document.Document
	err  error
}

// Original is the document that was written as JSON.
func (d *losslessDocument) Original(env Env) (document.Document, error) {
	d.once.Do(func() {
		var b []byte
		if b, d.err = d.file.Bytes(); d.err == nil {
			d.doc, d.err = ParseBytes(b, env)
		}
	})
	return d.doc, d.err
}

// Apply edits the JSON text; the original follows.
func (d *losslessDocument) Apply(edits []document.Edit) (document.Document, error) {
	t, err := d.tree.Apply(edits)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := writeSource(&b, t); err != nil {
		return nil, err
	}
	return lossless().Parse(b.Bytes(), Env{})
}

// readable is lossless JSON of an object, laid out for people.
func readable(b []byte, env Env) (document.Document, error) {
	d, err := lossless().Parse(b, env)
	if err != nil {
		return nil, err
	}
	l := d.(*losslessDocument)
	l.write = func(w io.Writer, t *jsontree.Tree) error { return jsontree.WriteJSON(w, t.Root(), jsontree.Indented) }
	return l, nil
}

const losslessName = "larder-json"

func losslessFrom(d document.Document, _ Target, env Env) (document.Document, error) {
	var b bytes.Buffer
	var err error
	switch d := d.(type) {
	case *losslessDocument:
		return d, nil
	case *pyobj.Document:
		if err = losslessjson.WritePickle(&b, d); err == nil {
			return readable(b.Bytes(), env)
		}
	case *treeDocument:
		err = losslessjson.WriteTree(&b, d.format, d.tree)
	default:
		err = document.Errorf(document.ErrUnsupported, d.Format(), "", -1, "not written as lossless JSON")
	}
	if err != nil {
		return nil, err
	}
	return lossless().Parse(b.Bytes(), env)
}
