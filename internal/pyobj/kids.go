package pyobj

import (
	"strconv"

	"github.com/larder-ml/larder/pickle"
)

// kid is one thing below a value: its step, escaped, and what is there.
type kid struct {
	step string
	v    pickle.Value
}

// kids is what lies directly below a value, in the order in which Document
// lists it. A list's steps are its indexes and left empty here, since a list
// may be long; stepOf fills them in.
func (e *Env) kids(v pickle.Value) []kid {
	if e.isLeaf(v) {
		return nil
	}
	switch v.Kind() {
	case pickle.List, pickle.Tuple, pickle.Set, pickle.FrozenSet:
		return indexed(v.Items(), v.Len())
	case pickle.Dict:
		return dictKids(v, nil, "")
	case pickle.Persistent:
		return []kid{{"@id", v.PersistentID()}}
	case pickle.Buffer:
		if w := v.Viewed(); w.IsValid() {
			return []kid{{"@of", w}}
		}
		return nil
	case pickle.Global:
		if m, n := v.Names(); m.IsValid() && (m.Kind() != pickle.String || n.Kind() != pickle.String) {
			return []kid{{"@module", m}, {"@name", n}}
		}
		return nil
	case pickle.Instance:
		return e.instanceKids(v)
	}
	return nil
}

func indexed(items func(func(pickle.Value) bool), n int) []kid {
	out := make([]kid, 0, n)
	for x := range items {
		out = append(out, kid{v: x})
	}
	return out
}

// stepOf is the step of child i.
func stepOf(k []kid, i int) string {
	if k[i].step == "" {
		return strconv.Itoa(i)
	}
	return k[i].step
}

// dictKids lists a dict's entries, or the items set on an instance. An entry
// whose key has no text of its own, or whose text is empty or taken already, is
// written "@items/N/0" and "@items/N/1".
func dictKids(v pickle.Value, out []kid, prefix string) []kid {
	type where struct {
		i    int
		text bool // the key is a str
	}
	taken := make(map[string]where, v.Len())
	for i, k := range out {
		taken[k.step] = where{i, false}
	}
	n := 0
	for k, x := range v.Entries() {
		text, ok := keyText(k)
		step := prefix + escapeStep(text)
		at, again := taken[step]
		switch {
		case ok && text != "" && !again:
			taken[step] = where{len(out), k.Kind() == pickle.String}
			out = append(out, kid{step, x})
		case again && at.text && k.Kind() == pickle.String:
			out[at.i].v = x // set twice: the later one counts
		default:
			pre := prefix + "@items/" + strconv.Itoa(n) + "/"
			out = append(out, kid{pre + "0", k}, kid{pre + "1", x})
		}
		n++
	}
	return out
}

// instanceKids lists the parts of an instance: attributes and items by name,
// the rest below "@args", "@kwargs", "@state", "@items", "@callable".
func (e *Env) instanceKids(v pickle.Value) []kid {
	if isArray(v, e.names()) {
		if a, err := Array(v, "", e); err == nil && a.Objects != nil {
			out := make([]kid, len(a.Objects))
			for i, x := range a.Objects {
				out[i].v = x
			}
			return out
		}
	}
	if items, ok := Items(v); ok {
		out := make([]kid, len(items))
		for i, x := range items {
			out[i].v = x
		}
		return out
	}
	var out []kid
	if v.Callable().Kind() != pickle.Global {
		out = append(out, kid{"@callable", v.Callable()})
	}
	if a := v.Args(); a.Kind() != pickle.Tuple || a.Len() > 0 {
		out = append(out, kid{"@args", a})
	}
	if k := v.Kwargs(); k.IsValid() {
		out = append(out, kid{"@kwargs", k})
	}
	plain := len(out)
	out = dictKids(v, out, "")
	prefix := ""
	if len(out) > plain {
		prefix = "@state/"
	}
	for i, s := range v.States() {
		switch {
		case s.Kind() == pickle.Dict:
			out = dictKids(s, out, prefix)
		case i == 0:
			out = append(out, kid{"@state", s})
		default:
			out = append(out, kid{"@state" + strconv.Itoa(i), s})
		}
	}
	if n := v.Len(); n > 0 || appended(v) {
		i := 0
		for x := range v.Items() {
			out = append(out, kid{"@items/" + strconv.Itoa(i), x})
			i++
		}
	}
	n := 0
	for s := range v.Steps() {
		if s.Kind == pickle.StepSetter {
			for _, x := range s.Values {
				out = append(out, kid{"@setter" + strconv.Itoa(n), x})
				n++
			}
		}
	}
	return out
}

// appended says whether something was added to an instance as to a set.
func appended(v pickle.Value) bool {
	for range v.Items() {
		return true
	}
	return false
}

// isLeaf says whether a value is listed as one thing though it may be made of
// several: arrays, numpy scalars, dtypes, bytes in their text forms, slices.
func (e *Env) isLeaf(v pickle.Value) bool {
	switch v.Kind() {
	case pickle.List, pickle.Tuple, pickle.Dict, pickle.Set, pickle.FrozenSet, pickle.Persistent:
		return false
	case pickle.Buffer:
		_, ok := bytesOf(v, e)
		return ok || !v.Viewed().IsValid()
	case pickle.Global:
		m, n := v.Names()
		return !m.IsValid() || m.Kind() == pickle.String && n.Kind() == pickle.String
	case pickle.Instance:
		switch c := className(v.Callable(), e.names()); c {
		case "numpy.dtype":
			return true
		case "_codecs.encode", "builtins.bytes", "builtins.bytearray":
			_, ok := bytesOf(v, e)
			return ok
		case "numpy._core.multiarray.scalar", "builtins.complex":
			_, err := scalar(v, "", e)
			return err == nil
		case "builtins.slice", "builtins.range":
			return plainArgs(v)
		}
		if isArray(v, e.names()) {
			a, err := Array(v, "", e)
			return err == nil && a.Objects == nil
		}
		return false
	}
	return true
}

// plainArgs says whether a call has nothing but None and small integers.
func plainArgs(v pickle.Value) bool {
	for _, a := range ArgsOf(v) {
		if k := a.Kind(); k != pickle.None && k != pickle.Int {
			return false
		}
	}
	return v.Args().Kind() == pickle.Tuple && !v.State().IsValid()
}
