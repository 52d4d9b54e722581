package model

import (
	"fmt"

	"github.com/larder-ml/larder/document"
)

// Graph is what can be computed. Nodes are in an order in which each comes
// after what it needs.
type Graph struct {
	Name  string
	In    []Port
	Nodes []Node
	Out   []Ref
}

// Ref names a value: output Out of node Node, or input Out of the graph where
// Node is -1.
type Ref struct{ Node, Out int }

// At is another output of the same node.
func (r Ref) At(out int) Ref { return Ref{r.Node, out} }

// Node is one step of a graph.
type Node struct {
	Object *Object // whose step it is; for errors, edits and profiles
	Method string
	Op     Op
	In     []Ref
	Ctrl   []int // nodes that must have run before
}

// Op is one operation with its fields set: arithmetic, its shapes, its
// binding. An Op is immutable once it is in a graph.
type Op interface {
	// Name is what profiles and listings call it: "linear", "forest".
	Name() string
	// Infer says what comes out for what goes in. An error means that the
	// inputs are not what the op takes.
	Infer(in []Fact) ([]Fact, error)
	// Bind prepares the kernel for inputs of which these facts hold.
	Bind(b Binder, in []Fact) (Kernel, error)
}

// Kernel computes. out[i] is a *tensor.Tensor of the inferred type, with the
// inferred shape where that is fully known once the rows are, otherwise to be
// Reset by the kernel; a kernel may also replace out[i]. in must not be
// changed, and out must not keep memory of in unless out[i] is replaced by a
// view whose owner the plan keeps alive: in other words, a kernel may pass an
// input on by out[i] = in[j].
type Kernel func(c *Call, in, out []Value) error

// Binder is what Bind may ask of the plan.
type Binder interface {
	// Pack keeps something derived from an owner (packed weights, a compiled
	// forest) so that all plans of the model share it. Build runs once.
	Pack(owner any, key string, build func() (any, error)) (any, error)
	// Subplan compiles another graph.
	Subplan(g *Graph, in []Fact) (Kernel, error)
}

// Builder makes a graph.
type Builder struct {
	g      *Graph
	params []Port
	object *Object
	method string
}

// NewBuilder starts a graph with inputs.
func NewBuilder(name string, in ...Port) *Builder {
	return &Builder{g: &Graph{Name: name, In: in}}
}

// Inputs are the refs of the graph's inputs.
func (b *Builder) Inputs() []Ref {
	refs := make([]Ref, len(b.g.In)-len(b.params))
	for i := range refs {
		refs[i] = Ref{-1, i}
	}
	return refs
}

// Add puts a node in and returns its first output.
func (b *Builder) Add(op Op, in ...Ref) Ref {
	b.g.Nodes = append(b.g.Nodes, Node{Object: b.object, Method: b.method, Op: op, In: in})
	return Ref{len(b.g.Nodes) - 1, 0}
}

// Param is the value of a parameter of the signature; the first to name it
// declares it.
func (b *Builder) Param(p Port) Ref {
	for i, q := range b.params {
		if q.Name == p.Name {
			return Ref{-1, len(b.g.In) - len(b.params) + i}
		}
	}
	b.params = append(b.params, p)
	b.g.In = append(b.g.In, p)
	return Ref{-1, len(b.g.In) - 1}
}

// Ask wires a method of an object: what a pipeline does with its steps.
func (b *Builder) Ask(o *Object, method string, in ...Ref) ([]Ref, error) {
	m, ok := o.Method(method)
	if !ok {
		return nil, document.Errorf(document.ErrUnsupported, "", o.Path, -1, "%s has no %s", o.Class, method)
	}
	was, wasMethod := b.object, b.method
	b.object, b.method = o, method
	out, err := m.Wire(b, in)
	b.object, b.method = was, wasMethod
	return out, err
}

// Graph ends the building.
func (b *Builder) Graph(out ...Ref) *Graph {
	b.g.Out = out
	return b.g
}

// Sign makes a signature of a method of an object: its graph, and its outputs
// as inference tells them.
func Sign(o *Object, method string) (*Signature, error) {
	m, ok := o.Method(method)
	if !ok {
		return nil, fmt.Errorf("%s has no %s", o.Class, method)
	}
	b := NewBuilder(method, o.In)
	out, err := b.Ask(o, method, b.Inputs()...)
	if err != nil {
		return nil, err
	}
	g := b.Graph(out...)
	facts := make([]Fact, len(g.In))
	for i, p := range g.In {
		facts[i] = p.Fact()
	}
	all, err := Infer(g, facts)
	if err != nil {
		return nil, err
	}
	s := &Signature{Name: method, In: g.In[:1:1], Params: g.In[1:], Graph: g, Tolerance: m.Tolerance, Variant: m.Variant}
	for i, r := range out {
		name := method
		if i < len(m.Out) {
			name = m.Out[i]
		}
		f := factOf(r, facts, all)
		s.Out = append(s.Out, Port{Name: name, Kind: f.Kind, DType: f.DType, Shape: f.Shape})
	}
	return s, nil
}

// Infer is the facts of every output of every node.
func Infer(g *Graph, in []Fact) ([][]Fact, error) {
	all := make([][]Fact, len(g.Nodes))
	for i, n := range g.Nodes {
		args := make([]Fact, 0, len(n.In)) // of each node its own: an op may return a part of it
		for _, r := range n.In {
			args = append(args, factOf(r, in, all))
		}
		out, err := n.Op.Infer(args)
		if err != nil {
			return nil, n.Located(err)
		}
		all[i] = out
	}
	return all, nil
}

// Located puts the node's path on an error.
func (n *Node) Located(err error) error {
	if n.Object == nil || err == nil {
		return err
	}
	var e *document.Error
	if asError(err, &e) {
		if e.Path == "" {
			e.Path = n.Object.Path
		}
		return err
	}
	return &document.Error{Path: n.Object.Path, Offset: -1, Err: err}
}

func factOf(r Ref, in []Fact, all [][]Fact) Fact {
	if r.Node < 0 {
		return in[r.Out]
	}
	return all[r.Node][r.Out]
}
