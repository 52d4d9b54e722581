package pickle

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

// kase is one line of testdata/cases.jsonl.gz; see testdata/gen.py.
type kase struct {
	Name     string  `json:"name"`
	By       string  `json:"by"`
	Protocol int     `json:"protocol"`
	Pickle   []byte  `json:"pickle"`
	Graph    string  `json:"graph"`
	Error    string  `json:"error"`
	Ops      [][]any `json:"ops"`
}

func cases(t testing.TB) []kase {
	f, err := os.Open("testdata/cases.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []kase
	s := bufio.NewScanner(z)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var c kase
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if s.Err() != nil || len(out) == 0 {
		t.Fatal(s.Err())
	}
	return out
}

// taken are pickles that CPython refuses for reasons that lie outside of the
// pickle machine: what a class would do, or what a type cannot.
var taken = map[string]bool{
	"nested-instance": true, // the stand-in for getattr makes no class
	"put-huge":        true, // the memo of CPython 3.11 is an array
}

// otherwise are texts that pickletools reads as something else than CPython.
var otherwise = map[string]bool{"int-octal": true}

// TestCases holds Parse, Ops, Write and Encode to what CPython says.
func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(fmt.Sprintf("%s/%s/%d", c.Name, c.By, c.Protocol), func(t *testing.T) {
			d, err := Parse(bytes.Clone(c.Pickle))
			if c.Error != "" {
				if err == nil && !taken[c.Name] {
					t.Fatalf("CPython: %s; here no error: %s", c.Error, dump(d.Root()))
				}
				if err != nil {
					return
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			got := dump(d.Root())
			if len(got) > 3000 {
				sum := sha256.Sum256([]byte(got))
				got = "sha256:" + hex.EncodeToString(sum[:])
			}
			if got != c.Graph && c.Error == "" {
				t.Errorf("graph %.1000s\n want %.1000s", got, c.Graph)
			}
			if !otherwise[c.Name] {
				checkOps(t, d, c.Ops)
			}
			checkWrite(t, c.Pickle)
			if c.By == "hand" {
				return
			}
			p := map[string]Pickler{"cpython-c": CPythonC, "cpython-py": CPythonPy, "cpython-bare": CPythonBare}[c.By]
			b, err := Encode(d.Root(), EncodeOptions{Protocol: c.Protocol, Pickler: p})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b, c.Pickle) {
				t.Errorf("encoded %q\nwant    %q", clip(b), clip(c.Pickle))
			}
			if p, _ := d.Canonical(); p == 0 {
				t.Error("not canonical")
			}
		})
	}
}

func checkOps(t *testing.T, d *Document, want [][]any) {
	t.Helper()
	if want == nil {
		return
	}
	var got []Op
	for op := range d.Ops() {
		got = append(got, op)
	}
	if len(got) > 300 {
		got = append(got[:150:150], got[len(got)-150:]...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d instructions, want %d", len(got), len(want))
	}
	for i, op := range got {
		var arg any
		if a, ok := argForTest(d, op); ok {
			arg = a
		}
		if op.Name != want[i][0] || float64(op.Offset) != want[i][1] || arg != want[i][2] {
			t.Fatalf("instruction %d: %s at %d of %v, want %v", i, op.Name, op.Offset, arg, want[i])
		}
		if arg != nil && op.Arg() == "" && op.Size > 2 && len(op.Payload()) > 0 {
			t.Errorf("%s at %d prints no argument", op.Name, op.Offset)
		}
	}
}

// argForTest is the argument as testdata/gen.py writes what pickletools reads.
func argForTest(d *Document, o Op) (string, bool) {
	p := o.Payload()
	switch o.Code {
	case opInt:
		v, b, _, _ := parseINT(p)
		if b != nil {
			return b.String(), true
		}
		return fmt.Sprint(v), true
	case opLong:
		v, b, _ := parseLONG(p)
		if b != nil {
			return b.String(), true
		}
		return fmt.Sprint(v), true
	case opLong1, opLong4:
		return decodeLong(p).String(), true
	case opFloat:
		v, _ := parseFLOAT(p)
		return Repr(v), true
	case opGet, opPut:
		v, _ := parseIndex(p)
		return fmt.Sprint(v), true
	case opString:
		p, _ = unquote(p)
		p, _ = unescape(p)
	case opUnicode:
		p, _ = rawUnicode(p)
	case opGlobal, opInst:
		return "s" + hex.EncodeToString(bytes.Replace(p, newline, []byte{' '}, 1)), true
	case opShortBinstring, opBinstring: // pickletools reads Latin-1
		s := ""
		for _, c := range p {
			s += string(rune(c))
		}
		p = []byte(s)
	case opShortBinbytes, opBinbytes, opBinbytes8, opBytearray8:
		return "x" + hex.EncodeToString(p), true
	}
	switch opcodes[o.Code].arg {
	case argNone:
		return "", false
	case argLen1, argLen4, argLen8, argLine:
		return "s" + hex.EncodeToString(p), true
	}
	return o.Arg(), true
}

// dump is the graph as testdata/gen.py dumps Python objects.
func dump(v Value) string {
	g := &dumper{seen: map[Value]int{}}
	g.value(v)
	return g.b.String()
}

type dumper struct {
	b    strings.Builder
	seen map[Value]int
}

func (g *dumper) list(open, end string, vs []Value) {
	g.b.WriteString(open)
	for i, v := range vs {
		if i > 0 {
			g.b.WriteByte(',')
		}
		g.value(v)
	}
	g.b.WriteString(end)
}

func all(v Value) (vs []Value) {
	for x := range v.Items() {
		vs = append(vs, x)
	}
	return vs
}

func (g *dumper) value(v Value) {
	put := func(f string, a ...any) { fmt.Fprintf(&g.b, f, a...) }
	switch k := v.Kind(); k {
	case None:
		put("N")
		return
	case Bool:
		put("%s", map[bool]string{true: "T", false: "F"}[v.Bool()])
		return
	case Int, BigInt:
		put("i%s", v.Big())
		return
	case Float:
		if f := v.Float(); f != f {
			put("fnan")
		} else {
			put("f%016x", v.node().a)
		}
		return
	case String:
		put("s%x", v.Str())
		return
	case Bytes:
		put("b%x", v.Bytes())
		return
	case Global:
		m, n := v.Global()
		put("g%x", m+"."+n)
		return
	case Ext:
		put("g%x", fmt.Sprintf("ext.E%d", v.Code()))
		return
	case Buffer:
		if n, _ := v.Buffer(); n >= 0 {
			put("u%x", fmt.Sprintf("buf%d", n))
		} else {
			put("u%x", v.Viewed().Bytes())
		}
		return
	case Tuple, FrozenSet:
		if v.Len() == 0 {
			put("%s", map[Kind]string{Tuple: "()", FrozenSet: "<>"}[k])
			return
		}
	}
	if n, ok := g.seen[v]; ok {
		put("@%d", n)
		return
	}
	n := len(g.seen)
	g.seen[v] = n
	switch v.Kind() {
	case ByteArray:
		put("B%d:%x", n, v.Bytes())
	case Persistent:
		put("p%d(", n)
		g.value(v.PersistentID())
		put(")")
	case List:
		put("L%d", n)
		g.list("[", "]", all(v))
	case Tuple:
		put("t%d", n)
		g.list("(", ")", all(v))
	case Dict:
		put("D%d{", n)
		first := true
		for k, x := range v.Entries() {
			if !first {
				put(",")
			}
			first = false
			g.value(k)
			put(":")
			g.value(x)
		}
		put("}")
	case Set, FrozenSet:
		var items []string
		for _, x := range all(v) {
			in := &dumper{seen: g.seen}
			in.value(x)
			items = append(items, in.b.String())
		}
		sort.Strings(items)
		put("%s%d<%s>", map[Kind]string{Set: "S", FrozenSet: "Z"}[v.Kind()], n, strings.Join(items, ","))
	case Instance:
		g.instance(v, n)
	}
}

func (g *dumper) instance(v Value, n int) {
	how := "new"
	if h := v.How(); h == ByReduce || (h == ByObj || h == ByInst) && v.Args().Len() > 0 {
		how = "reduce"
	}
	class := v.Class()
	if class == "" {
		class = "." // the stand-in for what calls make of instances
	}
	fmt.Fprintf(&g.b, "o%d%s %x", n, how, class)
	g.list("(", ";", all(v.Args()))
	first := true
	for k, x := range v.Kwargs().Entries() {
		if !first {
			g.b.WriteByte(',')
		}
		first = false
		g.value(k)
		g.b.WriteByte('=')
		g.value(x)
	}
	g.b.WriteByte(')')
	for s := range v.Steps() {
		switch s.Kind {
		case StepAppend, StepAddItem, StepBuild:
			for _, x := range s.Values {
				g.list("!"+map[StepKind]string{StepAppend: "append:", StepAddItem: "add:", StepBuild: "build:"}[s.Kind], "", []Value{x})
			}
		case StepSetItem:
			for i := 0; i < len(s.Values); i += 2 {
				g.list("!set:", "", s.Values[i:i+2])
			}
		}
	}
}

// TestTruncation cuts small pickles at every byte: an error each time, and one
// of the sentinels.
func TestTruncation(t *testing.T) {
	for _, c := range cases(t) {
		d, err := Parse(c.Pickle)
		if err != nil || d.End() > 2000 {
			continue
		}
		for n := range d.End() {
			_, err := Parse(c.Pickle[:n:n]) // nothing to read past the end
			var e *document.Error
			if err == nil || !isSentinel(err, &e) {
				t.Fatalf("%s cut at %d: %v", c.Name, n, err)
			}
		}
	}
}

func isSentinel(err error, e **document.Error) bool {
	return errors.As(err, e) && (errors.Is(err, document.ErrCorrupt) || errors.Is(err, document.ErrUnsupported) || errors.Is(err, document.ErrLimit))
}
