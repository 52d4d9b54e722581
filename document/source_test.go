package document_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/larder-ml/larder/document"
)

// whole reads the only file of a source in each way.
func whole(t *testing.T, s document.Source) string {
	t.Helper()
	r, size, err := s.Open("")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		t.Fatal(err)
	}
	all, err := document.ReadAll(s, "", document.Limits{})
	if err != nil || !bytes.Equal(all, b) {
		t.Errorf("ReadAll gave %q (%v), Open %q", all, err, b)
	}
	if names, err := s.List(); err != nil || !slices.Equal(names, []string{""}) {
		t.Errorf("List: %q (%v)", names, err)
	}
	if len(b) > 0 {
		one := make([]byte, 1)
		if n, err := r.ReadAt(one, size-1); n != 1 || one[0] != b[size-1] {
			t.Errorf("the last byte: %q (%v)", one, err)
		}
	}
	if n, err := r.ReadAt(make([]byte, 2), size); n != 0 || err != io.EOF {
		t.Errorf("past the end: %d (%v)", n, err)
	}
	return string(b)
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "model.bin")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSourcesGiveAllBytes(t *testing.T) {
	for _, content := range []string{"", "x", strings.Repeat("0123456789abcdef", 1<<13)} {
		name := file(t, content)
		fsys := fstest.MapFS{"a/model.bin": {Data: []byte(content)}}
		for what, open := range map[string]func() (document.Source, error){
			"Memory":   func() (document.Source, error) { return document.Memory("m", []byte(content)), nil },
			"ReadFile": func() (document.Source, error) { return document.ReadFile(name, document.Limits{}) },
			"MapFile":  func() (document.Source, error) { return document.MapFile(name, document.Limits{}) },
			"FromReader": func() (document.Source, error) {
				return document.FromReader("m", strings.NewReader(content), document.Limits{})
			},
			"one byte at a time": func() (document.Source, error) {
				return document.FromReader("m", iotest.OneByteReader(strings.NewReader(content)), document.Limits{})
			},
			"FromFS": func() (document.Source, error) { return document.FromFS(fsys, "a/model.bin", document.Limits{}) },
		} {
			s, err := open()
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			if got := whole(t, s); got != content {
				t.Errorf("%s gave %d bytes, want %d", what, len(got), len(content))
			}
			want := map[string]string{"ReadFile": name, "MapFile": name, "FromFS": "a/model.bin"}[what]
			if want == "" {
				want = "m"
			}
			if s.Name() != want {
				t.Errorf("%s is called %q, want %q", what, s.Name(), want)
			}
			for range 2 {
				if err := s.Close(); err != nil {
					t.Errorf("%s: Close: %v", what, err)
				}
			}
		}
	}
}

func TestLimitsOnBytesAreExact(t *testing.T) {
	name := file(t, "12345")
	for what, open := range map[string]func(document.Limits) (document.Source, error){
		"ReadFile": func(l document.Limits) (document.Source, error) { return document.ReadFile(name, l) },
		"FromReader": func(l document.Limits) (document.Source, error) {
			return document.FromReader(name, strings.NewReader("12345"), l)
		},
		"FromFS": func(l document.Limits) (document.Source, error) {
			return document.FromFS(fstest.MapFS{"five": {Data: []byte("12345")}}, "five", l)
		},
	} {
		called := name
		if what == "FromFS" {
			called = "five"
		}
		for _, most := range []int64{5, 6, 0, math.MaxInt64} {
			s, err := open(document.Limits{Bytes: most})
			if err != nil || whole(t, s) != "12345" {
				t.Errorf("%s of five bytes, limit %d: %v", what, most, err)
			}
		}
		for _, most := range []int64{4, 1, -1} {
			_, err := open(document.Limits{Bytes: most})
			var e *document.Error
			if !errors.Is(err, document.ErrLimit) || !errors.As(err, &e) || e.File != called || e.Offset != -1 {
				t.Errorf("%s of five bytes, limit %d: %v", what, most, err)
			}
		}
	}
}

// onDisk is a source that is not in memory.
type onDisk struct {
	io.ReaderAt
	size int64
}

func (b onDisk) Name() string                                  { return "big" }
func (b onDisk) Open(string) (io.ReaderAt, int64, error)       { return b, b.size, nil }
func (b onDisk) List() ([]string, error)                       { return []string{""}, nil }
func (b onDisk) Close() error                                  { return nil }
func (b onDisk) ReadAt(p []byte, off int64) (n int, err error) { return b.ReaderAt.ReadAt(p, off) }

func TestReadAllOfASourceThatIsNotInMemory(t *testing.T) {
	five := strings.NewReader("12345")
	if b, err := document.ReadAll(onDisk{five, 5}, "", document.Limits{Bytes: 5}); err != nil || string(b) != "12345" {
		t.Errorf("%q (%v)", b, err)
	}
	_, err := document.ReadAll(onDisk{five, 6}, "", document.Limits{Bytes: 5})
	if !errors.Is(err, document.ErrLimit) || err.Error() != "over the limit: file of 6 bytes (Limits.Bytes) (big)" {
		t.Error(err)
	}
	_, err = document.ReadAll(onDisk{five, math.MaxInt64}, "", document.Limits{})
	if !errors.Is(err, document.ErrLimit) {
		t.Error("a file that says it is huge:", err)
	}
	_, err = document.ReadAll(onDisk{five, 6}, "", document.Limits{})
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(err.Error(), "big: ") {
		t.Error("a file that is shorter than it said:", err)
	}
}

func TestSourcesThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none")
	boom := errors.New("boom")
	for what, c := range map[string]struct {
		open func() (document.Source, error)
		want error
	}{
		"map nothing":   {func() (document.Source, error) { return document.MapFile(none, document.Limits{}) }, fs.ErrNotExist},
		"read nothing":  {func() (document.Source, error) { return document.ReadFile(none, document.Limits{}) }, fs.ErrNotExist},
		"nothing in fs": {func() (document.Source, error) { return document.FromFS(fstest.MapFS{}, "none", document.Limits{}) }, fs.ErrNotExist},
		"broken reader": {func() (document.Source, error) {
			return document.FromReader("m", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(boom)), document.Limits{})
		}, boom},
	} {
		if s, err := c.open(); !errors.Is(err, c.want) || s != nil {
			t.Errorf("%s: %v, %v", what, s, err)
		}
	}
	if _, err := document.MapFile(dir, document.Limits{}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
}

func TestMemoryIsShared(t *testing.T) {
	b := []byte("abc")
	s := document.Memory("m", b)
	got, err := document.ReadAll(s, "", document.Limits{Bytes: 1}) // no memory is made, so no limit counts
	if err != nil || &got[0] != &b[0] {
		t.Errorf("%q (%v)", got, err)
	}
}

func TestLimitsWithDefaults(t *testing.T) {
	if l := (document.Limits{}).WithDefaults(); l != (document.Limits{Bytes: 4 << 30, Ratio: 1100, Nodes: 100_000_000, Depth: 1000}) {
		t.Errorf("%+v", l)
	}
	set := document.Limits{Bytes: 1, Ratio: 2, Nodes: 3, Depth: 4}
	if set.WithDefaults() != set {
		t.Errorf("%+v", set.WithDefaults())
	}
}
