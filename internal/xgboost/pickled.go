package xgboost

import (
	"bytes"
	"math"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/internal/ubjson"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// LiftPickle is the object of an instance in a pickle, of one of the classes of
// Rows.
func LiftPickle(r *pyobj.Reader) (*model.Object, error) {
	row, ok := row(r.Class())
	if !ok {
		return nil, document.Errorf(document.ErrUnsupported, "", r.Path(), r.Offset(), "class %s", r.Class())
	}
	return row.Lift(r)
}

// state is what a pickled Booster holds.
type state struct {
	*Booster
	best int // best_iteration + 1 as a Python attribute, before 2.0; else 0
}

// readState reads a pickled Booster.
func readState(r *pyobj.Reader) (state, error) {
	var s state
	if r.Err() == nil && r.IsNone("handle") {
		r.FailAt("handle", document.ErrUnsupported, "a Booster that was never trained")
	}
	raw, ok := r.Scalar("handle").([]byte)
	if r.Err() == nil && !ok {
		r.FailAt("handle", document.ErrCorrupt, "the handle is no bytes")
	}
	if r.Has("best_iteration") && !r.IsNone("best_iteration") {
		s.best = r.Int("best_iteration") + 1
	}
	row, _ := row("xgboost.core.Booster")
	r.Harmless(row.Harmless...)
	if err := r.Done(); err != nil {
		return s, err
	}
	tree, err := snapshot(raw, r.Env().Limits)
	if err == nil {
		s.Booster, err = readBooster(tree.Root())
	}
	if err != nil {
		return s, document.UnderPath(err, r.PathOf("handle"))
	}
	return s, nil
}

// snapshot parses the bytes of a handle: UBJSON since 1.6, JSON in 1.3 to 1.5.
func snapshot(b []byte, l document.Limits) (*jsontree.Tree, error) {
	d := jsontree.Decoder{Format: "xgboost-ubj", Dialect: jsontree.XGBoost, Limits: l}
	switch {
	case bytes.HasPrefix(b, []byte("CONFIG-offset:")), bytes.HasPrefix(b, []byte("binf")):
		return nil, document.Errorf(document.ErrUnsupported, "xgboost", "/", 0,
			"the binary format of XGBoost before 1.3; load it there or in 1.x and save it as JSON")
	case len(b) > 1 && b[0] == '{' && b[1] == '"':
		d.Format = "xgboost-json"
		return jsontree.Parse(bytes.TrimRight(b, "\x00"), d)
	}
	return ubjson.Parse(b, d)
}

func liftBooster(r *pyobj.Reader) (*model.Object, error) {
	s, err := readState(r)
	if err != nil {
		return nil, err
	}
	o := s.object(wrapper{missing: nan32})
	o.Path = r.Path()
	return o, nil
}

// liftWrapper reads an XGBModel or one of its kind.
func liftWrapper(r *pyobj.Reader) (*model.Object, error) {
	row, _ := row(r.Class())
	w := wrapper{class: r.Class(), missing: nan32}
	if r.Has("missing") && !r.IsNone("missing") {
		w.missing = float32(r.Float("missing"))
	}
	if r.Has("objective") && !r.IsNone("objective") {
		// A function of the user's own is only ever called in training.
		if s, ok := pyobj.Scalar(r.Value("objective")); ok == nil {
			w.objective, _ = s.(string)
		}
	}
	if r.Has("n_classes_") {
		w.nClasses = r.Int("n_classes_")
	}
	if r.Has("classes_") {
		r.Mark("classes_")
		if r.Has("_le") { // before 1.6 labels are looked up
			w.labels = r.Child("_le").Array("classes_")
		}
	}
	params := hyper(r)
	r.Harmless(row.Harmless...)
	if r.Err() == nil && !r.Has("_Booster") || r.IsNone("_Booster") {
		r.Fail(document.ErrUnsupported, "a %s that was never fitted", r.Class())
	}
	b := r.Child("_Booster")
	if err := r.Err(); err != nil {
		return nil, err
	}
	if b.Class() != "xgboost.core.Booster" {
		r.FailAt("_Booster", document.ErrUnsupported, "class %s in place of a Booster", b.Class())
		return nil, r.Done()
	}
	s, err := readState(b)
	if err == nil {
		err = r.Done()
	}
	if err == nil {
		err = s.settle(r, &w)
	}
	if err != nil {
		return nil, err
	}
	o := s.object(w)
	o.Path = r.Path()
	o.Config = append(params, o.Config...)
	inner := s.object(wrapper{missing: nan32})
	inner.Path = b.Path()
	o.Children = []*model.Object{inner}
	return o, nil
}

// settle completes a wrapper with what its booster knows.
func (s *state) settle(r *pyobj.Reader, w *wrapper) error {
	if w.objective == "" {
		w.objective = s.objective.name
	}
	if w.nClasses == 0 {
		w.nClasses = max(2, s.classes)
	}
	if w.classifier() && (w.nClasses < 1 || w.nClasses > maxOutputs || s.classes > 2 && w.nClasses != s.classes) {
		return document.Errorf(document.ErrCorrupt, "", r.PathOf("n_classes_"), r.Offset(), "%d classes, the booster has %d", w.nClasses, s.classes)
	}
	if w.labels != nil && !s.version.before(1, 6) {
		return document.Errorf(document.ErrUnsupported, "", r.PathOf("_le"), r.Offset(), "a label encoder beside a Booster of XGBoost %s", s.version)
	}
	if w.labels != nil {
		if w.labels.Rank() != 1 || w.labels.Len() != w.nClasses {
			return document.Errorf(document.ErrCorrupt, "", r.PathOf("_le"), r.Offset(), "%d labels of %d classes", w.labels.Len(), w.nClasses)
		}
		w.plainLabels()
	}
	if err := s.readBest(w); err != nil {
		return document.UnderPath(err, r.PathOf("_Booster")+"/handle")
	}
	if s.best > 0 && s.ensemble != nil {
		if s.best > s.rounds() {
			return document.Errorf(document.ErrCorrupt, "", r.PathOf("_Booster"), r.Offset(), "best iteration %d of %d", s.best-1, s.rounds())
		}
		w.best = s.best
	}
	return nil
}

// plainLabels forgets labels that are the numbers that classes are counted by.
func (w *wrapper) plainLabels() {
	if w.labels.DType() != tensor.Int64 {
		return
	}
	for i, v := range tensor.Data[int64](w.labels) {
		if v != int64(i) {
			return
		}
	}
	w.labels = nil
}

// hyper lists the hyper-parameters that are plain values.
func hyper(r *pyobj.Reader) []model.Setting {
	var out []model.Setting
	for _, name := range training {
		if !r.Has(name) || r.IsNone(name) {
			continue
		}
		v, err := pyobj.Scalar(r.Value(name))
		if f, ok := v.(float64); err != nil || ok && math.IsNaN(f) {
			continue
		}
		out = append(out, model.Setting{Name: name, Value: v})
	}
	return out
}
