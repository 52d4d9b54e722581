package scan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/pickle"
)

// Scanner scans files. Its zero value has the base allow-list and knows pickles,
// arrays and archives; the formats layer hands it the frameworks' classes and a
// way to open everything else.
type Scanner struct {
	Allow  *AllowList // nil is the base list
	Limits document.Limits
	// Open opens what is no pickle, archive or array: ErrFormat means that the
	// bytes are no model.
	Open func(name string, b []byte) (document.Document, error)
	// Judge judges a document that Open returned; nil says safe unless the
	// document itself has doubts.
	Judge func(d document.Document) (document.Verdict, []document.Finding)
}

func (s Scanner) allow() *AllowList {
	if s.Allow != nil {
		return s.Allow
	}
	return NewAllowList(nil)
}

// Document judges a parsed pickle or joblib file.
func (s Scanner) Document(d *pyobj.Document) (document.Verdict, []document.Finding) {
	allow := s.allow()
	j := newJudge(allow, &pyobj.Env{Format: d.Format(), Names: allow.names, Limits: s.Limits})
	j.pickle(d.Pickle())
	var at map[pickle.Value]string
	if len(j.of) > 0 { // finding paths means walking the whole graph
		at = d.Locate(j.of)
	}
	packed := d.File().Compression.Method != ""
	for i, v := range j.of {
		if j.out[i].Path == "" {
			j.out[i].Path = at[v]
		}
		if packed {
			j.out[i].Offset = -1 // places in the stream are none in the file
		}
	}
	for _, f := range d.Findings() {
		if f.ID != "pickle-leftover" { // told by the judge already
			j.out = append(j.out, f)
		}
	}
	j.out = append(j.out, s.nestedIn(d)...)
	return verdict(j.out), j.out
}

// Source scans the files of a source as one: a single file, or the members of a
// folder.
func (s Scanner) Source(ctx context.Context, src document.Source) (*Report, error) {
	names, err := src.List()
	if err != nil {
		return nil, err
	}
	r := newReport()
	for _, n := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		name := src.Name()
		if n != "" {
			name += "/" + n
		}
		b, err := document.ReadAll(src, n, s.Limits)
		if err != nil {
			r.add(File{Path: name, err: err})
			continue
		}
		r.add(s.file(ctx, name, b))
	}
	return r, nil
}

// Bytes scans one file in memory.
func (s Scanner) Bytes(ctx context.Context, name string, b []byte) *Report {
	r := newReport()
	r.add(s.file(ctx, name, b))
	return r
}

// Paths scans files and folders. A path that cannot be read is an error; a file
// inside a folder that cannot is told in the report.
func (s Scanner) Paths(ctx context.Context, paths ...string) (*Report, error) {
	r := newReport()
	for _, p := range paths {
		st, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !st.IsDir() {
			f, err := s.path(ctx, p)
			if err != nil {
				return nil, err
			}
			r.add(f)
			continue
		}
		err = filepath.WalkDir(p, func(name string, e fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			switch {
			case err != nil:
				r.add(File{Path: filepath.ToSlash(name), err: err})
				if e != nil && e.IsDir() {
					return fs.SkipDir
				}
				return nil
			case e.IsDir():
				return nil
			case !e.Type().IsRegular():
				// A link may lead anywhere, a pipe never ends.
				r.add(File{Path: filepath.ToSlash(name)})
				return nil
			}
			f, err := s.path(ctx, name)
			if err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				f = File{Path: filepath.ToSlash(name), err: err}
			}
			r.add(f)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// path scans one file of the file system.
func (s Scanner) path(ctx context.Context, name string) (File, error) {
	src, err := document.MapFile(name, s.Limits)
	if err != nil {
		return File{}, err
	}
	defer src.Close()
	b, err := document.ReadAll(src, "", s.Limits)
	if err != nil {
		return File{}, err
	}
	f := s.file(ctx, filepath.ToSlash(name), b)
	return f, ctx.Err()
}

func (s Scanner) file(ctx context.Context, name string, b []byte) File {
	w := &walk{s: s, ctx: ctx, name: name, left: s.Limits.WithDefaults().Bytes}
	w.s.Allow = s.allow()
	format, known := w.bytes(b, "", 0)
	f := File{Path: name, Format: format, Findings: w.out}
	if f.Findings == nil {
		f.Findings = []document.Finding{}
	}
	if known {
		v := verdict(w.out)
		if w.worst != "" {
			v = worst(v, w.worst)
		}
		f.Verdict = &v
	}
	return f
}

// asFinding turns an error of a parse into a finding.
func asFinding(err error, id string) document.Finding {
	f := document.Finding{ID: id, Severity: document.Warning, Offset: -1, Message: err.Error()}
	var e *document.Error
	if errors.As(err, &e) {
		f.Path, f.Offset, f.Message = e.Path, e.Offset, e.Err.Error()
	}
	if errors.Is(err, document.ErrLimit) && id == idMalformed {
		f.ID = idLimit
	}
	return f
}
