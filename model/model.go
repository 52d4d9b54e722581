package model

import (
	"iter"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Model is what one file means.
type Model struct {
	Root       *Object
	Signatures []*Signature
	// Default is the signature that the library's own predict answers, or ""
	// where there is none and several to choose from.
	Default string

	once  sync.Once
	later []func()
}

// Later puts off what only listings need: the signatures beside the default one,
// what [Object] tells people. A model that is handed out is complete.
func (m *Model) Later(f func()) { m.later = append(m.later, f) }

// Complete does what was put off. It is safe for concurrent use.
func (m *Model) Complete() {
	m.once.Do(func() {
		for _, f := range m.later {
			f()
		}
		m.later = nil
	})
}

// Signature finds a signature by name.
func (m *Model) Signature(name string) (*Signature, bool) {
	for _, s := range m.Signatures {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// NotRunnable is the error for a model that has no signatures.
func (m *Model) NotRunnable() error {
	why := m.Root.Why
	if why == "" {
		why = m.Root.Class + " has no method that Larder runs"
	}
	return document.Errorf(document.ErrUnsupported, "", m.Root.Path, -1, "%s", why)
}

// Object is something that was saved.
type Object struct {
	Path      string // in the document
	Framework string // "scikit-learn"
	Version   string // the framework's, as the file tells; "" where it does not
	Class     string // "sklearn.linear_model._logistic.LogisticRegression"
	Config    []Setting
	Params    []Param
	Children  []*Object
	Methods   []Method
	// In is what the methods take.
	In Port
	// Names are what the columns of transform's answer are called, where known.
	Names []string
	// Classes are the labels of a classifier: one tensor for each output.
	Classes []*tensor.Tensor
	// Why says why the object has no methods, where it has none: an unknown
	// class, plain data.
	Why string
	// Data is the framework's own view of the object, for its lower function.
	Data any
}

// Setting is one entry of a configuration.
type Setting struct {
	Name  string
	Value any // JSON-like
}

// Param is an array that was learned.
type Param struct {
	Name string
	Path string // in the document
	tensor.Lazy
}

// All visits the object and everything below it, parents first.
func (o *Object) All() iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		stack := []*Object{o}
		for len(stack) > 0 {
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !yield(o) {
				return
			}
			for i := len(o.Children) - 1; i >= 0; i-- {
				stack = append(stack, o.Children[i])
			}
		}
	}
}

// Method finds a method by name.
func (o *Object) Method(name string) (Method, bool) {
	for _, m := range o.Methods {
		if m.Name == name {
			return m, true
		}
	}
	return Method{}, false
}

// Method is something that an object can be asked for.
type Method struct {
	Name string // the library's: "predict_proba"
	// Out names the answers; nil is one answer named like the method.
	Out []string
	// Wire adds the nodes that answer to a graph. in are the method's inputs.
	Wire func(b *Builder, in []Ref) ([]Ref, error)
	// Tolerance is how far an answer may be from the library's.
	Tolerance Tolerance
	// Variant says in a word why this model's tolerance is another than what its
	// class usually promises: "float32". "" for the usual one. The support page
	// and the rows name it method@variant.
	Variant string
}

// Tolerance is a promise: |ours − theirs| ≤ Abs + Rel·|theirs|. The zero
// Tolerance promises the same bits.
type Tolerance struct {
	Rel float64 `json:"rel"`
	Abs float64 `json:"abs"`
}

// Loosest is the weaker of two promises.
func (t Tolerance) Loosest(u Tolerance) Tolerance {
	return Tolerance{max(t.Rel, u.Rel), max(t.Abs, u.Abs)}
}

// Signature is an entry into a graph.
type Signature struct {
	Name      string
	In        []Port
	Out       []Port
	Params    []Port
	Graph     *Graph // its inputs are In, then Params
	Tolerance Tolerance
	Variant   string // the method's
}

// HasRows says whether all inputs and outputs count the same rows, so that a
// call may be cut into batches.
func (s *Signature) HasRows() bool {
	for _, p := range s.In {
		if !p.HasRows() {
			return false
		}
	}
	for _, p := range s.Out {
		if !p.HasRows() {
			return false
		}
	}
	return len(s.In) > 0
}
