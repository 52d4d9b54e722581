package losslessjson

import (
	"math/big"
	"strings"

	"github.com/larder-ml/larder/pickle"
)

// grapher writes a graph as a tree of JSON, with a stack of its own in place of
// recursion.
type grapher struct {
	*printer
	*sharing
	ids    map[pickle.Value]int64
	nested map[*pickle.Document]route
	work   []task
}

// task is something still to be written.
type task struct {
	do   doing
	name string
	v    pickle.Value
	list []pickle.Value
	at   int
}

type doing uint8

const (
	doValue   doing = iota
	doKeyed         // name: v
	doItems         // what is left of list, in an array that is open
	doEntries       // the same of keys and values, in an object
	doPairs         // the same as [key, value], in an array
	doStep          // [name, list]
	doList          // name: list
	doSet           // "$entries": list
	doName          // name: the name of the global v
	doClose
	doOpenSteps
	doData   // the foreign bytes of v
	doNested // the foreign pickle of v
)

// graph writes the value that a pickle holds.
func (p *printer) graph(s *sharing, nested map[*pickle.Document]route) {
	g := &grapher{printer: p, sharing: s, ids: map[pickle.Value]int64{}, nested: nested}
	g.value(s.d.Root())
	for len(g.work) > 0 {
		top := len(g.work) - 1
		t := &g.work[top]
		if t.at < len(t.list) && (t.do == doItems || t.do == doEntries || t.do == doPairs) {
			g.next(t)
			continue
		}
		done := *t
		g.work = g.work[:top]
		g.perform(done)
	}
}

// later pushes tasks so that the first is done first.
func (g *grapher) later(ts ...task) {
	for i := len(ts) - 1; i >= 0; i-- {
		g.work = append(g.work, ts[i])
	}
}

// next writes the next of a task's values.
func (g *grapher) next(t *task) {
	v := t.list[t.at]
	t.at++
	if t.do == doItems {
		g.value(v)
		return
	}
	x := t.list[t.at]
	t.at++
	if t.do == doEntries {
		g.key(escapeKey(v.Str()))
		g.value(x)
		return
	}
	g.array(g.layoutOf([]pickle.Value{v, x}))
	g.later(task{v: v}, task{v: x}, task{do: doClose})
}

func (g *grapher) perform(t task) {
	switch t.do {
	case doValue:
		g.value(t.v)
	case doKeyed:
		g.key(t.name)
		g.value(t.v)
	case doItems, doPairs, doClose:
		g.close()
	case doList:
		g.key(t.name)
		g.items(t.list)
	case doSet:
		g.entries(t.list)
	case doName:
		full, _ := g.plainGlobal(t.v)
		g.key(t.name)
		g.str(full)
	case doOpenSteps:
		g.key("$steps")
		g.array(lines)
	case doStep:
		g.array(lines)
		g.str(t.name)
		g.later(task{do: doClose})
		g.items(t.list)
	case doData:
		b, _ := t.v.Raw()
		g.key("$data")
		g.object(inline)
		g.payload(t.v, b)
		g.close()
	case doNested:
		g.key("$pickle")
		g.object(lines)
		g.body(t.v.Nested(), g.nested[t.v.Nested()], g.nested)
		g.close()
	}
}

// items writes an array.
func (g *grapher) items(list []pickle.Value) {
	g.array(g.layoutOf(list))
	g.later(task{do: doItems, list: list})
}

// layoutOf is how an array of values lies on the page.
func (g *grapher) layoutOf(list []pickle.Value) layout {
	numbers, small := true, len(list) <= 16
	for _, v := range list {
		switch k := v.Kind(); {
		case k == pickle.None || k == pickle.Bool || k == pickle.Int || k == pickle.Float:
		case k == pickle.String && v.Len() <= 60 || k == pickle.Global || k == pickle.Tuple && v.Len() == 0:
			numbers = false
		default:
			return lines
		}
		if !numbers && !small {
			return lines
		}
	}
	if small {
		return inline
	}
	return wrapped
}

// begin opens an object, with an id where the value is met again.
func (g *grapher) begin(v pickle.Value, l layout) {
	g.object(l)
	if g.shared(v) {
		id := int64(len(g.ids) + 1)
		g.ids[v] = id
		g.key("$id")
		g.int(id)
	}
}

func (g *grapher) value(v pickle.Value) {
	if id, ok := g.ids[v]; ok {
		g.object(inline)
		g.key("$ref")
		g.int(id)
		g.close()
		return
	}
	kind := v.Kind()
	if kind == pickle.Instance {
		g.instance(v)
		return
	}
	extra := filled(v)
	if !extra {
		switch {
		case kind <= pickle.Float:
			g.scalar(v)
			return
		case kind == pickle.String:
			if s, ok := g.plainText(v); ok {
				g.str(s)
				return
			}
		case kind == pickle.List && !g.shared(v):
			g.items(valuesOf(v))
			return
		case kind == pickle.Dict:
			g.dict(v)
			return
		}
	}
	g.begin(v, g.objectLayout(v, extra))
	after := []task{{do: doClose}}
	if extra {
		g.later(after...)
		after = nil
		g.later(g.steps(v, true)...)
	}
	main := g.main(v, extra)
	g.later(append(main, after...)...)
}

func (g *grapher) objectLayout(v pickle.Value, extra bool) layout {
	switch v.Kind() {
	case pickle.List, pickle.Tuple, pickle.Set, pickle.FrozenSet:
		if extra || g.layoutOf(valuesOf(v)) == lines && v.Len() > 0 {
			return lines
		}
	case pickle.Dict, pickle.Persistent, pickle.Buffer:
		return lines
	}
	return inline
}

// valuesOf is the items of a container, or the keys and values of a dict in
// turn.
func valuesOf(v pickle.Value) []pickle.Value {
	switch v.Kind() {
	case pickle.Tuple, pickle.FrozenSet:
		out := make([]pickle.Value, 0, v.Len())
		for x := range v.Items() {
			out = append(out, x)
		}
		return out
	}
	for st := range v.Steps() {
		return st.Values // the only step: see filled
	}
	return nil
}

// main writes the key that says what a value is, or leaves it as tasks. What
// fills a value in an unusual way stands under "$steps" instead.
func (g *grapher) main(v pickle.Value, extra bool) []task {
	list := func(name string) []task {
		t := task{do: doList, name: name}
		if !extra || v.Kind() == pickle.Tuple || v.Kind() == pickle.FrozenSet {
			t.list = valuesOf(v)
		}
		return []task{t}
	}
	switch v.Kind() {
	case pickle.String:
		name := "$str"
		if v.Python2() {
			name = "$str2"
		}
		g.key(name)
		g.text(v)
	case pickle.Bytes:
		g.payload(v, v.Bytes())
	case pickle.ByteArray:
		g.key("$bytearray")
		g.object(inline)
		g.payload(v, v.Bytes())
		g.close()
	case pickle.List:
		return list("$list")
	case pickle.Tuple:
		return list("$tuple")
	case pickle.Set:
		return list("$set")
	case pickle.FrozenSet:
		return list("$frozenset")
	case pickle.Dict: // only one that is filled in an unusual way
		g.key("$dict")
		g.array(inline)
		g.close()
	case pickle.Global:
		return g.global(v)
	case pickle.Persistent:
		return []task{{do: doKeyed, name: "$persistent", v: v.PersistentID()}}
	case pickle.Ext:
		g.key("$ext")
		g.int(v.Code())
	case pickle.Buffer:
		if w := v.Viewed(); w.IsValid() {
			return []task{{do: doKeyed, name: "$readonly", v: w}}
		}
		n, _ := v.Buffer()
		g.key("$buffer")
		g.int(int64(n))
	default:
		g.key("$value")
		g.scalar(v)
	}
	return nil
}

func (g *grapher) scalar(v pickle.Value) {
	switch v.Kind() {
	case pickle.Bool:
		g.bool(v.Bool())
	case pickle.Int:
		g.int(v.Int())
	case pickle.BigInt:
		g.object(inline)
		g.key("$int")
		g.str(bigText(v.Big()))
		g.close()
	case pickle.Float:
		g.float(v.Float())
	default:
		g.atom("null")
	}
}

// decimalBits is the size from which integers are hexadecimal: reading decimal
// digits costs their square.
const decimalBits = 4096

func bigText(b *big.Int) string {
	if b.BitLen() <= decimalBits {
		return b.String()
	}
	return strings.Replace("0x"+b.Text(16), "0x-", "-0x", 1)
}

// text writes what stands after "$str" or "$str2".
func (g *grapher) text(v pickle.Value) {
	if e := g.data[v]; e != nil {
		b, ok := v.Bytes(), true
		if !v.Python2() {
			b, ok = fromLatin1(v.Str())
		}
		if ok && e.fits(b) {
			g.object(inline)
			e.write(g.printer, b)
			g.close()
			return
		}
	}
	s := v.Str()
	parts := splitPairs(s)
	if parts == nil {
		g.str(s)
		return
	}
	g.array(inline)
	for _, part := range parts {
		g.str(part)
	}
	g.close()
}

// payload writes the keys of bytes: numbers where they are the items of an
// array and come back from them, else base64.
func (g *grapher) payload(v pickle.Value, b []byte) {
	if e := g.data[v]; e != nil && e.fits(b) {
		e.write(g.printer, b)
		return
	}
	g.key("b64")
	g.b64(b)
}

// dict writes an object, or {"$dict": [[key, value], …]} where the keys are not
// all plain strings that differ.
func (g *grapher) dict(v pickle.Value) {
	list := valuesOf(v)
	if g.plainKeys(list) {
		g.begin(v, lines)
		g.later(task{do: doEntries, list: list, at: 0}, task{do: doClose})
		return
	}
	g.begin(v, lines)
	g.key("$dict")
	g.array(lines)
	g.later(task{do: doPairs, list: list}, task{do: doClose})
}

func (g *grapher) plainKeys(list []pickle.Value) bool {
	seen := make(map[string]bool, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		s, ok := g.plainText(list[i])
		if !ok || seen[s] {
			return false
		}
		seen[s] = true
	}
	return !(len(seen) == 1 && seen["b64"])
}

// escapeKey doubles the dollar of a key that begins with one.
func escapeKey(s string) string {
	if strings.HasPrefix(s, "$") {
		return "$" + s
	}
	return s
}

// global writes {"$global": "module.name"} or, for what that does not say,
// {"$global": [module, name]}, and {"$global": …, "$text": true} where the names
// are no strings of the pickle.
func (g *grapher) global(v pickle.Value) []task {
	g.key("$global")
	if full, ok := g.plainGlobal(v); ok {
		g.str(full)
		return nil
	}
	if m, n := v.Names(); m.IsValid() {
		list := []pickle.Value{m, n}
		g.array(g.layoutOf(list))
		return []task{{do: doItems, list: list}}
	}
	module, name := v.Global()
	g.array(inline)
	g.str(module)
	g.str(name)
	g.close()
	g.key("$text")
	g.bool(true)
	return nil
}

// fromLatin1 is text as bytes; false where it has characters past 0xff.
func fromLatin1(s string) ([]byte, bool) {
	out := make([]byte, 0, len(s))
	for _, c := range s {
		if c > 0xff {
			return nil, false
		}
		out = append(out, byte(c))
	}
	return out, true
}
