package pyobj

import (
	"fmt"

	"github.com/larder-ml/larder/document"
)

// Trailing is the finding of bytes after a pickle's end.
func Trailing(offset, n int64) document.Finding {
	return document.Finding{ID: "pickle-trailing", Severity: document.Warning, Path: "/", Offset: offset,
		Message: fmt.Sprintf("%d bytes after the end of the pickle, which pickle.load does not read", n)}
}

// Leftover is the finding of values below the result when the program stops.
func Leftover(offset int64, n int) document.Finding {
	return document.Finding{ID: "pickle-leftover", Severity: document.Warning, Path: "/", Offset: offset,
		Message: fmt.Sprintf("%d values or marks are left below the result, as no pickler leaves them", n)}
}
