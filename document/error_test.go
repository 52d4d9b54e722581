package document_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/larder-ml/larder/document"
)

func TestErrorTextSaysWhatAndWhere(t *testing.T) {
	corrupt := fmt.Errorf("%w: 3 bytes left", document.ErrCorrupt)
	for _, c := range []struct {
		e    document.Error
		want string
	}{
		{document.Error{Err: corrupt, Offset: -1}, "corrupt: 3 bytes left"},
		{document.Error{Err: corrupt, Offset: 0}, "corrupt: 3 bytes left (offset 0)"},
		{document.Error{Err: corrupt, Offset: -1, Path: "/a"}, "corrupt: 3 bytes left (path /a)"},
		{document.Error{Err: corrupt, Offset: -1, File: "m.pkl"}, "corrupt: 3 bytes left (m.pkl)"},
		{document.Error{Err: corrupt, Offset: 7, Path: "/a", File: "m.pkl", Format: "pickle", Op: "parse"}, "parse pickle: corrupt: 3 bytes left (m.pkl, path /a, offset 7)"},
		{document.Error{Err: io.ErrUnexpectedEOF, Offset: -1, Op: "lift"}, "lift unexpected EOF"},
	} {
		if got := c.e.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		if !errors.Is(&c.e, c.e.Err) {
			t.Errorf("%q does not wrap its cause", c.want)
		}
	}
}

func TestErrorfWrapsOneSentinel(t *testing.T) {
	all := []error{document.ErrFormat, document.ErrCorrupt, document.ErrUnsupported, document.ErrLimit, document.ErrUnsafe, document.ErrInput, document.ErrLoss, document.ErrClosed}
	for i, s := range all {
		err := error(document.Errorf(s, "zip", "/a", 12, "%d%% of %s", 5, "it"))
		if want := "zip: " + s.Error() + ": 5% of it (path /a, offset 12)"; err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
		for k, other := range all {
			if errors.Is(err, other) != (i == k) {
				t.Errorf("%v is %v", err, other)
			}
		}
	}
}

func TestInFileNamesAFileOnce(t *testing.T) {
	err := document.InFile(fmt.Errorf("step: %w", document.Errorf(document.ErrInput, "", "", -1, "x")), "a.pkl")
	if err.Error() != "step: input: x (a.pkl)" {
		// The text of the outer error was made before: the name is in the Error.
		var e *document.Error
		if !errors.As(err, &e) || e.File != "a.pkl" {
			t.Errorf("%v", err)
		}
	}
	inner := document.InFile(document.Errorf(document.ErrInput, "", "", -1, "x"), "a.pkl")
	if got := document.InFile(inner, "b.zip").Error(); got != "input: x (a.pkl)" {
		t.Errorf("named twice: %q", got)
	}
	if document.InFile(nil, "a") != nil || document.InFile(io.EOF, "a") != io.EOF {
		t.Error("errors that have no place changed")
	}
}

func TestUnderPath(t *testing.T) {
	for _, c := range []struct{ path, prefix, want string }{
		{"/b", "/a", "/a/b"},
		{"/b", "/a/", "/a/b"},
		{"/b", "", "/b"},
		{"/b", "/", "/b"},
		{"", "/a", "/a"},
		{"/", "/a", "/a"}, // the root of what is inside is the place itself
	} {
		err := document.UnderPath(document.Errorf(document.ErrCorrupt, "", c.path, -1, "x"), c.prefix)
		var e *document.Error
		if !errors.As(err, &e) || e.Path != c.want {
			t.Errorf("%q under %q is %q, want %q", c.path, c.prefix, e.Path, c.want)
		}
	}
	if document.UnderPath(nil, "/a") != nil || document.UnderPath(io.EOF, "/a") != io.EOF {
		t.Error("errors that have no place changed")
	}
}

func TestPathsRoundTrip(t *testing.T) {
	for _, steps := range [][]string{
		{"a"}, {"a", "b"}, {"a/b", "~", "~1", "~0", "~01", "//", "~/~"}, {"0", " ", "é", "a.b"}, {"a", ""}, {"a", "", "b"},
	} {
		for _, root := range []string{"", "/"} {
			p := root
			for _, s := range steps {
				p = document.Join(p, s)
			}
			if got := document.Split(p); !slices.Equal(got, steps) {
				t.Errorf("%q became %q and %q", steps, p, got)
			}
		}
	}
	for path, want := range map[string][]string{"": nil, "/": nil, "a/b": {"a", "b"}, "/a~1b": {"a/b"}, "/~2~": {"~2~"}} {
		if got := document.Split(path); !slices.Equal(got, want) {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
}
