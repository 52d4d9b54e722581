package losslessjson

import (
	"github.com/larder-ml/larder/pickle"
)

// instance writes what a call makes and how it is filled:
//
//	"$class"   the class of NEWOBJ        "$new"   its arguments, where there are any
//	"$call"    the callable of REDUCE     "$args"  its arguments
//	"$how"     for other instructions     "$class", "$args", "$kwargs"
//	"$items"   what is appended; "$add" what is added; "$entries" what is set by key;
//	"$state"   "$setter" a function and the state that it sets
//	"$steps"   [["append", […]], …] where it is filled in an order unlike CPython's
//	"$data"    bytes that follow in the file; "$pickle" a pickle that follows
func (g *grapher) instance(v pickle.Value) {
	g.begin(v, lines)
	var after []task
	switch v.How() {
	case pickle.ByNew:
		after = append(after, g.callable("$class", v.Callable()))
		if a := v.Args(); a.Kind() != pickle.Tuple || a.Len() > 0 || filled(a) {
			after = append(after, g.args("$new", a))
		}
	case pickle.ByReduce:
		after = append(after, g.callable("$call", v.Callable()), g.args("$args", v.Args()))
	default:
		g.key("$how")
		g.str(v.How().String())
		after = append(after, g.callable("$class", v.Callable()), g.args("$args", v.Args()))
		if k := v.Kwargs(); k.IsValid() {
			after = append(after, task{do: doKeyed, name: "$kwargs", v: k})
		}
	}
	after = append(after, g.steps(v, false)...)
	if _, ok := v.Raw(); ok {
		after = append(after, task{do: doData, v: v})
	}
	if v.Nested() != nil {
		after = append(after, task{do: doNested, v: v})
	}
	g.later(append(after, task{do: doClose})...)
}

// callable is a task whose value is a plain string where that stands for it.
func (g *grapher) callable(key string, v pickle.Value) task {
	if _, ok := g.plainGlobal(v); ok {
		return task{do: doName, name: key, v: v}
	}
	return task{do: doKeyed, name: key, v: v}
}

// args writes a tuple of arguments that is used once as a plain array.
func (g *grapher) args(key string, a pickle.Value) task {
	if a.Kind() == pickle.Tuple && !g.shared(a) && !filled(a) {
		return task{do: doList, name: key, list: valuesOf(a)}
	}
	return task{do: doKeyed, name: key, v: a}
}

// steps writes how a value is filled: by a key for each step where the order is
// CPython's, else under "$steps".
func (g *grapher) steps(v pickle.Value, always bool) []task {
	var all []pickle.Step
	usual := !always
	for s := range v.Steps() {
		usual = usual && (len(all) == 0 || all[len(all)-1].Kind < s.Kind)
		all = append(all, s)
	}
	var out []task
	if !usual {
		out = append(out, task{do: doOpenSteps})
		for _, s := range all {
			list := s.Values
			if s.Kind == pickle.StepSetter {
				f, state := setterOf(s)
				list = []pickle.Value{f, state}
			}
			out = append(out, task{do: doStep, name: s.Kind.String(), list: list})
		}
		return append(out, task{do: doClose})
	}
	for _, s := range all {
		switch s.Kind {
		case pickle.StepAppend:
			out = append(out, task{do: doList, name: "$items", list: s.Values})
		case pickle.StepAddItem:
			out = append(out, task{do: doList, name: "$add", list: s.Values})
		case pickle.StepSetItem:
			out = append(out, task{do: doSet, list: s.Values})
		case pickle.StepBuild:
			out = append(out, task{do: doKeyed, name: "$state", v: s.Values[0]})
		case pickle.StepSetter:
			f, state := setterOf(s)
			out = append(out, task{do: doList, name: "$setter", list: []pickle.Value{f, state}})
		}
	}
	return out
}

// entries writes what is set on an instance: an object, or an array of
// [key, value].
func (g *grapher) entries(list []pickle.Value) {
	g.key("$entries")
	if g.plainKeys(list) {
		g.object(lines)
		g.later(task{do: doEntries, list: list}, task{do: doClose})
		return
	}
	g.array(lines)
	g.later(task{do: doPairs, list: list})
}
