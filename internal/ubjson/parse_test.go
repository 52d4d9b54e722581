package ubjson

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
)

const (
	l0 = "L\x00\x00\x00\x00\x00\x00\x00\x00"
	l1 = "L\x00\x00\x00\x00\x00\x00\x00\x01"
	l2 = "L\x00\x00\x00\x00\x00\x00\x00\x02"
	l3 = "L\x00\x00\x00\x00\x00\x00\x00\x03"
)

// Legal UBJSON, by XGBoost or not, is written as it was.
func TestKept(t *testing.T) {
	for in, json := range map[string]string{
		"Z": "null", "T": "true", "F": "false",
		"i\x80": "-128", "U\xff": "255", "I\x01\x00": "256", "l\xff\xff\xff\xff": "-1", "L\x80\x00\x00\x00\x00\x00\x00\x00": "-9223372036854775808",
		"d\x3f\x00\x00\x00": "5E-1", "D\x3f\xb9\x99\x99\x99\x99\x99\x9a": "1E-1",
		"S" + l0: `""`, "S" + l3 + "a\"\n": `"a\"\n"`, "Si\x02\xc3\xa9": `"é"`, "SU\x01x": `"x"`, "SI\x00\x01x": `"x"`, "Sl\x00\x00\x00\x01x": `"x"`,
		"{}": "{}", "{" + l1 + "aZ}": `{"a":null}`, "{i\x01aZU\x01bT}": `{"a":null,"b":true}`, "{#i\x01i\x01aZ": `{"a":null}`, "{#" + l0: "{}",
		"[]": "[]", "[Z]": "[null]", "[#" + l0: "[]", "[#i\x00": "[]", "[#" + l2 + "ZZ": "[null,null]",
		"[i\x01I\x00\x02]": "[1,2]", "[#" + l2 + "i\x01d\x3f\x00\x00\x00": "[1,5E-1]", "[TF]": "[true,false]", "[#" + l2 + "TF": "[true,false]",
		"[[i\x01][]{}]": "[[1],[],{}]", "[i\x01Z]": "[1,null]", "[#" + l2 + "[#" + l0 + "[]": "[[],[]]",
		"[$d#" + l0: "[]", "[$d#" + l1 + "\x7f\xc0\x00\x00": "[NaN]", "[$D#i\x01\x3f\xf0\x00\x00\x00\x00\x00\x00": "[1E0]",
		"[$i#" + l2 + "\x01\xff": "[1,-1]", "[$U#" + l2 + "\x01\xff": "[1,255]", "[$I#" + l1 + "\x01\x00": "[256]",
		"[$l#" + l1 + "\x7f\xff\xff\xff": "[2147483647]", "[$L#" + l1 + "\xff\xff\xff\xff\xff\xff\xff\xfe": "[-2]",
	} {
		tr, err := Parse([]byte(in), jsontree.Decoder{})
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		same(t, in, written(t, tr.Root()), []byte(in))
		var out bytes.Buffer
		if err := jsontree.WriteJSON(&out, tr.Root(), jsontree.XGBoostStyle); err != nil || out.String() != json {
			t.Errorf("%q: %s %v, want %s", in, out.String(), err, json)
		}
		if n := tr.Root(); n.Offset() != 0 || n.Size() != int64(len(in)) {
			t.Errorf("%q: from %d, %d bytes", in, n.Offset(), n.Size())
		}
	}
}

func TestRefused(t *testing.T) {
	const huge = "L\x00\x00\x01\x00\x00\x00\x00\x00"     // 2^40
	const negative = "L\xff\xff\xff\xff\xff\xff\xff\xff" // -1
	for _, c := range []struct {
		in     string
		want   error
		offset int64
	}{
		{"", document.ErrCorrupt, 0}, {"N", document.ErrUnsupported, 0}, {"NZ", document.ErrUnsupported, 0}, {"Ca", document.ErrUnsupported, 0},
		{"H" + l1 + "1", document.ErrUnsupported, 0}, {"[N]", document.ErrUnsupported, 1}, {"[#" + l1 + "N", document.ErrUnsupported, 11},
		{"[$S#" + l0, document.ErrUnsupported, 0}, {"[$T#" + huge, document.ErrUnsupported, 0}, {"[$Z#" + huge, document.ErrUnsupported, 0},
		{"{$i#" + l1, document.ErrUnsupported, 0}, {"x", document.ErrCorrupt, 0}, {"\x00", document.ErrCorrupt, 0}, {"]", document.ErrCorrupt, 0},
		{"ZZ", document.ErrCorrupt, 1}, {"Z ", document.ErrCorrupt, 1}, {"{}}", document.ErrCorrupt, 2}, {"[#" + l0 + "]", document.ErrCorrupt, 11},
		{"S" + huge, document.ErrCorrupt, 10}, {"S" + negative, document.ErrCorrupt, 1}, {"Si\xff", document.ErrCorrupt, 1}, {"Sd\x00\x00\x00\x00", document.ErrCorrupt, 1},
		{"S" + l2 + "\xc3", document.ErrCorrupt, 10}, {"S" + l2 + "\xc3a", document.ErrCorrupt, 10},
		{"[#" + huge, document.ErrCorrupt, 11}, {"[#" + negative, document.ErrCorrupt, 2}, {"[#" + l2 + "Z", document.ErrCorrupt, 11}, {"[#" + l2 + "i\x01", document.ErrCorrupt, 13},
		{"[$d#" + huge, document.ErrCorrupt, 13}, {"[$d#L\x40\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00", document.ErrCorrupt, 13},
		{"[$d#" + negative, document.ErrCorrupt, 4}, {"[$d#" + l1 + "\x00\x00\x00", document.ErrCorrupt, 13},
		{"[$L#" + l2 + strings.Repeat("x", 15), document.ErrCorrupt, 13}, {"[$d" + l1, document.ErrCorrupt, 3}, {"[$d", document.ErrCorrupt, 3}, {"[$", document.ErrCorrupt, 2},
		{"{#" + huge, document.ErrCorrupt, 11}, {"{" + huge, document.ErrCorrupt, 10}, {"{" + negative, document.ErrCorrupt, 1}, {"{" + l1 + "\xffZ}", document.ErrCorrupt, 1},
		{"{" + l1 + "a", document.ErrCorrupt, 11}, {"{" + l1 + "a}", document.ErrCorrupt, 11}, {"{N}", document.ErrUnsupported, 1}, {"{S" + l1 + "aZ}", document.ErrCorrupt, 1},
		{"{" + l1 + "aZ" + l1 + "aT}", document.ErrCorrupt, 12}, {"{i\x01aZ" + l1 + "aT}", document.ErrCorrupt, 5}, {"[i\x01", document.ErrCorrupt, 3}, {"[T", document.ErrCorrupt, 2},
		{"i", document.ErrCorrupt, 1}, {"d\x00\x00\x00", document.ErrCorrupt, 1}, {"[i\x01}", document.ErrCorrupt, 3},
	} {
		_, err := Parse([]byte(c.in), jsontree.Decoder{})
		var e *document.Error
		if !errors.Is(err, c.want) || !errors.As(err, &e) || e.Offset != c.offset || e.Path == "" {
			t.Errorf("%q: %v, want %v at %d", c.in, err, c.want, c.offset)
		}
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	for in, want := range map[string]string{
		"{" + l1 + "a[#" + l2 + "{" + l1 + "bZ}H":    "ubjson: unsupported: marker H (high-precision number), which XGBoost does not write (path /a/1, offset 35)",
		"{" + l1 + "a{" + l1 + "bS" + l3 + "xy":      "ubjson: corrupt: string of 3 bytes, 2 are left (path /a/b, offset 32)",
		"[#" + l1 + "{" + l1 + "cT" + l1 + "cF}":     `ubjson: corrupt: key "c" for the second time, the first is at offset 12 (path /0/c, offset 23)`,
		"[#" + l1 + "[$l#" + l2 + "\x00\x00\x00\x00": "ubjson: corrupt: 2 elements of at least 4 bytes, 4 bytes are left (path /0, offset 24)",
	} {
		if _, err := Parse([]byte(in), jsontree.Decoder{}); err == nil || err.Error() != want {
			t.Errorf("%q:\n%v, want\n%s", in, err, want)
		}
	}
}

func TestLimits(t *testing.T) {
	nested := func(n int, open, end string) string { return strings.Repeat(open, n) + "Z" + strings.Repeat(end, n) }
	for _, c := range []struct {
		name, in string
		limits   document.Limits
		want     error
	}{
		{"as deep as may be", nested(128, "[", "]"), document.Limits{}, nil},
		{"too deep", nested(129, "[", "]"), document.Limits{}, document.ErrLimit},
		{"counted and too deep", nested(129, "[#i\x01", ""), document.Limits{}, document.ErrLimit},
		{"objects too deep", nested(129, "{i\x01a", "}"), document.Limits{}, document.ErrLimit},
		{"two million brackets", nested(2_000_000, "[", ""), document.Limits{}, document.ErrLimit},
		{"deep and allowed", nested(300_000, "[", "]"), document.Limits{Depth: 1_000_000}, nil},
		{"too many values", "[ZZZZ]", document.Limits{Nodes: 4}, document.ErrLimit},
		{"numbers in a list are not counted", "[$i#i\x06123456", document.Limits{Nodes: 1}, nil},
		{"too much memory", "[" + strings.Repeat("Z", 1000) + "]", document.Limits{Bytes: 40_000}, document.ErrLimit},
	} {
		_, err := Parse([]byte(c.in), jsontree.Decoder{Limits: c.limits})
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// From JSON: what XGBoost's own Json class would write.
func TestFromJSON(t *testing.T) {
	for in, want := range map[string]string{
		"126": "i\x7e", "127": "I\x00\x7f", "-127": "i\x81", "-128": "I\xff\x80", "32766": "I\x7f\xfe", "32767": "l\x00\x00\x7f\xff",
		"2147483646": "l\x7f\xff\xff\xfe", "2147483647": "L\x00\x00\x00\x00\x7f\xff\xff\xff", "-2147483648": "L\xff\xff\xff\xff\x80\x00\x00\x00",
		"5E-1": "d\x3f\x00\x00\x00", "1.0": "d\x3f\x80\x00\x00", "NaN": "d\x7f\xc0\x00\x00", "-Infinity": "d\xff\x80\x00\x00",
		"[3,2,0]": "[#" + l3 + "i\x03i\x02i\x00", "[ 1, 5e-1 ]": "[#" + l2 + "i\x01d\x3f\x00\x00\x00", "[true, false]": "[#" + l2 + "TF", "[]": "[#" + l0,
		`{"a":null}`: "{" + l1 + "aZ}", `"\u00e9"`: "SL\x00\x00\x00\x00\x00\x00\x00\x06\\u00e9", `{"\t":"\\"}`: "{" + l1 + "\tS" + l1 + "\\}",
	} {
		tr, err := jsontree.Parse([]byte(in), jsontree.Decoder{})
		if err != nil {
			t.Fatal(in, err)
		}
		same(t, in, written(t, tr.Root()), []byte(want))
	}
	tr, err := jsontree.Parse([]byte("[1,9223372036854775808]"), jsontree.Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(new(bytes.Buffer), tr.Root()); !errors.Is(err, document.ErrLoss) {
		t.Error(err)
	}
}
