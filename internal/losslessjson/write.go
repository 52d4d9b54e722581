package losslessjson

import (
	"bytes"
	"encoding/base64"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/pickle"
)

const writerOps = "ops"

// Write writes a file as lossless JSON.
func Write(w io.Writer, f *joblib.File) error {
	d := f.Pickle
	name := pickleName
	if f.Compression.Method != joblib.Raw || hasForeign(d) {
		name = joblibName
	}
	o := &writer{refs: count(d), ids: map[pickle.Value]int{}, texts: map[string]pickle.Value{}, globals: map[string]pickle.Value{},
		numeric: map[pickle.Value]numeric{}, protocol: d.Protocol()}
	o.raw(`{"larder":`)
	o.text(name)
	o.raw(`,"protocol":` + strconv.Itoa(d.Protocol()))
	if f.Compression.Method != joblib.Raw {
		o.raw(`,"compression":`)
		o.text(string(f.Compression.Method))
	}
	head := o.buf.Len()
	o.raw(`,"value":`)
	o.value(d.Root())
	value := bytes.Clone(o.buf.Bytes()[head:])
	// The tree stands for the file where the file comes out of it.
	how := writerOps
	if p, proto := d.Canonical(); p != 0 && !o.partial {
		try := append(append(append(bytes.Clone(o.buf.Bytes()[:head]), `,"writer":`...), strconv.Quote(p.String())...), value...)
		if proto != d.Protocol() {
			try = append(try, `,"encoding":`+strconv.Itoa(proto)...)
		}
		if back, err := readBack(append(try, '}')); err == nil && bytes.Equal(back, d.Bytes()) {
			how = p.String()
		}
		if how != writerOps && proto != d.Protocol() {
			value = append(value, `,"encoding":`+strconv.Itoa(proto)...)
		}
	}
	o.buf.Truncate(head)
	o.raw(`,"writer":`)
	o.text(how)
	o.buf.Write(value)
	if how == writerOps {
		o.raw(`,"ops":[`)
		o.ops(d)
		o.raw(`]`)
	}
	if f.Trailing > 0 {
		var stream bytes.Buffer
		if err := f.WriteAs(&stream, joblib.Compression{}); err != nil {
			return err
		}
		o.raw(`,"trailing":`)
		o.b64(stream.Bytes()[d.End():])
	}
	o.raw("}\n")
	_, err := w.Write(o.buf.Bytes())
	return err
}

// readBack is the stream that JSON stands for.
func readBack(b []byte) ([]byte, error) {
	t, err := parseJSON(b, document.Limits{})
	if err != nil {
		return nil, err
	}
	s, err := parseTree(t, document.Limits{})
	if err != nil {
		return nil, err
	}
	return s.stream, nil
}

// WritePickle is Write of a document's file.
func WritePickle(w io.Writer, d interface{ File() *joblib.File }) error { return Write(w, d.File()) }

func hasForeign(d *pickle.Document) bool {
	for op := range d.Ops() {
		if op.Name == "FOREIGN" {
			return true
		}
	}
	return false
}

// writer writes the tree.
type writer struct {
	buf      bytes.Buffer
	refs     map[pickle.Value]int // of values that are used more than once
	ids      map[pickle.Value]int
	texts    map[string]pickle.Value // the str that a plain JSON string stands for
	globals  map[string]pickle.Value
	numeric  map[pickle.Value]numeric
	next     int
	protocol int
	partial  bool // something that the tree cannot say
}

func (o *writer) raw(s string) { o.buf.WriteString(s) }

func (o *writer) b64(b []byte) {
	o.raw(`{"b64":"`)
	o.buf.WriteString(base64.StdEncoding.EncodeToString(b))
	o.raw(`"}`)
}

const hexDigits = "0123456789abcdef"

// text writes a JSON string. Lone surrogates, which the pickle keeps as three
// bytes each, become \u escapes, as Python's json writes them.
func (o *writer) text(s string) {
	o.buf.WriteByte('"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			o.buf.WriteByte('\\')
			o.buf.WriteByte(c)
			i++
		case c == '\n':
			o.raw(`\n`)
			i++
		case c < 0x20 || c == 0x7f:
			o.raw(`\u00`)
			o.buf.WriteByte(hexDigits[c>>4])
			o.buf.WriteByte(hexDigits[c&15])
			i++
		case c < utf8.RuneSelf:
			o.buf.WriteByte(c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 && len(s)-i >= 3 && c == 0xed {
				u := uint16(c&0x0f)<<12 | uint16(s[i+1]&0x3f)<<6 | uint16(s[i+2]&0x3f)
				o.raw(`\u`)
				for k := 12; k >= 0; k -= 4 {
					o.buf.WriteByte(hexDigits[u>>k&15])
				}
				if u >= 0xdc00 || i+3 < len(s) && s[i+3] == 0xed {
					// Two halves beside each other would be read as one character.
					o.partial = true
				}
				i += 3
				continue
			}
			o.raw(s[i : i+n])
			i += n
		}
	}
	o.buf.WriteByte('"')
}

// open begins a value's object, with its id where it is used again.
func (o *writer) open(v pickle.Value) {
	o.buf.WriteByte('{')
	if o.refs[v] > 1 {
		o.next++
		o.ids[v] = o.next
		o.raw(`"$id":` + strconv.Itoa(o.next) + ",")
	}
}

// plainText says whether a value is the str that a JSON string of its text
// stands for: the first str of this text in the tree.
func (o *writer) plainText(v pickle.Value) bool {
	if v.Kind() != pickle.String || v.Python2() {
		return false
	}
	s := v.Str()
	first, ok := o.texts[s]
	if !ok {
		o.texts[s] = v
		return true
	}
	return first == v
}

func (o *writer) value(v pickle.Value) {
	if id, ok := o.ids[v]; ok {
		o.raw(`{"$ref":` + strconv.Itoa(id) + "}")
		return
	}
	if !o.whole(v) {
		o.partial = true
	}
	switch v.Kind() {
	case pickle.None:
		o.raw("null")
	case pickle.Bool:
		o.raw(strconv.FormatBool(v.Bool()))
	case pickle.Int, pickle.BigInt:
		if i := v.Int(); v.Kind() == pickle.Int && i >= -1<<53 && i <= 1<<53 {
			o.raw(strconv.FormatInt(i, 10))
			return
		}
		o.raw(`{"$int":"` + v.Big().String() + `"}`)
	case pickle.Float:
		o.float(v.Float())
	case pickle.String:
		o.str(v)
	case pickle.Bytes:
		if n, ok := o.numeric[v]; ok && n.fits(v.Bytes()) {
			o.open(v)
			n.write(o, v.Bytes())
			o.raw("}")
			return
		}
		o.open(v)
		o.raw(`"b64":"` + base64.StdEncoding.EncodeToString(v.Bytes()) + `"}`)
	case pickle.ByteArray:
		o.open(v)
		if n, ok := o.numeric[v]; ok && n.fits(v.Bytes()) {
			o.raw(`"$bytearray":{`)
			n.write(o, v.Bytes())
			o.raw("}}")
			return
		}
		o.raw(`"$bytearray":`)
		o.b64(v.Bytes())
		o.raw("}")
	case pickle.List:
		if o.refs[v] > 1 {
			o.open(v)
			o.raw(`"$list":`)
			o.items(v)
			o.raw("}")
			return
		}
		o.items(v)
	case pickle.Tuple, pickle.Set, pickle.FrozenSet:
		o.open(v)
		o.raw(`"$` + v.Kind().String() + `":`)
		o.items(v)
		o.raw("}")
	case pickle.Dict:
		o.dict(v)
	case pickle.Global:
		o.global(v)
	case pickle.Instance:
		o.instance(v)
	case pickle.Persistent:
		o.open(v)
		o.raw(`"$persistent":`)
		o.value(v.PersistentID())
		o.raw("}")
	case pickle.Ext:
		o.open(v)
		o.raw(`"$ext":` + strconv.FormatInt(v.Code(), 10) + "}")
	case pickle.Buffer:
		o.open(v)
		if x := v.Viewed(); x.IsValid() {
			o.raw(`"$readonly":`)
			o.value(x)
		} else {
			n, _ := v.Buffer()
			o.raw(`"$buffer":` + strconv.Itoa(n))
		}
		o.raw("}")
	default:
		o.partial = true
		o.raw("null")
	}
}

// whole says whether the tree says all that fills a value: a state for a list
// and the like is said by the instructions alone.
func (o *writer) whole(v pickle.Value) bool {
	if v.Kind() == pickle.Instance {
		return true
	}
	for s := range v.Steps() {
		switch {
		case s.Kind == pickle.StepAppend && v.Kind() == pickle.List,
			s.Kind == pickle.StepSetItem && v.Kind() == pickle.Dict,
			s.Kind == pickle.StepAddItem && v.Kind() == pickle.Set:
		default:
			return false
		}
	}
	return true
}

func (o *writer) float(x float64) {
	switch bits := math.Float64bits(x); {
	case x != x && bits != 0x7ff8000000000000:
		o.raw(`{"$float":"0x` + strconv.FormatUint(bits, 16) + `"}`)
	case x != x:
		o.raw(`{"$float":"NaN"}`)
	case math.IsInf(x, 1):
		o.raw(`{"$float":"Infinity"}`)
	case math.IsInf(x, -1):
		o.raw(`{"$float":"-Infinity"}`)
	default:
		o.raw(pickle.Repr(x)) // always with a point or an exponent, so that it is no int
	}
}

func (o *writer) str(v pickle.Value) {
	switch {
	case v.Python2():
		o.open(v)
		o.raw(`"$str2":`)
		o.text(v.Str())
		o.raw("}")
	case o.plainText(v):
		o.text(v.Str())
	default: // another object of the same text
		o.open(v)
		o.raw(`"$str":`)
		o.text(v.Str())
		o.raw("}")
	}
}

func (o *writer) items(v pickle.Value) {
	o.buf.WriteByte('[')
	first := true
	for x := range v.Items() {
		if !first {
			o.buf.WriteByte(',')
		}
		first = false
		o.value(x)
	}
	o.buf.WriteByte(']')
}

// dict writes a JSON object where all keys are plain str and differ.
func (o *writer) dict(v pickle.Value) {
	plain := true
	seen := make(map[string]bool, v.Len())
	for k := range v.Entries() {
		if k.Kind() != pickle.String || k.Python2() || seen[k.Str()] {
			plain = false
			break
		}
		s := k.Str()
		if first, ok := o.texts[s]; ok && first != k || !utf8.ValidString(s) {
			plain = false
			break
		}
		seen[s] = true
	}
	plain = plain && !(v.Len() == 1 && seen["b64"])
	if plain {
		for k := range v.Entries() {
			o.plainText(k) // before a value of the same text takes it
		}
	}
	o.open(v)
	if !plain {
		o.raw(`"$dict":`)
		o.pairs(v)
		o.raw("}")
		return
	}
	first := true
	for k, x := range v.Entries() {
		if !first {
			o.buf.WriteByte(',')
		}
		if !o.plainText(k) {
			// A value before it took the text: it cannot be said this way.
			o.partial = true
		}
		first = false
		o.text(escapeKey(k.Str()))
		o.buf.WriteByte(':')
		o.value(x)
	}
	if b := o.buf.Bytes(); b[len(b)-1] == ',' {
		o.buf.Truncate(len(b) - 1) // an id and nothing else
	}
	o.buf.WriteByte('}')
}

func escapeKey(s string) string {
	if strings.HasPrefix(s, "$") {
		return "$" + s
	}
	return s
}

// pairs writes entries as [[key, value], …].
func (o *writer) pairs(v pickle.Value) {
	o.buf.WriteByte('[')
	first := true
	for k, x := range v.Entries() {
		if !first {
			o.buf.WriteByte(',')
		}
		first = false
		o.buf.WriteByte('[')
		o.value(k)
		o.buf.WriteByte(',')
		o.value(x)
		o.buf.WriteByte(']')
	}
	o.buf.WriteByte(']')
}

// named is the name of a global that a plain string can stand for: the first
// object of that name, the name without a dot, and its parts the strings that
// the protocol has for them.
func (o *writer) named(v pickle.Value) (string, bool) {
	if v.Kind() != pickle.Global {
		return "", false
	}
	module, name := v.Global()
	if module == "" || name == "" || strings.Contains(name, ".") {
		return "", false
	}
	m, n := v.Names()
	if m.IsValid() != (o.protocol >= 4) || m.IsValid() && !(o.plainText(m) && o.plainText(n)) {
		return "", false
	}
	full := module + "." + name
	first, ok := o.globals[full]
	if !ok {
		o.globals[full] = v
	}
	return full, !ok || first == v
}

// callable writes a global as a plain string, anything else as a value.
func (o *writer) callable(v pickle.Value) {
	if full, ok := o.named(v); ok {
		o.text(full)
		return
	}
	o.value(v)
}

// global writes {"$global": "module.name"} or, for what that does not say,
// {"$global": [module, name]}.
func (o *writer) global(v pickle.Value) {
	if full, ok := o.named(v); ok {
		o.raw(`{"$global":`)
		o.text(full)
		o.raw("}")
		return
	}
	module, name := v.Global()
	m, n := v.Names()
	o.open(v)
	if m.IsValid() {
		o.raw(`"$global":[`)
		o.value(m)
		o.raw(",")
		o.value(n)
		o.raw("]}")
		return
	}
	o.raw(`"$global":[`)
	o.text(module)
	o.raw(",")
	o.text(name)
	o.raw(`],"$text":true}`)
}
