package xgboost

import (
	"fmt"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
)

// version is major, minor, patch of the XGBoost that wrote a document.
type version [3]int32

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// before says whether v is older than major.minor.
func (v version) before(major, minor int32) bool {
	return v[0] < major || v[0] == major && v[1] < minor
}

func readVersion(r *jsontree.Reader) version {
	n := r.Int32s("version", 3)
	if r.Err() != nil {
		return version{}
	}
	v := version(n)
	if v.before(1, 0) || v[1] < 0 || v[2] < 0 {
		r.Fail(document.ErrUnsupported, "version", "version %v", v)
	}
	return v
}
