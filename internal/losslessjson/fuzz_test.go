package losslessjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/ubjson"
	"github.com/larder-ml/larder/pickle"
)

var fuzzLimits = document.Limits{Bytes: 64 << 20, Nodes: 1 << 18}

// write again what a file stands for; false where that cannot be parsed.
func again(t *testing.T, f *File, b []byte) ([]byte, bool) {
	var j bytes.Buffer
	switch f.name {
	case pickleName, joblibName:
		p, err := joblib.Parse(b, pickle.Decoder{Limits: fuzzLimits})
		if err != nil {
			return nil, false
		}
		if err := Write(&j, p); err != nil {
			t.Fatal(err)
		}
	default:
		parse := jsontree.Parse
		if f.name == ubjsonName {
			parse = ubjson.Parse
		}
		tree, err := parse(b, jsontree.Decoder{Dialect: jsontree.XGBoost, Limits: fuzzLimits})
		if err != nil {
			return nil, false
		}
		if err := WriteTree(&j, f.Format(), tree); err != nil {
			t.Fatal(err)
		}
	}
	return j.Bytes(), true
}

// FuzzParse: never a panic, and what comes out goes in again and comes out the
// same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"larder":"pickle/1","protocol":4,"writer":"c","value":{"a":[1,2.0,{"$float":"NaN"},{"$id":1,"$list":[{"$ref":1}]},{"$ref":1}]}}`,
		`{"larder":"pickle/1","protocol":2,"writer":"python","strings":"python2","value":{"$class":"m.C","$new":["x"],"$state":{"b":{"$U2":["a",""]}}}}`,
		`{"larder":"pickle/1","protocol":5,"writer":"c","value":{"$dict":[[1,2],[{"$tuple":[]},{"$bytearray":{"$>i2":[1,-2]}}],["x",{"$frozenset":["y"]}]]}}`,
		`{"larder":"pickle/1","protocol":0,"writer":"c","value":{"$call":"m.f","$args":[{"$rows":1,"$size":8,"$fields":{"a":{"$at":0,"$i4":[1]}}}],"$setter":[{"$global":["m","a.b"],"$text":true},{"$set":[1]}]}}`,
		`{"larder":"pickle/1","protocol":4,"writer":"ops","value":1,"ops":[["PROTO",4],["BININT1",1],"STOP"],"trailing":"x"}`,
		`{"larder":"json/1","value":{"$$a":[1,{"$float":"NaN"}],"b":"c"}}`,
		`{"larder":"ubjson/1","value":{"a":{"$f4":[1.0,"NaN"]},"b":[1,0.5],"c":{"$f8":0.1},"d":[true]}}`,
	} {
		f.Add([]byte(seed))
	}
	for _, name := range []string{"cycles-p4", "cycles-p0", "text-p2", "numpy-structured-p4", "joblib-one-array", "library-p5"} {
		list, _ := filepath.Glob("../../testdata/models/python/" + name + "/model.*")
		for _, p := range list {
			b, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			d, err := joblib.Parse(b, pickle.Decoder{})
			if err != nil {
				continue // the answers of the case
			}
			var j bytes.Buffer
			if err := Write(&j, d); err != nil {
				f.Fatal(err)
			}
			f.Add(j.Bytes())
		}
	}
	for _, name := range models(f) {
		b, err := os.ReadFile(name)
		if err != nil || len(b) > 3000 {
			continue
		}
		j, err := joblib.Parse(b, pickle.Decoder{})
		if err != nil {
			continue
		}
		var out bytes.Buffer
		if err := Write(&out, j); err == nil && out.Len() < 8000 {
			f.Add(out.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Parse(b, fuzzLimits)
		if err != nil {
			return
		}
		file, err := o.Bytes()
		if err != nil {
			return
		}
		j, ok := again(t, o, file)
		if !ok {
			return // a graph that no program of the machine makes
		}
		if !json.Valid(j) {
			t.Fatalf("not JSON: %q", j)
		}
		p, err := Parse(j, trusted)
		if err != nil {
			t.Fatalf("%v\n%s", err, j)
		}
		back, err := p.Bytes()
		if err != nil {
			t.Fatalf("%v\n%s", err, j)
		}
		if child(o.tree.Root(), "compress").Valid() {
			return
		}
		if !bytes.Equal(back, file) && o.name != jsonName {
			t.Fatalf("%q\n%q\n%s", file, back, j)
		}
	})
}

// FuzzPickle: every pickle comes back from its JSON.
func FuzzPickle(f *testing.F) {
	for _, name := range models(f) {
		if b, err := os.ReadFile(name); err == nil && len(b) < 3000 {
			f.Add(b)
		}
	}
	hostile, _ := filepath.Glob("../../testdata/hostile/pickle/*.pkl")
	for _, name := range hostile {
		if b, err := os.ReadFile(name); err == nil && len(b) < 3000 {
			f.Add(b)
		}
	}
	l := document.Limits{Bytes: 16 << 20, Nodes: 1 << 16}
	f.Fuzz(func(t *testing.T, b []byte) {
		if joblib.Detect(b) != joblib.Raw {
			return
		}
		p, err := joblib.Parse(b, pickle.Decoder{Limits: l})
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := Write(&out, p); err != nil {
			t.Fatal(err)
		}
		x, err := Parse(out.Bytes(), document.Limits{})
		if err != nil {
			t.Fatalf("%v: %q", err, out.Bytes())
		}
		if got, err := x.Bytes(); err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%q through %q comes back as %q (%v)", b, out.Bytes(), got, err)
		}
	})
}

// TestTampered: instructions and value have to agree, and what is no lossless
// JSON says so.
func TestTampered(t *testing.T) {
	b := []byte("\x80\x04\x8c\x01a0\x8c\x01b.") // a value dropped: no pickler writes so
	p, err := joblib.Parse(b, pickle.Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Write(&out, p); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, out.Bytes()); err != nil {
		t.Fatal(err)
	}
	out = compact
	if !strings.Contains(out.String(), `"writer":"ops"`) {
		t.Fatalf("%s", out.String())
	}
	for old, now := range map[string]string{
		`"value":"b"`:         `"value":"c"`,
		`_BINUNICODE","b"`:    `_BINUNICODE","c"`,
		`"POP"`:               `"POPP"`,
		`["PROTO",4]`:         `["PROTO",400]`,
		`"larder":"pickle/1"`: `"larder":"pickle/2"`,
	} {
		s := strings.Replace(out.String(), old, now, 1)
		if s == out.String() {
			t.Fatalf("%s is not in %s", old, s)
		}
		x, err := Parse([]byte(s), document.Limits{})
		if err == nil {
			_, err = x.Bytes()
		}
		if !errors.Is(err, document.ErrCorrupt) && !errors.Is(err, document.ErrUnsupported) && !errors.Is(err, document.ErrInput) {
			t.Errorf("%s for %s: %v", now, old, err)
		}
	}
	if _, err := Parse([]byte(`{"a": 1}`), document.Limits{}); !errors.Is(err, document.ErrFormat) {
		t.Error(err)
	}
}
