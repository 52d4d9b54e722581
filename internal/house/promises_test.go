package house

import (
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/support"
	"github.com/larder-ml/larder/model"
)

// TestTolerancesPlanted has one promise for each way to break the rule, and
// some that keep it.
func TestTolerancesPlanted(t *testing.T) {
	caps, err := ReadCaps(`
# prefix      method   rel    abs  why
lib.linear.   *        1e-12  0    sums in another order
lib.linear.   scores   1e-9   1    a logarithm
lib.tree.     *        0      0    comparisons only
`)
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := support.ParseRecorded([]byte(`{
		"lib.linear.A": {"predict": {"max_rel": 1e-14, "max_abs": 0, "n": 5}, "exact": {"max_rel": 0, "max_abs": 0, "n": 5},
			"scores": {"max_rel": 1e-10, "max_abs": 0.01, "n": 5}, "none": {"n": 0}},
		"lib.tree.T": {"predict": {"max_rel": 0, "max_abs": 0, "n": 5}},
		"lib.gone.G": {"predict": {"n": 5}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	promise := func(class, method string, rel, abs float64) Promise {
		return Promise{class, method, model.Tolerance{Rel: rel, Abs: abs}}
	}
	got := Tolerances([]string{"lib.linear.A", "lib.tree.T"}, []Promise{
		promise("lib.linear.A", "predict", 9e-14, 0), // kept
		promise("lib.linear.A", "predict", 2e-13, 0), // over ten times
		promise("lib.linear.A", "predict", 2e-12, 0), // over the cap too
		promise("lib.linear.A", "exact", 8e-16, 0),   // kept: the floor
		promise("lib.linear.A", "exact", 1e-15, 0),
		promise("lib.linear.A", "scores", 9e-10, 0.09), // kept: its own cap
		promise("lib.linear.A", "scores", 9e-10, 0.2),
		promise("lib.linear.A", "none", 1e-16, 0),
		promise("lib.linear.A", "other", 1e-16, 0),
		promise("lib.tree.T", "predict", 0, 0), // kept
		promise("lib.tree.T", "predict", 8e-16, 0),
		promise("lib.odd.O", "predict", 0, 0),
	}, recorded, caps)
	compare(t, got, []string{
		"lib.linear.A predict: tolerance rel 2e-13 abs 0, recorded error rel 1e-14",
		"lib.linear.A predict: tolerance rel 2e-12 abs 0 is above the cap of lib.linear., rel 1e-12",
		"lib.linear.A predict: tolerance rel 2e-12 abs 0, recorded error",
		"lib.linear.A exact: tolerance rel 1e-15 abs 0, recorded error rel 0 abs 0: at most rel 8.9e-16",
		"lib.linear.A scores: tolerance rel 9e-10 abs 0.2, recorded error",
		"lib.linear.A none: tolerance rel 1e-16 abs 0, and no error was recorded",
		"lib.linear.A other: tolerance rel 1e-16 abs 0, and no error was recorded",
		"lib.tree.T predict: tolerance rel 8e-16 abs 0 is above the cap of lib.tree., rel 0",
		"lib.odd.O predict: no family in caps.txt",
		"lib.gone.G: recorded, and no row has this class",
	})
}

func TestReadCapsPlanted(t *testing.T) {
	for _, bad := range []string{"lib. * 0 0", "lib. * x 0 why", "lib. * 0 x why"} {
		if _, err := ReadCaps(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestCoveredPlanted(t *testing.T) {
	got := Covered([]string{"lib.A", "lib.New"}, map[string]bool{"lib.A": true})
	compare(t, got, []string{"lib.New: a row, and no case"})
}

func TestEffectivePlanted(t *testing.T) {
	tol := func(rel float64) model.Tolerance { return model.Tolerance{Rel: rel} }
	methods := func(rel float64) []model.Method { return []model.Method{{Name: "predict", Tolerance: tol(rel)}} }
	root := &model.Object{Path: "/", Class: "lib.Pipeline", Methods: methods(1e-12), Children: []*model.Object{
		{Path: "/0", Class: "lib.A", Methods: methods(1e-12)}, // kept, and so is the pipeline
		{Path: "/1", Class: "lib.A", Methods: methods(1e-4)},
		{Path: "/2", Class: "lib.B", Methods: methods(1e-15)},
	}}
	compare(t, Effective(root, []Promise{{"lib.A", "predict", tol(1e-12)}, {"lib.A", "scores", tol(1e-9)}}), []string{
		"lib.A predict at /1: tolerance rel 0.0001 abs 0, its rows promise rel 1e-12",
		"lib.B predict at /2: tolerance rel 1e-15 abs 0, its rows promise rel 0",
	})
}

func TestAllowListPlanted(t *testing.T) {
	got := AllowList(
		[]string{"lib.A", "lib.New", "lib.B"},
		[]string{"lib.Part", "lib.B", "lib.Gone"},
		[]string{"builtins.dict", "lib.A", "lib.B", "lib.C", "lib.Part"},
		[]string{"lib"})
	compare(t, got, []string{
		"lib.B: a row, and a line of parts.txt",
		"lib.C: the scanner allows it, and no row has it",
		"lib.Gone: a line of parts.txt, and the scanner does not allow it",
		"lib.New: a row, and the scanner does not allow it",
	})
}

// compare checks that got is want, where each wanted text is a beginning.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
