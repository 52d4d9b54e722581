package jsontree

import (
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/tensor"
)

// Assembler puts a tree together for a codec, value by value in the order of
// the file. It counts depth, nodes and memory, refuses duplicate keys and knows
// the path of what is being read. Its error is sticky: after the first fault
// nothing more is added.
type Assembler struct {
	t      *Tree
	limits document.Limits
	budget *safeio.Budget
	cur    uint32 // the open container
	depth  int
	key    uint32 // of the next value; 0 where it has none
	keyAt  int64
	klen   byte
	ids    [2]map[string]uint32 // raw key → index; the second for those with escapes
	byStr  map[string]uint32    // key → first index
	dups   []uint64
	err    error
}

// Leaf is a value without children.
type Leaf struct {
	Kind     Kind // not Array, not Object
	Offset   int  // of its first byte
	End      int  // past its last
	Head     int  // bytes before the payload
	Tail     int  // bytes after it
	Count    int  // elements; 1 for true
	DType    tensor.DType
	Marked   bool // elements each with a marker
	Integral bool
	Spaces   bool
	Escapes  bool
	OpenEnd  bool // ends with a bracket, though the format has counts
	Marker   byte // of the length or count, where it is not 'L'
}

// NewAssembler begins a tree over src.
func NewAssembler(src []byte, d Decoder) *Assembler {
	l := d.limits()
	a := &Assembler{
		t:      &Tree{format: d.Format, dialect: d.Dialect, src: src, keys: make([]key, 1, 32)},
		limits: l,
		budget: safeio.NewBudget(d.Format, l),
		cur:    noParent,
		ids:    [2]map[string]uint32{{}, {}},
		byStr:  map[string]uint32{},
	}
	if a.limits.Nodes > math.MaxUint32-1 {
		a.limits.Nodes = math.MaxUint32 - 1
	}
	return a
}

// Err is the first fault.
func (a *Assembler) Err() error { return a.err }

// Fail records a fault at an offset, with the path of the value being read.
func (a *Assembler) Fail(sentinel error, off int, detail string, args ...any) {
	if a.err == nil {
		a.err = document.Errorf(sentinel, a.t.format, a.path(), int64(off), detail, args...)
	}
}

// path is where the next value would be.
func (a *Assembler) path() string {
	if a.cur == noParent {
		return "/"
	}
	n := Node{a.t, a.cur}
	if n.Kind() == Array {
		return document.Join(n.Path(), strconv.Itoa(int(n.node().n)))
	}
	if a.key != 0 {
		return document.Join(n.Path(), a.t.keys[a.key].str)
	}
	return n.Path()
}

// Key gives the key of the next value: as it stands in the file, and what it
// means where that differs (nil where it does not). marker is UBJSON's for its
// length, where that is not 'L'.
func (a *Assembler) Key(raw, str []byte, off int, marker byte) {
	if a.err != nil {
		return
	}
	ids := a.ids[0]
	if str != nil {
		ids = a.ids[1]
	}
	id, ok := ids[string(raw)]
	if !ok {
		if err := a.budget.Spend(int64(len(raw))*2+keySize, "", int64(off)); err != nil {
			a.err = err
			return
		}
		k := key{raw: string(raw)}
		k.str = k.raw
		if str != nil {
			k.str, k.text = string(str), true
		}
		id = uint32(len(a.t.keys))
		if same, known := a.byStr[k.str]; known {
			k.same = same
		} else {
			k.same = id
			a.byStr[k.str] = id
		}
		a.t.keys = append(a.t.keys, k)
		ids[k.raw] = id
	}
	a.key, a.keyAt, a.klen = id, int64(off), marker
}

// add makes room for one node and fills in what all nodes have.
func (a *Assembler) add(off int) *node {
	if a.err != nil {
		return nil
	}
	t := a.t
	if int64(len(t.nodes)) >= a.limits.Nodes {
		a.Fail(document.ErrLimit, off, "more than %d values (Limits.Nodes)", a.limits.Nodes)
		return nil
	}
	if len(t.nodes) == cap(t.nodes) {
		more := max(16, cap(t.nodes)/2)
		if err := a.budget.Spend(int64(more)*nodeSize, "", int64(off)); err != nil {
			a.err = err
			return nil
		}
		t.nodes = append(make([]node, 0, cap(t.nodes)+more), t.nodes...)
	}
	i := len(t.nodes)
	t.nodes = t.nodes[:i+1]
	d := &t.nodes[i]
	*d = node{off: int64(off), parent: a.cur, end: uint32(i) + 1, key: a.key, klen: a.klen}
	if a.key != 0 && off >= 0 {
		d.gap = uint32(min(int64(off)-a.keyAt, math.MaxUint32))
	}
	if a.cur != noParent {
		t.nodes[a.cur].n++
	}
	a.key, a.keyAt, a.klen = 0, 0, 0
	return d
}

// Open begins an Array or Object at an offset. openEnd and marker are as in
// Leaf; for an object openEnd says that it has a count.
func (a *Assembler) Open(kind Kind, off int, openEnd bool, marker byte) {
	if a.err == nil && a.depth >= a.limits.Depth {
		a.Fail(document.ErrLimit, off, "deeper than %d (Limits.Depth)", a.limits.Depth)
	}
	d := a.add(off)
	if d == nil {
		return
	}
	d.kind, d.vlen = kind, marker
	if openEnd {
		d.flags |= flagOpenEnd
	}
	a.cur = uint32(len(a.t.nodes) - 1)
	a.depth++
}

// Close ends the container that was opened last; end is past its last byte.
func (a *Assembler) Close(end int) {
	if a.err != nil {
		return
	}
	t := a.t
	d := &t.nodes[a.cur]
	d.size = int64(end) - d.off
	d.end = uint32(len(t.nodes))
	if d.kind == Object && d.n > 1 {
		a.unique()
	}
	a.cur = d.parent
	a.depth--
}

// unique refuses an object with two equal keys.
func (a *Assembler) unique() {
	t := a.t
	d := &t.nodes[a.cur]
	a.dups = a.dups[:0]
	for i := a.cur + 1; i < d.end; i = t.nodes[i].end {
		a.dups = append(a.dups, uint64(t.keys[t.nodes[i].key].same)<<32|uint64(i))
	}
	slices.Sort(a.dups)
	for k := 1; k < len(a.dups); k++ {
		if a.dups[k-1]>>32 != a.dups[k]>>32 {
			continue
		}
		first, second := &t.nodes[uint32(a.dups[k-1])], &t.nodes[uint32(a.dups[k])]
		name := t.keys[first.key].str
		a.err = document.Errorf(document.ErrCorrupt, t.format, document.Join(Node{t, a.cur}.Path(), name),
			second.off-int64(second.gap), "key %q for the second time, the first is at offset %d", name, first.off-int64(first.gap))
		return
	}
}

// Leaf adds a value without children.
func (a *Assembler) Leaf(l Leaf) {
	d := a.add(l.Offset)
	if d == nil {
		return
	}
	d.kind = l.Kind
	d.size = int64(l.End - l.Offset)
	d.n = int64(l.Count)
	d.head, d.tail = uint8(l.Head), uint8(l.Tail)
	d.vlen = l.Marker
	switch {
	case l.Kind == Null || l.Kind == Bool:
	case l.Marked:
		d.enc = encMarked
	case l.DType == tensor.String:
		d.enc = encBytes
	case l.DType != tensor.Invalid:
		d.enc, d.dtype = encTyped, uint8(l.DType)
	default:
		d.enc = encText
	}
	if l.Integral {
		d.flags |= flagIntegral
	}
	if l.Spaces {
		d.flags |= flagSpaces
	}
	if l.Escapes {
		d.flags |= flagEscapes
	}
	if l.OpenEnd {
		d.flags |= flagOpenEnd
	}
}

// Check records an error that was made elsewhere, with the path of the value
// being read where it has none.
func (a *Assembler) Check(err error) {
	if a.err != nil || err == nil {
		return
	}
	var e *document.Error
	if errors.As(err, &e) && e.Path == "" {
		e.Path = a.path()
	}
	a.err = err
}

// inside is the kind of the open container.
func (a *Assembler) inside() Kind { return a.t.nodes[a.cur].kind }

// Tree is the finished tree, or the first fault.
func (a *Assembler) Tree() (*Tree, error) {
	if a.err == nil && (a.cur != noParent || len(a.t.nodes) == 0) {
		a.Fail(document.ErrCorrupt, len(a.t.src), "ends in the middle")
	}
	if a.err != nil {
		return nil, a.err
	}
	return a.t, nil
}
