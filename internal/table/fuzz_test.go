package table

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// bindEverywhere offers the data to ports of all kinds: none may panic, and all
// faults must be of the right class.
func bindEverywhere(t *testing.T, b []byte, o Options) {
	o.Limits = document.Limits{Bytes: 1 << 24}
	d, err := Read("data", b, o)
	check := func(err error) {
		if err != nil && !errors.Is(err, document.ErrInput) && !errors.Is(err, document.ErrLimit) {
			t.Fatalf("%v", err)
		}
	}
	check(err)
	if err != nil {
		return
	}
	sparse := matrixPort(tensor.Float32, 3)
	sparse.Sparse = true
	words := frame("a", "b")
	words.Columns[0] = model.Column{Name: "a", Text: true, Categories: []string{"NA"}}
	ports := []model.Port{
		frame(), words, sparse,
		matrixPort(tensor.Float64, 2, "a", "b"), matrixPort(tensor.Int8, 2), matrixPort(tensor.Invalid, int(model.Unknown)),
		{Name: "X", DType: tensor.String, Shape: []model.Dim{model.Rows}},
		{Name: "X", DType: tensor.Float32, Shape: []model.Dim{}},
		{Name: "X", DType: tensor.Float32, Shape: []model.Dim{model.Rows, model.Unknown, 2}},
		{Name: "X", Kind: model.Ragged, DType: tensor.Float32},
	}
	for _, p := range ports {
		v, err := Bind(d, p)
		check(err)
		if err != nil {
			continue
		}
		for _, f := range []Format{CSV, JSON, JSONL, NPY, NPZ} {
			var buf bytes.Buffer
			if err := Write(&buf, f, []Named{{"y", v}}, WriteOptions{Limits: o.Limits}); err == nil && f == CSV && len(bytes.TrimSpace(buf.Bytes())) > 0 { // a table of no columns is empty
				again, err := Read("again", buf.Bytes(), Options{Format: CSV, Header: HeaderYes})
				if err != nil {
					t.Fatalf("written as CSV: %v\n%q", err, buf.Bytes())
				}
				if g, err := again.grid(want{}); err != nil || rowsOf(v) != g.rows && p.HasRows() {
					t.Fatalf("written as CSV: %d rows, not %d: %v\n%q", g.rows, rowsOf(v), err, buf.Bytes())
				}
			}
		}
	}
	_, err = BindAll(d, []model.Port{ports[3], {Name: "a", DType: tensor.Float32, Shape: []model.Dim{model.Rows}}})
	check(err)
	d.opts.ID, d.opts.Columns = "a", []string{"b"}
	_, err = Bind(d, ports[3])
	check(err)
	_, err = d.ID()
	check(err)
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\"\",\"b\nc\"\r\n1,\r\n", "\xef\xbb\xbfa,b\nTrue,NA\n", "1e400,9007199254740993\n\n \n,", "a,a\n\"", "a\n\"\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { bindEverywhere(t, b, Options{Format: CSV}) })
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`[[1, 2], [3, 4]]`, `[{"a": 1, "b": null}, {"a": "x"}]`, `{"inputs": {"a": [1, 2], "b": [[3], [4]]}}`,
		`["a", "\u00e9\ud83d\ude00", {"b64": "/w=="}]`, `[NaN, -Infinity, 1e5, "NaN"]`, `[[[1], [2]]]`, `[]`, `{"inputs": []}`, `[true, false]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bindEverywhere(t, b, Options{Format: JSON})
		bindEverywhere(t, b, Options{Format: JSONL})
	})
}

func FuzzLibsvm(f *testing.F) {
	for _, s := range []string{"1 1:2 3:4\n", "0,1 qid:3 0:1.5 # x\n\n-1\n", "1:1\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { bindEverywhere(t, b, Options{Format: Libsvm}) })
}

func FuzzData(f *testing.F) {
	f.Add([]byte(npzOf(f)))
	f.Add([]byte(npyOf(f, tensor.Of([]string{"a", "b"}, 1, 2))))
	for _, name := range []string{"testdata/index.parquet"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { bindEverywhere(t, b, Options{}) })
}
