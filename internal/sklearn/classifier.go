package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/labels"
	"github.com/larder-ml/larder/internal/op/proba"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// classes reads the labels of one output.
func (e *Estimator) classes(r *pyobj.Reader, key string) *tensor.Tensor {
	t := r.Array(key, -1)
	if r.Err() == nil && t.Len() == 0 {
		r.FailAt(key, document.ErrCorrupt, "no labels")
	}
	return t
}

// scored gives a classifier its methods, from its decision function: the label
// with the best score, and the probabilities that a link makes of the scores.
func (e *Estimator) scored(scores func(b *model.Builder, x model.Ref) model.Ref, link proba.Link) {
	take := &labels.Take{Classes: e.Object.Classes}
	e.one("decision_function", scores)
	e.one("predict", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(take, scores(b, x)) })
	e.one("predict_log_proba", func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(proba.FromScores{Link: proba.Log}, b.Add(proba.FromScores{Link: link}, scores(b, x)))
	})
	e.one("predict_proba", func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(proba.FromScores{Link: link}, scores(b, x))
	})
}

// counted gives a classifier its methods, from the fractions of each output,
// of which a model of several outputs has several.
func (e *Estimator) counted(votes, fractions func(b *model.Builder, x model.Ref) []model.Ref) {
	take := &labels.Take{Classes: e.Object.Classes}
	var names []string // of several outputs: their numbers
	if n := len(e.Object.Classes); n > 1 {
		names = indices(n)
	}
	e.method("predict", func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		return []model.Ref{b.Add(take, votes(b, in[0])...)}, nil
	})
	e.method("predict_log_proba", func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		out := fractions(b, in[0])
		for i := range out {
			out[i] = b.Add(proba.FromScores{Link: proba.Log}, out[i])
		}
		return out, nil
	}, names...)
	e.method("predict_proba", func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		return fractions(b, in[0]), nil
	}, names...)
}

// indices are the names of the items of a list: "0", "1", ….
func indices(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = op.Itoa(i)
	}
	return names
}
