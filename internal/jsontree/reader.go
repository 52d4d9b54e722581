package jsontree

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/document"
)

// Reader reads an object for its meaning. It records which keys were read, and
// Done refuses what is left over, so that nothing is silently ignored. The
// first fault sticks: after it every read answers a zero value, and readers of
// objects inside share it. A Reader is for one goroutine.
type Reader struct {
	n    Node
	seen []bool // by child
	err  *error
}

// NewReader reads an object; any other node is a fault.
func NewReader(n Node) *Reader {
	return newReader(n, new(error))
}

func newReader(n Node, err *error) *Reader {
	r := &Reader{n: n, err: err}
	if *err == nil && n.Kind() != Object {
		*err = n.Errorf(document.ErrCorrupt, "%s where an object belongs", n.Kind())
	}
	r.seen = make([]bool, n.Len())
	return r
}

// Node is the object.
func (r *Reader) Node() Node { return r.n }

// Err is the first fault of this reader and all that share it.
func (r *Reader) Err() error { return *r.err }

// Fail records a fault at the value of a key, or at the object where there is
// none, unless there is a fault already.
func (r *Reader) Fail(sentinel error, key, detail string, args ...any) {
	if *r.err != nil {
		return
	}
	at := r.n
	if c, ok := r.n.Get(key); ok {
		at = c
	}
	*r.err = at.Errorf(sentinel, detail, args...)
}

// Check records err, unless it is nil or there is a fault already.
func (r *Reader) Check(err error) {
	if *r.err == nil {
		*r.err = err
	}
}

// Has says whether there is a key. It is not thereby read.
func (r *Reader) Has(key string) bool {
	_, ok := r.n.Get(key)
	return ok
}

// Optional is the value of a key, where there is one.
func (r *Reader) Optional(key string) (Node, bool) {
	if *r.err != nil {
		return Node{}, false
	}
	k := 0
	for c := range r.n.Children() {
		if r.n.Kind() == Object && c.Key() == key {
			r.seen[k] = true
			return c, true
		}
		k++
	}
	return Node{}, false
}

// Get is the value of a key that must be there.
func (r *Reader) Get(key string) Node {
	c, ok := r.Optional(key)
	if !ok && *r.err == nil {
		*r.err = document.Errorf(document.ErrCorrupt, r.n.t.format, document.Join(r.n.Path(), key), r.n.Offset(), "no key %q", key)
	}
	return c
}

func read[T any](r *Reader, key string, f func(Node) (T, error)) T {
	var zero T
	c := r.Get(key)
	if *r.err != nil {
		return zero
	}
	v, err := f(c)
	if err != nil {
		*r.err = err
		return zero
	}
	return v
}

// String is a string.
func (r *Reader) String(key string) string { return read(r, key, Node.Str) }

// Bool is a boolean.
func (r *Reader) Bool(key string) bool { return read(r, key, Node.Bool) }

// Int is an integer.
func (r *Reader) Int(key string) int64 { return read(r, key, Node.Int) }

// Float32 is a number, rounded once.
func (r *Reader) Float32(key string) float32 { return read(r, key, Node.Float32) }

// Float64 is a number, rounded once.
func (r *Reader) Float64(key string) float64 { return read(r, key, Node.Float64) }

// IntString is an integer in a string: XGBoost keeps parameters so.
func (r *Reader) IntString(key string) int64 {
	return read(r, key, func(n Node) (int64, error) {
		s, err := n.Str()
		if err != nil {
			return 0, err
		}
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, n.Errorf(document.ErrCorrupt, "%q where an integer belongs", clip([]byte(s)))
		}
		return v, nil
	})
}

// FloatString is a float32 in a string, rounded once.
func (r *Reader) FloatString(key string) float32 {
	return read(r, key, func(n Node) (float32, error) {
		s, err := n.Str()
		if err != nil {
			return 0, err
		}
		return floatString(n, s)
	})
}

// FloatStrings is a list of float32 in a string: "[1E0,2E0]", "(1E0,2E0)", or
// one number alone, as base_score and quantile_alpha are written.
func (r *Reader) FloatStrings(key string) []float32 {
	return read(r, key, func(n Node) ([]float32, error) {
		s, err := n.Str()
		if err != nil {
			return nil, err
		}
		inside := strings.TrimSpace(s)
		if k := len(inside); k >= 2 && (inside[0] == '[' && inside[k-1] == ']' || inside[0] == '(' && inside[k-1] == ')') {
			if inside = strings.TrimSpace(inside[1 : k-1]); inside == "" {
				return []float32{}, nil
			}
		}
		out := make([]float32, 0, 1+strings.Count(inside, ","))
		for part := range strings.SplitSeq(inside, ",") {
			v, err := floatString(n, strings.TrimSpace(part))
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	})
}

// floatString reads a float as C++ prints and reads it: decimal, inf or nan.
func floatString(n Node, s string) (float32, error) {
	v, err := strconv.ParseFloat(s, 32)
	tooLarge := errors.Is(err, strconv.ErrRange) && math.IsInf(v, 0)
	if err != nil && !tooLarge || strings.ContainsAny(s, "_xX") {
		return 0, n.Errorf(document.ErrCorrupt, "%q where a number belongs", clip([]byte(s)))
	}
	return float32(v), nil
}

// StringOr is String, or a default where there is no such key.
func (r *Reader) StringOr(key, otherwise string) string {
	if !r.Has(key) {
		return otherwise
	}
	return r.String(key)
}

// IntOr is Int, or a default where there is no such key.
func (r *Reader) IntOr(key string, otherwise int64) int64 {
	if !r.Has(key) {
		return otherwise
	}
	return r.Int(key)
}

// IntStringOr is IntString, or a default where there is no such key.
func (r *Reader) IntStringOr(key string, otherwise int64) int64 {
	if !r.Has(key) {
		return otherwise
	}
	return r.IntString(key)
}

// FloatStringOr is FloatString, or a default where there is no such key.
func (r *Reader) FloatStringOr(key string, otherwise float32) float32 {
	if !r.Has(key) {
		return otherwise
	}
	return r.FloatString(key)
}

// AnyLength is a length that every list has.
const AnyLength = -1

func list[T any](r *Reader, key string, n int, f func(Node, []T) ([]T, error)) []T {
	return read(r, key, func(c Node) ([]T, error) {
		if n != AnyLength && c.IsList() && c.Len() != n {
			return nil, c.Errorf(document.ErrCorrupt, "%d elements where %d belong", c.Len(), n)
		}
		if !c.IsList() {
			return nil, c.Errorf(document.ErrCorrupt, "%s where an array belongs", c.Kind())
		}
		return f(c, nil)
	})
}

// Float32s is a list of n numbers, or of any number where n is AnyLength.
func (r *Reader) Float32s(key string, n int) []float32 { return list(r, key, n, Node.Float32s) }

// Float64s is a list of n numbers.
func (r *Reader) Float64s(key string, n int) []float64 { return list(r, key, n, Node.Float64s) }

// Int64s is a list of n integers.
func (r *Reader) Int64s(key string, n int) []int64 { return list(r, key, n, Node.Int64s) }

// Int32s is a list of n integers.
func (r *Reader) Int32s(key string, n int) []int32 { return list(r, key, n, Node.Int32s) }

// Int8s is a list of n integers.
func (r *Reader) Int8s(key string, n int) []int8 { return list(r, key, n, Node.Int8s) }

// Uint8s is a list of n integers.
func (r *Reader) Uint8s(key string, n int) []uint8 { return list(r, key, n, Node.Uint8s) }

// Bools is a list of n booleans, or of n numbers that are 0 and 1.
func (r *Reader) Bools(key string, n int) []bool { return list(r, key, n, Node.Bools) }

// Strings is a list of n strings.
func (r *Reader) Strings(key string, n int) []string {
	return list(r, key, n, func(c Node, _ []string) ([]string, error) {
		if c.Kind() != Array {
			return nil, c.Errorf(document.ErrCorrupt, "%s where an array of strings belongs", c.Kind())
		}
		out := make([]string, 0, c.Len())
		for s := range c.Children() {
			v, err := s.Str()
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	})
}

// Object reads the object at a key that must be there. Call Done on it too.
func (r *Reader) Object(key string) *Reader { return newReader(r.Get(key), r.err) }

// OptionalObject reads the object at a key, or answers nil where there is none.
func (r *Reader) OptionalObject(key string) *Reader {
	if c, ok := r.Optional(key); ok {
		return newReader(c, r.err)
	}
	return nil
}

// Objects reads the objects of a list, in order, up to the first fault.
func (r *Reader) Objects(key string) iter.Seq2[int, *Reader] {
	c := r.Get(key)
	if *r.err == nil && c.Kind() != Array {
		*r.err = c.Errorf(document.ErrCorrupt, "%s where an array of objects belongs", c.Kind())
	}
	return func(yield func(int, *Reader) bool) {
		i := 0
		for o := range c.Children() {
			if *r.err != nil || !yield(i, newReader(o, r.err)) {
				return
			}
			i++
		}
	}
}

// Harmless marks keys as read, whether they are there or not: what they say
// changes no answer.
func (r *Reader) Harmless(keys ...string) *Reader {
	k := 0
	for c := range r.n.Children() {
		if r.n.Kind() == Object && slices.Contains(keys, c.Key()) && k < len(r.seen) {
			r.seen[k] = true
		}
		k++
	}
	return r
}

// Done says that all was read that is understood. Keys left over are
// ErrUnsupported, at the first of them. It answers the fault that sticks.
func (r *Reader) Done() error {
	if *r.err != nil {
		return *r.err
	}
	var left []string
	var first Node
	k := 0
	for c := range r.n.Children() {
		if !r.seen[k] {
			if left == nil {
				first = c
			}
			left = append(left, strconv.Quote(c.Key()))
		}
		k++
	}
	if left != nil {
		const most = 8
		names := strings.Join(left[:min(len(left), most)], ", ")
		if len(left) > most {
			names += fmt.Sprintf(" and %d more", len(left)-most)
		}
		*r.err = first.Errorf(document.ErrUnsupported, "not known here: %s", names)
	}
	return *r.err
}
