package pickle

import (
	"errors"
	"testing"

	"github.com/larder-ml/larder/document"
)

// TestBuilder makes every kind of value and reads it back.
func TestBuilder(t *testing.T) {
	b := NewBuilder()
	l := b.List(b.None(), b.Bool(true), b.Int(-3), b.Big(bigOf("99999999999999999999")), b.Float(2.5), b.Str("s"),
		b.Bytes([]byte("b")), b.ByteArray([]byte("a")), b.Python2Str([]byte{0xe9}))
	d := b.Dict(b.Str("k"), l)
	b.SetItem(d, b.Str("me"), d)
	obj := b.New(b.Global("m", "C"), b.Tuple())
	b.Append(obj, b.Int(1))
	b.SetItem(obj, b.Int(2), b.Int(3))
	b.Build(obj, d)
	b.Setter(obj, b.Global("m", "set"), b.Int(4))
	root := b.Tuple(obj, b.Set(b.Int(1)), b.FrozenSet(b.Int(2)), b.Reduce(b.Text("m", "f"), b.Tuple(obj)),
		b.NewEx(b.Global("m", "C"), b.Tuple(), b.Dict(b.Str("x"), b.Int(1))), b.Old(ByObj, b.Global("m", "Old"), b.Tuple(b.Int(1))),
		b.Old(ByInst, b.Text("m", "Old"), b.Tuple()), b.Persistent(b.Str("id")), b.Ext(300), b.Buffer(0), b.ReadOnly(b.Buffer(1)))
	want := dump(root)
	for _, p := range []Pickler{CPythonC, CPythonPy} {
		src, err := Encode(root, EncodeOptions{Protocol: 5, Pickler: p})
		if err != nil {
			t.Fatal(err)
		}
		q, err := Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(q.Root()); got != want {
			t.Errorf("%s\n%s", got, want)
		}
		if c, _ := q.Canonical(); c == 0 {
			t.Error("not canonical")
		}
	}
	if obj.Offset() != -1 || l.Item(5).PayloadOffset() != -1 || obj.Document().Root().IsValid() {
		t.Error("a value of a builder has a place")
	}
}

func TestBuilderMisuse(t *testing.T) {
	for name, use := range map[string]func(b *Builder) Value{
		"another's value":   func(b *Builder) Value { return b.List(NewBuilder().None()) },
		"text":              func(b *Builder) Value { return b.Str("\xff") },
		"odd entries":       func(b *Builder) Value { return b.Dict(b.None()) },
		"arguments":         func(b *Builder) Value { return b.Reduce(b.Global("m", "f"), b.List()) },
		"extension code":    func(b *Builder) Value { return b.Ext(0) },
		"foreign stateless": func(b *Builder) Value { v := b.List(); b.Foreign(v, ForeignBytes{}, nil); return v },
		"no value":          func(b *Builder) Value { return Value{} },
	} {
		if _, err := Encode(use(NewBuilder()), EncodeOptions{}); !errors.Is(err, document.ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
