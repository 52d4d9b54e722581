package sklearn

import (
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
)

// maxDepth bounds estimators inside estimators.
const maxDepth = 64

// Lifter takes the values of one document to objects. An instance that occurs
// twice is one object.
type Lifter struct {
	Env *pyobj.Env
	// Others are asked, in turn, for instances of classes that have no row
	// here: the tables of other frameworks. nil, nil is: not mine.
	Others []func(v pickle.Value, path string) (*model.Object, error)

	made  map[pickle.Value]*model.Object
	depth int
}

// Inner lifts what an estimator holds: the Lifter as rows see it, which it
// refers to.
type Inner interface {
	Lift(v pickle.Value, path string) (*model.Object, error)
	Row(class string) *Row
}

// Row is the row of a class; nil where there is none.
func (l *Lifter) Row(class string) *Row { return find(class) }

// Lift says what a value means. An instance of a class that no table has
// becomes an object without methods that says so; every other error is about
// the file.
func (l *Lifter) Lift(v pickle.Value, path string) (*model.Object, error) {
	if o, ok := l.made[v]; ok {
		if o == nil {
			return nil, l.errorf(document.ErrCorrupt, path, v, "%s holds itself", pyobj.ClassOf(v))
		}
		return o, nil
	}
	if l.depth >= maxDepth {
		return nil, l.errorf(document.ErrLimit, path, v, "estimators nested deeper than %d", maxDepth)
	}
	if l.made == nil {
		l.made = map[pickle.Value]*model.Object{}
	}
	l.depth++
	l.made[v] = nil
	o, err := l.lift(v, path)
	l.depth--
	if err != nil {
		delete(l.made, v)
		return nil, err
	}
	l.made[v] = o
	return o, nil
}

func (l *Lifter) lift(v pickle.Value, path string) (*model.Object, error) {
	if v.Kind() != pickle.Instance {
		return &model.Object{Path: path, Class: pyobj.ClassOf(v), Why: "a " + pyobj.ClassOf(v) + " is data, no model"}, nil
	}
	r := pyobj.Read(v, path, l.Env)
	row := find(r.Class())
	if row == nil {
		for _, other := range l.Others {
			if o, err := other(v, path); o != nil || err != nil {
				return o, err
			}
		}
		return &model.Object{Path: path, Class: r.Class(), Why: "Larder does not know the class " + r.Class()}, nil
	}
	if v.How() == pickle.ByReduce && !v.State().IsValid() {
		return nil, l.errorf(document.ErrUnsupported, path, v, "a %s without a state", row.Path)
	}
	e := newEstimator(l, row, r)
	if e.Err() == nil {
		row.Lift(e)
	}
	return e.finish()
}

func (l *Lifter) errorf(sentinel error, path string, v pickle.Value, detail string, args ...any) error {
	format := "pickle"
	if l.Env != nil && l.Env.Format != "" {
		format = l.Env.Format
	}
	return document.Errorf(sentinel, format, path, v.Offset(), detail, args...)
}

// child lifts an estimator inside another.
func (e *Estimator) child(r *pyobj.Reader, key string) *model.Object {
	v := r.Value(key)
	if r.Err() != nil || e.err != nil {
		return &model.Object{}
	}
	o, err := e.inner.Lift(v, r.PathOf(key))
	if err != nil {
		e.err = err
		return &model.Object{}
	}
	return o
}
