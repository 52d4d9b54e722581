package tensor

import (
	"reflect"
	"slices"
	"testing"
)

// csr is the 3 × 3 matrix
//
//	1 0 2
//	0 0 0
//	0 3 0
func csr(data *Tensor) *Sparse {
	return &Sparse{Rows: 3, Cols: 3, Indptr: []int64{0, 2, 2, 3}, Indices: []int64{0, 2, 1}, Data: data}
}

func TestSparseDense(t *testing.T) {
	for _, d := range numeric {
		want := []float64{1, 0, 2, 0, 0, 0, 0, 3, 0}
		if d == Bool {
			want = []float64{1, 0, 1, 0, 0, 0, 0, 1, 0}
		}
		m := csr(every(t, d, 1, 2, 3)).Dense()
		for i, w := range want {
			if m.DType() != d || m.Float(i) != w {
				t.Errorf("%s element %d: %v, want %v", d, i, m.Float(i), w)
			}
		}
	}
	empty := (&Sparse{Rows: 0, Cols: 4, Indptr: []int64{0}, Data: New(Float32, 0)}).Dense()
	if !slices.Equal(empty.Shape(), []int{0, 4}) {
		t.Errorf("no rows: %v", empty)
	}
}

// scipy: csr_matrix(([…], [0, 0, 1], [0, 3]), shape=(1, 2)).toarray().
func TestSparseDuplicatesAddUpInEveryType(t *testing.T) {
	for _, d := range numeric {
		s := &Sparse{Rows: 1, Cols: 2, Indptr: []int64{0, 3}, Indices: []int64{0, 0, 1}, Data: every(t, d, 100, 20, 1)}
		want := 120.0
		if d == Bool {
			want = 1
		}
		if got := s.Dense(); got.Float(0) != want || got.Float(1) != 1 {
			t.Errorf("%s: %v", d, Scalars(got))
		}
	}
	c := &Sparse{Rows: 1, Cols: 1, Indptr: []int64{0, 2}, Indices: []int64{0, 0}, Data: Of([]complex64{1, 2i})}
	if got := Data[complex64](c.Dense())[0]; got != 1+2i {
		t.Errorf("complex64: %v", got)
	}
	c.Data = Of([]complex128{1, 2i})
	if got := Data[complex128](c.Dense())[0]; got != 1+2i {
		t.Errorf("complex128: %v", got)
	}
	c.Data = Of([]string{"a", "b"})
	panics(t, "text", "a sparse matrix of string", func() { c.Dense() })
}

func TestSparseRowRange(t *testing.T) {
	s := csr(Of([]float64{1, 2, 3}))
	s.IndexDType = Int64
	for from := range 4 {
		for to := from; to <= 3; to++ {
			v := s.RowRange(from, to)
			if v.Rows != to-from || v.Cols != 3 || v.IndexDType != Int64 || len(v.Indices) != v.Data.Len() || int(v.Indptr[v.Rows]) != len(v.Indices) {
				t.Fatalf("%d:%d: %+v", from, to, v)
			}
			if got, want := Data[float64](v.Dense()), Data[float64](s.Dense().Rows(from, to)); !slices.Equal(got, want) {
				t.Errorf("%d:%d: %v, want %v", from, to, got, want)
			}
		}
	}
	if !slices.Equal(s.Indptr, []int64{0, 2, 2, 3}) {
		t.Errorf("the matrix changed: %v", s.Indptr)
	}
	panics(t, "past the end", "out of range", func() { s.RowRange(0, 4) })
}

func table(n int) *Table {
	t := &Table{N: 4, Columns: []Column{
		{Name: "x", Values: Of([]float64{1, 2, 3, 4})},
		{Name: "s", Values: Of([]string{"a", "", "c", "d"}), Missing: []Missing{Present, MissingNone, Present, MissingNaN}},
		{Name: "k", Values: Of([]int64{0, 1, -1, 1}), Categories: []string{"lo", "hi"}},
	}}
	return t.Rows(0, n)
}

func TestTableRowsAndColumns(t *testing.T) {
	v := table(4).Rows(1, 3)
	if v.N != 2 || !slices.Equal(Data[float64](v.Columns[0].Values), []float64{2, 3}) || !slices.Equal(Data[string](v.Columns[1].Values), []string{"", "c"}) ||
		!slices.Equal(v.Columns[1].Missing, []Missing{MissingNone, Present}) || v.Columns[0].Missing != nil || !slices.Equal(v.Columns[2].Categories, []string{"lo", "hi"}) {
		t.Errorf("%+v", v)
	}
	if v.Column("k") != 2 || v.Column("none") != -1 {
		t.Error("columns by name")
	}
	if e := v.Rows(0, 0); e.N != 0 || e.Columns[2].Values.Len() != 0 || len(e.Columns[1].Missing) != 0 || e.Columns[1].Missing == nil {
		t.Errorf("no rows: %+v", e)
	}
	panics(t, "past the end", "rows 0:5", func() { table(4).Rows(0, 5) })
}

func TestStackPutsRowsUnderRows(t *testing.T) {
	a, b := Of([]int16{1, 2, 3, 4}, 2, 2), Of([]int16{5, 6}, 1, 2)
	if got := Stack(a, b).(*Tensor); !slices.Equal(Data[int16](got), []int16{1, 2, 3, 4, 5, 6}) || !slices.Equal(got.Shape(), []int{3, 2}) {
		t.Errorf("dense: %v", Scalars(got))
	}
	if got := Stack(Of([]string{"a"}), Of([]string{"b", "c"})).(*Tensor); !slices.Equal(Data[string](got), []string{"a", "b", "c"}) {
		t.Errorf("text: %v", Scalars(got))
	}
	s := csr(Of([]float64{1, 2, 3}))
	for cut := range 4 {
		if got := Stack(s.RowRange(0, cut), s.RowRange(cut, 3)).(*Sparse); !reflect.DeepEqual(got.Dense(), s.Dense()) || got.Rows != 3 {
			t.Errorf("sparse cut at %d: %+v", cut, got)
		}
		got := Stack(table(3).Rows(0, cut), table(3).Rows(cut, 3)).(*Table)
		if got.N != 3 || !slices.Equal(Data[string](got.Columns[1].Values), []string{"a", "", "c"}) || !slices.Equal(got.Columns[1].Missing, []Missing{Present, MissingNone, Present}) ||
			!slices.Equal(Data[int64](got.Columns[2].Values), []int64{0, 1, -1}) || got.Columns[0].Missing != nil {
			t.Errorf("table cut at %d: %+v", cut, got)
		}
	}
	clean := table(4)
	clean.Columns[1].Missing = nil
	if got := Stack(clean, table(2)).(*Table).Columns[1].Missing; !slices.Equal(got, []Missing{0, 0, 0, 0, Present, MissingNone}) {
		t.Errorf("marks in the second alone: %v", got)
	}
	Data[int16](Stack(a, b).(*Tensor))[0] = 99
	if Data[int16](a)[0] != 1 {
		t.Error("the answer shares memory")
	}
}

func TestStackRefusesWhatDoesNotFit(t *testing.T) {
	other, names, levels := table(2), table(2), table(2)
	other.Columns = other.Columns[:2]
	names.Columns[0].Name = "y"
	levels.Columns[2].Categories = []string{"hi", "lo"}
	wide := csr(Of([]float64{1, 2, 3}))
	wide.Cols = 9
	for what, c := range map[string]struct {
		a, b Value
		want string
	}{
		"types":          {New(Float32, 2), New(Float64, 2), "Stack of float32[2] and float64[2]"},
		"widths":         {New(Float32, 2, 3), New(Float32, 2, 2), "Stack of float32[2 3] and float32[2 2]"},
		"ranks":          {New(Float32, 2), New(Float32, 2, 1), "Stack of"},
		"scalars":        {Scalar(1.0), Scalar(2.0), "Stack of"},
		"kinds":          {New(Float32, 2), table(1), "interface conversion"},
		"columns fewer":  {table(2), other, "other columns"},
		"columns more":   {other, table(2), "other columns"},
		"column names":   {table(2), names, "other columns"},
		"categories":     {table(2), levels, "other columns"},
		"sparse columns": {csr(Of([]float64{1, 2, 3})), wide, "3 and 9 columns"},
		"handles":        {&Handle{}, &Handle{}, "without rows"},
		"ragged":         {&Ragged{}, &Ragged{}, "without rows"},
	} {
		panics(t, what, c.want, func() { Stack(c.a, c.b) })
	}
}

func TestScalars(t *testing.T) {
	for _, c := range []struct {
		x    *Tensor
		want any
	}{
		{Scalar(1.5), 1.5},
		{Scalar("a"), "a"},
		{Of([]float64{1.5}), []any{1.5}},
		{Of([]float32{0.1}), []any{float64(float32(0.1))}},
		{Of([]bool{true, false}), []any{true, false}},
		{Of([]uint64{1 << 63}), []any{uint64(1 << 63)}},
		{Of([]int64{-1 << 63, 1<<63 - 1}), []any{int64(-1 << 63), int64(1<<63 - 1)}},
		{Of([]int8{-1}), []any{int64(-1)}},
		{Of([]uint32{1 << 31}), []any{int64(1 << 31)}},
		{Of([]complex64{1i}), []any{1i}},
		{Of([]complex128{2}), []any{complex128(2)}},
		{every(t, Float16, 0.5), []any{0.5}},
		{every(t, BFloat16, -2), []any{-2.0}},
		{Of([]string{"a", "b", "c", "d"}, 2, 2), []any{"a", "b", "c", "d"}},
		{New(Float64, 0, 2), []any{}},
	} {
		if got := Scalars(c.x); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %#v, want %#v", c.x, got, c.want)
		}
	}
}
