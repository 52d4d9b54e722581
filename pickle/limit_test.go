package pickle

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

func nested(open, close string, n int) []byte {
	return []byte(strings.Repeat(open, n) + strings.Repeat(close, n-1) + ".")
}

// TestLimits is the attacks that want memory, time or stack.
func TestLimits(t *testing.T) {
	small := document.Limits{Bytes: 1 << 20, Nodes: 1000}
	for _, c := range []struct {
		name string
		dec  Decoder
		src  []byte
		want error
	}{
		{"lists in lists", Decoder{}, nested("]", "a", 2000), document.ErrLimit},
		{"a million lists in lists", Decoder{}, nested("]", "a", 1_000_000), document.ErrLimit},
		{"lists grown from the outside", Decoder{}, append(bytes.Repeat([]byte("]\x94]\x94a"), 1), chain(5000)...), document.ErrLimit},
		{"tuples in tuples", Decoder{}, []byte("N" + strings.Repeat("\x85", 2000) + "."), document.ErrLimit},
		{"dicts in dicts", Decoder{}, []byte(strings.Repeat("}N", 2000) + "N" + strings.Repeat("s", 2000) + "."), document.ErrLimit},
		{"states in states", Decoder{}, []byte(strings.Repeat("cm\nC\n)\x81", 1500) + "N" + strings.Repeat("b", 1500) + "."), document.ErrLimit},
		{"calls in calls", Decoder{}, []byte("cm\nf\n" + strings.Repeat(")R", 2000) + "."), document.ErrLimit},
		{"persistent ids of persistent ids", Decoder{}, []byte("N" + strings.Repeat("Q", 2000) + "."), document.ErrLimit},
		{"depth that was allowed", Decoder{Limits: document.Limits{Depth: 3000}}, nested("]", "a", 2000), nil},
		{"marks", Decoder{}, []byte(strings.Repeat("(", 1_000_000) + "."), document.ErrCorrupt},
		{"digits", Decoder{}, []byte("L" + strings.Repeat("1", DefaultDigits+1) + "L\n."), document.ErrLimit},
		{"digits of INT", Decoder{}, []byte("I" + strings.Repeat("1", DefaultDigits+1) + "\n."), document.ErrLimit},
		{"digits that were allowed", Decoder{Digits: 200_000}, []byte("L" + strings.Repeat("1", 150_000) + "L\n."), nil},
		{"values", Decoder{Limits: small}, []byte(strings.Repeat("N0", 2000) + "N."), document.ErrLimit},
		{"memory", Decoder{Limits: document.Limits{Bytes: 1 << 16}}, []byte(strings.Repeat("N0", 20000) + "N."), document.ErrLimit},
		{"memory for text", Decoder{Limits: document.Limits{Bytes: 1 << 16}}, []byte("P" + strings.Repeat("x", 100_000) + "\n."), document.ErrLimit},
		{"length of 2^63", Decoder{}, []byte("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."), document.ErrCorrupt},
		{"length of 2^64", Decoder{}, []byte("\x8d\xff\xff\xff\xff\xff\xff\xff\xff."), document.ErrCorrupt},
		{"length of 4 GiB", Decoder{}, []byte("B\xff\xff\xff\xff."), document.ErrCorrupt},
		{"protocol 6", Decoder{}, []byte("\x80\x06N."), document.ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := c.dec.Parse(c.src)
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if err == nil && !bytes.Equal(d.Bytes(), c.src) {
				t.Error("not written as read")
			}
		})
	}
}

// chain is lists each of which gets its item only when it is an item itself.
func chain(n int) []byte {
	var b bytes.Buffer
	for range n {
		b.WriteString("h\x01]q\x01a")
	}
	b.WriteString(".")
	return b.Bytes()
}

// TestSparseMemo holds the memo's memory to what was put into it.
func TestSparseMemo(t *testing.T) {
	var src []byte
	src = append(src, ']')
	for i := range 2000 {
		src = append(src, 'r', byte(i), byte(i>>8), byte(i>>4)|0x80, 0x7f)
	}
	src = append(src, "j\x05\x00\x80\x7f\x86."...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d, err := Parse(src)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if d.Root().Item(0) != d.Root().Item(1) {
		t.Error("GET answers another value than PUT had")
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 {
		t.Errorf("%d bytes for %d of pickle", n, len(src))
	}
}

// TestLaughs parses 10^9 elements in 200 bytes, which are few values.
func TestLaughs(t *testing.T) {
	src := append([]byte("Vlol\n"), bytes.Repeat([]byte("q\x00(h\x00h\x00h\x00h\x00h\x00h\x00h\x00h\x00h\x00h\x00t"), 9)...)
	src = append(src, '.')
	d, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := Encode(d.Root(), EncodeOptions{Protocol: 1}); err != nil || len(b) > 1000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	var x any
	if err := Unmarshal(src, &x); err != nil {
		t.Error(err)
	}
}

// TestEncodeGrows stops an encoding that grows with the square of the graph: a
// tuple of lists that each hold the tuple.
func TestEncodeGrows(t *testing.T) {
	b := NewBuilder()
	lists := make([]Value, 3000)
	for i := range lists {
		lists[i] = b.List()
	}
	tuple := b.Tuple(lists...)
	for _, l := range lists {
		b.Append(l, tuple)
	}
	_, err := Encode(tuple, EncodeOptions{Protocol: 4, Limits: document.Limits{Bytes: 1 << 20}})
	if !errors.Is(err, document.ErrLimit) {
		t.Fatal(err)
	}
}

// TestUnderflow runs each opcode that takes values with fewer than it needs
// above the last mark, and with as many.
func TestUnderflow(t *testing.T) {
	needs := map[Opcode]int{opStop: 1, opDup: 1, opTuple1: 1, opTuple2: 2, opTuple3: 3, opAppend: 2, opSetitem: 3, opBuild: 2,
		opReduce: 2, opNewobj: 2, opNewobjEx: 3, opStackGlobal: 2, opBinpersid: 1, opMemoize: 1, opBinput: 1, opLongBinput: 1, opPut: 1, opReadonlyBuffer: 1}
	for op, n := range needs {
		for h := 0; h <= n; h++ {
			src := []byte("NNNNN(" + strings.Repeat("N", h))
			src = append(src, byte(op))
			switch opcodes[op].arg {
			case argU1:
				src = append(src, 0)
			case argU4:
				src = append(src, 0, 0, 0, 0)
			case argLine:
				src = append(src, "0\n"...)
			}
			_, err := Parse(append(src, "N."...))
			under := err != nil && strings.Contains(err.Error(), "above the last mark")
			if h < n && (!under || !errors.Is(err, document.ErrCorrupt)) || h == n && under {
				t.Errorf("%s on %d values: %v", op, h, err)
			}
		}
	}
	for _, op := range []Opcode{opTuple, opList, opDict, opFrozenset, opAppends, opSetitems, opAdditems, opPopMark, opObj, opInst} {
		src := append([]byte("NNN"), byte(op))
		if op == opInst {
			src = append(src, "m\nC\n"...)
		}
		if _, err := Parse(append(src, "N."...)); err == nil || !strings.Contains(err.Error(), "without a mark") {
			t.Errorf("%s: %v", op, err)
		}
	}
}
