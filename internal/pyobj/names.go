package pyobj

import (
	"strings"
	"sync/atomic"
)

// Names turns the names that a class, function or type has had in the course
// of time into one. The nil Names knows the base table alone.
type Names struct {
	was   map[string]string
	canon [canonSlots]atomic.Pointer[canon]
}

// NewNames adds older names, full ones ("module.name"), to the base table. The
// frameworks' rows hand theirs in here. An older name is looked up as it
// stands in the file and, failing that, as the base table makes it.
func NewNames(was map[string]string) *Names { return &Names{was: was} }

// Canonical is the present full name of a global.
func (n *Names) Canonical(module, name string) string {
	if n != nil {
		if c, ok := n.was[module+"."+name]; ok {
			return c
		}
	}
	c := Canonical(module, name)
	if n != nil {
		if d, ok := n.was[c]; ok {
			return d
		}
	}
	return c
}

// Canonical is the present full name of a global by the base table: Python 2's
// modules, numpy.core, scipy's and scikit-learn's modules before they were made
// private (0.22) or moved.
//
// numpy's ufuncs and functions have been pickled under several modules
// (numpy.core._multiarray_umath, numpy._core.umath, numpy): all are "numpy.log1p".
func Canonical(module, name string) string {
	if c, ok := oldGlobals[module+"."+name]; ok {
		return c
	}
	module = canonicalModule(module)
	full := module + "." + name
	if c, ok := oldGlobals[full]; ok {
		return c
	}
	return full
}

func canonicalModule(m string) string {
	if c, ok := oldModules[m]; ok {
		return c
	}
	for _, p := range oldPackages {
		if rest, ok := strings.CutPrefix(m, p.old); ok && (rest == "" || rest[0] == '.') {
			m = p.now + rest
			if c, ok := oldModules[m]; ok {
				return c
			}
			return m
		}
	}
	return m
}

// oldPackages are packages that moved with all that is in them.
var oldPackages = []struct{ old, now string }{
	{"numpy.core", "numpy._core"},
	{"sklearn.externals.joblib", "joblib"},
}

// oldGlobals are single names that moved or were renamed.
var oldGlobals = map[string]string{
	"__builtin__.unicode": "builtins.str",
	"__builtin__.long":    "builtins.int",
	"__builtin__.xrange":  "builtins.range",
	"numpy.bool_":         "numpy.bool",
	"numpy.unicode_":      "numpy.str_",
	"numpy.string_":       "numpy.bytes_",
	"numpy.float_":        "numpy.float64",

	"numpy.ma.MaskedArray":                   "numpy.ma.core.MaskedArray",
	"numpy._core.defmatrix.matrix":           "numpy.matrix",
	"numpy.matrixlib.defmatrix.matrix":       "numpy.matrix",
	"numpy._core.records.recarray":           "numpy.rec.recarray",
	"numpy._core.records.record":             "numpy.rec.record",
	"numpy.recarray":                         "numpy.rec.recarray",
	"numpy.record":                           "numpy.rec.record",
	"numpy._core.fromnumeric.mean":           "numpy.mean",
	"numpy._core.fromnumeric.sum":            "numpy.sum",
	"numpy._core.fromnumeric.std":            "numpy.std",
	"numpy._core.fromnumeric.var":            "numpy.var",
	"numpy._core.fromnumeric.amax":           "numpy.max",
	"numpy._core.fromnumeric.amin":           "numpy.min",
	"numpy._core.fromnumeric.max":            "numpy.max",
	"numpy._core.fromnumeric.min":            "numpy.min",
	"numpy._core.fromnumeric.clip":           "numpy.clip",
	"numpy._core.fromnumeric.ravel":          "numpy.ravel",
	"numpy._core.fromnumeric.reshape":        "numpy.reshape",
	"numpy._core.fromnumeric.squeeze":        "numpy.squeeze",
	"numpy._core.fromnumeric.cumsum":         "numpy.cumsum",
	"numpy._core.fromnumeric.around":         "numpy.round",
	"numpy._core.fromnumeric.round_":         "numpy.round",
	"numpy._core.fromnumeric.round":          "numpy.round",
	"numpy._core.fromnumeric.prod":           "numpy.prod",
	"numpy.amax":                             "numpy.max",
	"numpy.amin":                             "numpy.min",
	"numpy.around":                           "numpy.round",
	"numpy.lib.function_base.median":         "numpy.median",
	"numpy.lib._function_base_impl.median":   "numpy.median",
	"numpy.lib.nanfunctions.nanmedian":       "numpy.nanmedian",
	"numpy.lib._nanfunctions_impl.nanmedian": "numpy.nanmedian",
	"numpy.lib.nanfunctions.nanmean":         "numpy.nanmean",
	"numpy.lib._nanfunctions_impl.nanmean":   "numpy.nanmean",
	"numpy.lib.type_check.nan_to_num":        "numpy.nan_to_num",
	"numpy.lib._type_check_impl.nan_to_num":  "numpy.nan_to_num",
	"scipy.special._ufuncs.expit":            "scipy.special.expit",
	"scipy.special._ufuncs.logit":            "scipy.special.logit",
	"scipy.special._ufuncs.log1p":            "scipy.special.log1p",
	"scipy.special._ufuncs.expm1":            "scipy.special.expm1",
	"scipy.special._ufuncs.xlogy":            "scipy.special.xlogy",
	"sklearn.utils.Bunch":                    "sklearn.utils._bunch.Bunch",
	"sklearn.datasets.base.Bunch":            "sklearn.utils._bunch.Bunch",
	"pandas.indexes.base._new_Index":         "pandas.core.indexes.base._new_Index",
	"pandas.indexes.base.Index":              "pandas.core.indexes.base.Index",
	"pandas.core.index.Index":                "pandas.core.indexes.base.Index",
	"pandas.core.internals.BlockManager":     "pandas.core.internals.managers.BlockManager",
	"pandas.core.categorical.Categorical":    "pandas.core.arrays.categorical.Categorical",
}

// oldModules are modules that moved whole. scikit-learn's are those that 0.22
// made private (its own list, sklearn/_build_utils/deprecated_modules.py of
// 0.22) and what moved later.
var oldModules = map[string]string{
	"__builtin__": "builtins",
	"copy_reg":    "copyreg",
	"cPickle":     "pickle",
	"_pickle":     "pickle",

	"numpy._core._multiarray_umath": "numpy",
	"numpy._core.umath":             "numpy",
	"numpy.lib.ufunclike":           "numpy",

	"scipy.sparse.csr":    "scipy.sparse._csr",
	"scipy.sparse.csc":    "scipy.sparse._csc",
	"scipy.sparse.coo":    "scipy.sparse._coo",
	"scipy.sparse.bsr":    "scipy.sparse._bsr",
	"scipy.sparse.dia":    "scipy.sparse._dia",
	"scipy.sparse.dok":    "scipy.sparse._dok",
	"scipy.sparse.lil":    "scipy.sparse._lil",
	"scipy.sparse.arrays": "scipy.sparse._arrays",

	"_loss":                           "sklearn._loss._loss",
	"sklearn.linear_model._glm.link":  "sklearn._loss.link",
	"sklearn.neighbors._dist_metrics": "sklearn.metrics._dist_metrics",
	"sklearn.neighbors.dist_metrics":  "sklearn.metrics._dist_metrics",

	"sklearn.cluster.affinity_propagation_": "sklearn.cluster._affinity_propagation",
	"sklearn.cluster.bicluster":             "sklearn.cluster._bicluster",
	"sklearn.cluster.birch":                 "sklearn.cluster._birch",
	"sklearn.cluster.dbscan_":               "sklearn.cluster._dbscan",
	"sklearn.cluster.hierarchical":          "sklearn.cluster._agglomerative",
	"sklearn.cluster._hierarchical":         "sklearn.cluster._agglomerative",
	"sklearn.cluster.k_means_":              "sklearn.cluster._kmeans",
	"sklearn.cluster.mean_shift_":           "sklearn.cluster._mean_shift",
	"sklearn.cluster.optics_":               "sklearn.cluster._optics",
	"sklearn.cluster.spectral":              "sklearn.cluster._spectral",

	"sklearn.covariance.elliptic_envelope":     "sklearn.covariance._elliptic_envelope",
	"sklearn.covariance.empirical_covariance_": "sklearn.covariance._empirical_covariance",
	"sklearn.covariance.graph_lasso_":          "sklearn.covariance._graph_lasso",
	"sklearn.covariance.robust_covariance":     "sklearn.covariance._robust_covariance",
	"sklearn.covariance.shrunk_covariance_":    "sklearn.covariance._shrunk_covariance",

	"sklearn.cross_decomposition.cca_": "sklearn.cross_decomposition._pls",
	"sklearn.cross_decomposition._cca": "sklearn.cross_decomposition._pls",
	"sklearn.cross_decomposition.pls_": "sklearn.cross_decomposition._pls",

	"sklearn.decomposition.base":            "sklearn.decomposition._base",
	"sklearn.decomposition.dict_learning":   "sklearn.decomposition._dict_learning",
	"sklearn.decomposition.factor_analysis": "sklearn.decomposition._factor_analysis",
	"sklearn.decomposition.fastica_":        "sklearn.decomposition._fastica",
	"sklearn.decomposition.incremental_pca": "sklearn.decomposition._incremental_pca",
	"sklearn.decomposition.kernel_pca":      "sklearn.decomposition._kernel_pca",
	"sklearn.decomposition.nmf":             "sklearn.decomposition._nmf",
	"sklearn.decomposition.online_lda":      "sklearn.decomposition._lda",
	"sklearn.decomposition._online_lda":     "sklearn.decomposition._lda",
	"sklearn.decomposition.pca":             "sklearn.decomposition._pca",
	"sklearn.decomposition.sparse_pca":      "sklearn.decomposition._sparse_pca",
	"sklearn.decomposition.truncated_svd":   "sklearn.decomposition._truncated_svd",

	"sklearn.ensemble.bagging":           "sklearn.ensemble._bagging",
	"sklearn.ensemble.base":              "sklearn.ensemble._base",
	"sklearn.ensemble.forest":            "sklearn.ensemble._forest",
	"sklearn.ensemble.gradient_boosting": "sklearn.ensemble._gb",
	"sklearn.ensemble.iforest":           "sklearn.ensemble._iforest",
	"sklearn.ensemble.voting":            "sklearn.ensemble._voting",
	"sklearn.ensemble.voting_classifier": "sklearn.ensemble._voting",
	"sklearn.ensemble.weight_boosting":   "sklearn.ensemble._weight_boosting",
	"sklearn.ensemble.stacking":          "sklearn.ensemble._stacking",

	"sklearn.feature_extraction.dict_vectorizer": "sklearn.feature_extraction._dict_vectorizer",
	"sklearn.feature_extraction.hashing":         "sklearn.feature_extraction._hash",
	"sklearn.feature_extraction.stop_words":      "sklearn.feature_extraction._stop_words",

	"sklearn.feature_selection.base":                 "sklearn.feature_selection._base",
	"sklearn.feature_selection.from_model":           "sklearn.feature_selection._from_model",
	"sklearn.feature_selection.mutual_info_":         "sklearn.feature_selection._mutual_info",
	"sklearn.feature_selection.rfe":                  "sklearn.feature_selection._rfe",
	"sklearn.feature_selection.univariate_selection": "sklearn.feature_selection._univariate_selection",
	"sklearn.feature_selection.variance_threshold":   "sklearn.feature_selection._variance_threshold",

	"sklearn.gaussian_process.gpc": "sklearn.gaussian_process._gpc",
	"sklearn.gaussian_process.gpr": "sklearn.gaussian_process._gpr",

	"sklearn.linear_model.base":                "sklearn.linear_model._base",
	"sklearn.linear_model.bayes":               "sklearn.linear_model._bayes",
	"sklearn.linear_model.coordinate_descent":  "sklearn.linear_model._coordinate_descent",
	"sklearn.linear_model.huber":               "sklearn.linear_model._huber",
	"sklearn.linear_model.least_angle":         "sklearn.linear_model._least_angle",
	"sklearn.linear_model.logistic":            "sklearn.linear_model._logistic",
	"sklearn.linear_model.omp":                 "sklearn.linear_model._omp",
	"sklearn.linear_model.passive_aggressive":  "sklearn.linear_model._passive_aggressive",
	"sklearn.linear_model.perceptron":          "sklearn.linear_model._perceptron",
	"sklearn.linear_model.ransac":              "sklearn.linear_model._ransac",
	"sklearn.linear_model.ridge":               "sklearn.linear_model._ridge",
	"sklearn.linear_model.sag":                 "sklearn.linear_model._sag",
	"sklearn.linear_model.sgd_fast":            "sklearn.linear_model._sgd_fast",
	"sklearn.linear_model.stochastic_gradient": "sklearn.linear_model._stochastic_gradient",
	"sklearn.linear_model.theil_sen":           "sklearn.linear_model._theil_sen",

	"sklearn.manifold.isomap":              "sklearn.manifold._isomap",
	"sklearn.manifold.locally_linear":      "sklearn.manifold._locally_linear",
	"sklearn.manifold.mds":                 "sklearn.manifold._mds",
	"sklearn.manifold.spectral_embedding_": "sklearn.manifold._spectral_embedding",
	"sklearn.manifold.t_sne":               "sklearn.manifold._t_sne",

	"sklearn.metrics.classification": "sklearn.metrics._classification",
	"sklearn.metrics.ranking":        "sklearn.metrics._ranking",
	"sklearn.metrics.regression":     "sklearn.metrics._regression",
	"sklearn.metrics.scorer":         "sklearn.metrics._scorer",

	"sklearn.mixture.base":             "sklearn.mixture._base",
	"sklearn.mixture.bayesian_mixture": "sklearn.mixture._bayesian_mixture",
	"sklearn.mixture.gaussian_mixture": "sklearn.mixture._gaussian_mixture",

	"sklearn.neighbors.ball_tree":        "sklearn.neighbors._ball_tree",
	"sklearn.neighbors.base":             "sklearn.neighbors._base",
	"sklearn.neighbors.classification":   "sklearn.neighbors._classification",
	"sklearn.neighbors.graph":            "sklearn.neighbors._graph",
	"sklearn.neighbors.kd_tree":          "sklearn.neighbors._kd_tree",
	"sklearn.neighbors.kde":              "sklearn.neighbors._kde",
	"sklearn.neighbors.lof":              "sklearn.neighbors._lof",
	"sklearn.neighbors.nca":              "sklearn.neighbors._nca",
	"sklearn.neighbors.nearest_centroid": "sklearn.neighbors._nearest_centroid",
	"sklearn.neighbors.quad_tree":        "sklearn.neighbors._quad_tree",
	"sklearn.neighbors.regression":       "sklearn.neighbors._regression",
	"sklearn.neighbors.unsupervised":     "sklearn.neighbors._unsupervised",

	"sklearn.neural_network.multilayer_perceptron": "sklearn.neural_network._multilayer_perceptron",
	"sklearn.neural_network.rbm":                   "sklearn.neural_network._rbm",

	"sklearn.preprocessing.data":  "sklearn.preprocessing._data",
	"sklearn.preprocessing.label": "sklearn.preprocessing._label",

	"sklearn.semi_supervised.label_propagation": "sklearn.semi_supervised._label_propagation",

	"sklearn.svm.base":    "sklearn.svm._base",
	"sklearn.svm.classes": "sklearn.svm._classes",

	"sklearn.tree.tree":   "sklearn.tree._classes",
	"sklearn.tree.export": "sklearn.tree._export",
}
