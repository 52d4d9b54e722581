package larder

import (
	"context"
	"io/fs"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/scan"
)

// Limits stand on what a file may make us do; the zero Limits are safe.
type Limits = document.Limits

// Loader opens models. Its zero value is what Open, Load and the others use.
type Loader struct {
	Limits Limits
	// Classes names the labels of a classifier whose file holds none, as
	// XGBoost's JSON: predict then answers these instead of 0, 1, ….
	Classes []string
}

// Open maps a file into memory and opens the model in it. The map stays until
// Close; a file that shrinks meanwhile makes calls fail with ErrCorrupt.
func Open(ctx context.Context, path string) (*Model, error) { return Loader{}.Open(ctx, path) }

// Load reads a file whole and opens the model in it.
func Load(ctx context.Context, path string) (*Model, error) { return Loader{}.Load(ctx, path) }

// LoadBytes opens the model in b, which must not change while the model is in
// use. It is what embedded models are for.
func LoadBytes(ctx context.Context, b []byte) (*Model, error) { return Loader{}.LoadBytes(ctx, b) }

// LoadFS opens the model in a file of a file system, as one of package embed.
func LoadFS(ctx context.Context, fsys fs.FS, name string) (*Model, error) {
	return Loader{}.LoadFS(ctx, fsys, name)
}

// Open is the function Open with the loader's settings.
func (l Loader) Open(ctx context.Context, path string) (*Model, error) {
	src, err := document.MapFile(path, l.Limits)
	if err != nil {
		return nil, err
	}
	return l.OpenSource(ctx, src)
}

// Load is the function Load with the loader's settings.
func (l Loader) Load(ctx context.Context, path string) (*Model, error) {
	src, err := document.ReadFile(path, l.Limits)
	if err != nil {
		return nil, err
	}
	return l.open(ctx, src, true)
}

// LoadBytes is the function LoadBytes with the loader's settings.
func (l Loader) LoadBytes(ctx context.Context, b []byte) (*Model, error) {
	return l.open(ctx, document.Memory("", b), true)
}

// LoadFS is the function LoadFS with the loader's settings.
func (l Loader) LoadFS(ctx context.Context, fsys fs.FS, name string) (*Model, error) {
	src, err := document.FromFS(fsys, name, l.Limits)
	if err != nil {
		return nil, err
	}
	return l.open(ctx, src, true)
}

// OpenSource opens the model in a source, and closes the source with the model
// or on an error.
func (l Loader) OpenSource(ctx context.Context, src document.Source) (*Model, error) {
	return l.open(ctx, src, false)
}

// open is OpenSource; kept says that the bytes stay when the source is closed.
func (l Loader) open(ctx context.Context, src document.Source, kept bool) (m *Model, err error) {
	defer func() {
		if err != nil {
			m = nil
			err = document.InFile(err, src.Name())
			src.Close()
		}
	}()
	defer safeio.CatchFault(safeio.WatchFaults(), &err)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	env := formats.Env{Limits: l.Limits}
	doc, err := formats.Parse(src, env)
	if err != nil {
		return nil, err
	}
	if verdict, findings := formats.Judge(doc, env); verdict == document.Dangerous {
		return nil, formats.Unsafe(doc, findings)
	}
	m = &Model{src: src, kept: kept, env: env, classes: l.Classes}
	if err := m.lift(doc); err != nil {
		return nil, err
	}
	return m, nil
}

// lift gives the model a document: what Load and Set end with.
func (m *Model) lift(doc document.Document) error {
	lifted, err := formats.LiftDefault(doc, m.env)
	if err != nil {
		return err
	}
	if err := nameClasses(lifted, m.classes); err != nil {
		return err
	}
	programs, err := plan.NewPrograms(lifted)
	if err != nil {
		return err
	}
	m.doc, m.programs = doc, programs
	return nil
}

// Parse is what a source's bytes say, whatever they may mean: it works on files
// that Open refuses.
func (l Loader) Parse(src document.Source) (doc document.Document, err error) {
	defer func() { err = document.InFile(err, src.Name()) }()
	defer safeio.CatchFault(safeio.WatchFaults(), &err)
	return formats.Parse(src, formats.Env{Limits: l.Limits})
}

// Scan judges a file, a folder or an archive without opening a model: what the
// original loader would run or reach. See package scan.
func Scan(ctx context.Context, paths ...string) (*scan.Report, error) {
	return formats.Scanner(formats.Env{}).Paths(ctx, paths...)
}
