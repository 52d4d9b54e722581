package pickle

import (
	"iter"
	"strings"
)

// Global is the module and the (perhaps dotted) name of a Global. Both are
// empty where a part of it is no string in the file but something that a call
// would make; Names has the parts.
func (v Value) Global() (module, name string) {
	if v.Kind() != Global {
		return "", ""
	}
	if m, n := v.Names(); m.IsValid() {
		if m.Kind() != String || n.Kind() != String {
			return "", ""
		}
		return m.Str(), n.Str()
	}
	module, name, _ = strings.Cut(string(v.d.payload(v.instr())), "\n")
	return module, name
}

// Names is the two values that STACK_GLOBAL took; zero Values for a Global that
// was made by GLOBAL or INST.
func (v Value) Names() (module, name Value) {
	if v.Kind() != Global || v.node().a == 0 {
		return
	}
	k := v.d.kidsOf(v.node().a)
	return Value{v.d, k[0]}, Value{v.d, k[1]}
}

// Class is "module.name" of a Global or of the callable of an Instance; ""
// where there is no such name.
func (v Value) Class() string {
	g := v
	if v.Kind() == Instance {
		g = v.Callable()
	}
	m, n := g.Global()
	if m == "" && n == "" {
		return ""
	}
	return m + "." + n
}

// How says which instruction made an Instance.
func (v Value) How() How {
	if v.Kind() != Instance {
		return NotMade
	}
	switch v.instr().op {
	case opReduce:
		return ByReduce
	case opNewobj:
		return ByNew
	case opNewobjEx:
		return ByNewEx
	case opObj:
		return ByObj
	}
	return ByInst
}

// maker is callable, args and perhaps kwargs of an Instance.
func (v Value) maker() []int32 {
	if v.Kind() != Instance {
		return nil
	}
	s := v.d.spans[v.d.first(v.i)-1]
	return v.d.kids[s.start : s.start+s.n]
}

// Callable is what the program calls to make an Instance: mostly a Global.
func (v Value) Callable() Value {
	if k := v.maker(); k != nil {
		return Value{v.d, k[0]}
	}
	return Value{}
}

// Args is the arguments of the call that makes an Instance: a Tuple, or
// something that a call would make.
func (v Value) Args() Value {
	if k := v.maker(); k != nil {
		return Value{v.d, k[1]}
	}
	return Value{}
}

// Kwargs is the keyword arguments of NEWOBJ_EX, a Dict; the zero Value for other
// makers.
func (v Value) Kwargs() Value {
	if k := v.maker(); len(k) == 3 {
		return Value{v.d, k[2]}
	}
	return Value{}
}

// State is the last state that BUILD gave the value, or the zero Value.
func (v Value) State() Value {
	if v.d == nil {
		return Value{}
	}
	last := Value{}
	for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
		if s := &v.d.spans[at-1]; s.step == StepBuild && s.n > 0 {
			last = Value{v.d, v.d.kids[s.start+s.n-1]}
		}
	}
	return last
}

// States is the states that BUILD gave the value, in order. Picklers write one
// at most.
func (v Value) States() []Value {
	var out []Value
	for s := range v.Steps() {
		if s.Kind == StepBuild {
			out = append(out, s.Values...)
		}
	}
	return out
}

// Step is one way in which the program fills a value after it was made.
type Step struct {
	Kind   StepKind
	Values []Value // items; keys and values in turn; the state; the call
	Offset int64   // of the last instruction of the step
}

// Steps lists all that fills a value, in the order of the program; appends in a
// row are one step, and so are items set or added.
func (v Value) Steps() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		if v.d == nil {
			return
		}
		for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
			s := v.d.spans[at-1]
			if s.step == stepMake {
				continue
			}
			st := Step{Kind: s.step, Values: make([]Value, s.n), Offset: v.d.base + v.d.offsetOf(s.ins)}
			for k, kid := range v.d.kids[s.start : s.start+s.n] {
				st.Values[k] = Value{v.d, kid}
			}
			if !yield(st) {
				return
			}
		}
	}
}

// PersistentID is what a Persistent asks its reader for.
func (v Value) PersistentID() Value {
	if v.Kind() != Persistent {
		return Value{}
	}
	return Value{v.d, v.d.kidsOf(v.node().a)[0]}
}

// Code is the number of an Ext.
func (v Value) Code() int64 {
	if v.Kind() != Ext {
		return 0
	}
	return int64(v.node().a)
}

// Buffer says which out-of-band buffer a Buffer is, counted from 0, and whether
// it was made read-only; -1 for a view of another value, which is Viewed.
func (v Value) Buffer() (number int, readOnly bool) {
	n := v.node()
	if n.kind != Buffer {
		return -1, false
	}
	if n.flag&flagWraps != 0 {
		if w := v.Viewed(); w.Kind() == Buffer {
			number, _ = w.Buffer()
			return number, true
		}
		return -1, true
	}
	return int(n.a), false
}

// Viewed is the value that a read-only Buffer is a view of.
func (v Value) Viewed() Value {
	n := v.node()
	if n.kind != Buffer || n.flag&flagWraps == 0 {
		return Value{}
	}
	return Value{v.d, v.d.kidsOf(n.a)[0]}
}
