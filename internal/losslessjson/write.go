package losslessjson

import (
	"bytes"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/pickle"
)

// The programs that write a pickle's bytes, as the key "writer" names them.
const (
	writerC      = "c"      // CPython's pickle.dumps
	writerPython = "python" // CPython's pickle._Pickler, which joblib uses
	writerOps    = "ops"    // another: the instructions are in the file
)

// route is how a pickle comes back from its JSON.
type route struct {
	writer   string
	protocol int
}

// trusted are the limits for JSON that was just made: of a document that is
// within its own.
var trusted = document.Limits{Depth: 1 << 20, Bytes: 1 << 50, Nodes: 1 << 31}

// WritePickle writes the file of a pickle or joblib document as lossless JSON.
func WritePickle(w io.Writer, d interface{ File() *joblib.File }) error { return Write(w, d.File()) }

// Write writes a pickle or joblib file as lossless JSON.
func Write(w io.Writer, f *joblib.File) error {
	nested, err := routes(f.Pickle)
	if err != nil {
		return err
	}
	if r, ok := canonical(f.Pickle); ok {
		// The value stands for the file only where the file comes out of it.
		var b bytes.Buffer
		if err := write(&b, f, r, nested); err != nil {
			return err
		}
		if comesBack(b.Bytes(), f.Pickle) {
			_, err := w.Write(b.Bytes())
			return err
		}
	}
	return write(w, f, route{writerOps, f.Pickle.Protocol()}, nested)
}

func write(w io.Writer, f *joblib.File, r route, nested map[*pickle.Document]route) error {
	p := newPrinter(w)
	p.object(lines)
	p.key("larder")
	if f.Compression.Method != joblib.Raw || hasForeign(f.Pickle) {
		p.str(joblibName)
	} else {
		p.str(pickleName)
	}
	if m := f.Compression.Method; m != joblib.Raw {
		p.key("compress")
		p.object(inline)
		p.key("method")
		p.str(string(m))
		p.close()
	}
	p.body(f.Pickle, r, nested)
	if f.Trailing > 0 {
		var stream bytes.Buffer
		if err := f.WriteAs(&stream, joblib.Compression{}); err != nil {
			return err
		}
		p.key("trailing")
		p.bytes(stream.Bytes()[int64(stream.Len())-f.Trailing:])
	}
	p.close()
	return p.end()
}

// body writes the keys of one pickle.
func (p *printer) body(d *pickle.Document, r route, nested map[*pickle.Document]route) {
	p.key("protocol")
	p.int(int64(r.protocol))
	p.key("writer")
	p.str(r.writer)
	s := share(d, r.protocol)
	if s.python2 {
		p.key("strings")
		p.str("python2")
	}
	p.key("value")
	p.graph(s, nested)
	if r.writer == writerOps {
		p.key("ops")
		p.ops(d)
	}
}

func hasForeign(d *pickle.Document) bool {
	for op := range d.Ops() {
		if op.Name == "FOREIGN" {
			return true
		}
	}
	return false
}

// canonical is the route of a pickle that CPython would write as it is.
func canonical(d *pickle.Document) (route, bool) {
	switch p, protocol := d.Canonical(); p {
	case pickle.CPythonC:
		return route{writerC, protocol}, true
	case pickle.CPythonPy:
		return route{writerPython, protocol}, true
	}
	return route{}, false
}

// routes are those of the pickles inside a joblib file. They hold no others.
func routes(d *pickle.Document) (map[*pickle.Document]route, error) {
	out := map[*pickle.Document]route{}
	for i := range d.Len() {
		n := d.At(i).Nested()
		if n == nil {
			continue
		}
		r, ok := canonical(n)
		if ok {
			var b bytes.Buffer
			p := newPrinter(&b)
			p.object(lines)
			p.key("larder")
			p.str(pickleName)
			p.body(n, r, nil)
			p.close()
			if err := p.end(); err != nil {
				return nil, err
			}
			ok = comesBack(b.Bytes(), n)
		}
		if !ok {
			r = route{writerOps, n.Protocol()}
		}
		out[n] = r
	}
	return out, nil
}

// comesBack says whether JSON stands for the very bytes of a pickle.
func comesBack(b []byte, d *pickle.Document) bool {
	f, err := Parse(b, trusted)
	if err != nil {
		return false
	}
	got, err := f.stream()
	return err == nil && bytes.Equal(got, d.Bytes())
}
