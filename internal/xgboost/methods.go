package xgboost

import (
	"math"
	"slices"

	"github.com/larder-ml/larder/internal/op/gbtree"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

var nan32 = float32(math.NaN())

// wiring makes the methods of one booster under one wrapper, or none.
type wiring struct {
	*Booster
	wrapper wrapper
}

// input says what rows a method takes. In place is how the wrapper predicts;
// whole wants all columns.
func (w *wiring) input(inPlace, whole bool) gbtree.Input {
	return gbtree.Input{
		Features: w.features, Names: w.names,
		InPlace: inPlace && w.coefs == nil,
		Whole:   whole || w.names != nil || w.types != nil,
	}
}

// port is what all methods take.
func (w *wiring) port() model.Port {
	p := model.Port{Name: "X", DType: tensor.Float32, Shape: []model.Dim{model.Rows, model.Dim(w.features)}, Sparse: true}
	if w.names != nil {
		p.Columns = make([]model.Column, w.features)
		for i, name := range w.names {
			p.Columns[i].Name = name
		}
	}
	if w.cats == nil {
		return p
	}
	p.Kind, p.Sparse = model.Table, false
	if p.Columns == nil {
		p.Columns = make([]model.Column, w.features)
	}
	for i := range p.Columns {
		p.Columns[i].Text = w.cats[i].Text != nil
		p.Columns[i].Categories = w.catNames[i]
	}
	return p
}

// common adds the nodes that every method begins with.
func (w *wiring) common(b *model.Builder, in []model.Ref) []model.Ref {
	x := in[0]
	if w.cats != nil {
		x = b.Add(&gbtree.Encode{Columns: w.cats}, x)
	}
	missing := nan32
	if w.wrapper.class != "" {
		missing = w.wrapper.missing
	}
	return []model.Ref{x, b.Param(gbtree.RangeParam()), b.Param(gbtree.MissingParam(missing))}
}

// margin adds the nodes of a margin.
func (w *wiring) margin(b *model.Builder, in []model.Ref, inPlace bool, r gbtree.Range) model.Ref {
	args := w.common(b, in)
	if w.coefs != nil {
		return b.Add(&gbtree.Linear{Coefs: w.coefs, Input: w.input(false, false)}, args...)
	}
	return b.Add(&gbtree.Margin{Ensemble: w.ensemble, Input: w.input(inPlace, false), Range: r,
		Rounded: inPlace && w.version.before(3, 3)}, args...)
}

// value adds the nodes of a transformed margin.
func (w *wiring) value(b *model.Builder, in []model.Ref, inPlace bool, r gbtree.Range) model.Ref {
	m := w.margin(b, in, inPlace, r)
	if w.objective.link == gbtree.Identity {
		return m
	}
	return b.Add(&gbtree.Transform{Link: w.objective.link, Groups: w.outputs()}, m)
}

type wire = func(b *model.Builder, in []model.Ref) ([]model.Ref, error)

// one makes a Wire of what adds one answer.
func one(f func(b *model.Builder, in []model.Ref) model.Ref) wire {
	return func(b *model.Builder, in []model.Ref) ([]model.Ref, error) { return []model.Ref{f(b, in)}, nil }
}

// quadrature is how far contributions may be from those of XGBoost 3.3 and
// later, which computes them otherwise.
var quadrature = model.Tolerance{Rel: 1e-5, Abs: 1e-6}

// scipySoftmax is for predict_proba of multi:softmax, which the wrapper takes
// from scipy, whose exp is numpy's.
var scipySoftmax = model.Tolerance{Rel: 1e-6, Abs: 1e-9}

// softplus is for reg:expectileerror, whose log1pf differs between versions of
// the C library.
var softplus = model.Tolerance{Rel: 1e-6, Abs: 1e-7}

// methods are what the model can be asked for, in the order of their names.
func (w *wiring) methods() []model.Method {
	all := gbtree.Range{}
	best := gbtree.Range{Best: w.wrapper.best}
	wrapped := w.wrapper.class != ""
	inPlace := wrapped && !w.version.before(1, 4) // before that it made a DMatrix
	ms := []model.Method{
		{Name: "margin", Wire: one(func(b *model.Builder, in []model.Ref) model.Ref { return w.margin(b, in, inPlace, best) })},
		{Name: "predict", Wire: one(func(b *model.Builder, in []model.Ref) model.Ref {
			v := w.value(b, in, inPlace, best)
			if w.wrapper.classifier() {
				v = b.Add(&gbtree.Labels{Vote: w.vote(), Groups: w.outputs()}, v)
			}
			if w.wrapper.labels != nil {
				v = b.Add(&gbtree.Lookup{Labels: w.wrapper.labels}, v)
			}
			return v
		})},
	}
	if wrapped {
		ms = append(ms, model.Method{Name: "booster", Wire: one(func(b *model.Builder, in []model.Ref) model.Ref { return w.value(b, in, false, all) })})
	}
	if w.wrapper.classifier() {
		ms = append(ms, w.proba(inPlace, best))
	}
	switch {
	case w.coefs != nil:
		for _, name := range []string{"approx_contribs", "contribs"} { // the same for a linear model
			ms = append(ms, model.Method{Name: name, Wire: one(func(b *model.Builder, in []model.Ref) model.Ref {
				return b.Add(&gbtree.LinearContribs{Coefs: w.coefs, Input: w.input(false, true)}, w.common(b, in)...)
			})})
		}
	default:
		ms = append(ms, w.leaf(best))
		if !w.vector { // XGBoost has no contributions of vector leaves before 3.3
			ms = append(ms, w.explanations()...)
		}
	}
	if w.objective.link == gbtree.Expectile {
		for i := range ms {
			if ms[i].Name == "predict" || ms[i].Name == "booster" {
				ms[i].Tolerance, ms[i].Variant = softplus, "softplus"
			}
		}
	}
	slices.SortFunc(ms, func(a, b model.Method) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return ms
}

func (w *wiring) leaf(r gbtree.Range) model.Method {
	d := tensor.Float32
	if w.version.before(1, 4) { // which had another apply, over all rounds
		d, r.Best = tensor.Int32, 0
	}
	r.FromStart = true
	return model.Method{Name: "leaf", Wire: one(func(b *model.Builder, in []model.Ref) model.Ref {
		return b.Add(&gbtree.Leaf{Ensemble: w.ensemble, Input: w.input(false, false), Range: r, DType: d}, w.common(b, in)...)
	})}
}

func (w *wiring) explanations() []model.Method {
	r := gbtree.Range{Best: w.wrapper.best, FromStart: true}
	t, variant := model.Tolerance{}, ""
	if !w.version.before(3, 3) {
		t, variant = quadrature, "quadrature"
	}
	contribs := func(approx bool) wire {
		return one(func(b *model.Builder, in []model.Ref) model.Ref {
			return b.Add(&gbtree.Contribs{Ensemble: w.ensemble, Input: w.input(false, true), Range: r, Approx: approx}, w.common(b, in)...)
		})
	}
	return []model.Method{
		{Name: "approx_contribs", Wire: contribs(true)},
		{Name: "contribs", Wire: contribs(false), Tolerance: t, Variant: variant},
		{Name: "interactions", Tolerance: t, Variant: variant, Wire: one(func(b *model.Builder, in []model.Ref) model.Ref {
			return b.Add(&gbtree.Interactions{Ensemble: w.ensemble, Input: w.input(false, true), Range: r}, w.common(b, in)...)
		})},
	}
}

// vote is how XGBClassifier.predict reads a prediction.
func (w *wiring) vote() gbtree.Vote {
	wide := w.outputs() > 1 && w.objective.link != gbtree.ArgMax
	switch {
	case wide && (w.wrapper.nClasses != 2 || w.version.before(1, 6)):
		return gbtree.First
	case wide:
		return gbtree.HalfOfEach
	case w.wrapper.objective == "multi:softmax" && !w.version.before(1, 6):
		return gbtree.Whole
	}
	return gbtree.Half
}

// proba is XGBClassifier.predict_proba.
func (w *wiring) proba(inPlace bool, r gbtree.Range) model.Method {
	m := model.Method{Name: "predict_proba"}
	k := w.outputs()
	if w.wrapper.objective == "multi:softmax" {
		m.Tolerance, m.Variant = scipySoftmax, "softmax"
		m.Wire = one(func(b *model.Builder, in []model.Ref) model.Ref {
			return b.Add(&gbtree.Transform{Link: gbtree.Softmax, Groups: k}, w.margin(b, in, inPlace, r))
		})
		return m
	}
	if w.objective.link == gbtree.ArgMax {
		k = 1
	}
	m.Wire = one(func(b *model.Builder, in []model.Ref) model.Ref {
		return b.Add(&gbtree.Proba{Groups: k}, w.value(b, in, inPlace, r))
	})
	return m
}
