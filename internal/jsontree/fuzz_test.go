package jsontree

import (
	"bytes"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

// small limits, so that a target that ignores them is found out.
var small = document.Limits{Bytes: 1 << 20, Nodes: 10_000, Depth: 40}

func FuzzJSON(f *testing.F) {
	for _, b := range goldens(f) {
		if len(b) < 6000 {
			f.Add(b)
		}
	}
	f.Add([]byte(strings.Repeat("[", 45) + strings.Repeat("]", 45)))
	for _, s := range []string{sample, `{"a":1,"\u0061":2}`, `[[[]]]`, `{"a":{"a":1}}`, `[1,2,"x"]`, `[1.5, -0e-0]`, `"\ud800\u0041"`, `[NaN,-NaN,Infinity]`, `[true,false]`, `{"":[{}]}`, `[1e400,18446744073709551616]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, d := range []Dialect{RFC8259, XGBoost} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			tr, err := Parse(b, Decoder{Dialect: d, Limits: small})
			runtime.ReadMemStats(&after)
			if made := after.TotalAlloc - before.TotalAlloc; made > 4<<20+100*uint64(len(b)) {
				t.Fatalf("%d bytes made of %d", made, len(b))
			}
			if err != nil {
				continue
			}
			exercise(tr)
			for n := range tr.All() {
				check(t, n)
			}
			for _, s := range []Style{Source, Indented, XGBoostStyle} {
				once := written(t, tr.Root(), s)
				again, err := Parse([]byte(once), Decoder{Dialect: d, Limits: small})
				if err != nil {
					if s == XGBoostStyle && d == RFC8259 {
						continue // its escapes are not those of RFC 8259
					}
					t.Fatalf("style %d: %.200q: %v", s, once, err)
				}
				if twice := written(t, again.Root(), s); twice != once {
					t.Fatalf("style %d: %.200q, then %.200q", s, once, twice)
				}
				sameShape(t, tr, again)
			}
			b := NewBuilder(Decoder{Dialect: d})
			b.Copy("", tr.Root())
			copied, err := b.Tree()
			if err != nil {
				t.Fatal(err)
			}
			if a, b := written(t, tr.Root(), Source), written(t, copied.Root(), Source); a != b {
				t.Fatalf("%.200q, copied %.200q", a, b)
			}
		}
	})
}

// check holds a node to what the parser promises.
func check(t *testing.T, n Node) {
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
	if n.Kind() == Object && len(keys) != n.Len() {
		t.Fatalf("%s: %d keys for %d children", n.Path(), len(keys), n.Len())
	}
	if n.Kind() == Numbers {
		v, err := n.Float64s(nil)
		if err != nil || len(v) != n.Len() {
			t.Fatalf("%s: %d numbers of %d, %v", n.Path(), len(v), n.Len(), err)
		}
		if !n.Integral() {
			return
		}
		for _, x := range v {
			if x != math.Trunc(x) {
				t.Fatalf("%s: %v among integers", n.Path(), x)
			}
		}
	}
}

// sameShape reports a tree that has not the same nodes.
func sameShape(t *testing.T, a, b *Tree) {
	if a.Nodes() != b.Nodes() {
		t.Fatalf("%d nodes, then %d", a.Nodes(), b.Nodes())
	}
	for i := range a.nodes {
		m, n := Node{a, uint32(i)}, Node{b, uint32(i)}
		if m.Kind() != n.Kind() || m.Len() != n.Len() || m.Key() != n.Key() && a.dialect == RFC8259 {
			t.Fatalf("%s: %s of %d, then %s: %s of %d", m.Path(), m.Kind(), m.Len(), n.Path(), n.Kind(), n.Len())
		}
	}
}

func FuzzFloat(f *testing.F) {
	for _, s := range []string{"1", "-0", "0.1", "1e-45", "16777217", "1.00000017881393432617187499", "9007199254740993", "3.4028235677973366e38", "1e22", "123456789012345e-22"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		end, integral, ok := scanNumber(b, 0)
		if !ok || end != len(b) || bytes.ContainsAny(b, "NI") {
			return
		}
		want, _ := strconv.ParseFloat(string(b), 32)
		if got, n := parseFloat32(b, 0); math.Float32bits(got) != math.Float32bits(float32(want)) || n != end {
			t.Fatalf("%s: %v, want %v", b, got, want)
		}
		want, _ = strconv.ParseFloat(string(b), 64)
		if got, n := parseFloat64(b, 0); math.Float64bits(got) != math.Float64bits(want) || n != end {
			t.Fatalf("%s: %v, want %v", b, got, want)
		}
		v, err := strconv.ParseInt(string(b), 10, 64)
		if got, _, ok := parseInt(b, 0); ok != (err == nil) || got != v && ok || ok && !integral {
			t.Fatalf("%s: %d %v, want %d %v", b, got, ok, v, err)
		}
	})
}

// FuzzBlocks holds the scanner of blocks and the one of single numbers equal.
func FuzzBlocks(f *testing.F) {
	for _, s := range []string{"1]", "1,-2.5E-1,30000]", "0,0,01]", "1.2.3]", "1e2e3]", "-]", "1,]", "1\xdd"} {
		f.Add([]byte(s), 0)
		f.Add(append(bytes.Repeat([]byte("12,"), 20), s...), 3)
		f.Add(append(bytes.Repeat([]byte("9"), 63), s...), 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, i int) {
		if i < 0 || i > len(b) {
			return
		}
		end, count, integral, ok := scanBlocks(b, i)
		end2, count2, integral2, spaces, ok2 := scanEach(b, i)
		if ok && (!ok2 || spaces || end != end2 || count != count2 || integral != integral2) {
			t.Fatalf("%q: blocks %d %d %v, each %v %d %d %v %v", b[i:], end, count, integral, ok2, end2, count2, integral2, spaces)
		}
		if ok2 && !ok && !spaces && !bytes.ContainsAny(b[i:end2], "NI") {
			t.Fatalf("%q: blocks refuse", b[i:])
		}
	})
}
