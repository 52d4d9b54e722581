package ubjson

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// The models are beside jsontree: the same ones in both formats.
const models = "../jsontree/testdata/"

func goldens(t testing.TB) map[string][]byte {
	names, err := filepath.Glob(models + "*.ubj")
	if err != nil || len(names) < 10 {
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

func mustParse(t testing.TB, b []byte) *jsontree.Tree {
	t.Helper()
	tr, err := Parse(b, jsontree.Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func written(t testing.TB, n jsontree.Node) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, n); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// same reports where two long files part.
func same(t testing.TB, name string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	k := 0
	for k < len(got) && k < len(want) && got[k] == want[k] {
		k++
	}
	at := max(0, k-20)
	t.Errorf("%s: at byte %d: %.60q, want %.60q", name, k, got[min(at, len(got)):], want[min(at, len(want)):])
}

// What XGBoost wrote is written again byte for byte.
func TestGoldens(t *testing.T) {
	for name, b := range goldens(t) {
		same(t, name, written(t, mustParse(t, b).Root()), b)
	}
}

// typeOf is the type that XGBoost's model gives a list when it writes UBJSON.
func typeOf(n jsontree.Node) tensor.DType {
	types := map[string]tensor.DType{
		"base_weights": tensor.Float32, "leaf_weights": tensor.Float32, "loss_changes": tensor.Float32, "split_conditions": tensor.Float32,
		"sum_hessian": tensor.Float32, "ti+": tensor.Float32, "tj-": tensor.Float32, "weights": tensor.Float32,
		"categories": tensor.Int32, "categories_nodes": tensor.Int32, "feature_segments": tensor.Int32, "left_children": tensor.Int32,
		"offsets": tensor.Int32, "parents": tensor.Int32, "right_children": tensor.Int32, "sorted_idx": tensor.Int32, "split_indices": tensor.Int32,
		"categories_segments": tensor.Int64, "categories_sizes": tensor.Int64,
		"default_left": tensor.Uint8, "split_type": tensor.Uint8,
	}
	if n.Key() != "values" {
		return types[n.Key()]
	}
	if kind, ok := n.Parent().Get("type"); ok { // see CatIndexType in XGBoost's cat_container.cc
		if k, _ := kind.Int(); k == 15 {
			return tensor.Int64
		}
		return tensor.Invalid
	}
	return tensor.Int8
}

// Each model in the other format is what XGBoost makes of it.
func TestBetweenFormats(t *testing.T) {
	for name, want := range goldens(t) {
		source, hasJSON := strings.CutSuffix(name, ".ubj")
		if source, _ = strings.CutSuffix(source, ".json-to"); source == "snapshot" {
			continue
		}
		text, err := os.ReadFile(models + source + ".json")
		if err != nil || !hasJSON {
			t.Fatal(name, err)
		}
		loaded := name == source+".json-to.ubj"
		if _, err := os.Stat(models + source + ".json-to.ubj"); loaded || err != nil {
			tr, err := jsontree.Parse(text, jsontree.Decoder{Dialect: jsontree.XGBoost})
			if err != nil {
				t.Fatal(err)
			}
			if tr, err = tr.Retype(typeOf); err != nil {
				t.Fatal(err)
			}
			same(t, source+" from JSON", written(t, tr.Root()), want)
		}
		var out bytes.Buffer
		if err := jsontree.WriteJSON(&out, mustParse(t, want).Root(), jsontree.XGBoostStyle); err != nil {
			t.Fatal(err)
		}
		same(t, name+" to JSON", out.Bytes(), text)
	}
}

// Only payloads are looked at after Parse.
func TestPoisonedSource(t *testing.T) {
	for name, b := range goldens(t) {
		src := bytes.Clone(b)
		tr := mustParse(t, src)
		var payloads []string
		for n := range tr.All() {
			payloads = append(payloads, string(n.Layout().Payload))
		}
		for i := range src {
			src[i] = 0xa5
		}
		k := 0
		for n := range tr.All() {
			copy(n.Layout().Payload, payloads[k])
			k++
		}
		same(t, name, written(t, tr.Root()), b)
	}
}

// A source that changes under the tree gives wrong numbers or errors, and no
// panic.
func TestChangedSource(t *testing.T) {
	for _, b := range goldens(t) {
		for _, c := range []byte{0, 'L', 'd', 'T', 0xff} {
			src := bytes.Clone(b)
			tr := mustParse(t, src)
			for i := range src {
				src[i] = c
			}
			exercise(tr)
		}
	}
}

// exercise calls everything that reads.
func exercise(tr *jsontree.Tree) {
	for n := range tr.All() {
		n.Str()
		n.Text()
		n.Bools(nil)
		n.Float32s(nil)
		n.Float64s(nil)
		n.Int64s(nil)
		n.Uint8s(nil)
	}
	Write(new(bytes.Buffer), tr.Root())
	jsontree.WriteJSON(new(bytes.Buffer), tr.Root(), jsontree.XGBoostStyle)
	jsontree.WriteJSON(new(bytes.Buffer), tr.Root(), jsontree.Indented)
}

func TestCutAnywhere(t *testing.T) {
	for name, b := range goldens(t) {
		for n := range b[:min(len(b), 4000)] {
			_, err := Parse(b[:n:n], jsontree.Decoder{})
			var e *document.Error
			if !errors.Is(err, document.ErrCorrupt) || !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(n) || e.Path == "" {
				t.Fatalf("%s cut at %d: %v", name, n, err)
			}
		}
	}
}
