package jsontree

import (
	"errors"
	"math"
	"testing"

	"github.com/larder-ml/larder/document"
)

func TestBuilder(t *testing.T) {
	from := mustParse(t, []byte(`{"x":{"k\u0041":[1.50,2],"s":"\u00e9"},"y":1e3}`), Decoder{})
	b := NewBuilder(Decoder{})
	b.Object("")
	b.Float32s("a", []float32{0.1, 1, -0.25})
	b.Float64s("a64", []float64{0.1})
	b.Ints("b", []int64{1, 300, -70000, 1 << 40})
	b.Int32s("c", []int32{-1})
	b.Int64s("d", []int64{math.MinInt64})
	b.Int8s("e", []int8{-128})
	b.Uint8s("f", []uint8{255})
	b.Bools("g", []bool{true, false})
	b.Ints("h", nil)
	b.Bools("i", nil)
	b.Float32s("j", nil)
	b.Strings("k", []string{"a", "é\n", "C:\\users"})
	b.Array("l")
	b.Null("")
	b.Bool("", true)
	b.Int("", -5)
	b.Float32("", 0.1)
	b.Float64("", 0.1)
	b.Number("", "123456789012345678901234567890")
	b.String("", "\xed\xa0\x80")
	b.Object("")
	b.End()
	b.End()
	x, _ := from.At("/x")
	b.Copy("copy/of", x)
	y, _ := from.At("/y")
	b.Copy("y", y)
	b.End()
	tr, err := b.Tree()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"a":[1E-1,1E0,-2.5E-1],"a64":[1E-1],"b":[1,300,-70000,1099511627776],"c":[-1],"d":[-9223372036854775808],"e":[-128],"f":[255],"g":[true,false],` +
		`"h":[],"i":[],"j":[],"k":["a","é\n","C:\\users"],"l":[null,true,-5,1E-1,1E-1,123456789012345678901234567890,"\ud800",{}],` +
		`"copy/of":{"k\u0041":[1.50,2],"s":"\u00e9"},"y":1e3}`
	same(t, "source", written(t, tr.Root(), Source), want)
	again := mustParse(t, []byte(want), Decoder{})
	same(t, "again", written(t, again.Root(), Source), want)
	same(t, "indented", written(t, mustParse(t, []byte(written(t, tr.Root(), Indented)), Decoder{}).Root(), Source), want)
	if n, err := tr.At("/copy~1of/kA"); err != nil || n.Len() != 2 || n.Offset() != -1 || n.Path() != "/copy~1of/kA" {
		t.Error(n.Path(), err)
	}
	exercise(tr)
	// The copies share bytes with the tree that they come from, and nothing else.
	out, err := tr.Apply([]document.Edit{{Path: "/copy~1of/kA/0", Value: 9.0}})
	if err != nil || written(t, out.Root(), Source) == want || written(t, from.Root(), Source) != `{"x":{"k\u0041":[1.50,2],"s":"\u00e9"},"y":1e3}` {
		t.Error(err)
	}
}

func TestXGBoostStyleOfBuilt(t *testing.T) {
	b := NewBuilder(Decoder{Dialect: XGBoost})
	b.Object("")
	b.String("C:\\users", "\\u00e9 \\x \x07 \xed\xa0\x80")
	b.End()
	tr, err := b.Tree()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "", written(t, tr.Root(), XGBoostStyle), `{"C:\users":"\u00e9 \\x \u0007 \ud800"}`)
}

func TestBuilderRefuses(t *testing.T) {
	other := mustParse(t, []byte(`["\u0041"]`), Decoder{Dialect: XGBoost})
	for name, f := range map[string]func(b *Builder){
		"nothing":          func(b *Builder) {},
		"not closed":       func(b *Builder) { b.Object("") },
		"end of nothing":   func(b *Builder) { b.End() },
		"two roots":        func(b *Builder) { b.Null(""); b.Null("") },
		"key in an array":  func(b *Builder) { b.Array(""); b.Null("a"); b.End() },
		"key of the root":  func(b *Builder) { b.Null("a") },
		"equal keys":       func(b *Builder) { b.Object(""); b.Null("a"); b.Null("a"); b.End() },
		"no text":          func(b *Builder) { b.String("", "\xff") },
		"no text in a key": func(b *Builder) { b.Object(""); b.Null("\xff"); b.End() },
		"a pair in parts":  func(b *Builder) { b.String("", "\xed\xa0\x80\xed\xbf\xbf") },
		"no number":        func(b *Builder) { b.Number("", "1x") },
		"no node":          func(b *Builder) { b.Copy("", Node{}) },
		"another dialect":  func(b *Builder) { b.Copy("", other.Root()) },
		"too deep": func(b *Builder) {
			for range 129 {
				b.Array("")
			}
		},
	} {
		b := NewBuilder(Decoder{})
		f(b)
		var e *document.Error
		if _, err := b.Tree(); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
