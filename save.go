package larder

import (
	"context"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/safeio"
)

// Save writes a model in the format it was read from, with the changes that
// Set made and every other byte as it was. The file appears complete under its
// name or not at all.
func Save(path string, m *Model) error { return Saver{}.Save(path, m) }

// Convert reads one file and writes another in the format that OUT's extension
// means: see Saver.To and docs/formats. Nothing is written where something
// that changes an answer would be lost.
func Convert(ctx context.Context, in, out string) error { return Saver{}.Convert(ctx, in, out) }

// Loss says what a translation does where the target cannot hold something.
type Loss = formats.Loss

// The choices of Saver.Lossy.
const (
	RefuseLoss = formats.RefuseLoss
	AllowLoss  = formats.AllowLoss
)

// Saver writes models. Its zero value is what Save and Convert use.
type Saver struct {
	// To is the format to write: "pickle", "joblib", "xgboost-json",
	// "xgboost-ubj", or "json" for Larder's lossless JSON. "" goes by the
	// extension of the file's name.
	To string
	// Compress is joblib's compression: "", "zlib", "gzip:6", "xz", "lz4", ….
	Compress string
	// Lossy allows a translation to lose what changes an answer; else that is
	// ErrLoss and nothing is written.
	Lossy  Loss
	Limits Limits
}

// Save is the function Save with the saver's settings. With To it translates.
func (s Saver) Save(path string, m *Model) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return document.ErrClosed
	}
	doc := m.doc
	if s.To != "" {
		var err error
		if doc, err = formats.Convert(doc, formats.Target{Format: s.To, Compress: s.Compress, Lossy: s.Lossy}, m.env); err != nil {
			return document.InFile(err, m.src.Name())
		}
	}
	return document.InFile(document.WriteFile(path, doc.Write), m.src.Name())
}

// Convert is the function Convert with the saver's settings.
func (s Saver) Convert(ctx context.Context, in, out string) (err error) {
	src, err := document.MapFile(in, s.Limits)
	if err != nil {
		return err
	}
	defer src.Close()
	doc, err := s.ConvertSource(ctx, src, out)
	if err != nil {
		return err
	}
	return document.InFile(document.WriteFile(out, func(w io.Writer) (err error) {
		defer safeio.CatchFault(safeio.WatchFaults(), &err)
		return doc.Write(w)
	}), in)
}

// ConvertSource converts a source to the format that the saver or the name of
// the output asks for, and leaves the writing to the caller.
func (s Saver) ConvertSource(ctx context.Context, src document.Source, out string) (doc document.Document, err error) {
	defer func() { err = document.InFile(err, src.Name()) }()
	defer safeio.CatchFault(safeio.WatchFaults(), &err)
	if doc, err = formats.Parse(src, formats.Env{Limits: s.Limits}); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.ConvertDocument(doc, out)
}

// ConvertDocument is ConvertSource for a document that is parsed already.
func (s Saver) ConvertDocument(doc document.Document, out string) (document.Document, error) {
	env := formats.Env{Limits: s.Limits}
	to := s.To
	if to == "" {
		var err error
		if to, err = formats.ByExtension(doc, out); err != nil {
			return nil, err
		}
	}
	return formats.Convert(doc, formats.Target{Format: to, Compress: s.Compress, Lossy: s.Lossy}, env)
}
