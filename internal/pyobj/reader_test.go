package pyobj

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// instance is a pickled object of a class with a state.
func instance(t *testing.T, class string, state func(b *pickle.Builder) pickle.Value) pickle.Value {
	t.Helper()
	b := pickle.NewBuilder()
	i := strings.LastIndexByte(class, '.')
	v := b.New(b.Global(class[:i], class[i+1:]), b.Tuple())
	b.Build(v, state(b))
	p, err := pickle.Encode(v, pickle.EncodeOptions{Protocol: 4})
	if err != nil {
		t.Fatal(err)
	}
	d, err := pickle.Parse(p)
	if err != nil {
		t.Fatal(err)
	}
	return d.Root()
}

func dict(b *pickle.Builder, kv ...any) pickle.Value {
	var list []pickle.Value
	for _, x := range kv {
		if v, ok := x.(pickle.Value); ok {
			list = append(list, v)
			continue
		}
		v, err := b.Go(x)
		if err != nil {
			panic(err)
		}
		list = append(list, v)
	}
	return b.Dict(list...)
}

func TestReader(t *testing.T) {
	v := instance(t, "sklearn.tree.tree.DecisionTreeClassifier", func(b *pickle.Builder) pickle.Value {
		return dict(b, "depth", 3, "alpha", 0.5, "none", nil, "flag", true, "names", []string{"a", "b"}, "xs", []float64{1, 2},
			"inner", map[string]any{"k": 1}, "func", b.Global("numpy.core._multiarray_umath", "log1p"))
	})
	r := Read(v, "/steps/0", nil)
	if r.Class() != "sklearn.tree._classes.DecisionTreeClassifier" {
		t.Error(r.Class())
	}
	if r.Int("depth") != 3 || r.Float("alpha") != 0.5 || !r.IsNone("none") || !r.Bool("flag") || r.Float("depth") != 3 {
		t.Error("scalars")
	}
	if got := r.Strings("names"); !slices.Equal(got, []string{"a", "b"}) {
		t.Error(got)
	}
	if x := r.Float64s("xs", 2); x.Float(1) != 2 {
		t.Error(x)
	}
	if r.Global("func") != "numpy.log1p" {
		t.Error(r.Global("func"))
	}
	if s, ok := r.OptString("none"); s != "" || ok {
		t.Error("optional")
	}
	c := r.Child("inner")
	err := r.Done()
	if !errors.Is(err, document.ErrUnsupported) || !strings.Contains(err.Error(), "k") {
		t.Errorf("a child's key is left over: %v", err)
	}
	_ = c
	r = Read(v, "/steps/0", nil)
	r.Harmless("depth", "alpha", "none", "flag", "names", "func", "not there")
	r.Child("inner").Int("k")
	err = r.Done()
	var e *document.Error
	if !errors.As(err, &e) || !errors.Is(err, document.ErrUnsupported) || e.Path != "/steps/0/xs" || e.Offset <= 0 || !strings.Contains(e.Error(), "DecisionTreeClassifier") {
		t.Errorf("left over: %v", err)
	}
	r.Mark("xs")
}

// TestReaderFaults: the first fault stays, is located, and later reads answer
// zero values that can be used.
func TestReaderFaults(t *testing.T) {
	v := instance(t, "m.C", func(b *pickle.Builder) pickle.Value {
		return dict(b, "s", "text", "f", 1.5, "list", []any{1, "a"}, "nan", math.NaN(), "big", "x")
	})
	for name, read := range map[string]func(r *Reader){
		"missing": func(r *Reader) { r.Int("nope") },
		"int":     func(r *Reader) { r.Int("f") },
		"float":   func(r *Reader) { r.Float("s") },
		"bool":    func(r *Reader) { r.Bool("f") },
		"string":  func(r *Reader) { r.String("f") },
		"mixed":   func(r *Reader) { r.Float64s("list") },
		"struct":  func(r *Reader) { r.Struct("list") },
		"sparse":  func(r *Reader) { r.Sparse("s") },
		"child":   func(r *Reader) { r.Child("s") },
		"list":    func(r *Reader) { r.List("f") },
		"slice":   func(r *Reader) { r.Slice("f") },
		"global":  func(r *Reader) { r.Global("f") },
		"state":   func(r *Reader) { r.State().Int("0"); r.Args().Int("0") },
		"objects": func(r *Reader) { r.Objects("f") },
	} {
		r := Read(v, "/x", nil)
		read(r)
		first := r.Err()
		if first == nil {
			t.Errorf("%s: no fault", name)
			continue
		}
		if !errors.Is(first, document.ErrUnsupported) || !strings.Contains(first.Error(), "/x") {
			t.Errorf("%s: %v", name, first)
		}
		if r.Float64s("f", -1, 3).Dim(0) != 0 || r.Float64s("nope", 2, 2).Rank() != 2 || r.Struct("f").Len() != 0 || len(r.Struct("f").Float64s("a")) != 0 ||
			r.Sparse("f").Rows != 0 || r.Child("f").Len() != 0 || r.Int("f") != 0 || r.Strings("list") != nil || r.Value("f").IsValid() {
			t.Errorf("%s: reads go on after the fault", name)
		}
		if r.Done() != first {
			t.Errorf("%s: Done is %v, first was %v", name, r.Done(), first)
		}
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"copy_reg", "_reconstructor"}:                          "copyreg._reconstructor",
		{"__builtin__", "object"}:                               "builtins.object",
		{"numpy.core.multiarray", "_reconstruct"}:               "numpy._core.multiarray._reconstruct",
		{"numpy._core._multiarray_umath", "log1p"}:              "numpy.log1p",
		{"sklearn.ensemble.forest", "RandomForestRegressor"}:    "sklearn.ensemble._forest.RandomForestRegressor",
		{"sklearn.externals.joblib.numpy_pickle", "load"}:       "joblib.numpy_pickle.load",
		{"scipy.sparse.csr", "csr_matrix"}:                      "scipy.sparse._csr.csr_matrix",
		{"_loss", "CyHalfPoissonLoss"}:                          "sklearn._loss._loss.CyHalfPoissonLoss",
		{"numpy.corex", "y"}:                                    "numpy.corex.y",
		{"sklearn.neighbors.dist_metrics", "EuclideanDistance"}: "sklearn.metrics._dist_metrics.EuclideanDistance",
		{"mymodule", "Thing"}:                                   "mymodule.Thing",
	} {
		if got := Canonical(in[0], in[1]); got != want {
			t.Errorf("Canonical(%q, %q) = %s, want %s", in[0], in[1], got, want)
		}
	}
	n := NewNames(map[string]string{"old.Name": "new.Name", "sklearn.tree._classes.Old": "sklearn.tree._classes.New"})
	if n.Canonical("old", "Name") != "new.Name" || n.Canonical("sklearn.tree.tree", "Old") != "sklearn.tree._classes.New" {
		t.Error("names of rows")
	}
}

// TestAliases: no alias leads to another alias, so that one look is enough.
func TestAliases(t *testing.T) {
	for old, now := range oldModules {
		if again := canonicalModule(now); again != now {
			t.Errorf("%s → %s → %s", old, now, again)
		}
	}
	for old, now := range oldGlobals {
		if i := strings.LastIndexByte(now, '.'); Canonical(now[:i], now[i+1:]) != now {
			t.Errorf("%s → %s → another", old, now)
		}
	}
}
