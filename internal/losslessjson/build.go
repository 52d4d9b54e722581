package losslessjson

import (
	"bytes"
	"strings"

	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

// entries leaves it for later to set what an object, or an array of
// [key, value], holds.
func (r *reader) entries(v pickle.Value, n jsontree.Node) {
	if n.Kind() == jsontree.Object {
		var keys []pickle.Value
		var need []jsontree.Node
		for c := range n.Children() {
			if k := c.Key(); k != "$id" {
				if strings.HasPrefix(k, "$") && !strings.HasPrefix(k, "$$") {
					r.fail(c, "%.40s among keys: one that begins with a dollar is written with two", k)
					return
				}
				keys = append(keys, r.plain(c, strings.TrimPrefix(k, "$")))
				need = append(need, c)
			}
		}
		r.fill(need, nil, func(p []pickle.Value) {
			list := make([]pickle.Value, 0, 2*len(p))
			for i := range p {
				list = append(list, keys[i], p[i])
			}
			r.b.SetItem(v, list...)
		})
		return
	}
	var need []jsontree.Node
	var parts []pickle.Value
	all, none := r.items(n)
	if len(none) > 0 {
		r.fail(n, "a number where [key, value] belongs")
	}
	for _, c := range all {
		if !c.IsList() || c.Len() != 2 {
			r.fail(c, "%s where [key, value] belongs", c.Kind())
			return
		}
		more, known := r.items(c)
		// Entries of two numbers have no nodes: keep the order by filling in
		// runs of one sort.
		if len(more) > 0 && len(parts) > 0 || len(known) > 0 && len(need) > 0 {
			r.set(v, need, parts)
			need, parts = nil, nil
		}
		need, parts = append(need, more...), append(parts, known...)
	}
	r.set(v, need, parts)
}

func (r *reader) set(v pickle.Value, need []jsontree.Node, parts []pickle.Value) {
	r.fill(need, parts, func(p []pickle.Value) { r.b.SetItem(v, p...) })
}

// named is the global of a plain name: the same object each time.
func (r *reader) named(n jsontree.Node, full string) pickle.Value {
	if v, ok := r.globals[full]; ok {
		return v
	}
	dot := strings.LastIndexByte(full, '.')
	if dot <= 0 || dot == len(full)-1 || strings.Contains(full, "\n") {
		return r.fail(n, "%.60q is not module.name", full)
	}
	build := r.b.Text
	if r.protocol >= 4 {
		build = r.b.Global
	}
	v := build(full[:dot], full[dot+1:])
	r.globals[full] = v
	return v
}

func (r *reader) global(f form, x jsontree.Node) (pickle.Value, bool) {
	if x.Kind() == jsontree.String {
		if f.id == nil && len(f.of) == 1 {
			return r.named(x, r.text(x)), true
		}
		return r.fail(x, "a global of its own is [module, name]"), true
	}
	if !x.IsList() || x.Len() != 2 {
		return r.fail(x, "a global is \"module.name\" or [module, name]"), true
	}
	if t, ok := f.of["$text"]; ok {
		isText, err := t.Bool()
		r.check(err)
		need, _ := r.items(x)
		if len(need) != 2 || !isText {
			return r.fail(x, "names in a global are strings"), true
		}
		module, name := r.text(need[0]), r.text(need[1])
		if module == "" || name == "" || strings.Contains(module+name, "\n") {
			return r.fail(x, "%.60q is no name of a global", module+"."+name), true
		}
		return r.keep(f, r.b.Text(module, name)), true
	}
	need, parts := r.items(x)
	return r.wait(f.id, need, parts, func(p []pickle.Value) pickle.Value {
		for _, name := range p {
			if k := name.Kind(); k != pickle.String && k < pickle.Global {
				return r.fail(x, "%s as a name of a global", k)
			}
		}
		return r.b.GlobalOf(p[0], p[1])
	})
}

// instance is what a call makes. Its parts are made first, its steps come later.
func (r *reader) instance(f form) (pickle.Value, bool) {
	argsKey, how := "$args", ""
	switch f.main {
	case "$class":
		argsKey = "$new"
	case "$how":
		if how = r.text(f.of["$how"]); r.err != nil {
			return pickle.Value{}, true
		}
	}
	fixed := map[string]bool{"$class": f.main != "$call", "$call": f.main == "$call", "$how": how != "",
		"$kwargs": how == pickle.ByNewEx.String(), argsKey: true}
	steps := map[string]bool{"$items": true, "$add": true, "$entries": true, "$state": true, "$setter": true, "$steps": true, "$data": true, "$pickle": true}
	for k, c := range f.of {
		if !fixed[k] && !steps[k] {
			return r.fail(c, "%.40s does not go with %s", k, f.main), true
		}
	}
	callable := f.of["$call"]
	if f.main != "$call" {
		callable = f.of["$class"]
	}
	if !callable.Valid() {
		return r.fail(f.n, "no $class"), true
	}
	// The arguments are a frame of their own, below: the parts are callable,
	// args, kwargs.
	need := []jsontree.Node{callable}
	var direct []pickle.Value // callable
	if callable.Kind() == jsontree.String {
		need, direct = nil, []pickle.Value{r.named(callable, r.text(callable))}
	}
	args, listed := f.of[argsKey], false
	var items []pickle.Value
	switch {
	case args.IsList():
		var nodes []jsontree.Node
		nodes, items = r.items(args)
		need, listed = append(need, nodes...), true
	case args.Valid():
		need = append(need, args)
	case f.main == "$class":
		listed = true
	default:
		return r.fail(f.n, "no %s", argsKey), true
	}
	kwargs, hasKwargs := f.of["$kwargs"]
	if hasKwargs {
		need = append(need, kwargs)
	} else if fixed["$kwargs"] {
		return r.fail(f.n, "no $kwargs"), true
	}
	if r.err != nil {
		return pickle.Value{}, true
	}
	return r.wait(f.id, need, direct, func(p []pickle.Value) pickle.Value {
		callable, p := p[0], p[1:]
		kw := pickle.Value{}
		if hasKwargs {
			kw, p = p[len(p)-1], p[:len(p)-1]
		}
		args := pickle.Value{}
		if listed {
			args = r.b.Tuple(append(p, items...)...)
		} else {
			args = p[0]
		}
		v := r.make(f, how, callable, args, kw)
		if r.err == nil {
			r.fillInstance(f, v)
		}
		return v
	})
}

func (r *reader) make(f form, how string, callable, args, kwargs pickle.Value) pickle.Value {
	switch {
	case f.main == "$call":
		return r.b.Reduce(callable, args)
	case f.main == "$class":
		return r.b.New(callable, args)
	case how == pickle.ByNewEx.String():
		return r.b.NewEx(callable, args, kwargs)
	case args.Kind() != pickle.Tuple:
	case how == pickle.ByObj.String():
		return r.b.Old(pickle.ByObj, callable, args)
	case how == pickle.ByInst.String():
		if m, c := callable.Global(); m != "" && c != "" && !strings.Contains(m+c, "\n") {
			return r.b.Old(pickle.ByInst, callable, args)
		}
	}
	return r.fail(f.n, "nothing is made in this way: %.40q", how)
}

// fillInstance leaves the steps of an instance for later, in the order of the
// text, which is that of the program.
func (r *reader) fillInstance(f form, v pickle.Value) {
	states := 0
	for c := range f.n.Children() {
		switch c.Key() {
		case "$items":
			need, parts := r.items(c)
			r.fill(need, parts, func(p []pickle.Value) { r.b.Append(v, p...) })
		case "$add":
			need, parts := r.items(c)
			r.fill(need, parts, func(p []pickle.Value) { r.b.Add(v, p...) })
		case "$entries":
			r.entries(v, c)
		case "$state":
			states++
			r.fill([]jsontree.Node{c}, nil, func(p []pickle.Value) { r.b.Build(v, p[0]) })
		case "$setter":
			r.setter(v, c)
		case "$steps":
			states++
			r.steps(v, c)
		case "$data", "$pickle":
			if states == 0 {
				r.fail(c, "%s before a $state", c.Key())
				return
			}
			r.fill(nil, nil, func([]pickle.Value) { r.foreign(v, c) })
		}
	}
}

func (r *reader) setter(v pickle.Value, n jsontree.Node) {
	if n.Len() != 2 {
		r.fail(n, "a setter is [function, state]")
		return
	}
	need, parts := r.items(n)
	r.fill(need, parts, func(p []pickle.Value) { r.b.Setter(v, p[0], p[1]) })
}

// steps reads [["append", […]], …].
func (r *reader) steps(v pickle.Value, n jsontree.Node) {
	all, none := r.items(n)
	if len(none) > 0 {
		r.fail(n, "a number where a step belongs")
	}
	for _, c := range all {
		if c.Kind() != jsontree.Array || c.Len() != 2 || !c.Child(1).IsList() {
			r.fail(c, "%s where a step belongs: [kind, values]", c.Kind())
			return
		}
		list := c.Child(1)
		need, parts := r.items(list)
		switch kind := r.text(c.Child(0)); {
		case r.err != nil:
			return
		case kind == pickle.StepAppend.String():
			r.fill(need, parts, func(p []pickle.Value) { r.b.Append(v, p...) })
		case kind == pickle.StepAddItem.String():
			r.fill(need, parts, func(p []pickle.Value) { r.b.Add(v, p...) })
		case kind == pickle.StepSetItem.String() && list.Len()%2 == 0:
			r.set(v, need, parts)
		case kind == pickle.StepBuild.String() && list.Len() == 1:
			r.fill(need, parts, func(p []pickle.Value) { r.b.Build(v, p[0]) })
		case kind == pickle.StepSetter.String():
			r.setter(v, list)
		default:
			r.fail(c, "no such step: %.40q of %d values", kind, list.Len())
			return
		}
	}
}

// foreign puts the bytes or the pickle behind an object that joblib puts there.
func (r *reader) foreign(v pickle.Value, x jsontree.Node) {
	if !v.State().IsValid() {
		r.fail(x, "%s of something without a state", x.Key())
		return
	}
	if _, again := v.Raw(); again || v.Nested() != nil {
		r.fail(x, "$data and $pickle of one object")
		return
	}
	fb := pickle.ForeignBytes{Found: true}
	if x.Key() == "$pickle" {
		if r.check(keys(x, "protocol", "writer", "strings", "value", "ops")); r.err != nil {
			return
		}
		b, err := encode(x, r.limits)
		if err == nil {
			err = agree(x, b, int64(len(b)), r.limits, func(b []byte, dec pickle.Decoder) (*pickle.Document, error) { return dec.Parse(b) })
		}
		if err == nil {
			fb.Nested, err = pickle.Decoder{Limits: r.limits}.Parse(b)
			err = at(x, err)
		}
		if r.check(err); r.err == nil {
			r.b.Foreign(v, fb, nil)
		}
		return
	}
	data, ok := r.payload(r.formOf(x))
	if !ok {
		r.fail(x, "no bytes")
		return
	}
	fb.Pad = func(offset int64) []byte { return padding(v, offset) }
	r.b.Foreign(v, fb, data)
}

// padding is what joblib.numpy_pickle writes before the data of an array: a byte
// that counts the 0xFF that follow, so that the data is aligned.
func padding(v pickle.Value, offset int64) []byte {
	a, ok := v.State().Lookup("numpy_array_alignment_bytes")
	align := a.Int()
	if !ok || a.Kind() != pickle.Int || align < 1 || align > 255 {
		return nil
	}
	b := bytes.Repeat([]byte{0xff}, int(align-(offset+1)%align)+1)
	b[0] = byte(len(b) - 1)
	return b
}
