package pickle

import (
	"fmt"
	"testing"
)

func encoded(b *testing.B, root Value, p int) []byte {
	src, err := Encode(root, EncodeOptions{Protocol: p})
	if err != nil {
		b.Fatal(err)
	}
	return src
}

// million is a dict of a million str to int, a list of a million 3-tuples and a
// list of bytes that are most of the file.
func million(b *testing.B) map[string][]byte {
	n := 1_000_000
	d, t, f := NewBuilder(), NewBuilder(), NewBuilder()
	var entries, tuples, blobs []Value
	for i := range n {
		entries = append(entries, d.Str(fmt.Sprintf("key%d", i)), d.Int(int64(i)))
		tuples = append(tuples, t.Tuple(t.Int(int64(i)), t.Int(int64(i+1)), t.Str(fmt.Sprint(i))))
	}
	for range 100 {
		blobs = append(blobs, f.Bytes(make([]byte, 1<<20)))
	}
	return map[string][]byte{
		"dict":   encoded(b, d.Dict(entries...), 4),
		"tuples": encoded(b, t.List(tuples...), 4),
		"blobs":  encoded(b, f.List(blobs...), 5),
		"text":   encoded(b, d.Dict(entries...), 0),
	}
}

func BenchmarkParse(b *testing.B) {
	for name, src := range million(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	for name, src := range million(b) {
		d, err := Parse(src)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				d.Bytes()
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for name, src := range million(b) {
		d, err := Parse(src)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := Encode(d.Root(), EncodeOptions{Protocol: 4}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMarshal(b *testing.B) {
	m := map[string]int{}
	for i := range 100_000 {
		m[fmt.Sprintf("key%d", i)] = i
	}
	src, err := Marshal(m)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Marshal", func(b *testing.B) {
		for b.Loop() {
			if _, err := Marshal(m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Unmarshal", func(b *testing.B) {
		for b.Loop() {
			var out map[string]int
			if err := Unmarshal(src, &out); err != nil {
				b.Fatal(err)
			}
		}
	})
}
