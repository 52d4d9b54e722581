package safeio

import (
	"runtime/debug"

	"github.com/larder-ml/larder/document"
)

// A mapped file that another process cuts short makes reads of its memory
// fault. WatchFaults turns such a fault in this goroutine into a panic, and
// CatchFault turns that panic into ErrCorrupt:
//
//	defer safeio.CatchFault(safeio.WatchFaults(), &err)
func WatchFaults() (old bool) { return debug.SetPanicOnFault(true) }

// CatchFault is deferred; see WatchFaults. Other panics go on.
func CatchFault(old bool, err *error) {
	debug.SetPanicOnFault(old)
	r := recover()
	if r == nil {
		return
	}
	if f, ok := r.(interface{ Addr() uintptr }); ok {
		*err = document.Errorf(document.ErrCorrupt, "", "", -1,
			"the file changed while it was mapped (fault at address %#x)", f.Addr())
		return
	}
	panic(r)
}
