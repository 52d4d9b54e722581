package jsontree

import (
	"strconv"

	"github.com/larder-ml/larder/tensor"
)

// Layout is how a node is written in its source: what a codec needs to write it
// the same way.
type Layout struct {
	Payload   []byte       // shared
	DType     tensor.DType // of a number or of elements with a type, big-endian; else Invalid
	Marked    bool         // the payload has elements each with its marker
	OpenEnd   bool         // as in Leaf
	Marker    byte         // of the length or count
	KeyMarker byte         // of the key's length
}

// Layout answers how the node is written.
func (n Node) Layout() Layout {
	d := n.node()
	l := Layout{Payload: n.payload(), Marked: d.enc == encMarked, OpenEnd: d.flags&flagOpenEnd != 0, Marker: 'L', KeyMarker: 'L'}
	if d.enc == encTyped {
		l.DType = tensor.DType(d.dtype)
	}
	if d.vlen != 0 {
		l.Marker = d.vlen
	}
	if d.klen != 0 {
		l.KeyMarker = d.klen
	}
	return l
}

// XGBoostString is the content of a String as XGBoost holds it in memory and
// puts it into UBJSON: \u escapes of a JSON file are not resolved.
func (n Node) XGBoostString() []byte {
	d := n.node()
	if d.enc == encText && d.flags&flagEscapes != 0 {
		return unescape(n.payload(), XGBoost)
	}
	return withoutSurrogates(n.payload())
}

// XGBoostKey is the key as XGBoost holds it in memory; see XGBoostString.
func (n Node) XGBoostKey() []byte {
	k := n.t.keys[n.node().key]
	if k.text {
		return unescape([]byte(k.raw), XGBoost)
	}
	return withoutSurrogates([]byte(k.str))
}

// withoutSurrogates writes surrogates, which UTF-8 cannot hold, as XGBoost
// would keep them: by their escapes.
func withoutSurrogates(b []byte) []byte {
	if !hasSurrogate(b) {
		return b
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if r, ok := surrogate(b[i:]); ok {
			out = strconv.AppendInt(append(out, '\\', 'u'), int64(r), 16)
			i += 2
			continue
		}
		out = append(out, b[i])
	}
	return out
}

func hasSurrogate(b []byte) bool {
	for i := range b {
		if _, ok := surrogate(b[i:]); ok {
			return true
		}
	}
	return false
}

// surrogate is the surrogate at the start of b, in WTF-8.
func surrogate(b []byte) (rune, bool) {
	if len(b) < 3 || b[0] != 0xed || b[1] < 0xa0 || b[1] > 0xbf || b[2]&0xc0 != 0x80 {
		return 0, false
	}
	return 0xd000 | rune(b[1]&0x3f)<<6 | rune(b[2]&0x3f), true
}
