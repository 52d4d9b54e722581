package xgboost

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// wrapper is the scikit-learn wrapper that saved a model.
type wrapper struct {
	class   string // "xgboost.sklearn.XGBClassifier"; "" where there is none
	missing float32
	best    int // rounds up to the best iteration; 0 is all
	// nClasses is XGBClassifier's n_classes_.
	nClasses int
	// objective is the wrapper's own, which may be a name that it was given in
	// place of the booster's.
	objective string
	// labels are what predict answers for the classes, where they are not 0, 1, …
	labels *tensor.Tensor
}

func (w *wrapper) classifier() bool {
	return w.class == "xgboost.sklearn.XGBClassifier" || w.class == "xgboost.sklearn.XGBRFClassifier"
}

// estimators are the wrapper's class for each _estimator_type of the attribute
// scikit_learn, which does not tell a random forest.
var estimators = map[string]string{
	"classifier": "xgboost.sklearn.XGBClassifier",
	"ranker":     "xgboost.sklearn.XGBRanker",
	"regressor":  "xgboost.sklearn.XGBRegressor",
}

// attrWrapper is the wrapper that the attribute scikit_learn tells of.
func (b *Booster) attrWrapper() (wrapper, error) {
	w := wrapper{missing: nan32}
	text, ok := b.attrs["scikit_learn"]
	if !ok {
		return w, nil
	}
	meta, err := readMeta(text)
	if err != nil {
		return w, b.attrError("scikit_learn", "%v", err)
	}
	if w.class, ok = estimators[meta.Type]; !ok {
		w.class = "xgboost.sklearn." + meta.Class
		if _, ok := row(w.class); !ok {
			return w, b.attrErrorOf(document.ErrUnsupported, "scikit_learn", "an estimator of type %q", meta.Type+meta.Class)
		}
	}
	w.nClasses = max(2, b.classes)
	w.objective = b.objective.name
	if meta.Missing != nil {
		w.missing = float32(*meta.Missing)
	}
	if meta.Encoder != nil && b.version.before(1, 6) {
		if w.labels = labelsOf(meta.Encoder.Classes); w.labels == nil || w.labels.Len() != w.nClasses {
			return w, b.attrErrorOf(document.ErrUnsupported, "scikit_learn", "labels %v", meta.Encoder.Classes)
		}
		w.plainLabels()
	}
	return w, b.readBest(&w)
}

// meta is the attribute scikit_learn: before 2.0 all that the wrapper has, in
// Python's JSON, which knows NaN; since then only the type.
type meta struct {
	Type    string   `json:"_estimator_type"` // since 1.4
	Class   string   `json:"type"`            // before
	Missing *float64 `json:"missing"`
	Encoder *struct {
		Classes []any `json:"classes_"`
	} `json:"_le"` // before 1.6
}

func readMeta(text string) (m meta, err error) {
	err = json.Unmarshal(withoutNaN([]byte(text)), &m)
	return m, err
}

// labelsOf is a list of JSON values as numpy would make an array of it; nil
// where they are of several kinds.
func labelsOf(list []any) *tensor.Tensor {
	var ints []int64
	var floats []float64
	var strs []string
	for _, v := range list {
		switch v := v.(type) {
		case string:
			strs = append(strs, v)
		case float64:
			floats = append(floats, v)
			if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
				ints = append(ints, int64(v))
			}
		}
	}
	switch len(list) {
	case 0:
		return nil
	case len(strs):
		return tensor.Of(strs)
	case len(ints):
		return tensor.Of(ints)
	case len(floats):
		return tensor.Of(floats)
	}
	return nil
}

// withoutNaN writes null for the bare words NaN, Infinity and -Infinity outside
// of strings.
func withoutNaN(b []byte) []byte {
	out := make([]byte, 0, len(b))
	inside := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inside && c == '\\' && i+1 < len(b):
			out = append(out, c, b[i+1])
			i++
			continue
		case c == '"':
			inside = !inside
		case !inside:
			if n := bareWord(b[i:]); n > 0 {
				out = append(out, "null"...)
				i += n - 1
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func bareWord(b []byte) int {
	for _, w := range []string{"NaN", "Infinity", "-Infinity"} {
		if len(b) >= len(w) && string(b[:len(w)]) == w {
			return len(w)
		}
	}
	return 0
}

// readBest finds the rounds up to the best iteration.
func (b *Booster) readBest(w *wrapper) error {
	text, ok := b.attrs["best_iteration"]
	if !ok || b.ensemble == nil {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= b.rounds() {
		return b.attrError("best_iteration", "%q of %d rounds", text, b.rounds())
	}
	w.best = n + 1
	return nil
}

func (b *Booster) attrError(key, detail string, args ...any) error {
	return b.attrErrorOf(document.ErrCorrupt, key, detail, args...)
}

func (b *Booster) attrErrorOf(sentinel error, key, detail string, args ...any) error {
	n := b.node
	for _, k := range []string{"learner", "attributes", key} {
		if c, ok := n.Get(k); ok {
			n = c
		}
	}
	return n.Errorf(sentinel, detail, args...)
}
