package formats

import (
	"io"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/ubjson"
	"github.com/larder-ml/larder/internal/xgboost"
	"github.com/larder-ml/larder/model"
)

// XGBoost keeps one tree of keys in two forms.
func xgboostJSON() *Format {
	return &Format{
		Name:       "xgboost-json",
		Extensions: []string{".json"},
		Parse: func(b []byte, env Env) (document.Document, error) {
			t, err := jsontree.Parse(b, jsontree.Decoder{Format: "xgboost-json", Dialect: jsontree.XGBoost, Limits: env.Limits})
			if err != nil {
				return nil, err
			}
			return xgboostTree(t, len(b)), nil
		},
		Lift: liftBooster,
		From: func(d document.Document, to Target, env Env) (document.Document, error) {
			t, lost, err := boosterTree(d, to, env)
			if err != nil {
				return nil, err
			}
			return &treeDocument{format: "xgboost-json", tree: t, write: writeXGBoostJSON, lost: lost}, nil
		},
		Lost: []string{"names of class labels", "the value that means missing", "hyper-parameters of training", "callbacks and custom objectives"},
	}
}

func xgboostUBJ() *Format {
	return &Format{
		Name:       "xgboost-ubj",
		Extensions: []string{".ubj"},
		Parse: func(b []byte, env Env) (document.Document, error) {
			t, err := ubjson.Parse(b, jsontree.Decoder{Format: "xgboost-ubj", Dialect: jsontree.XGBoost, Limits: env.Limits})
			if err != nil {
				return nil, err
			}
			return &treeDocument{format: "xgboost-ubj", tree: t, size: len(b), write: writeUBJSON}, nil
		},
		Lift: liftBooster,
		From: func(d document.Document, to Target, env Env) (document.Document, error) {
			t, lost, err := boosterTree(d, to, env)
			if err != nil {
				return nil, err
			}
			if t, err = t.Retype(xgboost.TypeOf); err != nil {
				return nil, err
			}
			return &treeDocument{format: "xgboost-ubj", tree: t, write: writeUBJSON, lost: lost}, nil
		},
		Lost: xgboostJSON().Lost,
	}
}

func xgboostTree(t *jsontree.Tree, size int) document.Document {
	return &treeDocument{format: "xgboost-json", tree: t, size: size,
		write: func(w io.Writer, t *jsontree.Tree) error { return jsontree.WriteJSON(w, t.Root(), jsontree.Source) }}
}

func writeXGBoostJSON(w io.Writer, t *jsontree.Tree) error {
	return jsontree.WriteJSON(w, t.Root(), jsontree.XGBoostStyle)
}

func writeUBJSON(w io.Writer, t *jsontree.Tree) error { return ubjson.Write(w, t.Root()) }

func liftBooster(d document.Document, _ Env) (*model.Model, error) {
	return xgboost.Lift(d.(*treeDocument).tree.Root())
}

// boosterTree is the tree of a document that is XGBoost's already, in the other
// form, and else the tree that its model lowers to, with what that does not
// hold and what changes an answer.
func boosterTree(d document.Document, to Target, env Env) (t *jsontree.Tree, lost []string, err error) {
	if t, ok := d.(*treeDocument); ok {
		return t.tree, nil, nil
	}
	if verdict, findings := Judge(d, env); verdict == document.Dangerous {
		return nil, nil, Unsafe(d, findings)
	}
	m, err := Lift(d, env)
	if err != nil {
		return nil, nil, err
	}
	if t, err = xgboost.Lower(m.Root); err != nil {
		return nil, nil, err
	}
	if lost = xgboost.Lost(m.Root); len(lost) > 0 && to.Lossy == RefuseLoss {
		return nil, nil, document.Errorf(document.ErrLoss, to.Format, m.Root.Path, -1, "%s", strings.Join(lost, "; "))
	}
	return t, lost, nil
}
