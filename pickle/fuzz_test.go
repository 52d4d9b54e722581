package pickle

import (
	"bytes"
	"math"
	"math/big"
	"runtime"
	"testing"

	"github.com/larder-ml/larder/document"
)

// FuzzParse: no panic, memory in proportion to the file, and what parses comes
// out of its program again, poisoned or not. What encodes is the same graph.
func FuzzParse(f *testing.F) {
	for _, c := range cases(f) {
		if len(c.Pickle) < 3000 {
			f.Add(c.Pickle)
		}
	}
	f.Add(nested("]", "a", 3000))
	f.Add([]byte("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."))
	f.Add([]byte("(lp0\n(g0\n(g0\ntp1\na0g1\n."))
	f.Fuzz(func(t *testing.T, src []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, err := Parse(src)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > uint64(len(src))*1000+4<<20 {
			t.Fatalf("%d bytes for a pickle of %d", n, len(src))
		}
		if err != nil {
			var e *document.Error
			if !isSentinel(err, &e) || e.Offset < 0 || e.Offset > int64(len(src)) {
				t.Fatalf("%v", err)
			}
			return
		}
		look(d)
		end := d.End()
		again := d.Bytes()
		if !bytes.Equal(again, src[:end]) {
			t.Fatalf("wrote %q", clip(again))
		}
		poisoned := bytes.Clone(src)
		d, err = Parse(poisoned)
		if err != nil {
			t.Fatal(err)
		}
		poison(d, poisoned)
		if !bytes.Equal(d.Bytes(), again) {
			t.Fatal("the program leans on bytes that are no payload")
		}
		for p := 0; p <= 5; p += 1 + len(src)%3 {
			checkReencode(t, d, p)
		}
	})
}

// checkReencode encodes a graph and parses what comes: the same once more.
func checkReencode(t *testing.T, d *Document, p int) {
	opt := EncodeOptions{Protocol: p, Limits: document.Limits{Bytes: 1 << 20}}
	b, err := Encode(d.Root(), opt)
	if err != nil {
		return
	}
	deep := Decoder{Limits: document.Limits{Depth: 1 << 20}}
	e, err := deep.Parse(b)
	if err != nil {
		t.Fatalf("protocol %d: %v in %q", p, err, clip(b))
	}
	b2, err := Encode(e.Root(), opt)
	if err != nil {
		t.Fatalf("protocol %d: %v", p, err)
	}
	e2, err := deep.Parse(b2)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := canonicalDump(e), canonicalDump(e2); a != b {
		t.Fatalf("protocol %d:\n%s\n%s", p, a, b)
	}
}

// canonicalDump is the graph as text, or "" where it is too deep for a test
// helper that recurses, or too large.
func canonicalDump(d *Document) string {
	if d.Len() > 3000 || d.checkDepth(300) != nil {
		return ""
	}
	return dump(d.Root())
}

// look calls every method of every value.
func look(d *Document) {
	for i := range d.Len() {
		v := d.At(i)
		v.Bool()
		v.Int()
		v.Float()
		v.Str()
		v.Class()
		v.Global()
		v.Size()
		v.Offset()
		v.PayloadOffset()
		v.State()
		v.Kwargs()
		v.Viewed()
		v.Buffer()
		v.PersistentID()
		v.Raw()
		v.Lookup("a")
		if v.Kind() == BigInt && len(v.instr().op.String()) > 0 {
			v.Big()
		}
		if n := v.Len(); n > 0 && v.Kind() >= List && v.Kind() <= FrozenSet && v.Kind() != Dict {
			v.Item(n - 1)
		}
		for range v.Items() {
		}
		for range v.Entries() {
		}
		for range v.Steps() {
		}
	}
	for op := range d.Ops() {
		op.Arg()
	}
	for range d.Events() {
	}
	var x any
	_ = d.Root().Go(&x)
}

// FuzzEncode builds a graph from the fuzzer's bytes, encodes it by every
// pickler and protocol and parses it: the graph is the same.
func FuzzEncode(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"), uint8(4))
	f.Add(bytes.Repeat([]byte{8, 9, 10, 1}, 40), uint8(0))
	f.Add(bytes.Repeat([]byte{0x11, 0x22, 0x33}, 500), uint8(5))
	f.Fuzz(func(t *testing.T, script []byte, how uint8) {
		root := buildFrom(script)
		p := int(how % 6)
		pickler := CPythonC + Pickler(how/6%2)
		b, err := Encode(root, EncodeOptions{Protocol: p, Pickler: pickler, Limits: document.Limits{Bytes: 1 << 22}})
		if err != nil {
			return
		}
		d, err := Decoder{Limits: document.Limits{Depth: 1 << 20}}.Parse(b)
		if err != nil {
			t.Fatalf("%v in %q", err, clip(b))
		}
		if p == 5 {
			if c, _ := d.Canonical(); c == 0 {
				t.Fatalf("not canonical: %q", clip(b))
			}
			if got, want := canonicalDump(d), dumpIf(root, len(script)); got != want && want != "" && got != "" {
				t.Fatalf("%s\n%s", got, want)
			}
		}
		if !bytes.Equal(d.Bytes(), b) {
			t.Fatal("not written as encoded")
		}
	})
}

func dumpIf(v Value, n int) string {
	if n > 1000 || v.d.checkDepth(300) != nil {
		return ""
	}
	return dump(v)
}

// buildFrom makes a graph: each byte makes a value of those made before or
// fills one.
func buildFrom(script []byte) Value {
	b := NewBuilder()
	made := []Value{b.List()}
	pick := func(c byte) Value { return made[len(made)-1-int(c>>4)%len(made)] }
	text := func(c byte) string { return string(rune('a'+c>>4)) + "é\n\\" }
	for i, c := range script {
		at := pick(c)
		var v Value
		switch c & 0x0f {
		case 0:
			v = b.None()
		case 1:
			v = b.Int(int64(int8(c)) << (i % 60))
		case 2:
			v = b.Big(new(big.Int).Lsh(big.NewInt(int64(int8(c))|1), uint(i)*7%3000))
		case 3:
			v = b.Float(math.Ldexp(float64(int8(c)), i%40-20))
		case 4:
			v = b.Str(text(c))
		case 5:
			v = b.Bytes(script[:i%300])
		case 6:
			v = b.ByteArray(script[:i%40])
		case 7:
			v = b.List(at, made[0])
		case 8:
			v = b.Tuple(made[max(0, len(made)-int(c>>4)%6):]...)
		case 9:
			v = b.Dict(b.Str(text(c)), at)
		case 10:
			v = b.New(b.Global("m", text(c)), b.Tuple(at))
		case 11:
			v = b.Reduce(b.Global("m.n", "f"), b.Tuple(at, made[0]))
		case 12:
			v = b.Set(b.Int(int64(i)), b.Int(int64(c)))
		case 13: // fill
			switch at.Kind() {
			case List:
				b.Append(at, made[len(made)-1], at)
			case Dict:
				b.SetItem(at, b.Int(int64(i)), made[len(made)-1])
			case Instance:
				if !at.State().IsValid() {
					b.Build(at, made[len(made)-1])
				}
			}
			continue
		case 14:
			v = b.Bool(c&0x10 != 0)
		case 15:
			v = b.FrozenSet(b.Int(int64(i)), b.Int(int64(c)))
		}
		made = append(made, v)
	}
	return b.Tuple(made[len(made)-1], made[0], made[len(made)/2])
}

// FuzzUnmarshal: no panic for any pickle and a type of every sort.
func FuzzUnmarshal(f *testing.F) {
	if b, err := Marshal(every{}); err == nil {
		f.Add(b)
	}
	if b, err := Marshal(&tree{}); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var (
			x any
			e every
			r *tree
		)
		_ = Unmarshal(src, &e)
		_ = Unmarshal(src, &r)
		if err := Unmarshal(src, &x); err == nil {
			if b, err := Marshal(e); err != nil || Unmarshal(b, &e) != nil {
				t.Fatal(err)
			}
		}
	})
}
