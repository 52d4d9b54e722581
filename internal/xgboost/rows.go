package xgboost

import (
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
)

// Row is one class that a pickle may hold.
type Row struct {
	Path  string   // the class
	Was   []string // its older names
	Since string   // the first XGBoost that has it
	Lift  func(r *pyobj.Reader) (*model.Object, error)
	Lower func(o *model.Object) (*jsontree.Tree, error)
	// Harmless are the attributes that change no answer.
	Harmless []string
	// Tolerance is how far the answers of a method may be from the library's;
	// methods that are not named promise the same bits.
	Tolerance map[string]model.Tolerance
}

// training are the wrapper's hyper-parameters, which change no answer of a
// fitted model, and what the wrapper remembers of training.
var training = []string{
	"_features_count", "base_score", "best_iteration", "best_ntree_limit", "best_score", "booster", "callbacks", "colsample_bylevel",
	"colsample_bynode", "colsample_bytree", "coef_", "device", "early_stopping_rounds", "enable_categorical", "eval_metric",
	"evals_result_", "feature_types", "feature_weights", "gamma", "gpu_id", "grow_policy", "importance_type",
	"interaction_constraints", "kwargs", "learning_rate", "max_bin", "max_cat_threshold", "max_cat_to_onehot", "max_delta_step",
	"max_depth", "max_leaves", "min_child_weight", "monotone_constraints", "multi_strategy", "n_estimators", "n_jobs",
	"nthread", "num_parallel_tree", "predictor", "random_state", "reg_alpha", "reg_lambda", "sampling_method", "scale_pos_weight",
	"seed", "silent", "subsample", "tree_method", "use_label_encoder", "validate_parameters", "verbosity",
}

// explained is for files of XGBoost 3.3 and later; see quadrature.
var explained = map[string]model.Tolerance{
	"booster@softplus": softplus, "predict@softplus": softplus,
	"contribs@quadrature": quadrature, "interactions@quadrature": quadrature,
	"predict_proba@softmax": scipySoftmax,
}

// Rows is every class, in the order of its name.
func Rows() []Row { return rows() }

// rows is a function because lifting looks the rows up.
func rows() []Row {
	return []Row{
		{Path: "xgboost.core.Booster", Since: "0.4", Lift: liftBooster, Lower: Lower, Tolerance: explained,
			Harmless: []string{"best_score", "booster", "feature_names", "feature_types", "best_iteration", "best_ntree_limit"}},
		{Path: "xgboost.sklearn.XGBClassifier", Since: "0.4", Lift: liftWrapper, Lower: Lower, Harmless: training, Tolerance: explained},
		{Path: "xgboost.sklearn.XGBModel", Since: "0.4", Lift: liftWrapper, Lower: Lower, Harmless: training, Tolerance: explained},
		{Path: "xgboost.sklearn.XGBRFClassifier", Since: "0.90", Lift: liftWrapper, Lower: Lower, Harmless: training, Tolerance: explained},
		{Path: "xgboost.sklearn.XGBRFRegressor", Since: "0.90", Lift: liftWrapper, Lower: Lower, Harmless: training, Tolerance: explained},
		{Path: "xgboost.sklearn.XGBRanker", Since: "0.81", Lift: liftWrapper, Lower: Lower, Harmless: training, Tolerance: explained},
		{Path: "xgboost.sklearn.XGBRegressor", Since: "0.4", Lift: liftWrapper, Lower: Lower, Harmless: training, Tolerance: explained},
	}
}

// row finds a class.
func row(class string) (Row, bool) {
	for _, r := range rows() {
		if r.Path == class {
			return r, true
		}
	}
	return Row{}, false
}
