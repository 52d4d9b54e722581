package losslessjson

import (
	"strings"

	"github.com/larder-ml/larder/pickle"
)

// sharing says of each value of a graph whether it is written by its text alone
// or needs an id. Identity matters because picklers write what is the same
// object once.
type sharing struct {
	d       *pickle.Document
	python2 bool     // a plain JSON string is a str of Python 2
	refs    []uint32 // by ID: in how many places the value is; 0 below what was dropped
	named   []uint8  // by ID: asKey, asName
	data    map[pickle.Value]*elements

	// What a text stands for where nothing else is said: of all objects with
	// that text, the one that is used most.
	texts   map[string]pickle.Value
	globals map[string]pickle.Value
	short   map[string]pickle.Value // bytes of length 0 and 1, which CPython has once each
}

// What a str is used for beside being a value. Where two str have the same text,
// a dict with the other as a key cannot be a plain object, and a global with the
// other as a name has to be spelt in two parts.
const (
	asName uint8 = 1
	asKey  uint8 = 2
)

// share looks over the graph. protocol is the one that it will be encoded at:
// below 4 a global has no strings for its names.
func share(d *pickle.Document, protocol int) *sharing {
	s := &sharing{d: d, refs: make([]uint32, d.Len()), named: make([]uint8, d.Len()), data: map[pickle.Value]*elements{},
		texts: map[string]pickle.Value{}, globals: map[string]pickle.Value{}, short: map[string]pickle.Value{}}
	s.count()
	s.countStrings()
	for i, n := range s.refs {
		v := d.At(i)
		switch {
		case n == 0:
		case v.Kind() == pickle.String:
			if k, ok := s.textKey(v); ok {
				s.prefer(s.texts, k, v)
			}
		case v.Kind() == pickle.Bytes && v.Len() <= 1:
			s.prefer(s.short, string(v.Bytes()), v)
		}
	}
	for i, n := range s.refs {
		if v := d.At(i); n > 0 && v.Kind() == pickle.Global {
			if k, ok := s.globalKey(v, protocol); ok {
				s.prefer(s.globals, k, v)
			}
		}
	}
	return s
}

// count counts from the root on, without recursion.
func (s *sharing) count() {
	root := s.d.Root()
	s.refs[root.ID()] = 1
	todo := []pickle.Value{root}
	visit := func(x pickle.Value) {
		if s.refs[x.ID()]++; s.refs[x.ID()] == 1 {
			todo = append(todo, x)
		}
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s.parts(v, visit)
	}
}

// parts visits everything that a value is directly made of.
func (s *sharing) parts(v pickle.Value, visit func(pickle.Value)) {
	switch v.Kind() {
	case pickle.Tuple, pickle.FrozenSet:
		for x := range v.Items() {
			visit(x)
		}
	case pickle.Instance:
		s.noteData(v)
		visit(v.Callable())
		visit(v.Args())
		if k := v.Kwargs(); k.IsValid() {
			visit(k)
		}
	case pickle.Persistent:
		visit(v.PersistentID())
	case pickle.Buffer:
		if w := v.Viewed(); w.IsValid() {
			visit(w)
		}
	case pickle.Global:
		if m, n := v.Names(); m.IsValid() {
			s.named[m.ID()] |= asName
			s.named[n.ID()] |= asName
			visit(m)
			visit(n)
		}
	}
	for st := range v.Steps() {
		if st.Kind == pickle.StepSetter {
			f, state := setterOf(st)
			visit(f)
			visit(state)
			continue
		}
		for i, x := range st.Values {
			if st.Kind == pickle.StepSetItem && i%2 == 0 {
				s.named[x.ID()] |= asKey
			}
			visit(x)
		}
	}
}

// setterOf is what a call f(value, state) that fills a value is made of.
func setterOf(st pickle.Step) (f, state pickle.Value) {
	call := st.Values[0]
	return call.Callable(), call.Args().Item(1)
}

// countStrings finds out which of the two kinds of str the file has more of.
func (s *sharing) countStrings() {
	two, three := 0, 0
	for i, n := range s.refs {
		if v := s.d.At(i); n > 0 && v.Kind() == pickle.String {
			if v.Python2() {
				two++
			} else {
				three++
			}
		}
	}
	s.python2 = two > three
}

// prefer keeps the value of a text that makes the JSON most readable: one that
// is a key, then one that is a name, then the one in most places, then the first.
func (s *sharing) prefer(of map[string]pickle.Value, text string, v pickle.Value) {
	old, ok := of[text]
	if !ok {
		of[text] = v
		return
	}
	a, b := s.named[v.ID()], s.named[old.ID()]
	if a > b || a == b && s.refs[v.ID()] > s.refs[old.ID()] {
		of[text] = v
	}
}

// textKey is the text by which a str may be written as a plain JSON string.
func (s *sharing) textKey(v pickle.Value) (string, bool) {
	if v.Kind() != pickle.String || v.Python2() != s.python2 || s.data[v] != nil || filled(v) {
		return "", false
	}
	t := v.Str()
	return t, splitPairs(t) == nil
}

// plainText says whether a plain JSON string stands for the value.
func (s *sharing) plainText(v pickle.Value) (string, bool) {
	k, ok := s.textKey(v)
	return k, ok && s.texts[k] == v
}

// globalKey is the name by which a global may be written as a plain string.
func (s *sharing) globalKey(v pickle.Value, protocol int) (string, bool) {
	module, name := v.Global()
	if module == "" || name == "" || strings.ContainsAny(name, ".\n") || strings.Contains(module, "\n") || filled(v) {
		return "", false
	}
	if m, n := v.Names(); m.IsValid() {
		_, ok := s.plainText(m)
		_, ok2 := s.plainText(n)
		return module + "." + name, ok && ok2 && protocol >= 4
	}
	full := module + "." + name
	return full, protocol < 4 && splitPairs(full) == nil
}

func (s *sharing) plainGlobal(v pickle.Value) (string, bool) {
	if v.Kind() != pickle.Global {
		return "", false
	}
	module, name := v.Global()
	k := module + "." + name
	return k, s.globals[k] == v
}

// shared says whether the value needs an id: it is in several places, and which
// object it is is not said by its text.
func (s *sharing) shared(v pickle.Value) bool {
	if s.refs[v.ID()] < 2 {
		return s.ownShort(v)
	}
	switch v.Kind() {
	case pickle.None, pickle.Bool, pickle.Int, pickle.BigInt, pickle.Float, pickle.Ext:
		return filled(v)
	case pickle.Tuple:
		return v.Len() > 0 || filled(v)
	case pickle.String:
		_, plain := s.plainText(v)
		return !plain
	case pickle.Global:
		_, plain := s.plainGlobal(v)
		return !plain
	case pickle.Bytes:
		return v.Len() > 1 || filled(v) || s.ownShort(v)
	}
	return true
}

// ownShort says whether a value is short bytes, but not those that CPython has
// once: an id says so.
func (s *sharing) ownShort(v pickle.Value) bool {
	return v.Kind() == pickle.Bytes && v.Len() <= 1 && s.short[string(v.Bytes())] != v
}

// filled says whether a value has steps that its own spelling does not hold.
func filled(v pickle.Value) bool {
	natural := pickle.StepKind(0)
	switch v.Kind() {
	case pickle.Instance:
		return false
	case pickle.List:
		natural = pickle.StepAppend
	case pickle.Dict:
		natural = pickle.StepSetItem
	case pickle.Set:
		natural = pickle.StepAddItem
	}
	n := 0
	for st := range v.Steps() {
		if n++; n > 1 || st.Kind != natural {
			return true
		}
	}
	return false
}
