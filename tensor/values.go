package tensor

// Sparse is a matrix in CSR form (compressed sparse rows), as scipy has it.
// Row i holds Indices[Indptr[i]:Indptr[i+1]] and the values beside them.
// Explicit zeros and duplicate entries are kept as the library made them.
type Sparse struct {
	Rows, Cols int
	Indptr     []int64 // Rows+1, not falling, ends at len(Indices)
	Indices    []int64 // each in [0, Cols)
	Data       *Tensor // len(Indices) elements
	// IndexDType is the type that the original library would give indptr and
	// indices: Int32 or Int64 (Invalid counts as Int32).
	IndexDType DType
}

// Dense is the matrix with its zeros written out; duplicate entries add up.
func (s *Sparse) Dense() *Tensor {
	t := New(s.Data.DType(), s.Rows, s.Cols)
	clear(t.data)
	for r := range s.Rows {
		for k := s.Indptr[r]; k < s.Indptr[r+1]; k++ {
			t.accumulate(r*s.Cols+int(s.Indices[k]), s.Data, int(k))
		}
	}
	return t
}

// accumulate adds element k of another tensor of the type to element i. A sum of
// booleans is whether one is true.
func (t *Tensor) accumulate(i int, from *Tensor, k int) {
	switch t.dtype {
	case Float64:
		add[float64](t, i, from, k)
	case Float32:
		add[float32](t, i, from, k)
	case Int64:
		add[int64](t, i, from, k)
	case Int32:
		add[int32](t, i, from, k)
	case Int16:
		add[int16](t, i, from, k)
	case Int8:
		add[int8](t, i, from, k)
	case Uint64:
		add[uint64](t, i, from, k)
	case Uint32:
		add[uint32](t, i, from, k)
	case Uint16:
		add[uint16](t, i, from, k)
	case Uint8:
		add[uint8](t, i, from, k)
	case Bool:
		t.data[i] |= from.data[k]
	case Float16:
		Data[uint16](t)[i] = F16(t.Float(i) + from.Float(k))
	case BFloat16:
		Data[uint16](t)[i] = BF16(float32(t.Float(i) + from.Float(k)))
	case Complex64:
		add[complex64](t, i, from, k)
	case Complex128:
		add[complex128](t, i, from, k)
	default:
		panic("tensor: a sparse matrix of " + t.dtype.String())
	}
}

func add[T number | complex64 | complex128](t *Tensor, i int, from *Tensor, k int) {
	Data[T](t)[i] += Data[T](from)[k]
}

// RowRange is a view of rows [from, to).
func (s *Sparse) RowRange(from, to int) *Sparse {
	v := *s
	v.Rows = to - from
	first, last := s.Indptr[from], s.Indptr[to]
	v.Indptr = make([]int64, to-from+1)
	for i := range v.Indptr {
		v.Indptr[i] = s.Indptr[from+i] - first
	}
	v.Indices = s.Indices[first:last]
	v.Data = s.Data.Rows(int(first), int(last))
	return &v
}

// Ragged is rows of different lengths: row i is Values[Splits[i]:Splits[i+1]].
type Ragged struct {
	Values *Tensor
	Splits []int64
}

// Missing says why a cell of a table holds no value. Python libraries treat
// None and NaN differently, so both are kept.
type Missing uint8

// The kinds of missing.
const (
	Present Missing = iota
	MissingNone
	MissingNaN
)

// Column is one named column of a Table.
type Column struct {
	Name   string
	Values *Tensor // rank 1: Float64, Float32, an integer type, Bool or String
	// Missing marks each cell, or is nil where nothing is missing. In float
	// columns a NaN is missing by itself and needs no mark.
	Missing []Missing
	// Categories, if not nil, are the levels of a pandas category column, in
	// their order; Values are then Int64 codes into it and -1 is missing.
	Categories []string
}

// Table is columns of equal length, as a pandas DataFrame or a CSV file.
type Table struct {
	Columns []Column
	N       int // rows
}

// Column finds a column by name; -1 where there is none.
func (t *Table) Column(name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// Rows is a view of rows [from, to).
func (t *Table) Rows(from, to int) *Table {
	v := &Table{N: to - from, Columns: make([]Column, len(t.Columns))}
	for i, c := range t.Columns {
		c.Values = c.Values.Rows(from, to)
		if c.Missing != nil {
			c.Missing = c.Missing[from:to]
		}
		v.Columns[i] = c
	}
	return v
}

// Handle is a value that only its own framework understands: a table, an
// iterator, a variable.
type Handle struct {
	Kind string
	Ref  any
}

// Lazy is a tensor that still lies in a file.
type Lazy struct {
	DType DType
	Shape []int
	// Load reads it. The tensor may share the file's memory: do not change it,
	// and do not keep it after the model is closed.
	Load func() (*Tensor, error)
}
