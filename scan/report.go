package scan

import (
	"github.com/larder-ml/larder/document"
)

// Schema names the JSON form of a Report.
const Schema = "larder.scan/1"

// Report is what a scan says of some files.
type Report struct {
	Schema string         `json:"schema"`
	Files  []File         `json:"files"`
	Counts map[string]int `json:"counts"` // safe, unknown, dangerous, skipped, failed
}

// File is what a scan says of one file.
type File struct {
	Path     string             `json:"path"`
	Format   string             `json:"format"`
	Verdict  *document.Verdict  `json:"verdict"` // nil: no model, or not read
	Findings []document.Finding `json:"findings"`
	Error    string             `json:"error,omitempty"` // why it could not be read
	err      error
}

func newReport() *Report {
	return &Report{Schema: Schema, Files: []File{},
		Counts: map[string]int{"safe": 0, "unknown": 0, "dangerous": 0, "skipped": 0, "failed": 0}}
}

func (r *Report) add(f File) {
	if f.Findings == nil {
		f.Findings = []document.Finding{}
	}
	switch {
	case f.err != nil:
		f.Error = f.err.Error()
		r.Counts["failed"]++
	case f.Verdict == nil:
		r.Counts["skipped"]++
	default:
		r.Counts[string(*f.Verdict)]++
	}
	r.Files = append(r.Files, f)
}

// Verdict is the worst of the files'; safe where there are none.
func (r *Report) Verdict() document.Verdict {
	v := document.Safe
	for _, f := range r.Files {
		if f.Verdict != nil {
			v = worst(v, *f.Verdict)
		}
	}
	return v
}

// Err is nil where every file is safe, no where one is not, and ErrCorrupt where
// one could not be read at all.
func (r *Report) Err(no error) error {
	for _, f := range r.Files {
		if f.err != nil {
			return &document.Error{File: f.Path, Offset: -1, Err: document.Errorf(document.ErrCorrupt, "", "", -1, "cannot be read: %v", f.err)}
		}
	}
	if r.Verdict() != document.Safe {
		return no
	}
	return nil
}
