package formats

import (
	"io"

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
		From: func(d document.Document, _ Target, env Env) (document.Document, error) {
			t, err := boosterTree(d, env)
			if err != nil {
				return nil, err
			}
			return &treeDocument{format: "xgboost-json", tree: t, write: writeXGBoostJSON}, nil
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
		From: func(d document.Document, _ Target, env Env) (document.Document, error) {
			t, err := boosterTree(d, env)
			if err != nil {
				return nil, err
			}
			if t, err = t.Retype(xgboost.TypeOf); err != nil {
				return nil, err
			}
			return &treeDocument{format: "xgboost-ubj", tree: t, write: writeUBJSON}, nil
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
// form, and else the tree that its model lowers to.
func boosterTree(d document.Document, env Env) (*jsontree.Tree, error) {
	if t, ok := d.(*treeDocument); ok {
		return t.tree, nil
	}
	if verdict, findings := Judge(d, env); verdict == document.Dangerous {
		return nil, Unsafe(d, findings)
	}
	m, err := Lift(d, env)
	if err != nil {
		return nil, err
	}
	return xgboost.Lower(m.Root)
}
