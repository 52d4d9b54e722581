package pickle

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// poison overwrites every byte of src that is no payload of the document.
func poison(d *Document, src []byte) {
	keep := make([]bool, len(src))
	for _, in := range d.ins {
		if in.src == inSource {
			for i := range in.len() {
				keep[int64(in.a)+i] = true
			}
		}
	}
	for i := range d.foreign {
		b := &d.foreign[i]
		if b.nested != nil {
			for _, in := range b.nested.ins {
				if in.src == inSource {
					for k := range in.len() {
						keep[int64(b.at)+int64(in.a)+k] = true
					}
				}
			}
			continue
		}
		for k := range b.n {
			keep[int64(b.at)+k] = true
		}
	}
	for i := range src {
		if !keep[i] {
			src[i] = 0xa5
		}
	}
}

// checkWrite holds the law that what is written is what was read, whatever
// became of the bytes between the payloads.
func checkWrite(t *testing.T, data []byte) {
	t.Helper()
	src := bytes.Clone(data)
	d, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	at := int64(0)
	for op := range d.Ops() {
		if op.Offset != at {
			t.Fatalf("%s at %d, expected at %d", op.Name, op.Offset, at)
		}
		at += op.Size
	}
	if at != d.End() {
		t.Fatalf("program of %d bytes, End is %d", at, d.End())
	}
	poison(d, src)
	if got := d.Bytes(); !bytes.Equal(got, data[:d.End()]) {
		t.Fatalf("wrote %q\nread  %q", clip(got), clip(data))
	}
}

func clip(b []byte) []byte { return b[:min(len(b), 200)] }

// TestWriteModels holds the law on every real pickle of the repository.
func TestWriteModels(t *testing.T) {
	files, _ := filepath.Glob("../testdata/models/*/*/*.pkl")
	if len(files) == 0 {
		t.Fatal("no models")
	}
	for _, f := range files {
		t.Run(f, func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			checkWrite(t, data)
		})
	}
}
