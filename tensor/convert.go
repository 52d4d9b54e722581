package tensor

import (
	"fmt"
	"math"
)

// Convert is t with elements of type d, as numpy's astype makes them: floats
// to integers truncate, anything but zero is true. It is t itself where the
// type is d already. Strings and complex numbers are not converted.
func (t *Tensor) Convert(d DType) (*Tensor, error) {
	if t.dtype == d {
		return t, nil
	}
	c := &Tensor{}
	if err := t.ConvertInto(c, d); err != nil {
		return nil, err
	}
	return c, nil
}

// ConvertInto is Convert into the memory of c.
func (t *Tensor) ConvertInto(c *Tensor, d DType) error {
	if t.dtype == d {
		c.CopyFrom(t)
		return nil
	}
	if !t.dtype.IsNumeric() || !d.IsNumeric() {
		return fmt.Errorf("tensor: no conversion from %s to %s", t.dtype, d)
	}
	c.Reset(d, t.shape...)
	switch d {
	case Float64:
		toFloat(t, Data[float64](c))
	case Float32:
		toFloat(t, Data[float32](c))
	case Bool:
		o := Data[bool](c)
		for i := range o {
			o[i] = t.Float(i) != 0
		}
	case Float16, BFloat16:
		o := Data[uint16](c)
		for i := range o {
			if d == Float16 {
				o[i] = F16(t.Float(i))
			} else {
				o[i] = BF16(float32(t.Float(i)))
			}
		}
	case Int8:
		toInt(t, Data[int8](c))
	case Int16:
		toInt(t, Data[int16](c))
	case Int32:
		toInt(t, Data[int32](c))
	case Int64:
		toInt(t, Data[int64](c))
	case Uint8:
		toInt(t, Data[uint8](c))
	case Uint16:
		toInt(t, Data[uint16](c))
	case Uint32:
		toInt(t, Data[uint32](c))
	case Uint64:
		toInt(t, Data[uint64](c))
	}
	return nil
}

type number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

func cast[F, T number](from []F, to []T) {
	for i, v := range from {
		to[i] = T(v)
	}
}

func toFloat[T float32 | float64](t *Tensor, o []T) {
	switch t.dtype {
	case Float64:
		cast(Data[float64](t), o)
	case Float32:
		cast(Data[float32](t), o)
	case Int64:
		cast(Data[int64](t), o)
	case Int32:
		cast(Data[int32](t), o)
	case Uint64:
		cast(Data[uint64](t), o)
	default:
		for i := range o {
			o[i] = T(t.Float(i))
		}
	}
}

func toInt[T number](t *Tensor, o []T) {
	switch t.dtype {
	case Int8:
		cast(Data[int8](t), o)
	case Int16:
		cast(Data[int16](t), o)
	case Int32:
		cast(Data[int32](t), o)
	case Int64:
		cast(Data[int64](t), o)
	case Uint8:
		cast(Data[uint8](t), o)
	case Uint16:
		cast(Data[uint16](t), o)
	case Uint32:
		cast(Data[uint32](t), o)
	case Uint64:
		cast(Data[uint64](t), o)
	default:
		for i := range o {
			o[i] = T(t.Float(i))
		}
	}
}

// Float is element i of a numeric tensor as a float64 (rounded where an int64
// does not fit); NaN for other types.
func (t *Tensor) Float(i int) float64 {
	switch t.dtype {
	case Float64:
		return Data[float64](t)[i]
	case Float32:
		return float64(Data[float32](t)[i])
	case Bool:
		if t.data[i] != 0 {
			return 1
		}
		return 0
	case Int8:
		return float64(Data[int8](t)[i])
	case Int16:
		return float64(Data[int16](t)[i])
	case Int32:
		return float64(Data[int32](t)[i])
	case Int64:
		return float64(Data[int64](t)[i])
	case Uint8:
		return float64(t.data[i])
	case Uint16:
		return float64(Data[uint16](t)[i])
	case Uint32:
		return float64(Data[uint32](t)[i])
	case Uint64:
		return float64(Data[uint64](t)[i])
	case Float16:
		return FromF16(Data[uint16](t)[i])
	case BFloat16:
		return float64(math.Float32frombits(uint32(Data[uint16](t)[i]) << 16))
	}
	return math.NaN()
}

// Int is element i of a Bool or integer tensor; floats truncate.
func (t *Tensor) Int(i int) int64 {
	switch t.dtype {
	case Int64:
		return Data[int64](t)[i]
	case Uint64:
		return int64(Data[uint64](t)[i])
	}
	return int64(t.Float(i))
}

// FromF16 is the value of the bits of an IEEE half.
func FromF16(h uint16) float64 {
	sign, exp, frac := uint64(h>>15), int(h>>10&31), uint64(h&1023)
	switch {
	case exp == 31:
		return math.Float64frombits(sign<<63 | 2047<<52 | frac<<42)
	case exp == 0:
		v := float64(frac) * 0x1p-24
		if sign != 0 {
			v = -v
		}
		return v
	}
	return math.Float64frombits(sign<<63 | uint64(exp-15+1023)<<52 | frac<<42)
}

// F16 rounds v to the bits of an IEEE half, ties to even.
func F16(v float64) uint16 {
	b := math.Float64bits(v)
	sign := uint16(b >> 48 & 0x8000)
	a := math.Abs(v)
	switch {
	case v != v:
		return sign | 0x7e00
	case a >= 65520:
		return sign | 0x7c00
	case a < 0x1p-14:
		return sign | uint16(math.RoundToEven(a*0x1p24)) // subnormal; may round up to the first normal
	}
	frac, exp := math.Frexp(a) // a = frac × 2^exp, frac in [½, 1)
	m := uint32(math.RoundToEven(frac * 2048))
	return sign | uint16(uint32(exp+14)<<10+m-1024)
}

// BF16 rounds v to the bits of a bfloat16, ties to even.
func BF16(v float32) uint16 {
	b := math.Float32bits(v)
	if v != v {
		return uint16(b>>16) | 0x40
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}
