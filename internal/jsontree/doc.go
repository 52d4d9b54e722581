// Package jsontree reads and writes documents of the JSON kind: JSON as XGBoost
// writes it, UBJSON (with internal/ubjson) and Larder's own lossless JSON. One
// [Tree] serves them all.
//
// # Terminology
//
// A tree is a slab of nodes in the order of the file; a [Node] is a handle to
// one. An array of numbers only is one node, of the kind [Numbers], and an
// array of booleans only one of the kind [Bools]: their elements have no nodes
// and are read when they are asked for. A payload is the part of the source
// that a node refers to later: the content of a string, the text of a number,
// what stands between the brackets of a Numbers or Bools. Everything else —
// keys, structure, literals, counts, markers — is in the nodes, and the bytes
// that held it are never looked at again.
//
// # To read
//
//	t, err := jsontree.Parse(b, jsontree.Decoder{Format: "xgboost-json", Dialect: jsontree.XGBoost})
//	r := jsontree.NewReader(t.Root())
//	m := r.Object("learner").Object("gradient_booster").Object("model")
//	trees := m.Object("gbtree_model_param").IntString("num_trees")
//	for i, tree := range m.Objects("trees") {
//		left := tree.Int32s("left_children", n)      // n elements, or AnyLength
//		x := tree.Float32s("split_conditions", n)
//		tree.Harmless("loss_changes", "sum_hessian")
//		tree.Done()                                  // ErrUnsupported for keys left over
//	}
//	if err := r.Done(); err != nil { … }
//
// Below the [Reader], a Node answers Kind, Key, Path, Offset, Size, Len, Child,
// Children, Get, All, Parent, and its content: Str, Text, Bool, Int, Float32,
// Float64, and Float32s, Float64s, Int64s, Int32s, Int8s, Uint8s, Bools into a
// slice of the caller's. [Tree.At] finds a node by its path.
//
// # To write
//
// [WriteJSON] writes a node in one of three styles; ubjson.Write writes UBJSON.
// Numbers and strings that came as text keep their text unless the style is
// [XGBoostStyle]. [Tree.Apply] replaces scalars, lists of numbers and elements
// of such lists, and leaves every other text as it is. [Builder] makes a tree
// from Go values and copies of other trees' nodes. [Tree.Retype] gives lists of
// numbers the types that UBJSON writes and JSON has not: the caller knows which
// key has which.
//
// # For codecs
//
// [Assembler] puts a tree together, [Layout] says how a node was written,
// [Node.Walk] visits nodes in writing order, and [Sink] collects small writes.
//
// # Specification
//
// RFC 8259 for JSON, and XGBoost's reader and writer (src/common/json.cc,
// charconv.cc, 1.0 to 3.4) for what they add: the bare tokens NaN, Infinity and
// -Infinity; floats as the shortest decimal of the form d.dddE±n, with the even
// digit where two are as near; no white space; keys in byte order.
//
// # Differences
//
// Accepted beyond RFC 8259: the three tokens and -NaN. Not accepted, though
// XGBoost reads it: a leading plus or zeros, "+Infinity". nan and inf, which
// XGBoost 1.0 could write and no XGBoost reads, are refused.
//
// Stricter than both: equal keys in one object (XGBoost takes the last), bytes
// after the value (XGBoost ignores them), a byte order mark, strings that are
// not UTF-8, control characters in strings are all ErrCorrupt.
//
// XGBoost leaves \u in strings alone: \u00e9 in a file is six characters to it,
// and a backslash before a "u" is not doubled when it writes. The dialect
// [XGBoost] does the same; the dialect [RFC8259] decodes. Lone surrogates are
// kept as WTF-8.
//
// A float that is too large for its type reads as an infinity, as in XGBoost
// and C++; an integer that is too large is ErrCorrupt.
//
// # Limits
//
// Limits.Depth (128 where zero) bounds containers in containers, Limits.Nodes
// their number, Limits.Bytes the memory of nodes and keys: 56 bytes a node.
// Nothing recurses. Reading a Numbers leaf takes memory for at most four times
// its text.
package jsontree
