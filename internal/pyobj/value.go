package pyobj

import (
	"errors"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// Value is what is at a path: a *tensor.Tensor for arrays (a map of tensors by
// field for structured ones), a Go value as Scalar makes them for scalars, and
// for groups []any (lists, tuples, sets, arrays of objects) or map[string]any
// (dicts; instances, with "$class" and the names of their parts). What is met a
// second time is {"$ref": path}. It is for looking at: losslessjson is the form
// that keeps everything.
func (d *Document) Value(path string) (any, error) {
	v, _, _, err := d.env.find(d.Root(), path)
	if err != nil {
		return nil, document.InFile(err, d.name)
	}
	if path == "/" {
		path = ""
	}
	g := goer{d: d, seen: map[pickle.Value]string{}, e: d.env.fresh()}
	x, err := g.value(v, path, 0)
	return x, document.InFile(err, d.name)
}

type goer struct {
	d    *Document
	e    *Env
	seen map[pickle.Value]string
}

// value converts; each group once. The depth is bounded by the parser's limit
// on containers inside each other, and here once more.
func (g *goer) value(v pickle.Value, path string, depth int) (any, error) {
	if depth > 2*g.e.depth() {
		return nil, g.e.errorf(document.ErrLimit, path, v, "containers inside each other")
	}
	if !g.e.isGroup(v) {
		return g.leaf(v, path)
	}
	if at, ok := g.seen[v]; ok {
		return map[string]any{"$ref": at}, nil
	}
	g.seen[v] = path + "/"
	if path != "" {
		g.seen[v] = path
	}
	kids := g.e.kids(v)
	list := true
	for _, k := range kids {
		list = list && k.step == ""
	}
	if list && (v.Kind() != pickle.Dict && v.Kind() != pickle.Instance || len(kids) > 0) {
		out := make([]any, len(kids))
		for i, k := range kids {
			x, err := g.value(k.v, path+"/"+itoa(i), depth+1)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	}
	out := make(map[string]any, len(kids)+1)
	if v.Kind() != pickle.Dict {
		out["$class"] = g.d.typeOf(v)
	}
	for i, k := range kids {
		x, err := g.value(k.v, path+"/"+stepOf(kids, i), depth+1)
		if err != nil {
			return nil, err
		}
		out[k.step] = x
	}
	return out, nil
}

func (e *Env) depth() int { return e.Limits.WithDefaults().Depth }

// leaf is a value without groups below it.
func (g *goer) leaf(v pickle.Value, path string) (any, error) {
	if v.Kind() == pickle.Instance {
		if isArray(v, g.e.names()) {
			return g.array(v, path)
		}
		if s := g.d.text(v); s != "" && !isBytes(v) {
			if x, err := scalar(v, path, g.e); err == nil {
				return x, nil
			}
			return s, nil
		}
	}
	if x, err := scalar(v, path, g.e); err == nil {
		return x, nil
	}
	if v.Kind() == pickle.Tuple {
		return []any{}, nil
	}
	return g.d.text(v), nil
}

func isBytes(v pickle.Value) bool { _, ok := Bytes(v); return ok }

func (g *goer) array(v pickle.Value, path string) (any, error) {
	a, err := Array(v, path, g.e)
	if err != nil {
		return nil, err
	}
	if t := a.DType.Tensor(); a.DType.Kind == 'T' || t != tensor.Invalid && a.DType.Sub == nil {
		return a.Tensor(g.e)
	}
	// An array that no tensor can be: as it is.
	raw, err := a.raw(g.e)
	if err != nil {
		return nil, err
	}
	raws := map[string]any{"$dtype": a.DType.String(), "$shape": shapeValue(a.Shape), "$order": "C", "$data": raw}
	if len(a.DType.Fields) == 0 {
		return raws, nil
	}
	out := map[string]any{}
	flat := *a
	flat.axes = nil
	flat.Data, flat.Fortran, flat.Shape = raw, false, []int{a.Len()}
	s := &Struct{r: &Reader{env: g.e, fault: &fault{}}, a: &flat, raw: raw, n: a.Len(), read: map[string]bool{}}
	for _, f := range a.DType.Fields {
		t := s.Field(f.Name)
		if err := s.r.Err(); err != nil {
			if errors.Is(err, document.ErrUnsupported) {
				return raws, nil // a structure inside of a structure
			}
			return nil, err
		}
		if len(a.Shape) != 1 {
			if t, err = t.Reshape(append(append([]int{}, a.Shape...), t.Shape()[1:]...)...); err != nil {
				return nil, err
			}
		}
		out[f.Name] = t
	}
	return out, nil
}

func shapeValue(shape []int) []any {
	out := make([]any, len(shape))
	for i, n := range shape {
		out[i] = int64(n)
	}
	return out
}
