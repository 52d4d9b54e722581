package document

import (
	"io"
	"iter"

	"github.com/larder-ml/larder/tensor"
)

// Kind says what a node is, in every format's terms at once.
type Kind string

// The kinds of node.
const (
	Group     Kind = "group"     // holds other nodes: dict, list, object, HDF5 group
	Array     Kind = "array"     // a tensor
	Scalar    Kind = "scalar"    // number, string, bytes, nothing
	Reference Kind = "reference" // the same thing as another node, or something outside the file
	Nested    Kind = "nested"    // bytes that are a document of their own; see Document.Sub
)

// Node is one thing in a document.
type Node struct {
	File   string       `json:"file"` // inside a folder or archive; "" where the source is one file
	Path   string       `json:"path"`
	Kind   Kind         `json:"kind"`
	Type   string       `json:"type"` // the format's own word: "dict", "sklearn.svm._classes.SVC", "ndarray"
	DType  tensor.DType `json:"-"`
	Shape  []int        `json:"shape,omitempty"`
	Offset int64        `json:"offset"` // of its first byte; -1 where it has none of its own (inside a compressed stream)
	Size   int64        `json:"size"`   // bytes of payload; for a group the bytes from its first to its last
	Value  string       `json:"value,omitempty"`
}

// Edit puts a value at a path: a tensor of the same dtype and shape as the one
// that is there, or a Go scalar (bool, int64, float64, string, []byte) where a
// scalar of that kind is.
type Edit struct {
	Path  string
	Value any
}

// Document is one parsed file. A Document is immutable and safe for concurrent
// use; Apply makes another.
type Document interface {
	// Format is the format's name as `inspect` prints it.
	Format() string
	// All lists the nodes in the order of the file, parents first.
	All() iter.Seq2[Node, error]
	// At is the node at a path.
	At(path string) (Node, error)
	// Value is what is at a path: a *tensor.Tensor for arrays, a JSON-like Go
	// value (nil, bool, int64, *big.Int, float64, string, []byte, []any,
	// map[string]any, Object…) for the rest.
	Value(path string) (any, error)
	// Sub opens the document whose bytes are at a Nested node.
	Sub(path string) (Document, error)
	// Apply is a document with the edits made. Everything that no edit names
	// stays byte for byte as it was.
	Apply(edits []Edit) (Document, error)
	// Write emits the file from the document's nodes.
	Write(w io.Writer) error
	// Container says how the file is built: sizes, versions, compression.
	Container() map[string]any
	// Findings are doubts that did not stop the parse: trailing bytes, and so on.
	Findings() []Finding
}
