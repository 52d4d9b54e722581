package xgboost

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/internal/ubjson"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// small is a document of one stump over two features and two rounds, written
// out so that a test can spoil it.
const small = `{"learner":{"attributes":{},"feature_names":[],"feature_types":[],` +
	`"gradient_booster":{"model":{"cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},` +
	`"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1"},"iteration_indptr":[0,1],"tree_info":[0],` +
	`"trees":[{"base_weights":[0,1,2],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],` +
	`"default_left":[0,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[1,0,0],"parents":[2147483647,0,0],` +
	`"right_children":[2,-1,-1],"split_conditions":[5E-1,1E0,2E0],"split_indices":[1,0,0],"split_type":[0,0,0],` +
	`"sum_hessian":[2,1,1],"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"3","size_leaf_vector":"1"}}]},"name":"gbtree"},` +
	`"learner_model_param":{"base_score":"[5E-1]","boost_from_average":"1","num_class":"0","num_feature":"2","num_target":"1"},` +
	`"objective":{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[3,2,0]}`

func liftText(text string) (*model.Model, error) {
	t, err := jsontree.Parse([]byte(text), jsontree.Decoder{Dialect: jsontree.XGBoost})
	if err != nil {
		return nil, err
	}
	return Lift(t.Root())
}

func TestSmallDocumentIsGood(t *testing.T) {
	if _, err := liftText(small); err != nil {
		t.Fatal(err)
	}
}

// Every spoilt document is refused with the error's kind and a place, whatever
// XGBoost does with it.
func TestSpoiltDocuments(t *testing.T) {
	for _, c := range []struct {
		what, old, new string
		kind           error
		path           string
	}{
		{"feature out of range", `"split_indices":[1,0,0]`, `"split_indices":[2,0,0]`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/split_indices/0"},
		{"feature negative", `"split_indices":[1,0,0]`, `"split_indices":[-1,0,0]`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/split_indices/0"},
		{"child out of range", `"left_children":[1,`, `"left_children":[3,`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/left_children/0"},
		{"child negative", `"left_children":[1,`, `"left_children":[-2,`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/left_children"},
		{"no right child", `"right_children":[2,`, `"right_children":[-1,`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/right_children/0"},
		{"cycle to the root", `"left_children":[1,-1`, `"left_children":[1,0`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0"},
		{"same child twice", `"right_children":[2,`, `"right_children":[1,`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/right_children/0"},
		{"another parent", `"parents":[2147483647,0,0]`, `"parents":[2147483647,0,1]`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/parents"},
		{"the root has a parent", `"parents":[2147483647,`, `"parents":[1,`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/parents"},
		{"group out of range", `"tree_info":[0]`, `"tree_info":[7]`, document.ErrCorrupt, "/learner/gradient_booster/model/tree_info"},
		{"group negative", `"tree_info":[0]`, `"tree_info":[-1]`, document.ErrCorrupt, "/learner/gradient_booster/model/tree_info"},
		{"rounds that fall", `"iteration_indptr":[0,1]`, `"iteration_indptr":[0,2,1]`, document.ErrCorrupt, "/learner/gradient_booster/model/iteration_indptr"},
		{"rounds past the trees", `"iteration_indptr":[0,1]`, `"iteration_indptr":[0,2]`, document.ErrCorrupt, "/learner/gradient_booster/model/iteration_indptr"},
		{"rounds of nothing", `"iteration_indptr":[0,1]`, `"iteration_indptr":[]`, document.ErrCorrupt, "/learner/gradient_booster/model/iteration_indptr"},
		{"too many nodes", `"num_nodes":"3"`, `"num_nodes":"2147483647"`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/tree_param/num_nodes"},
		{"negative nodes", `"num_nodes":"3"`, `"num_nodes":"-3"`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/tree_param/num_nodes"},
		{"short list", `"split_conditions":[5E-1,`, `"split_conditions":[`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/split_conditions"},
		{"short covers", `"sum_hessian":[2,`, `"sum_hessian":[`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/sum_hessian"},
		{"too many features", `"num_feature":"2","num_target"`, `"num_feature":"4000000000","num_target"`, document.ErrLimit, "/learner/learner_model_param/num_feature"},
		{"too many classes", `"num_class":"0"`, `"num_class":"1000000000"`, document.ErrLimit, "/learner/learner_model_param/num_class"},
		{"classes and targets", `"num_class":"0","num_feature":"2","num_target":"1"`, `"num_class":"3","num_feature":"2","num_target":"2"`, document.ErrUnsupported, "/learner/learner_model_param/num_target"},
		{"base score of another length", `"[5E-1]"`, `"[5E-1,1E0]"`, document.ErrCorrupt, "/learner/learner_model_param/base_score"},
		{"base score that is none", `"[5E-1]"`, `"[nan]"`, document.ErrCorrupt, "/learner/learner_model_param/base_score"},
		{"base score of nothing", `"[5E-1]"`, `"[]"`, document.ErrCorrupt, "/learner/learner_model_param/base_score"},
		{"unknown objective", `"reg:squarederror"`, `"reg:nothing"`, document.ErrUnsupported, "/learner/objective/name"},
		{"unknown booster", `"name":"gbtree"`, `"name":"forest"`, document.ErrUnsupported, "/learner/gradient_booster/name"},
		{"unknown key in a tree", `"id":0`, `"id":0,"leaf_bias":[]`, document.ErrUnsupported, "/learner/gradient_booster/model/trees/0/leaf_bias"},
		{"unknown key in the learner", `"attributes":{}`, `"attributes":{},"calibration":1`, document.ErrUnsupported, "/learner/calibration"},
		{"unknown parameter", `"boost_from_average":"1"`, `"boost_from_average":"1","shift":"1"`, document.ErrUnsupported, "/learner/learner_model_param/shift"},
		{"unknown objective parameter", `"scale_pos_weight":"1"`, `"scale_pos_weight":"1","power":"2"`, document.ErrUnsupported, "/learner/objective/reg_loss_param/power"},
		{"missing key", `"parents":[2147483647,0,0],`, ``, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/parents"},
		{"trees of another number", `"num_trees":"1"`, `"num_trees":"2"`, document.ErrCorrupt, "/learner/gradient_booster/model/tree"},
		{"tree id", `"id":0`, `"id":1`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/id"},
		{"names of another number", `"feature_names":[]`, `"feature_names":["a"]`, document.ErrCorrupt, "/learner/feature_names"},
		{"a string for a number", `"split_indices":[1,0,0]`, `"split_indices":["1",0,0]`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/split_indices"},
		{"attribute that is no string", `"attributes":{}`, `"attributes":{"best_iteration":3}`, document.ErrCorrupt, "/learner/attributes/best_iteration"},
		{"unknown estimator", `"attributes":{}`, `"attributes":{"scikit_learn":"{\"_estimator_type\":\"clusterer\"}"}`, document.ErrUnsupported, "/learner/attributes/scikit_learn"},
		{"estimator that is no JSON", `"attributes":{}`, `"attributes":{"scikit_learn":"{"}`, document.ErrCorrupt, "/learner/attributes/scikit_learn"},
		{"best iteration past the last", `"attributes":{}`, `"attributes":{"best_iteration":"1","scikit_learn":"{\"_estimator_type\":\"regressor\"}"}`, document.ErrCorrupt, "/learner/attributes/best_iteration"},
		{"version before the first", `"version":[3,2,0]`, `"version":[0,9,0]`, document.ErrUnsupported, "/version"},
		{"version of two numbers", `"version":[3,2,0]`, `"version":[3,2]`, document.ErrCorrupt, "/version"},
		{"split type", `"split_type":[0,0,0]`, `"split_type":[2,0,0]`, document.ErrUnsupported, "/learner/gradient_booster/model/trees/0/split_type"},
		{"categories without a list", `"split_type":[0,0,0]`, `"split_type":[1,0,0]`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/categories_nodes"},
		{"vector leaves of another width", `"size_leaf_vector":"1"`, `"size_leaf_vector":"5"`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/tree_param/size_leaf_vector"},
		{"weights of another number", `"name":"gbtree"`, `"name":"gbtree","weight_drop":[1,2]`, document.ErrCorrupt, "/learner/gradient_booster/weight_drop"},
		{"duplicate key", `"id":0`, `"id":0,"id":0`, document.ErrCorrupt, "/learner/gradient_booster/model/trees/0/id"},
		{"bytes after the end", `"version":[3,2,0]}`, `"version":[3,2,0]}}`, document.ErrCorrupt, ""},
		{"nested objects", `"attributes":{}`, `"attributes":` + strings.Repeat(`{"a":`, 300), document.ErrLimit, ""},
		{"category names of another number", `"enc":[]`, `"enc":[{"offsets":[0,1],"values":[65]}]`, document.ErrCorrupt, "/learner/gradient_booster/model/cats/enc"},
		{"category names out of range", `"enc":[]`, `"enc":[{"offsets":[0,9],"values":[65]},{"offsets":[],"values":[]}]`, document.ErrCorrupt, "/learner/gradient_booster/model/cats/enc/0/offsets"},
	} {
		if strings.Count(small, c.old) != 1 {
			t.Fatalf("%s: %q is there %d times", c.what, c.old, strings.Count(small, c.old))
		}
		_, err := liftText(strings.Replace(small, c.old, c.new, 1))
		var e *document.Error
		if !errors.As(err, &e) || !errors.Is(err, c.kind) || !strings.HasPrefix(e.Path, c.path) || e.Offset < 0 {
			t.Errorf("%s: %v, want %v at %s", c.what, err, c.kind, c.path)
		}
	}
}

func TestSpoiltCategories(t *testing.T) {
	good := strings.NewReplacer(`"split_type":[0,0,0]`, `"split_type":[1,0,0]`, `"categories":[]`, `"categories":[3,40]`,
		`"categories_nodes":[]`, `"categories_nodes":[0]`, `"categories_segments":[]`, `"categories_segments":[0]`,
		`"categories_sizes":[]`, `"categories_sizes":[2]`).Replace(small)
	if _, err := liftText(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{`"categories":[3,40]`, `"categories":[3,-1]`},
		{`"categories":[3,40]`, `"categories":[3,16777216]`},
		{`"categories_nodes":[0]`, `"categories_nodes":[1]`},
		{`"categories_nodes":[0]`, `"categories_nodes":[9]`},
		{`"categories_nodes":[0]`, `"categories_nodes":[0,0]`},
		{`"categories_segments":[0]`, `"categories_segments":[-1]`},
		{`"categories_segments":[0]`, `"categories_segments":[1]`},
		{`"categories_segments":[0]`, `"categories_segments":[9223372036854775807]`},
		{`"categories_sizes":[2]`, `"categories_sizes":[0]`},
		{`"categories_sizes":[2]`, `"categories_sizes":[9223372036854775807]`},
		{`"categories_sizes":[2]`, `"categories_sizes":[]`},
	} {
		if _, err := liftText(strings.Replace(good, c[0], c[1], 1)); !errors.Is(err, document.ErrCorrupt) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}

// runAll asks every signature for a few rows; nothing may panic.
func runAll(m *model.Model) {
	for _, s := range m.Signatures {
		x := s.In[0]
		n := int(x.Shape[1])
		if n > 200 {
			return
		}
		var in tensor.Value = tensor.New(tensor.Float32, 3, n)
		if x.Kind == model.Table {
			in, _ = plan.Fit(in, &x)
		}
		args := make([]tensor.Value, 1+len(s.Params))
		args[0] = in
		plan.NewProgram(s, &plan.Store{}).Run(context.Background(), args, make([]tensor.Value, len(s.Out)), plan.Options{Threads: 1})
	}
}

// corpus is the committed documents that are small.
func corpus(t testing.TB) [][]byte {
	files, _ := filepath.Glob(cases + "/*/model.*")
	out := [][]byte{[]byte(small)}
	for _, f := range files {
		if ext := filepath.Ext(f); ext != ".json" && ext != ".ubj" {
			continue
		}
		if b := read(t, f); len(b) < 60_000 {
			out = append(out, b)
		}
	}
	return out
}

// Documents with changed bytes and numbers are read or refused, and what was
// read can be asked.
func TestMutatedDocumentsNeverPanic(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, b := range corpus(t) {
		for range 60 {
			c := bytes.Clone(b)
			for range 1 + r.IntN(4) {
				mutate(r, c)
			}
			if tree, err := parse(c); err == nil {
				if m, err := Lift(tree.Root()); err == nil {
					runAll(m)
				}
			}
		}
		for range 20 {
			if tree, err := parse(b[:r.IntN(len(b))]); err == nil {
				t.Error("a document that was cut is read", tree.Nodes())
			}
		}
	}
}

// mutate changes a digit, or any byte.
func mutate(r *rand.Rand, b []byte) {
	at := r.IntN(len(b))
	if r.IntN(4) > 0 {
		for k := range b {
			if i := (at + k) % len(b); b[i] >= '0' && b[i] <= '9' {
				b[i] = strconv.Itoa(r.IntN(10))[0]
				return
			}
		}
	}
	b[at] = byte(r.Uint32())
}

func FuzzLift(f *testing.F) {
	for _, b := range corpus(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := document.Limits{Bytes: 64 << 20, Nodes: 1 << 20}
		for _, p := range []func([]byte, jsontree.Decoder) (*jsontree.Tree, error){jsontree.Parse, ubjson.Parse} {
			tree, err := p(b, jsontree.Decoder{Dialect: jsontree.XGBoost, Limits: l})
			if err != nil {
				continue
			}
			m, err := Lift(tree.Root())
			if err != nil {
				continue
			}
			runAll(m)
			if _, err := Lower(m.Root); err != nil {
				t.Fatal(err)
			}
		}
	})
}
