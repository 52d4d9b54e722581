package table

import (
	"math"
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// width is how many columns of a table fill one row of the port; -1 where that
// is unknown.
func width(p model.Port) int {
	dims := p.Shape
	if p.HasRows() {
		dims = dims[1:]
	} else if len(dims) > 0 {
		dims = dims[1:]
	}
	n := 1
	for _, d := range dims {
		if d < 0 || d != 0 && n > math.MaxInt/int(d) {
			return -1
		}
		n *= int(d)
	}
	return n
}

// fold is the shape of the port for a matrix of rows × columns; one dimension of
// the port that is unknown takes what is left.
func fold(rows, cols int, p model.Port) ([]int, bool) {
	shape := make([]int, len(p.Shape))
	known, unknown := 1, -1
	for i, d := range p.Shape {
		switch {
		case d == model.Rows && i == 0:
			shape[i] = rows
		case d >= 0:
			shape[i] = int(d)
		case unknown >= 0:
			// Two dimensions that nothing tells: only a plain matrix is sure.
			return []int{rows, cols}, len(p.Shape) == 2
		default:
			unknown = i
			continue
		}
		if shape[i] != 0 && known > math.MaxInt/shape[i] {
			return nil, false
		}
		known *= shape[i]
	}
	total := rows * cols
	if unknown >= 0 {
		if unknown == 1 && len(p.Shape) == 2 && known == rows {
			shape[1] = cols
			return shape, true
		}
		if known == 0 || total%known != 0 {
			return nil, false
		}
		shape[unknown] = total / known
		return shape, true
	}
	return shape, known == total
}

// fit checks an array's shape against the port's. A vector is a matrix of one
// column and the other way round.
func fit(t *tensor.Tensor, p model.Port) (*tensor.Tensor, error) {
	if matches(t.Shape(), p.Shape) {
		return t, nil
	}
	shape := t.Shape()
	switch {
	case len(shape) == 1 && shape[0] == 0 && len(p.Shape) > 1: // [] of JSON
		if s, ok := fold(0, max(width(p), 0), p); ok {
			shape = s
		}
	case len(shape) == 1 && len(p.Shape) == 2:
		shape = []int{shape[0], 1}
	case len(shape) == 2 && shape[1] == 1 && len(p.Shape) == 1:
		shape = shape[:1]
	}
	if !matches(shape, p.Shape) {
		if t.Rank() == 2 && len(p.Shape) == 2 && matches(shape[:1], p.Shape[:1]) {
			// Another number of columns: what a library makes of that is for the
			// op to say. XGBoost takes what is not there as missing.
			return t, nil
		}
		return nil, inputf("an array of shape %s, the model takes %s", shapeText(t.Shape()), model.ShapeString(p.Shape))
	}
	return t.Reshape(shape...)
}

func shapeText(shape []int) string {
	dims := make([]model.Dim, len(shape))
	for i, d := range shape {
		dims[i] = model.Dim(d)
	}
	return model.ShapeString(dims)
}

func matches(shape []int, want []model.Dim) bool {
	if len(shape) != len(want) {
		return false
	}
	for i, d := range want {
		if d >= 0 && int(d) != shape[i] {
			return false
		}
	}
	return true
}

// accepts says whether the port takes data of a type as it is.
func accepts(p model.Port, d tensor.DType) bool {
	return p.DType == tensor.Invalid || d == p.DType || slices.Contains(p.Accept, d)
}

// cast gives data the port's type. What that would change is an error: a
// fraction for an integer, a number past the type's range, text for a number.
func cast(t *tensor.Tensor, p model.Port) (*tensor.Tensor, error) {
	if accepts(p, t.DType()) {
		return t, nil
	}
	if t.Len() == 0 && (t.DType() == tensor.String || p.DType == tensor.String) {
		return tensor.New(p.DType, t.Shape()...), nil
	}
	if !t.DType().IsNumeric() || !p.DType.IsNumeric() {
		return nil, inputf("data of type %s, the model takes %s", t.DType(), p.DType)
	}
	if p.DType.IsInteger() || p.DType == tensor.Bool {
		if err := integral(t, p.DType); err != nil {
			return nil, err
		}
	}
	return t.Convert(p.DType)
}

// integral checks that every element is one of the integer type d.
func integral(t *tensor.Tensor, d tensor.DType) error {
	if t.DType() == tensor.Bool {
		return nil
	}
	lo, hi := 0.0, 1.0
	if d != tensor.Bool {
		bits := float64(8 * d.Size())
		if d >= tensor.Uint8 {
			hi = math.Exp2(bits)
		} else {
			lo, hi = -math.Exp2(bits-1), math.Exp2(bits-1)
		}
	} else {
		hi = 2
	}
	big := t.DType() == tensor.Int64 || t.DType() == tensor.Uint64
	for i := range t.Len() {
		v := t.Float(i)
		if v != v {
			return inputf("element %d is missing, and the model takes %s", i, d)
		}
		in := v >= lo && v < hi
		if big && d.Size() == 8 { // a float64 would round at the very ends
			in = t.Int(i) >= 0
		}
		if !in || v != math.Trunc(v) {
			return inputf("element %d is %v, and the model takes %s", i, v, d)
		}
	}
	return nil
}

// natural is the type that numpy gives a matrix of columns of two types.
func natural(a, b tensor.DType) tensor.DType {
	switch {
	case a == tensor.Invalid || a == b:
		return b
	case a == tensor.Bool:
		return b
	case b == tensor.Bool:
		return a
	case a.IsFloat() && b.IsFloat():
		return max(a, b)
	case a.IsInteger() && b.IsInteger():
		signedA, signedB := a <= tensor.Int64, b <= tensor.Int64
		if signedA == signedB {
			return max(a, b)
		}
		if signedB {
			a, b = b, a
		}
		if b == tensor.Uint64 {
			return tensor.Float64
		}
		return max(a, b-tensor.Uint8+tensor.Int16) // a signed type that holds both
	}
	if b.IsFloat() {
		a, b = b, a
	}
	if a == tensor.Float32 && b.Size() <= 2 {
		return a
	}
	return tensor.Float64
}

// matrix lays columns side by side: in the type that they have together where
// the port takes that, else in the port's own, if that is a float.
func matrix(cols []tensor.Column, rows int, p model.Port) (*tensor.Tensor, error) {
	w := len(cols)
	if w > 0 && rows > math.MaxInt/16/w {
		return nil, limitf("%d rows of %d columns", rows, w)
	}
	together := tensor.Invalid
	for _, c := range cols {
		d := c.Values.DType()
		if (d == tensor.String) != (cols[0].Values.DType() == tensor.String) {
			return nil, inputf("column %s is %s, column %s is %s", quote(cols[0].Name), cols[0].Values.DType(), quote(c.Name), d)
		}
		if c.Categories != nil {
			return nil, inputf("column %s is categories where the model takes an array", quote(c.Name))
		}
		together = natural(together, d)
	}
	if together == tensor.Invalid {
		together = tensor.Float64
	}
	d := together
	if !accepts(p, d) && (p.DType == tensor.Float32 || p.DType == tensor.Float64) {
		d = p.DType
	}
	out := tensor.New(d, rows, w)
	for j, c := range cols {
		switch d {
		case tensor.String:
			place(tensor.Data[string](out), tensor.Data[string](c.Values), j, w)
			continue
		case tensor.Float32:
			if c.Values.DType() == tensor.Float64 {
				o := tensor.Data[float32](out)
				for i, v := range tensor.Data[float64](c.Values) {
					o[i*w+j] = float32(v)
				}
				continue
			}
		}
		v, err := c.Values.Convert(d)
		if err != nil {
			return nil, inputf("column %s: %v", quote(c.Name), err)
		}
		switch d.Size() {
		case 8:
			placeBytes[[8]byte](out, v, j, w)
		case 4:
			placeBytes[[4]byte](out, v, j, w)
		case 2:
			placeBytes[[2]byte](out, v, j, w)
		default:
			placeBytes[[1]byte](out, v, j, w)
		}
	}
	return out, nil
}

func place[T any](to, from []T, j, w int) {
	for i, v := range from {
		to[i*w+j] = v
	}
}

func placeBytes[T [1]byte | [2]byte | [4]byte | [8]byte](to, from *tensor.Tensor, j, w int) {
	var z T
	n := len(z)
	t, f := to.Bytes(), from.Bytes()
	for i := range from.Len() {
		copy(t[(i*w+j)*n:(i*w+j+1)*n], f[i*n:(i+1)*n])
	}
}

// dense writes a sparse matrix out, if the limit allows.
func dense(s *tensor.Sparse, l document.Limits) (*tensor.Tensor, error) {
	most := l.WithDefaults().Bytes / int64(max(s.Data.DType().Size(), 1))
	if s.Cols > 0 && int64(s.Rows) > most/int64(s.Cols) {
		return nil, limitf("a sparse matrix of %d × %d would be too large as a dense one (Limits.Bytes); .npz keeps it sparse", s.Rows, s.Cols)
	}
	return s.Dense(), nil
}
