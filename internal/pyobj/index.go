package pyobj

import (
	"slices"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// index says where each group is met first on a walk from the root, so that
// other ways to it are references. A joblib file has pickles in its pickle:
// each has its own part.
type index struct {
	parts map[*pickle.Document]*part
}

type part struct {
	first []place // by ID
}

// place is a position: child slot-1 of a parent; the zero place is none, and
// the root's slot is -1.
type place struct {
	parent int32
	slot   int32
	doc    *pickle.Document // the parent's, where it is another
	step   string           // "" is slot-1
}

func (x *index) at(v pickle.Value) *place {
	d := v.Document()
	p := x.parts[d]
	if p == nil {
		p = &part{first: make([]place, d.Len())}
		x.parts[d] = p
	}
	return &p.first[v.ID()]
}

// frame is a value on the way down and the next of its children.
type frame struct {
	v    pickle.Value
	path string
	kids []kid
	i    int
}

// makeIndex walks the graph from the root, depth first, each group once.
func (e *Env) makeIndex(root pickle.Value) *index {
	x := &index{parts: map[*pickle.Document]*part{}}
	x.at(root).slot = -1
	way := []frame{{v: root, kids: e.kids(root)}}
	for len(way) > 0 {
		f := &way[len(way)-1]
		if f.i == len(f.kids) {
			way = way[:len(way)-1]
			continue
		}
		f.i++
		v := f.kids[f.i-1].v
		if !v.IsValid() || !e.isGroup(v) {
			continue
		}
		p := x.at(v)
		if p.slot != 0 {
			continue
		}
		p.parent, p.slot, p.step = int32(f.v.ID()), int32(f.i), f.kids[f.i-1].step
		if f.v.Document() != v.Document() {
			p.doc = f.v.Document()
		}
		way = append(way, frame{v: v, kids: e.kids(v)})
	}
	return x
}

// isGroup says whether a value is listed with things below it, so that a second
// way to it is a reference. The empty tuple is the same object everywhere and
// counts as a leaf.
func (e *Env) isGroup(v pickle.Value) bool {
	return !e.isLeaf(v) && !(v.Kind() == pickle.Tuple && v.Len() == 0)
}

// isFirst says whether child i of a value is where its group is met first.
func (x *index) isFirst(parent pickle.Value, i int, v pickle.Value) bool {
	p := x.at(v)
	doc := parent.Document()
	if p.doc != nil {
		return p.doc == doc && p.parent == int32(parent.ID()) && p.slot == int32(i+1)
	}
	return v.Document() == doc && p.parent == int32(parent.ID()) && p.slot == int32(i+1)
}

// pathOf is where a group is met first. It looks at the index alone, so that
// many references into one large group cost no more than their paths are long.
func (x *index) pathOf(v pickle.Value) string {
	var steps []string
	for {
		p := *x.at(v)
		if p.slot <= 0 {
			break
		}
		doc := v.Document()
		if p.doc != nil {
			doc = p.doc
		}
		v = doc.At(int(p.parent))
		if p.step == "" {
			p.step = itoa(int(p.slot) - 1)
		}
		steps = append(steps, p.step)
	}
	slices.Reverse(steps)
	return "/" + strings.Join(steps, "/")
}

// find follows a path from the root. It answers the value, and its parent and
// place there (a zero parent for the root).
func (e *Env) find(root pickle.Value, path string) (v, parent pickle.Value, slot int, err error) {
	v = root
	rest := path
	for rest != "" && rest != "/" {
		if rest[0] == '/' {
			rest = rest[1:]
		}
		kids := e.kids(v)
		at, n := -1, 0
		for i := range kids {
			// Steps may hold a slash ("@items/3"): the longest that fits counts.
			s := stepOf(kids, i)
			if len(s) > n && len(rest) >= len(s) && rest[:len(s)] == s && (len(rest) == len(s) || rest[len(s)] == '/') {
				at, n = i, len(s)
			}
		}
		if at < 0 {
			return v, parent, slot, document.Errorf(document.ErrInput, e.format(), path, -1, "no such node")
		}
		parent, slot, v = v, at, kids[at].v
		rest = rest[n:]
	}
	return v, parent, slot, nil
}

// Locate gives the paths of values: of groups and leaves where they are first
// met, of a global that makes an object the object's. Values that are not below
// the root (dropped results) have none.
func (d *Document) Locate(want []pickle.Value) map[pickle.Value]string {
	left := make(map[pickle.Value]struct{}, len(want))
	for _, v := range want {
		if v.IsValid() {
			left[v] = struct{}{}
		}
	}
	out := make(map[pickle.Value]string, len(left))
	found := func(v pickle.Value, path func() string) {
		if _, ok := left[v]; ok {
			out[v] = path()
			delete(left, v)
		}
	}
	x := d.index()
	visit := func(v pickle.Value, path func() string) {
		found(v, path)
		if v.Kind() == pickle.Instance {
			// Leaves made by calls hold their callable and arguments.
			found(v.Callable(), path)
			if n := v.Nested(); n != nil {
				found(n.Root(), path)
			}
			if d.env.isLeaf(v) || isArray(v, d.env.names()) {
				for _, a := range append(ArgsOf(v), v.Args(), v.State()) {
					found(a, path)
				}
			}
		}
	}
	root := d.Root()
	visit(root, func() string { return "/" })
	way := []frame{{v: root, kids: d.env.kids(root)}}
	for len(way) > 0 && len(left) > 0 {
		f := &way[len(way)-1]
		if f.i == len(f.kids) {
			way = way[:len(way)-1]
			continue
		}
		i := f.i
		f.i++
		v := f.kids[i].v
		path := func() string { return joinStep(x.pathOf(f.v), stepOf(f.kids, i)) }
		if !d.env.isGroup(v) {
			visit(v, path)
		} else if x.isFirst(f.v, i, v) {
			visit(v, path)
			way = append(way, frame{v: v, kids: d.env.kids(v)})
		}
	}
	return out
}
