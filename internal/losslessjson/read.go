package losslessjson

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/pickle"
)

// reader makes the graph that a tree of JSON stands for. Its error is sticky.
//
// What is filled after it was made (lists, dicts, sets, states) is made empty
// and filled later; what needs its parts to be made (tuples, calls) waits for
// them on a stack of frames. So nothing recurses, cycles close, and a reference
// may stand before what it refers to.
type reader struct {
	b        *pickle.Builder
	protocol int
	python2  bool
	limits   document.Limits
	budget   *safeio.Budget
	ids      map[int64]*entry
	texts    map[string]pickle.Value // str of Python 2, where plain strings are those
	globals  map[string]pickle.Value
	short    map[string]pickle.Value
	frames   []*frame
	fills    []frame
	err      error
}

// entry is an object with an id.
type entry struct {
	n     jsontree.Node
	v     pickle.Value
	state uint8
}

const (
	unmade uint8 = iota
	making
	made
)

// frame is a value that waits for others.
type frame struct {
	need  []jsontree.Node
	parts []pickle.Value
	id    *entry
	done  func(parts []pickle.Value) pickle.Value
}

// valueCost is the memory that one value of the graph takes, about.
const valueCost = 80

func newReader(value jsontree.Node, protocol int, python2 bool, l document.Limits) *reader {
	r := &reader{b: pickle.NewBuilder(), protocol: protocol, python2: python2, limits: l, budget: safeio.NewBudget(format, l.WithDefaults()),
		ids: map[int64]*entry{}, texts: map[string]pickle.Value{}, globals: map[string]pickle.Value{}, short: map[string]pickle.Value{}}
	r.index(value)
	return r
}

// index finds the objects with an id. Pickles inside have ids of their own.
func (r *reader) index(value jsontree.Node) {
	inside := 0
	for n, end := range value.Walk() {
		switch {
		case n != value && n.Key() == "$pickle" && n.Kind() == jsontree.Object:
			if inside++; end {
				inside -= 2
			}
		case inside == 0 && !end && n != value && n.Key() == "$id":
			id, err := n.Int()
			r.check(err)
			if _, twice := r.ids[id]; twice {
				r.fail(n, "$id %d for the second time", id)
			}
			if r.err != nil {
				return
			}
			r.ids[id] = &entry{n: n.Parent()}
		}
	}
}

// fail records a fault and answers a value that is as good as any.
func (r *reader) fail(n jsontree.Node, detail string, args ...any) pickle.Value {
	r.check(n.Errorf(document.ErrCorrupt, detail, args...))
	return pickle.Value{}
}

func (r *reader) check(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) spend(n jsontree.Node, bytes int64) error {
	err := r.budget.Spend(bytes, "", n.Offset())
	r.check(err)
	return err
}

func (r *reader) text(n jsontree.Node) string {
	s, err := n.Str()
	r.check(err)
	return s
}

// root makes the whole graph.
func (r *reader) root(n jsontree.Node) pickle.Value {
	root := r.all([]jsontree.Node{n})
	for i := 0; i < len(r.fills) && r.err == nil; i++ {
		f := r.fills[i]
		r.fills[i] = frame{}
		if parts := append(f.parts, r.all(f.need)...); r.err == nil {
			f.done(parts)
		}
	}
	if err := r.b.Err(); r.err == nil && err != nil {
		r.err = at(n, err)
	}
	if r.err != nil || len(root) != 1 {
		return pickle.Value{}
	}
	return root[0]
}

// all makes values and whatever they have to wait for.
func (r *reader) all(need []jsontree.Node) []pickle.Value {
	base := &frame{need: need, parts: make([]pickle.Value, 0, len(need))}
	r.frames = append(r.frames[:0], base)
	for len(r.frames) > 0 && r.err == nil {
		f := r.frames[len(r.frames)-1]
		if len(f.need) > 0 {
			n := f.need[0]
			f.need = f.need[1:]
			if v, ok := r.enter(n); ok {
				f.parts = append(f.parts, v)
			}
			continue
		}
		r.frames = r.frames[:len(r.frames)-1]
		if f.done == nil {
			break
		}
		v := f.done(f.parts)
		if f.id != nil {
			f.id.v, f.id.state = v, made
		}
		up := r.frames[len(r.frames)-1]
		up.parts = append(up.parts, v)
	}
	return base.parts
}

// enter makes a value, or leaves a frame that will and answers false.
func (r *reader) enter(n jsontree.Node) (pickle.Value, bool) {
	if r.spend(n, valueCost) != nil {
		return pickle.Value{}, true
	}
	switch n.Kind() {
	case jsontree.Null:
		return r.b.None(), true
	case jsontree.Bool:
		v, err := n.Bool()
		r.check(err)
		return r.b.Bool(v), true
	case jsontree.Number:
		return r.number(n, n.Text()), true
	case jsontree.String:
		return r.plain(n, r.text(n)), true
	case jsontree.Array, jsontree.Numbers, jsontree.Bools:
		return r.list(n), true
	case jsontree.Object:
		return r.object(n)
	}
	return r.fail(n, "%s where a value belongs", n.Kind()), true
}

// wait leaves a frame for a value that needs others.
func (r *reader) wait(id *entry, need []jsontree.Node, parts []pickle.Value, done func([]pickle.Value) pickle.Value) (pickle.Value, bool) {
	if id != nil {
		id.state = making
	}
	r.frames = append(r.frames, &frame{need: need, parts: parts, id: id, done: done})
	return pickle.Value{}, false
}

// fill leaves it for later to fill a value.
func (r *reader) fill(need []jsontree.Node, parts []pickle.Value, done func([]pickle.Value)) {
	r.fills = append(r.fills, frame{need: need, parts: parts, done: func(p []pickle.Value) pickle.Value {
		done(p)
		return pickle.Value{}
	}})
}

// number is an int where the text is an integer's, else a float.
func (r *reader) number(n jsontree.Node, text string) pickle.Value {
	if integral(text) {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return r.b.Int(i)
		}
		return r.fail(n, "integer %.40s is past 64 bits: write {\"$int\": …}", text)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !plainNumber(text) {
		return r.fail(n, "%.40s is no number that a float holds", text)
	}
	return r.b.Float(x)
}

// plain is the str that a JSON string stands for: the same object each time.
func (r *reader) plain(n jsontree.Node, s string) pickle.Value {
	if !r.python2 {
		return r.b.Interned(s)
	}
	v, ok := r.texts[s]
	if !ok {
		v = r.python2Str(n, s)
		r.texts[s] = v
	}
	return v
}

func (r *reader) python2Str(n jsontree.Node, s string) pickle.Value {
	b, ok := fromLatin1(s)
	if !ok {
		return r.fail(n, "a str of Python 2 holds bytes: no character is past \\u00ff")
	}
	return r.b.Python2Str(b)
}

// list is an array as a list.
func (r *reader) list(n jsontree.Node) pickle.Value {
	v := r.b.List()
	need, parts := r.items(n)
	r.fill(need, parts, func(p []pickle.Value) { r.b.Append(v, p...) })
	return v
}

// items is the values of an array: those that need no look at other nodes, or
// the nodes.
func (r *reader) items(n jsontree.Node) (need []jsontree.Node, parts []pickle.Value) {
	if r.spend(n, int64(n.Len())*valueCost) != nil {
		return nil, nil
	}
	switch n.Kind() {
	case jsontree.Numbers:
		parts = make([]pickle.Value, 0, n.Len())
		for t := range n.Texts() {
			parts = append(parts, r.number(n, string(t)))
		}
	case jsontree.Bools:
		parts = make([]pickle.Value, 0, n.Len())
		for t := range n.Texts() {
			parts = append(parts, r.b.Bool(string(t) == "true"))
		}
	case jsontree.Array:
		need = make([]jsontree.Node, 0, n.Len())
		for c := range n.Children() {
			need = append(need, c)
		}
	default:
		r.fail(n, "%s where an array belongs", n.Kind())
	}
	return need, parts
}

// form is an object's keys that begin with one dollar, and b64.
type form struct {
	n    jsontree.Node
	main string // the first of them
	of   map[string]jsontree.Node
	id   *entry
}

// formOf tells an object that is markup from one that is a dict, whose form has
// no main key.
func (r *reader) formOf(n jsontree.Node) form {
	f := form{n: n}
	plain, ids := 0, 0
	for c := range n.Children() {
		k := c.Key()
		switch {
		case k == "$id":
			id, _ := c.Int() // index has looked at it
			f.id = r.ids[id]
			ids++
			continue
		case !strings.HasPrefix(k, "$") || strings.HasPrefix(k, "$$"):
			if k != "b64" || n.Len() != 1+ids {
				plain++
				continue
			}
		}
		if f.of == nil {
			f.main, f.of = k, map[string]jsontree.Node{}
		}
		f.of[k] = c
	}
	if plain > 0 && f.of != nil {
		r.fail(f.of[f.main], "%s among the keys of a dict: a key that begins with a dollar is written with two", f.main)
	}
	return f
}

// only refuses keys that do not go with the main one.
func (r *reader) only(f form, with ...string) {
next:
	for k, c := range f.of {
		if k == f.main {
			continue
		}
		for _, w := range with {
			if k == w {
				continue next
			}
		}
		r.fail(c, "%.40s does not go with %s", k, f.main)
	}
}

// object is a dict, or what its keys with a dollar say.
func (r *reader) object(n jsontree.Node) (pickle.Value, bool) {
	f := r.formOf(n)
	switch {
	case r.err != nil:
		return pickle.Value{}, true
	case f.main == "$ref":
		return r.reference(f)
	case f.id != nil && f.id.state == made:
		return f.id.v, true
	case f.id != nil && f.id.state == making:
		return r.fail(n, "needs itself to be made"), true
	case f.main == "":
		v := r.b.Dict()
		r.entries(v, n)
		return r.keep(f, v), true
	}
	switch f.main {
	case "$class", "$call", "$how":
		return r.instance(f)
	}
	if steps, ok := f.of["$steps"]; ok && f.main != "$steps" {
		v, ok := r.single(f)
		if !ok { // a frame was left: the steps come after it
			top := r.frames[len(r.frames)-1]
			done := top.done
			top.done = func(p []pickle.Value) pickle.Value {
				v := done(p)
				r.steps(v, steps)
				return v
			}
			return v, false
		}
		if r.err == nil {
			r.steps(v, steps)
		}
		return v, true
	}
	return r.single(f)
}

// keep is a value that may be referred to from now on.
func (r *reader) keep(f form, v pickle.Value) pickle.Value {
	if f.id != nil {
		f.id.v, f.id.state = v, made
	}
	return v
}

// reference is the object that has an id, made now where it is not yet.
func (r *reader) reference(f form) (pickle.Value, bool) {
	if r.only(f); f.id != nil {
		return r.fail(f.n, "$id of a $ref"), true
	}
	id, err := f.of["$ref"].Int()
	if r.check(err); r.err != nil {
		return pickle.Value{}, true
	}
	e, ok := r.ids[id]
	switch {
	case !ok:
		return r.fail(f.n, "$ref to %d, which nothing has as its $id", id), true
	case e.state == made:
		return e.v, true
	case e.state == making:
		return r.fail(f.n, "$ref to %d, which needs this to be made", id), true
	}
	return r.object(e.n)
}

// single is a value whose main key says it all.
func (r *reader) single(f form) (pickle.Value, bool) {
	x := f.of[f.main]
	switch f.main {
	case "$global":
		r.only(f, "$steps", "$text")
	case "$rows":
		r.only(f, "$steps", "$size", "$fields")
	default:
		r.only(f, "$steps")
	}
	if r.err != nil {
		return pickle.Value{}, true
	}
	switch f.main {
	case "$list", "$set", "$dict":
		return r.keep(f, r.container(f.main, x)), true
	case "$tuple", "$frozenset":
		need, parts := r.items(x)
		build := r.b.Tuple
		if f.main == "$frozenset" {
			build = r.b.FrozenSet
		}
		return r.wait(f.id, need, parts, func(p []pickle.Value) pickle.Value { return build(p...) })
	case "$persistent", "$readonly":
		build := r.b.Persistent
		if f.main == "$readonly" {
			build = r.b.ReadOnly
		}
		return r.wait(f.id, []jsontree.Node{x}, nil, func(p []pickle.Value) pickle.Value { return build(p[0]) })
	case "$value":
		if k := x.Kind(); k != jsontree.Null && k != jsontree.Bool && k != jsontree.Number && k != jsontree.Object {
			return r.fail(x, "%s where null, a boolean or a number belongs", k), true
		}
		return r.wait(f.id, []jsontree.Node{x}, nil, func(p []pickle.Value) pickle.Value {
			if k := p[0].Kind(); k > pickle.Float {
				return r.fail(x, "%s where null, a boolean or a number belongs", k)
			}
			return p[0]
		})
	case "$global":
		return r.global(f, x)
	}
	return r.keep(f, r.leaf(f, x)), true
}

func (r *reader) container(key string, x jsontree.Node) pickle.Value {
	switch key {
	case "$dict":
		v := r.b.Dict()
		r.entries(v, x)
		return v
	case "$set":
		v := r.b.Set()
		need, parts := r.items(x)
		r.fill(need, parts, func(p []pickle.Value) { r.b.Add(v, p...) })
		return v
	}
	return r.list(x)
}

// leaf is a value that holds no others.
func (r *reader) leaf(f form, x jsontree.Node) pickle.Value {
	switch f.main {
	case "$int":
		return r.big(x)
	case "$float":
		v, ok := floatNamed(r.text(x))
		if !ok {
			return r.fail(x, "no float is called so")
		}
		return r.b.Float(v)
	case "$str", "$str2":
		return r.str(f.main, x)
	case "$bytearray":
		g := r.formOf(x)
		if b, ok := r.payload(g); ok && r.err == nil {
			return r.b.ByteArray(b)
		}
		return r.fail(x, "no bytes")
	case "$ext":
		i, err := intIn(x, 1, 1<<31-1)
		r.check(err)
		return r.b.Ext(int32(max(i, 1)))
	case "$buffer":
		i, err := intIn(x, 0, 1<<31-1)
		r.check(err)
		return r.b.Buffer(int(i))
	}
	if b, ok := r.payload(f); ok {
		if f.id != nil || len(b) > 1 {
			return r.b.Bytes(b)
		}
		v, known := r.short[string(b)]
		if !known {
			v = r.b.Bytes(b)
			r.short[string(b)] = v
		}
		return v
	}
	return r.fail(x, "%.40s is not known: a key that begins with a dollar is written with two", f.main)
}

// payload is bytes: {"b64": …}, {"$f8": […]} or {"$rows": …}.
func (r *reader) payload(f form) ([]byte, bool) {
	if r.err != nil {
		return nil, false
	}
	x := f.of[f.main]
	var b []byte
	var err error
	if e, ok := elementsOf(f.main); ok {
		r.only(f, "$steps")
		b, err = e.read(x, r.spend)
	} else if f.main == "b64" {
		b, err = bytesFrom(x)
	} else if f.main == "$rows" {
		r.only(f, "$steps", "$size", "$fields")
		b, err = readFields(f.n, r.spend)
	} else {
		return nil, false
	}
	r.check(err)
	return b, true
}

// maxDigits is the most decimal digits of an integer: reading them costs their
// square.
const maxDigits = decimalBits/3 + 2

func (r *reader) big(x jsontree.Node) pickle.Value {
	s := r.text(x)
	digits, negative := strings.CutPrefix(s, "-")
	hex, isHex := strings.CutPrefix(digits, "0x")
	base := 10
	if isHex {
		digits, base = hex, 16
	}
	v, ok := new(big.Int), digits != "" && digits[0] != '+' && digits[0] != '-' && (isHex || len(digits) <= maxDigits)
	if ok {
		v, ok = v.SetString(digits, base)
	}
	if !ok {
		return r.fail(x, "%.40q is no integer; from %d digits on they are hexadecimal", s, maxDigits)
	}
	if negative {
		v.Neg(v)
	}
	return r.b.Big(v)
}

// str is a str of its own: text, text in parts, or bytes as Latin-1.
func (r *reader) str(key string, x jsontree.Node) pickle.Value {
	s := ""
	switch x.Kind() {
	case jsontree.String:
		s = r.text(x)
	case jsontree.Array:
		for c := range x.Children() {
			s += r.text(c)
		}
	case jsontree.Object:
		b, ok := r.payload(r.formOf(x))
		if !ok {
			return r.fail(x, "no bytes")
		}
		if key == "$str2" {
			return r.b.Python2Str(b)
		}
		text := make([]rune, len(b))
		for i, c := range b {
			text[i] = rune(c)
		}
		s = string(text)
	default:
		return r.fail(x, "%s where text belongs", x.Kind())
	}
	if key == "$str2" {
		return r.python2Str(x, s)
	}
	return r.b.Str(s)
}
