package scan

import (
	"slices"

	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/pickle"
)

// AllowEntry is one line of the allow-list.
type AllowEntry = pyobj.AllowEntry

// AllowList is what a pickle may hold and stay safe. It is immutable.
type AllowList struct {
	entries map[string]AllowEntry
	names   *pyobj.Names
}

// NewAllowList is the base list (Python, numpy, scipy, pandas, joblib) and what
// frameworks add to it. Of two entries of one name the later one counts. was
// maps further older full names of globals to canonical ones.
func NewAllowList(was map[string]string, more ...[]AllowEntry) *AllowList {
	l := &AllowList{entries: map[string]AllowEntry{}}
	names := map[string]string{}
	for k, v := range was {
		names[k] = v
	}
	for _, list := range append([][]AllowEntry{pyobj.AllowBase()}, more...) {
		for _, e := range list {
			l.entries[e.Name] = e
			for _, w := range e.Was {
				names[w] = e.Name
			}
		}
	}
	l.names = pyobj.NewNames(names)
	return l
}

// With is the list with further classes allowed by their exact names.
func (l *AllowList) With(classes ...string) *AllowList {
	out := &AllowList{entries: map[string]AllowEntry{}, names: l.names}
	for k, v := range l.entries {
		out.entries[k] = v
	}
	for _, c := range classes {
		if _, ok := out.entries[c]; !ok {
			out.entries[c] = AllowEntry{Name: c, Kind: pyobj.AllowClass, State: pyobj.StateAny, Items: true}
		}
	}
	return out
}

// Names lists all that is on the list, sorted.
func (l *AllowList) Names() []string {
	out := make([]string, 0, len(l.entries))
	for n := range l.entries {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// name is the canonical name of a global and what the list says of it.
func (l *AllowList) name(v pickle.Value) (string, AllowEntry, bool) {
	full := l.names.Global(v)
	if full == "" {
		return "", AllowEntry{}, false
	}
	e, ok := l.entries[full]
	return full, e, ok
}
