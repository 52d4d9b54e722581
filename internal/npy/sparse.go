package npy

import (
	"cmp"
	"math"
	"slices"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// SparseMembers are the members under which scipy.sparse.save_npz keeps a CSR
// matrix, in its order. The prefix stands before each key.
func SparseMembers(prefix string, s *tensor.Sparse) []Member {
	index := func(v []int64) *tensor.Tensor {
		if s.IndexDType == tensor.Int64 {
			return tensor.Of(v)
		}
		small := make([]int32, len(v))
		for i, x := range v {
			small[i] = int32(x)
		}
		return tensor.Of(small)
	}
	return []Member{
		{Name: prefix + "indices", Value: index(s.Indices)},
		{Name: prefix + "indptr", Value: index(s.Indptr)},
		{Name: prefix + "format", Value: tensor.Scalar("csr"), ASCII: true},
		{Name: prefix + "shape", Value: tensor.Of([]int64{int64(s.Rows), int64(s.Cols)})},
		{Name: prefix + "data", Value: s.Data},
	}
}

// HasSparse says whether the archive holds a scipy matrix under the prefix.
func (a *Archive) HasSparse(prefix string) bool {
	return a.Has(prefix+"format") && a.Has(prefix+"shape") && a.Has(prefix+"data")
}

// Sparse is the scipy matrix under the prefix, as CSR. A matrix in CSC or COO
// form is converted as scipy's tocsr does it: COO sorts columns and adds
// duplicates up.
func (a *Archive) Sparse(prefix string) (*tensor.Sparse, error) {
	r := &sparseReader{a: a, prefix: prefix}
	kind := r.text("format")
	shape := r.ints("shape")
	data := r.array("data")
	if r.err == nil && !data.DType().IsNumeric() {
		r.fail("data", document.ErrUnsupported, "a sparse matrix of %s", data.DType())
	}
	if r.err == nil && len(shape) != 2 {
		r.fail("shape", document.ErrUnsupported, "a sparse array of %d dimensions", len(shape))
	}
	if r.err != nil {
		return nil, r.err
	}
	for _, d := range shape {
		// An empty row costs a pointer, so rows are bounded like bytes made.
		if d < 0 || d > math.MaxInt32*4 {
			return nil, r.fail("shape", document.ErrCorrupt, "shape %v", shape)
		}
	}
	s := &tensor.Sparse{Rows: int(shape[0]), Cols: int(shape[1]), Data: data, IndexDType: tensor.Int32}
	switch kind {
	case "csr":
		s.Indptr, s.Indices = r.pointers(s.Rows, data.Len()), r.indices("indices", data.Len(), s.Cols)
	case "csc":
		s.Indptr, s.Indices = r.pointers(s.Cols, data.Len()), r.indices("indices", data.Len(), s.Rows)
		if r.err == nil && r.spend(s.Rows+1) {
			transpose(s)
		}
	case "coo":
		row, col := r.indices("row", data.Len(), s.Rows), r.indices("col", data.Len(), s.Cols)
		if r.err == nil && r.spend(s.Rows+1) {
			fromCOO(s, row, col)
		}
	default:
		r.fail("format", document.ErrUnsupported, "sparse format %q (csr, csc and coo are read)", clip(kind))
	}
	if r.err != nil {
		return nil, r.err
	}
	if r.wide {
		s.IndexDType = tensor.Int64
	}
	return s, nil
}

// sparseReader reads members with a sticky error.
type sparseReader struct {
	a      *Archive
	prefix string
	wide   bool // an index array is int64
	err    error
}

func (r *sparseReader) fail(key string, sentinel error, detail string, args ...any) error {
	if r.err == nil {
		r.err = document.Errorf(sentinel, zipFormat, document.Join("", r.prefix+key), -1, detail, args...)
	}
	return r.err
}

// spend takes n index entries off the archive's budget.
func (r *sparseReader) spend(n int) bool {
	if r.err == nil {
		r.err = r.a.budget.Spend(int64(n)*16, document.Join("", r.prefix+"shape"), -1)
	}
	return r.err == nil
}

func (r *sparseReader) array(key string) *tensor.Tensor {
	if r.err != nil {
		return nil
	}
	t, err := r.a.Read(r.prefix + key)
	if err != nil {
		r.err = err
		return nil
	}
	return t
}

func (r *sparseReader) text(key string) string {
	t := r.array(key)
	if r.err == nil && (t.DType() != tensor.String || t.Len() != 1) {
		r.fail(key, document.ErrCorrupt, "%s where a text is due", t)
	}
	if r.err != nil {
		return ""
	}
	return tensor.Data[string](t)[0]
}

func (r *sparseReader) ints(key string) []int64 {
	t := r.array(key)
	if r.err == nil && (!t.DType().IsInteger() || t.Rank() != 1) {
		r.fail(key, document.ErrCorrupt, "%s where integers are due", t)
	}
	if r.err != nil {
		return nil
	}
	if t.DType() == tensor.Int64 && key != "shape" {
		r.wide = true
	}
	v, err := t.Convert(tensor.Int64)
	if err != nil {
		r.fail(key, document.ErrCorrupt, "%v", err)
		return nil
	}
	return tensor.Data[int64](v)
}

// pointers reads indptr of n rows over count entries.
func (r *sparseReader) pointers(n, count int) []int64 {
	p := r.ints("indptr")
	if r.err != nil {
		return nil
	}
	if len(p) != n+1 || p[0] != 0 || !slices.IsSorted(p) || p[n] > int64(count) {
		r.fail("indptr", document.ErrCorrupt, "%d pointers for %d rows and %d entries, not rising from 0", len(p), n, count)
	} else if p[n] != int64(count) {
		r.fail("indptr", document.ErrUnsupported, "%d entries, of which only %d are pointed to", count, p[n])
	}
	return p
}

// indices reads count indices below most.
func (r *sparseReader) indices(key string, count, most int) []int64 {
	v := r.ints(key)
	if r.err == nil && len(v) != count {
		r.fail(key, document.ErrCorrupt, "%d indices for %d entries", len(v), count)
	}
	for i, x := range v {
		if x < 0 || x >= int64(most) {
			r.fail(key, document.ErrCorrupt, "index %d at %d, the dimension is %d", x, i, most)
			break
		}
	}
	return v
}

// transpose turns the CSC arrays in s into CSR ones, entries of a row in the
// order of their columns.
func transpose(s *tensor.Sparse) {
	cols := make([]int64, len(s.Indices))
	for c := range s.Cols {
		for k := s.Indptr[c]; k < s.Indptr[c+1]; k++ {
			cols[k] = int64(c)
		}
	}
	byRow(s, s.Indices, cols)
}

// byRow makes CSR arrays from coordinates, keeping the order within a row.
func byRow(s *tensor.Sparse, row, col []int64) {
	ptr := make([]int64, s.Rows+1)
	for _, r := range row {
		ptr[r+1]++
	}
	for i := range s.Rows {
		ptr[i+1] += ptr[i]
	}
	next := slices.Clone(ptr)
	indices := make([]int64, len(col))
	order := make([]int, len(col))
	for k, r := range row {
		indices[next[r]] = col[k]
		order[next[r]] = k
		next[r]++
	}
	s.Indptr, s.Indices, s.Data = ptr, indices, gather(s.Data, order)
}

func gather(t *tensor.Tensor, order []int) *tensor.Tensor {
	out := tensor.New(t.DType(), len(order))
	w, from, to := t.DType().Size(), t.Bytes(), out.Bytes()
	for i, k := range order {
		copy(to[i*w:(i+1)*w], from[k*w:(k+1)*w])
	}
	return out
}

// fromCOO makes CSR arrays with sorted columns and duplicates added up.
func fromCOO(s *tensor.Sparse, row, col []int64) {
	byRow(s, row, col)
	order := make([]int, len(s.Indices))
	for i := range order {
		order[i] = i
	}
	for r := range s.Rows {
		slices.SortStableFunc(order[s.Indptr[r]:s.Indptr[r+1]], func(a, b int) int {
			return cmp.Compare(s.Indices[a], s.Indices[b])
		})
	}
	s.Data = gather(s.Data, order)
	sorted := make([]int64, len(order))
	for i, k := range order {
		sorted[i] = s.Indices[k]
	}
	s.Indices = sorted
	switch s.Data.DType() {
	case tensor.Float64:
		addUp[float64](s)
	case tensor.Float32:
		addUp[float32](s)
	case tensor.Int64:
		addUp[int64](s)
	case tensor.Int32:
		addUp[int32](s)
	}
}

// addUp sums entries of one place, which stand side by side.
func addUp[T float32 | float64 | int32 | int64](s *tensor.Sparse) {
	data, n := tensor.Data[T](s.Data), int64(0)
	for r := range s.Rows {
		from, to, first := s.Indptr[r], s.Indptr[r+1], n
		s.Indptr[r] = first
		for k := from; k < to; k++ {
			if n > first && s.Indices[n-1] == s.Indices[k] {
				data[n-1] += data[k]
				continue
			}
			s.Indices[n], data[n] = s.Indices[k], data[k]
			n++
		}
	}
	s.Indptr[s.Rows], s.Indices, s.Data = n, s.Indices[:n], s.Data.Rows(0, int(n))
}
