package pyobj

import (
	"strings"

	"github.com/larder-ml/larder/pickle"
)

// className is the canonical name of a global, "" for anything else.
func className(v pickle.Value, n *Names) string {
	if v.Kind() != pickle.Global {
		return ""
	}
	return n.globalOf(v)
}

// GlobalName is the canonical name of a function, class or other global; false
// where the value is no global, or one whose name is not written in the file.
func GlobalName(v pickle.Value) (string, bool) {
	s := className(v, nil)
	return s, s != ""
}

// makers are functions whose first argument is the class of what they make.
func isMaker(callable string) bool {
	switch callable {
	case "copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__",
		"numpy._core.multiarray._reconstruct", "numpy.ma.core._mareconstruct",
		"pandas.core.indexes.base._new_Index":
		return true
	}
	last := callable[strings.LastIndexByte(callable, '.')+1:]
	return last == "newObj" || strings.HasPrefix(last, "__pyx_unpickle_")
}

// ClassOf is the canonical class of any value: "dict", "int", "numpy.ndarray",
// "sklearn.svm._classes.SVC". For what a function makes of which nothing is
// known it is the function's name; "" where there is no name at all.
func ClassOf(v pickle.Value) string { return classOf(v, nil) }

func classOf(v pickle.Value, n *Names) string {
	if v.Kind() == pickle.String {
		return "str"
	}
	if v.Kind() != pickle.Instance {
		return v.Kind().String()
	}
	c := className(v.Callable(), n)
	switch c {
	case "numpy._core.numeric._frombuffer":
		return "numpy.ndarray"
	case "joblib.numpy_pickle.NumpyArrayWrapper":
		if s, ok := v.State().Lookup("subclass"); ok {
			if name := className(s, n); name != "" {
				return name
			}
		}
		return "numpy.ndarray"
	case "_codecs.encode":
		return "bytes"
	case "builtins.bytes", "builtins.bytearray", "builtins.set", "builtins.frozenset", "builtins.slice",
		"builtins.complex", "builtins.range", "builtins.list", "builtins.dict", "builtins.tuple":
		return strings.TrimPrefix(c, "builtins.")
	}
	if c != "" && v.How() == pickle.ByReduce && isMaker(c) {
		if a := v.Args(); a.Kind() == pickle.Tuple && a.Len() > 0 {
			if k := className(a.Item(0), n); k != "" {
				return k
			}
		}
	}
	return c
}

// StateOf is the state of an instance: what BUILD gave it last or, for a class
// compiled by Cython, the third argument of its __pyx_unpickle_ function. The
// zero Value where there is none.
func StateOf(v pickle.Value) pickle.Value {
	if s := v.State(); s.IsValid() {
		return s
	}
	if v.Kind() == pickle.Instance && v.How() == pickle.ByReduce {
		c := className(v.Callable(), nil)
		if strings.HasPrefix(c[strings.LastIndexByte(c, '.')+1:], "__pyx_unpickle_") {
			if a := v.Args(); a.Kind() == pickle.Tuple && a.Len() == 3 && a.Item(2).Kind() != pickle.None {
				return a.Item(2)
			}
		}
	}
	return pickle.Value{}
}

// ArgsOf is the arguments with which an instance is made; nil where there are
// none or where they are not written in the file.
func ArgsOf(v pickle.Value) []pickle.Value {
	a := v.Args()
	if a.Kind() != pickle.Tuple {
		return nil
	}
	out := make([]pickle.Value, 0, a.Len())
	for x := range a.Items() {
		out = append(out, x)
	}
	return out
}

// Items is the items of a list, tuple, set, frozenset or one of the builtin
// calls that make one of a list; false for other values. For object arrays see
// Array.
func Items(v pickle.Value) ([]pickle.Value, bool) {
	for range 4 {
		switch v.Kind() {
		case pickle.List, pickle.Tuple, pickle.Set, pickle.FrozenSet:
			out := make([]pickle.Value, 0, v.Len())
			for x := range v.Items() {
				out = append(out, x)
			}
			return out, true
		case pickle.Instance:
			switch className(v.Callable(), nil) {
			case "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple":
				a := v.Args()
				if a.Kind() != pickle.Tuple || a.Len() > 1 {
					return nil, false
				}
				if a.Len() == 0 {
					return []pickle.Value{}, true
				}
				v = a.Item(0)
				continue
			}
			return nil, false
		default:
			return nil, false
		}
	}
	return nil, false
}

// entry is one thing that a value holds by name. The entries of an instance's
// state lie directly below the instance, or below "@state" where items were set
// on the instance too.
type entry struct {
	key  string // text of the key
	step string // path below the object, escaped
	v    pickle.Value
	// other: the key is no string.
	other bool
}

// few is how many entries are looked through without a map: states of objects
// have fewer, and a map costs more than all their reads.
const few = 32

// indexOf is a map of keys once there are more than a few entries, else nil.
func indexOf(list []entry) map[string]int {
	if len(list) <= few {
		return nil
	}
	at := make(map[string]int, len(list))
	for i := range list {
		at[list[i].key] = i
	}
	return at
}

// find is the last entry of a key. at is what indexOf made, kept up to date.
func find(list []entry, at map[string]int, key string) (int, bool) {
	if at != nil {
		i, ok := at[key]
		return i, ok
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].key == key {
			return i, true
		}
	}
	return 0, false
}

// entries is all that a value holds by name: a dict's entries, an instance's
// attributes and items set on it, a list's or tuple's items. Keys that are no
// strings are written as Python prints them; keys that are neither strings nor
// numbers are left out (Document lists them below "@items"). Of a key that
// comes twice the later value counts, as in Python.
func entries(v pickle.Value) []entry {
	var out []entry
	var at map[string]int
	dict := func(d pickle.Value, prefix string) {
		if n := min(d.Len(), 1<<10); out == nil && n > 0 && d.Kind() == pickle.Dict {
			out = make([]entry, 0, n) // the rest of a large one when its keys are known to differ
		}
		for k, x := range d.Entries() {
			key, ok := keyText(k)
			if !ok {
				continue
			}
			isText := k.Kind() == pickle.String
			if i, ok := find(out, at, key); ok && isText == !out[i].other {
				out[i].v, out[i].step = x, prefix+escapeStep(key)
				continue
			} else if ok {
				key = k.Kind().String() + " " + key // 0 and "0" in one dict: nobody asks for it by this name
			}
			out = append(out, entry{key, prefix + escapeStep(key), x, !isText})
			if at != nil {
				at[key] = len(out) - 1
			} else {
				at = indexOf(out)
			}
		}
	}
	switch v.Kind() {
	case pickle.Dict:
		dict(v, "")
	case pickle.List, pickle.Tuple:
		i := 0
		out = make([]entry, 0, v.Len())
		for x := range v.Items() {
			key := itoa(i)
			out = append(out, entry{key, key, x, false})
			i++
		}
	case pickle.Instance:
		dict(v, "")
		prefix := ""
		if len(out) > 0 {
			prefix = "@state/"
		}
		if classOf(v, nil) == "sklearn.utils._bunch.Bunch" {
			break // its __setstate__ does nothing
		}
		states := v.States()
		if len(states) == 0 {
			if s := StateOf(v); s.IsValid() {
				states = []pickle.Value{s}
			}
		}
		for _, s := range states {
			switch {
			case s.Kind() == pickle.Dict:
				dict(s, prefix)
			case slotState(s):
				for i, part := range []pickle.Value{s.Item(0), s.Item(1)} {
					if part.Kind() == pickle.Dict {
						dict(part, "@state/"+itoa(i)+"/")
					}
				}
			}
		}
	}
	return out
}

// slotState recognises the state of an object with __slots__: a tuple of the
// __dict__ or None and a dict of the slots.
func slotState(s pickle.Value) bool {
	if s.Kind() != pickle.Tuple || s.Len() != 2 {
		return false
	}
	a, b := s.Item(0).Kind(), s.Item(1).Kind()
	return (a == pickle.None || a == pickle.Dict) && b == pickle.Dict
}
