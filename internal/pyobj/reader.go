package pyobj

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// Reader reads what a value holds by name: the attributes of an instance, the
// entries of a dict, the items of a list or tuple. It records what was read and
// keeps the first fault; readers made from one another share that fault. After
// it, reads answer zero values: empty tensors of the rank that was asked for,
// empty readers, nil slices. A Reader is used by one goroutine.
type Reader struct {
	env      *Env
	v        pickle.Value
	path     string
	class    string
	list     []entry
	at       map[string]int
	read     []bool
	children []*Reader
	structs  []*Struct
	fault    *fault
}

type fault struct{ err error }

// Read starts a Reader over an instance, dict, list or tuple. The path is the
// value's own; env may be nil.
func Read(v pickle.Value, path string, env *Env) *Reader {
	return newReader(v, path, env, &fault{})
}

func newReader(v pickle.Value, path string, env *Env, f *fault) *Reader {
	r := &Reader{env: env, v: v, path: path, class: classOf(v, env.names()), fault: f}
	switch v.Kind() {
	case pickle.Instance, pickle.Dict, pickle.List, pickle.Tuple:
		r.take(entries(v))
	case pickle.Invalid:
	default:
		r.Fail(document.ErrUnsupported, "%s where an object is expected", describe(v))
	}
	return r
}

func (r *Reader) take(list []entry) {
	r.list = list
	r.at = indexOf(list)
	r.read = make([]bool, len(list))
}

func (r *Reader) find(key string) (int, bool) { return find(r.list, r.at, key) }

// entry is the entry of a key that is there.
func (r *Reader) entry(key string) entry {
	i, _ := r.find(key)
	return r.list[i]
}

// Class is the canonical class of what is read.
func (r *Reader) Class() string { return r.class }

// Path is where it lies in the document.
func (r *Reader) Path() string { return r.path }

// Offset is where it lies in the file.
func (r *Reader) Offset() int64 { return r.v.Offset() }

// Source is the value itself.
func (r *Reader) Source() pickle.Value { return r.v }

// Env is what the reader was started with.
func (r *Reader) Env() *Env { return r.env }

// Err is the first fault of this reader and of all that share it.
func (r *Reader) Err() error { return r.fault.err }

// Len is the number of keys; of a list or tuple, of items.
func (r *Reader) Len() int { return len(r.list) }

// Keys lists the keys in the order of the file. It marks none.
func (r *Reader) Keys() []string {
	out := make([]string, len(r.list))
	for i, e := range r.list {
		out[i] = e.key
	}
	return out
}

// Fail records a fault at the object, unless there is one already.
func (r *Reader) Fail(sentinel error, detail string, args ...any) {
	if r.fault.err == nil {
		r.fault.err = r.env.errorf(sentinel, r.path, r.v, "%s: %s", r.name(), fmt.Sprintf(detail, args...))
	}
}

// FailAt records a fault at a key.
func (r *Reader) FailAt(key string, sentinel error, detail string, args ...any) {
	if r.fault.err != nil {
		return
	}
	v := r.v
	path := joinStep(r.path, escapeStep(key))
	if i, ok := r.find(key); ok {
		v, path = r.list[i].v, joinStep(r.path, r.list[i].step)
	}
	r.fault.err = r.env.errorf(sentinel, path, v, "%s.%s: %s", r.name(), key, fmt.Sprintf(detail, args...))
}

func (r *Reader) fail(err error) {
	if r.fault.err == nil && err != nil {
		r.fault.err = err
	}
}

// name is the class without its module, for messages.
func (r *Reader) name() string { return r.class[strings.LastIndexByte(r.class, '.')+1:] }

// PathOf is the path of a key's value.
func (r *Reader) PathOf(key string) string {
	if i, ok := r.find(key); ok {
		return joinStep(r.path, r.list[i].step)
	}
	return joinStep(r.path, escapeStep(key))
}

// Has says whether a key is there. It does not mark it.
func (r *Reader) Has(key string) bool { _, ok := r.find(key); return ok }

// IsNone says whether a key is there and its value None; then it is marked.
func (r *Reader) IsNone(key string) bool {
	i, ok := r.find(key)
	if ok && r.list[i].v.Kind() == pickle.None {
		r.read[i] = true
		return true
	}
	return false
}

// Value is a key's value as it is; the zero Value after a fault.
func (r *Reader) Value(key string) pickle.Value {
	i, ok := r.find(key)
	if !ok {
		r.Fail(document.ErrUnsupported, "has no %s", key)
		return pickle.Value{}
	}
	r.read[i] = true
	if r.fault.err != nil {
		return pickle.Value{}
	}
	return r.list[i].v
}

// Mark counts keys as read, whether they are there or not.
func (r *Reader) Mark(keys ...string) {
	for _, k := range keys {
		if i, ok := r.find(k); ok {
			r.read[i] = true
		}
	}
}

// Harmless counts keys as read that change no answer. It is Mark, said with the
// reason.
func (r *Reader) Harmless(keys ...string) { r.Mark(keys...) }

// Rest lists the keys that nothing has read.
func (r *Reader) Rest() []string {
	var out []string
	for i, e := range r.list {
		if !r.read[i] {
			out = append(out, e.key)
		}
	}
	return out
}

// Done is the first fault or, where there is none, ErrUnsupported naming the
// keys that nothing has read: of this reader, of the readers made from it, and
// of the fields of its structured arrays.
func (r *Reader) Done() error {
	if r.fault.err != nil {
		return r.fault.err
	}
	if rest := r.Rest(); rest != nil {
		more := ""
		if len(rest) > 8 {
			more = fmt.Sprintf(" and %d more", len(rest)-8)
			rest = rest[:8]
		}
		r.FailAt(rest[0], document.ErrUnsupported, "not known to Larder: %s%s", strings.Join(rest, ", "), more)
		return r.fault.err
	}
	for _, s := range r.structs {
		if rest := s.Rest(); rest != nil {
			r.fail(r.env.errorf(document.ErrUnsupported, s.a.path, s.a.Source, "%s: fields not known to Larder: %s",
				r.name(), strings.Join(rest, ", ")))
			return r.fault.err
		}
	}
	for _, c := range r.children {
		if err := c.Done(); err != nil {
			return err
		}
	}
	return nil
}

// Child reads the instance, dict, list or tuple at a key.
func (r *Reader) Child(key string) *Reader {
	v := r.Value(key)
	return r.adopt(newReader(v, r.PathOf(key), r.env, r.fault))
}

// List is Child, of a list or tuple alone.
func (r *Reader) List(key string) *Reader {
	v := r.Value(key)
	if k := v.Kind(); v.IsValid() && k != pickle.List && k != pickle.Tuple {
		r.FailAt(key, document.ErrUnsupported, "%s where a list is expected", describe(v))
		v = pickle.Value{}
	}
	return r.adopt(newReader(v, r.PathOf(key), r.env, r.fault))
}

func (r *Reader) adopt(c *Reader) *Reader {
	r.children = append(r.children, c)
	return c
}

// Args reads the arguments of the call that made the instance. Its keys are
// "0", "1", …; those that are not read count in Done.
func (r *Reader) Args() *Reader {
	c := newReader(r.v.Args(), joinStep(r.path, "@args"), r.env, r.fault)
	c.class = r.class + " arguments"
	return r.adopt(c)
}

// State reads the state of an instance where it is a tuple or list.
func (r *Reader) State() *Reader {
	s := StateOf(r.v)
	path := joinStep(r.path, "@state")
	if !r.v.State().IsValid() && s.IsValid() {
		path = joinStep(r.path, "@args/2")
	}
	c := newReader(s, path, r.env, r.fault)
	c.class = r.class + " state"
	if k := s.Kind(); k != pickle.Tuple && k != pickle.List && k != pickle.Dict {
		r.Fail(document.ErrUnsupported, "state is %s", describe(s))
	}
	return r.adopt(c)
}

// Scalar is a Python or numpy scalar; see the function Scalar.
func (r *Reader) Scalar(key string) any {
	v := r.Value(key)
	switch v.Kind() {
	case pickle.Invalid:
		return nil
	case pickle.None, pickle.Bool, pickle.Int, pickle.Float, pickle.String:
		x, _ := scalar(v, "", r.env) // without a path: these have no faults
		return x
	}
	x, err := scalar(v, r.PathOf(key), r.env)
	r.fail(err)
	return x
}

// wrong records that a key holds something else than was asked for.
func (r *Reader) wrong(key, want string) {
	r.FailAt(key, document.ErrUnsupported, "%s where %s is expected", describe(r.entry(key).v), want)
}

// Int64 is an integer: int, bool, a numpy integer.
func (r *Reader) Int64(key string) int64 {
	switch x := r.Scalar(key).(type) {
	case int64:
		return x
	case bool:
		if x {
			return 1
		}
		return 0
	case *big.Int:
		r.FailAt(key, document.ErrUnsupported, "an integer of more than 64 bits")
		return 0
	}
	if r.fault.err == nil {
		r.wrong(key, "an integer")
	}
	return 0
}

// Int is Int64 as an int.
func (r *Reader) Int(key string) int { return int(r.Int64(key)) }

// Float is a number: float, int, bool, a numpy float or integer.
func (r *Reader) Float(key string) float64 {
	switch x := r.Scalar(key).(type) {
	case float64:
		return x
	case int64:
		return float64(x)
	case bool:
		if x {
			return 1
		}
		return 0
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f
	}
	if r.fault.err == nil {
		r.wrong(key, "a number")
	}
	return 0
}

// Bool is a flag: bool, numpy.bool, and 0 or 1.
func (r *Reader) Bool(key string) bool {
	switch x := r.Scalar(key).(type) {
	case bool:
		return x
	case int64:
		if x == 0 || x == 1 {
			return x == 1
		}
	}
	if r.fault.err == nil {
		r.wrong(key, "a bool")
	}
	return false
}

// String is a str.
func (r *Reader) String(key string) string {
	s, ok := r.Scalar(key).(string)
	if !ok && r.fault.err == nil {
		r.wrong(key, "a str")
	}
	return s
}

// OptString is a str, or None, for which it answers false.
func (r *Reader) OptString(key string) (string, bool) {
	if r.IsNone(key) {
		return "", false
	}
	s := r.String(key)
	return s, r.fault.err == nil
}

// Global is the canonical name of a function, type or ufunc.
func (r *Reader) Global(key string) string {
	v := r.Value(key)
	s := className(v, r.env.names())
	if s == "" && r.fault.err == nil {
		r.wrong(key, "a function or type")
	}
	return s
}

// Slice is the start, stop and step of a slice; nil for None.
func (r *Reader) Slice(key string) [3]*int {
	var out [3]*int
	v := r.Value(key)
	if r.fault.err != nil {
		return out
	}
	args := ArgsOf(v)
	if className(v.Callable(), r.env.names()) != "builtins.slice" || len(args) != 3 {
		r.wrong(key, "a slice")
		return out
	}
	for i, a := range args {
		switch x, _ := scalar(a, r.PathOf(key), r.env); x := x.(type) {
		case nil:
			if a.Kind() != pickle.None {
				r.wrong(key, "a slice of integers")
			}
		case int64:
			n := int(x)
			out[i] = &n
		default:
			r.wrong(key, "a slice of integers")
		}
	}
	return out
}

// Param is an array for listings; it is read when it is asked for. The key is
// marked. Where the value is no array of numbers or text, DType is Invalid.
func (r *Reader) Param(key string) model.Param {
	p := model.Param{Name: key, Path: r.PathOf(key)}
	v := r.Value(key)
	if !v.IsValid() || !isArray(v, r.env.names()) {
		return p
	}
	a, err := Array(v, p.Path, r.env)
	if err != nil {
		r.fail(err)
		return p
	}
	p.Lazy = tensor.Lazy{DType: a.DType.Tensor(), Shape: slices.Clone(a.Shape), Load: func() (*tensor.Tensor, error) {
		return a.Tensor(r.env.fresh())
	}}
	return p
}

// fresh is an Env with the same settings and a budget of its own, for reading
// that may happen any number of times.
func (e *Env) fresh() *Env {
	if e == nil {
		return nil
	}
	return &Env{Format: e.Format, Names: e.Names, Limits: e.Limits, Buffers: e.Buffers}
}
