package losslessjson

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

// reader makes the graph of a tree. Its error is sticky; the depth is bounded by
// the JSON parser's.
type reader struct {
	b        *pickle.Builder
	ids      map[int64]pickle.Value
	globals  map[string]pickle.Value
	protocol int
	limits   document.Limits
	err      error
}

func (r *reader) fail(n jsontree.Node, detail string, args ...any) pickle.Value {
	if r.err == nil {
		r.err = n.Errorf(document.ErrCorrupt, detail, args...)
	}
	return r.b.None()
}

func (r *reader) check(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) text(n jsontree.Node) string {
	s, err := n.Str()
	r.check(err)
	return s
}

func (r *reader) value(n jsontree.Node) pickle.Value {
	if r.err != nil {
		return r.b.None()
	}
	switch n.Kind() {
	case jsontree.Null:
		return r.b.None()
	case jsontree.Bool:
		v, err := n.Bool()
		r.check(err)
		return r.b.Bool(v)
	case jsontree.Number:
		return r.number(n, n.Text())
	case jsontree.String:
		return r.b.Interned(r.text(n))
	case jsontree.Array, jsontree.Numbers, jsontree.Bools:
		l := r.b.List()
		r.b.Append(l, r.list(n)...)
		return l
	case jsontree.Object:
		return r.object(n)
	}
	return r.fail(n, "a %s here", n.Kind())
}

func (r *reader) number(n jsontree.Node, text string) pickle.Value {
	if strings.ContainsAny(text, ".eE") {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return r.fail(n, "number %.40s", text)
		}
		return r.b.Float(x)
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return r.fail(n, "integer %.40s: write it as {\"$int\": …}", text)
	}
	return r.b.Int(i)
}

// list is the values of an array.
func (r *reader) list(n jsontree.Node) []pickle.Value {
	out := make([]pickle.Value, 0, n.Len())
	switch n.Kind() {
	case jsontree.Numbers:
		for t := range n.Texts() {
			out = append(out, r.number(n, string(t)))
		}
	case jsontree.Bools:
		bs, err := n.Bools(make([]bool, 0, n.Len()))
		r.check(err)
		for _, b := range bs {
			out = append(out, r.b.Bool(b))
		}
	case jsontree.Array:
		for c := range n.Children() {
			if r.err != nil {
				break
			}
			out = append(out, r.value(c))
		}
	default:
		r.fail(n, "a %s where a list is expected", n.Kind())
	}
	return out
}

// object reads {…}: a dict, or what its key with a dollar says.
func (r *reader) object(n jsontree.Node) pickle.Value {
	if x, ok := n.Get("$ref"); ok {
		id, err := x.Int()
		r.check(err)
		v, known := r.ids[id]
		if !known || n.Len() != 1 {
			return r.fail(n, "$ref %d to nothing that is whole before it", id)
		}
		return v
	}
	var id int64
	if x, ok := n.Get("$id"); ok {
		var err error
		id, err = x.Int()
		r.check(err)
		if _, again := r.ids[id]; again || id <= 0 {
			return r.fail(x, "$id %d twice", id)
		}
	}
	keep := func(v pickle.Value) pickle.Value {
		if id > 0 && r.err == nil {
			r.ids[id] = v
		}
		return v
	}
	var key string
	var x jsontree.Node
	for c := range n.Children() {
		if k := c.Key(); strings.HasPrefix(k, "$") && !strings.HasPrefix(k, "$$") && k != "$id" || k == "b64" && (n.Len() == 1 || id > 0 && n.Len() == 2) {
			key, x = k, c
			break
		}
	}
	only := func() {
		most := 1
		if id > 0 {
			most = 2
		}
		if n.Len() > most {
			r.fail(n, "%s beside other keys", key)
		}
	}
	switch key {
	case "":
		d := keep(r.b.Dict())
		var entries []pickle.Value
		for c := range n.Children() {
			k := c.Key()
			if k == "$id" {
				continue
			}
			entries = append(entries, r.b.Interned(strings.TrimPrefix(k, "$")), r.value(c))
		}
		r.b.SetItem(d, entries...)
		return d
	case "$class", "$call", "$how":
		return r.instance(n, keep)
	case "$global":
		return keep(r.global(n, x))
	}
	only()
	switch key {
	case "$int":
		i, ok := new(big.Int).SetString(r.text(x), 10)
		if !ok {
			return r.fail(x, "no integer")
		}
		return keep(r.b.Big(i))
	case "$float":
		f, ok := floatFrom(r.text(x))
		if !ok {
			return r.fail(x, "no float")
		}
		return keep(r.b.Float(f))
	case "$str":
		return keep(r.b.Str(r.text(x)))
	case "$str2":
		b := make([]byte, 0, x.Len())
		for _, c := range r.text(x) {
			if c > 0xff {
				return r.fail(x, "a str of Python 2 holds bytes")
			}
			b = append(b, byte(c))
		}
		return keep(r.b.Python2Str(b))
	case "b64":
		b, err := bytesFrom(x)
		r.check(err)
		return keep(r.b.Bytes(b))
	case "$bytearray":
		return keep(r.b.ByteArray(r.data(x)))
	case "$list":
		l := keep(r.b.List())
		r.b.Append(l, r.list(x)...)
		return l
	case "$tuple":
		return keep(r.b.Tuple(r.list(x)...))
	case "$set":
		s := keep(r.b.Set())
		r.b.Add(s, r.list(x)...)
		return s
	case "$frozenset":
		return keep(r.b.FrozenSet(r.list(x)...))
	case "$dict":
		d := keep(r.b.Dict())
		r.b.SetItem(d, r.pairs(x)...)
		return d
	case "$persistent":
		return keep(r.b.Persistent(r.value(x)))
	case "$ext":
		i, err := x.Int()
		r.check(err)
		return keep(r.b.Ext(int32(i)))
	case "$buffer":
		i, err := x.Int()
		r.check(err)
		return keep(r.b.Buffer(int(i)))
	case "$readonly":
		return keep(r.b.ReadOnly(r.value(x)))
	}
	if m, ok := numericOf(key); ok {
		return keep(r.b.Bytes(r.numbers(m, x)))
	}
	return r.fail(x, "no such key: a name that begins with a dollar is written with two")
}

// pairs is [[key, value], …] as keys and values in turn.
func (r *reader) pairs(n jsontree.Node) []pickle.Value {
	var out []pickle.Value
	for c := range n.Children() {
		kv := r.list(c)
		if len(kv) != 2 {
			r.fail(c, "an entry is [key, value]")
			return nil
		}
		out = append(out, kv...)
	}
	return out
}

// data is {"b64": …} or {"$f8": […]}.
func (r *reader) data(n jsontree.Node) []byte {
	if n.Kind() == jsontree.Object && n.Len() == 1 {
		c := n.Child(0)
		if m, ok := numericOf(c.Key()); ok {
			return r.numbers(m, c)
		}
	}
	b, err := bytesOf(n)
	r.check(err)
	return b
}

// numbers is the bytes of {"$f8": […]}.
func (r *reader) numbers(m numeric, n jsontree.Node) []byte {
	out := make([]byte, 0, min(n.Len(), 1<<20)*m.size)
	put := func(text string) {
		var ok bool
		if out, ok = m.parse(out, text); !ok {
			r.fail(n, "%.40q is no %s", text, m.name()[1:])
		}
	}
	switch n.Kind() {
	case jsontree.Numbers:
		for t := range n.Texts() {
			put(string(t))
		}
	case jsontree.Bools:
		bs, err := n.Bools(make([]bool, 0, n.Len()))
		r.check(err)
		for _, b := range bs {
			put(strconv.FormatBool(b))
		}
	case jsontree.Array:
		for c := range n.Children() {
			switch c.Kind() {
			case jsontree.String:
				put(r.text(c))
			default:
				put(c.Text())
			}
			if r.err != nil {
				return nil
			}
		}
	default:
		r.fail(n, "a %s where numbers are expected", n.Kind())
	}
	return out
}

// named is the global of a plain name, the same each time.
func (r *reader) named(n jsontree.Node, full string) pickle.Value {
	if v, ok := r.globals[full]; ok {
		return v
	}
	at := strings.LastIndexByte(full, '.')
	if at <= 0 || at == len(full)-1 {
		return r.fail(n, "%.60q is not module.name", full)
	}
	v := r.makeGlobal(full[:at], full[at+1:])
	r.globals[full] = v
	return v
}

func (r *reader) makeGlobal(module, name string) pickle.Value {
	if r.protocol >= 4 {
		return r.b.Global(module, name)
	}
	return r.b.Text(module, name)
}

func (r *reader) global(n, x jsontree.Node) pickle.Value {
	if x.Kind() == jsontree.String {
		return r.named(x, r.text(x))
	}
	if _, ok := n.Get("$text"); ok && x.Len() == 2 {
		return r.b.Text(r.text(x.Child(0)), r.text(x.Child(1)))
	}
	parts := r.list(x)
	if len(parts) != 2 {
		return r.fail(x, "a global is [module, name]")
	}
	return r.b.GlobalOf(parts[0], parts[1])
}

// callable is a global by a plain name, or any value.
func (r *reader) callable(n jsontree.Node) pickle.Value {
	if n.Kind() == jsontree.String {
		return r.named(n, r.text(n))
	}
	return r.value(n)
}

// args is a list as a tuple, or any value.
func (r *reader) args(n jsontree.Node) pickle.Value {
	if n.IsList() {
		return r.b.Tuple(r.list(n)...)
	}
	return r.value(n)
}

func (r *reader) instance(n jsontree.Node, keep func(pickle.Value) pickle.Value) pickle.Value {
	j := jsontree.NewReader(n)
	j.Harmless("$id")
	var v pickle.Value
	switch {
	case j.Has("$how"):
		class, args := r.callable(j.Get("$class")), r.args(j.Get("$args"))
		switch how := j.String("$how"); how {
		case pickle.ByNewEx.String():
			v = r.b.NewEx(class, args, r.value(j.Get("$kwargs")))
		case pickle.ByObj.String():
			v = r.b.Old(pickle.ByObj, class, args)
		case pickle.ByInst.String():
			v = r.b.Old(pickle.ByInst, class, args)
		default:
			return r.fail(n, "made by %.40q", how)
		}
	case j.Has("$call"):
		c := r.callable(j.Get("$call"))
		v = r.b.Reduce(c, r.args(j.Get("$args")))
	default:
		c := r.callable(j.Get("$class"))
		args := pickle.Value{}
		if j.Has("$new") {
			args = r.args(j.Get("$new"))
		} else {
			args = r.b.Tuple()
		}
		v = r.b.New(c, args)
	}
	keep(v)
	if r.check(j.Err()); r.err != nil {
		return v
	}
	// In the order of the text: it is the order of the program.
	for c := range n.Children() {
		switch c.Key() {
		case "$items":
			r.b.Append(v, r.list(j.Get("$items"))...)
		case "$entries":
			r.b.SetItem(v, r.even(c, r.list(j.Get("$entries")))...)
		case "$state":
			r.b.Build(v, r.value(j.Get("$state")))
		case "$setter":
			r.setter(c, v, r.value(j.Get("$setter")))
		case "$steps":
			r.steps(v, j.Get("$steps"))
		case "$data", "$pickle":
			r.foreign(n, v, j.Get(c.Key()))
		}
		if r.err != nil {
			return v
		}
	}
	r.check(j.Done())
	return v
}

func (r *reader) even(n jsontree.Node, list []pickle.Value) []pickle.Value {
	if len(list)%2 != 0 {
		r.fail(n, "an odd number of keys and values")
		return nil
	}
	return list
}

// setter reads a call f(value, state) whose result is dropped.
func (r *reader) setter(n jsontree.Node, v, call pickle.Value) {
	if a := call.Args(); call.Kind() == pickle.Instance && a.Kind() == pickle.Tuple && a.Len() == 2 && a.Item(0) == v {
		r.b.Setter(v, call.Callable(), a.Item(1))
		return
	}
	r.fail(n, "a setter is a call with the object and its state")
}

func (r *reader) steps(v pickle.Value, n jsontree.Node) {
	for c := range n.Children() {
		if !c.IsList() || c.Len() != 2 {
			r.fail(c, "a step is [kind, values]")
			return
		}
		kind, list := r.text(c.Child(0)), r.list(c.Child(1))
		switch {
		case kind == pickle.StepAppend.String():
			r.b.Append(v, list...)
		case kind == pickle.StepAddItem.String():
			r.b.Add(v, list...)
		case kind == pickle.StepSetItem.String():
			r.b.SetItem(v, r.even(c, list)...)
		case kind == pickle.StepBuild.String() && len(list) == 1:
			r.b.Build(v, list[0])
		case kind == pickle.StepSetter.String() && len(list) == 1:
			r.setter(c, v, list[0])
		default:
			r.fail(c, "no such step")
		}
	}
}

// foreign reads the bytes or the pickle that joblib puts behind an object.
func (r *reader) foreign(n jsontree.Node, v pickle.Value, x jsontree.Node) {
	fb := pickle.ForeignBytes{Found: true}
	if n := x.Key(); n == "$pickle" {
		j := jsontree.NewReader(x)
		protocol, how, value := int(j.Int("protocol")), j.String("writer"), j.Get("value")
		if r.check(j.Done()); r.err != nil {
			return
		}
		b, err := encode(value, protocol, how, r.limits, 0)
		if err != nil {
			r.check(err)
			return
		}
		fb.Nested, err = pickle.Decoder{Limits: r.limits}.Parse(b)
		r.check(err)
		if r.err == nil {
			r.b.Foreign(v, fb, nil)
		}
		return
	}
	if a, ok := v.State().Lookup("numpy_array_alignment_bytes"); ok && a.Kind() == pickle.Int {
		// As joblib.numpy_pickle pads: a byte that counts the padding, then 0xFF.
		align := a.Int()
		if align < 1 || align > 255 {
			r.fail(n, "alignment of %d bytes", align)
			return
		}
		fb.Pad = func(offset int64) []byte {
			b := bytes.Repeat([]byte{0xff}, int(align-(offset+1)%align)+1)
			b[0] = byte(len(b) - 1)
			return b
		}
	}
	if data := r.data(x); r.err == nil {
		r.b.Foreign(v, fb, data)
	}
}
