package sklearn

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// Lower writes an object as an instance of its class, of the version that it
// was read from: the keys of its state in their order, arrays as numpy pickles
// them. It makes a graph for pickle.Encode.
func Lower(b *pickle.Builder, o *model.Object) (pickle.Value, error) {
	e := estimatorOf(o)
	if e == nil || e.Row.Lower == nil {
		return pickle.Value{}, document.Errorf(document.ErrUnsupported, "", o.Path, -1, "a %s cannot be saved from a model yet", o.Class)
	}
	w := &lowering{Builder: b, env: e.Env(), made: map[pickle.Value]pickle.Value{}}
	var state []pickle.Value
	for _, k := range e.Keys() {
		state = append(state, b.Interned(k), w.value(e.Value(k), e.PathOf(k), 0))
	}
	if w.err == nil {
		w.err = e.Err()
	}
	if w.err != nil {
		return pickle.Value{}, w.err
	}
	v := b.New(w.class(e.Row.Path), b.Tuple())
	b.Build(v, b.Dict(state...))
	return v, b.Err()
}

// lowering copies values of a document into a builder.
type lowering struct {
	*pickle.Builder
	env  *pyobj.Env
	made map[pickle.Value]pickle.Value
	err  error
}

func (w *lowering) fail(path string, v pickle.Value, detail string, args ...any) pickle.Value {
	if w.err == nil {
		w.err = document.Errorf(document.ErrUnsupported, "pickle", path, v.Offset(), detail, args...)
	}
	return w.None()
}

func (w *lowering) class(path string) pickle.Value {
	dot := strings.LastIndexByte(path, '.')
	return w.Global(path[:dot], path[dot+1:])
}

// value copies one value. Shared ones stay shared.
func (w *lowering) value(v pickle.Value, path string, depth int) pickle.Value {
	if c, ok := w.made[v]; ok {
		return c
	}
	if depth > maxDepth {
		return w.fail(path, v, "values nested deeper than %d", maxDepth)
	}
	c := w.copy(v, path, depth+1)
	w.made[v] = c
	return c
}

func (w *lowering) copy(v pickle.Value, path string, depth int) pickle.Value {
	items := func() (vs []pickle.Value) {
		for x := range v.Items() {
			vs = append(vs, w.value(x, path, depth))
		}
		return vs
	}
	switch v.Kind() {
	case pickle.None:
		return w.None()
	case pickle.Bool:
		return w.Bool(v.Bool())
	case pickle.Int:
		return w.Int(v.Int())
	case pickle.BigInt:
		return w.Big(v.Big())
	case pickle.Float:
		return w.Float(v.Float())
	case pickle.String:
		return w.Str(v.Str())
	case pickle.Bytes:
		return w.Bytes(v.Bytes())
	case pickle.List:
		return w.List(items()...)
	case pickle.Tuple:
		return w.Tuple(items()...)
	case pickle.Dict:
		var vs []pickle.Value
		for k, x := range v.Entries() {
			vs = append(vs, w.value(k, path, depth), w.value(x, path, depth))
		}
		return w.Dict(vs...)
	case pickle.Global:
		if name, ok := pyobj.GlobalName(v); ok {
			return w.class(name)
		}
	case pickle.Instance:
		if pyobj.IsArray(v) {
			return w.array(v, path, depth)
		}
		if d := scalarType(v, w.env); d.IsNumeric() {
			if x, err := pyobj.Scalar(v); err == nil {
				return w.scalar(x, d, path, v)
			}
		}
	}
	return w.fail(path, v, "a %s in a state that is saved", pyobj.ClassOf(v))
}

// dtype is a simple numpy dtype: "f8".
func (w *lowering) dtype(kind, order string, flags int64) pickle.Value {
	d := w.Reduce(w.class("numpy.dtype"), w.Tuple(w.Str(kind), w.Bool(false), w.Bool(true)))
	w.Build(d, w.Tuple(w.Int(3), w.Str(order), w.None(), w.None(), w.None(), w.Int(-1), w.Int(-1), w.Int(flags)))
	return d
}

func (w *lowering) numbers(d tensor.DType) pickle.Value {
	descr := d.Descr()
	return w.dtype(descr[1:], descr[:1], 0)
}

// scalar is a numpy scalar. numpy.core is the name that every numpy reads
// without complaint.
func (w *lowering) scalar(x any, d tensor.DType, path string, v pickle.Value) pickle.Value {
	var t *tensor.Tensor
	switch x := x.(type) {
	case float64:
		t = tensor.Of([]float64{x})
	case int64:
		t = tensor.Of([]int64{x})
	case bool:
		t = tensor.Of([]bool{x})
	default:
		return w.fail(path, v, "a numpy scalar of %s", d)
	}
	t, err := t.Convert(d)
	if err != nil {
		return w.fail(path, v, "%v", err)
	}
	return w.Reduce(w.class("numpy.core.multiarray.scalar"), w.Tuple(w.numbers(d), w.Bytes(t.Bytes())))
}

// array is a numpy array of numbers, text or objects.
func (w *lowering) array(v pickle.Value, path string, depth int) pickle.Value {
	a, err := pyobj.Array(v, path, w.env)
	if err != nil {
		return w.fail(path, v, "%v", err)
	}
	var dtype, data pickle.Value
	switch {
	case a.DType.Kind == 'O':
		var items []pickle.Value
		for _, x := range a.Objects {
			items = append(items, w.value(x, path, depth))
		}
		dtype, data = w.dtype("O8", "|", 63), w.List(items...)
	default:
		t, err := a.Tensor(w.env)
		if err != nil {
			return w.fail(path, v, "%v", err)
		}
		if t.DType() == tensor.String {
			// Text of a fixed width: four bytes a character.
			if a.DType.Kind != 'U' {
				return w.fail(path, v, "an array of %s", a.DType)
			}
			dtype, data = w.text(a.DType.Size/4, tensor.Data[string](t))
			break
		}
		dtype, data = w.numbers(t.DType()), w.Bytes(t.Bytes())
	}
	var shape []pickle.Value
	for _, n := range a.Shape {
		shape = append(shape, w.Int(int64(n)))
	}
	o := w.Reduce(w.class("numpy.core.multiarray._reconstruct"), w.Tuple(w.class("numpy.ndarray"), w.Tuple(w.Int(0)), w.Bytes([]byte("b"))))
	w.Build(o, w.Tuple(w.Int(1), w.Tuple(shape...), dtype, w.Bool(false), data))
	return o
}

func (w *lowering) text(width int, items []string) (dtype, data pickle.Value) {
	dtype = w.Reduce(w.class("numpy.dtype"), w.Tuple(w.Str(fmt.Sprintf("U%d", width)), w.Bool(false), w.Bool(true)))
	w.Build(dtype, w.Tuple(w.Int(3), w.Str("<"), w.None(), w.None(), w.None(), w.Int(int64(4*width)), w.Int(4), w.Int(8)))
	b := make([]byte, 0, 4*width*len(items))
	for _, s := range items {
		end := len(b) + 4*width
		for _, c := range s {
			b = binary.LittleEndian.AppendUint32(b, uint32(c))
		}
		b = append(b[:min(len(b), end)], make([]byte, max(end-len(b), 0))...)
	}
	return dtype, w.Bytes(b)
}
