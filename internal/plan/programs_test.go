package plan

import (
	"testing"

	"github.com/larder-ml/larder/model"
)

// The default signature is there at once; the others wait until one asks.
func TestProgramsCompleteTheModel(t *testing.T) {
	sig := func(name string) *model.Signature { return &model.Signature{Name: name, Graph: &model.Graph{}} }
	m := &model.Model{Root: &model.Object{}, Signatures: []*model.Signature{sig("predict")}, Default: "predict"}
	done := 0
	m.Later(func() {
		done++
		m.Signatures = append([]*model.Signature{sig("apply")}, m.Signatures...)
	})
	ps, err := NewPrograms(m)
	if err != nil {
		t.Fatal(err)
	}
	first, err := ps.Find("")
	if named, _ := ps.Find("predict"); err != nil || first == nil || named != first || done != 0 || ps.Brief() != m {
		t.Fatalf("%v %v, completed %d times", first, err, done)
	}
	for range 2 {
		if p, err := ps.Find("apply"); err != nil || p.Signature() != m.Signatures[0] || done != 1 {
			t.Errorf("%v %v, completed %d times", p, err, done)
		}
	}
	if p, err := ps.Find("no such"); p != nil || err != nil || len(ps.Model().Signatures) != 2 {
		t.Errorf("%v %v", p, err)
	}
	if again, _ := ps.Find("predict"); again != first {
		t.Error("another program of the default signature")
	}
}
