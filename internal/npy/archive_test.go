package npy

import (
	"archive/zip"
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

func open(t testing.TB, name string) *Archive {
	t.Helper()
	a, err := OpenArchive(golden(t, name), document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func pack(t testing.TB, m []Member) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := WriteArchive(&buf, m); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestArchiveIsNumpys(t *testing.T) {
	for _, name := range []string{"several.npz", "positional.npz"} {
		a := open(t, name)
		var m []Member
		for _, n := range a.Names() {
			v, err := a.Read(n)
			if err != nil {
				t.Fatal(err)
			}
			m = append(m, Member{Name: n, Value: v})
		}
		if !bytes.Equal(pack(t, m), golden(t, name)) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestPacked(t *testing.T) {
	a := open(t, "packed.npz")
	if x, err := a.Read("x"); err != nil || x.Len() != 4000 {
		t.Error(x, err)
	}
	if _, err := a.Read("z"); !errors.Is(err, document.ErrInput) {
		t.Error(err)
	}
}

func TestSparse(t *testing.T) {
	for _, name := range []string{"csr.npz", "csr.packed.npz", "csr.array.npz", "csr.csc.npz", "csr.coo.npz", "wide.npz"} {
		a := open(t, name)
		if !a.HasSparse("") {
			t.Fatal(name)
		}
		s, err := a.Sparse("")
		if err != nil {
			t.Fatal(name, err)
		}
		if got := tensor.Data[float64](s.Dense()); !slices.Equal(got, []float64{0, 2.5, 0, 0, 0, 0, 1, 0, -3}) {
			t.Errorf("%s: %v", name, got)
		}
		want := "csr.npz"
		if name == "wide.npz" {
			want = name
		}
		if !bytes.Equal(pack(t, SparseMembers("", s)), golden(t, want)) {
			t.Errorf("%s: written, it is not scipy's %s", name, want)
		}
	}
	if _, err := open(t, "bad_dia.npz").Sparse(""); !errors.Is(err, document.ErrUnsupported) {
		t.Error(err)
	}
}

func TestSparseRefused(t *testing.T) {
	good := func() map[string]*tensor.Tensor {
		return map[string]*tensor.Tensor{
			"format": tensor.Scalar("csr"), "shape": tensor.Of([]int64{2, 3}), "data": tensor.Of([]float64{1, 2}),
			"indptr": tensor.Of([]int32{0, 1, 2}), "indices": tensor.Of([]int32{0, 2}),
		}
	}
	for _, c := range []struct {
		key  string
		v    *tensor.Tensor
		want error
	}{
		{"shape", tensor.Of([]int64{2}), document.ErrUnsupported},
		{"shape", tensor.Of([]int64{-2, 3}), document.ErrCorrupt},
		{"shape", tensor.Of([]int64{2, 2}), document.ErrCorrupt},
		{"format", tensor.Scalar(1.5), document.ErrCorrupt},
		{"format", tensor.Scalar("lil"), document.ErrUnsupported},
		{"indptr", tensor.Of([]int32{0, 2, 1}), document.ErrCorrupt},
		{"indptr", tensor.Of([]int32{0, 2}), document.ErrCorrupt},
		{"indptr", tensor.Of([]int32{0, 1, 9}), document.ErrCorrupt},
		{"indices", tensor.Of([]int32{0, -1}), document.ErrCorrupt},
		{"indices", tensor.Of([]int32{0}), document.ErrCorrupt},
		{"data", tensor.Of([]string{"a", "b"}), document.ErrUnsupported},
	} {
		var m []Member
		for k, v := range good() {
			if k == c.key {
				v = c.v
			}
			m = append(m, Member{Name: k, Value: v})
		}
		a, err := OpenArchive(pack(t, m), document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Sparse(""); !errors.Is(err, c.want) {
			t.Errorf("%s %v: %v, want %v", c.key, c.v, err, c.want)
		}
	}
}

func TestBomb(t *testing.T) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, _ := z.Create("x.npy")
	w.Write(AppendHeader(nil, "|i1", []int{200 << 20}))
	for range 200 {
		w.Write(make([]byte, 1<<20))
	}
	z.Close()
	a, err := OpenArchive(buf.Bytes(), document.Limits{Ratio: 10})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Read("x"); !errors.Is(err, document.ErrLimit) || !strings.Contains(err.Error(), "/x") {
		t.Error(err)
	}
}

func TestFlippedBit(t *testing.T) {
	b := golden(t, "several.npz")
	b[bytes.Index(b, []byte("'<f4'"))+100] ^= 1
	a, err := OpenArchive(b, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Read("x"); !errors.Is(err, document.ErrCorrupt) {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	x := tensor.Scalar(1.0)
	for _, m := range [][]Member{
		{{Name: "x", Value: x}, {Name: "x", Value: x}},
		{{Name: "\xff", Value: x}},
		{{Name: strings.Repeat("x", 70000), Value: x}},
	} {
		if err := WriteArchive(&bytes.Buffer{}, m); !errors.Is(err, document.ErrUnsupported) {
			t.Error(err)
		}
	}
	if _, err := OpenArchive(pack(t, nil), document.Limits{}); err != nil {
		t.Error(err)
	}
}

func FuzzNPZ(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.npz")
	for _, path := range files {
		f.Add(golden(f, filepath.Base(path)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := OpenArchive(b, document.Limits{Bytes: 1 << 24})
		if err != nil {
			return
		}
		for _, name := range a.Names() {
			a.Read(name)
		}
		if s, err := a.Sparse(""); err == nil && s.Rows < 1000 && s.Cols < 1000 {
			s.Dense()
		}
	})
}
