package losslessjson

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/pickle"
)

// TestHostileLaw: hostile pickles that can be parsed come back too.
func TestHostileLaw(t *testing.T) {
	writers := map[string]int{}
	var list []string
	for _, ext := range []string{"pkl", "joblib"} {
		l, _ := filepath.Glob("../../testdata/hostile/*/*." + ext)
		list = append(list, l...)
	}
	if len(list) < 100 {
		t.Fatalf("%d files", len(list))
	}
	for _, name := range list {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := joblib.Parse(b, pickle.Decoder{})
		if err != nil {
			writers["no pickle"]++
			continue
		}
		var j bytes.Buffer
		if err := Write(&j, f); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		o, err := Parse(j.Bytes(), document.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		how, _ := child(o.tree.Root(), "writer").Str()
		writers[how]++
		back, err := o.Bytes()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Compression.Method != joblib.Raw {
			g, err := joblib.Parse(back, pickle.Decoder{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			back, b = g.Pickle.Bytes(), f.Pickle.Bytes()
		}
		if !bytes.Equal(back, b) {
			t.Errorf("%s: other bytes come back", name)
		}
	}
	t.Log(writers)
}

// TestErrors: what is wrong with JSON is said with its place, and never a panic.
func TestErrors(t *testing.T) {
	head := `{"larder":"pickle/1","protocol":4,"writer":"c","value":`
	deep := func(a, b string, n int) string { return strings.Repeat(a, n) + strings.Repeat(b, n) }
	for _, c := range []struct {
		in   string
		want error
		text string
	}{
		{`[]`, document.ErrFormat, "no key larder"},
		{`{"larder":1}`, document.ErrCorrupt, "/larder"},
		{`{"larder":"pickle/9"}`, document.ErrUnsupported, "pickle/9"},
		{`{"larder":"pickle/1"}`, document.ErrCorrupt, "no key writer"},
		{`{"larder":"pickle/1","protocol":6,"writer":"c","value":1}`, document.ErrCorrupt, "6 is not in"},
		{`{"larder":"pickle/1","protocol":4,"writer":"c","value":1,"velue":2}`, document.ErrCorrupt, "velue"},
		{`{"larder":"pickle/1","protocol":4,"writer":"ops","value":1}`, document.ErrCorrupt, "instructions"},
		{`{"larder":"pickle/1","protocol":4,"writer":"ops","value":2,"ops":[["PROTO",4],["BININT1",1],"STOP"]}`, document.ErrInput, "disagree (path /value,"},
		{`{"larder":"pickle/1","protocol":4,"writer":"ops","value":1,"ops":[["PROTO",256],["BININT1",1],"STOP"]}`, document.ErrCorrupt, "PROTO"},
		{`{"larder":"pickle/1","protocol":4,"writer":"ops","value":1,"ops":["JUMP"]}`, document.ErrCorrupt, "JUMP"},
		{`{"larder":"pickle/1","protocol":4,"writer":"ops","value":1,"ops":["POP","STOP"]}`, document.ErrCorrupt, "/ops"},
		{`{"larder":"joblib/1","protocol":4,"writer":"c","compress":{"method":"bz2"},"value":1}`, document.ErrUnsupported, "take compress out"},
		{`{"larder":"joblib/1","protocol":4,"writer":"c","compress":{"method":"rar"},"value":1}`, document.ErrCorrupt, "rar"},
		{head + `{"$ref":1}}`, document.ErrCorrupt, "nothing has"},
		{head + `{"$ref":-9223372036854775808}}`, document.ErrCorrupt, "nothing has"},
		{head + `{"$id":1,"$ref":1}}`, document.ErrCorrupt, "$id of a $ref"},
		{head + `{"$id":1,"$tuple":[{"$ref":1}]}}`, document.ErrCorrupt, "needs this to be made"},
		{head + `{"$tuple":[{"$id":1,"$tuple":[{"$ref":2}]},{"$id":2,"$tuple":[{"$ref":1}]}]}}`, document.ErrCorrupt, "needs this"},
		{head + `[{"$id":1,"$list":[]},{"$id":1,"$list":[]}]}`, document.ErrCorrupt, "second time"},
		{head + `{"$id":"x","$list":[]}}`, document.ErrCorrupt, "$id"},
		{head + `{"a":1,"$b":2}}`, document.ErrCorrupt, "with two"},
		{head + `{"$f8":[1,true]}}`, document.ErrCorrupt, "no item of $f8"},
		{head + `{"$i1":[128]}}`, document.ErrCorrupt, "128 is no item"},
		{head + `{"$i1":["NaN"]}}`, document.ErrCorrupt, "NaN"},
		{head + `{"$U99999999":["a"]}}`, document.ErrCorrupt, "is not known"},
		{head + `{"$rows":1000000000,"$size":1000000,"$fields":{}}}`, document.ErrLimit, "in fields"},
		{head + `{"$rows":1,"$size":8,"$fields":{"a":{"$at":4,"$i8":[1]}}}}`, document.ErrCorrupt, "no field"},
		{head + `{"$rows":1}}`, document.ErrCorrupt, ""},
		{head + `{"$int":"12x"}}`, document.ErrCorrupt, "no integer"},
		{head + `{"$int":"` + strings.Repeat("9", 100_000) + `"}}`, document.ErrCorrupt, "hexadecimal"},
		{head + `123456789012345678901234567890}`, document.ErrCorrupt, "$int"},
		{head + `NaN}`, document.ErrCorrupt, "NaN"},
		{head + `[1,NaN]}`, document.ErrCorrupt, "NaN"},
		{head + `1e999}`, document.ErrCorrupt, "1e999"},
		{head + `{"$float":"nan"}}`, document.ErrCorrupt, "float"},
		{head + `{"$global":"x"}}`, document.ErrCorrupt, "module.name"},
		{head + `{"$global":[1,2]}}`, document.ErrCorrupt, "name of a global"},
		{head + `{"$class":"a.b","$what":1}}`, document.ErrCorrupt, "$what"},
		{head + `{"$call":"a.b"}}`, document.ErrCorrupt, "no $args"},
		{head + `{"$call":"a.b","$args":7}}`, document.ErrInput, ""},
		{head + `{"$how":"REDUCE","$class":"a.b","$args":[]}}`, document.ErrCorrupt, "in this way"},
		{head + `{"$call":"a.b","$args":[],"$data":{"b64":""}}}`, document.ErrCorrupt, "before a $state"},
		{head + `{"$call":"a.b","$args":[],"$steps":[["append"]]}}`, document.ErrCorrupt, "a step belongs"},
		{head + `{"$str2":"\u0100"}}`, document.ErrCorrupt, "holds bytes"},
		{head + `{"$dict":[[1]]}}`, document.ErrCorrupt, "[key, value]"},
		{head + `{"$buffer":5}}`, document.ErrUnsupported, "buffer"},
		{head + deep("[", "]", 100_000) + `}`, document.ErrLimit, ""},
		{`{"larder":"json/1","value":{"$x":1}}`, document.ErrCorrupt, "with two"},
		{`{"larder":"ubjson/1","value":{"$x":[1]}}`, document.ErrCorrupt, "with two"},
		{`{"larder":"ubjson/1","value":123456789012345678901234567890}`, document.ErrCorrupt, "cannot hold"},
	} {
		f, err := Parse([]byte(c.in), document.Limits{})
		if err == nil {
			_, err = f.Bytes()
		}
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%.120s\n\t%v", c.in, err)
		}
	}
}

// TestDeep: depth is a limit of the caller's, not of the stack.
func TestDeep(t *testing.T) {
	const depth = 200_000
	src := append([]byte{0x80, 4}, bytes.Repeat([]byte("]"), depth)...)
	src = append(append(src, bytes.Repeat([]byte("a"), depth-1)...), '.')
	l := document.Limits{Depth: 1 << 20}
	f, err := joblib.Parse(src, pickle.Decoder{Limits: l})
	if err != nil {
		t.Fatal(err)
	}
	var j bytes.Buffer
	if err := Write(&j, f); err != nil {
		t.Fatal(err)
	}
	o, err := Parse(j.Bytes(), l)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := o.Bytes(); err != nil || !bytes.Equal(b, src) {
		t.Errorf("other bytes come back: %v", err)
	}
	if _, err := Parse(j.Bytes(), document.Limits{}); !errors.Is(err, document.ErrLimit) {
		t.Errorf("without the limit raised: %v", err)
	}
}

// TestEdit: a changed value is a changed file.
func TestEdit(t *testing.T) {
	for in, want := range map[string]any{
		`{"a":1}`: map[string]any{"a": int64(1)}, `[1,1.0,"x",null,true]`: []any{int64(1), 1.0, "x", nil, true},
		`{"$$a":{"$int":"-0x10000000000000000"}}`: nil, `{"$ref":1}`: nil,
	} {
		f, err := Parse([]byte(`{"larder":"pickle/1","protocol":4,"writer":"c","value":`+in+`}`), document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.Bytes()
		if want == nil {
			continue
		}
		var got any
		if err == nil {
			err = pickle.Unmarshal(b, &got)
		}
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		w, _ := pickle.Marshal(want)
		g, _ := pickle.Marshal(got)
		if !bytes.Equal(w, g) {
			t.Errorf("%s is %v", in, got)
		}
	}
}
