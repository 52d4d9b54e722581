package plan

import (
	"sync"

	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/model"
)

// Programs are the programs of one model. That of the default signature is made
// at once; the rest of the model is completed when it is first asked for. They
// are safe for concurrent use.
type Programs struct {
	model *model.Model
	store Store
	first *Program // nil where there is no default
	once  sync.Once
	all   map[string]*Program
	err   error // of the file, while the model was completed
}

// NewPrograms compiles the default signature.
func NewPrograms(m *model.Model) (*Programs, error) {
	ps := &Programs{model: m}
	if s, ok := m.Signature(m.Default); ok {
		ps.first = NewProgram(s, &ps.store)
		if err := ps.first.Warm(); err != nil {
			return nil, err
		}
	}
	return ps, nil
}

// Brief is the model, perhaps not complete: its default signature, its classes
// and what it takes are there.
func (ps *Programs) Brief() *model.Model { return ps.model }

// Model is the model, complete.
func (ps *Programs) Model() *model.Model {
	ps.once.Do(func() {
		defer safeio.CatchFault(safeio.WatchFaults(), &ps.err)
		ps.model.Complete()
		ps.all = make(map[string]*Program, len(ps.model.Signatures))
		for _, s := range ps.model.Signatures {
			if ps.first != nil && s == ps.first.sig {
				ps.all[s.Name] = ps.first
				continue
			}
			ps.all[s.Name] = NewProgram(s, &ps.store)
		}
	})
	return ps.model
}

// Find is the program of a signature, "" for the default one; nil where there is
// none. The error is one of the file.
func (ps *Programs) Find(name string) (*Program, error) {
	if ps.first != nil && (name == "" || name == ps.model.Default) {
		return ps.first, nil
	}
	ps.Model()
	return ps.all[name], ps.err
}

// Signature is what the program answers.
func (p *Program) Signature() *model.Signature { return p.sig }
