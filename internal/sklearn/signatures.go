package sklearn

import (
	"slices"

	"github.com/larder-ml/larder/internal/op/columns"
	"github.com/larder-ml/larder/model"
)

// Model makes the model of a root object: a signature for each method. Where the
// default one can be signed, the others wait for Complete.
func Model(root *model.Object) (*model.Model, error) {
	m := &model.Model{Root: root}
	m.Later(func() { describe(root) })
	for _, name := range defaults {
		method, ok := root.Method(name)
		if !ok {
			continue
		}
		s, err := sign(root, method)
		if err != nil {
			break // another may be the default, or none
		}
		m.Signatures, m.Default = []*model.Signature{s}, name
		m.Later(func() { signAll(m) })
		return m, nil
	}
	signAll(m)
	if len(m.Signatures) > 0 {
		m.Default = preferred(m)
	}
	return m, nil
}

// signAll signs the methods that are not signed yet, in their order. The object
// tells why one cannot be.
func signAll(m *model.Model) {
	signed := make([]*model.Signature, 0, len(m.Root.Methods))
	for _, method := range m.Root.Methods {
		s, ok := m.Signature(method.Name)
		if !ok {
			var err error
			if s, err = sign(m.Root, method); err != nil {
				if m.Root.Why == "" {
					m.Root.Why = err.Error()
				}
				continue
			}
		}
		signed = append(signed, s)
	}
	m.Signatures = signed
}

// describe lists what people want to know of an object and all below it.
func describe(root *model.Object) {
	for o := range root.All() {
		if e := estimatorOf(o); e != nil && !e.described {
			e.described = true
			e.describe()
		}
	}
}

// defaults are the methods that the library's own predict is, the first first.
var defaults = []string{"predict", "transform"}

// preferred is what the library's own predict answers, else transform, else the
// only one.
func preferred(m *model.Model) string {
	for _, name := range defaults {
		if _, ok := m.Signature(name); ok {
			return name
		}
	}
	if len(m.Signatures) == 1 {
		return m.Signatures[0].Name
	}
	return ""
}

// sign is model.Sign with two things besides: inverse_transform takes what
// transform gives, and a table of text that leaves the graph becomes a matrix.
func sign(o *model.Object, m model.Method) (*model.Signature, error) {
	e := estimatorOf(o)
	if e == nil || m.Name != "inverse_transform" || e.Back == nil {
		s, err := model.Sign(o, m.Name)
		if err != nil || e == nil || !slices.ContainsFunc(s.Out, func(p model.Port) bool { return p.Kind == model.Table }) {
			return s, err
		}
	}
	// The method of the whole file, as it were: it asks the object's own.
	whole := &model.Object{Path: o.Path, Class: o.Class, In: o.In, Data: o.Data}
	if e.Back != nil && m.Name == "inverse_transform" {
		whole.In = *e.Back
	}
	outer := m
	outer.Wire = func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
		out, err := b.Ask(o, m.Name, in...)
		for i := range out {
			out[i] = b.Add(columns.Plain{}, out[i])
		}
		return out, err
	}
	whole.Methods = []model.Method{outer}
	return model.Sign(whole, m.Name)
}
