package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

// TestApply edits every leaf of every case and reads the result back: the edit
// is there, and all other instructions are as they were.
func TestApply(t *testing.T) {
	huge, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	edits := map[Kind][]any{
		Bool: {true, false}, Int: {int64(0), int64(-1), int64(70000), int64(1) << 40, huge, 7}, BigInt: {int64(3), huge},
		Float: {0.0, -2.5, 1e300}, String: {"", "new", "\n\\é\U0001f600", strings.Repeat("z", 300)},
		Bytes: {[]byte{}, []byte("new"), bytes.Repeat([]byte{0xff}, 70000)}, ByteArray: {[]byte("x")},
	}
	for _, c := range cases(t) {
		d, err := Parse(c.Pickle)
		if err != nil || d.Len() > 50 {
			continue
		}
		for id := range d.Len() {
			v := d.At(id)
			for _, to := range edits[v.Kind()] {
				if v.Python2() {
					to = []byte(to.(string))
				}
				if v.Op() == opPersid {
					continue
				}
				e, err := d.Apply([]Edit{{v, to}})
				if err != nil {
					t.Fatalf("%s value %d: %v", c.Name, id, err)
				}
				checkEdited(t, c, d, e, id, to)
			}
		}
	}
}

func checkEdited(t *testing.T, c kase, was, d *Document, id int, to any) {
	t.Helper()
	b := d.Bytes()
	p, err := Parse(b)
	if err != nil {
		if c.By == "hand" {
			return // a name that STACK_GLOBAL takes may have become empty
		}
		t.Fatalf("%s/%s/%d value %d = %.20v: %v", c.Name, c.By, c.Protocol, id, to, err)
	}
	for _, x := range []*Document{d, p} {
		if got := text(leaf(x.At(id))); got != text(to) {
			t.Fatalf("%s value %d is %.60s, put %.60v", c.Name, id, got, to)
		}
	}
	if was.Len() != p.Len() || len(was.ins) != len(p.ins) || p.End() != d.End() {
		t.Fatalf("%s value %d: the program has changed elsewhere", c.Name, id)
	}
	for i, in := range was.ins {
		if uint32(i) != was.nodes[id].ins && in.op != opFrame && !bytes.Equal(in.appendHead(nil), p.ins[i].appendHead(nil)) {
			t.Fatalf("%s value %d: instruction %d has changed", c.Name, id, i)
		}
	}
	if at := d.At(id).Offset(); at != p.At(id).Offset() {
		t.Fatalf("%s value %d lies at %d, Offset is %d", c.Name, id, p.At(id).Offset(), at)
	}
}

func text(x any) string {
	if b, ok := x.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(x)
}

func leaf(v Value) any {
	switch v.Kind() {
	case Bool:
		return v.Bool()
	case Int, BigInt:
		return v.Big()
	case Float:
		return v.Float()
	case String:
		if v.Python2() {
			return v.Bytes()
		}
		return v.Str()
	}
	return v.Bytes()
}

func TestApplyRefuses(t *testing.T) {
	d, err := Parse([]byte("(I1\nF1.5\nVa\nNl."))
	if err != nil {
		t.Fatal(err)
	}
	other, _ := Parse([]byte("I1\n."))
	for _, e := range []Edit{{d.Root(), 1}, {d.Root().Item(0), 1.5}, {d.Root().Item(1), "x"}, {d.Root().Item(2), "\xff"},
		{d.Root().Item(2), []byte("x")}, {d.Root().Item(3), nil}, {other.Root(), 1}} {
		if _, err := d.Apply([]Edit{e}); !errors.Is(err, document.ErrInput) {
			t.Errorf("%v: %v", e.To, err)
		}
	}
	if got := string(d.Bytes()); got != "(I1\nF1.5\nVa\nNl." {
		t.Errorf("the document itself has changed: %q", got)
	}
}
