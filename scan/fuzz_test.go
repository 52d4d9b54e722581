package scan

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/document"
)

func bomb(t testing.TB) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(bytes.Repeat([]byte{'0'}, 8<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// FuzzScan: no bytes make a scan panic, and bytes with a call of something
// unlisted appended to a valid pickle's middle are never safe.
func FuzzScan(f *testing.F) {
	for _, dir := range []string{"pickle", "container", "joblib", "npy", "harmless"} {
		list, _ := filepath.Glob(filepath.Join(hostile, dir, "*"))
		for _, name := range list {
			if b, err := os.ReadFile(name); err == nil && len(b) < 4096 {
				f.Add(b)
			}
		}
	}
	s := Scanner{Allow: NewAllowList(nil, frameworkClasses), Limits: document.Limits{Bytes: 16 << 20, Nodes: 1 << 18}}
	prefix := []byte("\x80\x04cos\nsystem\n(S'true'\ntR0")
	f.Fuzz(func(t *testing.T, b []byte) {
		s.Bytes(context.Background(), "fuzz", b)
		r := s.Bytes(context.Background(), "fuzz", append(bytes.Clone(prefix), b...))
		if v := r.Files[0].Verdict; v == nil || *v != document.Dangerous {
			t.Errorf("a call and then %q is %+v", b, r.Files[0])
		}
	})
}
