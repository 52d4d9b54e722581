package pickle

import (
	"cmp"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
)

// TupleOf is a Python tuple for Marshal and, where the target is any, from
// Unmarshal.
type TupleOf []any

// Marshaler is a type that makes its own value.
type Marshaler interface {
	MarshalPickle(b *Builder) (Value, error)
}

// Marshal is the pickle of a Go value at DefaultProtocol:
//
//	nil, a nil pointer, slice or map    None
//	bool, integers, *big.Int            bool, int
//	floats, complex                     float, complex
//	string                              str
//	[]byte, [n]byte                     bytes
//	slice                               list
//	array, TupleOf                      tuple
//	map                                 dict, in the order of its keys
//	map[K]struct{}                      set
//	struct                              dict, or an object where it says of which class
//	Marshaler                           what it makes
//
// A field's key is its name or that of its tag `pickle:"name"`; "-" leaves it
// out, and so does the option omitempty where it is zero. A struct with a field
// `_ struct{}` tagged `pickle:"class=module.Name"` is an object of that class
// whose attributes are the fields. Unexported fields are left out.
//
// What is the same pointer, slice or map in Go is the same object in Python;
// cycles are fine. Go values nested deeper than 1000 are ErrLimit.
func Marshal(v any) ([]byte, error) {
	return MarshalWith(v, EncodeOptions{Protocol: DefaultProtocol})
}

// MarshalWith is Marshal with options.
func MarshalWith(v any, opt EncodeOptions) ([]byte, error) {
	b := NewBuilder()
	root, err := b.Go(v)
	if err != nil {
		return nil, err
	}
	return Encode(root, opt)
}

// Go is the value that Marshal makes of a Go value.
func (b *Builder) Go(v any) (Value, error) {
	m := &marshaler{Builder: b, seen: map[sight]Value{}, most: document.Limits{}.WithDefaults().Depth}
	return m.value(reflect.ValueOf(v))
}

type marshaler struct {
	*Builder
	seen  map[sight]Value
	depth int
	most  int
}

// sight is what makes a Go value the same object as another.
type sight struct {
	t   reflect.Type
	at  uintptr
	len int
}

var (
	marshalerType = reflect.TypeFor[Marshaler]()
	bigType       = reflect.TypeFor[big.Int]()
	tupleType     = reflect.TypeFor[TupleOf]()
	emptyType     = reflect.TypeFor[struct{}]()
	valueType     = reflect.TypeFor[Value]()
)

func (m *marshaler) value(v reflect.Value) (Value, error) {
	if !v.IsValid() {
		return m.None(), nil
	}
	if m.depth++; m.depth > m.most {
		return Value{}, fmt.Errorf("pickle: %w: Go values nested deeper than %d", document.ErrLimit, m.most)
	}
	defer func() { m.depth-- }()
	t := v.Type()
	if t.Implements(marshalerType) && !(t.Kind() == reflect.Pointer && v.IsNil()) {
		return v.Interface().(Marshaler).MarshalPickle(m.Builder)
	}
	if t == bigType {
		n := v.Interface().(big.Int)
		return m.Big(&n), nil
	}
	if t == valueType {
		x := v.Interface().(Value)
		if x.d != m.d {
			return x, fmt.Errorf("pickle: %w: a Value of another document", document.ErrInput)
		}
		return x, nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return m.Bool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return m.Int(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return m.Big(new(big.Int).SetUint64(v.Uint())), nil
	case reflect.Float32, reflect.Float64:
		return m.Float(v.Float()), nil
	case reflect.Complex64, reflect.Complex128:
		c := v.Complex()
		return m.Reduce(m.Global("builtins", "complex"), m.Tuple(m.Float(real(c)), m.Float(imag(c)))), nil
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return Value{}, fmt.Errorf("pickle: %w: text that is not UTF-8: %.40q", document.ErrInput, v.String())
		}
		return m.Str(v.String()), nil
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return m.None(), nil
		}
		if t.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct && v.Elem().Type() != bigType {
			return m.object(v.Elem(), &sight{t, v.Pointer(), 0})
		}
		return m.value(v.Elem())
	case reflect.Struct:
		return m.object(v, nil)
	case reflect.Slice:
		return m.slice(v)
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			p := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(p), v)
			return m.Bytes(p), nil
		}
		return m.tuple(v)
	case reflect.Map:
		return m.mapping(v)
	}
	return Value{}, fmt.Errorf("pickle: %w: a Go %s", document.ErrInput, t)
}

func (m *marshaler) tuple(v reflect.Value) (Value, error) {
	items := make([]Value, v.Len())
	for i := range items {
		var err error
		if items[i], err = m.value(v.Index(i)); err != nil {
			return Value{}, err
		}
	}
	return m.Tuple(items...), nil
}

func (m *marshaler) slice(v reflect.Value) (Value, error) {
	switch {
	case v.IsNil():
		return m.None(), nil
	case v.Type().Elem().Kind() == reflect.Uint8:
		return m.Bytes(v.Bytes()), nil
	case v.Type() == tupleType:
		return m.tuple(v)
	}
	list, old := m.known(sight{v.Type(), v.Pointer(), v.Len()}, v.Len() > 0, func() Value { return m.List() })
	if old {
		return list, nil
	}
	items := make([]Value, v.Len())
	for i := range items {
		var err error
		if items[i], err = m.value(v.Index(i)); err != nil {
			return Value{}, err
		}
	}
	m.Append(list, items...)
	return list, nil
}

// known is the value that was made for the same Go object, or a new one.
func (m *marshaler) known(s sight, remember bool, make func() Value) (v Value, old bool) {
	if remember {
		if v, old = m.seen[s]; old {
			return v, true
		}
	}
	v = make()
	if remember {
		m.seen[s] = v
	}
	return v, false
}

func (m *marshaler) mapping(v reflect.Value) (Value, error) {
	if v.IsNil() {
		return m.None(), nil
	}
	set := v.Type().Elem() == emptyType
	d, old := m.known(sight{v.Type(), v.Pointer(), 0}, true, func() Value {
		if set {
			return m.Set()
		}
		return m.Dict()
	})
	if old {
		return d, nil
	}
	keys := v.MapKeys()
	var fault error
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		n, ok := compareKeys(a, b)
		if !ok {
			fault = fmt.Errorf("pickle: %w: map keys of type %s have no order", document.ErrInput, v.Type().Key())
		}
		return n
	})
	if fault != nil {
		return Value{}, fault
	}
	var parts []Value
	for _, k := range keys {
		kv, err := m.value(k)
		if err != nil {
			return Value{}, err
		}
		parts = append(parts, kv)
		if !set {
			x, err := m.value(v.MapIndex(k))
			if err != nil {
				return Value{}, document.UnderPath(err, document.Join("", fmt.Sprint(k)))
			}
			parts = append(parts, x)
		}
	}
	if set {
		m.Add(d, parts...)
	} else {
		m.SetItem(d, parts...)
	}
	return d, nil
}

func compareKeys(a, b reflect.Value) (int, bool) {
	if a.Kind() == reflect.Interface {
		a, b = a.Elem(), b.Elem()
	}
	if a.Kind() != b.Kind() {
		return cmp.Compare(a.Kind(), b.Kind()), true
	}
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int()), true
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint()), true
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float()), true
	case a.Kind() == reflect.String:
		return cmp.Compare(a.String(), b.String()), true
	case a.Kind() == reflect.Bool:
		x, y := 0, 0
		if a.Bool() {
			x = 1
		}
		if b.Bool() {
			y = 1
		}
		return cmp.Compare(x, y), true
	case a.Kind() == reflect.Array && a.Type().Elem().Kind() <= reflect.Float64 || a.Kind() == reflect.Array && a.Type().Elem().Kind() == reflect.String:
		for i := range a.Len() {
			if n, ok := compareKeys(a.Index(i), b.Index(i)); n != 0 || !ok {
				return n, ok
			}
		}
		return 0, true
	}
	return 0, false
}

// object makes a dict, or an object of a class, of a struct.
func (m *marshaler) object(v reflect.Value, s *sight) (Value, error) {
	class, fields, err := fieldsOf(v.Type())
	if err != nil {
		return Value{}, err
	}
	var at sight
	if s != nil {
		at = *s
	}
	obj, old := m.known(at, s != nil, func() Value {
		if class == "" {
			return m.Dict()
		}
		return m.New(m.Global(splitClass(class)), m.Tuple())
	})
	if old {
		return obj, nil
	}
	var parts []Value
	for _, f := range fields {
		x := v.FieldByIndex(f.index)
		if f.omitempty && x.IsZero() {
			continue
		}
		k := m.Interned(f.name)
		val, err := m.value(x)
		if err != nil {
			return Value{}, document.UnderPath(err, document.Join("", f.name))
		}
		parts = append(parts, k, val)
	}
	if class == "" {
		m.SetItem(obj, parts...)
	} else if len(parts) > 0 {
		m.Build(obj, m.Dict(parts...))
	}
	return obj, nil
}

// splitClass splits "module.Name" at its last dot, or "module:Name.Inner" at
// its colon.
func splitClass(s string) (module, name string) {
	if module, name, ok := strings.Cut(s, ":"); ok {
		return module, name
	}
	i := strings.LastIndexByte(s, '.')
	return s[:max(i, 0)], s[i+1:]
}

type field struct {
	name      string
	index     []int
	omitempty bool
}

// fieldsOf reads the tags of a struct.
func fieldsOf(t reflect.Type) (class string, fields []field, err error) {
	seen := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		tag, tagged := f.Tag.Lookup("pickle")
		if f.Name == "_" && strings.HasPrefix(tag, "class=") && len(f.Index) == 1 {
			class = strings.TrimPrefix(tag, "class=")
			if module, name := splitClass(class); module == "" || name == "" {
				return "", nil, fmt.Errorf("pickle: %w: class %q of %s is no module.Name", document.ErrInput, class, t)
			}
			continue
		}
		if !f.IsExported() || tag == "-" || f.Anonymous && !tagged {
			continue
		}
		if len(f.Index) > 1 {
			embedded := t
			through := false
			for _, i := range f.Index[:len(f.Index)-1] {
				e := embedded.Field(i)
				if e.Type.Kind() == reflect.Pointer || e.Tag.Get("pickle") != "" {
					through = true // embedded pointers and named embeddings are not flattened
				}
				embedded = e.Type
				if embedded.Kind() == reflect.Pointer {
					embedded = embedded.Elem()
				}
			}
			if through {
				continue
			}
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" {
			name = f.Name
		}
		if seen[name] {
			return "", nil, fmt.Errorf("pickle: %w: two fields %q in %s", document.ErrInput, name, t)
		}
		seen[name] = true
		fields = append(fields, field{name, f.Index, options == "omitempty"})
	}
	return class, fields, nil
}
