//go:build unix

package document_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
)

// mapped is a mapped file of some pages, which was cut to one page since.
func mapped(t *testing.T) ([]byte, document.Source) {
	t.Helper()
	page := os.Getpagesize()
	name := file(t, strings.Repeat("x", 4*page))
	s, err := document.MapFile(name, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := document.ReadAll(s, "", document.Limits{Bytes: 1})
	if err != nil || len(b) != 4*page || b[4*page-1] != 'x' {
		t.Fatalf("%d bytes (%v)", len(b), err)
	}
	if err := os.Truncate(name, int64(page)); err != nil {
		t.Fatal(err)
	}
	return b, s
}

func TestAMappedFileThatShrinksIsErrCorrupt(t *testing.T) {
	b, s := mapped(t)
	defer s.Close()
	read := func(at int) (sum byte, err error) {
		defer safeio.CatchFault(safeio.WatchFaults(), &err)
		return b[at], nil
	}
	done := make(chan error) // in a goroutine of its own: faults are watched by goroutine
	for range 2 {
		go func() {
			_, err := read(len(b) - 1)
			done <- err
		}()
	}
	for range 2 {
		err := <-done
		if !errors.Is(err, document.ErrCorrupt) || !strings.Contains(err.Error(), "the file changed while it was mapped") {
			t.Errorf("%v", err)
		}
	}
	if v, err := read(0); v != 'x' || err != nil {
		t.Errorf("what is still there: %q (%v)", v, err)
	}
}

func TestCatchFaultLeavesOtherPanicsAlone(t *testing.T) {
	type large struct {
		_  [1 << 10]byte
		at byte
	}
	var nothing *large
	for what, f := range map[string]func(){
		"a panic":       func() { panic("mine") },
		"an index":      func() { _ = []int{}[len(what())] },
		"a nil pointer": func() { _ = nothing.at },
	} {
		var err error
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was swallowed: %v", what, err)
				}
			}()
			func() {
				defer safeio.CatchFault(safeio.WatchFaults(), &err)
				f()
			}()
		}()
	}
	kept := errors.New("kept")
	err := func() (err error) {
		defer safeio.CatchFault(safeio.WatchFaults(), &err)
		return kept
	}()
	if err != kept {
		t.Errorf("an ordinary error became %v", err)
	}
}

func what() string { return "x" }

func TestWatchFaultsRestoresWhatWas(t *testing.T) {
	first := safeio.WatchFaults()
	var err error
	func() { defer safeio.CatchFault(safeio.WatchFaults(), &err) }()
	if !safeio.WatchFaults() {
		t.Error("an inner watch ended the outer one")
	}
	func() { defer safeio.CatchFault(first, &err) }()
	if safeio.WatchFaults() != first {
		t.Error("the outer watch did not end")
	}
	func() { defer safeio.CatchFault(first, &err) }()
}

func TestAMappedFileIsNotChanged(t *testing.T) {
	name := file(t, "abc")
	s, err := document.MapFile(name, document.Limits{Bytes: 1}) // a map makes no memory
	if err != nil {
		t.Fatal(err)
	}
	b, err := document.ReadAll(s, "", document.Limits{})
	if err != nil || !bytes.Equal(b, []byte("abc")) {
		t.Fatalf("%q (%v)", b, err)
	}
	if cap(b) != 3 {
		t.Errorf("%d bytes of room", cap(b))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if r, n, err := s.Open(""); err == nil && n != 0 {
		t.Errorf("after Close: %d bytes of %v", n, r)
	}
}
