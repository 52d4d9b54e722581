package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

func TestParquet(t *testing.T) {
	b, err := os.ReadFile("testdata/flat.parquet")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Names       []string
		Sums        map[string]float64
		First, Last []*string
	}
	j, err := os.ReadFile("testdata/parquet.json")
	if err == nil {
		err = json.Unmarshal(j, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	types := []string{"int64", "float64", "float32", "int8", "uint32", "bool", "string", "string", "float64", "float64", "int64"}
	v := bind(t, string(b), Options{}, frame()).(*tensor.Table)
	if v.N != 2500 || len(v.Columns) != len(types) {
		t.Fatal(v.N, len(v.Columns))
	}
	for i, c := range v.Columns {
		if c.Name != want.Names[i] || c.Values.DType().String() != types[i] {
			t.Errorf("column %q is %s, want %q %s", c.Name, c.Values.DType(), want.Names[i], types[i])
		}
		if sum, ok := want.Sums[c.Name]; ok {
			got := 0.0
			for k := range v.N {
				if x := c.Values.Float(k); !math.IsNaN(x) {
					got += x
				}
			}
			if math.Abs(got-sum) > 1e-6*math.Abs(sum) && !(c.Name == "small" && math.Abs(got-sum) < 1e-2) {
				t.Errorf("%s adds up to %v, want %v", c.Name, got, sum)
			}
		}
	}
	level := v.Columns[10]
	if !reflect.DeepEqual(level.Categories, []string{"z", "y", "x"}) || level.Values.Int(0) != -1 || level.Values.Int(1) != 1 {
		t.Error(level.Categories, level.Values.Int(0), level.Values.Int(1))
	}
	if got := show(cells(v.Columns[7])[:2]) + show(cells(v.Columns[6])[8:9]); got != `- "é1""t1"` {
		t.Error(got)
	}
	// Text is text again where the model was fitted on text.
	p := frame("level")
	p.Columns[0].Text = true
	v = bind(t, string(b), Options{Columns: []string{"level"}}, p).(*tensor.Table)
	if got := show(cells(v.Columns[0])[:3]); got != `- "y" "x"` {
		t.Error(got)
	}
	m := bind(t, string(b), Options{Columns: []string{"byte", "small"}}, matrixPort(tensor.Float32, 2)).(*tensor.Tensor)
	if m.Dim(0) != 2500 || m.Float(0) != -100 {
		t.Error(m)
	}
	if _, err := tryBind(string(b), Options{Columns: []string{"text", "small"}}, matrixPort(tensor.Float32, 2)); !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), `"text"`) {
		t.Error(err)
	}
}

func TestParquetIndex(t *testing.T) {
	b, err := os.ReadFile("testdata/index.parquet")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read("data", b, Options{ID: "z_int", Columns: []string{"float", "small"}})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Bind(d, matrixPort(tensor.Float64, 2)); err != nil || rowsOf(v) != 3 {
		t.Error(v, err)
	}
	if id, err := d.ID(); err != nil || show(cells(*id)) != `"5" "9" "7"` {
		t.Error(id, err)
	}
	for _, name := range []string{"when", "list"} {
		if _, err := tryBind(string(b), Options{Columns: []string{name}}, frame()); !errors.Is(err, document.ErrInput) || !strings.Contains(err.Error(), name) {
			t.Error(err)
		}
	}
	d, _ = Read("data", b, Options{})
	g, err := d.grid(want{})
	if err != nil || len(g.names) != 12 { // ten columns, when and list, no index
		t.Error(g.names, err)
	}
}

func TestParquetRoundTrip(t *testing.T) {
	table := &tensor.Table{N: 3, Columns: []tensor.Column{
		{Name: "z", Values: tensor.Of([]float64{1, math.NaN(), math.Inf(1)})},
		{Name: "a", Values: tensor.Of([]string{"x", "", "é"}), Missing: []tensor.Missing{0, tensor.MissingNone, 0}},
		{Name: "i", Values: tensor.Of([]int8{-1, 0, 1})},
		{Name: "u", Values: tensor.Of([]uint64{1 << 63, 0, 1})},
		{Name: "b", Values: tensor.Of([]bool{true, false, true})},
		{Name: "f", Values: tensor.Of([]float32{.1, 2, 3})},
	}}
	var buf bytes.Buffer
	if err := Write(&buf, Parquet, []Named{{"predict", table}}, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	v := bind(t, buf.String(), Options{}, frame()).(*tensor.Table)
	for i, c := range table.Columns {
		got := v.Columns[i]
		if got.Name != c.Name || got.Values.DType() != c.Values.DType() || show(cells(got)) != show(cells(c)) {
			t.Errorf("%v: %s, want %s", got, show(cells(got)), show(cells(c)))
		}
	}
	for n := range buf.Len() {
		cut := buf.Bytes()[:n:n]
		d, err := Read("data", cut, Options{Format: Parquet})
		if err == nil {
			_, err = Bind(d, frame())
		}
		if err == nil {
			t.Fatalf("cut at %d", n)
		}
	}
	// Several row groups.
	n := 1<<20 + 10
	long := tensor.New(tensor.Int64, n)
	tensor.Data[int64](long)[n-1] = 5
	buf.Reset()
	if err := Write(&buf, Parquet, []Named{{"predict", long}}, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	v = bind(t, buf.String(), Options{}, frame()).(*tensor.Table)
	if v.N != n || fmt.Sprint(v.Columns[0].Values.Int(n-1)) != "5" {
		t.Error(v.N)
	}
}
