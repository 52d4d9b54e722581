package pyobj

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

func open(t testing.TB, name string) *Document {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(name, b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// item prints an element as testdata/arrays.py does.
func item(x *tensor.Tensor, i int) string {
	switch d := x.DType(); {
	case d == tensor.Bool:
		if tensor.Data[bool](x)[i] {
			return "True"
		}
		return "False"
	case d == tensor.String:
		return tensor.Data[string](x)[i]
	case d == tensor.Uint64:
		return strconv.FormatUint(tensor.Data[uint64](x)[i], 10)
	case d == tensor.Complex128:
		c := tensor.Data[complex128](x)[i]
		return pickle.Repr(real(c)) + " " + pickle.Repr(imag(c))
	case d.IsFloat():
		return pickle.Repr(x.Float(i))
	}
	return strconv.FormatInt(x.Int(i), 10)
}

// TestArrays reads each array in each protocol's form.
func TestArrays(t *testing.T) {
	var want map[string]struct {
		DType string
		Shape []int
		Items []string
	}
	b, err := os.ReadFile("testdata/arrays.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	for p := range 6 {
		d := open(t, fmt.Sprintf("testdata/arrays-p%d.pkl", p))
		r := Read(d.Root(), "/", d.Env())
		for _, key := range r.Keys() {
			w := want[key]
			a, err := Array(r.Value(key), "/"+key, d.Env())
			if err != nil {
				t.Errorf("p%d %s: %v", p, key, err)
				continue
			}
			if !slices.Equal(a.Shape, w.Shape) {
				t.Errorf("p%d %s: shape %v, want %v", p, key, a.Shape, w.Shape)
			}
			if w.DType[0] != 'T' && a.DType.Kind != 'V' && a.DType.Kind != 'O' && a.DType.String() != w.DType && a.DType.Unit == "" {
				t.Errorf("p%d %s: dtype %s, want %s", p, key, a.DType, w.DType)
			}
			if key == "O" || w.Items == nil {
				continue
			}
			x := r.Array(key)
			if err := r.Err(); err != nil {
				t.Fatalf("p%d %s: %v", p, key, err)
			}
			for i, s := range w.Items {
				if got := item(x, i); got != s {
					t.Errorf("p%d %s: item %d is %s, want %s", p, key, i, got, s)
				}
			}
		}
		structs(t, r)
		if got := r.Objects("O"); len(got) != 4 || got[2].Kind() != pickle.None || got[0].Str() != "a" {
			t.Errorf("p%d objects %v", p, got)
		}
	}
}

func structs(t *testing.T, r *Reader) {
	t.Helper()
	s := r.Struct("rec")
	if got := s.Int64s("a"); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("field a: %v", got)
	}
	if got := s.Float64s("b"); !slices.Equal(got, []float64{2.5, 4.5}) {
		t.Errorf("field b: %v", got)
	}
	if rest := s.Rest(); !slices.Equal(rest, []string{"c"}) {
		t.Errorf("rest %v", rest)
	}
	if got := tensor.Data[string](s.Field("c")); !slices.Equal(got, []string{"x", "yz"}) {
		t.Errorf("field c: %q", got)
	}
	v := r.Struct("sub").Field("v")
	if !slices.Equal(v.Shape(), []int{2, 2}) || v.Int(3) != 4 {
		t.Errorf("subarray field %v %v", v, v.Int(3))
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

// TestApply puts other numbers into every array of every protocol's form and
// reads them back; the rest of the file stays as it was.
func TestApply(t *testing.T) {
	edited := 0
	names := []string{"../../testdata/models/python/joblib-arrays-raw/model.joblib", "../../testdata/models/python/joblib-arrays-zlib/model.joblib"}
	for p := range 6 {
		names = append(names, fmt.Sprintf("testdata/arrays-p%d.pkl", p))
	}
	for _, name := range names {
		d := open(t, name)
		for n, err := range d.All() {
			if err != nil {
				t.Fatal(err)
			}
			if n.Kind != document.Array || !n.DType.IsNumeric() || len(n.Shape) == 0 || n.Size == 0 {
				continue
			}
			v, err := d.Value(n.Path)
			if err != nil {
				t.Fatal(err)
			}
			x := v.(*tensor.Tensor).Clone()
			size := x.DType().Size()
			slices.Reverse(x.Bytes()) // reversed items, each of reversed bytes
			for i := 0; i < len(x.Bytes()); i += size {
				slices.Reverse(x.Bytes()[i : i+size])
			}
			e, err := d.Apply([]document.Edit{{Path: n.Path, Value: x}})
			if err != nil {
				t.Errorf("%s%s: %v", name, n.Path, err)
				continue
			}
			var w bytes.Buffer
			if err := e.Write(&w); err != nil {
				t.Fatal(err)
			}
			again, err := Open(name, w.Bytes(), Options{})
			if err != nil {
				t.Errorf("%s%s: %v", name, n.Path, err)
				continue
			}
			got, err := again.Value(n.Path)
			if err != nil || !bytes.Equal(got.(*tensor.Tensor).Bytes(), x.Bytes()) {
				t.Errorf("%s%s: other numbers come back (%v)", name, n.Path, err)
			}
			back, err := again.Apply([]document.Edit{{Path: n.Path, Value: v}})
			if err != nil {
				t.Fatal(err)
			}
			if d.File().Compression.Method == "" {
				var o, b bytes.Buffer
				d.Write(&o)
				back.Write(&b)
				// Text below protocol 3 may change its length and come back.
				if !bytes.Equal(o.Bytes(), b.Bytes()) {
					t.Errorf("%s%s: the edit back leaves other bytes", name, n.Path)
				}
			}
			edited++
		}
	}
	if edited < 60 {
		t.Errorf("only %d arrays were edited", edited)
	}
}

func TestApplyScalars(t *testing.T) {
	b, err := pickle.Marshal(map[string]any{"i": 1, "f": 1.5, "s": "x", "b": true, "y": []byte("ab")})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open("x", b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Apply([]document.Edit{{Path: "/i", Value: int64(300)}, {Path: "/f", Value: 2.5}, {Path: "/s", Value: "yz"}, {Path: "/b", Value: false}, {Path: "/y", Value: []byte("cde")}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.Value("/")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(got); s != "map[b:false f:2.5 i:300 s:yz y:[99 100 101]]" {
		t.Error(s)
	}
	for _, bad := range []document.Edit{{Path: "/i", Value: "x"}, {Path: "/nope", Value: 1}, {Path: "/s", Value: tensor.Scalar(1.0)}} {
		if _, err := d.Apply([]document.Edit{bad}); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
