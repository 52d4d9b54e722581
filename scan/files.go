package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"regexp"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/internal/sniff"
	"github.com/larder-ml/larder/pickle"
)

const (
	maxDepth   = 8      // archives inside archives
	maxMembers = 10_000 // of one archive
)

// walk scans one file and what is inside it.
type walk struct {
	s     Scanner
	ctx   context.Context
	name  string
	left  int64 // bytes that may still be made
	out   []document.Finding
	worst document.Verdict // what a document's own judge says
	full  bool
}

// find adds findings of something that lies at a path inside the file. Offsets
// inside of what was unpacked are none in the file.
func (w *walk) find(path string, inner bool, list ...document.Finding) {
	for _, f := range list {
		if len(w.out) >= 2*maxFindings {
			if !w.full {
				w.full = true
				w.out = append(w.out, document.Finding{ID: idLimit, Severity: document.Warning, Offset: -1, Message: "more findings are not listed"})
			}
			if f.Severity == document.Danger {
				w.worst = document.Dangerous
			}
			continue
		}
		f.Path = path + f.Path
		if inner {
			f.Offset = -1
		}
		w.out = append(w.out, f)
	}
}

// bytes judges b, which lies at a path inside the file ("" is the file itself).
// It answers the format, and whether b is of one that may hold a model.
func (w *walk) bytes(b []byte, path string, depth int) (format string, known bool) {
	if w.ctx.Err() != nil {
		return "", false
	}
	if depth > maxDepth {
		w.find(path, true, document.Finding{ID: idArchive, Severity: document.Warning, Offset: -1, Message: "archives inside each other"})
		return "", true
	}
	inner := depth > 0
	kind := sniff.Sniff(b)
	if kind == sniff.Unknown && len(b) > 2 && b[0] == 0x80 && b[len(b)-1] == '.' {
		kind = sniff.Pickle // of a protocol that does not exist
	}
	if kind == sniff.Pickle {
		return w.pickle(b, path, depth, inner), true
	}
	// The first bytes of other formats can be those of a pickle too: "(S" passes
	// for zlib, "CONFIG-offset:" is a string of 79 bytes.
	if format, ok := w.perhapsPickle(b, path, depth, inner); ok {
		return format, true
	}
	switch kind {
	case sniff.Gzip, sniff.Zlib, sniff.Bzip2, sniff.LZMA, sniff.XZ, sniff.LZ4:
		if format, known = w.packed(kind, b, path, depth); known {
			return format, true
		}
	case sniff.Zip:
		return w.zip(b, path, depth), true
	case sniff.NPY:
		return w.npy(b, path, depth), true
	}
	if len(b) > 262 && string(b[257:262]) == "ustar" {
		return w.tar(b, path, depth), true
	}
	if hasZip(b) {
		return w.zip(b, path, depth), true
	}
	return w.other(b, path, kind)
}

// other judges what is no pickle by way of the formats layer.
func (w *walk) other(b []byte, path string, kind sniff.Kind) (string, bool) {
	if w.s.Open == nil || len(b) == 0 {
		return string(kind), false
	}
	d, err := w.s.Open(w.name+path, b)
	switch {
	case errors.Is(err, document.ErrFormat):
		return "", false
	case errors.Is(err, document.ErrUnsupported):
		if kind == sniff.Unknown || kind == sniff.PickleText || kind == sniff.JSON {
			return "", false
		}
		w.find(path, path != "", asFinding(err, idUnopened))
		return string(kind), true
	case err != nil:
		if kind == sniff.JSON || kind == sniff.Unknown || kind == sniff.PickleText {
			return "", false // text that is not even right: no model
		}
		w.find(path, path != "", asFinding(err, idMalformed))
		return string(kind), true
	}
	if p, ok := d.(*pyobj.Document); ok {
		v, list := w.s.Document(p)
		w.say(v)
		w.find(path, path != "", list...)
		return d.Format(), true
	}
	var v document.Verdict
	var list []document.Finding
	if w.s.Judge != nil {
		v, list = w.s.Judge(d)
	} else {
		list = d.Findings()
		v = verdict(list)
	}
	w.say(v)
	w.find(path, path != "", list...)
	return d.Format(), true
}

func (w *walk) say(v document.Verdict) {
	if w.worst == "" {
		w.worst = v
	}
	w.worst = worst(w.worst, v)
}

// pickle judges a pickle or joblib file and what follows its end.
func (w *walk) pickle(b []byte, path string, depth int, inner bool) string {
	for range 100 {
		d, err := pyobj.Open(w.name+path, b, pyobj.Options{Limits: w.s.Limits, Names: w.s.Allow.names})
		if err != nil {
			w.broken(b, path, inner, err)
			if hasZip(b) {
				w.zip(b, path, depth)
			}
			return "pickle"
		}
		v, list := w.s.Document(d)
		w.say(v)
		w.find(path, inner, list...)
		rest := b[int64(len(b))-d.File().Trailing:]
		switch {
		case len(rest) == 0:
			return d.Format()
		case sniff.Sniff(rest) == sniff.Pickle:
			b, inner = rest, true
			continue
		case hasZip(rest):
			w.zip(rest, path, depth+1)
		case sniff.Sniff(rest) == sniff.PickleText:
			w.perhapsPickle(rest, path, depth, true)
		}
		return d.Format()
	}
	w.find(path, inner, document.Finding{ID: idLimit, Severity: document.Warning, Offset: -1, Message: "more than 100 pickles one after another"})
	return "pickle"
}

// broken judges a pickle that does not parse: the part before the fault may do
// harm before the fault is seen.
func (w *walk) broken(b []byte, path string, inner bool, err error) {
	if d := prefix(b, w.s.Limits, err); d != nil {
		j := newJudge(w.s.Allow, &pyobj.Env{Names: w.s.Allow.names, Limits: w.s.Limits})
		j.pickle(d)
		for _, f := range j.out {
			if f.ID != "pickle-leftover" { // of course: it was cut
				w.find(path, inner, f)
			}
		}
	}
	w.find(path, inner, asFinding(err, idMalformed))
}

// prefix parses a broken pickle up to its fault: what is there runs on the real
// loader too. The rest is replaced by instructions that end the program, padded
// to the same length so that frames still fit.
func prefix(b []byte, l document.Limits, err error) *pickle.Document {
	var e *document.Error
	if !errors.As(err, &e) || e.Offset < 0 {
		return nil
	}
	at := min(int(e.Offset), len(b))
	l.Depth = int(^uint32(0) >> 1) // nothing here follows the depth
	for range 4 {
		c := append(bytes.Clone(b[:at]), 'N', '.')
		for len(c) < len(b) {
			c = append(c, 0)
		}
		d, perr := pickle.Decoder{Limits: l}.Parse(c)
		if perr == nil {
			return d
		}
		// A limit may be seen late: what lies before that place is still good.
		if !errors.As(perr, &e) || e.Offset < 0 || int(e.Offset) >= at {
			break
		}
		at = int(e.Offset)
	}
	return nil
}

var pythonName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// perhapsPickle judges bytes that begin as protocol 0 does, as many texts do
// too. They are a pickle if they parse as one, or if a call, or a global with a
// name like Python's, comes before the fault.
func (w *walk) perhapsPickle(b []byte, path string, depth int, inner bool) (string, bool) {
	if len(b) == 0 {
		return "", false
	}
	f, err := joblib.Parse(b, pickle.Decoder{Limits: w.s.Limits})
	if err == nil && f.Compression.Method == joblib.Raw {
		ops := 0
		for range f.Pickle.Ops() {
			ops++
		}
		if ops < 2 || f.Trailing > 0 && ops < 4 {
			return "", false // "N." and the like at the start of a text
		}
		return w.pickle(b, path, depth, inner), true
	}
	if err == nil || joblib.Detect(b) != joblib.Raw || !looksRun(b, w.s.Limits, err) {
		return "", false
	}
	w.broken(b, path, inner, err)
	return "pickle", true
}

// looksRun says whether the part before the fault does what only a pickle does.
func looksRun(b []byte, l document.Limits, err error) bool {
	var e *document.Error
	if errors.Is(err, document.ErrLimit) {
		return true // a text stops being one long before that
	}
	if errors.As(err, &e) && e.Offset >= 0 && e.Offset < 4 {
		return false // nothing ran
	}
	d := prefix(b, l, err)
	if d == nil {
		return false
	}
	ops := 0
	for range d.Ops() {
		ops++
	}
	for e := range d.Events() {
		switch e.Kind {
		case pickle.EventCall:
			return true
		case pickle.EventImport:
			m, n := e.Value.Global()
			if ops > 5 && pythonName.MatchString(strings.TrimSpace(m)) && pythonName.MatchString(strings.TrimSpace(n)) {
				return true
			}
		}
	}
	return ops > 12
}

// npy judges an array file: one of objects is a pickle behind its header.
func (w *walk) npy(b []byte, path string, depth int) string {
	// The format's version, the header's length, the header: numpy/lib/format.py.
	head, n := 10, 0
	if len(b) >= 12 && b[6] >= 2 {
		head, n = 12, int(binary.LittleEndian.Uint32(b[8:]))
	} else if len(b) >= 10 {
		n = int(binary.LittleEndian.Uint16(b[8:]))
	}
	if len(b) < head || n < 0 || n > len(b)-head {
		w.find(path, depth > 0, document.Finding{ID: idMalformed, Severity: document.Warning, Offset: 6, Message: "the header of an .npy file is cut"})
		return "npy"
	}
	header, body := b[head:head+n], b[head+n:]
	if bytes.Contains(header, []byte("O")) || sniff.Sniff(body) == sniff.Pickle {
		// What is loaded counts, not what the header says of it.
		if sniff.Sniff(body) == sniff.Pickle || bytes.Contains(header, []byte("|O")) {
			w.pickle(body, path, depth+1, true)
		}
	}
	return "npy"
}

// nestedIn tells of bytes inside a pickle that are pickles themselves. Nothing
// loads them, so they change no verdict: what would load them is judged as a
// call.
func (s Scanner) nestedIn(d *pyobj.Document) []document.Finding {
	const most, small = 20, 1 << 20
	var out []document.Finding
	p := d.Pickle()
	for i := range p.Len() {
		v := p.At(i)
		if k := v.Kind(); k != pickle.Bytes && k != pickle.ByteArray || v.Len() < 4 || v.Len() > small {
			continue
		}
		if sniff.Sniff(v.Bytes()) != sniff.Pickle {
			continue
		}
		inner, err := pickle.Decoder{Limits: s.Limits}.Parse(v.Bytes())
		if err != nil || inner.Len() < 2 && inner.End() != int64(v.Len()) {
			continue
		}
		j := newJudge(s.allow(), &pyobj.Env{Limits: s.Limits})
		j.pickle(inner)
		at := d.Locate([]pickle.Value{v})
		out = append(out, document.Finding{ID: idNested, Severity: document.Info, Path: at[v], Offset: v.Offset(),
			Message: "bytes that are a pickle, " + string(verdict(j.out)) + " if something loaded it; nothing here does"})
		if len(out) == most {
			break
		}
	}
	return out
}
