package larder_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/inspect"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

var record = flag.Bool("record", false, "write the measured errors to testdata/models/recorded.json")

// caseFile is case.json: a model, who made it, and what the real library said.
type caseFile struct {
	dir        string
	Model      string
	Format     string
	Framework  *inspect.Framework
	Verdict    document.Verdict
	Classes    []string
	Signatures []string
	Calls      []caseCall
}

type caseCall struct {
	Signature string
	Data      string
	Set       map[string]string
	Want      string
	Error     string
}

func cases(t testing.TB) []*caseFile {
	var all []*caseFile
	err := filepath.WalkDir("testdata/models", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "case.json" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		c := &caseFile{dir: filepath.Dir(path)}
		if err := json.Unmarshal(b, c); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d cases: testdata/models is not whole", len(all))
	}
	return all
}

// TestCases applies all laws to every case.
func TestCases(t *testing.T) {
	recorded := &recording{worst: map[string]map[string]*measured{}}
	seen := map[string]bool{} // containers whose truncation was tried at 64 places
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases(t) {
			places := 6
			if key := c.Format + filepath.Ext(c.Model); !seen[key] {
				seen[key], places = true, 64
			}
			t.Run(strings.TrimPrefix(filepath.ToSlash(c.dir), "testdata/models/"), func(t *testing.T) {
				t.Parallel()
				c.inspect(t)
				c.scan(t)
				c.predict(t, recorded)
				c.writeAgain(t)
				c.transport(t)
				c.cut(t, places)
			})
		}
	})
	if *record && !t.Failed() {
		recorded.write(t)
	}
}

func (c *caseFile) path() string { return filepath.Join(c.dir, c.Model) }

// inspect: format, framework, signatures and verdict are what they should be,
// and every node that is listed can be asked for.
func (c *caseFile) inspect(t *testing.T) {
	info, err := larder.Inspect(t.Context(), c.path())
	if err != nil {
		t.Fatalf("inspect: %v", err)
	}
	if info.Format != c.Format {
		t.Errorf("format %q, want %q", info.Format, c.Format)
	}
	if c.Framework != nil && (info.Framework == nil || *info.Framework != *c.Framework) {
		t.Errorf("framework %v, want %v", info.Framework, c.Framework)
	}
	if info.Verdict != c.Verdict {
		t.Errorf("verdict %s, want %s: %v", info.Verdict, c.Verdict, info.Findings)
	}
	var names []string
	for _, s := range info.Signatures {
		names = append(names, s.Name)
	}
	sort.Strings(names)
	if want := append([]string(nil), c.Signatures...); !slices.Equal(names, want) {
		t.Errorf("signatures %v, want %v (%s)", names, want, info.Why)
	}
	if _, err := json.Marshal(info); err != nil {
		t.Errorf("inspect as JSON: %v", err)
	}
	doc := c.document(t, nil)
	for i, n := range info.Nodes {
		if i%7 != 0 && i > 50 { // every seventh is enough of the long ones
			continue
		}
		at, err := doc.At(n.Path)
		if err != nil {
			t.Errorf("At(%s): %v", n.Path, err)
		} else if at.Path != n.Path || at.Kind != n.Kind {
			t.Errorf("At(%s) is %s %s, listed as %s", n.Path, at.Kind, at.Path, n.Kind)
		}
		v, err := doc.Value(n.Path)
		if err != nil && !errors.Is(err, document.ErrUnsupported) {
			t.Errorf("Value(%s): %v", n.Path, err)
		}
		if tt, ok := v.(*tensor.Tensor); n.Kind == document.Array && ok && n.DType != tensor.Invalid {
			if tt.DType() != n.DType || !slices.Equal(tt.Shape(), n.Shape) {
				t.Errorf("Value(%s) is %v, listed as %s%v", n.Path, tt, n.DType, n.Shape)
			}
		}
	}
}

func (c *caseFile) scan(t *testing.T) {
	r, err := larder.Scan(t.Context(), c.path())
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	if len(r.Files) == 0 || r.Files[0].Verdict == nil || *r.Files[0].Verdict != c.Verdict {
		t.Errorf("scan says %+v, want %s", r.Files, c.Verdict)
	}
}

// predict: every call answers what the real library answered.
func (c *caseFile) predict(t *testing.T, rec *recording) {
	if len(c.Calls) == 0 {
		return
	}
	m, err := larder.Open(t.Context(), c.path())
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer m.Close()
	for _, call := range c.Calls {
		name := fmt.Sprintf("%s(%s %v)", call.Signature, call.Data, call.Set)
		out, sig, err := c.call(t, m, call)
		if call.Error != "" {
			if !errors.Is(err, document.ErrInput) {
				t.Errorf("%s: error %v, want an input error", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c.compareAny(t, name, call, out, sig, rec, m.Root().Class)
	}
}

func (c *caseFile) call(t *testing.T, m *larder.Model, call caseCall) ([]larder.Named, *model.Signature, error) {
	var sig *model.Signature
	for _, s := range m.Signatures() {
		if s.Name == call.Signature {
			sig = s
		}
	}
	if sig == nil {
		return nil, nil, fmt.Errorf("no signature %s", call.Signature)
	}
	in, err := inputs(filepath.Join(c.dir, call.Data), sig)
	if err != nil {
		return nil, nil, err
	}
	params := map[string]tensor.Value{}
	for k, v := range call.Set {
		p, err := model.ParseParam(sig, k, v)
		if err != nil {
			return nil, nil, err
		}
		params[k] = p
	}
	out, err := m.Run(context.Background(), larder.Call{Signature: call.Signature, In: in, Params: params})
	return out, sig, err
}

// writeAgain: writing the document gives the same bytes; what is compressed
// gives the same content.
func (c *caseFile) writeAgain(t *testing.T) {
	file, err := os.ReadFile(c.path())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	doc := c.document(t, file)
	if err := doc.Write(&b); err != nil {
		t.Errorf("write: %v", err)
		return
	}
	if compressed(doc) && !bytes.Equal(b.Bytes(), file) {
		again := c.document(t, b.Bytes())
		if x, y := content(t, doc), content(t, again); x != y {
			t.Error("written again, the content differs")
		}
		return
	}
	if !bytes.Equal(b.Bytes(), file) {
		t.Errorf("written again, the file differs at byte %d of %d", firstDifference(b.Bytes(), file), len(file))
	}
}

// transport: lossless JSON and back is the same file.
func (c *caseFile) transport(t *testing.T) {
	dir := t.TempDir()
	asJSON, back := filepath.Join(dir, "m.json"), filepath.Join(dir, "back")
	if err := (larder.Saver{To: "json"}).Convert(t.Context(), c.path(), asJSON); err != nil {
		t.Errorf("to json: %v", err)
		return
	}
	err := larder.Saver{To: c.Format}.Convert(t.Context(), asJSON, back)
	if readOnly(c.document(t, nil)) {
		if !errors.Is(err, document.ErrUnsupported) {
			t.Errorf("back from json: %v, want ErrUnsupported", err)
		}
		return
	}
	if err != nil {
		t.Errorf("back from json: %v", err)
		return
	}
	a, _ := os.ReadFile(c.path())
	b, _ := os.ReadFile(back)
	if doc := c.document(t, a); compressed(doc) {
		if content(t, doc) != content(t, c.document(t, b)) {
			t.Error("through JSON and back, the content differs")
		}
		return
	}
	if !bytes.Equal(a, b) {
		t.Errorf("through JSON and back, the file differs at byte %d of %d", firstDifference(a, b), len(a))
	}
}

// cut: a file that ends too early is an error that names file and offset or
// path, at every place that is tried; never a panic, never an answer.
func (c *caseFile) cut(t *testing.T, places int) {
	file, err := os.ReadFile(c.path())
	if err != nil {
		t.Fatal(err)
	}
	for i := range places {
		n := len(file) * i / places
		_, err := larder.Loader{}.OpenSource(t.Context(), document.Memory(c.Model, file[:n]))
		var e *document.Error
		if err == nil {
			t.Errorf("cut to %d of %d bytes it opens", n, len(file))
		} else if !errors.As(err, &e) || e.File == "" {
			t.Errorf("cut to %d bytes: the error names no file: %v", n, err)
		}
	}
}

// readOnly says whether a file has a compression that is read and not written.
func readOnly(doc document.Document) bool { return doc.Container()["compression"] == "bz2" }

func compressed(doc document.Document) bool {
	method, ok := doc.Container()["compression"]
	return ok && method != "none"
}

func (c *caseFile) document(t *testing.T, file []byte) document.Document {
	t.Helper()
	if file == nil {
		var err error
		if file, err = os.ReadFile(c.path()); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := larder.Loader{}.Parse(document.Memory(c.Model, file))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return doc
}

// content is the whole document as lossless JSON, without what the container
// adds.
func content(t *testing.T, doc document.Document) string {
	t.Helper()
	j, err := larder.Saver{To: "json"}.ConvertDocument(doc, "")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := j.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// compare holds an answer against the recorded one: dtype, shape, and values
// within the signature's tolerance.
func (c *caseFile) compare(t *testing.T, name string, call caseCall, out []larder.Named, sig *model.Signature, rec *recording, class string) {
	b, err := os.ReadFile(filepath.Join(c.dir, call.Want))
	if err != nil {
		t.Fatal(err)
	}
	want, err := npy.Read(b, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, ok := out[0].Value.(*tensor.Tensor)
	if !ok {
		if s, sparse := out[0].Value.(*tensor.Sparse); sparse {
			got = s.Dense()
		} else {
			t.Errorf("%s: a %T", name, out[0].Value)
			return
		}
	}
	m := equal(t, name, got, want, sig.Tolerance)
	method := call.Signature
	if sig.Variant != "" {
		method += "@" + sig.Variant
	}
	rec.add(class, method, m)
}

func equal(t *testing.T, name string, got, want *tensor.Tensor, tol model.Tolerance) measured {
	t.Helper()
	if got.DType() != want.DType() || !slices.Equal(got.Shape(), want.Shape()) {
		t.Errorf("%s: %v, want %v", name, got, want)
		return measured{}
	}
	if !got.DType().IsFloat() {
		for i := range got.Len() {
			if got.DType() == tensor.String && tensor.Data[string](got)[i] != tensor.Data[string](want)[i] ||
				got.DType() != tensor.String && got.Int(i) != want.Int(i) {
				t.Errorf("%s: element %d differs", name, i)
				break
			}
		}
		return measured{N: got.Len()}
	}
	m := measured{N: got.Len()}
	bad := 0
	for i := range got.Len() {
		g, w := got.Float(i), want.Float(i)
		if g == w || g != g && w != w {
			continue
		}
		d := math.Abs(g - w)
		m.MaxAbs = max(m.MaxAbs, d)
		if w != 0 {
			m.MaxRel = max(m.MaxRel, d/math.Abs(w))
		}
		if !(d <= tol.Abs+tol.Rel*math.Abs(w)) {
			if bad++; bad <= 3 {
				t.Errorf("%s: element %d is %v, want %v (off by %g; promised %g relative, %g absolute)", name, i, g, w, d, tol.Rel, tol.Abs)
			}
		}
	}
	if bad > 3 {
		t.Errorf("%s: %d of %d elements are off", name, bad, got.Len())
	}
	return m
}

// measured is the worst error seen.
type measured struct {
	MaxRel float64 `json:"max_rel"`
	MaxAbs float64 `json:"max_abs"`
	N      int     `json:"n"`
}

type recording struct {
	mu    sync.Mutex
	worst map[string]map[string]*measured
}

func (r *recording) add(class, method string, m measured) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.worst[class] == nil {
		r.worst[class] = map[string]*measured{}
	}
	w := r.worst[class][method]
	if w == nil {
		w = &measured{}
		r.worst[class][method] = w
	}
	w.MaxRel, w.MaxAbs, w.N = max(w.MaxRel, m.MaxRel), max(w.MaxAbs, m.MaxAbs), w.N+m.N
}

func (r *recording) write(t *testing.T) {
	b, err := json.MarshalIndent(r.worst, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/models/recorded.json", append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
