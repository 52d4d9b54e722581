package losslessjson

import (
	"bytes"
	"encoding/json"
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

func models(t testing.TB) []string {
	var out []string
	for _, ext := range []string{"pkl", "joblib"} {
		list, err := filepath.Glob("../../testdata/models/*/*/model." + ext)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
	}
	if len(out) == 0 {
		t.Fatal("no models")
	}
	return out
}

// TestLaw: every file comes back from its JSON, the same bytes; a compressed one
// with the same bytes in its stream.
func TestLaw(t *testing.T) {
	writers := map[string]int{}
	for _, name := range models(t) {
		t.Run(strings.TrimPrefix(name, "../../testdata/models/"), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := joblib.Parse(b, pickle.Decoder{})
			if err != nil {
				t.Fatal(err)
			}
			var j bytes.Buffer
			if err := Write(&j, f); err != nil {
				t.Fatal(err)
			}
			if !json.Valid(j.Bytes()) {
				t.Fatalf("not JSON: %.300s", j.Bytes())
			}
			var head struct{ Writer string }
			json.Unmarshal(j.Bytes(), &head)
			writers[head.Writer]++
			if head.Writer == writerOps {
				t.Log("ops: ", name)
			}
			o, err := Parse(j.Bytes(), document.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			back, err := o.Bytes()
			if f.Compression.Method == joblib.Bzip2 {
				return // cannot be written
			}
			if err != nil {
				t.Fatalf("%v\n%.2000s", err, j.Bytes())
			}
			if f.Compression.Method == joblib.Raw {
				if !bytes.Equal(back, b) {
					t.Fatal("other bytes come back")
				}
				return
			}
			g, err := joblib.Parse(back, pickle.Decoder{})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(g.Pickle.Bytes(), f.Pickle.Bytes()) || g.Compression.Method != f.Compression.Method {
				t.Fatal("another stream comes back")
			}
		})
	}
	t.Log(writers)
}

// TestTreeLaw: XGBoost's files come back too.
func TestTreeLaw(t *testing.T) {
	n, whole := 0, 0
	for _, ext := range []string{"json", "ubj"} {
		list, _ := filepath.Glob("../../testdata/models/xgboost/*/model*." + ext)
		for _, name := range list {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dec := jsontree.Decoder{Format: "xgboost", Dialect: jsontree.XGBoost}
			parse, format := jsontree.Parse, "xgboost-json"
			if ext == "ubj" {
				parse, format = ubjson.Parse, "xgboost-ubj"
			}
			tree, err := parse(b, dec)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var j bytes.Buffer
			if err := WriteTree(&j, format, tree); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if bytes.Contains(j.Bytes(), []byte(`"raw":`)) {
				whole++
			}
			f, err := Parse(j.Bytes(), document.Limits{})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			back, err := f.Bytes()
			if err != nil || !bytes.Equal(back, b) {
				t.Errorf("%s: other bytes come back (%v)", name, err)
			}
			n++
		}
	}
	if n == 0 {
		t.Fatal("no files")
	}
	t.Logf("%d files, %d of them kept whole", n, whole)
}
