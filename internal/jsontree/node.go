package jsontree

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Node is one value of a tree: a handle, cheap to copy. The methods of the zero
// Node answer zero values.
type Node struct {
	t *Tree
	i uint32
}

var nothing = node{off: -1, parent: noParent}

func (n Node) node() *node {
	if n.t == nil {
		return &nothing
	}
	return &n.t.nodes[n.i]
}

// Valid says whether there is a node.
func (n Node) Valid() bool { return n.t != nil }

// Tree is the tree that the node is in.
func (n Node) Tree() *Tree { return n.t }

// Kind says what the node is.
func (n Node) Kind() Kind { return n.node().kind }

// Key is the node's key where its parent is an object, else "".
func (n Node) Key() string {
	if n.t == nil {
		return ""
	}
	return n.t.keys[n.node().key].str
}

// Offset is the first byte of the value in the source; -1 where it has none.
func (n Node) Offset() int64 { return n.node().off }

// Size is the number of bytes of the value in the source, brackets and markers
// included.
func (n Node) Size() int64 { return n.node().size }

// Len is the number of children of an Array or Object, of elements of a Numbers
// or Bools, else 0.
func (n Node) Len() int {
	switch d := n.node(); d.kind {
	case Array, Object, Numbers, Bools:
		return int(d.n)
	}
	return 0
}

// IsList says whether the node is an array of any kind.
func (n Node) IsList() bool {
	k := n.Kind()
	return k == Array || k == Numbers || k == Bools
}

// Integral says whether all numbers of the node are written as integers.
func (n Node) Integral() bool { return n.node().flags&flagIntegral != 0 }

// Typed says whether a number or the elements of an array have a type in the
// source, as in UBJSON's [$d, or were built with one.
func (n Node) Typed() bool { return n.node().enc == encTyped }

// DType is the type of the number or of the array's elements: the one in the
// source; Int64 or Float64 where there is none; Bool and String where they are
// such; else Invalid.
func (n Node) DType() tensor.DType {
	d := n.node()
	switch {
	case d.enc == encTyped:
		return tensor.DType(d.dtype)
	case d.kind == Bool || d.kind == Bools:
		return tensor.Bool
	case d.kind == String:
		return tensor.String
	case d.kind != Number && d.kind != Numbers:
		return tensor.Invalid
	case d.flags&flagIntegral != 0:
		return tensor.Int64
	}
	return tensor.Float64
}

// Parent is the container that the node is in; the zero Node for the root.
func (n Node) Parent() Node {
	if p := n.node().parent; p != noParent {
		return Node{n.t, p}
	}
	return Node{}
}

// Children lists the children of an Array or Object.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		d := n.node()
		if !d.kind.container() {
			return
		}
		for i := n.i + 1; i < d.end; i = n.t.nodes[i].end {
			if !yield(Node{n.t, i}) {
				return
			}
		}
	}
}

// All lists the node and everything below it, parents first.
func (n Node) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := n.i; n.t != nil && i < n.node().end; i++ {
			if !yield(Node{n.t, i}) {
				return
			}
		}
	}
}

// Walk lists the node and everything below it in the order in which a writer
// meets them: each node once, and an Array or Object once more, with end true,
// after what is in it.
func (n Node) Walk() iter.Seq2[Node, bool] {
	return func(yield func(n Node, end bool) bool) {
		if n.t == nil {
			return
		}
		nodes := n.t.nodes
		in := noParent // the innermost container that is open
		for i := n.i; i < nodes[n.i].end; {
			if !yield(Node{n.t, i}, false) {
				return
			}
			if nodes[i].kind.container() {
				in = i
			}
			i++
			for in != noParent && in >= n.i && nodes[in].end == i {
				if !yield(Node{n.t, in}, true) {
					return
				}
				in = nodes[in].parent
			}
		}
	}
}

// Child is the child number i, or the zero Node. To go through many, use
// Children.
func (n Node) Child(i int) Node {
	d := n.node()
	if !d.kind.container() || i < 0 || int64(i) >= d.n {
		return Node{}
	}
	if int64(d.end-n.i-1) == d.n { // only leaves
		return Node{n.t, n.i + 1 + uint32(i)}
	}
	at := n.i + 1
	for ; i > 0; i-- {
		at = n.t.nodes[at].end
	}
	return Node{n.t, at}
}

// Get is the child of an Object with a key.
func (n Node) Get(key string) (Node, bool) {
	d := n.node()
	if d.kind != Object {
		return Node{}, false
	}
	for i := n.i + 1; i < d.end; i = n.t.nodes[i].end {
		if n.t.keys[n.t.nodes[i].key].str == key {
			return Node{n.t, i}, true
		}
	}
	return Node{}, false
}

// Path is the node's path, as of document.Join.
func (n Node) Path() string {
	if n.t == nil {
		return ""
	}
	var steps []string
	for i := n.i; n.t.nodes[i].parent != noParent; i = n.t.nodes[i].parent {
		p := n.t.nodes[i].parent
		if n.t.nodes[p].kind == Object {
			steps = append(steps, n.t.keys[n.t.nodes[i].key].str)
			continue
		}
		k := 0
		for j := p + 1; j < i; j = n.t.nodes[j].end {
			k++
		}
		steps = append(steps, strconv.Itoa(k))
	}
	if len(steps) == 0 {
		return "/"
	}
	var path strings.Builder
	for _, s := range slices.Backward(steps) {
		path.WriteString(document.Join("", s))
	}
	return path.String()
}

// Errorf is an error at the node.
func (n Node) Errorf(sentinel error, detail string, args ...any) error {
	format := ""
	if n.t != nil {
		format = n.t.format
	}
	return document.Errorf(sentinel, format, n.Path(), n.Offset(), detail, args...)
}

// payload is the bytes that hold the node's content.
func (n Node) payload() []byte {
	if n.t == nil {
		return nil
	}
	return n.t.payload(n.i)
}

func (t *Tree) payload(i uint32) []byte {
	d := &t.nodes[i]
	if d.own > 0 {
		return t.own[d.own-1]
	}
	if d.off < 0 || d.enc == encNone {
		return nil
	}
	from, to := d.off+int64(d.head), d.off+d.size-int64(d.tail)
	return t.src[from:to:to]
}

// Bool is the value of a Bool.
func (n Node) Bool() (bool, error) {
	d := n.node()
	if d.kind != Bool {
		return false, n.Errorf(document.ErrCorrupt, "%s where a boolean belongs", d.kind)
	}
	return d.n != 0, nil
}

// Str is the content of a String, escapes resolved as the tree's dialect says.
// Lone surrogates, which only an escape can make, stand in WTF-8.
func (n Node) Str() (string, error) {
	d := n.node()
	if d.kind != String {
		return "", n.Errorf(document.ErrCorrupt, "%s where a string belongs", d.kind)
	}
	b := n.payload()
	if d.enc != encText || d.flags&flagEscapes == 0 {
		return string(b), nil
	}
	return string(unescape(b, n.t.dialect)), nil
}

// Texts lists the texts of the elements of a Numbers or Bools that is JSON text;
// nothing for any other.
func (n Node) Texts() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		d := n.node()
		if d.kind != Numbers && d.kind != Bools || d.enc != encText {
			return
		}
		b := n.payload()
		for i := 0; i < len(b); i++ {
			i = skipSpace(b, i)
			end := i
			for end < len(b) && b[end] != ',' && b[end] > ' ' {
				end++
			}
			if !yield(b[i:end]) {
				return
			}
			i = skipSpace(b, end)
		}
	}
}

// Text is the text of a Number: as it stands in JSON, else as XGBoost would
// write it; "" for any other node.
func (n Node) Text() string {
	d := n.node()
	if d.kind != Number {
		return ""
	}
	if d.enc == encText {
		return string(n.payload())
	}
	return string(appendTyped(nil, n.payload(), tensor.DType(d.dtype)))
}
