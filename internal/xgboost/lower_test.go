package xgboost

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/ubjson"
	"github.com/larder-ml/larder/model"
)

// The same model as JSON, UBJSON, pickle and joblib file lowers to the bytes that
// the library wrote.
func TestLowerGivesTheLibrarysBytes(t *testing.T) {
	for _, c := range []struct {
		json, ubj string
		from      []string
	}{
		{"classifier-binary-json", "classifier-binary-ubj", []string{"classifier-binary-p5", "classifier-binary-p4", "classifier-binary-joblib", "classifier-binary-json", "classifier-binary-ubj"}},
		{"classifier-early-stopping-json", "classifier-early-stopping-ubj", []string{"classifier-early-stopping-p5", "classifier-early-stopping-json", "classifier-early-stopping-ubj"}},
		{"regressor-json", "regressor-ubj", []string{"regressor-p4", "regressor-joblib-zlib", "regressor-json", "regressor-ubj"}},
		{"classifier-minus-999-json", "", []string{"classifier-minus-999-p5"}},
	} {
		for _, from := range c.from {
			j, u := lowered(t, from)
			if want := read(t, cases, c.json, "model.json"); !bytes.Equal(j, want) {
				t.Errorf("%s as JSON: %s", from, firstDifference(j, want))
			}
			if c.ubj == "" {
				continue
			}
			if want := read(t, cases, c.ubj, "model.ubj"); !bytes.Equal(u, want) {
				t.Errorf("%s as UBJSON: %s", from, firstDifference(u, want))
			}
		}
	}
}

// Every document lowers to itself, and the other form and back is the same
// again.
func TestLowerIsTheSameAgain(t *testing.T) {
	files, _ := filepath.Glob(cases + "/*/model.*")
	for _, f := range files {
		ext := filepath.Ext(f)
		if ext != ".json" && ext != ".ubj" {
			continue
		}
		b := read(t, f)
		j, u := lowered(t, filepath.Base(filepath.Dir(f)))
		got := j
		if ext == ".ubj" {
			got = u
		}
		if !bytes.Equal(got, b) {
			t.Errorf("%s: %s", f, firstDifference(got, b))
		}
		for _, form := range [][]byte{j, u} {
			tree, err := parse(form)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Lift(tree.Root())
			if err != nil {
				t.Fatal(f, err)
			}
			j2, u2 := write(t, m.Root)
			if !bytes.Equal(j2, j) || !bytes.Equal(u2, u) {
				t.Errorf("%s is not the same after the other form", f)
			}
		}
	}
}

func lowered(t *testing.T, name string) (asJSON, asUBJSON []byte) {
	t.Helper()
	var c testCase
	if err := json.Unmarshal(read(t, cases, name, "case.json"), &c); err != nil {
		t.Fatal(err)
	}
	return write(t, lift(t, &c, read(t, cases, name, c.Model)).Root)
}

func write(t *testing.T, o *model.Object) (asJSON, asUBJSON []byte) {
	t.Helper()
	tree, err := Lower(o)
	if err != nil {
		t.Fatal(err)
	}
	var j, u bytes.Buffer
	if err := jsontree.WriteJSON(&j, tree.Root(), jsontree.XGBoostStyle); err != nil {
		t.Fatal(err)
	}
	if err := ubjson.Write(&u, tree.Root()); err != nil {
		t.Fatal(err)
	}
	return j.Bytes(), u.Bytes()
}

func firstDifference(got, want []byte) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	return "differs at " + show(got, i) + ", want " + show(want, i)
}

func show(b []byte, i int) string {
	return string(bytes.ToValidUTF8(b[max(0, i-40):min(len(b), i+40)], []byte("?")))
}
