package sklearn

import (
	"strconv"
	"strings"
)

// Version is major·1000 + minor, so that versions compare as numbers; 0 where
// the file does not say.
type Version int

// ParseVersion reads "1.5.2", "1.9.dev0", "0.24.2".
func ParseVersion(s string) Version {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 2 {
		return 0
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil || major < 0 || major > 999 || minor < 0 || minor > 999 {
		return 0
	}
	return Version(major*1000 + minor)
}

// before says that the file was written by a version older than this one. A
// file that names no version counts as of the newest.
func (v Version) before(major, minor int) bool {
	return v != 0 && v < Version(major*1000+minor)
}

// rename is an attribute that had another name.
type rename struct {
	class    string // "" is any class
	now, was string
}

// The one list of attributes that were renamed without changing their meaning.
var renames = []rename{
	{"", "n_features_in_", "n_features_"},                           // 1.0: trees and forests
	{"ColumnTransformer", "feature_names_in_", "_feature_names_in"}, // 1.0
	{"ColumnTransformer", "feature_names_in_", "_df_columns"},       // 1.0
	{"OneHotEncoder", "sparse_output", "sparse"},                    // 1.2, was removed in 1.4
	{"OneHotEncoder", "_drop_idx_after_grouping", "drop_idx_"},      // 1.2
}

// treeAllowsNaN says whether a decision tree takes missing values: 1.3 brought
// them to the best splitter, 1.6 to the random one, 1.9 to every criterion and
// to monotonic constraints (sklearn/tree/_classes.py, _support_missing_values).
func treeAllowsNaN(v Version, class, splitter, criterion string, monotonic bool) bool {
	newest := v == 0 || !v.before(1, 9)
	switch {
	case v.before(1, 3), !newest && (monotonic || criterion == "absolute_error"):
		return false
	case v.before(1, 6):
		return splitter == "best"
	}
	return !strings.HasPrefix(class, "Extra") || splitter == "random"
}
