package plan

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// maxPlans is how many plans a program keeps.
const maxPlans = 8

// Program is one signature, ready to be called. It is safe for concurrent use.
type Program struct {
	sig   *model.Signature
	store *Store
	mu    sync.Mutex // held while compiling
	plans atomic.Pointer[[]*Plan]
	clock atomic.Int64
}

// NewProgram is a program without plans yet.
func NewProgram(s *model.Signature, store *Store) *Program {
	p := &Program{sig: s, store: store}
	p.plans.Store(&[]*Plan{})
	return p
}

// Warm compiles the plan for inputs as the ports describe them.
func (p *Program) Warm() error {
	facts := make([]model.Fact, len(p.sig.Graph.In))
	for i, port := range p.sig.Graph.In {
		facts[i] = port.Fact()
	}
	_, err := p.compile(facts, nil)
	return err
}

// Run calls the signature. in has a value for each input, then one for each
// parameter, where nil stands for the default; out as in Plan.Run. A Threads
// of 0 is as many as there are processors.
func (p *Program) Run(ctx context.Context, in, out []tensor.Value, o Options) error {
	rows, err := p.rows(in)
	if err != nil {
		return err
	}
	pl := p.find(in)
	if pl == nil {
		facts, err := p.factsOf(in)
		if err != nil {
			return err
		}
		if pl, err = p.compile(facts, in); err != nil {
			return err
		}
	}
	pl.used.Store(p.clock.Add(1))
	if o.Threads == 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	return pl.Run(ctx, in, out, rows, o)
}

// rows is the number of rows that all inputs with rows agree on.
func (p *Program) rows(in []tensor.Value) (int, error) {
	rows := -1
	for i := range p.sig.In {
		port := &p.sig.In[i]
		if in[i] == nil {
			return 0, model.Inputf("no value for %s", port.Name)
		}
		if !port.HasRows() {
			continue
		}
		n := 0
		switch v := in[i].(type) {
		case *tensor.Tensor:
			if v.Rank() == 0 {
				return 0, model.Inputf("%s has no rows: it is a scalar", port.Name)
			}
			n = v.Dim(0)
		case *tensor.Sparse:
			n = v.Rows
		case *tensor.Table:
			n = v.N
		case *tensor.Ragged:
			n = max(len(v.Splits)-1, 0)
		}
		if rows >= 0 && n != rows {
			return 0, model.Inputf("%s has %d rows, the inputs before it %d", port.Name, n, rows)
		}
		rows = n
	}
	return max(rows, 0), nil
}

// find looks for a plan whose facts hold for the inputs; it allocates nothing.
func (p *Program) find(in []tensor.Value) *Plan {
	plans := *p.plans.Load()
search:
	for _, pl := range plans {
		for i := range in {
			if !holds(&pl.facts[i], &p.sig.Graph.In[i], in[i]) {
				continue search
			}
		}
		return pl
	}
	return nil
}

// holds says whether f is the fact of v at a port.
func holds(f *model.Fact, port *model.Port, v tensor.Value) bool {
	if v == nil {
		return f.Const == port.Default
	}
	if port.Default != nil { // a parameter: constants compile into the plan
		return sameTensor(f.Const, v)
	}
	switch v := v.(type) {
	case *tensor.Tensor:
		return f.Kind == model.Dense && f.DType == v.DType() && fits(f.Shape, v.Shape())
	case *tensor.Sparse:
		return f.Kind == model.Sparse && f.DType == v.Data.DType() && len(f.Shape) == 2 && int(f.Shape[1]) == v.Cols
	case *tensor.Table:
		return f.Kind == model.Table && sameColumns(f.Const, v)
	case *tensor.Ragged:
		return f.Kind == model.Ragged && f.DType == v.Values.DType()
	}
	return f.Kind == model.Handle
}

func fits(f []model.Dim, shape []int) bool {
	if len(f) != len(shape) {
		return false
	}
	for i, d := range f {
		if d >= 0 && int(d) != shape[i] {
			return false
		}
	}
	return true
}

// layout is an empty table of the same columns, in memory of its own.
func layout(t *tensor.Table) *tensor.Table {
	l := &tensor.Table{Columns: slices.Clone(t.Columns)}
	for i := range l.Columns {
		c := &l.Columns[i]
		c.Values = tensor.New(c.Values.DType(), 0)
		c.Categories = slices.Clone(c.Categories)
		if c.Missing != nil {
			c.Missing = []tensor.Missing{}
		}
	}
	return l
}

// sameColumns compares the layout of two tables: a table's fact holds an empty
// table of the same columns, so that ops can look them up when they bind. A
// column with marks for missing cells is another one than a column without.
func sameColumns(c tensor.Value, t *tensor.Table) bool {
	l, ok := c.(*tensor.Table)
	if !ok || len(l.Columns) != len(t.Columns) {
		return false
	}
	for i := range l.Columns {
		a, b := &l.Columns[i], &t.Columns[i]
		if a.Name != b.Name || a.Values.DType() != b.Values.DType() || (a.Missing == nil) != (b.Missing == nil) ||
			!slices.Equal(a.Categories, b.Categories) {
			return false
		}
	}
	return true
}

func sameTensor(a, b tensor.Value) bool {
	x, ok := a.(*tensor.Tensor)
	y, ok2 := b.(*tensor.Tensor)
	if !ok || !ok2 || x == nil || y == nil || x.DType() != y.DType() || !sameShape(x.Shape(), y.Shape()) {
		return false
	}
	if x.DType() == tensor.String {
		xs, ys := tensor.Data[string](x), tensor.Data[string](y)
		for i := range xs {
			if xs[i] != ys[i] {
				return false
			}
		}
		return true
	}
	return string(x.Bytes()) == string(y.Bytes())
}

// factsOf is the facts of a call's values: their own types, the port's symbols
// where it has them, and otherwise their own dimensions.
func (p *Program) factsOf(in []tensor.Value) ([]model.Fact, error) {
	facts := make([]model.Fact, len(in))
	for i, v := range in {
		port := p.sig.Graph.In[i]
		f := port.Fact()
		if v == nil || port.Default != nil {
			if t, ok := v.(*tensor.Tensor); ok {
				f.Const = t.Clone() // the caller may change it after the call
			} else if v != nil {
				return nil, model.Inputf("the parameter %s is a tensor, not a %T", port.Name, v)
			}
			facts[i] = f
			continue
		}
		switch v := v.(type) {
		case *tensor.Tensor:
			if port.Kind == model.Table {
				return nil, model.Inputf("%s is a table of columns, not a matrix", port.Name)
			}
			f.Kind, f.DType = model.Dense, v.DType()
			if len(v.Shape()) != len(port.Shape) && port.Shape != nil {
				return nil, model.Inputf("%s has %d dimensions, %s is %s", describe(v), v.Rank(), port.Name, model.ShapeString(port.Shape))
			}
			f.Shape = make([]model.Dim, v.Rank())
			for k, d := range v.Shape() {
				f.Shape[k] = model.Dim(d)
				if port.Shape[k] < 0 {
					f.Shape[k] = port.Shape[k]
				}
			}
		case *tensor.Sparse:
			if !port.Sparse {
				return nil, model.Inputf("%s takes no sparse matrix", port.Name)
			}
			f.Kind, f.DType = model.Sparse, v.Data.DType()
			f.Shape = []model.Dim{model.Rows, model.Dim(v.Cols)}
		case *tensor.Table:
			if port.Kind != model.Table {
				return nil, model.Inputf("%s is a matrix, not a table", port.Name)
			}
			f.Kind, f.DType = model.Table, tensor.Invalid
			f.Shape = []model.Dim{model.Rows, model.Dim(len(v.Columns))}
			f.Const = layout(v)
		case *tensor.Ragged:
			f.Kind, f.DType = model.Ragged, v.Values.DType()
		}
		facts[i] = f
	}
	return facts, nil
}

func describe(t *tensor.Tensor) string { return "a tensor of shape " + t.String() }

// compile makes a plan and keeps it in place of the least recently used one. in
// are the values that no plan was found for; another call may have made it since.
func (p *Program) compile(facts []model.Fact, in []tensor.Value) (*Plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if in != nil {
		if pl := p.find(in); pl != nil {
			return pl, nil
		}
	}
	pl, err := Compile(p.sig.Graph, facts, p.store)
	if err != nil {
		return nil, err
	}
	plans := slices.Clone(*p.plans.Load())
	if len(plans) >= maxPlans {
		oldest := 0
		for i := range plans {
			if plans[i].used.Load() < plans[oldest].used.Load() {
				oldest = i
			}
		}
		plans = slices.Delete(plans, oldest, oldest+1)
	}
	pl.used.Store(p.clock.Add(1))
	plans = append(plans, pl)
	p.plans.Store(&plans)
	return pl, nil
}
