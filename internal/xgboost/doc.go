// Package xgboost knows what the names of XGBoost's model document mean: JSON
// and UBJSON files, and the snapshot inside a pickle. It turns a document into
// objects with methods, and objects back into a document.
//
// # Terminology
//
// A learner holds an objective and a gradient booster. The booster is gbtree,
// dart (trees with weights) or gblinear. A round is the trees of one boosting
// step. A wrapper is one of XGBoost's scikit-learn classes; a file that a
// wrapper saved has the attribute scikit_learn, and answers as the wrapper does.
// A snapshot is the object {"Config", "Model"} that a pickled Booster keeps.
//
// # Where this is written down
//
// XGBoost's doc/model.schema is incomplete and gone since 3.2, so the source is
// the specification: LearnerIO, GBTreeModel, RegTree, MultiTargetTree,
// CatContainer, and the SaveConfig of each objective, versions 1.0 to 3.4.
//
// # Which version's answer
//
// Versions disagree here and there: the order of the sum (before 1.3), the clamp of
// base_score (3.2), categories outside a node's bits (1.6), dart in place
// (before 3.3), sorted quantiles (3.4). A file's answer is that of the version
// that wrote it. Contributions are those of 1.0 to 3.2 bit for bit; what 3.3
// and later compute by quadrature differs by about 1e-7.
//
// # Deviations
//
// The row walk follows right_children, where XGBoost takes the left child's
// neighbour. Duplicate keys, unknown keys and trailing bytes are errors. A
// category that the model was not trained on is an error, where 3.1 and 3.2
// read the next one in order.
//
// # Limits
//
// A model has fewer than 2³⁰ features and fewer than 2³¹ nodes in all trees;
// category sets take at most 256 MiB.
package xgboost
