package plan

import (
	"context"
	"errors"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// minPart is the least number of rows that is worth a goroutine of its own.
const minPart = 64

// workspace is what one run needs for itself.
type workspace struct {
	call   model.Call
	values []tensor.Value   // by slot
	own    []*tensor.Tensor // by slot: the memory of node outputs
	in     [][]tensor.Value // by step, refilled before each
	out    [][]tensor.Value
	shape  []int
}

func newWorkspace(p *Plan) *workspace {
	w := &workspace{
		values: make([]tensor.Value, len(p.facts)),
		own:    make([]*tensor.Tensor, len(p.facts)),
		in:     make([][]tensor.Value, len(p.steps)),
		out:    make([][]tensor.Value, len(p.steps)),
	}
	for i, s := range p.steps {
		w.in[i] = make([]tensor.Value, len(s.in))
		w.out[i] = make([]tensor.Value, len(s.out))
		for _, o := range s.out {
			w.own[o] = &tensor.Tensor{}
		}
	}
	return w
}

// Options of one run.
type Options struct {
	Session *model.Session
	Threads int // at most this many goroutines; below 2 means the caller's own
}

// Run computes the outputs for inputs of which the plan's facts hold, rows of
// them. out has a place for each output: a *tensor.Tensor there is reused, nil
// becomes a value of its own.
func (p *Plan) Run(ctx context.Context, in, out []tensor.Value, rows int, o Options) error {
	if parts := min(o.Threads, rows/minPart); parts > 1 && p.split {
		return p.runParts(ctx, in, out, rows, parts, o)
	}
	return p.runOne(ctx, in, out, rows, o)
}

func (p *Plan) runOne(ctx context.Context, in, out []tensor.Value, rows int, o Options) (err error) {
	defer safeio.CatchFault(safeio.WatchFaults(), &err)
	w := p.pool.Get().(*workspace)
	w.call.Context, w.call.Session = ctx, o.Session
	err = p.run(w, in, out, rows)
	p.release(w)
	return err
}

// release puts a workspace back, without what it holds of the caller's.
func (p *Plan) release(w *workspace) {
	w.call.Context, w.call.Session = nil, nil
	clear(w.values)
	p.pool.Put(w)
}

func (p *Plan) run(w *workspace, in, out []tensor.Value, rows int) error {
	w.call.Rows = rows
	copy(w.values, in)
	for s := range p.graph.In {
		if w.values[s] == nil {
			w.values[s] = p.facts[s].Const // a parameter's default
		}
	}
	for s := len(p.graph.In); s < len(w.values); s++ {
		w.values[s] = nil
	}
	// The caller's tensors take the place of our own where a node makes them.
	for i, s := range p.out {
		if t, ok := out[i].(*tensor.Tensor); ok && s >= len(p.graph.In) && w.values[s] == nil {
			w.values[s] = t
		}
	}
	for i := range p.steps {
		if err := p.step(w, i, rows); err != nil {
			return err
		}
	}
	for i, s := range p.out {
		p.hand(w, out, i, s)
	}
	return nil
}

func (p *Plan) step(w *workspace, i, rows int) error {
	if err := w.call.Err(); err != nil {
		return err
	}
	s := &p.steps[i]
	args, outs := w.in[i], w.out[i]
	for k, slot := range s.in {
		args[k] = w.values[slot]
	}
	for k, slot := range s.out {
		t, ok := w.values[slot].(*tensor.Tensor)
		if !ok {
			t = w.own[slot]
		}
		p.prepare(w, t, slot, rows)
		outs[k] = t
	}
	err := s.kernel(&w.call, args, outs)
	w.call.Release()
	for k, slot := range s.out {
		w.values[slot] = outs[k]
	}
	clear(args)
	clear(outs)
	if err != nil {
		return s.node.Located(err)
	}
	return nil
}

// prepare gives a tensor its inferred type and shape, as far as they are known.
func (p *Plan) prepare(w *workspace, t *tensor.Tensor, slot, rows int) {
	f := &p.facts[slot]
	if f.Kind != model.Dense || f.DType == tensor.Invalid {
		return
	}
	w.shape = w.shape[:0]
	for _, d := range f.Shape {
		switch {
		case d == model.Rows:
			w.shape = append(w.shape, rows)
		case d < 0:
			return
		default:
			w.shape = append(w.shape, int(d))
		}
	}
	if t.DType() == f.DType && sameShape(t.Shape(), w.shape) {
		return // also where the caller's memory is not our own to replace
	}
	t.Reset(f.DType, w.shape...)
}

func sameShape(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// hand gives output i to the caller. A value that lives in the workspace, or
// that is one of the inputs, is copied.
func (p *Plan) hand(w *workspace, out []tensor.Value, i, slot int) {
	v := w.values[slot]
	t, ok := v.(*tensor.Tensor)
	if !ok {
		out[i] = p.owned(w, v)
		return
	}
	mine, given := out[i].(*tensor.Tensor)
	switch {
	case given && mine == t:
	case given && mine != nil:
		mine.CopyFrom(t)
	default:
		if p.borrowed(w, t) {
			t = t.Clone()
		}
		out[i] = t
	}
}

func (p *Plan) borrowed(w *workspace, t *tensor.Tensor) bool {
	for _, o := range w.own {
		if o == t {
			return true
		}
	}
	for s := range p.graph.In {
		if v, ok := w.values[s].(*tensor.Tensor); ok && v == t {
			return true
		}
	}
	return false
}

// runParts cuts the rows into parts and runs them side by side.
func (p *Plan) runParts(ctx context.Context, in, out []tensor.Value, rows, parts int, o Options) error {
	w := &workspace{}
	for i, s := range p.out {
		t, ok := out[i].(*tensor.Tensor)
		if !ok || t == nil {
			t = &tensor.Tensor{}
			out[i] = t
		}
		p.prepare(w, t, s, rows)
	}
	var wg sync.WaitGroup
	errs := make([]error, parts)
	for k := range parts {
		from, to := rows*k/parts, rows*(k+1)/parts
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[k] = p.runPart(ctx, in, out, from, to, o)
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if errors.Is(err, document.ErrInput) {
			// Errors of the data name rows: once more, as the rows of the call.
			if whole := p.runOne(ctx, in, out, rows, o); whole != nil {
				return whole
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) runPart(ctx context.Context, in, out []tensor.Value, from, to int, o Options) error {
	partIn := make([]tensor.Value, len(in))
	for i, v := range in {
		if constant(&p.facts[i]) {
			partIn[i] = v
			continue
		}
		switch v := v.(type) {
		case *tensor.Tensor:
			partIn[i] = v.Rows(from, to)
		case *tensor.Table:
			partIn[i] = v.Rows(from, to)
		case *tensor.Sparse:
			partIn[i] = v.RowRange(from, to)
		default:
			return document.Errorf(document.ErrUnsupported, "", "", -1, "rows of a %T", v)
		}
	}
	partOut := make([]tensor.Value, len(out))
	for i := range out {
		partOut[i] = out[i].(*tensor.Tensor).Rows(from, to)
	}
	if err := p.runOne(ctx, partIn, partOut, to-from, o); err != nil {
		return err
	}
	// A kernel that made memory of its own has left the view: bring it home.
	for i := range out {
		home := out[i].(*tensor.Tensor).Rows(from, to)
		part := partOut[i].(*tensor.Tensor)
		if home.DType() == tensor.String {
			copy(tensor.Data[string](home), tensor.Data[string](part))
		} else if home.Len() > 0 && &home.Bytes()[0] != &part.Bytes()[0] {
			copy(home.Bytes(), part.Bytes())
		}
	}
	return nil
}
