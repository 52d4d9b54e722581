package plan

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// maxDepth bounds graphs inside graphs.
const maxDepth = 64

// Plan is a compiled graph. A slot is a place for a value: first the graph's
// inputs, then every output of every node.
type Plan struct {
	graph *model.Graph
	facts []model.Fact // of each slot
	steps []step
	out   []int        // slots
	split bool         // may be cut by rows
	used  atomic.Int64 // when last; see Program
	pool  sync.Pool
}

type step struct {
	node    *model.Node
	kernel  model.Kernel
	in, out []int
}

// Compile infers and binds a graph. The store may be shared by all plans of a
// model.
func Compile(g *model.Graph, in []model.Fact, store *Store) (*Plan, error) {
	return compile(g, in, store, 0)
}

func compile(g *model.Graph, in []model.Fact, store *Store, depth int) (*Plan, error) {
	if depth > maxDepth {
		return nil, document.Errorf(document.ErrLimit, "", "", -1, "graphs nested deeper than %d", maxDepth)
	}
	if len(in) != len(g.In) {
		return nil, fmt.Errorf("plan: %d facts for %d inputs of %s", len(in), len(g.In), g.Name)
	}
	inferred, err := model.Infer(g, in)
	if err != nil {
		return nil, err
	}
	p := &Plan{graph: g, facts: append([]model.Fact(nil), in...)}
	first := make([]int, len(g.Nodes)) // slot of each node's first output
	slots, most := 0, len(g.Out)       // of all steps; outputs of the graph too
	for i, facts := range inferred {
		slots += len(facts)
		most += len(facts) + len(g.Nodes[i].In)
	}
	p.facts = slices.Grow(p.facts, slots)
	p.steps = make([]step, 0, len(g.Nodes))
	mem := make([]int, 0, most)
	for i, facts := range inferred {
		first[i] = len(p.facts)
		p.facts = append(p.facts, facts...)
	}
	slot := func(r model.Ref) int {
		if r.Node < 0 {
			return r.Out
		}
		return first[r.Node] + r.Out
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		s := step{node: n}
		facts := make([]model.Fact, len(n.In)) // of each node its own: an op may keep it
		at := len(mem)
		for k, r := range n.In {
			mem = append(mem, slot(r))
			facts[k] = p.facts[slot(r)]
		}
		s.in = mem[at:len(mem):len(mem)]
		at = len(mem)
		for k := range inferred[i] {
			mem = append(mem, first[i]+k)
		}
		s.out = mem[at:len(mem):len(mem)]
		if s.kernel, err = n.Op.Bind(binder{store, depth}, facts); err != nil {
			return nil, n.Located(err)
		}
		p.steps = append(p.steps, s)
	}
	at := len(mem)
	for _, r := range g.Out {
		mem = append(mem, slot(r))
	}
	p.out = mem[at:]
	p.split = p.splittable()
	p.pool.New = func() any { return newWorkspace(p) }
	return p, nil
}

// splittable says whether every input has rows or is a constant, and every
// output is a dense tensor with rows and no other unknown dimension.
func (p *Plan) splittable() bool {
	rows := false
	for i := range p.graph.In {
		f := p.facts[i]
		if !constant(&f) && f.Width(0) != model.Rows {
			return false
		}
		rows = rows || f.Width(0) == model.Rows
	}
	for _, s := range p.out {
		f := p.facts[s]
		if f.Kind != model.Dense || f.DType == tensor.Invalid || f.Width(0) != model.Rows {
			return false
		}
		for _, d := range f.Shape[1:] {
			if d < 0 {
				return false
			}
		}
	}
	return rows
}

// constant says whether an input is compiled in. The constant of a table is its
// columns alone.
func constant(f *model.Fact) bool { return f.Const != nil && f.Kind != model.Table }

// Outs are the facts of the outputs.
func (p *Plan) Outs() []model.Fact {
	out := make([]model.Fact, len(p.out))
	for i, s := range p.out {
		out[i] = p.facts[s]
	}
	return out
}

type binder struct {
	store *Store
	depth int
}

func (b binder) Pack(owner any, key string, build func() (any, error)) (any, error) {
	return b.store.pack(owner, key, build)
}

func (b binder) Subplan(g *model.Graph, in []model.Fact) (model.Kernel, error) {
	p, err := compile(g, in, b.store, b.depth+1)
	if err != nil {
		return nil, err
	}
	return func(c *model.Call, in, out []model.Value) error {
		w := p.pool.Get().(*workspace)
		w.call.Context, w.call.Session = c.Context, c.Session
		err := p.run(w, in, out, c.Rows)
		p.release(w)
		return err
	}, nil
}

// Store keeps what ops pack, once for each owner and key.
type Store struct {
	mu    sync.Mutex
	packs map[packKey]*pack
}

type packKey struct {
	owner any
	key   string
}

type pack struct {
	once sync.Once
	v    any
	err  error
}

func (s *Store) pack(owner any, key string, build func() (any, error)) (any, error) {
	s.mu.Lock()
	if s.packs == nil {
		s.packs = map[packKey]*pack{}
	}
	p := s.packs[packKey{owner, key}]
	if p == nil {
		p = &pack{}
		s.packs[packKey{owner, key}] = p
	}
	s.mu.Unlock()
	p.once.Do(func() { p.v, p.err = build() })
	return p.v, p.err
}
