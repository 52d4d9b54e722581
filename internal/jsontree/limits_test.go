package jsontree

import (
	"errors"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

func TestLimits(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	deepObjects := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for _, c := range []struct {
		name, in string
		limits   document.Limits
		want     error
	}{
		{"as deep as may be", deep(128), document.Limits{}, nil},
		{"too deep", deep(129), document.Limits{}, document.ErrLimit},
		{"objects as deep", deepObjects(128), document.Limits{}, nil},
		{"objects too deep", deepObjects(129), document.Limits{}, document.ErrLimit},
		{"depth given", deep(11), document.Limits{Depth: 10}, document.ErrLimit},
		{"a leaf is no container", "[[1]]", document.Limits{Depth: 1}, nil},
		{"two million brackets", strings.Repeat("[", 2_000_000), document.Limits{}, document.ErrLimit},
		{"deep and allowed", deep(300_000), document.Limits{Depth: 1_000_000}, nil},
		{"as many values as may be", `["","",""]`, document.Limits{Nodes: 4}, nil},
		{"too many", `["","","",""]`, document.Limits{Nodes: 4}, document.ErrLimit},
		{"numbers in a list are not counted", `[1,2,3,4,5,6,7]`, document.Limits{Nodes: 1}, nil},
		{"too much memory", "[" + strings.Repeat("{},", 1000) + "{}]", document.Limits{Bytes: 1000 * 56}, document.ErrLimit},
		{"too much memory in keys", `{"` + strings.Repeat("k", 10_000) + `":1}`, document.Limits{Bytes: 15_000}, document.ErrLimit},
	} {
		tr, err := Parse([]byte(c.in), Decoder{Limits: c.limits})
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if tr != nil && len(c.in) < 1000 {
			if got := written(t, tr.Root(), Source); got != c.in {
				t.Errorf("%s: %s", c.name, got)
			}
		}
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	for in, want := range map[string]string{
		`{"learner":{"x":[{"a":1},{"b":tru}]}}`: "json: corrupt: 't' where a value belongs (path /learner/x/1/b, offset 30)",
		`{"a/b":{"c":1,"c":2}}`:                 `json: corrupt: key "c" for the second time, the first is at offset 8 (path /a~1b/c, offset 14)`,
		`{"a":[1,2,x]}`:                         "json: corrupt: 'x' in an array of numbers, after 2 of them (path /a, offset 10)",
		`{"a":1} x`:                             "json: corrupt: 1 bytes after the end (path /, offset 8)",
		`[[[`:                                   "json: corrupt: ends in the middle (path /0/0/0, offset 3)",
		`{"a":"\q"}`:                            "json: corrupt: escape that JSON does not have (path /a, offset 6)",
		`{"a":1 "b":2}`:                         `json: corrupt: '"' where a comma or the end of the object belongs (path /, offset 7)`,
		strings.Repeat("[", 3) + "\x01":         "json: corrupt: byte 0x01 where a value belongs (path /0/0/0, offset 3)",
		`{"` + strings.Repeat("a", 20) + `":1,"\u0061":!}`: "json: corrupt: '!' where a value belongs (path /a, offset 35)",
	} {
		if _, err := Parse([]byte(in), Decoder{}); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v, want\n%s", in, err, want)
		}
	}
}
