package losslessjson

import (
	"github.com/larder-ml/larder/pickle"
)

// instance writes what a call makes and how it is filled:
//
//	"$class"   the class of NEWOBJ        "$new"   its arguments, where there are any
//	"$call"    the callable of REDUCE     "$args"  its arguments
//	"$how"     for other instructions     "$kwargs"
//	"$items" "$entries" "$state" "$setter" in the order in which picklers fill, else
//	"$steps"   [["append", […]], …]
//	"$data"    bytes that follow in the file; "$pickle" a pickle that follows
func (o *writer) instance(v pickle.Value) {
	o.sniff(v)
	o.open(v)
	switch v.How() {
	case pickle.ByNew:
		o.raw(`"$class":`)
		o.callable(v.Callable())
		if a := v.Args(); a.Kind() != pickle.Tuple || a.Len() > 0 {
			o.raw(`,"$new":`)
			o.args(a)
		}
	case pickle.ByReduce:
		o.raw(`"$call":`)
		o.callable(v.Callable())
		o.raw(`,"$args":`)
		o.args(v.Args())
	default:
		o.raw(`"$how":`)
		o.text(v.How().String())
		o.raw(`,"$class":`)
		o.callable(v.Callable())
		o.raw(`,"$args":`)
		o.args(v.Args())
		if k := v.Kwargs(); k.IsValid() {
			o.raw(`,"$kwargs":`)
			o.value(k)
		}
	}
	o.steps(v)
	if b, ok := v.Raw(); ok {
		o.raw(`,"$data":{`)
		n, known := o.numeric[v]
		if known && n.fits(b) {
			n.write(o, b)
		} else {
			o.raw(`"b64":"` + encode64(b) + `"`)
		}
		o.raw("}")
	}
	if n := v.Nested(); n != nil {
		o.nested(n)
	}
	o.raw("}")
}

// args writes a tuple of arguments that is used once as a plain array.
func (o *writer) args(a pickle.Value) {
	if a.Kind() == pickle.Tuple && o.refs[a] <= 1 && o.whole(a) {
		o.items(a)
		return
	}
	o.value(a)
}

// steps writes how an instance is filled.
func (o *writer) steps(v pickle.Value) {
	var all []pickle.Step
	for s := range v.Steps() {
		all = append(all, s)
	}
	usual := true
	for i := range all {
		usual = usual && (i == 0 || rank(all[i-1].Kind) < rank(all[i].Kind)) && rank(all[i].Kind) > 0
	}
	if !usual {
		o.raw(`,"$steps":[`)
		for i, s := range all {
			if i > 0 {
				o.raw(",")
			}
			o.raw(`["` + s.Kind.String() + `",`)
			o.list(s.Values)
			o.raw("]")
		}
		o.raw("]")
		return
	}
	for _, s := range all {
		switch s.Kind {
		case pickle.StepAppend:
			o.raw(`,"$items":`)
			o.list(s.Values)
		case pickle.StepSetItem:
			o.raw(`,"$entries":`)
			o.list(s.Values)
		case pickle.StepBuild:
			o.raw(`,"$state":`)
			o.value(s.Values[0])
		case pickle.StepSetter:
			o.raw(`,"$setter":`)
			o.value(s.Values[0])
		}
	}
}

// rank orders steps as CPython's save_reduce takes them; 0 is none of its.
func rank(k pickle.StepKind) int {
	switch k {
	case pickle.StepAppend:
		return 1
	case pickle.StepSetItem:
		return 2
	case pickle.StepBuild:
		return 3
	case pickle.StepSetter:
		return 4
	}
	return 0
}

func (o *writer) list(vs []pickle.Value) {
	o.raw("[")
	for i, x := range vs {
		if i > 0 {
			o.raw(",")
		}
		o.value(x)
	}
	o.raw("]")
}

// nested writes the pickle that joblib puts behind an array of objects: a tree
// of its own, with ids of its own.
func (o *writer) nested(n *pickle.Document) {
	p, proto := n.Canonical()
	in := &writer{refs: count(n), ids: map[pickle.Value]int{}, texts: map[string]pickle.Value{}, globals: map[string]pickle.Value{},
		numeric: map[pickle.Value]numeric{}, protocol: proto}
	in.value(n.Root())
	o.partial = o.partial || in.partial || p == 0
	o.raw(`,"$pickle":{"protocol":` + itoa(proto) + `,"writer":"` + p.String() + `","value":`)
	o.buf.Write(in.buf.Bytes())
	o.raw("}")
}

// count counts how often each value is used, itself as the root included.
func count(d *pickle.Document) map[pickle.Value]int {
	refs := map[pickle.Value]int{d.Root(): 1}
	for i := range d.Len() {
		v := d.At(i)
		switch v.Kind() {
		case pickle.None, pickle.Bool, pickle.Int, pickle.Float, pickle.Bytes, pickle.ByteArray, pickle.String:
			continue
		}
		parts(v, func(x pickle.Value) {
			if shareable(x) {
				refs[x]++
			}
		})
	}
	return refs
}

// shareable says whether it matters that a value is the same object in two
// places: not for what is never put into a memo.
func shareable(v pickle.Value) bool {
	switch v.Kind() {
	case pickle.None, pickle.Bool, pickle.Int, pickle.BigInt, pickle.Float:
		return false
	case pickle.Tuple:
		return v.Len() > 0
	}
	return true
}

// parts visits everything that a value is directly made of.
func parts(v pickle.Value, visit func(pickle.Value)) {
	switch v.Kind() {
	case pickle.Tuple, pickle.FrozenSet:
		for x := range v.Items() {
			visit(x)
		}
	case pickle.Instance:
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
			visit(m)
			visit(n)
		}
	}
	for s := range v.Steps() {
		for _, x := range s.Values {
			visit(x)
		}
	}
}
