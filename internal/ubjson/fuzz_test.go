package ubjson

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
)

// small limits, so that a target that ignores them is found out.
var small = document.Limits{Bytes: 1 << 20, Nodes: 10_000, Depth: 40}

func FuzzUBJSON(f *testing.F) {
	for _, b := range goldens(f) {
		if len(b) < 6000 {
			f.Add(b)
		}
	}
	for _, s := range []string{"Z", "{}", "[]", "[#" + l2 + "TF", "[#i\x02Z[]", "[i\x01d\x00\x00\x00\x00]", "{#i\x01i\x01aZ", "[$d#" + l1 + "\x00\x00\x00\x00",
		"[$d#L\x40\x00\x00\x00\x00\x00\x00\x00", "{i\x01aZi\x01aZ}", "[$U#i\x01", "Si\x01", "[#i\x01", strings.Repeat("[", 45) + strings.Repeat("]", 45), strings.Repeat("{i\x01a", 45) + "Z" + strings.Repeat("}", 45),
		"[$D#i\x01\x00\x00\x00\x00\x00\x00\x00\x00", "Si\x01x", "SI\x00\x01x", "[[[[]]]]", "[$L#L\x7f\xff\xff\xff\xff\xff\xff\xff", "[#L\x00\x00\x01\x00\x00\x00\x00\x00ZZ"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		tr, err := Parse(b, jsontree.Decoder{Limits: small})
		runtime.ReadMemStats(&after)
		if made := after.TotalAlloc - before.TotalAlloc; made > 4<<20+100*uint64(len(b)) {
			t.Fatalf("%d bytes made of %d", made, len(b))
		}
		if err != nil {
			return
		}
		for n := range tr.All() {
			check(t, n)
		}
		exercise(tr)
		if got := written(t, tr.Root()); !bytes.Equal(got, b) {
			t.Fatalf("%.200q, then %.200q", b, got)
		}
		// To JSON and back nothing is lost but the types.
		for _, s := range []jsontree.Style{jsontree.Source, jsontree.XGBoostStyle, jsontree.Indented} {
			var text bytes.Buffer
			if err := jsontree.WriteJSON(&text, tr.Root(), s); err != nil {
				t.Fatal(err)
			}
			back, err := jsontree.Parse(text.Bytes(), jsontree.Decoder{Dialect: jsontree.XGBoost})
			if err != nil {
				t.Fatalf("%.200q: %v", text.Bytes(), err)
			}
			if back.Nodes() != tr.Nodes() {
				t.Fatalf("%d nodes, then %d", tr.Nodes(), back.Nodes())
			}
		}
	})
}

// check holds a node to what the parser promises.
func check(t *testing.T, n jsontree.Node) {
	deep := 0
	for p := n.Parent(); p.Valid(); p = p.Parent() {
		deep++
	}
	if deep > small.Depth {
		t.Fatalf("%s: %d deep", n.Path(), deep)
	}
	keys := map[string]bool{}
	for c := range n.Children() {
		keys[c.Key()] = true
	}
	if n.Kind() == jsontree.Object && len(keys) != n.Len() {
		t.Fatalf("%s: %d keys for %d children", n.Path(), len(keys), n.Len())
	}
	if n.Kind() == jsontree.Numbers {
		if v, err := n.Float64s(nil); err != nil || len(v) != n.Len() {
			t.Fatalf("%s: %d numbers of %d, %v", n.Path(), len(v), n.Len(), err)
		}
	}
}
