package sklearn

import (
	"slices"
	"strings"
	"sync"

	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
)

// Framework is the name that objects bear.
const Framework = "scikit-learn"

// Row is one class.
type Row struct {
	// Path is module and name in scikit-learn 1.9.
	Path string
	// Was are older full names, where the base table of package pyobj does not
	// turn them into Path already (it knows the modules that 0.22 made private).
	Was []string
	// Since is the first version that has the class; "" is 0.24 or before.
	Since string
	// Lift reads the state and gives the object its methods. Faults are the
	// reader's: there is nothing to return.
	Lift func(e *Estimator)
	// Lower is the keys of the state in the order in which scikit-learn 1.9
	// writes them; nil: the class cannot be saved from a model yet. A state that
	// was read keeps the keys and the order of its own version.
	Lower []string
	// Harmless are keys of the state that change no answer, beyond those that
	// are harmless in every class.
	Harmless []string
	// Tolerance of each method; a method that is not there is exact.
	Tolerance map[string]model.Tolerance
	// Float32 is the tolerance of an instance whose parameters are float32, so
	// that float32 data is computed in float32; nil where that changes nothing.
	Float32 map[string]model.Tolerance
}

// harmless are keys that change no answer in any class: how much it prints, how
// it runs, where its random numbers came from, how answers are wrapped, and
// what fit keeps for itself.
var harmless = []string{
	"copy", "copy_X", "max_iter", "n_iter_", "n_jobs", "random_state", "tol", "verbose", "warm_start",
	"_metadata_request", "_sklearn_output_config", "_sklearn_version",
	"__sklearn_is_fitted__",
}

// modules are the rows of each upstream module. The one list.
var modules = [][]Row{
	composeRows,
	ensembleRows,
	imputeRows,
	linearRows,
	pipelineRows,
	preprocessingRows,
	treeRows,
}

// Table is all rows, sorted by path.
var Table = sync.OnceValue(func() []Row {
	rows := slices.Concat(modules...)
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Path, b.Path) })
	return rows
})

func find(class string) *Row {
	rows := Table()
	i, ok := slices.BinarySearchFunc(rows, class, func(r Row, c string) int { return strings.Compare(r.Path, c) })
	if !ok {
		return nil
	}
	return &rows[i]
}

// Names is the older names of all classes, for package pyobj.
var Names = sync.OnceValue(func() *pyobj.Names {
	was := map[string]string{}
	for _, r := range Table() {
		for _, w := range r.Was {
			was[w] = r.Path
		}
	}
	return pyobj.NewNames(was)
})

// short is a class without its module.
func short(class string) string { return class[strings.LastIndexByte(class, '.')+1:] }
