package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func frame(names ...string) model.Port {
	p := model.Port{Name: "X", Kind: model.Table, Shape: []model.Dim{model.Rows, model.Unknown}}
	for _, n := range names {
		p.Columns = append(p.Columns, model.Column{Name: n})
	}
	return p
}

func matrixPort(d tensor.DType, cols int, names ...string) model.Port {
	p := model.Port{Name: "X", DType: d, Shape: []model.Dim{model.Rows, model.Dim(cols)}}
	for _, n := range names {
		p.Columns = append(p.Columns, model.Column{Name: n})
	}
	return p
}

func bind(t testing.TB, text string, o Options, p model.Port) tensor.Value {
	t.Helper()
	v, err := tryBind(text, o, p)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

func tryBind(text string, o Options, p model.Port) (tensor.Value, error) {
	d, err := Read("data", []byte(text), o)
	if err != nil {
		return nil, err
	}
	return Bind(d, p)
}

// cells is a column as the goldens have it: nil is missing.
func cells(c tensor.Column) []*string {
	out := make([]*string, c.Values.Len())
	for i := range out {
		if c.Missing != nil && c.Missing[i] != tensor.Present {
			continue
		}
		var s string
		switch d := c.Values.DType(); {
		case c.Categories != nil:
			code := c.Values.Int(i)
			if code < 0 {
				continue
			}
			s = c.Categories[code]
		case d == tensor.String:
			s = tensor.Data[string](c.Values)[i]
		case d == tensor.Bool:
			s = map[int64]string{0: "False", 1: "True"}[c.Values.Int(i)]
		case d.IsFloat():
			v := c.Values.Float(i)
			if math.IsNaN(v) {
				continue
			}
			s = fmt.Sprint(v)
		default:
			s = strconv.FormatInt(c.Values.Int(i), 10)
		}
		out[i] = &s
	}
	return out
}

// decimals prints Python's hexadecimal floats as cells does.
func decimals(want []*string, dtype string) []*string {
	if !strings.HasPrefix(dtype, "float") {
		return want
	}
	out := make([]*string, len(want))
	for i, s := range want {
		if s == nil {
			continue
		}
		v, err := strconv.ParseFloat(*s, 64)
		if err != nil {
			panic(err)
		}
		t := fmt.Sprint(v)
		out[i] = &t
	}
	return out
}

func TestAsPandas(t *testing.T) {
	b, err := os.ReadFile("testdata/pandas.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Text    string
		Names   []string
		Types   []string
		Columns [][]*string
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	types := map[string]string{"int64": "int64", "float64": "float64", "str": "string", "bool": "bool", "object": "string"}
	for _, c := range cases {
		v, err := tryBind(c.Text, Options{Format: CSV, Header: HeaderYes}, frame())
		if err != nil {
			t.Errorf("%q: %v", c.Text, err)
			continue
		}
		table := v.(*tensor.Table)
		if len(table.Columns) != len(c.Names) {
			t.Errorf("%q: %d columns", c.Text, len(table.Columns))
			continue
		}
		for i, col := range table.Columns {
			if col.Name != c.Names[i] {
				t.Errorf("%q: column %q, want %q", c.Text, col.Name, c.Names[i])
			}
			if d := col.Values.DType().String(); d != types[c.Types[i]] && table.N > 0 {
				t.Errorf("%q: column %q is %s, want %s", c.Text, col.Name, d, c.Types[i])
			}
			got := cells(col)
			want := decimals(c.Columns[i], c.Types[i])
			if c.Types[i] == "object" && col.Values.DType() == tensor.String { // booleans with holes: their text, as it stands
				continue
			}
			if !reflect.DeepEqual(got, want) && table.N > 0 {
				t.Errorf("%q: column %q is %s, want %s", c.Text, col.Name, show(got), show(want))
			}
		}
	}
}

func show(list []*string) string {
	var out []string
	for _, s := range list {
		if s == nil {
			out = append(out, "-")
		} else {
			out = append(out, strconv.Quote(*s))
		}
	}
	return strings.Join(out, " ")
}

func TestHeader(t *testing.T) {
	num := matrixPort(tensor.Float64, 2)
	for _, c := range []struct {
		text string
		o    Options
		p    model.Port
		rows int // -1: refused
	}{
		{"a,b\n1,2\n", Options{}, num, 1},
		{"1,2\n3,4\n", Options{}, num, 2},
		{"a,b\n,2\n", Options{}, num, 1},
		{"a,b\n", Options{}, num, 0},
		{"a,b\n", Options{}, matrixPort(tensor.Float64, 2, "a", "b"), 0},
		{"a,b\n1,2\n", Options{Header: HeaderNo}, num, -1},
		{"1,2\n3,4\n", Options{Header: HeaderYes}, num, 1},
		{"1,2\n3,4\n", Options{}, matrixPort(tensor.Float64, 2, "1", "2"), 1},
		{"2,1\n3,4\n", Options{}, matrixPort(tensor.Float64, 2, "1", "2"), 1},
		{"a,\n3,4\n", Options{}, num, -1}, // a missing name: no header, and a is no number
		{"color,size\nred,small\n", Options{}, frame("color", "size"), 1},
		{"red,small\nblue,big\n", Options{}, frame("color", "size"), 2},
		{"size,color,id\nsmall,red,x\n", Options{}, frame("color", "size"), 1},
		{",a,b\n0,1,2\n", Options{Columns: []string{"a", "b"}}, matrixPort(tensor.Float64, 2, "a", "b"), 1},
		{"a,b\n1,2\n", Options{}, model.Port{DType: tensor.String, Shape: []model.Dim{model.Rows, 2}}, 1},
	} {
		v, err := tryBind(c.text, c.o, c.p)
		rows := -1
		if err == nil {
			rows = rowsOf(v)
		} else if !errors.Is(err, document.ErrInput) {
			t.Errorf("%q: %v", c.text, err)
		}
		if rows != c.rows {
			t.Errorf("%q for %v: %d rows, want %d (%v)", c.text, c.p.Columns, rows, c.rows, err)
		}
	}
}

func TestTexts(t *testing.T) {
	p := model.Port{Name: "X", DType: tensor.String, Shape: []model.Dim{model.Rows}}
	for _, c := range []struct {
		text string
		o    Options
		want []string
	}{
		{"hello\n\"a, b\"\n\"\"\nNA\n", Options{Format: CSV}, nil},
		{"text\nhello\nworld\n", Options{Format: CSV, Header: HeaderYes}, []string{"hello", "world"}},
		{"hello world\n", Options{Format: CSV}, []string{"hello world"}},
		{`["a", "b\n\u00e9\ud83d\ude00", ""]`, Options{}, []string{"a", "b\né😀", ""}},
		{"\"a\"\n\"b\\\"\"\n", Options{Format: JSONL}, []string{"a", `b"`}},
		{`[["a"], ["b"]]`, Options{}, []string{"a", "b"}},
		{`[{"t": "a"}, {"t": "b"}]`, Options{}, []string{"a", "b"}},
		{`[{"b64": "/w=="}]`, Options{}, []string{"\xff"}},
		{`[]`, Options{}, []string{}},
		{"\"one\\ntwo\"\n", Options{}, []string{"one\ntwo"}},
	} {
		v := bind(t, c.text, c.o, p)
		got := tensor.Data[string](v.(*tensor.Tensor))
		if c.want == nil { // by the rule an empty field below makes the first row a header
			c.want = []string{"a, b", "", "NA"}
		}
		if len(got) != len(c.want) || len(got) > 0 && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q", c.text, got)
		}
	}
}

func TestMissing(t *testing.T) {
	p := frame("country", "n")
	p.Columns[0] = model.Column{Name: "country", Text: true, Categories: []string{"NA", "DE"}}
	v := bind(t, "country,n\nNA,1\n,NA\nnull,3\n", Options{}, p).(*tensor.Table)
	if got := show(cells(v.Columns[0])) + show(cells(v.Columns[1])); got != `"NA" - -"1" - "3"` {
		t.Error(got)
	}
	v = bind(t, "country,n\n?,1\nNA,?\n,-1\n", Options{NA: []string{"?", "-1"}}, frame("country", "n")).(*tensor.Table)
	if got := show(cells(v.Columns[0])) + show(cells(v.Columns[1])); got != `- "NA" """1" - -` {
		t.Error(got)
	}
	// A column of digits is text where the model was fitted on text.
	p = frame("zip")
	p.Columns[0].Text = true
	v = bind(t, "zip\n00123\n4\n", Options{}, p).(*tensor.Table)
	if got := show(cells(v.Columns[0])); got != `"00123" "4"` {
		t.Error(got)
	}
	p.Columns[0] = model.Column{Name: "zip", Categories: []string{"nan", "1"}}
	v = bind(t, "zip\nnan\n1\n", Options{}, p).(*tensor.Table)
	if got := show(cells(v.Columns[0])); got != `"nan" "1"` {
		t.Error(got)
	}
}

func TestFaults(t *testing.T) {
	num := matrixPort(tensor.Float64, 2, "a", "b")
	for _, c := range []struct {
		text string
		p    model.Port
		want []string
	}{
		{"", num, []string{"line 1", "column 1", "zero bytes"}},
		{"\n \n", num, []string{"line 1"}},
		{"a,b\n1,2\n3\n", num, []string{"line 3", "column 2"}},
		{"a,b\n1,2\n3,4,5\n", num, []string{"line 3", "column 3"}},
		{"a,b\n1,\"x\ny\"\n3,4\n5,z\n", num, []string{"line 2", "column 2", `"b"`, `"x\ny"`}},
		{"a,b\n1,2\n5,z\n", num, []string{"line 3", "column 2", `"z"`}},
		{"a,b\n1,\"2\n", num, []string{"line 2", "column 2", "quote"}},
		{"a,b\n1,\"2\"x\n", num, []string{"line 2", "column 2", "after the closing quote"}},
		{"b,c\n1,2\n", num, []string{`lacks the column "a"`}},
		{"a,b,c\n1,2,3\n", num, []string{`not fitted on the column "c"`}},
		{"1,2,3\n", num, []string{"3 columns", "takes 2"}},
		{"a,a,b\n1,2,3\n", num, []string{`"a" is there twice`}},
		{"\xff\xfea\x00", num, []string{"UTF-16"}},
		{"\x1f\x8b\x08", num, []string{"gzip"}},
		{"a,b\n1,True\n2,3\n", num, []string{"line 2", `"True"`}},
		{`[{"a": 1, "b": "x"}]`, num, []string{"line 1", "row 1", `"b"`, `"x"`}},
		{`[{"a": 1}, {"a": 2}]`, num, []string{`"b"`}},
		{"[[1, 2],\n [3]]", num, []string{"line 2", "column 2"}},
		{"[[1, 2],\n [3, \"q\"]]", num, []string{"line 2", `"q"`}},
		{"[[1, 2],\n [3, 4]", num, []string{"line 2"}},
		{`{"a": 1}`, num, []string{"inputs"}},
		{`{"inputs": {"Y": [[1, 2]]}}`, model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}}, []string{`"X"`, `"Y"`}},
		{"1 1:2 x\n", num, []string{"line 1", "column 3"}},
		{"1 1:2\n0 2:x\n", num, []string{"line 2", "column 2"}},
		{"1 1:2\n0 3:1\n", num, []string{"index 3", "2 columns"}},
		{"1 2:2 1:1\n", num, []string{"line 1", "index 1 after 2"}},
	} {
		o := Options{}
		if strings.Contains(c.text, ":") && c.text[0] != '[' && c.text[0] != '{' {
			o.Format = Libsvm
		}
		_, err := tryBind(c.text, o, c.p)
		if !errors.Is(err, document.ErrInput) {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		for _, w := range append(c.want, "data") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q: %q lacks %q", c.text, err, w)
			}
		}
	}
}

// Cut into stretches, a large file gives the same as a small one, and the first
// fault is the one that is told.
func TestStretches(t *testing.T) {
	var b strings.Builder
	b.WriteString("i,f,t\n")
	for i := range 50000 {
		fmt.Fprintf(&b, "%d,%v,w%d\n", i, float64(i)/7, i%13)
	}
	v := bind(t, b.String(), Options{}, frame("t", "f", "i")).(*tensor.Table)
	for i := range v.N {
		if tensor.Data[string](v.Columns[0].Values)[i] != fmt.Sprint("w", i%13) ||
			tensor.Data[float64](v.Columns[1].Values)[i] != float64(i)/7 || tensor.Data[int64](v.Columns[2].Values)[i] != int64(i) {
			t.Fatal(i)
		}
	}
	bad := strings.Replace(strings.Replace(b.String(), "\n40000,", "\nx,", 1), "\n100,", "\ny,", 1)
	if _, err := tryBind(bad, Options{Columns: []string{"i"}}, matrixPort(tensor.Float32, 1)); err == nil || !strings.Contains(err.Error(), `"y"`) || !strings.Contains(err.Error(), "line 102,") {
		t.Error(err)
	}
}

func BenchmarkCSV(b *testing.B) {
	var s strings.Builder
	s.WriteString("a,b,c,d,e,f,g,h,i,j\n")
	for i := range 100000 {
		for j := range 10 {
			if j > 0 {
				s.WriteByte(',')
			}
			s.WriteString(strconv.FormatFloat(float64(i*j)*0.001237, 'g', 10, 64))
		}
		s.WriteByte('\n')
	}
	data := []byte(s.String())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Read("x", data, Options{Format: CSV})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Bind(d, matrixPort(tensor.Float32, 10)); err != nil {
			b.Fatal(err)
		}
	}
}
