package formats

import (
	"io"
	"iter"
	"math/big"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// treeDocument is a JSON or UBJSON file as a document: what XGBoost's two
// formats share.
type treeDocument struct {
	format    string
	tree      *jsontree.Tree
	size      int
	write     func(w io.Writer, t *jsontree.Tree) error
	container map[string]any
	lost      []string // in the translation that made it
}

func (d *treeDocument) Format() string               { return d.format }
func (d *treeDocument) Tree() *jsontree.Tree         { return d.tree }
func (d *treeDocument) Write(w io.Writer) error      { return d.write(w, d.tree) }
func (d *treeDocument) Findings() []document.Finding { return nil }

func (d *treeDocument) Container() map[string]any {
	c := map[string]any{"bytes": d.size, "values": d.tree.Nodes()}
	for k, v := range d.container {
		c[k] = v
	}
	return c
}

func (d *treeDocument) All() iter.Seq2[document.Node, error] {
	return func(yield func(document.Node, error) bool) {
		// Paths are built on the way: asking each node for its own would walk
		// its siblings every time.
		type level struct {
			path  string
			list  bool
			index int
			left  int
		}
		var stack []level
		for n := range d.tree.All() {
			path := "/"
			for len(stack) > 0 && stack[len(stack)-1].left == 0 {
				stack = stack[:len(stack)-1]
			}
			if len(stack) > 0 {
				l := &stack[len(stack)-1]
				if l.list {
					path = document.Join(l.path, strconv.Itoa(l.index))
				} else {
					path = document.Join(l.path, n.Key())
				}
				l.index++
				l.left--
			}
			if k := n.Kind(); k == jsontree.Array || k == jsontree.Object {
				stack = append(stack, level{path, k == jsontree.Array, 0, n.Len()})
			}
			if !yield(describeNode(n, path), nil) {
				return
			}
		}
	}
}

func describeNode(n jsontree.Node, path string) document.Node {
	out := document.Node{Path: path, Kind: document.Scalar, Type: n.Kind().String(), Offset: n.Offset(), Size: n.Size()}
	switch n.Kind() {
	case jsontree.Object, jsontree.Array:
		out.Kind = document.Group
	case jsontree.Numbers, jsontree.Bools:
		out.Kind, out.DType, out.Shape = document.Array, n.DType(), []int{n.Len()}
	case jsontree.String:
		s, _ := n.Str() // a broken string was refused by the parser
		out.Value = strconv.Quote(s)
	case jsontree.Number:
		out.DType, out.Value = n.DType(), n.Text()
	case jsontree.Bool:
		v, _ := n.Bool()
		out.Value = strconv.FormatBool(v)
	case jsontree.Null:
		out.Value = "null"
	}
	return out
}

func (d *treeDocument) At(path string) (document.Node, error) {
	n, err := d.tree.At(path)
	if err != nil {
		return document.Node{}, err
	}
	return describeNode(n, n.Path()), nil
}

func (d *treeDocument) Value(path string) (any, error) {
	n, err := d.tree.At(path)
	if err != nil {
		return nil, err
	}
	return value(n)
}

// value is a node as a Go value. The tree is no deeper than its limit.
func value(n jsontree.Node) (any, error) {
	switch n.Kind() {
	case jsontree.Numbers, jsontree.Bools:
		return arrayOf(n)
	case jsontree.String:
		return n.Str()
	case jsontree.Bool:
		return n.Bool()
	case jsontree.Number:
		return scalarOf(n)
	case jsontree.Array:
		list := make([]any, 0, n.Len())
		for c := range n.Children() {
			v, err := plainValue(c)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case jsontree.Object:
		m := make(map[string]any, n.Len())
		for c := range n.Children() {
			v, err := plainValue(c)
			if err != nil {
				return nil, err
			}
			m[c.Key()] = v
		}
		return m, nil
	}
	return nil, nil
}

// plainValue is value with arrays as lists, for arrays inside other things.
func plainValue(n jsontree.Node) (any, error) {
	v, err := value(n)
	if t, ok := v.(*tensor.Tensor); ok {
		return tensor.Scalars(t), err
	}
	return v, err
}

func scalarOf(n jsontree.Node) (any, error) {
	if !n.Integral() {
		return n.Float64()
	}
	if v, err := n.Int(); err == nil {
		return v, nil
	}
	if b, ok := new(big.Int).SetString(n.Text(), 10); ok {
		return b, nil
	}
	return n.Float64()
}

// arrayOf is an array of numbers as a tensor of the type that the source gives
// it: JSON's numbers are int64 where all are integers, else float64.
func arrayOf(n jsontree.Node) (*tensor.Tensor, error) {
	switch d := n.DType(); d {
	case tensor.Bool:
		return of(n.Bools(nil))
	case tensor.Int8:
		return of(n.Int8s(nil))
	case tensor.Uint8:
		return of(n.Uint8s(nil))
	case tensor.Int32:
		return of(n.Int32s(nil))
	case tensor.Int64:
		if t, err := of(n.Int64s(nil)); err == nil || n.Typed() {
			return t, err
		}
		return of(n.Float64s(nil))
	case tensor.Float32:
		return of(n.Float32s(nil))
	case tensor.Int16:
		v, err := n.Int64s(nil)
		if err != nil {
			return nil, err
		}
		return tensor.Of(v).Convert(d)
	}
	return of(n.Float64s(nil))
}

func of[T tensor.Element](v []T, err error) (*tensor.Tensor, error) {
	if err != nil {
		return nil, err
	}
	return tensor.Of(v), nil
}

// Apply changes leaves; every other number keeps its text.
func (d *treeDocument) Apply(edits []document.Edit) (document.Document, error) {
	t, err := d.tree.Apply(edits)
	if err != nil {
		return nil, err
	}
	c := *d
	c.tree = t
	return &c, nil
}

func (d *treeDocument) Sub(path string) (document.Document, error) {
	return nil, document.Errorf(document.ErrInput, d.format, path, -1, "no document inside")
}
