package document

import (
	"errors"
	"fmt"
	"strings"
)

// The sentinels. Every error of this module wraps exactly one of them, an I/O
// error or a context's error.
var (
	// ErrFormat: the file is not of the format that was expected.
	ErrFormat = errors.New("not this format")
	// ErrCorrupt: the file breaks the rules of its own format.
	ErrCorrupt = errors.New("corrupt")
	// ErrUnsupported: the file is right, and Larder cannot do this with it.
	ErrUnsupported = errors.New("unsupported")
	// ErrLimit: a length, depth or count is over the limit that stands on it.
	ErrLimit = errors.New("over the limit")
	// ErrUnsafe: the original library would run or reach something here.
	ErrUnsafe = errors.New("unsafe")
	// ErrInput: the data is not what the model takes.
	ErrInput = errors.New("input")
	// ErrLoss: the target cannot hold something that changes an answer.
	ErrLoss = errors.New("would lose")
	// ErrClosed: the model was closed.
	ErrClosed = errors.New("closed")
)

// Error is a fault with its place. Its text is "what (where)".
type Error struct {
	Op     string // what was being done: "parse", "lift", "predict"; may be empty
	Format string // "pickle", "xgboost-json"; may be empty
	File   string // the file as the user named it; may be empty
	Path   string // the node inside the file; may be empty
	Offset int64  // the byte inside the file, or -1 where there is none
	Err    error  // wraps a sentinel
}

// Errorf makes an Error around a sentinel: its text is "sentinel: detail".
func Errorf(sentinel error, format, path string, offset int64, detail string, args ...any) *Error {
	return &Error{Format: format, Path: path, Offset: offset,
		Err: fmt.Errorf("%w: %s", sentinel, fmt.Sprintf(detail, args...))}
}

func (e *Error) Error() string {
	var where []string
	if e.File != "" {
		where = append(where, e.File)
	}
	if e.Path != "" {
		where = append(where, "path "+e.Path)
	}
	if e.Offset >= 0 {
		where = append(where, fmt.Sprintf("offset %d", e.Offset))
	}
	s := e.Err.Error()
	if e.Format != "" {
		s = e.Format + ": " + s
	}
	if e.Op != "" {
		s = e.Op + " " + s
	}
	if len(where) > 0 {
		s += " (" + strings.Join(where, ", ") + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// InFile fills in the file's name where err is an *Error that has none yet.
func InFile(err error, file string) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) && e.File == "" {
		e.File = file
	}
	return err
}

// UnderPath puts prefix before the path of err where err is an *Error: what a
// container does with the errors of a document inside it.
func UnderPath(err error, prefix string) error {
	var e *Error
	if errors.As(err, &e) && prefix != "" && prefix != "/" {
		if e.Path == "/" {
			e.Path = ""
		}
		e.Path = strings.TrimSuffix(prefix, "/") + e.Path
	}
	return err
}
