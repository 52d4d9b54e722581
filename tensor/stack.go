package tensor

import (
	"fmt"
	"slices"
)

// Stack puts the rows of b under those of a: two dense tensors of the same type
// and row shape, two tables of the same columns, or two sparse matrices of the
// same width. Anything else is a programmer's error and panics.
func Stack(a, b Value) Value {
	switch a := a.(type) {
	case *Tensor:
		return stackDense(a, b.(*Tensor))
	case *Table:
		return stackTables(a, b.(*Table))
	case *Sparse:
		return stackSparse(a, b.(*Sparse))
	}
	panic("tensor: Stack of values without rows")
}

func stackDense(a, b *Tensor) *Tensor {
	if a.dtype != b.dtype || len(a.shape) == 0 || len(b.shape) == 0 || !slices.Equal(a.shape[1:], b.shape[1:]) {
		panic("tensor: Stack of " + a.String() + " and " + b.String())
	}
	shape := append([]int{a.shape[0] + b.shape[0]}, a.shape[1:]...)
	t := New(a.dtype, shape...)
	copy(t.data[copy(t.data, a.data):], b.data)
	copy(t.strs[copy(t.strs, a.strs):], b.strs)
	return t
}

func stackTables(a, b *Table) *Table {
	if !slices.EqualFunc(a.Columns, b.Columns, func(c, d Column) bool {
		return c.Name == d.Name && slices.Equal(c.Categories, d.Categories)
	}) {
		panic("tensor: Stack of tables of other columns")
	}
	t := &Table{N: a.N + b.N, Columns: make([]Column, len(a.Columns))}
	for i, c := range a.Columns {
		d := b.Columns[i]
		c.Values = stackDense(c.Values, d.Values)
		if c.Missing != nil || d.Missing != nil {
			m := make([]Missing, t.N)
			copy(m, c.Missing)
			copy(m[a.N:], d.Missing)
			c.Missing = m
		}
		t.Columns[i] = c
	}
	return t
}

func stackSparse(a, b *Sparse) *Sparse {
	if a.Cols != b.Cols {
		panic(fmt.Sprintf("tensor: Stack of sparse matrices of %d and %d columns", a.Cols, b.Cols))
	}
	s := *a
	s.Rows += b.Rows
	s.Indptr = append([]int64(nil), a.Indptr...)
	last := a.Indptr[a.Rows]
	for _, p := range b.Indptr[1:] {
		s.Indptr = append(s.Indptr, last+p)
	}
	s.Indices = append(append([]int64(nil), a.Indices...), b.Indices...)
	s.Data = stackDense(a.Data, b.Data)
	return &s
}
