package pyobj

import (
	"fmt"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// AllowKind says what a pickle may do with a global that is on the allow-list.
type AllowKind uint8

// The kinds.
const (
	// AllowValue: it may be referred to. A call of it is dangerous.
	AllowValue AllowKind = iota
	// AllowClass: it may be made without arguments (NEWOBJ, or
	// copyreg._reconstructor over object) and given a state, a dict unless State
	// says otherwise. A call with arguments is dangerous.
	AllowClass
	// AllowConstructor: it may be called with arguments that Args takes.
	AllowConstructor
)

// AllowEntry is one line of the allow-list. Frameworks hand theirs to package
// scan; [AllowBase] is the list of what belongs to none of them.
type AllowEntry struct {
	Name  string   // canonical: "sklearn.svm._classes.SVC"
	Was   []string // older full names that Canonical does not know
	Kind  AllowKind
	Args  Schema                   // of a constructor; nil takes no arguments
	State func(pickle.Value) error // of what is made; nil takes a dict from a class, and nothing from a constructor
	Items bool                     // items may be set on it or appended to it
}

// Call is a call that a schema judges. Values inside of the arguments that would
// be imported or called are judged on their own: a schema looks at what the
// callable itself does with them.
type Call struct {
	Name  string // canonical
	Value pickle.Value
	Args  []pickle.Value
	Env   *Env
	// Allowed says whether a global is on the list, and as what.
	Allowed func(v pickle.Value) (AllowEntry, bool)
}

// Schema judges the arguments of a call: nil is right; an error that wraps
// document.ErrUnsafe makes the file dangerous, any other makes it unknown.
type Schema func(c Call) error

// Arg judges one argument.
type Arg func(c Call, v pickle.Value) bool

// Takes is the schema of a constructor whose arguments are these, the last
// optional ones perhaps left out. least is how many there must be.
func Takes(least int, args ...Arg) Schema {
	return func(c Call) error {
		if len(c.Args) < least || len(c.Args) > len(args) {
			return fmt.Errorf("%d arguments", len(c.Args))
		}
		for i, v := range c.Args {
			if !args[i](c, v) {
				return fmt.Errorf("argument %d is %s", i+1, describe(v))
			}
		}
		return nil
	}
}

// ArgAny takes anything: what the callable only keeps.
func ArgAny(Call, pickle.Value) bool { return true }

// ArgInt takes an integer.
func ArgInt(c Call, v pickle.Value) bool {
	x, err := scalar(v, "", c.Env)
	_, ok := x.(int64)
	return err == nil && ok
}

// ArgNumber takes any number, of any size.
func ArgNumber(c Call, v pickle.Value) bool {
	x, err := scalar(v, "", c.Env)
	if err != nil || x == nil {
		return false
	}
	switch x.(type) {
	case string, []byte:
		return false
	}
	return true
}

// ArgStr takes a str.
func ArgStr(_ Call, v pickle.Value) bool { return v.Kind() == pickle.String }

// ArgBytes takes bytes in any protocol's form.
func ArgBytes(c Call, v pickle.Value) bool { _, ok := bytesOf(v, c.Env); return ok }

// ArgScalar takes None, a number, a str or bytes.
func ArgScalar(c Call, v pickle.Value) bool { _, err := scalar(v, "", c.Env); return err == nil }

// ArgNone takes None.
func ArgNone(_ Call, v pickle.Value) bool { return v.Kind() == pickle.None }

// ArgArray takes a numpy array that reads without a fault.
func ArgArray(c Call, v pickle.Value) bool { _, err := Array(v, "", c.Env); return err == nil }

// ArgContainer takes a list, tuple, set, frozenset or dict.
func ArgContainer(_ Call, v pickle.Value) bool {
	k := v.Kind()
	return k >= pickle.List && k <= pickle.FrozenSet
}

// ArgClass takes a class or constructor that is on the list.
func ArgClass(c Call, v pickle.Value) bool {
	e, ok := c.Allowed(v)
	return ok && e.Kind != AllowValue
}

// ArgListed takes any global that is on the list.
func ArgListed(c Call, v pickle.Value) bool { _, ok := c.Allowed(v); return ok }

// ArgOneOf takes one of these globals.
func ArgOneOf(names ...string) Arg {
	return func(c Call, v pickle.Value) bool {
		name := className(v, c.Env.names())
		for _, n := range names {
			if name == n && n != "" {
				return true
			}
		}
		return false
	}
}

// ArgOr takes what any of these takes.
func ArgOr(args ...Arg) Arg {
	return func(c Call, v pickle.Value) bool {
		for _, a := range args {
			if a(c, v) {
				return true
			}
		}
		return false
	}
}

// TakesClass is the schema of functions that make an empty object of the class
// that they are given, as Cython's classes are pickled: newObj(cls).
var TakesClass = Takes(1, ArgClass)

// TakesPyx is the schema of __pyx_unpickle_X(cls, checksum, state).
var TakesPyx = Takes(3, ArgClass, ArgInt, ArgOr(ArgNone, ArgContainer))

// StateAny takes every state: for classes whose __setstate__ only keeps it.
func StateAny(pickle.Value) error { return nil }

// StateDict takes a dict.
func StateDict(v pickle.Value) error {
	if v.Kind() != pickle.Dict {
		return fmt.Errorf("state is %s", describe(v))
	}
	return nil
}

// StateTuple takes a tuple or a list.
func StateTuple(v pickle.Value) error {
	if k := v.Kind(); k != pickle.Tuple && k != pickle.List {
		return fmt.Errorf("state is %s", describe(v))
	}
	return nil
}

func unsafef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", document.ErrUnsafe, fmt.Sprintf(format, args...))
}
