package larder

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Model is an opened model. It is safe for concurrent use.
type Model struct {
	src     document.Source
	kept    bool // the bytes of src stay when it is closed
	env     formats.Env
	classes []string

	mu       sync.RWMutex // read: calls in flight; written: Set, Close
	closed   bool
	doc      document.Document
	programs *plan.Programs
	session  model.Session
}

// program is a signature with its plans.
type program struct {
	*plan.Program
	sig *model.Signature
}

// Call says what to ask of a model.
type Call struct {
	// Signature is what to ask: "predict_proba". "" is the library's own
	// predict, or a SavedModel's serving_default.
	Signature string
	// In has a value for each input by name. A model of one input may use X.
	In map[string]tensor.Value
	// X is the value of the only input.
	X tensor.Value
	// Params are options by name: iteration_range, missing, ….
	Params map[string]tensor.Value
	// Threads bounds the goroutines of a call of many rows; 0 is as many as
	// there are processors.
	Threads int
	// Session holds the state that calls change; nil is the model's own.
	Session *model.Session
}

// Named is one answer.
type Named struct {
	Name  string
	Value tensor.Value
}

// Predict asks the default signature and returns its first answer: for a
// classifier the labels, for a regressor the values. x is a matrix of rows
// (*tensor.Tensor, *tensor.Sparse) or a *tensor.Table.
func (m *Model) Predict(ctx context.Context, x tensor.Value) (tensor.Value, error) {
	out, err := m.Run(ctx, Call{X: x})
	if err != nil {
		return nil, err
	}
	return out[0].Value, nil
}

// Run asks any signature and returns all its answers, in the library's order.
func (m *Model) Run(ctx context.Context, c Call) ([]Named, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	p, err := m.program(c.Signature)
	if err != nil {
		return nil, err
	}
	in, err := p.inputs(&c)
	if err != nil {
		return nil, document.InFile(err, m.src.Name())
	}
	if c.Session == nil {
		c.Session = &m.session
	}
	out := make([]tensor.Value, len(p.sig.Out))
	if err := p.Run(ctx, in, out, plan.Options{Session: c.Session, Threads: c.Threads}); err != nil {
		return nil, document.InFile(err, m.src.Name())
	}
	named := make([]Named, len(out))
	for i, v := range out {
		named[i] = Named{p.sig.Out[i].Name, v}
	}
	return named, nil
}

// PredictInto is Predict into memory of the caller's: out becomes the answer,
// reusing what it has. A loop of calls with the dtype that the model takes and
// equally many rows allocates nothing. It runs on the caller's goroutine.
func (m *Model) PredictInto(ctx context.Context, out, x *tensor.Tensor) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	p, err := m.program("")
	if err != nil {
		return err
	}
	b := callBuffers.Get().(*callBuffer)
	defer callBuffers.Put(b)
	if out == x {
		return model.Inputf("the answer has no room in the input: PredictInto takes two tensors")
	}
	if len(p.sig.In) != 1 {
		return model.Inputf("%s takes %d inputs; use Run", p.sig.Name, len(p.sig.In))
	}
	fitted, err := plan.Fit(x, &p.sig.In[0])
	if err != nil {
		return document.InFile(err, m.src.Name())
	}
	b.in = append(b.in[:0], fitted)
	for range p.sig.Params {
		b.in = append(b.in, nil)
	}
	b.out = append(b.out[:0], out)
	for range p.sig.Out[1:] {
		b.out = append(b.out, nil)
	}
	err = p.Run(ctx, b.in, b.out, plan.Options{Session: &m.session, Threads: 1})
	if t, ok := b.out[0].(*tensor.Tensor); err == nil && ok && t != out {
		out.CopyFrom(t)
	} else if err == nil && !ok {
		err = document.Errorf(document.ErrUnsupported, "", "", -1, "%s does not answer a dense tensor; use Run", p.sig.Name)
	}
	clear(b.in)
	clear(b.out)
	return document.InFile(err, m.src.Name())
}

type callBuffer struct{ in, out []tensor.Value }

var callBuffers = sync.Pool{New: func() any { return &callBuffer{} }}

// program finds a signature; the caller holds the lock.
func (m *Model) program(name string) (program, error) {
	if m.closed {
		return program{}, document.ErrClosed
	}
	p, err := m.programs.Find(name)
	if p != nil {
		return program{p, p.Signature()}, nil
	}
	lifted := m.programs.Model()
	switch {
	case err != nil:
	case len(lifted.Signatures) == 0:
		err = lifted.NotRunnable()
	case name == "":
		err = model.Inputf("the model has no default signature: choose one of %s", strings.Join(names(lifted), ", "))
	default:
		err = model.Inputf("no signature %q: the model has %s", name, strings.Join(names(lifted), ", "))
	}
	return program{}, document.InFile(err, m.src.Name())
}

func names(m *model.Model) []string {
	var names []string
	for _, s := range m.Signatures {
		names = append(names, s.Name)
	}
	return names
}

// inputs are the values of a call in the order of the ports, fitted to them.
func (p program) inputs(c *Call) ([]tensor.Value, error) {
	in := make([]tensor.Value, 0, len(p.sig.In)+len(p.sig.Params))
	known := map[string]bool{}
	for i := range p.sig.In {
		port := &p.sig.In[i]
		v := c.In[port.Name]
		known[port.Name] = true
		if v == nil && len(p.sig.In) == 1 {
			v = c.X
		}
		if v == nil {
			return nil, model.Inputf("no value for the input %s", port.Name)
		}
		fitted, err := plan.Fit(v, port)
		if err != nil {
			return nil, err
		}
		in = append(in, fitted)
	}
	for name := range c.In {
		if !known[name] {
			return nil, model.Inputf("no input %q: %s takes %s", name, p.sig.Name, strings.Join(portNames(p.sig.In), ", "))
		}
	}
	for i := range p.sig.Params {
		port := &p.sig.Params[i]
		v := c.Params[port.Name]
		if v != nil {
			var err error
			if v, err = plan.Fit(v, port); err != nil {
				return nil, err
			}
		}
		in = append(in, v)
	}
	for name := range c.Params {
		if names := portNames(p.sig.Params); !slices.Contains(names, name) {
			return nil, model.Inputf("no parameter %q: %s has %s", name, p.sig.Name, listOr(names, "none"))
		}
	}
	return in, nil
}

func portNames(ports []model.Port) []string {
	var names []string
	for _, p := range ports {
		names = append(names, p.Name)
	}
	return names
}

func listOr(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

// NewSession is a session for Call: state of its own for calls that change
// something. Models without state ignore it.
func (m *Model) NewSession() *model.Session { return &model.Session{} }

// Signatures are what the model can be asked for.
func (m *Model) Signatures() []*model.Signature { return m.read().Model().Signatures }

// DefaultSignature is the signature that Predict asks; "" where there are
// several and none is the library's own.
func (m *Model) DefaultSignature() string { return m.read().Brief().Default }

// FeatureNames are the names of the input's columns, as far as the file tells.
func (m *Model) FeatureNames() []string {
	var names []string
	for _, c := range m.read().Brief().Root.In.Columns {
		names = append(names, c.Name)
	}
	return names
}

// Classes are the labels of a classifier: strings, numbers or booleans in the
// order of predict_proba's columns; nil for other models. A classifier of
// several outputs has one tensor for each.
func (m *Model) Classes() []*tensor.Tensor { return m.read().Brief().Root.Classes }

// Root is the object that was saved, with its parameters and children.
func (m *Model) Root() *model.Object { return m.read().Model().Root }

// Document is the parsed file.
func (m *Model) Document() document.Document {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.doc
}

func (m *Model) read() *plan.Programs {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.programs
}

// Set changes the value at a path of the file: a tensor of the same dtype and
// shape, or a scalar of the same kind. The model answers accordingly from then
// on, and Save writes it with every other byte as it was. On an error nothing
// has changed.
func (m *Model) Set(path string, value any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return document.ErrClosed
	}
	doc, err := m.doc.Apply([]document.Edit{{Path: path, Value: value}})
	if err != nil {
		return document.InFile(err, m.src.Name())
	}
	return document.InFile(m.lift(doc), m.src.Name())
}

// Close waits for calls in flight and unmaps the file. Calls after it fail
// with ErrClosed; tensors of the document that Root or Document gave must not
// be used any more.
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	if !m.kept {
		m.programs.Model() // what was not asked for yet is read while it can be
	}
	return m.src.Close()
}
