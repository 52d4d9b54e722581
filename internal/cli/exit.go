package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/larder-ml/larder/document"
)

// The exit codes of the contract.
const (
	exitYes         = 0
	exitNo          = 1
	exitUsage       = 2
	exitUnsupported = 3
	exitUnsafe      = 4
	exitIO          = 5
	exitInterrupted = 130
)

// errNo is the answer no, already printed.
var errNo = errors.New("no")

// usageError is a fault of the command line.
type usageError struct{ msg string }

func (e *usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// hinted is an error with advice.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }

func hint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// exitCode maps errors to codes; it is the one place.
func exitCode(err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return exitYes
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return exitInterrupted
	case errors.As(err, &usage), errors.Is(err, document.ErrInput):
		return exitUsage
	case errors.Is(err, errNo), errors.Is(err, document.ErrLoss):
		return exitNo
	case errors.Is(err, document.ErrUnsafe):
		return exitUnsafe
	case errors.Is(err, document.ErrFormat), errors.Is(err, document.ErrCorrupt),
		errors.Is(err, document.ErrUnsupported), errors.Is(err, document.ErrLimit):
		return exitUnsupported
	}
	return exitIO
}

// hintOf is what to do about an error.
func hintOf(err error) string {
	var h *hinted
	switch {
	case errors.As(err, &h):
		return h.hint
	case errors.Is(err, document.ErrUnsafe):
		return "larder scan lists what the file would run; larder inspect shows it without running anything"
	case errors.Is(err, document.ErrFormat):
		return "larder formats lists what can be opened"
	case errors.Is(err, document.ErrLoss):
		return "--lossy writes it all the same"
	}
	return ""
}
