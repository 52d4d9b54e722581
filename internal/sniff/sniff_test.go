package sniff_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/sniff"
)

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		what  string
		begin string // the shortest prefix that settles it
		want  sniff.Kind
		less  sniff.Kind // of one byte less
	}{
		{"pickle protocol 2", "\x80\x02", sniff.Pickle, sniff.Unknown},
		{"pickle protocol 5", "\x80\x05", sniff.Pickle, sniff.Unknown},
		{"a protocol that is to come", "\x80\x09", sniff.Pickle, sniff.Unknown},
		{"no protocol", "\x80\x0a", sniff.Unknown, sniff.Unknown},
		{"zlib, joblib's level 3", "\x78\x5e", sniff.Zlib, sniff.Unknown},
		{"zlib, fastest", "\x78\x01", sniff.Zlib, sniff.Unknown},
		{"zlib, the default", "\x78\x9c", sniff.Zlib, sniff.Unknown},
		{"zlib, best", "\x78\xda", sniff.Zlib, sniff.Unknown},
		{"zlib whose header check fails", "\x78\x02", sniff.Unknown, sniff.Unknown},
		{"gzip", "\x1f\x8b", sniff.Gzip, sniff.Unknown},
		{"bzip2 of level 9", "BZh9", sniff.Bzip2, sniff.Unknown},
		{"bzip2 of level 1", "BZh1", sniff.Bzip2, sniff.Unknown},
		{"bzip2 of no level", "BZh0", sniff.Unknown, sniff.Unknown},
		{"lzma", "]\x00\x00", sniff.LZMA, sniff.PickleText},
		{"xz", "\xfd7zXZ\x00", sniff.XZ, sniff.Unknown},
		{"lz4", "\x04\x22\x4d\x18", sniff.LZ4, sniff.Unknown},
		{"joblib 0.9", "ZF", sniff.ZFile, sniff.Unknown},
		{"HDF5", "\x89HDF\r\n\x1a\n", sniff.HDF5, sniff.Unknown},
		{"HDF5 through a text transfer", "\x89HDF\n\x1a\n", sniff.Unknown, sniff.Unknown},
		{"zip", "PK\x03\x04", sniff.Zip, sniff.Unknown},
		{"an empty zip", "PK\x05\x06", sniff.Zip, sniff.Unknown},
		{"npy", "\x93NUMPY", sniff.NPY, sniff.Unknown},
		{"LightGBM", "tree\nversion=", sniff.LightGBM, sniff.Unknown},
		{"LightGBM with carriage returns", "tree\r\nversion=", sniff.LightGBM, sniff.Unknown},
		{"XGBoost's binary", "binf", sniff.XGBinary, sniff.Unknown},
		{"XGBoost's memory snapshot", "CONFIG-offset:", sniff.XGBinary, sniff.Unknown},
		{"an object", `{"`, sniff.JSON, sniff.JSON},
		{"an empty object", "{}", sniff.JSON, sniff.JSON},
		{"an object after white space", "\n\t {\r\n\"", sniff.JSON, sniff.JSON},
		{"an object after a byte order mark", "\xef\xbb\xbf{\"", sniff.JSON, sniff.JSON},
		{"an array", "[1", sniff.JSON, sniff.JSON},
		{"an array of NaN", "[N", sniff.JSON, sniff.JSON},
		{"an array of nothing a JSON text has", "[x", sniff.Unknown, sniff.JSON},
		{"an object with a bare key", "{a", sniff.Unknown, sniff.JSON},
		{"UBJSON whose key has a length in an L", "{L\x00", sniff.UBJSON, sniff.Unknown},
		{"UBJSON whose key has a length in an i", "{i\x07", sniff.UBJSON, sniff.Unknown},
		{"UBJSON whose key has a length in a U", "{U\x07", sniff.UBJSON, sniff.Unknown},
		{"UBJSON whose key has a length in an I", "{I\x00", sniff.UBJSON, sniff.Unknown},
		{"UBJSON whose key has a length in an l", "{l\x00", sniff.UBJSON, sniff.Unknown},
		{"pickle.dumps(None, 0)", "N", sniff.PickleText, sniff.Unknown},
		{"pickle.dumps(5, 0)", "I5\n.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps([1], 0)", "(lp0\nI1\na.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps({'a': 1}, 0)", "(dp0\nVa\n", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps(('a',), 0)", "(Va\np0\n", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps('a', 0)", "Va\np0\n.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps(1.5, 0)", "F1.5\n.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps(10**30, 0)", "L1000000", sniff.PickleText, sniff.PickleText},
		{"a class in protocol 0", "ccopy_reg\n", sniff.PickleText, sniff.PickleText},
		{"an old-style class of Python 2", "(i__main__\n", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps([1], 1)", "]q\x00K\x01a.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps({}, 1)", "}q\x00.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps((), 1)", ").", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps(5, 1)", "K\x05.", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps(1.5, 1)", "G?\xf8\x00", sniff.PickleText, sniff.PickleText},
		// Their first two bytes have the check of a zlib header.
		{"a tuple of text, Python 2", "(S'a'", sniff.PickleText, sniff.PickleText},
		{"a tuple of text with an apostrophe, Python 2", "(S\"a'", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps('abcdefghi', 1)", "X\t\x00\x00\x00abcdefghi", sniff.PickleText, sniff.PickleText},
		{"pickle.dumps('a'*40, 1)", "X(\x00\x00\x00aaaa", sniff.PickleText, sniff.PickleText},
		{"nothing", "", sniff.Unknown, sniff.Unknown},
		{"text", "hello", sniff.Unknown, sniff.Unknown},
		{"a protocol buffer", "\x0a\x05saved", sniff.Unknown, sniff.Unknown},
	} {
		for _, tail := range []string{"", "\x00", "tail", strings.Repeat("\xff", 100)} {
			if tail != "" && c.want == sniff.Unknown {
				continue
			}
			if got := sniff.Sniff([]byte(c.begin + tail)); got != c.want {
				t.Errorf("%s (%q, %d bytes after): %q, want %q", c.what, c.begin, len(tail), got, c.want)
			}
		}
		if c.begin != "" {
			if got := sniff.Sniff([]byte(c.begin[:len(c.begin)-1])); got != c.less {
				t.Errorf("%s, one byte less (%q): %q, want %q", c.what, c.begin[:len(c.begin)-1], got, c.less)
			}
		}
	}
}

func TestJSONAfterMuchWhiteSpace(t *testing.T) {
	if got := sniff.Sniff([]byte(strings.Repeat(" \n", 500) + `["a"]`)); got != sniff.JSON {
		t.Errorf("%q", got)
	}
}

// FuzzSniff holds that nothing panics, and that 64 bytes say as much as all
// do, white space before a JSON text aside.
func FuzzSniff(f *testing.F) {
	for _, s := range []string{"", "\x80\x04\x95", "{L\x00", `{"a": 1}`, "\xef\xbb\xbf [", "(S'a'\n", "x\x9c", "PK\x03\x04", "tree\nversion=v4", "ZF0x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		got := sniff.Sniff(b)
		if !bytes.Equal(b, before) {
			t.Fatal("the bytes changed")
		}
		if again := sniff.Sniff(b); again != got {
			t.Fatalf("%q, then %q", got, again)
		}
		if len(b) > 64 && got != sniff.JSON && got != sniff.Unknown {
			if short := sniff.Sniff(b[:64]); short != got {
				t.Fatalf("%q of all, %q of 64 bytes", got, short)
			}
		}
	})
}
