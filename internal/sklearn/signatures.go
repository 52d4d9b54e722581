package sklearn

import (
	"slices"

	"github.com/larder-ml/larder/internal/op/columns"
	"github.com/larder-ml/larder/model"
)

// Model makes the model of a root object: a signature for each method.
func Model(root *model.Object) (*model.Model, error) {
	m := &model.Model{Root: root}
	var first error
	for _, method := range root.Methods {
		s, err := sign(root, method)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		m.Signatures = append(m.Signatures, s)
	}
	if first != nil {
		if root.Why == "" {
			root.Why = first.Error()
		}
		if len(m.Signatures) == 0 {
			return m, nil
		}
	}
	m.Default = preferred(m)
	return m, nil
}

// preferred is what the library's own predict answers, else transform, else the
// only one.
func preferred(m *model.Model) string {
	for _, name := range []string{"predict", "transform"} {
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
