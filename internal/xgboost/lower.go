package xgboost

import (
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/model"
)

// Lower is the document of an object as the XGBoost that made the object writes
// it: keys in order, arrays typed. A wrapper's has the attribute scikit_learn.
func Lower(o *model.Object) (*jsontree.Tree, error) {
	s, ok := o.Data.(*Saved)
	if !ok {
		return nil, document.Errorf(document.ErrUnsupported, "", o.Path, -1, "%s cannot be saved as an XGBoost model", o.Class)
	}
	l := lowering{Builder: jsontree.NewBuilder(jsontree.Decoder{Format: "xgboost-json", Dialect: jsontree.XGBoost})}
	l.attribute = s.attribute()
	l.copy("", s.node)
	t, err := l.Tree()
	if err == nil {
		err = l.err
	}
	return t, document.UnderPath(err, o.Path)
}

// Lost is what of an object its document does not hold and what changes an
// answer.
func Lost(o *model.Object) []string {
	s, ok := o.Data.(*Saved)
	if !ok {
		return nil
	}
	var lost []string
	if m := s.wrapper.missing; m == m {
		lost = append(lost, "the value that means missing")
	}
	if s.wrapper.labels != nil {
		lost = append(lost, "names of class labels")
	}
	return lost
}

// attribute is the attribute scikit_learn that the wrapper writes, or "".
func (s *Saved) attribute() string {
	for kind, class := range estimators {
		if class == strings.Replace(s.wrapper.class, ".XGBRF", ".XGB", 1) {
			return `{"_estimator_type": "` + kind + `"}`
		}
	}
	return ""
}

type lowering struct {
	*jsontree.Builder
	attribute string
	err       error
}

// copy adds a node of the source, objects with their keys in order.
func (l *lowering) copy(key string, n jsontree.Node) {
	switch n.Kind() {
	case jsontree.Null:
		l.Null(key)
	case jsontree.Bool:
		v, err := n.Bool()
		l.fail(err)
		l.Bool(key, v)
	case jsontree.String:
		v, err := n.Str()
		l.fail(err)
		l.String(key, v)
	case jsontree.Number:
		if n.Integral() {
			v, err := n.Int()
			l.fail(err)
			l.Int(key, v)
			return
		}
		v, err := n.Float32()
		l.fail(err)
		l.Float32(key, v)
	case jsontree.Object:
		l.object(key, n)
	default:
		l.list(key, n)
	}
}

func (l *lowering) object(key string, n jsontree.Node) {
	l.Object(key)
	children := slices.Collect(n.Children())
	slices.SortFunc(children, func(a, b jsontree.Node) int { return strings.Compare(a.Key(), b.Key()) })
	wrapped := l.attribute == "" || key != "attributes" || n.Parent().Key() != "learner"
	for _, c := range children {
		if !wrapped && c.Key() >= "scikit_learn" {
			l.String("scikit_learn", l.attribute)
			wrapped = true
			if c.Key() == "scikit_learn" {
				continue
			}
		}
		l.copy(c.Key(), c)
	}
	if !wrapped {
		l.String("scikit_learn", l.attribute)
	}
	l.End()
}

// list adds an array, with the element type that XGBoost gives it.
func (l *lowering) list(key string, n jsontree.Node) {
	t := TypeOf(n)
	switch {
	case t != 0 && n.Kind() != jsontree.Array || t != 0 && n.Len() == 0:
		l.typed(key, n, t)
	case n.Kind() == jsontree.Numbers && n.Integral():
		v, err := n.Int64s(nil)
		l.fail(err)
		l.Ints(key, v)
	case n.Kind() == jsontree.Numbers:
		v, err := n.Float32s(nil)
		l.fail(err)
		l.Array(key)
		for _, x := range v {
			l.Float32("", x)
		}
		l.End()
	case n.Kind() == jsontree.Bools:
		v, err := n.Bools(nil)
		l.fail(err)
		l.Bools(key, v)
	default:
		l.Array(key)
		for c := range n.Children() {
			l.copy("", c)
		}
		l.End()
	}
}

func (l *lowering) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}
