package xgboost

import (
	"encoding/json"
	"strconv"

	"github.com/larder-ml/larder/document"
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
	// alias is the class that inspect shows in place of class, if any.
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
	kind, err := estimatorType(text)
	if err != nil {
		return w, b.attrError("scikit_learn", "%v", err)
	}
	if w.class, ok = estimators[kind]; !ok {
		return w, b.attrErrorOf(document.ErrUnsupported, "scikit_learn", "an estimator of type %q", kind)
	}
	w.nClasses = max(2, b.classes)
	w.objective = b.objective.name
	return w, b.readBest(&w)
}

// estimatorType reads the attribute: before 2.0 it holds all hyper-parameters
// in Python's JSON, which has NaN; since then only the type.
func estimatorType(text string) (string, error) {
	var all struct {
		Type string `json:"_estimator_type"`
		Kind string `json:"type"` // before 1.4 "type": "XGBClassifier" stands beside it
	}
	if err := json.Unmarshal(withoutNaN([]byte(text)), &all); err != nil {
		return "", err
	}
	return all.Type, nil
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
