package sklearn

import (
	"github.com/larder-ml/larder/internal/pyobj"
)

// Allow is what a pickle may hold and stay safe because this package knows it:
// each class of the table, and what their states hold besides.
func Allow() []pyobj.AllowEntry {
	var out []pyobj.AllowEntry
	for _, r := range Table() {
		out = append(out, pyobj.AllowEntry{Name: r.Path, Was: r.Was, Kind: pyobj.AllowClass})
	}
	return append(out, further()...)
}

// further is what is no estimator.
func further() []pyobj.AllowEntry {
	out := []pyobj.AllowEntry{
		// Tree(n_features, n_classes, n_outputs), then a dict: Cython's __reduce__
		// and __setstate__ (sklearn/tree/_tree.pyx), which copy arrays.
		{Name: "sklearn.tree._tree.Tree", Kind: pyobj.AllowConstructor,
			Args:  pyobj.Takes(3, pyobj.ArgInt, pyobj.ArgArray, pyobj.ArgInt),
			State: pyobj.StateDict},
		// A list of columns in 1.5 and 1.6, a UserList.
		{Name: "sklearn.compose._column_transformer._RemainderColsList", Kind: pyobj.AllowClass},
		{Name: "sklearn.utils._bunch.Bunch", Kind: pyobj.AllowClass, Items: true},
		{Name: "sklearn.utils._metadata_requests.MetadataRequest", Kind: pyobj.AllowClass},
		{Name: "sklearn.utils._metadata_requests.MethodMetadataRequest", Kind: pyobj.AllowClass},
	}
	return out
}
