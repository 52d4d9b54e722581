package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
)

// pipelineRows is sklearn.pipeline. A pipeline promises the loosest tolerance
// of its steps.
var pipelineRows = []Row{
	{
		Path:     "sklearn.pipeline.Pipeline",
		Lift:     liftPipeline,
		Harmless: []string{"memory", "transform_input"},
	},
}

// ofLast are the methods that a pipeline has where its last step has them
// (sklearn/pipeline.py).
var ofLast = []string{"decision_function", "predict", "predict_log_proba", "predict_proba", "score_samples"}

// liftPipeline is each step's transform, then the method of the last step.
func liftPipeline(e *Estimator) {
	list := e.List("steps")
	if e.Err() == nil && list.Len() == 0 {
		e.FailAt("steps", document.ErrCorrupt, "no steps")
	}
	var steps []*model.Object
	last := false // the last step is an estimator
	for i := range list.Len() {
		step := list.List(op.Itoa(i))
		step.String("0")
		v := step.Value("1")
		if e.Err() != nil {
			return
		}
		if last = !passes(v); last {
			steps = append(steps, e.child(step, "1"))
		}
	}
	if e.Err() != nil || e.err != nil {
		return
	}
	e.Object.Children = steps
	if len(steps) == 0 {
		e.Object.Why = "a pipeline without an estimator"
		return
	}
	for _, s := range steps {
		if len(s.Methods) == 0 {
			e.Object.Why = s.Why
			return
		}
	}
	first, end := steps[0], steps[len(steps)-1]
	e.Object.In = first.In
	if f := estimatorOf(first); f != nil {
		e.Features, e.Names = f.Features, f.Names
	}
	e.Object.In.Columns = expected(steps)
	before := steps[:len(steps)-1]
	if last {
		e.Object.Classes = end.Classes
		for _, name := range ofLast {
			if has(end, name) {
				e.chain(name, before, end, name)
			}
		}
	}
	if has(end, "transform") {
		e.chain("transform", before, end, "transform")
		e.namesOut = func(in []string) []string { return through(steps, in) }
	}
	e.unchain(steps)
}

// passes says whether a step hands its input on.
func passes(v pickle.Value) bool {
	return v.Kind() == pickle.None || v.Kind() == pickle.String && v.Str() == "passthrough"
}

// chain asks the steps in turn.
func (e *Estimator) chain(name string, before []*model.Object, end *model.Object, method string) {
	m := model.Method{Name: name, Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		for _, s := range before {
			var err error
			if in, err = b.Ask(s, "transform", in...); err != nil {
				return nil, err
			}
		}
		return b.Ask(end, method, in...)
	}}
	for _, s := range before {
		t, ok := s.Method("transform")
		if !ok {
			e.Fail(document.ErrUnsupported, "the step %s has no transform", s.Class)
			return
		}
		m.Tolerance = m.Tolerance.Loosest(t.Tolerance)
	}
	t, _ := end.Method(method)
	m.Out, m.Tolerance = t.Out, m.Tolerance.Loosest(t.Tolerance)
	e.Object.Methods = append(e.Object.Methods, m)
}

// unchain gives inverse_transform, where all steps have it.
func (e *Estimator) unchain(steps []*model.Object) {
	var tol model.Tolerance
	for _, s := range steps {
		m, ok := s.Method("inverse_transform")
		if !ok {
			return
		}
		tol = tol.Loosest(m.Tolerance)
	}
	if end := estimatorOf(steps[len(steps)-1]); end != nil && end.Back != nil {
		e.Back = end.Back
	} else if in := steps[len(steps)-1].In; in.Kind == model.Dense {
		e.Back = &in
	}
	e.Object.Methods = append(e.Object.Methods, model.Method{Name: "inverse_transform", Tolerance: tol,
		Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
			for i := len(steps) - 1; i >= 0; i-- {
				var err error
				if in, err = b.Ask(steps[i], "inverse_transform", in...); err != nil {
					return nil, err
				}
			}
			return in, nil
		}})
}

// through is the names of the columns after all steps.
func through(steps []*model.Object, in []string) []string {
	for _, s := range steps {
		e := estimatorOf(s)
		if e == nil || e.namesOut == nil {
			return nil
		}
		if in = e.namesOut(in); in == nil {
			return nil
		}
	}
	return in
}

// expected is what the steps know of the input's columns: names from the
// first, and text and categories from those that see the columns as they are.
func expected(steps []*model.Object) []model.Column {
	cols := append([]model.Column(nil), steps[0].In.Columns...)
	for i := 1; i < len(steps); i++ {
		e := estimatorOf(steps[i-1])
		if e == nil || !e.inPlace || len(steps[i].In.Columns) != len(cols) {
			break
		}
		for k, c := range steps[i].In.Columns {
			cols[k].Text = cols[k].Text || c.Text
			cols[k].Categories = append(cols[k].Categories, c.Categories...)
		}
	}
	return cols
}
