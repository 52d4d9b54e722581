package encode

import (
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Place is one column of an Ordinal.
type Place struct {
	*Categories
	Code    []float64 // of each category
	Unknown float64   // of all else
	Refuse  bool      // unknown categories are an error
}

// Ordinal gives each cell the code of its category.
//
// in: a table; out: [N, columns].
type Ordinal struct {
	Columns []Place
	DType   tensor.DType
}

var _ model.Op = (*Ordinal)(nil)

// Name is "ordinal".
func (o *Ordinal) Name() string { return "ordinal" }

// Infer says the shape.
func (o *Ordinal) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := table(in[0], len(o.Columns)); err != nil {
		return nil, err
	}
	t := op.Empty(in[0])
	for i := range o.Columns {
		if err := o.Columns[i].takes(&t.Columns[i]); err != nil {
			return nil, err
		}
	}
	return []model.Fact{model.DenseFact(o.DType, model.Rows, model.Dim(len(o.Columns)))}, nil
}

// Bind picks the type of the codes.
func (o *Ordinal) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	switch o.DType {
	case tensor.Float64:
		return ordinal[float64](o), nil
	case tensor.Float32:
		return ordinal[float32](o), nil
	case tensor.Int64:
		return ordinal[int64](o), nil
	case tensor.Int32:
		return ordinal[int32](o), nil
	case tensor.Int16:
		return ordinal[int16](o), nil
	case tensor.Int8:
		return ordinal[int8](o), nil
	case tensor.Uint8:
		return ordinal[uint8](o), nil
	}
	return nil, model.Unsupportedf("codes as %s", o.DType)
}

func ordinal[T float32 | float64 | int64 | int32 | int16 | int8 | uint8](o *Ordinal) model.Kernel {
	k := len(o.Columns)
	return func(c *model.Call, in, out []model.Value) error {
		t := in[0].(*tensor.Table)
		to := tensor.Data[T](out[0].(*tensor.Tensor))
		numbers := model.Scratch[int32](c, t.N)
		for i := range o.Columns {
			p := &o.Columns[i]
			if err := p.numbers(numbers, &t.Columns[i]); err != nil {
				return err
			}
			for r, n := range numbers {
				switch {
				case n >= 0:
					to[r*k+i] = T(p.Code[n])
				case p.Refuse:
					return unknown(&t.Columns[i], i, r)
				default:
					to[r*k+i] = T(p.Unknown)
				}
			}
		}
		return nil
	}
}
