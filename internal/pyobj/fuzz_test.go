package pyobj

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/document"
)

// FuzzDocument: no bytes make a document panic, every node that is listed is
// found again by its path, and what was not edited is written as it was read.
func FuzzDocument(f *testing.F) {
	for _, pattern := range []string{"../../testdata/models/*/*/model.pkl", "../../testdata/models/*/*/model.joblib", "../../testdata/hostile/*/*", "testdata/*.pkl"} {
		list, _ := filepath.Glob(pattern)
		for _, name := range list {
			if b, err := os.ReadFile(name); err == nil && len(b) < 8192 {
				f.Add(b)
			}
		}
	}
	l := document.Limits{Bytes: 32 << 20, Nodes: 1 << 17}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Open("fuzz", b, Options{Limits: l})
		if err != nil {
			return
		}
		n := 0
		for node, err := range d.All() {
			if err != nil {
				break
			}
			if n++; n > 500 {
				break
			}
			at, err := d.At(node.Path)
			if err != nil || at.Kind != node.Kind || at.Type != node.Type || at.Value != node.Value {
				t.Fatalf("%q is listed as %+v and found as %+v (%v)", node.Path, node, at, err)
			}
			if n > 50 {
				continue // what is below is converted each time
			}
			d.Value(node.Path)
			d.Sub(node.Path)
			r := Read(must(d.ValueAt(node.Path)), node.Path, d.Env())
			for _, k := range r.Keys() {
				r.Float64s(k)
				Read(r.Value(k), "/", d.Env()).Done()
			}
		}
		d.Container()
		d.Findings()
		var w bytes.Buffer
		if err := d.Write(&w); err != nil {
			t.Fatal(err)
		}
		if d.Format() == "pickle" && !bytes.Equal(w.Bytes(), b) {
			t.Fatal("written otherwise than read")
		}
	})
}

func must[T any](v T, _ error) T { return v }
