package xgboost

import "github.com/larder-ml/larder/internal/pyobj"

// Allow is what a pickle may hold and stay safe because this package knows it:
// the classes of the rows, and what their states hold besides.
func Allow() []pyobj.AllowEntry {
	var out []pyobj.AllowEntry
	for _, r := range Rows() {
		out = append(out, pyobj.AllowEntry{Name: r.Path, Was: r.Was, Kind: pyobj.AllowClass})
	}
	// Labels of the wrapper before 1.6: a dict with classes_.
	return append(out, pyobj.AllowEntry{Name: "xgboost.compat.XGBoostLabelEncoder", Kind: pyobj.AllowClass})
}
