package losslessjson

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/pickle"
)

// TestPage holds the example of docs/formats/json.md to what is written.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/formats/json.md")
	if err != nil {
		t.Fatal(err)
	}
	// CPython 3.11's answer to the page's call of pickle.dumps.
	const dumped = "\x80\x04\x95L\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x01a\x94]\x94(K\x01G@\x00\x00\x00\x00\x00\x00\x00e\x8c\x01b\x94h\x02\x8c\x01t\x94N\x88\x86\x94\x8c\x03raw\x94C\x02\x00\xff\x94K\x03\x8f\x94(\x8c\x01x\x94\x90\x8c\x05$cost\x94G\x7f\xf8\x00\x00\x00\x00\x00\x00u."
	f, err := joblib.Parse([]byte(dumped), pickle.Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	var j bytes.Buffer
	if err := Write(&j, f); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```json\n"+j.String()+"```\n") {
		t.Errorf("the page has another example than\n%s", j.String())
	}
}
