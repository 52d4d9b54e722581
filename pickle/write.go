package pickle

import (
	"bufio"
	"bytes"
	"io"
)

// directFrom is the size from which payloads pass the buffer by.
const directFrom = 32 << 10

// Write emits the pickle from its program: for a document that was not edited,
// the bytes that it was parsed from, up to and including STOP.
func (d *Document) Write(w io.Writer) error {
	_, err := d.WriteTo(w)
	return err
}

// WriteTo is Write, and answers how many bytes it wrote.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	o := &output{b: bufio.NewWriterSize(w, 2*directFrom), w: w, base: d.base}
	d.emit(o)
	if err := o.b.Flush(); o.err == nil {
		o.err = err
	}
	return o.n, o.err
}

// Bytes is what Write writes.
func (d *Document) Bytes() []byte {
	var b bytes.Buffer
	b.Grow(int(d.end))
	d.Write(&b) // a Buffer takes all
	return b.Bytes()
}

// output counts what it writes and keeps the first fault.
type output struct {
	b    *bufio.Writer
	w    io.Writer
	n    int64
	base int64
	err  error
	head []byte
}

func (o *output) write(p []byte) {
	if o.err != nil {
		return
	}
	var err error
	if len(p) >= directFrom {
		if err = o.b.Flush(); err == nil {
			_, err = o.w.Write(p)
		}
	} else {
		_, err = o.b.Write(p)
	}
	o.n += int64(len(p))
	o.err = err
}

func (d *Document) emit(o *output) {
	f := 0
	for i, in := range d.ins {
		o.head = in.appendHead(o.head[:0])
		o.write(o.head)
		if in.src != immediate {
			o.write(d.payload(in))
		}
		if opcodes[in.op].arg >= argLine {
			o.write(newline)
		}
		for ; f < len(d.foreign) && d.foreign[f].ins == uint32(i); f++ {
			d.emitForeign(o, &d.foreign[f])
		}
		if o.err != nil {
			return
		}
	}
}

var newline = []byte{'\n'}

func (d *Document) emitForeign(o *output, b *foreignBlock) {
	head := b.head
	if b.pad != nil {
		head = b.pad(o.base + o.n)
	}
	o.write(head)
	if b.nested != nil {
		b.nested.emit(o)
		return
	}
	o.write(d.foreignData(b))
}
