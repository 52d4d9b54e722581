package table

import (
	"bytes"
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func npyOf(t testing.TB, v *tensor.Tensor) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func npzOf(t testing.TB, m ...npy.Member) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.WriteArchive(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func floats(v tensor.Value) []float64 {
	if s, ok := v.(*tensor.Sparse); ok {
		v = s.Dense()
	}
	t := v.(*tensor.Tensor)
	out := make([]float64, t.Len())
	for i := range out {
		out[i] = t.Float(i)
	}
	return out
}

// Every form of the same data binds to the same matrix, columns in the model's order.
func TestDense(t *testing.T) {
	two := tensor.Of([]float64{1, 2, 3, 4}, 2, 2)
	a, b := tensor.Of([]int32{1, 3}), tensor.Of([]float32{2, 4})
	sparse := npy.SparseMembers("", &tensor.Sparse{Rows: 2, Cols: 2, Indptr: []int64{0, 2, 4}, Indices: []int64{0, 1, 0, 1}, Data: tensor.Of([]float64{1, 2, 3, 4})})
	for name, text := range map[string]string{
		"csv":         "a,b\n1,2\n3,4\n",
		"csv turned":  "b,a\n2,1\n4,3\n",
		"csv bare":    "1,2\n3,4\n",
		"rows":        "[[1, 2], [3, 4]]",
		"records":     `[{"b": 2, "a": 1}, {"a": 3.0, "b": 4}]`,
		"jsonl":       "{\"b\": 2, \"a\": 1}\n{\"a\": 3, \"b\": 4}\n",
		"jsonl rows":  "[1, 2]\n[3, 4]\n",
		"inputs":      `{"inputs": {"X": [[1, 2], [3, 4]]}}`,
		"inputs rows": `{"inputs": [[1, 2], [3, 4]]}`,
		"inputs cols": `{"inputs": {"b": [2, 4], "a": [1, 3]}}`,
		"npy":         npyOf(t, two),
		"npz":         npzOf(t, npy.Member{Name: "X", Value: two}, npy.Member{Name: "y", Value: a}),
		"npz alone":   npzOf(t, npy.Member{Name: "arr_0", Value: two}),
		"npz columns": npzOf(t, npy.Member{Name: "b", Value: b}, npy.Member{Name: "a", Value: a}),
		"sparse":      npzOf(t, sparse...),
		"libsvm":      "0 1:1 2:2\n1 qid:3 1:3 2:4 # comment\n\n",
	} {
		for _, d := range []tensor.DType{tensor.Float64, tensor.Float32, tensor.Int32} {
			v := bind(t, text, Options{}, matrixPort(d, 2, "a", "b"))
			if got := floats(v); !slices.Equal(got, []float64{1, 2, 3, 4}) || v.(*tensor.Tensor).DType() != d {
				t.Errorf("%s: %v %v", name, v, got)
			}
		}
		if name == "csv turned" || name == "records" || name == "jsonl" || name == "inputs cols" || name == "npz columns" {
			continue
		}
		bind(t, text, Options{}, matrixPort(tensor.Float64, 2))
	}
}

func TestTable(t *testing.T) {
	text := `[{"n": 1, "t": "x", "b": true, "f": 1.5}, {"n": null, "t": null, "b": false, "f": "NaN"}, {"n": 3, "b": true, "f": 2}]`
	v := bind(t, text, Options{}, frame("t", "n")).(*tensor.Table)
	var names []string
	for _, c := range v.Columns {
		names = append(names, c.Name)
	}
	if !reflect.DeepEqual(names, []string{"t", "n", "b", "f"}) {
		t.Fatal(names)
	}
	if m := v.Columns[0].Missing; !slices.Equal(m, []tensor.Missing{tensor.Present, tensor.MissingNone, tensor.MissingNaN}) {
		t.Error(m)
	}
	if c := v.Columns[1]; c.Values.DType() != tensor.Float64 || !math.IsNaN(c.Values.Float(1)) || c.Missing[1] != tensor.MissingNone {
		t.Error(c)
	}
	if c := v.Columns[2]; c.Values.DType() != tensor.Bool {
		t.Error(c)
	}
	if c := v.Columns[3]; c.Values.DType() != tensor.Float64 || c.Missing != nil {
		t.Error(c)
	}
	v = bind(t, npyOf(t, tensor.Of([]string{"a", "b", "c", "d"}, 2, 2)), Options{}, frame("p", "q")).(*tensor.Table)
	if v.Columns[1].Name != "q" || tensor.Data[string](v.Columns[1].Values)[1] != "d" {
		t.Error(v)
	}
	v = bind(t, "[]", Options{}, frame("p", "q")).(*tensor.Table)
	if v.N != 0 || len(v.Columns) != 2 {
		t.Error(v)
	}
	if _, err := tryBind(`[{"a": 1}, {"a": "x"}]`, Options{}, frame()); !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), "row 2") {
		t.Error(err)
	}
}

func TestTypes(t *testing.T) {
	accept := matrixPort(tensor.Float32, 2)
	accept.Accept = []tensor.DType{tensor.Float64, tensor.Int64}
	for _, c := range []struct {
		text string
		p    model.Port
		want tensor.DType // Invalid: refused
	}{
		{"1,2\n", accept, tensor.Int64},
		{"1,2.5\n", accept, tensor.Float64},
		{"1,\n", accept, tensor.Float64},
		{npyOf(t, tensor.Of([]float32{1, 2}, 1, 2)), accept, tensor.Float32},
		{npyOf(t, tensor.Of([]int32{1, 2}, 1, 2)), accept, tensor.Float32},
		{"1,2\n", matrixPort(tensor.Invalid, 2), tensor.Int64},
		{"True,false\n", matrixPort(tensor.Float64, 2), tensor.Float64},
		{"1,2\n", matrixPort(tensor.Uint8, 2), tensor.Uint8},
		{"1,256\n", matrixPort(tensor.Uint8, 2), tensor.Invalid},
		{"1,-1\n", matrixPort(tensor.Uint64, 2), tensor.Invalid},
		{"1,1.5\n", matrixPort(tensor.Int64, 2), tensor.Invalid},
		{"1,\n", matrixPort(tensor.Int64, 2), tensor.Invalid},
		{"1,0\n", matrixPort(tensor.Bool, 2), tensor.Bool},
		{"1,2\n", matrixPort(tensor.Bool, 2), tensor.Invalid},
		{"1,9007199254740993\n", matrixPort(tensor.Int64, 2), tensor.Int64},
		{npyOf(t, tensor.Of([]string{"1", "2"}, 1, 2)), matrixPort(tensor.Float64, 2), tensor.Invalid},
		{npyOf(t, tensor.Of([]float64{1, 2}, 1, 2)), matrixPort(tensor.String, 2), tensor.Invalid},
		{npyOf(t, tensor.Of([]complex64{1, 2}, 1, 2)), matrixPort(tensor.Float64, 2), tensor.Invalid},
	} {
		v, err := tryBind(c.text, Options{Header: HeaderNo}, c.p)
		if c.want == tensor.Invalid {
			if !errors.Is(err, document.ErrInput) {
				t.Errorf("%q for %s: %v %v", c.text, c.p.DType, v, err)
			}
			continue
		}
		if err != nil || v.(*tensor.Tensor).DType() != c.want {
			t.Errorf("%q for %s: %v %v, want %s", c.text, c.p.DType, v, err, c.want)
		}
	}
	v := bind(t, "1,9007199254740993\n", Options{Header: HeaderNo}, matrixPort(tensor.Int64, 2)).(*tensor.Tensor)
	if tensor.Data[int64](v)[1] != 9007199254740993 {
		t.Error(v)
	}
}

func TestShapes(t *testing.T) {
	port := func(dims ...model.Dim) model.Port { return model.Port{Name: "x", DType: tensor.Float32, Shape: dims} }
	for _, c := range []struct {
		text string
		p    model.Port
		want []int // nil: refused
	}{
		{"1,2,3,4\n5,6,7,8\n", port(model.Rows, 2, 2), []int{2, 2, 2}},
		{"1,2,3,4\n5,6,7,8\n", port(model.Rows, model.Unknown, 2), []int{2, 2, 2}},
		{"1,2,3,4\n5,6,7,8\n", port(model.Rows, model.Unknown), []int{2, 4}},
		{"1\n2\n", port(model.Rows), []int{2}},
		{"1\n", port(), []int{}},
		{"1,2\n", port(), nil},
		{"1,2\n", port(2), nil},
		{"1\n2\n", port(2), []int{2}},
		{"7", port(), []int{}},
		{"[1, 2]", port(model.Rows, 1), []int{2, 1}},
		{"[1, 2]", port(model.Rows, 2), nil},
		{"[[1], [2]]", port(model.Rows), []int{2}},
		{"[[[1, 2]], [[3, 4]]]", port(model.Rows, model.Unknown, 2), []int{2, 1, 2}},
		{"[[[1, 2]], [[3, 4]]]", port(model.Rows, 2), nil},
		{"[]", port(model.Rows, 3), []int{0, 3}},
		{`{"inputs": {"x": 5}}`, port(), []int{}},
	} {
		v, err := tryBind(c.text, Options{}, c.p)
		if c.want == nil {
			if !errors.Is(err, document.ErrInput) {
				t.Errorf("%q: %v %v", c.text, v, err)
			}
			continue
		}
		if err != nil || !slices.Equal(v.(*tensor.Tensor).Shape(), c.want) {
			t.Errorf("%q for %s: %v %v", c.text, model.ShapeString(c.p.Shape), v, err)
		}
	}
	p := model.Port{Name: "x", Kind: model.Ragged, DType: tensor.Int64}
	if r := bind(t, "[[1], [], [2, 3]]", Options{}, p).(*tensor.Ragged); !slices.Equal(r.Splits, []int64{0, 1, 1, 3}) {
		t.Error(r)
	}
}

func TestSparsePort(t *testing.T) {
	p := matrixPort(tensor.Float32, 4)
	p.Sparse = true
	for _, c := range []struct {
		o    Options
		want []float64
	}{
		{Options{}, []float64{5, 0, 6, 0, 0, 7, 0, 0}},
		{Options{Index: IndexZero}, []float64{0, 5, 0, 6, 0, 0, 7, 0}},
	} {
		s, ok := bind(t, "1 1:5 3:6\n0 2:7\n", c.o, p).(*tensor.Sparse)
		if !ok || s.Cols != 4 || !slices.Equal(floats(s), c.want) || s.Data.DType() != tensor.Float32 {
			t.Error(s, floats(s))
		}
	}
	if _, err := tryBind("1 1:1 4000000000:1\n", Options{}, matrixPort(tensor.Float32, -5)); err == nil {
		t.Error("no limit")
	}
}

func TestSeveralPorts(t *testing.T) {
	ports := []model.Port{
		{Name: "age", DType: tensor.Int64, Shape: []model.Dim{model.Rows, 1}},
		{Name: "pic", DType: tensor.Float32, Shape: []model.Dim{model.Rows, 2}},
		{Name: "city", DType: tensor.String, Shape: []model.Dim{model.Rows}},
	}
	for _, text := range []string{
		"city,pic_1,age,pic_0\nRome,2,7,1\nBonn,4,8,3\n",
		`{"inputs": {"age": [[7], [8]], "pic": [[1, 2], [3, 4]], "city": ["Rome", "Bonn"]}}`,
		`[{"age": 7, "pic_0": 1, "pic_1": 2, "city": "Rome"}, {"age": 8, "pic_0": 3, "pic_1": 4, "city": "Bonn"}]`,
		npzOf(t, npy.Member{Name: "age", Value: tensor.Of([]int32{7, 8})}, npy.Member{Name: "pic", Value: tensor.Of([]float64{1, 2, 3, 4}, 2, 2)},
			npy.Member{Name: "city", Value: tensor.Of([]string{"Rome", "Bonn"})}),
	} {
		d, err := Read("data", []byte(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := BindAll(d, ports)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if !slices.Equal(floats(v[0]), []float64{7, 8}) || !slices.Equal(floats(v[1]), []float64{1, 2, 3, 4}) ||
			!slices.Equal(tensor.Data[string](v[2].(*tensor.Tensor)), []string{"Rome", "Bonn"}) {
			t.Errorf("%q: %v", text, v)
		}
	}
	for text, want := range map[string]string{
		"city,pic_1,age,pic_0,more\nRome,2,7,1,5\n": `"more"`,
		"city,pic_1,pic_0\nRome,2,1\n":              `"age"`,
		"1,2,3,4\n":                                 "names",
		`{"inputs": {"age": [[7]], "pic": [[1, 2], [3, 4]], "city": ["Rome", "x"]}}`: "1 rows",
		`{"inputs": {"age": [[7]]}}`:      `"pic"`,
		npyOf(t, tensor.Of([]float64{1})): "3 inputs",
	} {
		d, err := Read("data", []byte(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = BindAll(d, ports); !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestIDAndColumns(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"id,b,a,junk\n07,2,1,x\n8,4,3,y\n", `"07" "8"`},
		{"id,b,a,junk\n7,2,1,x\n8,4,3,y\n", `"7" "8"`},
		{`[{"id": "u", "a": 1, "b": 2, "junk": 1}, {"id": "v", "a": 3, "b": 4, "junk": "q"}]`, `"u" "v"`},
		{npzOf(t, npy.Member{Name: "id", Value: tensor.Of([]int32{7, 8})}, npy.Member{Name: "a", Value: tensor.Of([]int32{1, 3})},
			npy.Member{Name: "b", Value: tensor.Of([]int32{2, 4})}, npy.Member{Name: "junk", Value: tensor.Of([]string{"x", "y"})}), `"7" "8"`},
	} {
		d, err := Read("data", []byte(c.text), Options{ID: "id", Columns: []string{"a", "b"}})
		if err != nil {
			t.Fatal(err)
		}
		p := matrixPort(tensor.Float64, 2, "a", "b")
		v, err := Bind(d, p)
		if err != nil || !slices.Equal(floats(v), []float64{1, 2, 3, 4}) {
			t.Errorf("%q: %v %v", c.text, v, err)
			continue
		}
		id, err := d.ID()
		if err != nil || show(cells(*id)) != c.want {
			t.Errorf("%q: %v %v", c.text, id, err)
		}
	}
	v := bind(t, "9,1,2\n8,3,4\n", Options{ID: "0"}, matrixPort(tensor.Float64, 2))
	if !slices.Equal(floats(v), []float64{1, 2, 3, 4}) {
		t.Error(v)
	}
	v = bind(t, npyOf(t, tensor.Of([]float64{9, 1, 2, 8, 3, 4}, 2, 3)), Options{Columns: []string{"2", "1"}}, matrixPort(tensor.Float64, 2))
	if !slices.Equal(floats(v), []float64{2, 1, 4, 3}) {
		t.Error(v)
	}
	if _, err := tryBind("a,b\n1,2\n", Options{ID: "c"}, matrixPort(tensor.Float64, 2)); err == nil || !strings.Contains(err.Error(), `"c"`) {
		t.Error(err)
	}
}

func TestOpen(t *testing.T) {
	if _, err := Open("no such file.csv", Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	name := t.TempDir() + "/x.csv"
	if err := os.WriteFile(name, []byte("[[1, 2]\n,[3, 4]]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Open(name, Options{})
	if err != nil || d.Format != CSV {
		t.Fatal(d, err) // the extension decides
	}
	if _, err = Bind(d, matrixPort(tensor.Float64, 2)); !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), "x.csv") {
		t.Error(err)
	}
	if _, err := Open(name, Options{Limits: document.Limits{Bytes: 4}}); !errors.Is(err, document.ErrLimit) {
		t.Error(err)
	}
	if _, err := tryBind("\x93NUMPY\x01\x00", Options{}, matrixPort(tensor.Float64, 2)); !errors.Is(err, document.ErrInput) || errors.Is(err, document.ErrCorrupt) {
		t.Error(err)
	}
}

// Records with keys of their own would need a cell for each pair of them.
func TestWideRecords(t *testing.T) {
	var b strings.Builder
	for i := range 20000 {
		b.WriteString(`{"k` + itoa(i) + `": 1}` + "\n")
	}
	if _, err := tryBind(b.String(), Options{Limits: document.Limits{Bytes: 1 << 26}}, frame()); !errors.Is(err, document.ErrLimit) {
		t.Error(err)
	}
}
