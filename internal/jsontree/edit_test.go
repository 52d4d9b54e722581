package jsontree

import (
	"errors"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

func TestApply(t *testing.T) {
	const src = `{"a":[1.50,-2e0,3.0],"b":[ 1, 2 ,3 ],"c":0.10,"d":7,"e":"x\u0041","f":true,"g":[true,false],"h":[{"i":[0,1]}],"j":null,"k":[]}`
	const plain = `{"a":[1.50,-2e0,3.0],"b":[1,2,3],"c":0.10,"d":7,"e":"x\u0041","f":true,"g":[true,false],"h":[{"i":[0,1]}],"j":null,"k":[]}`
	for _, c := range []struct {
		path     string
		value    any
		old, new string // in the text
	}{
		{"/a/1", float32(0.1), "-2e0", "1E-1"},
		{"/a/0", 0.1, "1.50", "1E-1"},
		{"/a/2", int64(-4), "3.0", "-4E0"},
		{"/a", []float32{1, 2, 3}, "1.50,-2e0,3.0", "1E0,2E0,3E0"},
		{"/a", tensor.Of([]float64{1, 2, 0.5}, 3), "1.50,-2e0,3.0", "1E0,2E0,5E-1"},
		{"/b/1", int64(20), "[1,2,3]", "[1,20,3]"},
		{"/b", []int32{4, 5, 6}, "[1,2,3]", "[4,5,6]"},
		{"/c", 2.5, "0.10", "2.5E0"},
		{"/c", tensor.Scalar(float32(2.5)), "0.10", "2.5E0"},
		{"/d", -1, ":7", ":-1"},
		{"/e", "a\"\n\\", `x\u0041`, `a\"\n\\`},
		{"/f", false, `"f":true`, `"f":false`},
		{"/g/1", true, "[true,false]", "[true,true]"},
		{"/g", []bool{false, false}, "[true,false]", "[false,false]"},
		{"/h/0/i/0", int64(1), "[0,1]", "[1,1]"},
	} {
		tr := mustParse(t, []byte(src), Decoder{})
		out, err := tr.Apply([]document.Edit{{Path: c.path, Value: c.value}})
		if err != nil {
			t.Errorf("%s %v: %v", c.path, c.value, err)
			continue
		}
		same(t, c.path, written(t, out.Root(), Source), strings.Replace(plain, c.old, c.new, 1))
		same(t, c.path+": the tree before", written(t, tr.Root(), Source), plain)
	}
	tr := mustParse(t, []byte(src), Decoder{})
	out, err := tr.Apply([]document.Edit{{Path: "/a/0", Value: 9.0}, {Path: "/a/2", Value: 8.0}, {Path: "/a/0", Value: 7.0}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "three", written(t, out.Root(), Source), strings.Replace(plain, "1.50,-2e0,3.0", "7E0,-2e0,8E0", 1))
	for _, c := range []struct {
		path  string
		value any
	}{
		{"/x", 1}, {"/a/3", 1.0}, {"/a/01", 1.0}, {"/a/-1", 1.0}, {"/a", []float32{1}}, {"/a", 1.0}, {"/a/0", "x"}, {"/a/0", true}, {"/b/0", 1.5}, {"/b", []float64{1, 2, 3}},
		{"/d", 1.5}, {"/e", 1}, {"/e", "\xff"}, {"/f", 1}, {"/g/0", 1}, {"/j", 1}, {"/k", []float32{}}, {"/h", 1}, {"/", 1}, {"/a/0", struct{}{}}, {"/a/0/1", 1.0}, {"/a/1", int64(1)<<53 + 1},
		{"/a/0", []float32{1, 2}}, {"/e", tensor.Scalar(int8(1))},
	} {
		if _, err := tr.Apply([]document.Edit{{Path: c.path, Value: c.value}}); !errors.Is(err, document.ErrInput) {
			t.Errorf("%s %v: %v", c.path, c.value, err)
		}
	}
}

func TestRetype(t *testing.T) {
	tr := mustParse(t, []byte(`{"a":[1,2,300],"b":[5E-1],"c":[],"d":[true,false],"e":3}`), Decoder{})
	all := func(to tensor.DType, keys string) (*Tree, error) {
		return tr.Retype(func(n Node) tensor.DType {
			if n.Key() != "" && strings.Contains(keys, n.Key()) {
				return to
			}
			return tensor.Invalid
		})
	}
	for _, c := range []struct {
		to   tensor.DType
		keys string
		ok   bool
	}{
		{tensor.Float32, "abce", true}, {tensor.Float64, "abce", true}, {tensor.Int64, "acde", true}, {tensor.Int32, "acde", true}, {tensor.Int16, "acde", true},
		{tensor.Uint16, "acde", true}, {tensor.Int8, "cde", true}, {tensor.Uint8, "cde", true}, {tensor.Int8, "a", false}, {tensor.Uint8, "a", false}, {tensor.Int32, "b", false}, {tensor.Bool, "a", false},
	} {
		out, err := all(c.to, c.keys)
		if (err == nil) != c.ok {
			t.Errorf("%s %s: %v", c.to, c.keys, err)
			continue
		}
		if err != nil {
			continue
		}
		for n := range out.All() {
			if n.Key() != "" && strings.Contains(c.keys, n.Key()) && (n.DType() != c.to || !n.Typed() || n.Integral() != c.to.IsInteger()) {
				t.Errorf("%s is %s", n.Path(), n.DType())
			}
		}
		if c.to.IsInteger() {
			want := strings.Replace(written(t, tr.Root(), Source), "[true,false]", "[1,0]", 1)
			same(t, c.to.String(), written(t, out.Root(), Source), want)
		}
	}
	// Signed to unsigned of the same size goes by the bits, and back.
	signed, err := Parse([]byte("[40000]"), Decoder{})
	if err == nil {
		signed, err = signed.Retype(func(Node) tensor.DType { return tensor.Uint16 })
	}
	if err == nil {
		signed, err = signed.Retype(func(Node) tensor.DType { return tensor.Int16 })
	}
	if err != nil || written(t, signed.Root(), Source) != "[-25536]" {
		t.Error(err)
	}
}
