package formats

import (
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
)

// frameworks are the libraries by their top-level modules, for classes that no
// table has.
var frameworks = map[string]string{
	"sklearn": "scikit-learn", "xgboost": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost", "torch": "torch",
	"keras": "keras", "tensorflow": "tensorflow", "statsmodels": "statsmodels", "imblearn": "imbalanced-learn",
}

// Outermost is as much as can be told of the object that a document holds
// without lifting it: its class and framework. It is for files that Lift
// refuses.
func Outermost(d document.Document) *model.Object {
	p, ok := d.(*pyobj.Document)
	if !ok {
		return nil
	}
	o := &model.Object{Path: "/", Class: pyobj.ClassOf(p.Root())}
	nameFramework(p, o)
	return o
}

// nameFramework fills in the framework and version of an object of a class
// that no table has.
func nameFramework(p *pyobj.Document, o *model.Object) {
	module, _, dotted := strings.Cut(o.Class, ".")
	if o.Framework != "" || !dotted {
		return
	}
	o.Framework = frameworks[module]
	if o.Framework == "scikit-learn" {
		if v, err := p.Value(document.Join(o.Path, "_sklearn_version")); err == nil {
			o.Version, _ = v.(string)
		}
	}
}
