package formats

import (
	"io"
	"iter"
	"os"
	"sync"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/joblib"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/internal/sklearn"
	"github.com/larder-ml/larder/internal/xgboost"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/scan"
)

// A pickle and a file of joblib.dump are read by one parser, which says which
// of the two it was.
func pickleFormat() *Format {
	return &Format{
		Name:       "pickle",
		Extensions: []string{".pkl", ".pickle"},
		Parse:      parsePickle,
		Lift:       liftPython,
		Judge:      judgePython,
		From:       pickleFrom,
		Lost:       []string{"code of the user's own classes and functions"},
	}
}

func joblibFormat() *Format {
	return &Format{
		Name:       "joblib",
		Extensions: []string{".joblib", ".pkl", ".z", ".gz", ".xz", ".lzma", ".lz4"},
		Parse:      parsePickle,
		Lift:       liftPython,
		Judge:      judgePython,
		From:       joblibFrom,
		Lost:       pickleFormat().Lost,
	}
}

func parsePickle(b []byte, env Env) (document.Document, error) {
	d, err := pyobj.Open("", b, pyobj.Options{Limits: env.Limits, Names: names(),
		Open: func(_ string, b []byte) (document.Document, error) { return ParseBytes(b, env) }})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// names are the older names of classes that the frameworks know.
func names() *pyobj.Names { return sklearn.Names() }

// liftPython asks each framework for the objects that it knows.
func liftPython(d document.Document, _ Env) (*model.Model, error) {
	p := d.(*pyobj.Document)
	l := &sklearn.Lifter{Env: p.Env(), Others: []func(pickle.Value, string) (*model.Object, error){
		func(v pickle.Value, path string) (*model.Object, error) { return liftXGBoost(v, path, p.Env()) },
	}}
	o, err := l.Lift(p.Root(), "/")
	if err != nil {
		return nil, err
	}
	for o := range o.All() {
		nameFramework(p, o)
	}
	return sklearn.Model(o)
}

// liftXGBoost answers nil for what is not XGBoost's.
func liftXGBoost(v pickle.Value, path string, env *pyobj.Env) (*model.Object, error) {
	r := pyobj.Read(v, path, env)
	for _, row := range xgboost.Rows() {
		if row.Path == r.Class() {
			return row.Lift(r)
		}
	}
	return nil, nil
}

// allowList is what a pickle may hold and stay safe: the rows of the
// frameworks, and what they need.
var allowList = sync.OnceValue(func() *scan.AllowList {
	return scan.NewAllowList(nil, sklearn.Allow(), xgboost.Allow())
})

// AllowList is the allow-list that scans use.
func AllowList() *scan.AllowList { return allowList() }

// Scanner judges any file.
func Scanner(env Env) scan.Scanner {
	return scan.Scanner{Allow: allowList(), Limits: env.Limits,
		Open:  func(_ string, b []byte) (document.Document, error) { return ParseBytes(b, env) },
		Judge: func(d document.Document) (document.Verdict, []document.Finding) { return Judge(d, env) },
	}
}

// PolicyScanner is a Scanner that also allows what a policy file lists; "" is no
// policy.
func PolicyScanner(env Env, policy string) (scan.Scanner, error) {
	s := Scanner(env)
	if policy == "" {
		return s, nil
	}
	b, err := os.ReadFile(policy)
	if err != nil {
		return s, err
	}
	p, err := scan.ParsePolicy(b)
	if err != nil {
		return s, document.InFile(err, policy)
	}
	s.Allow = p.Allow(s.Allow)
	return s, nil
}

func judgePython(d document.Document, env Env) (document.Verdict, []document.Finding) {
	return Scanner(env).Document(d.(*pyobj.Document))
}

// Ops lists the opcodes of a pickle.
func Ops(d document.Document) (iter.Seq[pickle.Op], bool) {
	p, ok := d.(*pyobj.Document)
	if !ok {
		return nil, false
	}
	return p.Ops(), true
}

// original is the pickle or joblib file that a document is.
func original(d document.Document) (*pyobj.Document, error) {
	if p, ok := d.(*pyobj.Document); ok {
		return p, nil
	}
	return nil, document.Errorf(document.ErrUnsupported, d.Format(), "", -1, "a %s file does not become a pickle", d.Format())
}

func pickleFrom(d document.Document, _ Target, _ Env) (document.Document, error) {
	p, err := original(d)
	if err != nil {
		return nil, err
	}
	if p.Pickle().ForeignBlocks() > 0 {
		return nil, document.Errorf(document.ErrUnsupported, "joblib", "", -1, "arrays of a joblib file are not moved into a pickle yet; --to joblib keeps them")
	}
	if p.Format() == "joblib" {
		return &packed{p, joblib.Compression{}}, nil
	}
	return p, nil
}

// joblibFrom packs a pickle, or a joblib file otherwise: joblib.load reads
// plain pickles too.
func joblibFrom(d document.Document, t Target, _ Env) (document.Document, error) {
	p, err := original(d)
	if err != nil {
		return nil, err
	}
	if t.Compress == "" && p.Format() == "joblib" {
		return p, nil
	}
	c, err := joblib.ParseCompression(t.Compress)
	if err != nil {
		return nil, err
	}
	return &packed{p, c}, nil
}

// packed is a document that is written with another compression.
type packed struct {
	*pyobj.Document
	compression joblib.Compression
}

func (p *packed) Write(w io.Writer) error { return p.File().WriteAs(w, p.compression) }
