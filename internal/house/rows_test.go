package house

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/sklearn"
	"github.com/larder-ml/larder/internal/support"
	"github.com/larder-ml/larder/internal/xgboost"
	"github.com/larder-ml/larder/model"
)

const (
	models   = "../../testdata/models"
	recorded = models + "/recorded.json"
)

// rows are the classes of all frameworks' rows, and what they promise.
func rows() (classes []string, promises []Promise) {
	add := func(class string, tolerance map[string]model.Tolerance) {
		classes = append(classes, class)
		for _, method := range slices.Sorted(maps.Keys(tolerance)) {
			promises = append(promises, Promise{class, method, tolerance[method]})
		}
	}
	for _, r := range sklearn.Table() {
		add(r.Path, r.Tolerance)
		for _, method := range slices.Sorted(maps.Keys(r.Float32)) {
			promises = append(promises, Promise{r.Path, method + "@float32", r.Float32[method]})
		}
	}
	for _, r := range xgboost.Rows() {
		add(r.Path, r.Tolerance)
	}
	return classes, promises
}

// TestTolerances holds every row's tolerance against the recorded errors and
// caps.txt.
func TestTolerances(t *testing.T) {
	text, err := os.ReadFile("caps.txt")
	if err != nil {
		t.Fatal(err)
	}
	caps, err := ReadCaps(string(text))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatalf("%v: go test . -run TestCases -record writes it", err)
	}
	worst, err := support.ParseRecorded(b)
	if err != nil {
		t.Fatal(err)
	}
	classes, promises := rows()
	for _, v := range Tolerances(classes, promises, worst, caps) {
		t.Error(v)
	}
}

// TestCases holds the models of all cases against the rows: each row's class
// occurs in one, and no lifted method has a tolerance that its row does not
// show.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(models + "/*/*/case.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	classes, promises := rows()
	said, seen := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Model string
			Calls []any
		}
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		b, err = os.ReadFile(filepath.Join(filepath.Dir(file), c.Model))
		if err != nil {
			t.Fatal(err)
		}
		d, err := formats.ParseBytes(b, formats.Env{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		m, err := formats.Lift(d, formats.Env{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, v := range Effective(m.Root, promises) {
			if !said[v] {
				said[v] = true
				t.Errorf("%s: %s", filepath.Base(filepath.Dir(file)), v)
			}
		}
		for o := range m.Root.All() {
			seen[o.Class] = seen[o.Class] || len(c.Calls) > 0
		}
	}
	for _, v := range Covered(classes, seen) {
		t.Error(v)
	}
}

// TestAllowList holds the scanner's list of the frameworks' classes against
// the rows. (What it allows of Python, numpy, pandas and torch is its own
// business: there are no rows of these.)
func TestAllowList(t *testing.T) {
	parts, faults, err := readReasons(os.DirFS("../.."), "internal/house/parts.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range faults {
		t.Error(v)
	}
	classes, _ := rows()
	frameworks := []string{"sklearn", "xgboost", "lightgbm", "keras", "tensorflow"}
	for _, v := range AllowList(classes, slices.Sorted(maps.Keys(parts)), formats.AllowList().Names(), frameworks) {
		t.Error(v)
	}
}

// TestOldNames scans a pickle that refers to each class by each of its names:
// they are all safe, and a neighbour that does not exist is not.
func TestOldNames(t *testing.T) {
	refer := func(name string) document.Verdict {
		dot := strings.LastIndexByte(name, '.')
		b := []byte("\x80\x02c" + name[:dot] + "\n" + name[dot+1:] + "\n.") // PROTO 2, GLOBAL, STOP
		files := formats.Scanner(formats.Env{}).Bytes(t.Context(), "", b).Files
		if len(files) != 1 || files[0].Verdict == nil {
			t.Fatalf("%s: no verdict", name)
		}
		return *files[0].Verdict
	}
	check := func(class string, was []string) {
		for _, name := range append([]string{class}, was...) {
			if v := refer(name); v != document.Safe {
				t.Errorf("%s, a name of %s: %s", name, class, v)
			}
		}
		if v := refer(class + "ButNot"); v == document.Safe {
			t.Errorf("%sButNot: %s", class, v)
		}
	}
	for _, r := range sklearn.Table() {
		check(r.Path, r.Was)
	}
	for _, r := range xgboost.Rows() {
		check(r.Path, r.Was)
	}
}
