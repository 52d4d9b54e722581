package scan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/pickle"
)

// The findings of pickles. docs/security.md explains each.
const (
	idCall       = "pickle-call-unlisted"
	idGadget     = "pickle-gadget"
	idGlobal     = "pickle-global-unlisted"
	idHidden     = "pickle-global-hidden"
	idObject     = "pickle-object-unlisted"
	idValue      = "pickle-call-value"
	idClass      = "pickle-call-class"
	idArguments  = "pickle-call-arguments"
	idBuild      = "pickle-build-global"
	idItems      = "pickle-items-global"
	idItemsOther = "pickle-items"
	idState      = "pickle-state"
	idMalformed  = "pickle-malformed"
	idLimit      = "pickle-limit"
	idExtension  = "pickle-extension"
	idPersistent = "pickle-persistent"
	idBuffer     = "pickle-buffer"
	idNested     = "pickle-nested"
)

const maxFindings = 200 // of one pickle; a count stands for the rest

// judge collects the findings of one pickle and the pickles inside it.
type judge struct {
	allow *AllowList
	env   *pyobj.Env
	out   []document.Finding
	of    []pickle.Value // beside out: what each is about
	seen  map[string]int // ID and name: how often
	more  int
	bad   bool // something dangerous was left out for want of room

	unlisted []pickle.Value  // globals not on the list, in order
	called   map[string]bool // names that a call's finding has told already

	args    []pickle.Value // of the present call
	allowed func(pickle.Value) (AllowEntry, bool)
}

func newJudge(allow *AllowList, env *pyobj.Env) *judge {
	return &judge{allow: allow, env: env, seen: map[string]int{}, called: map[string]bool{},
		allowed: func(g pickle.Value) (AllowEntry, bool) {
			_, e, ok := allow.name(g)
			return e, ok && g.Kind() == pickle.Global
		}}
}

// find notes a finding; key tells findings of one ID apart, so that a thousand
// uses of one class are told once.
func (j *judge) find(id string, s document.Severity, v pickle.Value, offset int64, key, format string, args ...any) {
	if j.seen[id+" "+key]++; j.seen[id+" "+key] > 1 {
		return
	}
	if len(j.out) >= maxFindings {
		j.more++
		j.bad = j.bad || s == document.Danger
		return
	}
	j.out = append(j.out, document.Finding{ID: id, Severity: s, Offset: offset, Message: fmt.Sprintf(format, args...)})
	j.of = append(j.of, v)
}

func (j *judge) danger(id string, v pickle.Value, offset int64, key, format string, args ...any) {
	j.find(id, document.Danger, v, offset, key, format, args...)
}

func (j *judge) doubt(id string, v pickle.Value, offset int64, key, format string, args ...any) {
	j.find(id, document.Warning, v, offset, key, format, args...)
}

// pickle judges the events of a document, then those of pickles inside it that
// the loader loads too.
func (j *judge) pickle(d *pickle.Document) {
	todo := []*pickle.Document{d}
	for len(todo) > 0 {
		d := todo[0]
		todo = todo[1:]
		for e := range d.Events() {
			j.event(e)
			if e.Kind == pickle.EventBuild {
				if n := e.Value.Nested(); n != nil {
					todo = append(todo, n)
				}
			}
		}
		if n := d.Leftover(); n > 0 {
			j.out = append(j.out, pyobj.Leftover(d.End()-1, n))
			j.of = append(j.of, pickle.Value{})
		}
	}
	for _, v := range j.unlisted {
		if full, _, _ := j.allow.name(v); !j.called[full] {
			j.doubt(idGlobal, v, v.Offset(), full, "%s is not on the allow-list; a policy may allow it by this name", full)
		}
	}
	if j.more > 0 {
		f := document.Finding{ID: idLimit, Severity: document.Warning, Path: "/", Offset: -1, Message: fmt.Sprintf("%d more findings", j.more)}
		if j.bad {
			f.Severity = document.Danger
		}
		j.out, j.of = append(j.out, f), append(j.of, pickle.Value{})
	}
}

func (j *judge) event(e pickle.Event) {
	switch e.Kind {
	case pickle.EventImport:
		j.imported(e)
	case pickle.EventCall:
		j.call(e)
	case pickle.EventBuild:
		j.build(e)
	case pickle.EventAppend, pickle.EventSetItem, pickle.EventAddItem:
		j.items(e)
	case pickle.EventPersistent:
		if !j.torchStorage(e.Value) {
			j.doubt(idPersistent, e.Value, e.Offset, "", "a persistent id: what it stands for is up to the loader's own code")
		}
	case pickle.EventExt:
		j.doubt(idExtension, e.Value, e.Offset, fmt.Sprint(e.Value.Code()),
			"extension code %d: what it stands for is registered outside of the file", e.Value.Code())
	case pickle.EventBuffer:
		j.doubt(idBuffer, e.Value, e.Offset, "", "an out-of-band buffer, which is not in the file")
	}
}

func (j *judge) imported(e pickle.Event) {
	full, _, ok := j.allow.name(e.Value)
	switch {
	case full == "":
		j.danger(idHidden, e.Value, e.Offset, "", "a global whose name is not written in the file but made by a call")
	case ok:
	case isGadget(full):
		j.danger(idGadget, e.Value, e.Offset, full, "%s, which is known to run or reach something", full)
		j.called[full] = true
	default:
		j.unlisted = append(j.unlisted, e.Value)
	}
}

// call judges REDUCE, NEWOBJ, NEWOBJ_EX, OBJ and INST.
func (j *judge) call(e pickle.Event) {
	v, c := e.Value, e.Value.Callable()
	if c.Kind() != pickle.Global {
		what := c.Kind().String()
		if c.Kind() == pickle.Instance {
			what = "the result of another call"
		}
		j.danger(idCall, v, e.Offset, what, "calls %s", what)
		return
	}
	full, entry, ok := j.allow.name(c)
	args, plain := argsOf(j.args[:0], v)
	j.args = args
	made := v.How() == pickle.ByNew || v.How() == pickle.ByNewEx
	switch {
	case full == "":
		j.danger(idCall, v, e.Offset, "", "calls something whose name is not written in the file")
	case !ok && made && plain && len(args) == 0 && !isGadget(full):
		j.called[full] = true
		j.doubt(idObject, v, e.Offset, full, "an object of %s, which is not on the allow-list; a policy may allow it by this name", full)
	case !ok:
		j.called[full] = true
		j.danger(idCall, v, e.Offset, full, "calls %s, which is not on the allow-list", full)
	case entry.Kind == pyobj.AllowValue:
		j.danger(idValue, v, e.Offset, full, "calls %s, which may only be referred to", full)
	case entry.Kind == pyobj.AllowClass:
		j.class(v, e, full, args, plain, made)
	default:
		j.constructor(v, e, full, entry, args, plain)
	}
}

// argsOf appends the arguments of a call, keyword ones among them, and says
// whether all of them are written in the file.
func argsOf(args []pickle.Value, v pickle.Value) (_ []pickle.Value, plain bool) {
	a := v.Args()
	if a.Kind() != pickle.Tuple {
		return args, false
	}
	for x := range a.Items() {
		args = append(args, x)
	}
	if k := v.Kwargs(); k.IsValid() {
		if k.Kind() != pickle.Dict {
			return args, false
		}
		for _, x := range k.Entries() {
			args = append(args, x)
		}
	}
	return args, true
}

func (j *judge) class(v pickle.Value, e pickle.Event, full string, args []pickle.Value, plain, made bool) {
	switch {
	case !plain || len(args) > 0:
		j.danger(idClass, v, e.Offset, full, "calls the class %s with arguments, where picklers make an object and give it a state", full)
	case !made && v.How() == pickle.ByReduce:
		j.doubt(idClass, v, e.Offset, full, "calls the class %s, where picklers make an object and give it a state", full)
	}
}

var errUnwritten = errors.New("arguments that are not written in the file")

func (j *judge) constructor(v pickle.Value, e pickle.Event, full string, entry AllowEntry, args []pickle.Value, plain bool) {
	err := errUnwritten
	if plain {
		err = nil
		if v.Kwargs().IsValid() && v.Kwargs().Len() > 0 {
			err = errors.New("keyword arguments")
		} else if entry.Args == nil {
			if len(args) > 0 {
				err = fmt.Errorf("%d arguments", len(args))
			}
		} else {
			err = entry.Args(pyobj.Call{Name: full, Value: v, Args: args, Env: j.env, Allowed: j.allowed})
		}
	}
	switch {
	case err == nil:
	case errors.Is(err, document.ErrUnsafe):
		j.danger(idCall, v, e.Offset, full+err.Error(), "%s: %s", full, detail(err))
	default:
		j.doubt(idArguments, v, e.Offset, full+err.Error(), "%s is called with %s, which is not what picklers write", full, detail(err))
	}
}

// detail is an error without the words of its sentinel.
func detail(err error) string {
	var located *document.Error
	if errors.As(err, &located) {
		err = located.Err
	}
	s := err.Error()
	for _, sentinel := range []error{document.ErrUnsafe, document.ErrCorrupt, document.ErrUnsupported, document.ErrLimit} {
		s = strings.TrimPrefix(s, sentinel.Error()+": ")
	}
	return s
}

// build judges a state. Without __setstate__ BUILD puts a dict into the object's
// __dict__, and sets the slots of a tuple's second item with setattr.
func (j *judge) build(e pickle.Event) {
	v := e.Value
	switch v.Kind() {
	case pickle.Global, pickle.Ext, pickle.Persistent:
		name, _, _ := j.allow.name(v)
		j.danger(idBuild, v, e.Offset, name, "sets attributes of %s itself, not of an object of it", describe(v, name))
		return
	case pickle.Instance:
	default:
		j.doubt(idState, v, e.Offset, v.Kind().String(), "a state for a %s", v.Kind())
		return
	}
	name, entry, ok := j.stateOwner(v)
	if !ok {
		return // told by its call
	}
	err := error(nil)
	switch {
	case entry.State != nil:
		err = entry.State(e.State)
	case entry.Kind == pyobj.AllowConstructor:
		err = errors.New("a state")
	default:
		err = pyobj.StateDict(e.State)
	}
	if err == nil {
		err = j.reads(v)
	}
	if err != nil {
		id := idState
		if pyobj.IsArray(v) || pyobj.ClassOf(v) == "numpy.dtype" {
			id = idArguments
		}
		j.doubt(id, v, e.Offset, name+err.Error(), "%s is given %s, which is not what picklers write", name, detail(err))
	}
}

// reads checks that what numpy would make of a state can be made.
func (j *judge) reads(v pickle.Value) error {
	switch {
	case pyobj.IsArray(v):
		_, err := pyobj.Array(v, "", j.env)
		return err
	case pyobj.ClassOf(v) == "numpy.dtype":
		_, err := pyobj.DTypeOf(v, j.env)
		return err
	}
	return nil
}

// stateOwner is the entry that judges the state of an object: that of its
// callable or, where that only makes an empty object of a class, that of the
// class.
func (j *judge) stateOwner(v pickle.Value) (string, AllowEntry, bool) {
	c := v.Callable()
	full, entry, ok := j.allow.name(c)
	if !ok || entry.Kind != pyobj.AllowConstructor || entry.State != nil || v.How() != pickle.ByReduce {
		return full, entry, ok
	}
	if a := v.Args(); a.Kind() == pickle.Tuple && a.Len() > 0 && a.Item(0).Kind() == pickle.Global {
		if n, e, listed := j.allow.name(a.Item(0)); listed && e.Kind != pyobj.AllowValue {
			return n, e, true
		} else if !listed {
			return n, e, false
		}
	}
	return full, entry, ok
}

// items judges items put on what is no list, dict or set: a method of it is
// called.
func (j *judge) items(e pickle.Event) {
	v := e.Value
	switch v.Kind() {
	case pickle.Global, pickle.Ext, pickle.Persistent:
		name, _, _ := j.allow.name(v)
		j.danger(idItems, v, e.Offset, name, "puts items on %s itself, not on an object of it", describe(v, name))
		return
	case pickle.Instance:
		name, entry, ok := j.stateOwner(v)
		if !ok || entry.Items {
			return
		}
		j.doubt(idItemsOther, v, e.Offset, name, "puts items on an object of %s, which is no container", name)
		return
	}
	j.doubt(idItemsOther, v, e.Offset, v.Kind().String(), "%s of a %s", e.Kind, v.Kind())
}

func describe(v pickle.Value, name string) string {
	if name != "" {
		return name
	}
	return "a " + v.Kind().String()
}

// torchStorage recognises the persistent id of a tensor's data:
// ('storage', torch.FloatStorage, key, location, number).
func (j *judge) torchStorage(v pickle.Value) bool {
	id := v.PersistentID()
	if id.Kind() != pickle.Tuple || id.Len() < 5 || id.Item(0).Kind() != pickle.String || id.Item(0).Str() != "storage" {
		return false
	}
	full, entry, ok := j.allow.name(id.Item(1))
	return ok && entry.Kind == pyobj.AllowValue && strings.HasPrefix(full, "torch.") && strings.HasSuffix(full, "Storage") &&
		id.Item(2).Kind() == pickle.String && id.Item(3).Kind() == pickle.String
}

// verdict is the worst that findings say.
func verdict(list []document.Finding) document.Verdict {
	v := document.Safe
	for _, f := range list {
		switch f.Severity {
		case document.Danger:
			return document.Dangerous
		case document.Warning:
			v = document.Unknown
		}
	}
	return v
}

// worst is the worse of two verdicts.
func worst(a, b document.Verdict) document.Verdict {
	order := []document.Verdict{document.Safe, document.Unknown, document.Dangerous}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}
