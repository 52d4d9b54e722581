package npy

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

func golden(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func written(t testing.TB, v *tensor.Tensor) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, v); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// Every golden file, read and written again, is the plain file of its name.
func TestGoldens(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.npy")
	if len(files) < 60 {
		t.Fatalf("%d goldens", len(files))
	}
	for _, path := range files {
		file := filepath.Base(path)
		t.Run(file, func(t *testing.T) {
			v, err := Read(golden(t, file), document.Limits{})
			if strings.HasPrefix(file, "bad_") {
				if !errors.Is(err, document.ErrUnsupported) {
					t.Fatalf("%v", err)
				}
				t.Log(err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			name, _, _ := strings.Cut(file, ".")
			if !bytes.Equal(written(t, v), golden(t, name+".npy")) {
				t.Error("differs")
			}
		})
	}
}

func TestValues(t *testing.T) {
	v, err := Read(golden(t, "cube.fortran.npy"), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range tensor.Data[float32](v) {
		if x != float32(i) {
			t.Fatalf("element %d is %v", i, x)
		}
	}
	v, err = Read(golden(t, "text.big.npy"), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tensor.Data[string](v), "|"); got != "|é|abc|日本語\U0001f600|a\x00b|x" {
		t.Errorf("%q", got)
	}
}

func TestNoCopy(t *testing.T) {
	mem := tensor.New(tensor.Float64, 64).Bytes() // aligned
	b := AppendHeader(mem[:0], "<f8", []int{2, 3})
	b = b[:len(b)+48]
	v, err := Read(b, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b[128] = 1
	if v.Bytes()[0] != 1 {
		t.Error("the array was copied")
	}
}

func TestBadUTF8IsBytes(t *testing.T) {
	b := written(t, tensor.Of([]string{"\xff\xfe", "a"}))
	if !bytes.Contains(b, []byte("'|S2'")) {
		t.Errorf("%q", b[:40])
	}
	v, err := Read(b, document.Limits{})
	if err != nil || tensor.Data[string](v)[0] != "\xff\xfe" {
		t.Error(v, err)
	}
}

func TestRefused(t *testing.T) {
	head := func(text string) []byte { return []byte("\x93NUMPY\x01\x00" + string(byte(len(text))) + "\x00" + text) }
	for _, c := range []struct {
		name string
		b    []byte
		want error
	}{
		{"empty", nil, document.ErrFormat},
		{"magic only", []byte(magic), document.ErrCorrupt},
		{"version", []byte(magic + "\x04\x00\x00\x00"), document.ErrUnsupported},
		{"no dictionary", head("[1, 2]"), document.ErrCorrupt},
		{"two keys", head("{'descr': '<f8', 'shape': (1,)}"), document.ErrCorrupt},
		{"a fourth key", head("{'descr': '<f8', 'fortran_order': False, 'shape': (), 'x': 1}"), document.ErrCorrupt},
		{"a key twice", head("{'descr': '<f8', 'descr': '<f8', 'shape': ()}"), document.ErrCorrupt},
		{"negative length", head("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), document.ErrCorrupt},
		{"no tuple", head("{'descr': '<f8', 'fortran_order': False, 'shape': (1)}"), document.ErrCorrupt},
		{"huge", head("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}"), document.ErrCorrupt},
		{"more than is there", head("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}"), document.ErrCorrupt},
		{"width overflow", head("{'descr': '<U9999999999', 'fortran_order': False, 'shape': (1,)}"), document.ErrUnsupported},
		{"text of no width", head("{'descr': '<U0', 'fortran_order': False, 'shape': (999999999,)}"), document.ErrLimit},
		{"sign", head("{'descr': '<f+8', 'fortran_order': False, 'shape': ()}"), document.ErrUnsupported},
		{"no code point", append(head("{'descr': '<U1', 'fortran_order': False, 'shape': ()}"), 0, 0, 0, 1), document.ErrCorrupt},
		{"surrogate", append(head("{'descr': '<U1', 'fortran_order': False, 'shape': ()}"), 0, 0xd8, 0, 0), document.ErrUnsupported},
		{"bytes after", append(head("{'descr': '|i1', 'fortran_order': False, 'shape': ()}"), 1, 2), document.ErrCorrupt},
	} {
		if _, err := Read(c.b, document.Limits{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if v, err := Read(head("{'fortran_order':False,\"descr\":\"<f8\",'shape':(0L, 3L,)}"), document.Limits{}); err != nil || v.Dim(1) != 3 {
		t.Error(v, err)
	}
	if err := Write(&bytes.Buffer{}, tensor.New(tensor.BFloat16, 1)); !errors.Is(err, document.ErrUnsupported) {
		t.Error(err)
	}
}

// A file cut anywhere is an error.
func TestCut(t *testing.T) {
	for _, name := range []string{"cube.fortran.npy", "text.npy", "scalar.npy"} {
		b := golden(t, name)
		for n := range len(b) {
			if _, err := Read(b[:n:n], document.Limits{}); err == nil {
				t.Fatalf("%s cut at %d", name, n)
			}
		}
	}
	for _, name := range []string{"several.npz", "packed.npz", "csr.npz"} {
		b := golden(t, name)
		for n := range len(b) {
			a, err := OpenArchive(b[:n:n], document.Limits{})
			if err == nil {
				t.Fatalf("%s cut at %d: %v", name, n, a.Names())
			}
		}
	}
}

func TestHeaderVersion2(t *testing.T) {
	b := AppendHeader(nil, "|S"+strings.Repeat("1", 66000), []int{1})
	if b[6] != 2 || len(b)%64 != 0 {
		t.Errorf("version %d, %d bytes", b[6], len(b))
	}
}

func TestBoolIsZeroOrOne(t *testing.T) {
	b := append(AppendHeader(nil, "|b1", []int{2}), 0, 7)
	v, err := Read(b, document.Limits{})
	if err != nil || v.Bytes()[1] != 1 || b[len(b)-1] != 7 {
		t.Error(v, err)
	}
}

func FuzzNPY(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.npy")
	for _, path := range files {
		f.Add(golden(f, filepath.Base(path)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := Read(b, document.Limits{Bytes: 1 << 24})
		if err != nil {
			return
		}
		once := written(t, v)
		w, err := Read(once, document.Limits{Bytes: 1 << 26})
		if err != nil {
			if errors.Is(err, document.ErrLimit) {
				return
			}
			t.Fatal(err)
		}
		if !bytes.Equal(written(t, w), once) {
			t.Error("write, read, write is no fixpoint")
		}
	})
}

func BenchmarkFortran(b *testing.B) {
	shape := []int{2000, 500}
	src, dst := make([]byte, 8e6), make([]byte, 8e6)
	b.SetBytes(8e6)
	for b.Loop() {
		reorderBytes(dst, src, 8, shape)
	}
}
