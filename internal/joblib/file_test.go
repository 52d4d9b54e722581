package joblib

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/pickle"
)

// TestModels holds the laws on every real file of the repository: what is
// written is what was read, and the content survives every compression.
func TestModels(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/models/*/*/*.joblib")
	pickles, _ := filepath.Glob("../../testdata/models/*/*/*.pkl")
	if len(files) == 0 {
		t.Skip("no models yet")
	}
	for _, name := range append(files, pickles...) {
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			checkFile(t, src)
		})
	}
}

func checkFile(t *testing.T, src []byte) *File {
	t.Helper()
	f, err := Parse(src, pickle.Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), src) {
		t.Fatalf("wrote %d bytes that differ from the %d read", out.Len(), len(src))
	}
	for i := range f.Pickle.Len() {
		v := f.Pickle.At(i)
		if ok, _ := isWrapper(v); !ok {
			continue
		}
		a, ok := ArrayOf(v)
		if !ok {
			t.Fatalf("value %d is a wrapper and no array", i)
		}
		if a.Objects == nil && a.Offset >= 0 && !bytes.Equal(f.stream[a.Offset:a.Offset+int64(len(a.Bytes))], a.Bytes) {
			t.Fatalf("array at %d is elsewhere", a.Offset)
		}
	}
	return f
}
