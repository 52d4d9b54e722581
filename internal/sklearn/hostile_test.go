package sklearn_test

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

const (
	logistic = "sklearn.linear_model._logistic.LogisticRegression"
	linear   = "sklearn.linear_model._base.LinearRegression"
	scaler   = "sklearn.preprocessing._data.StandardScaler"
	onehot   = "sklearn.preprocessing._encoders.OneHotEncoder"
	imputer  = "sklearn.impute._base.SimpleImputer"
	treeOf   = "sklearn.tree._classes.DecisionTreeRegressor"
	forestOf = "sklearn.ensemble._forest.RandomForestRegressor"
	pipeline = "sklearn.pipeline.Pipeline"
	compose  = "sklearn.compose._column_transformer.ColumnTransformer"
)

// node is one record of a tree's nodes.
type node struct {
	left, right, feature int64
	threshold            float64
}

// tree is a decision tree over two features with these nodes.
func (s state) tree(nodes []node, values *tensor.Tensor, features int) pickle.Value {
	names := []string{"left_child", "right_child", "feature", "threshold", "impurity", "n_node_samples",
		"weighted_n_node_samples", "missing_go_to_left"}
	kinds := []string{"i8", "i8", "i8", "f8", "f8", "i8", "f8", "u1"}
	var keys, fields []pickle.Value
	for i, n := range names {
		d := s.Reduce(s.Global("numpy", "dtype"), s.Tuple(s.Str(kinds[i]), s.Bool(false), s.Bool(true)))
		s.Build(d, s.Tuple(s.Int(3), s.Str("<"), s.None(), s.None(), s.None(), s.Int(-1), s.Int(-1), s.Int(0)))
		keys = append(keys, s.Str(n))
		fields = append(fields, s.Str(n), s.Tuple(d, s.Int(int64(8*i))))
	}
	d := s.Reduce(s.Global("numpy", "dtype"), s.Tuple(s.Str("V64"), s.Bool(false), s.Bool(true)))
	s.Build(d, s.Tuple(s.Int(3), s.Str("|"), s.None(), s.Tuple(keys...), s.Dict(fields...), s.Int(64), s.Int(1), s.Int(16)))
	raw := make([]byte, 0, 64*len(nodes))
	for _, n := range nodes {
		for _, v := range []int64{n.left, n.right, n.feature, int64(math.Float64bits(n.threshold)), 0, 1, 0, 0} {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
		}
	}
	t := s.Reduce(s.Global("sklearn.tree._tree", "Tree"), s.Tuple(s.Int(int64(features)), s.value(integers(1)), s.Int(1)))
	s.Build(t, s.dict("max_depth", 1, "node_count", len(nodes), "nodes", s.arrayOf(d, raw, len(nodes)), "values", values))
	return s.of(treeOf, "criterion", "squared_error", "splitter", "best", "n_features_in_", 2, "n_outputs_", 1, "tree_", t, "_sklearn_version", "1.9.1")
}

func ones(n int) *tensor.Tensor { return floats(make([]float64, n), n, 1, 1) }

// Every one of these is an error of the right kind that names the thing; none
// is a panic, an endless walk or an answer.
func TestHostileStates(t *testing.T) {
	split := []node{{1, 2, 0, 0.5}, {-1, -1, -2, 0}, {-1, -1, -2, 0}}
	for _, c := range []struct {
		name string
		make func(s state) pickle.Value
		want error
		says string
	}{
		{"an option nobody knows", func(s state) pickle.Value {
			return s.of(scaler, "with_mean", true, "with_std", false, "mean_", floats([]float64{1}, 1), "scale_", nil, "n_features_in_", 1, "curve", 3)
		}, document.ErrUnsupported, "curve"},
		{"no coefficients", func(s state) pickle.Value { return s.of(linear, "n_features_in_", 2, "intercept_", 0.0) }, document.ErrUnsupported, "coef_"},
		{"not fitted", func(s state) pickle.Value { return s.of(scaler, "with_mean", false, "with_std", false) }, document.ErrUnsupported, "n_features_in_"},
		{"coefficients for others", func(s state) pickle.Value {
			return s.of(linear, "n_features_in_", 2, "coef_", floats([]float64{1, 2, 3}, 3), "intercept_", 0.0)
		}, document.ErrCorrupt, "coef_"},
		{"three dimensions", func(s state) pickle.Value {
			return s.of(linear, "coef_", floats(make([]float64, 8), 2, 2, 2), "intercept_", 0.0)
		}, document.ErrCorrupt, "coef_"},
		{"labels without scores", func(s state) pickle.Value {
			return s.of(logistic, "n_features_in_", 1, "classes_", integers(1, 2, 3), "coef_", floats([]float64{1}, 1, 1), "intercept_", floats([]float64{1}, 1), "solver", "lbfgs")
		}, document.ErrCorrupt, "coef_"},
		{"no labels", func(s state) pickle.Value {
			return s.of(logistic, "n_features_in_", 1, "classes_", integers(), "coef_", floats(nil, 0, 1), "intercept_", floats(nil, 0), "solver", "lbfgs")
		}, document.ErrCorrupt, "classes_"},
		{"a mean too short", func(s state) pickle.Value {
			return s.of(scaler, "with_mean", true, "with_std", false, "mean_", floats([]float64{1}, 1), "n_features_in_", 3)
		}, document.ErrCorrupt, "mean_"},
		{"names too few", func(s state) pickle.Value {
			return s.of(scaler, "with_mean", false, "with_std", false, "n_features_in_", 3, "feature_names_in_", s.objects("a"))
		}, document.ErrCorrupt, "names"},
		{"features past counting", func(s state) pickle.Value {
			return s.of("sklearn.preprocessing._function_transformer.FunctionTransformer", "func", nil, "inverse_func", nil, "validate", false, "n_features_in_", 1<<25)
		}, document.ErrLimit, "columns"},
		{"a child out of range", func(s state) pickle.Value {
			return s.tree([]node{{1, 7, 0, 0}, {-1, -1, -2, 0}, {-1, -1, -2, 0}}, ones(3), 2)
		}, document.ErrCorrupt, "child 7"},
		{"a walk in a circle", func(s state) pickle.Value {
			return s.tree([]node{{1, 2, 0, 0}, {0, 2, 0, 0}, {-1, -1, -2, 0}}, ones(3), 2)
		}, document.ErrCorrupt, "parent"},
		{"a child past int32", func(s state) pickle.Value {
			return s.tree([]node{{1 << 40, 1, 0, 0}, {-1, -1, -2, 0}}, ones(2), 2)
		}, document.ErrCorrupt, "left_child"},
		{"a feature that is not there", func(s state) pickle.Value {
			return s.tree([]node{{1, 2, 9, 0}, {-1, -1, -2, 0}, {-1, -1, -2, 0}}, ones(3), 2)
		}, document.ErrCorrupt, "feature 9"},
		{"values for other nodes", func(s state) pickle.Value { return s.tree(split, ones(2), 2) }, document.ErrCorrupt, "values"},
		{"no nodes", func(s state) pickle.Value { return s.tree(nil, ones(0), 2) }, document.ErrCorrupt, "nodes"},
		{"a tree of other data", func(s state) pickle.Value { return s.tree(split, ones(3), 5) }, document.ErrCorrupt, "5 features"},
		{"a forest without trees", func(s state) pickle.Value {
			return s.of(forestOf, "n_features_in_", 2, "n_outputs_", 1, "estimators_", []any{})
		}, document.ErrCorrupt, "no trees"},
		{"a stranger in a forest", func(s state) pickle.Value {
			return s.of(forestOf, "n_features_in_", 2, "n_outputs_", 1, "estimators_", []any{s.of("a.B", "x", 1)})
		}, document.ErrUnsupported, "a.B"},
		{"outputs past counting", func(s state) pickle.Value {
			return s.of(forestOf, "n_features_in_", 2, "n_outputs_", 1<<40, "estimators_", []any{})
		}, document.ErrCorrupt, "n_outputs_"},
		{"a pipeline in itself", func(s state) pickle.Value {
			p := s.New(s.Global("sklearn.pipeline", "Pipeline"), s.Tuple())
			s.Build(p, s.dict("steps", []any{s.Tuple(s.Str("a"), p)}, "memory", nil))
			return p
		}, document.ErrCorrupt, "itself"},
		{"a pipeline of nothing", func(s state) pickle.Value { return s.of(pipeline, "steps", []any{}) }, document.ErrCorrupt, "steps"},
		{"a column that is not there", func(s state) pickle.Value {
			return s.of(compose, "n_features_in_", 2, "sparse_output_", false, "transformers_",
				[]any{s.Tuple(s.Str("a"), s.Str("passthrough"), s.value([]any{7}))})
		}, document.ErrCorrupt, "column 7"},
		{"a category dropped that is not there", func(s state) pickle.Value {
			return s.hot(s.objects(5), nil, nil)
		}, document.ErrCorrupt, "category 5"},
		{"a mapping past its end", func(s state) pickle.Value {
			return s.hot(s.None(), []any{integers(0, 9)}, []any{integers(1)})
		}, document.ErrCorrupt, "category 9"},
		{"a mapping too short", func(s state) pickle.Value {
			return s.hot(s.None(), []any{integers(0)}, []any{integers(1)})
		}, document.ErrCorrupt, "mapping"},
		{"a mark that is not there", func(s state) pickle.Value {
			return s.of(imputer, "missing_values", math.NaN(), "strategy", "mean", "statistics_", floats([]float64{1}, 1), "n_features_in_", 1, "add_indicator", true,
				"indicator_", s.of("sklearn.impute._base.MissingIndicator", "features_", integers(4)))
		}, document.ErrCorrupt, "feature 4"},
		{"a function", func(s state) pickle.Value {
			return s.of("sklearn.preprocessing._function_transformer.FunctionTransformer", "func", s.Global("os", "system"), "validate", false, "n_features_in_", 1)
		}, document.ErrUnsupported, "func"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := state{pickle.NewBuilder()}
			_, err := s.lifted(t, c.make(s))
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %v naming %q", err, c.want, c.says)
			}
		})
	}
}

// hot is an encoder of one column with two categories.
func (s state) hot(drop pickle.Value, mapping, rare []any) pickle.Value {
	pairs := []any{"categories_", []any{s.objects("a", "b")}, "handle_unknown", "error", "sparse_output", true,
		"dtype", s.Global("numpy", "float64"), "_drop_idx_after_grouping", drop, "n_features_in_", 1, "_infrequent_enabled", mapping != nil}
	if mapping != nil {
		pairs = append(pairs, "_default_to_infrequent_mappings", mapping, "_infrequent_indices", rare)
	}
	return s.of(onehot, pairs...)
}

// A class that no table has is data: it lifts, has no methods, and says why; so
// does a pipeline that needs it.
func TestUnknownClassesAreInert(t *testing.T) {
	s := state{pickle.NewBuilder()}
	m, err := s.lifted(t, s.of("mine.Model", "w", 1))
	if err != nil || len(m.Signatures) != 0 || !strings.Contains(m.Root.Why, "mine.Model") {
		t.Errorf("%+v, %v", m, err)
	}
	s = state{pickle.NewBuilder()}
	m, err = s.lifted(t, s.of(pipeline, "steps", []any{s.Tuple(s.Str("a"), s.of("mine.Model", "w", 1))}, "memory", nil))
	if err != nil || len(m.Signatures) != 0 || !strings.Contains(m.NotRunnable().Error(), "mine.Model") {
		t.Errorf("%+v, %v", m, err)
	}
}

// Bytes of real models are changed at random: whatever comes of it, nothing
// panics, and what is refused is refused with one of the module's errors.
func TestChangedBytesNeverPanic(t *testing.T) {
	known := []error{document.ErrFormat, document.ErrCorrupt, document.ErrUnsupported, document.ErrLimit, document.ErrInput, document.ErrUnsafe}
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	for i, c := range cases(t) {
		b, err := os.ReadFile(filepath.Join(c.dir, c.Model))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(c.Model, ".joblib") {
			continue // mostly compressed: the codec's own tests
		}
		r := rand.New(rand.NewPCG(uint64(i), 7))
		for range rounds {
			bad := append([]byte(nil), b...)
			for range 1 + r.IntN(3) {
				bad[r.IntN(len(bad))] = byte(r.IntN(256))
			}
			if err := c.try(t, bad); err != nil {
				ok := false
				for _, k := range known {
					ok = ok || errors.Is(err, k)
				}
				if !ok {
					t.Errorf("%s: %v", c.dir, err)
				}
			}
		}
	}
}

func (c *saved) try(t *testing.T, b []byte) error {
	m, err := open(b)
	if err != nil {
		return err
	}
	store := &plan.Store{}
	for _, s := range m.Signatures {
		for _, call := range c.Calls {
			if call.Signature == s.Name && call.Error == "" {
				if _, err := ask(t, plan.NewProgram(s, store), s, filepath.Join(c.dir, call.Data)); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}
