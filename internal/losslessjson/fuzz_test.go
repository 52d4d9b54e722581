package losslessjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/pickle"
)

// FuzzRead: no JSON makes reading panic, and what it reads is a pickle that
// becomes JSON again.
func FuzzRead(f *testing.F) {
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
	f.Add([]byte(`{"larder":"xgboost-ubj/1","value":{"a":[1,2],"b":1.5},"types":"ld"}`))
	l := document.Limits{Bytes: 16 << 20, Nodes: 1 << 16}
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := Parse(b, l)
		if err != nil {
			return
		}
		back, err := x.Bytes()
		if err != nil || !strings.HasPrefix(x.Format(), "pickle") {
			return
		}
		p, err := joblib.Parse(back, pickle.Decoder{Limits: l})
		if err != nil {
			return // instructions may be any
		}
		var again bytes.Buffer
		if err := Write(&again, p); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(again.Bytes()) {
			t.Fatalf("not JSON: %q", again.Bytes())
		}
		y, err := Parse(again.Bytes(), document.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := y.Bytes(); err != nil || !bytes.Equal(got, back) {
			t.Fatalf("%q through %q comes back as %q (%v)", back, again.Bytes(), got, err)
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
		if !errors.Is(err, document.ErrCorrupt) && !errors.Is(err, document.ErrUnsupported) {
			t.Errorf("%s for %s: %v", now, old, err)
		}
	}
	if _, err := Parse([]byte(`{"a": 1}`), document.Limits{}); !errors.Is(err, document.ErrFormat) {
		t.Error(err)
	}
}
