package pickle

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"

	"github.com/larder-ml/larder/document"
)

// Entry is one key and value of a DictOf.
type Entry struct{ Key, Value any }

// DictOf is a dict with keys that are not all str, where the target of
// Unmarshal is any.
type DictOf []Entry

// SetOf is a set or frozenset, where the target of Unmarshal is any.
type SetOf []any

// Unmarshaler is a type that reads its own value.
type Unmarshaler interface {
	UnmarshalPickle(v Value) error
}

// Unmarshal parses a pickle and puts what it holds into the Go value that v
// points to. It is the inverse of Marshal, and takes a little more: a list for
// an array or a set, an int for a float, bytes and sets as the calls that stand
// for them in old protocols. Keys that a struct has no field for are passed
// over; fields without a key stay as they are.
//
// Nothing is made but what the Go type asks for. An object is taken by a struct
// that names its class (see Marshal) and by no other; a Value takes anything as
// it is. Into an any go nil, bool, int64, *big.Int, float64, string, []byte,
// []any, TupleOf, SetOf, map[string]any (DictOf where a key is not a str), and
// for all other things a Value. A number that does not fit is ErrInput.
//
// What is the same object in Python is the same pointer, slice or map in Go,
// where the target is of the same type; cycles are fine.
func Unmarshal(data []byte, v any) error {
	d, err := Parse(data)
	if err != nil {
		return err
	}
	return d.Root().Go(v)
}

// Go puts a value of a graph into the Go value that target points to, as
// Unmarshal does.
func (v Value) Go(target any) error {
	t := reflect.ValueOf(target)
	if t.Kind() != reflect.Pointer || t.IsNil() {
		return fmt.Errorf("pickle: %w: Unmarshal into a %T, not a pointer", document.ErrInput, target)
	}
	u := &unmarshaler{seen: map[arrival]reflect.Value{}}
	return u.put(v, t.Elem())
}

type unmarshaler struct {
	seen  map[arrival]reflect.Value
	depth int
}

type arrival struct {
	v Value
	t reflect.Type
}

// unmarshalDepth bounds the recursion over what cycles and types make of a
// graph that is itself no deeper than Limits.Depth.
const unmarshalDepth = 10_000

var unmarshalerType = reflect.TypeFor[Unmarshaler]()

func (u *unmarshaler) refuse(v Value, t reflect.Type) error {
	what := v.Kind().String()
	if c := v.Class(); c != "" {
		what += " " + c
	}
	return document.Errorf(document.ErrInput, format, "", v.Offset(), "%s for a Go %s", what, t)
}

func (u *unmarshaler) put(v Value, t reflect.Value) error {
	if u.depth++; u.depth > unmarshalDepth {
		return document.Errorf(document.ErrLimit, format, "", v.Offset(), "values nested deeper than %d", unmarshalDepth)
	}
	defer func() { u.depth-- }()
	if t.CanAddr() && t.Addr().Type().Implements(unmarshalerType) {
		return t.Addr().Interface().(Unmarshaler).UnmarshalPickle(v)
	}
	switch {
	case t.Type() == valueType:
		t.Set(reflect.ValueOf(v))
		return nil
	case t.Type() == bigType:
		n := v.Big()
		if n == nil {
			return u.refuse(v, t.Type())
		}
		t.Set(reflect.ValueOf(*n))
		return nil
	case t.Kind() == reflect.Interface:
		return u.putAny(v, t)
	case v.Kind() == None:
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			t.SetZero()
			return nil
		}
		return u.refuse(v, t.Type())
	}
	switch t.Kind() {
	case reflect.Pointer:
		return u.putPointer(v, t)
	case reflect.Bool:
		if v.Kind() == Bool {
			t.SetBool(v.Bool())
			return nil
		}
	case reflect.String:
		if v.Kind() == String {
			t.SetString(v.Str())
			return nil
		}
	case reflect.Slice:
		return u.putSlice(v, t)
	case reflect.Array:
		return u.putArray(v, t)
	case reflect.Map:
		return u.putMap(v, t)
	case reflect.Struct:
		return u.putStruct(v, t)
	default:
		return u.putNumber(v, t)
	}
	return u.refuse(v, t.Type())
}

func (u *unmarshaler) putPointer(v Value, t reflect.Value) error {
	key := arrival{v, t.Type()}
	if p, ok := u.seen[key]; ok {
		t.Set(p)
		return nil
	}
	p := reflect.New(t.Type().Elem())
	u.seen[key] = p
	t.Set(p)
	return u.put(v, p.Elem())
}

func (u *unmarshaler) putNumber(v Value, t reflect.Value) error {
	k := v.Kind()
	number := k == Int || k == Bool || k == BigInt
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if !number {
			return u.refuse(v, t.Type())
		}
		if k == BigInt || t.OverflowInt(v.Int()) {
			return document.Errorf(document.ErrInput, format, "", v.Offset(), "int does not fit a Go %s", t.Type())
		}
		t.SetInt(v.Int())
		return nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if !number {
			return u.refuse(v, t.Type())
		}
		if n := v.Big(); !n.IsUint64() || t.OverflowUint(n.Uint64()) {
			return document.Errorf(document.ErrInput, format, "", v.Offset(), "int does not fit a Go %s", t.Type())
		}
		t.SetUint(v.Big().Uint64())
		return nil
	case reflect.Float32, reflect.Float64:
		switch {
		case k == Float:
			t.SetFloat(v.Float())
		case number:
			f, _ := new(big.Float).SetInt(v.Big()).Float64()
			if math.IsInf(f, 0) {
				return document.Errorf(document.ErrInput, format, "", v.Offset(), "int does not fit a Go %s", t.Type())
			}
			t.SetFloat(f)
		default:
			return u.refuse(v, t.Type())
		}
		return nil
	case reflect.Complex64, reflect.Complex128:
		if re, im, ok := v.complex(); ok {
			t.SetComplex(complex(re, im))
			return nil
		}
		if k == Float || k == Int {
			t.SetComplex(complex(v.Float(), 0))
			return nil
		}
	}
	return u.refuse(v, t.Type())
}

// complex reads builtins.complex(re, im).
func (v Value) complex() (re, im float64, ok bool) {
	a := v.Args()
	if c := v.Class(); c != "builtins.complex" && c != "__builtin__.complex" || a.Len() != 2 ||
		a.Item(0).Kind() != Float || a.Item(1).Kind() != Float {
		return 0, 0, false
	}
	return a.Item(0).Float(), a.Item(1).Float(), true
}

// plainBytes is the bytes of a value that is, or stands for, bytes: below
// protocol 3 bytes are _codecs.encode(text, "latin1").
func (v Value) plainBytes() ([]byte, bool) {
	switch {
	case v.Kind() == Bytes || v.Kind() == ByteArray || v.Python2():
		return v.Bytes(), true
	case v.How() != ByReduce:
		return nil, false
	}
	a := v.Args()
	switch v.Class() {
	case "_codecs.encode":
		if a.Len() != 2 || a.Item(0).Kind() != String || a.Item(1).Str() != "latin1" {
			return nil, false
		}
		s := a.Item(0).Str()
		p := make([]byte, 0, len(s))
		for _, r := range s {
			if r > 0xff {
				return nil, false
			}
			p = append(p, byte(r))
		}
		return p, true
	case "builtins.bytes", "__builtin__.bytes", "builtins.bytearray", "__builtin__.bytearray":
		if a.Len() == 0 {
			return []byte{}, true
		}
		if x := a.Item(0); a.Len() == 1 && (x.Kind() == Bytes || x.Class() == "_codecs.encode") {
			return x.plainBytes()
		}
	}
	return nil, false
}

// plainItems is the items of a value that is, or stands for, a list, tuple or
// set.
func (v Value) plainItems() (of Value, set, ok bool) {
	switch v.Kind() {
	case List, Tuple:
		return v, false, true
	case Set, FrozenSet:
		return v, true, true
	}
	switch v.Class() {
	case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset":
		if a := v.Args(); v.How() == ByReduce && a.Len() == 1 && a.Item(0).Kind() == List {
			return a.Item(0), true, true
		}
	}
	return v, false, false
}

func (u *unmarshaler) putSlice(v Value, t reflect.Value) error {
	if t.Type().Elem().Kind() == reflect.Uint8 {
		if p, ok := v.plainBytes(); ok {
			t.SetBytes(append(make([]byte, 0, len(p)), p...))
			return nil
		}
	}
	from, _, ok := v.plainItems()
	if !ok {
		return u.refuse(v, t.Type())
	}
	key := arrival{v, t.Type()}
	if s, ok := u.seen[key]; ok {
		t.Set(s)
		return nil
	}
	s := reflect.MakeSlice(t.Type(), from.Len(), from.Len())
	u.seen[key] = s
	t.Set(s)
	return u.putItems(from, s)
}

func (u *unmarshaler) putItems(v Value, s reflect.Value) error {
	i := 0
	for x := range v.Items() {
		if err := u.put(x, s.Index(i)); err != nil {
			return document.UnderPath(err, "/"+strconv.Itoa(i))
		}
		i++
	}
	return nil
}

func (u *unmarshaler) putArray(v Value, t reflect.Value) error {
	if p, ok := v.plainBytes(); ok && t.Type().Elem().Kind() == reflect.Uint8 && len(p) == t.Len() {
		reflect.Copy(t, reflect.ValueOf(p))
		return nil
	}
	from, _, ok := v.plainItems()
	if !ok || from.Len() != t.Len() {
		return u.refuse(v, t.Type())
	}
	return u.putItems(from, t)
}

func (u *unmarshaler) putMap(v Value, t reflect.Value) error {
	key := arrival{v, t.Type()}
	if m, ok := u.seen[key]; ok {
		t.Set(m)
		return nil
	}
	from, set, ok := v.plainItems()
	isSet := ok && set && t.Type().Elem() == emptyType
	if !isSet && v.Kind() != Dict {
		return u.refuse(v, t.Type())
	}
	m := reflect.MakeMap(t.Type())
	u.seen[key] = m
	t.Set(m)
	one := func(k, x Value) error {
		kv := reflect.New(t.Type().Key()).Elem()
		if err := u.put(k, kv); err != nil {
			return err
		}
		if !kv.Comparable() {
			return u.refuse(k, t.Type().Key())
		}
		xv := reflect.New(t.Type().Elem()).Elem()
		if x.IsValid() {
			if err := u.put(x, xv); err != nil {
				return document.UnderPath(err, document.Join("", fmt.Sprint(kv)))
			}
		}
		m.SetMapIndex(kv, xv)
		return nil
	}
	if isSet {
		for k := range from.Items() {
			if err := one(k, Value{}); err != nil {
				return err
			}
		}
		return nil
	}
	for k, x := range v.Entries() {
		if err := one(k, x); err != nil {
			return err
		}
	}
	return nil
}

func (u *unmarshaler) putStruct(v Value, t reflect.Value) error {
	class, fields, err := fieldsOf(t.Type())
	if err != nil {
		return err
	}
	from := v
	if class != "" {
		module, name := splitClass(class)
		if v.Kind() != Instance || v.Class() != module+"."+name || v.How() == ByReduce {
			return u.refuse(v, t.Type())
		}
		if from = v.State(); !from.IsValid() {
			return nil
		}
	}
	if from.Kind() != Dict {
		return u.refuse(v, t.Type())
	}
	for _, f := range fields {
		x, ok := from.Lookup(f.name)
		if !ok {
			continue
		}
		if err := u.put(x, t.FieldByIndex(f.index)); err != nil {
			return document.UnderPath(err, document.Join("", f.name))
		}
	}
	return nil
}

func (u *unmarshaler) putAny(v Value, t reflect.Value) error {
	x, err := u.any(v)
	if err != nil {
		return err
	}
	if x == nil {
		t.SetZero()
		return nil
	}
	if r := reflect.ValueOf(x); r.Type().AssignableTo(t.Type()) {
		t.Set(r)
		return nil
	}
	return u.refuse(v, t.Type())
}

// any is the Go value that suits a value best.
func (u *unmarshaler) any(v Value) (any, error) {
	switch v.Kind() {
	case None:
		return nil, nil
	case Bool:
		return v.Bool(), nil
	case Int:
		return v.Int(), nil
	case BigInt:
		return v.Big(), nil
	case Float:
		return v.Float(), nil
	case String:
		return v.Str(), nil
	case List:
		return into[[]any](u, v)
	case Tuple:
		return into[TupleOf](u, v)
	case Dict:
		for k := range v.Entries() {
			if k.Kind() != String {
				return u.dict(v)
			}
		}
		return into[map[string]any](u, v)
	}
	if p, ok := v.plainBytes(); ok {
		return append(make([]byte, 0, len(p)), p...), nil
	}
	if _, set, ok := v.plainItems(); ok && set {
		return into[SetOf](u, v)
	}
	return v, nil
}

func into[T any](u *unmarshaler, v Value) (T, error) {
	var x T
	err := u.put(v, reflect.ValueOf(&x).Elem())
	return x, err
}

func (u *unmarshaler) dict(v Value) (any, error) {
	key := arrival{v, reflect.TypeFor[DictOf]()}
	if d, ok := u.seen[key]; ok {
		return d.Interface(), nil
	}
	d := make(DictOf, v.Len())
	u.seen[key] = reflect.ValueOf(d)
	i := 0
	for k, x := range v.Entries() {
		if err := u.put(k, reflect.ValueOf(&d[i].Key).Elem()); err != nil {
			return nil, err
		}
		if err := u.put(x, reflect.ValueOf(&d[i].Value).Elem()); err != nil {
			return nil, document.UnderPath(err, document.Join("", fmt.Sprint(d[i].Key)))
		}
		i++
	}
	return d, nil
}
