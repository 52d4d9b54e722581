package losslessjson

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/ubjson"
)

// TestAwkwardTrees: what XGBoost's files may have and JSON does not comes back,
// and what the value cannot say is kept whole.
func TestAwkwardTrees(t *testing.T) {
	for _, c := range []struct {
		format, in string
		raw        bool
	}{
		{"xgboost-json", `{"a":[1,NaN,-Infinity,2.5E-1],"b":NaN,"$c":{"$float":"NaN"},"$$d":"NaN","":-NaN}`, false},
		{"xgboost-json", `NaN`, false},
		{"xgboost-json", `{"a":"x\u00e9\\ud83d\"$b\":NaN"}`, false},
		{"xgboost-json", `{"a":"\uZZ"}`, true},
		{"xgboost-ubj", "{L\x00\x00\x00\x00\x00\x00\x00\x01ai\x05}", false},
		{"xgboost-ubj", "{L\x00\x00\x00\x00\x00\x00\x00\x01aL\x00\x00\x00\x00\x00\x00\x00\x05}", false},
		{"xgboost-ubj", "{L\x00\x00\x00\x00\x00\x00\x00\x02$aD\x3f\xb9\x99\x99\x99\x99\x99\x9a}", false},
		{"xgboost-ubj", "d\x7f\xc0\x00\x00", false},
		{"xgboost-ubj", "D\x7f\xf8\x00\x00\x00\x00\x00\x00", true},
		{"xgboost-ubj", "[$d#L\x00\x00\x00\x00\x00\x00\x00\x02\x7f\xc0\x00\x00\xff\x80\x00\x00", false},
		{"xgboost-ubj", "[$d#L\x00\x00\x00\x00\x00\x00\x00\x01\x7f\xc0\x00\x01", true},
		{"xgboost-ubj", "[$U#i\x02\x01\xff", true},
		{"xgboost-ubj", "[$I#L\x00\x00\x00\x00\x00\x00\x00\x01\xff\xfe", false},
		{"xgboost-ubj", "[#L\x00\x00\x00\x00\x00\x00\x00\x03i\x01d\x3f\x00\x00\x00U\x02", false},
		{"xgboost-ubj", "[i\x01i\x02]", true},
		{"xgboost-ubj", "[#L\x00\x00\x00\x00\x00\x00\x00\x03TFZ", false},
	} {
		parse := jsontree.Parse
		if c.format == "xgboost-ubj" {
			parse = ubjson.Parse
		}
		tree, err := parse([]byte(c.in), jsontree.Decoder{Dialect: jsontree.XGBoost})
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		var j bytes.Buffer
		if err := WriteTree(&j, c.format, tree); err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if !json.Valid(j.Bytes()) {
			t.Errorf("%q: not JSON: %s", c.in, j.Bytes())
		}
		f, err := Parse(j.Bytes(), document.Limits{})
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if raw := child(f.Tree().Root(), "raw").Valid(); raw != c.raw {
			t.Errorf("%q: raw %v\n%s", c.in, raw, j.Bytes())
		}
		if back, err := f.Bytes(); err != nil || string(back) != c.in || f.Format() != c.format {
			t.Errorf("%q comes back as %q (%v)", c.in, back, err)
		}
	}
}
