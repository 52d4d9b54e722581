package pyobj

import (
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/pickle"
)

// Env is what reading values needs besides the values, for one document. It
// remembers arrays and dtypes that were read, so that what a file shares is
// made once. The zero Env is ready; nil reads with defaults and remembers
// nothing. An Env is safe for concurrent use.
type Env struct {
	Format  string // for errors; "pickle" where empty
	Names   *Names // older names of classes
	Limits  document.Limits
	Buffers [][]byte // protocol 5's out-of-band buffers, where the caller has them

	mu     sync.Mutex
	dtypes map[pickle.Value]*DType
	arrays map[pickle.Value]*NDArray
	budget *safeio.Budget
}

func (e *Env) format() string {
	if e == nil || e.Format == "" {
		return "pickle"
	}
	return e.Format
}

func (e *Env) names() *Names {
	if e == nil {
		return nil
	}
	return e.Names
}

// spend counts memory that is made because a file says so.
func (e *Env) spend(n int, path string, offset int64) error {
	if e == nil {
		return safeio.NewBudget("pickle", document.Limits{}).Spend(int64(n), path, offset)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.budget == nil {
		e.budget = safeio.NewBudget(e.format(), e.Limits)
	}
	return e.budget.Spend(int64(n), path, offset)
}

// errorf is a located error about a value.
func (e *Env) errorf(sentinel error, path string, v pickle.Value, detail string, args ...any) error {
	return document.Errorf(sentinel, e.format(), path, v.Offset(), detail, args...)
}
