package ubjson

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/tensor"
)

// Write writes a node and what is below it: in the form that it was read in
// where its source is UBJSON, else in XGBoost's.
func Write(w io.Writer, n jsontree.Node) error {
	if !n.Valid() {
		return document.Errorf(document.ErrInput, "ubjson", "", -1, "nothing to write")
	}
	o := jsontree.Sink{W: w}
	e := encoder{&o}
	for c, last := range n.Walk() {
		if last {
			e.end(c)
		} else {
			e.begin(c, c != n && c.Parent().Kind() == jsontree.Object)
		}
		if o.Err() != nil {
			break
		}
	}
	return o.Close()
}

type encoder struct{ o *jsontree.Sink }

// begin writes a leaf, or what stands before the children of a container.
func (e encoder) begin(n jsontree.Node, keyed bool) {
	o, l := e.o, n.Layout()
	if keyed {
		k := n.XGBoostKey()
		e.length(l.KeyMarker, len(k))
		o.Write(k)
	}
	b := o.Room()
	switch n.Kind() {
	case jsontree.Null:
		o.Put(append(b, 'Z'))
	case jsontree.Bool:
		v, err := n.Bool()
		o.Fail(err)
		o.Put(appendBool(b, v))
	case jsontree.Number:
		if l.DType != tensor.Invalid {
			o.Put(append(append(b, marker(l.DType)), l.Payload...))
		} else {
			o.Put(e.number(b, n, l.Payload))
		}
	case jsontree.String:
		o.Put(append(b, 'S'))
		s := n.XGBoostString()
		e.length(l.Marker, len(s))
		o.Write(s)
	case jsontree.Object:
		o.Put(append(b, '{'))
		if l.OpenEnd {
			e.count(l.Marker, n)
		}
	case jsontree.Array:
		o.Put(append(b, '['))
		if !l.OpenEnd {
			e.count(l.Marker, n)
		}
	case jsontree.Numbers, jsontree.Bools:
		e.elements(n, l)
	}
}

// end writes what stands after the children of a container.
func (e encoder) end(n jsontree.Node) {
	switch open := n.Layout().OpenEnd; {
	case n.Kind() == jsontree.Object && !open:
		e.o.Put(append(e.o.Room(), '}'))
	case n.Kind() == jsontree.Array && open:
		e.o.Put(append(e.o.Room(), ']'))
	}
}

func (e encoder) elements(n jsontree.Node, l jsontree.Layout) {
	o := e.o
	o.Put(append(o.Room(), '['))
	switch {
	case l.DType != tensor.Invalid:
		o.Put(append(o.Room(), '$', marker(l.DType)))
		e.count(l.Marker, n)
		o.Write(l.Payload)
	case l.Marked && l.OpenEnd:
		o.Write(l.Payload)
		o.Put(append(o.Room(), ']'))
	case l.Marked:
		e.count(l.Marker, n)
		o.Write(l.Payload)
	case n.Kind() == jsontree.Bools:
		e.count(l.Marker, n)
		v, err := n.Bools(nil)
		o.Fail(err)
		for _, x := range v {
			o.Put(appendBool(o.Room(), x))
		}
	default:
		e.count(l.Marker, n)
		for text := range n.Texts() {
			o.Put(e.number(o.Room(), n, text))
		}
	}
}

// number writes the text of a number of JSON with its marker.
func (e encoder) number(b []byte, n jsontree.Node, text []byte) []byte {
	b, ok := jsontree.AppendMarked(b, text)
	if !ok {
		e.o.Fail(n.Errorf(document.ErrLoss, "UBJSON cannot hold the integer %.40s", text))
	}
	return b
}

func (e encoder) count(marker byte, n jsontree.Node) {
	e.o.Put(append(e.o.Room(), '#'))
	e.length(marker, n.Len())
}

// length writes a length with a marker, or with XGBoost's where the length does
// not fit that.
func (e encoder) length(marker byte, n int) {
	b := e.o.Room()
	switch {
	case marker == 'i' && n <= math.MaxInt8, marker == 'U' && n <= math.MaxUint8:
		b = append(b, marker, byte(n))
	case marker == 'I' && n <= math.MaxInt16:
		b = binary.BigEndian.AppendUint16(append(b, marker), uint16(n))
	case marker == 'l' && n <= math.MaxInt32:
		b = binary.BigEndian.AppendUint32(append(b, marker), uint32(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 'L'), uint64(n))
	}
	e.o.Put(b)
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 'T')
	}
	return append(b, 'F')
}

// marker is the marker of a type. Unsigned types that UBJSON does not have go
// by the signed ones of their size, as in XGBoost.
func marker(t tensor.DType) byte {
	switch t {
	case tensor.Int8:
		return 'i'
	case tensor.Uint8:
		return 'U'
	case tensor.Int16, tensor.Uint16:
		return 'I'
	case tensor.Int32, tensor.Uint32:
		return 'l'
	case tensor.Float32:
		return 'd'
	case tensor.Float64:
		return 'D'
	}
	return 'L'
}
