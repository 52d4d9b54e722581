package jsontree

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/document"
)

func goldens(t testing.TB) map[string][]byte {
	names, err := filepath.Glob("testdata/*.json")
	if err != nil || len(names) < 8 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = b
	}
	return files
}

func mustParse(t testing.TB, b []byte, d Decoder) *Tree {
	t.Helper()
	tr, err := Parse(b, d)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func written(t testing.TB, n Node, s Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJSON(&out, n, s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// same reports where two long texts part.
func same(t testing.TB, name, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	k := 0
	for k < len(got) && k < len(want) && got[k] == want[k] {
		k++
	}
	at := max(0, k-20)
	t.Errorf("%s: at byte %d: %.60q, want %.60q", name, k, got[min(at, len(got)):], want[min(at, len(want)):])
}

// What XGBoost wrote is written again byte for byte, from the texts and from
// the numbers.
func TestGoldens(t *testing.T) {
	for name, b := range goldens(t) {
		tr := mustParse(t, b, Decoder{Dialect: XGBoost})
		for _, s := range []Style{Source, XGBoostStyle} {
			same(t, name, written(t, tr.Root(), s), string(b))
		}
		indented := written(t, tr.Root(), Indented)
		again := mustParse(t, []byte(indented), Decoder{Dialect: XGBoost})
		same(t, name+", indented and back", written(t, again.Root(), Source), string(b))
	}
}

// Only payloads are looked at after Parse.
func TestPoisonedSource(t *testing.T) {
	for name, b := range goldens(t) {
		src := bytes.Clone(b)
		tr := mustParse(t, src, Decoder{Dialect: XGBoost})
		var payloads []string
		for n := range tr.All() {
			payloads = append(payloads, string(n.payload()))
		}
		for i := range src {
			src[i] = '#'
		}
		k := 0
		for n := range tr.All() {
			copy(n.payload(), payloads[k])
			k++
		}
		same(t, name, written(t, tr.Root(), Source), string(b))
	}
}

// A source that changes under the tree gives wrong numbers or errors, and no
// panic.
func TestChangedSource(t *testing.T) {
	for _, b := range goldens(t) {
		for _, c := range []byte{0, ',', ' ', '1', '-', '\\', 0xff} {
			src := bytes.Clone(b)
			tr := mustParse(t, src, Decoder{Dialect: RFC8259 + XGBoost})
			for i := range src {
				src[i] = c
			}
			exercise(tr)
		}
	}
}

// exercise calls everything that reads.
func exercise(tr *Tree) {
	for n := range tr.All() {
		n.Str()
		n.Text()
		n.Int()
		n.Float32()
		n.Bools(nil)
		n.Float32s(nil)
		n.Float64s(nil)
		n.Int64s(nil)
		n.Int32s(nil)
		n.Uint8s(nil)
		n.Int8s(nil)
		n.XGBoostString()
	}
	for _, s := range []Style{Source, XGBoostStyle, Indented} {
		WriteJSON(new(bytes.Buffer), tr.Root(), s)
	}
}

func TestCutAnywhere(t *testing.T) {
	for name, b := range goldens(t) {
		if len(b) > 6000 {
			b = b[:3000]
		}
		for n := range b {
			_, err := Parse(b[:n:n], Decoder{Dialect: XGBoost})
			var e *document.Error
			if !errors.Is(err, document.ErrCorrupt) || !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(n) || e.Path == "" {
				t.Fatalf("%s cut at %d: %v", name, n, err)
			}
		}
	}
}
