package validate

import "github.com/larder-ml/larder/model"

// Never refuses every input: a method that a class has and that its settings
// do not allow.
type Never struct{ Why string }

var _ model.Op = (*Never)(nil)

// Name is "never".
func (n *Never) Name() string { return "never" }

// Infer passes the fact on, so that the method can be listed.
func (n *Never) Infer(in []model.Fact) ([]model.Fact, error) { return in[:1], nil }

// Bind gives the kernel that refuses.
func (n *Never) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(*model.Call, []model.Value, []model.Value) error { return model.Inputf("%s", n.Why) }, nil
}
