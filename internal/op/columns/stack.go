package columns

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Stack puts its inputs side by side. The type is the one that holds all; where
// only an array of objects could hold them, a table comes out.
//
// in: matrices and tables of equally many rows; out: dense or a table, or where
// Sparse a sparse matrix.
type Stack struct{ Sparse bool }

var _ model.Op = (*Stack)(nil)

// Name is "stack".
func (s *Stack) Name() string { return "stack" }

// blockSort is the type of one input as numpy makes an array of it; Invalid for
// an array of objects.
func blockSort(f model.Fact) tensor.DType {
	if t := op.Empty(f); t != nil {
		if d := op.Sort(t.Columns); d != tensor.String {
			return d
		}
		return tensor.Invalid // text in a table is an array of objects
	}
	return f.DType
}

// sort is the type of all inputs together.
func (s *Stack) sort(in []model.Fact) tensor.DType {
	d := tensor.Invalid
	for i, f := range in {
		b := blockSort(f)
		switch {
		case b == tensor.Invalid:
			return b
		case i == 0:
			d = b
		case (d == tensor.String) != (b == tensor.String):
			return tensor.Invalid
		case d != tensor.String:
			d = op.Promote(d, b)
		}
	}
	return d
}

// Infer adds the widths up.
func (s *Stack) Infer(in []model.Fact) ([]model.Fact, error) {
	width := model.Dim(0)
	for _, f := range in {
		if len(f.Shape) != 2 {
			return nil, model.Unsupportedf("a block of %d dimensions among columns", len(f.Shape))
		}
		if f.Shape[1] < 0 || width < 0 {
			width = model.Unknown
		} else {
			width += f.Shape[1]
		}
	}
	d := s.sort(in)
	shape := []model.Dim{model.Rows, width}
	if s.Sparse {
		if d == tensor.Invalid || d == tensor.String {
			return nil, model.Inputf("a sparse answer holds numbers alone, and some columns are text")
		}
		return []model.Fact{{Kind: model.Sparse, DType: d, Shape: shape}}, nil
	}
	if d != tensor.Invalid {
		return []model.Fact{model.DenseFact(d, shape...)}, nil
	}
	var cols []tensor.Column
	for _, f := range in {
		if t := op.Empty(f); t != nil {
			cols = append(cols, t.Columns...)
			continue
		}
		if f.Shape[1] < 0 || f.DType == tensor.Invalid {
			return nil, model.Unsupportedf("%s among columns of several kinds", f)
		}
		cols = append(cols, op.Columns(tensor.New(f.DType, 0, int(f.Shape[1])), nil)...)
	}
	return []model.Fact{op.TableFact(cols)}, nil
}

// Bind picks the form of the answer.
func (s *Stack) Bind(_ model.Binder, in []model.Fact) (model.Kernel, error) {
	d := s.sort(in)
	switch {
	case s.Sparse:
		return func(c *model.Call, in, out []model.Value) error {
			o, err := sparse(in, d)
			out[0] = o
			return err
		}, nil
	case d != tensor.Invalid:
		return func(c *model.Call, in, out []model.Value) error {
			return side(out[0].(*tensor.Tensor), in, d)
		}, nil
	}
	return func(c *model.Call, in, out []model.Value) error {
		t := &tensor.Table{}
		for _, v := range in {
			switch v := v.(type) {
			case *tensor.Table:
				t.N = v.N
				t.Columns = append(t.Columns, v.Columns...)
			case *tensor.Sparse:
				t.N = v.Rows
				t.Columns = append(t.Columns, op.Columns(v.Dense(), nil)...)
			case *tensor.Tensor:
				t.N = v.Dim(0)
				t.Columns = append(t.Columns, op.Columns(v, nil)...)
			}
		}
		out[0] = t
		return nil
	}, nil
}

// side copies blocks beside one another.
func side(o *tensor.Tensor, in []model.Value, d tensor.DType) error {
	blocks := make([]*tensor.Tensor, len(in))
	width, rows := 0, 0
	for i, v := range in {
		b, err := op.Matrix(v, d)
		if err != nil {
			return model.Inputf("%v", err)
		}
		blocks[i], rows = b, b.Dim(0)
		width += b.Dim(1)
	}
	if o.Rank() != 2 || o.Dim(0) != rows || o.Dim(1) != width || o.DType() != d {
		o.Reset(d, rows, width)
	}
	at := 0
	for _, b := range blocks {
		if b.Dim(0) != rows {
			return model.Inputf("blocks of %d and %d rows side by side", rows, b.Dim(0))
		}
		k := b.Dim(1)
		if d == tensor.String {
			from, to := tensor.Data[string](b), tensor.Data[string](o)
			for r := range rows {
				copy(to[r*width+at:r*width+at+k], from[r*k:])
			}
		} else {
			sz, from, to := d.Size(), b.Bytes(), o.Bytes()
			for r := range rows {
				copy(to[(r*width+at)*sz:(r*width+at+k)*sz], from[r*k*sz:])
			}
		}
		at += k
	}
	return nil
}

// sparse joins rows; the zeros of dense blocks are left out, as scipy does.
func sparse(in []model.Value, d tensor.DType) (*tensor.Sparse, error) {
	type block struct {
		sparse *tensor.Sparse
		data   *tensor.Tensor // of either sort, of type d
		cols   int
	}
	o := &tensor.Sparse{IndexDType: tensor.Int32}
	blocks := make([]block, len(in))
	for i, v := range in {
		b := &blocks[i]
		var err error
		if s, ok := v.(*tensor.Sparse); ok {
			b.sparse, b.cols, o.Rows = s, s.Cols, s.Rows
			b.data, err = s.Data.Convert(d)
		} else if b.data, err = op.Matrix(v, d); err == nil {
			b.cols, o.Rows = b.data.Dim(1), b.data.Dim(0)
		}
		if err != nil {
			return nil, model.Inputf("%v", err)
		}
		o.Cols += b.cols
	}
	o.Indptr = make([]int64, o.Rows+1)
	sz := d.Size()
	var data []byte
	for r := range o.Rows {
		at := int64(0)
		for i := range blocks {
			b := &blocks[i]
			if b.sparse != nil {
				lo, hi := b.sparse.Indptr[r], b.sparse.Indptr[r+1]
				for _, c := range b.sparse.Indices[lo:hi] {
					o.Indices = append(o.Indices, at+c)
				}
				data = append(data, b.data.Bytes()[int(lo)*sz:int(hi)*sz]...)
			} else {
				for c := range b.cols {
					if v := b.data.Bytes()[(r*b.cols+c)*sz : (r*b.cols+c+1)*sz]; b.data.Float(r*b.cols+c) != 0 {
						o.Indices = append(o.Indices, at+int64(c))
						data = append(data, v...)
					}
				}
			}
			at += int64(b.cols)
		}
		o.Indptr[r+1] = int64(len(o.Indices))
	}
	var err error
	o.Data, err = tensor.FromBytes(d, data, len(o.Indices))
	return o, err
}
