package formats

import (
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/losslessjson"
)

// parseJSON tells the kinds of JSON apart by the keys of the outermost object.
func parseJSON(b []byte, env Env) (document.Document, error) {
	if losslessjson.Detect(b) { // before the parse: it has a depth limit of its own
		return lossless().Parse(b, env)
	}
	tree, err := jsontree.Parse(b, jsontree.Decoder{Format: "json", Limits: env.Limits, Dialect: jsontree.XGBoost})
	if err != nil {
		return nil, err
	}
	root := tree.Root()
	if _, ok := root.Get("learner"); ok {
		return xgboostTree(tree, len(b)), nil
	}
	what := "a JSON " + root.Kind().String()
	if root.Kind() == jsontree.Object {
		var keys []string
		for c := range root.Children() {
			if keys = append(keys, c.Key()); len(keys) == 8 {
				keys = append(keys, "…")
				break
			}
		}
		what += " with the keys " + strings.Join(keys, ", ")
		if _, ok := root.Get("class_name"); ok {
			return nil, document.Errorf(document.ErrUnsupported, "", "", 0, "%s: this looks like a Keras architecture, which Larder does not open yet", what)
		}
	}
	return nil, document.Errorf(document.ErrFormat, "", "", 0,
		"%s: neither an XGBoost model (which has version and learner) nor Larder's lossless JSON (which has larder)", what)
}
