package jsontree

import (
	"iter"
	"strconv"

	"github.com/larder-ml/larder/document"
)

// Kind says what a node is.
type Kind uint8

// The kinds. Numbers and Bools are arrays that hold nothing else and are one
// leaf; an empty array without a type is an Array of no children.
const (
	Invalid Kind = iota // the zero Node
	Null
	Bool
	Number
	String
	Array
	Object
	Numbers
	Bools
)

var kindNames = [...]string{"nothing", "null", "boolean", "number", "string", "array", "object", "array of numbers", "array of booleans"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// container says whether nodes of the kind have children in the slab.
func (k Kind) container() bool { return k == Array || k == Object }

// Dialect says what an escape in a JSON string means.
type Dialect uint8

const (
	// RFC8259 is the JSON of the specification.
	RFC8259 Dialect = iota
	// XGBoost leaves \u alone: a backslash and a "u" mean themselves, whatever
	// follows. Its writer relies on that.
	XGBoost
)

// Decoder says how a document is read. The zero Decoder is safe.
type Decoder struct {
	Format  string // the name in errors; "json" or "ubjson" where it is empty
	Dialect Dialect
	Limits  document.Limits // Depth is 128 where it is zero
}

// DefaultDepth is the limit on depth where Limits has none.
const DefaultDepth = 128

func (d Decoder) limits() document.Limits {
	if d.Limits.Depth == 0 {
		d.Limits.Depth = DefaultDepth
	}
	return d.Limits.WithDefaults()
}

// Tree is one document. It is immutable and safe for concurrent use. It shares
// the bytes that it was parsed from.
type Tree struct {
	format  string
	dialect Dialect
	src     []byte
	nodes   []node   // in the order of the file, parents before children
	keys    []key    // keys[0] is the key of a node that has none
	own     [][]byte // payloads that are not in src
}

// node is one value. Its children follow it in the slab.
type node struct {
	off    int64 // first byte in the source, -1 where it has none
	size   int64
	n      int64  // children, elements, or 1 for true
	key    uint32 // into keys
	parent uint32 // noParent for the root
	end    uint32 // the slab index after the last descendant
	own    uint32 // 1 + index into own, 0 where the payload is in the source
	gap    uint32 // from the key's first byte to off
	kind   Kind
	enc    encoding
	dtype  uint8 // tensor.DType of a typed payload
	flags  flags
	head   uint8 // bytes before the payload
	tail   uint8 // bytes after it
	klen   byte  // UBJSON marker of the key's length where it is not 'L'
	vlen   byte  // UBJSON marker of the length or count where it is not 'L'
}

const (
	nodeSize = 56
	keySize  = 160 // a key in three tables, about
	noParent = ^uint32(0)
)

// encoding says how a payload is written.
type encoding uint8

const (
	encNone   encoding = iota
	encText            // JSON: a number, the inside of a string or of an array
	encTyped           // big-endian elements of dtype
	encMarked          // UBJSON: elements each with its own marker
	encBytes           // the bytes of a string
)

type flags uint8

const (
	flagIntegral flags = 1 << iota // numbers without fraction, exponent and NaN
	flagSpaces                     // white space between the elements
	flagEscapes                    // a string with a backslash
	flagOpenEnd                    // UBJSON array that ends with ], or object with a count
)

type key struct {
	raw  string // as it stands in the file
	str  string
	same uint32 // the first key with the same str
	text bool   // raw is JSON text with escapes
}

// Format is the name that errors carry.
func (t *Tree) Format() string { return t.format }

// Dialect is what escapes mean in this tree's strings.
func (t *Tree) Dialect() Dialect { return t.dialect }

// Root is the outermost value.
func (t *Tree) Root() Node { return Node{t, 0} }

// Nodes is the number of nodes.
func (t *Tree) Nodes() int { return len(t.nodes) }

// All lists the nodes in the order of the file, parents first.
func (t *Tree) All() iter.Seq[Node] { return t.Root().All() }

// At is the node at a path. A path that leads nowhere, or to an element inside
// a Numbers or Bools leaf, is ErrInput.
func (t *Tree) At(path string) (Node, error) {
	n, rest, err := t.walk(path)
	if err == nil && len(rest) > 0 {
		err = document.Errorf(document.ErrInput, t.format, path, n.Offset(), "%s is an element of an %s", rest[0], n.Kind())
	}
	if err != nil {
		return Node{}, err
	}
	return n, nil
}

// walk follows a path as far as there are nodes. The rest is no step, or the
// one step into a leaf.
func (t *Tree) walk(path string) (n Node, rest []string, err error) {
	n = t.Root()
	steps := document.Split(path)
	for i, s := range steps {
		var next Node
		ok := false
		switch n.Kind() {
		case Object:
			next, ok = n.Get(s)
		case Array:
			if k, isIndex := index(s); isIndex && k < n.Len() {
				next, ok = n.Child(k), true
			}
		case Numbers, Bools:
			if k, isIndex := index(s); isIndex && k < n.Len() && i == len(steps)-1 {
				return n, steps[i:], nil
			}
		}
		if !ok {
			return n, nil, document.Errorf(document.ErrInput, t.format, path, n.Offset(), "nothing there: no %q in an %s", s, n.Kind())
		}
		n = next
	}
	return n, nil, nil
}

// index reads a step of a path that counts, in its one spelling.
func index(s string) (int, bool) {
	i, err := strconv.Atoi(s)
	return i, err == nil && i >= 0 && strconv.Itoa(i) == s
}
