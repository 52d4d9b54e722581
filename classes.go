package larder

import (
	"github.com/larder-ml/larder/internal/op/labels"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// nameClasses gives names to the labels of a classifier whose file numbers
// them 0, 1, …: see Loader.Classes.
func nameClasses(m *model.Model, names []string) error {
	if names == nil {
		return nil
	}
	s, ok := m.Signature(m.Default)
	if !ok || len(m.Root.Classes) != 1 || len(s.Out) != 1 || !numbered(m.Root.Classes[0]) || !s.Out[0].DType.IsInteger() {
		return model.Inputf("Loader.Classes is for a classifier whose labels are 0, 1, …; %s is none", m.Root.Class)
	}
	if have := m.Root.Classes[0].Len(); have != len(names) {
		return model.Inputf("%d names for %d classes", len(names), have)
	}
	g := *s.Graph
	g.Nodes = append(append([]model.Node(nil), g.Nodes...),
		model.Node{Object: m.Root, Method: s.Name, Op: &labels.Named{Names: names}, In: []model.Ref{g.Out[0]}})
	g.Out = []model.Ref{{Node: len(g.Nodes) - 1}}
	s.Graph = &g
	s.Out[0].DType = tensor.String
	m.Root.Classes = []*tensor.Tensor{tensor.Of(names)}
	return nil
}

func numbered(t *tensor.Tensor) bool {
	if !t.DType().IsInteger() {
		return false
	}
	for i := range t.Len() {
		if t.Int(i) != int64(i) {
			return false
		}
	}
	return true
}
