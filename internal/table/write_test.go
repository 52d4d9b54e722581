package table

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/tensor"
)

func written(t testing.TB, f Format, o WriteOptions, outs ...Named) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, outs, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteText(t *testing.T) {
	labels := Named{"predict", tensor.Of([]string{"a", "", `x,"y"`})}
	proba := Named{"predict_proba", tensor.Of([]float64{.1, .9, 1, 0, math.NaN(), math.Inf(-1)}, 3, 2)}
	small := Named{"score", tensor.Of([]float32{.1, 1e-7, 1e20})}
	ints := Named{"n", tensor.Of([]int64{1, -2, 3})}
	rank3 := Named{"y", tensor.Of([]int32{1, 2, 3, 4}, 1, 2, 2)}
	truths := Named{"ok", tensor.Of([]bool{true, false})}
	one := Named{"loss", tensor.Scalar(2.5)}
	ragged := Named{"r", &tensor.Ragged{Values: tensor.Of([]int64{1, 2, 3}), Splits: []int64{0, 1, 1, 3}}}
	sparse := Named{"s", &tensor.Sparse{Rows: 1, Cols: 2, Indptr: []int64{0, 1}, Indices: []int64{1}, Data: tensor.Of([]float64{5})}}
	table := Named{"t", &tensor.Table{N: 2, Columns: []tensor.Column{
		{Name: "c", Values: tensor.Of([]int64{1, -1}), Categories: []string{"p", "q"}},
		{Name: "m", Values: tensor.Of([]string{"x", "y"}), Missing: []tensor.Missing{tensor.MissingNone, 0}},
	}}}
	raw := Named{"b", tensor.Of([]string{"\xff", "\x01\n\\"})}
	id := WriteOptions{ID: &tensor.Column{Name: "id", Values: tensor.Of([]string{"u", "v", "w"})}}
	for _, c := range []struct {
		f    Format
		o    WriteOptions
		outs []Named
		want string
	}{
		{CSV, WriteOptions{}, []Named{labels, proba}, "predict\na\n\"\"\n\"x,\"\"y\"\"\"\n"},
		{CSV, WriteOptions{Output: "predict_proba"}, []Named{labels, proba}, "predict_proba_0,predict_proba_1\n0.1,0.9\n1.0,0.0\nNaN,-inf\n"},
		{CSV, id, []Named{labels}, "id,predict\nu,a\nv,\nw,\"x,\"\"y\"\"\"\n"},
		{CSV, WriteOptions{}, []Named{small}, "score\n0.1\n1e-07\n1e+20\n"},
		{CSV, WriteOptions{}, []Named{ints}, "n\n1\n-2\n3\n"},
		{CSV, WriteOptions{}, []Named{rank3}, "y_0_0,y_0_1,y_1_0,y_1_1\n1,2,3,4\n"},
		{CSV, WriteOptions{}, []Named{truths}, "ok\nTrue\nFalse\n"},
		{CSV, WriteOptions{}, []Named{one}, "loss\n2.5\n"},
		{CSV, WriteOptions{}, []Named{sparse}, "s_0,s_1\n0.0,5.0\n"},
		{CSV, WriteOptions{}, []Named{table}, "c,m\nq,\n,y\n"},
		{CSV, WriteOptions{}, []Named{{"e", tensor.New(tensor.Float64, 0, 2)}}, "e_0,e_1\n"},
		{JSON, WriteOptions{}, []Named{proba}, "[\n[0.1, 0.9],\n[1.0, 0.0],\n[\"NaN\", \"-Infinity\"]\n]\n"},
		{JSON, WriteOptions{}, []Named{ints, truths}, "{\"n\": [1, -2, 3],\n\"ok\": [true, false]}\n"},
		{JSON, id, []Named{ints}, "[\n{\"id\": \"u\", \"n\": 1},\n{\"id\": \"v\", \"n\": -2},\n{\"id\": \"w\", \"n\": 3}\n]\n"},
		{JSON, id, []Named{ints, small}, "{\"id\": [\"u\", \"v\", \"w\"],\n\"n\": [1, -2, 3],\n\"score\": [0.1, 1e-07, 1e+20]}\n"},
		{JSON, WriteOptions{}, []Named{one}, "2.5\n"},
		{JSON, WriteOptions{}, []Named{ragged}, "[\n[1],\n[],\n[2, 3]\n]\n"},
		{JSON, WriteOptions{}, []Named{table}, "[\n{\"c\": \"q\", \"m\": null},\n{\"c\": null, \"m\": \"y\"}\n]\n"},
		{JSON, WriteOptions{}, []Named{raw}, "[\n{\"b64\": \"/w==\"},\n\"\\u0001\\n\\\\\"\n]\n"},
		{JSON, WriteOptions{}, []Named{{"e", tensor.New(tensor.Float64, 0, 2)}}, "[]\n"},
		{JSONL, WriteOptions{}, []Named{rank3}, "[[1, 2], [3, 4]]\n"},
		{JSONL, id, []Named{ints}, "{\"id\": \"u\", \"n\": 1}\n{\"id\": \"v\", \"n\": -2}\n{\"id\": \"w\", \"n\": 3}\n"},
		{JSONL, id, []Named{ints, small}, "{\"id\": \"u\", \"n\": 1, \"score\": 0.1}\n{\"id\": \"v\", \"n\": -2, \"score\": 1e-07}\n{\"id\": \"w\", \"n\": 3, \"score\": 1e+20}\n"},
	} {
		if got := written(t, c.f, c.o, c.outs...); got != c.want {
			t.Errorf("%s of %s:\n%q, want\n%q", c.f, c.outs[0].Name, got, c.want)
		}
	}
	for _, c := range []struct {
		f    Format
		o    WriteOptions
		out  Named
		want error
	}{
		{CSV, WriteOptions{}, ragged, document.ErrUnsupported},
		{NPY, id, ints, document.ErrInput},
		{NPY, WriteOptions{}, table, document.ErrUnsupported},
		{CSV, WriteOptions{}, Named{"h", &tensor.Handle{}}, document.ErrUnsupported},
		{CSV, id, truths, document.ErrInput},
		{JSON, WriteOptions{}, Named{"z", tensor.Of([]complex64{1})}, document.ErrUnsupported},
		{CSV, WriteOptions{Output: "q"}, ints, document.ErrInput},
		{Libsvm, WriteOptions{}, ints, document.ErrInput},
		{NPY, WriteOptions{Limits: document.Limits{Bytes: 8}}, sparse, document.ErrLimit},
	} {
		if err := Write(&bytes.Buffer{}, c.f, []Named{c.out}, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s of %s: %v", c.f, c.out.Name, err)
		}
	}
}

// What is written as CSV is read back the same.
func TestCSVRoundTrip(t *testing.T) {
	list := []string{"", " ", "a\nb", "\r", `"`, `""`, ",", "é", "\"quoted\"", "x"}
	text := written(t, CSV, WriteOptions{}, Named{"t", tensor.Of(list)})
	v := bind(t, text, Options{Format: CSV, Header: HeaderYes}, matrixPort(tensor.String, 1)).(*tensor.Tensor)
	for i, s := range tensor.Data[string](v) {
		if s != list[i] {
			t.Errorf("%q, want %q", s, list[i])
		}
	}
	nums := []float64{0, 1.5, -2.25e-300, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1), 1e16, 123456789.125, math.Copysign(0, -1)}
	text = written(t, CSV, WriteOptions{}, Named{"t", tensor.Of(nums)})
	v = bind(t, text, Options{Format: CSV}, matrixPort(tensor.Float64, 1)).(*tensor.Tensor)
	for i, x := range tensor.Data[float64](v) {
		if math.Float64bits(x) != math.Float64bits(nums[i]) && !math.IsNaN(x) {
			t.Errorf("%v, want %v", x, nums[i])
		}
	}
}

func TestWriteNPZ(t *testing.T) {
	s := &tensor.Sparse{Rows: 1, Cols: 2, Indptr: []int64{0, 1}, Indices: []int64{1}, Data: tensor.Of([]float64{5})}
	r := &tensor.Ragged{Values: tensor.Of([]int64{1, 2, 3}), Splits: []int64{0, 1, 3}}
	names := func(text string) string {
		a, err := npy.OpenArchive([]byte(text), document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(a.Names(), " ")
	}
	if got := names(written(t, NPZ, WriteOptions{}, Named{"x", s})); got != "indices indptr format shape data" {
		t.Error(got)
	}
	if got := names(written(t, NPZ, WriteOptions{}, Named{"x", s}, Named{"y", tensor.Scalar(1.0)}, Named{"r", r})); got !=
		"x.indices x.indptr x.format x.shape x.data y r.values r.row_splits" {
		t.Error(got)
	}
	id := &tensor.Column{Name: "id", Values: tensor.Of([]int64{1})}
	if got := names(written(t, NPZ, WriteOptions{ID: id}, Named{"predict", tensor.Of([]string{"a"})})); got != "id predict" {
		t.Error(got)
	}
	d, err := Read("data", []byte(written(t, NPZ, WriteOptions{}, Named{"x", s}, Named{"y", tensor.Scalar(1.0)})), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := matrixPort(tensor.Float64, 2)
	p.Name, p.Sparse = "x", true
	if v, err := Bind(d, p); err != nil || v.(*tensor.Sparse).Cols != 2 {
		t.Error(v, err)
	}
	if got := written(t, NPY, WriteOptions{}, Named{"x", s}); got != npyOf(t, s.Dense()) {
		t.Error("a sparse answer is not dense in npy")
	}
	half := tensor.New(tensor.BFloat16, 1)
	if got := written(t, NPY, WriteOptions{}, Named{"x", half}); !strings.Contains(got, "<f4") {
		t.Error(got)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	for range 2 {
		if err := WriteFile(path, []Named{{"y", tensor.Of([]int64{1})}}, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "y\n1\n" {
		t.Error(b, err)
	}
	if err := WriteFile(path, []Named{{"y", &tensor.Handle{}}}, WriteOptions{}); !errors.Is(err, document.ErrUnsupported) {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "y\n1\n" {
		t.Error("a failed write changed the file")
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Error(list)
	}
	if err := WriteFile(filepath.Join(dir, "out.xyz"), nil, WriteOptions{}); !errors.Is(err, document.ErrInput) {
		t.Error(err)
	}
}
