package document_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/larder-ml/larder/document"
)

func TestPlainIsJSON(t *testing.T) {
	deep := any("x")
	for range 1000 {
		deep = []any{deep}
	}
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	for _, c := range []struct {
		in   any
		want string
	}{
		{math.NaN(), `"NaN"`},
		{math.Inf(-1), `"-Infinity"`},
		{float32(0.1), `0.1`},
		{1e300, `1e+300`},
		{[]byte{0, 255}, `{"b64":"AP8="}`},
		{huge, `123456789012345678901234567890`},
		{map[string]any{"a": []any{nil, true, int64(1), "s"}}, `{"a":[null,true,1,"s"]}`},
		{complex(1, math.Inf(1)), `{"im":"Infinity","re":1.0}`},
	} {
		b, err := json.Marshal(document.Plain(c.in))
		if err != nil || string(b) != c.want {
			t.Errorf("%v: %s (%v), want %s", c.in, b, err, c.want)
		}
	}
	if _, err := json.Marshal(document.Plain(deep)); err != nil {
		t.Error(err)
	}
}

func TestPaths(t *testing.T) {
	p := document.Join(document.Join("/", "a/b"), "~c")
	if p != "/a~1b/~0c" {
		t.Errorf("joined %q", p)
	}
	if s := document.Split(p); len(s) != 2 || s[0] != "a/b" || s[1] != "~c" {
		t.Errorf("split %q", s)
	}
	if len(document.Split("/")) != 0 {
		t.Error("the root has steps")
	}
}
