package inspect

import (
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Info is what Inspect tells of a file.
type Info struct {
	Schema     string             `json:"schema"`
	Format     string             `json:"format"`
	Container  map[string]any     `json:"container"`
	Framework  *Framework         `json:"framework"` // of the outermost object; nil where it is plain data
	Frameworks []Framework        `json:"frameworks"`
	Model      *ModelInfo         `json:"model"`
	Signatures []SignatureInfo    `json:"signatures"`
	Nodes      []document.Node    `json:"nodes"`
	Runnable   bool               `json:"runnable"`
	Why        string             `json:"why,omitempty"` // it is not runnable
	Verdict    document.Verdict   `json:"verdict"`
	Findings   []document.Finding `json:"findings"`
	Lost       []string           `json:"lost"` // what the format does not hold
}

// Framework is a library and the version that wrote a part of the file.
type Framework struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// ModelInfo is the outermost object.
type ModelInfo struct {
	Kind    string         `json:"kind"` // its class
	Summary map[string]any `json:"summary"`
}

// SignatureInfo is what one can ask and what it takes.
type SignatureInfo struct {
	Name    string     `json:"name"`
	Inputs  []PortInfo `json:"inputs"`
	Outputs []PortInfo `json:"outputs"`
	Params  []PortInfo `json:"params"`
}

// PortInfo is one input, output or parameter. An unknown dimension is null.
type PortInfo struct {
	Name    string   `json:"name"`
	DType   string   `json:"dtype"`
	Shape   []*int   `json:"shape"`
	Columns []string `json:"columns,omitempty"`
	Default any      `json:"default,omitempty"`
	Doc     string   `json:"doc,omitempty"`
}

// New is an Info of a document of which only the container has been looked at.
func New(d document.Document) *Info {
	return &Info{Schema: "larder.inspect/1", Format: d.Format(), Container: d.Container(), Frameworks: []Framework{},
		Signatures: []SignatureInfo{}, Nodes: []document.Node{}, Findings: []document.Finding{}, Lost: []string{}}
}

// Outermost adds what is known of the object that the file holds.
func (info *Info) Outermost(o *model.Object) {
	if o.Framework != "" {
		info.Framework = &Framework{o.Framework, o.Version}
		if !slices.Contains(info.Frameworks, *info.Framework) {
			info.Frameworks = append(info.Frameworks, *info.Framework)
		}
	}
	if o.Class != "" {
		info.Model = &ModelInfo{Kind: o.Class, Summary: document.Plain(summary(o)).(map[string]any)}
	}
}

// Describe adds what a lifted model tells: frameworks, summary, signatures.
func (info *Info) Describe(m *model.Model) {
	seen := map[Framework]bool{}
	for o := range m.Root.All() {
		f := Framework{o.Framework, o.Version}
		if o.Framework != "" && !seen[f] {
			seen[f] = true
			info.Frameworks = append(info.Frameworks, f)
		}
	}
	info.Outermost(m.Root)
	for _, s := range m.Signatures {
		info.Signatures = append(info.Signatures, SignatureInfo{s.Name, ports(s.In), ports(s.Out), ports(s.Params)})
	}
	if info.Runnable = len(m.Signatures) > 0; !info.Runnable {
		info.Why = m.NotRunnable().Error()
	}
}

// summary is the configuration and the counts of an object, and of those below
// it by class.
func summary(root *model.Object) map[string]any {
	s := map[string]any{}
	parameters := 0
	for o := range root.All() {
		for _, p := range o.Params {
			n, _ := tensor.Count(p.Shape)
			parameters += n
		}
	}
	s["parameters"] = parameters
	for _, c := range root.Config {
		s[c.Name] = c.Value
	}
	if root.Classes != nil {
		var classes []any
		for _, t := range root.Classes {
			classes = append(classes, tensor.Scalars(t))
		}
		s["classes"] = classes
		if len(classes) == 1 {
			s["classes"] = classes[0]
		}
	}
	var steps []any
	for _, c := range root.Children {
		steps = append(steps, map[string]any{"path": c.Path, "kind": c.Class, "config": settings(c.Config)})
	}
	if steps != nil {
		s["children"] = steps
	}
	return s
}

func settings(c []model.Setting) map[string]any {
	m := map[string]any{}
	for _, s := range c {
		m[s.Name] = s.Value
	}
	return m
}

func ports(in []model.Port) []PortInfo {
	out := []PortInfo{}
	for _, p := range in {
		i := PortInfo{Name: p.Name, DType: p.DType.String(), Shape: []*int{}, Doc: p.Doc}
		if p.Kind != model.Dense {
			i.DType = p.Kind.String()
		}
		for _, d := range p.Shape {
			if d < 0 {
				i.Shape = append(i.Shape, nil)
			} else {
				n := int(d)
				i.Shape = append(i.Shape, &n)
			}
		}
		for _, c := range p.Columns {
			if c.Name != "" {
				i.Columns = append(i.Columns, c.Name)
			}
		}
		if t, ok := p.Default.(*tensor.Tensor); ok {
			i.Default = document.Plain(tensor.Scalars(t))
		}
		out = append(out, i)
	}
	return out
}
