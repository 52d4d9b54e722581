package xgboost

import (
	"math"
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/op/gbtree"
)

// maxFeatures and maxOutputs bound what a file may claim.
const (
	maxFeatures = 1 << 30
	maxOutputs  = 1 << 20
)

// Booster is a learner as its document tells it.
type Booster struct {
	node      jsontree.Node // the object with "version" and "learner"
	config    jsontree.Node // "Config" of a snapshot; else the zero Node
	version   version
	objective objective
	kind      string // "gbtree", "dart", "gblinear"
	features  int
	classes   int // num_class; 0 where the model is no multi-class one
	targets   int // num_target
	baseScore []float32
	names     []string // of the features; nil where the file has none
	types     []string
	attrs     map[string]string
	ensemble  *gbtree.Ensemble // gbtree and dart
	coefs     *gbtree.Coefs    // gblinear
	cats      []gbtree.Levels  // nil where the file has no names of categories
	catNames  [][]string
	parallel  int  // num_parallel_tree
	vector    bool // some tree has vector leaves
}

// outputs is the number of outputs of a row: XGBoost's OutputLength.
func (b *Booster) outputs() int { return max(b.classes, b.targets, 1) }

// rounds is the number of boosting rounds.
func (b *Booster) rounds() int {
	if b.ensemble == nil {
		return 0
	}
	return len(b.ensemble.Rounds) - 1
}

// readBooster reads a model document, or the model of a snapshot.
func readBooster(n jsontree.Node) (*Booster, error) {
	r := jsontree.NewReader(n)
	var config jsontree.Node
	if r.Err() == nil && r.Has("Model") {
		// The configuration says how to go on training; see sideBySide.
		config, _ = r.Optional("Config")
		r = r.Object("Model")
	}
	b := &Booster{node: r.Node(), config: config}
	b.version = readVersion(r)
	l := r.Object("learner")
	if err := r.Done(); err != nil {
		return nil, err
	}
	b.params(l.Object("learner_model_param"))
	b.readObjective(l.Object("objective"))
	b.attributes(l)
	b.features4(l)
	if l.Err() == nil {
		b.booster(l.Object("gradient_booster"))
	}
	return b, l.Done()
}

// params reads learner_model_param, whose values are all strings.
func (b *Booster) params(r *jsontree.Reader) {
	features, classes := r.IntString("num_feature"), r.IntString("num_class")
	targets := r.IntStringOr("num_target", 1) // since 1.6
	b.baseScore = r.FloatStrings("base_score")
	r.Harmless("boost_from_average") // since 1.7: whether training estimated base_score
	if r.Done() != nil {
		return
	}
	switch {
	case features < 0:
		r.Fail(document.ErrCorrupt, "num_feature", "%d features", features)
	case features > maxFeatures:
		r.Fail(document.ErrLimit, "num_feature", "%d features, %d is the most", features, maxFeatures)
	case classes < 0 || targets < 0:
		r.Fail(document.ErrCorrupt, "num_class", "%d classes and %d targets", classes, targets)
	case classes > maxOutputs || targets > maxOutputs:
		r.Fail(document.ErrLimit, "num_class", "%d classes and %d targets, %d is the most", classes, targets, maxOutputs)
	case classes > 1 && targets > 1:
		r.Fail(document.ErrUnsupported, "num_target", "%d classes for each of %d targets", classes, targets)
	}
	if r.Err() != nil {
		return
	}
	b.features, b.classes, b.targets = int(features), int(classes), int(targets)
	k := b.outputs()
	if n := len(b.baseScore); n != 1 && n != k {
		r.Fail(document.ErrCorrupt, "base_score", "%d values for %d outputs", n, k)
		return
	}
	for _, v := range b.baseScore {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			r.Fail(document.ErrCorrupt, "base_score", "%v is not finite", v)
		}
	}
	if len(b.baseScore) == 1 { // a scalar before 3.1
		b.baseScore = slices.Repeat(b.baseScore, k)
	}
}

// features4 reads what there is since 1.4: names and types of the features.
func (b *Booster) features4(r *jsontree.Reader) {
	for _, f := range []struct {
		key string
		to  *[]string
	}{{"feature_names", &b.names}, {"feature_types", &b.types}} {
		if !r.Has(f.key) {
			continue
		}
		s := r.Strings(f.key, jsontree.AnyLength)
		switch {
		case r.Err() != nil || len(s) == 0:
		case len(s) != b.features:
			r.Fail(document.ErrCorrupt, f.key, "%d of %d features", len(s), b.features)
		default:
			*f.to = s
		}
	}
}

func (b *Booster) attributes(r *jsontree.Reader) {
	b.attrs = map[string]string{}
	if b.version.before(1, 1) && !r.Has("attributes") {
		return
	}
	a := r.Object("attributes")
	if r.Err() != nil {
		return
	}
	for c := range a.Node().Children() {
		// Any key may be the user's own; those that mean something are read in
		// methods.go.
		b.attrs[c.Key()] = a.String(c.Key())
	}
}

// booster reads the gradient booster in each of its shapes.
func (b *Booster) booster(r *jsontree.Reader) {
	b.kind = r.String("name")
	switch b.kind {
	case "gbtree":
		m := r.Object("model")
		b.trees(m)
		b.weights(r) // 3.3 keeps dart's here
		b.weights(m) // 3.4 and later here
		m.Done()
	case "dart":
		g := r.Object("gbtree")
		if name := g.String("name"); r.Err() == nil && name != "gbtree" {
			g.Fail(document.ErrUnsupported, "name", "booster %q inside dart", name)
		}
		m := g.Object("model")
		b.trees(m)
		b.weights(r)
		m.Done()
		g.Done()
	case "gblinear":
		b.linear(r.Object("model"))
	default:
		if r.Err() == nil {
			r.Fail(document.ErrUnsupported, "name", "booster %q", b.kind)
		}
	}
	r.Done()
}

// weights reads the weights of dart's trees, where they are.
func (b *Booster) weights(r *jsontree.Reader) {
	if r.Err() != nil || !r.Has("weight_drop") {
		return
	}
	w := r.Float32s("weight_drop", jsontree.AnyLength)
	if r.Err() != nil || len(w) == 0 {
		return // an empty list is weight 1 for all, since 3.3
	}
	e := b.ensemble
	switch {
	case len(w) != len(e.Values):
		r.Fail(document.ErrCorrupt, "weight_drop", "%d weights for %d trees", len(w), len(e.Values))
	case e.Weight != nil:
		r.Fail(document.ErrCorrupt, "weight_drop", "weights for the second time")
	case b.vector:
		r.Fail(document.ErrUnsupported, "weight_drop", "dart with vector leaves")
	}
	e.Weight = w
}

// linear reads gblinear's weights: features × outputs, then a bias for each
// output.
func (b *Booster) linear(r *jsontree.Reader) {
	k := b.outputs()
	w := r.Float32s("weights", jsontree.AnyLength)
	r.Harmless("boosted_rounds") // since 1.6
	if r.Done() != nil {
		return
	}
	if len(w) != (b.features+1)*k {
		r.Fail(document.ErrCorrupt, "weights", "%d weights, %d features and the bias for %d outputs need %d", len(w), b.features, k, (b.features+1)*k)
		return
	}
	base := b.base(r)
	if r.Err() == nil {
		// XGBoost adds the first base score to every output.
		b.coefs = &gbtree.Coefs{Features: b.features, Groups: k, Weights: w, Base: base[0]}
	}
}

// base is the base score of each output as a margin.
func (b *Booster) base(r *jsontree.Reader) []float32 {
	m := slices.Clone(b.baseScore)
	if err := b.objective.margin(m, b.version); err != "" {
		r.Check(b.node.Errorf(document.ErrCorrupt, "base_score %v: %s", b.baseScore, err))
	}
	return m
}
