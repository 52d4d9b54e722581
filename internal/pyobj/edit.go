package pyobj

import (
	"encoding/binary"
	"math/big"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// Apply is the document with values put in: a tensor of the same dtype and
// shape where an array is, a Go scalar of the kind that is there, []byte where
// bytes are. The array keeps its order, byte order and spelling; everything else
// stays byte for byte as it was. Bytes that the file uses in two places cannot
// be changed in one of them: ErrUnsupported.
func (d *Document) Apply(edits []document.Edit) (document.Document, error) {
	out := make([]pickle.Edit, 0, len(edits))
	for _, x := range edits {
		v, _, _, err := d.env.find(d.Root(), x.Path)
		if err == nil {
			var p pickle.Edit
			if p, err = d.edit(v, x); err == nil {
				out = append(out, p)
			}
		}
		if err != nil {
			return nil, document.InFile(err, d.name)
		}
	}
	if err := d.unshared(out, edits); err != nil {
		return nil, document.InFile(err, d.name)
	}
	f, err := d.file.Apply(out)
	if err != nil {
		return nil, document.InFile(err, d.name)
	}
	return newDocument(d.name, f, d.size, d.opt), nil
}

func (d *Document) edit(v pickle.Value, x document.Edit) (pickle.Edit, error) {
	refuse := func(what string) (pickle.Edit, error) {
		return pickle.Edit{}, d.env.errorf(document.ErrInput, x.Path, v, "%s", what)
	}
	if t, ok := x.Value.(*tensor.Tensor); ok {
		if !isArray(v, d.env.names()) {
			return refuse("a tensor where " + describe(v) + " is")
		}
		a, err := Array(v, x.Path, d.env)
		if err != nil {
			return pickle.Edit{}, err
		}
		b, err := a.encode(t, d.env, x.Path)
		if err != nil {
			return pickle.Edit{}, err
		}
		if !a.holder.IsValid() {
			return refuse("an array without bytes of its own")
		}
		return pickle.Edit{At: a.holder, To: spell(a.holder, b)}, nil
	}
	if b, ok := x.Value.([]byte); ok {
		h, ok := payload(v)
		if !ok {
			return refuse("bytes where " + describe(v) + " is")
		}
		return pickle.Edit{At: h, To: spell(h, b)}, nil
	}
	if _, ok := isNumpyScalar(v, d.env); ok {
		args := v.Args()
		t, err := d.env.dtype(args.Item(0), x.Path, 0)
		if err != nil {
			return pickle.Edit{}, err
		}
		b, ok := putScalar(t, widen(x.Value))
		h, has := pickle.Value{}, false
		if args.Len() == 2 {
			h, has = payload(args.Item(1))
		}
		if !ok || !has {
			return refuse("a value of another kind than numpy's " + t.String())
		}
		return pickle.Edit{At: h, To: spell(h, b)}, nil
	}
	return pickle.Edit{At: v, To: widen(x.Value)}, nil
}

// widen makes one Go type of each kind of scalar.
func widen(x any) any {
	switch x := x.(type) {
	case int:
		return int64(x)
	case int32:
		return int64(x)
	case float32:
		return float64(x)
	case *big.Int:
		if x.IsInt64() {
			return x.Int64()
		}
	}
	return x
}

// spell is bytes in the spelling of the value that holds them: text of Latin-1
// characters where a protocol below 3 has it so.
func spell(holder pickle.Value, b []byte) any {
	if holder.Kind() != pickle.String || holder.Python2() {
		return b
	}
	s := make([]byte, 0, 2*len(b))
	for _, c := range b {
		s = utf8.AppendRune(s, rune(c))
	}
	return string(s)
}

// encode is a tensor's items as the array has them.
func (a *NDArray) encode(t *tensor.Tensor, e *Env, path string) ([]byte, error) {
	d := a.DType
	if d.Fields != nil || d.Sub != nil || a.Objects != nil {
		return nil, e.errorf(document.ErrUnsupported, path, a.Source, "edit of an array of %s", d)
	}
	same := t.DType() == d.Tensor() && t.Rank() == len(a.Shape)
	for i := 0; same && i < len(a.Shape); i++ {
		same = t.Dim(i) == a.Shape[i]
	}
	if !same {
		return nil, e.errorf(document.ErrInput, path, a.Source, "%s where %s of shape %v is", t, d, a.Shape)
	}
	b := t.Bytes()
	if t.DType() == tensor.String {
		var ok bool
		if b, ok = encodeText(d, tensor.Data[string](t)); !ok {
			return nil, e.errorf(document.ErrInput, path, a.Source, "text that is longer than the array's items of %d bytes", d.Size)
		}
	}
	if d.Big && d.Size > 1 && t.DType() != tensor.String {
		word := d.Size
		if d.Kind == 'c' {
			word /= 2
		}
		b = little(b, word)
	}
	if a.axes != nil {
		back := make([]int, len(a.axes))
		for i, x := range a.axes {
			back[x] = i
		}
		return transpose(b, a.Shape, back, d.Size), nil
	}
	return fortranOrder(b, a.Shape, d.Size, a.Fortran), nil
}

// fortranOrder is cOrder backwards: an array of the reversed shape in C order
// is the array in Fortran order.
func fortranOrder(b []byte, shape []int, size int, fortran bool) []byte {
	if !fortran || len(shape) < 2 {
		return b
	}
	reversed := make([]int, len(shape))
	for i, n := range shape {
		reversed[len(shape)-1-i] = n
	}
	return cOrder(b, reversed, size, true)
}

func encodeText(d *DType, items []string) ([]byte, bool) {
	out := make([]byte, len(items)*d.Size)
	var order binary.ByteOrder = binary.LittleEndian
	if d.Big {
		order = binary.BigEndian
	}
	for i, s := range items {
		at := out[i*d.Size : (i+1)*d.Size]
		if d.Kind == 'S' {
			if len(s) > len(at) {
				return nil, false
			}
			copy(at, s)
			continue
		}
		for _, r := range s {
			if len(at) < 4 {
				return nil, false
			}
			order.PutUint32(at, uint32(r))
			at = at[4:]
		}
	}
	return out, true
}

// unshared refuses edits of values that the graph holds in several places.
func (d *Document) unshared(edits []pickle.Edit, named []document.Edit) error {
	want := map[pickle.Value]int{}
	for _, x := range edits {
		want[x.At] = 0
	}
	seen := map[*pickle.Document]bool{}
	todo := []*pickle.Document{d.file.Pickle}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[p] {
			continue
		}
		seen[p] = true
		for i := range p.Len() {
			v := p.At(i)
			eachPart(v, func(x pickle.Value) {
				if n, ok := want[x]; ok {
					want[x] = n + 1
				}
			})
			if n := v.Nested(); n != nil {
				todo = append(todo, n)
			}
		}
	}
	for i, x := range edits {
		// A Bool, an int and the like are made where they stand; what comes
		// several times was put in the memo.
		if want[x.At] > 1 {
			return d.env.errorf(document.ErrUnsupported, named[i].Path, x.At, "the file uses these bytes in %d places", want[x.At])
		}
	}
	return nil
}

// eachPart visits everything that a value is directly made of, in the pickle's
// own terms.
func eachPart(v pickle.Value, visit func(pickle.Value)) {
	switch v.Kind() {
	case pickle.Tuple, pickle.FrozenSet:
		for x := range v.Items() {
			visit(x)
		}
	case pickle.Instance:
		visit(v.Callable())
		visit(v.Args())
		if k := v.Kwargs(); k.IsValid() {
			visit(k)
		}
	case pickle.Persistent:
		visit(v.PersistentID())
	case pickle.Buffer:
		if w := v.Viewed(); w.IsValid() {
			visit(w)
		}
	case pickle.Global:
		if m, n := v.Names(); m.IsValid() {
			visit(m)
			visit(n)
		}
	}
	for s := range v.Steps() {
		for _, x := range s.Values {
			visit(x)
		}
	}
}
