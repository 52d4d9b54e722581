package sklearn

import (
	"strings"
	"testing"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// A signature beside the default one is signed when the model is completed. One
// that cannot be signed is left out then, and the object says why.
func TestASignatureThatCannotBeSignedLater(t *testing.T) {
	pass := func(_ *model.Builder, in []model.Ref) ([]model.Ref, error) { return in, nil }
	root := &model.Object{Path: "/", Class: "test.Thing",
		In: model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}},
		Methods: []model.Method{
			{Name: "predict", Wire: pass},
			{Name: "broken", Wire: func(*model.Builder, []model.Ref) ([]model.Ref, error) {
				return nil, model.Unsupportedf("no gears in it")
			}},
			{Name: "transform", Wire: pass},
		}}
	m, err := Model(root)
	if err != nil {
		t.Fatal(err)
	}
	if m.Default != "predict" || len(m.Signatures) != 1 {
		t.Errorf("before: default %q, %d signatures", m.Default, len(m.Signatures))
	}
	m.Complete()
	m.Complete() // once is enough
	var names []string
	for _, s := range m.Signatures {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "predict transform" {
		t.Errorf("after: %s", got)
	}
	if !strings.Contains(root.Why, "no gears in it") {
		t.Errorf("the object says %q", root.Why)
	}
}
