package formats

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/sniff"
	"github.com/larder-ml/larder/model"
)

// Env is what a parse may use.
type Env struct {
	Limits document.Limits
}

// Format is one container.
type Format struct {
	Name       string // as inspect prints it
	Extensions []string
	// Parse reads the bytes; nil where Larder knows the format by sight only.
	Parse func(b []byte, env Env) (document.Document, error)
	// Lift says what a document means; nil where it is data.
	Lift func(d document.Document, env Env) (*model.Model, error)
	// From makes a document of this format out of one of another, by transport
	// or by translation through the model; nil where nothing becomes this.
	From func(d document.Document, t Target, env Env) (document.Document, error)
	// Judge scans for what the original loader would run; nil where the format
	// cannot hold anything that runs.
	Judge func(d document.Document, env Env) (document.Verdict, []document.Finding)
	// Lost is what the format never holds.
	Lost []string
}

// all is the one list, made once.
func all() []*Format {
	table.once.Do(func() {
		table.list = []*Format{pickleFormat(), joblibFormat(), xgboostJSON(), xgboostUBJ(), lossless()}
	})
	return table.list
}

// table is filled late because some formats refer to others.
var table struct {
	once sync.Once
	list []*Format
}

func byName(name string) *Format {
	for _, f := range all() {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Parse finds out what a source is by its bytes and parses it.
func Parse(src document.Source, env Env) (document.Document, error) {
	b, err := document.ReadAll(src, "", env.Limits)
	if err != nil {
		return nil, err
	}
	return ParseBytes(b, env)
}

// ParseBytes is Parse of bytes in memory.
func ParseBytes(b []byte, env Env) (document.Document, error) {
	if len(b) == 0 {
		return nil, document.Errorf(document.ErrFormat, "", "", 0, "the file is empty")
	}
	switch kind := sniff.Sniff(b); kind {
	case sniff.Pickle, sniff.PickleText:
		return parsePickle(b, env)
	case sniff.Zlib, sniff.Gzip, sniff.Bzip2, sniff.LZMA, sniff.XZ, sniff.LZ4, sniff.ZFile:
		return joblibFormat().Parse(b, env)
	case sniff.JSON:
		return parseJSON(b, env)
	case sniff.UBJSON:
		return xgboostUBJ().Parse(b, env)
	case sniff.Unknown:
		return nil, document.Errorf(document.ErrFormat, "", "", 0, "it begins with % x, which is no model format that Larder knows", b[:min(len(b), 8)])
	default:
		return nil, document.Errorf(document.ErrUnsupported, "", "", 0, "this is %s, which Larder does not open yet", kind)
	}
}

// Lift says what a document means.
func Lift(d document.Document, env Env) (*model.Model, error) {
	m, err := LiftDefault(d, env)
	if err == nil {
		m.Complete()
	}
	return m, err
}

// LiftDefault is Lift without what only listings need; Complete on the model
// makes that.
func LiftDefault(d document.Document, env Env) (*model.Model, error) {
	if l, ok := d.(*losslessDocument); ok {
		inner, err := l.Original(env)
		if err != nil {
			return nil, err
		}
		return LiftDefault(inner, env)
	}
	f := byName(d.Format())
	if f == nil || f.Lift == nil {
		return &model.Model{Root: &model.Object{Path: "/", Why: "a " + d.Format() + " file holds no model"}}, nil
	}
	return f.Lift(d, env)
}

// Judge says what the original loader would run or reach.
func Judge(d document.Document, env Env) (document.Verdict, []document.Finding) {
	if l, ok := d.(*losslessDocument); ok {
		inner, err := l.Original(env)
		if err != nil {
			return document.Unknown, append(d.Findings(), document.Finding{ID: "json-broken", Severity: document.Warning, Path: "/", Offset: -1, Message: err.Error()})
		}
		return Judge(inner, env)
	}
	if f := byName(d.Format()); f != nil && f.Judge != nil {
		return f.Judge(d, env)
	}
	return document.Safe, d.Findings()
}

// Unsafe is the refusal of a dangerous document: it names the first finding
// that made it so.
func Unsafe(d document.Document, findings []document.Finding) error {
	for _, f := range findings {
		if f.Severity == document.Danger {
			return document.Errorf(document.ErrUnsafe, d.Format(), f.Path, f.Offset, "%s", f.Message)
		}
	}
	return document.Errorf(document.ErrUnsafe, d.Format(), "", -1, "refused")
}

// Lost is what a document's format does not hold.
func Lost(d document.Document) []string {
	if f := byName(d.Format()); f != nil {
		return f.Lost
	}
	return nil
}

// Target is what Convert is to make.
type Target struct {
	Format   string
	Compress string // joblib's
	Lossy    Loss
}

// Loss says what a translation does where the target cannot hold something that
// changes an answer.
type Loss uint8

// The choices.
const (
	RefuseLoss Loss = iota // ErrLoss, naming what would be lost
	AllowLoss
)

// LostIn is what a translation could not keep, where it was allowed to lose it.
func LostIn(d document.Document) []string {
	if t, ok := d.(*treeDocument); ok {
		return t.lost
	}
	return nil
}

// Convert makes a document of another format, or of the same.
func Convert(d document.Document, t Target, env Env) (document.Document, error) {
	if t.Format == d.Format() && t.Compress == "" {
		return d, nil
	}
	f := byName(t.Format)
	if t.Format == "json" {
		f = lossless()
	}
	// From lossless JSON the way leads over the original.
	if l, ok := d.(*losslessDocument); ok && f != nil && f.Name != losslessName {
		inner, err := l.Original(env)
		if err != nil || inner.Format() == f.Name {
			return inner, err
		}
		return Convert(inner, t, env)
	}
	if f == nil {
		return nil, document.Errorf(document.ErrInput, "", "", -1, "no format %q to write; there are %s", t.Format, strings.Join(writable(), ", "))
	}
	if f.From == nil {
		return nil, document.Errorf(document.ErrUnsupported, d.Format(), "", -1, "nothing is converted to %s", f.Name)
	}
	return f.From(d, t, env)
}

func writable() []string {
	names := []string{"json"}
	for _, f := range all() {
		if f.From != nil && f.Name != losslessName {
			names = append(names, f.Name)
		}
	}
	return names
}

// ByExtension is the format that a name means as the output of converting d.
func ByExtension(d document.Document, name string) (string, error) {
	ext := strings.ToLower(filepath.Ext(name))
	if ext == ".json" {
		if strings.HasPrefix(d.Format(), "xgboost-") {
			return xgboostJSON().Name, nil
		}
		return "json", nil
	}
	// A file may keep its own format under any of that format's extensions.
	if f := byName(d.Format()); f != nil && slices.Contains(f.Extensions, ext) {
		return d.Format(), nil
	}
	for _, f := range all() {
		if slices.Contains(f.Extensions, ext) {
			return f.Name, nil
		}
	}
	return "", document.Errorf(document.ErrInput, "", "", -1, "no format has the extension %q; --to names one of %s", ext, strings.Join(writable(), ", "))
}

// Info is a line of `larder formats`.
type Info struct {
	Name       string   `json:"name"`
	Extensions []string `json:"extensions"`
	Opens      string   `json:"opens"`
	Runs       string   `json:"runs"`
	Writes     string   `json:"writes"`
}

// List is what can be done with each format.
func List() []Info {
	var list []Info
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	for _, f := range all() {
		list = append(list, Info{f.Name, f.Extensions, yes(f.Parse != nil), yes(f.Lift != nil), yes(f.From != nil)})
	}
	return list
}
