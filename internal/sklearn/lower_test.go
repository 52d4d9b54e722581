package sklearn_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/internal/sklearn"
	"github.com/larder-ml/larder/pickle"
)

// Lifted, lowered and lifted again a model answers the same, and lowering it
// once more gives the same bytes.
func TestLowerIsTheInverseOfLift(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases(t) {
		b, err := os.ReadFile(filepath.Join(c.dir, c.Model))
		if err != nil {
			t.Fatal(err)
		}
		once, class := lowered(t, b)
		if once == nil {
			continue
		}
		seen[class] = true
		if again, _ := lowered(t, once); string(again) != string(once) {
			t.Errorf("%s: lowered twice, the bytes differ", c.dir)
		}
		if dir := os.Getenv("LOWERED"); dir != "" { // to be opened by the real library
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(c.dir)+".pkl"), once, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		copied := c
		copied.bytes = once
		copied.run(t, &worst{by: map[string]float64{}})
	}
	for _, r := range sklearn.Table() {
		if r.Lower != nil && !seen[r.Path] {
			t.Errorf("no case of %s was lowered", r.Path)
		}
	}
}

// lowered is a model as Lower writes it; nil where its class cannot be.
func lowered(t *testing.T, b []byte) ([]byte, string) {
	t.Helper()
	d, err := pyobj.Open("", b, pyobj.Options{Names: sklearn.Names()})
	if err != nil {
		t.Fatal(err)
	}
	o, err := (&sklearn.Lifter{Env: d.Env()}).Lift(d.Root(), "/")
	if err != nil {
		t.Fatal(err)
	}
	can := false
	for _, r := range sklearn.Table() {
		can = can || r.Path == o.Class && r.Lower != nil
	}
	if !can {
		return nil, ""
	}
	v, err := sklearn.Lower(pickle.NewBuilder(), o)
	if err != nil {
		t.Fatalf("%s: %v", o.Class, err)
	}
	out, err := pickle.Encode(v, pickle.EncodeOptions{Protocol: 4})
	if err != nil {
		t.Fatalf("%s: %v", o.Class, err)
	}
	return out, o.Class
}
