package larder

import (
	"context"
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Info is what Inspect tells of a file. Its JSON form is larder.inspect/1.
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

// Inspect says what is in a file. It runs nothing, opens files that Open
// refuses, and says why.
func Inspect(ctx context.Context, path string) (*Info, error) {
	return Loader{}.Inspect(ctx, path)
}

// Inspect is the function Inspect with the loader's settings.
func (l Loader) Inspect(ctx context.Context, path string) (*Info, error) {
	src, err := document.MapFile(path, l.Limits)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return l.InspectSource(ctx, src)
}

// InspectSource is Inspect of a source.
func (l Loader) InspectSource(ctx context.Context, src document.Source) (info *Info, err error) {
	defer func() { err = document.InFile(err, src.Name()) }()
	defer safeio.CatchFault(safeio.WatchFaults(), &err)
	env := formats.Env{Limits: l.Limits}
	doc, err := formats.Parse(src, env)
	if err != nil {
		return nil, err
	}
	info = &Info{Schema: "larder.inspect/1", Format: doc.Format(), Container: doc.Container(), Frameworks: []Framework{},
		Signatures: []SignatureInfo{}, Nodes: []document.Node{}, Findings: []document.Finding{}, Lost: []string{}}
	for n, err := range doc.All() {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info.Nodes = append(info.Nodes, n)
	}
	var findings []document.Finding
	info.Verdict, findings = formats.Judge(doc, env)
	info.Findings = append(info.Findings, findings...)
	info.Lost = append(info.Lost, formats.Lost(doc)...)
	m, err := formats.Lift(doc, env)
	if err != nil {
		info.Why = err.Error()
		if o := formats.Outermost(doc); o != nil {
			info.outermost(o)
		}
		return info, nil
	}
	describe(info, m)
	if info.Verdict == document.Dangerous {
		info.Runnable, info.Why = false, "refused as unsafe"
	}
	return info, nil
}

// outermost tells of the object that the file holds.
func (info *Info) outermost(o *model.Object) {
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

func describe(info *Info, m *model.Model) {
	seen := map[Framework]bool{}
	for o := range m.Root.All() {
		f := Framework{o.Framework, o.Version}
		if o.Framework != "" && !seen[f] {
			seen[f] = true
			info.Frameworks = append(info.Frameworks, f)
		}
	}
	info.outermost(m.Root)
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
