package pyobj

import (
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// sparseForm is "csr", "csc" or "coo" for the matrix and array classes of
// scipy.sparse that Sparse reads, "" for all other classes.
func sparseForm(class string) string {
	rest, ok := strings.CutPrefix(class, "scipy.sparse.")
	if !ok {
		return ""
	}
	switch rest[strings.LastIndexByte(rest, '.')+1:] {
	case "csr_matrix", "csr_array":
		return "csr"
	case "csc_matrix", "csc_array":
		return "csc"
	case "coo_matrix", "coo_array":
		return "coo"
	}
	return ""
}

// IsSparse says whether a value is a scipy.sparse matrix that Sparse reads.
func IsSparse(v pickle.Value) bool { return sparseForm(ClassOf(v)) != "" }

// Sparse is a scipy.sparse matrix or array: csr as it is, csc and coo turned
// into csr with the entries of a row in the order of the file. All indices are
// checked. After a fault it is a matrix of no rows.
func (r *Reader) Sparse(key string) *tensor.Sparse {
	c := r.Child(key)
	s := c.sparse()
	if r.fault.err != nil {
		return &tensor.Sparse{Indptr: []int64{0}, Data: tensor.New(tensor.Float64, 0)}
	}
	return s
}

// ReadSparse reads a scipy.sparse matrix that is a value of its own.
func ReadSparse(v pickle.Value, path string, e *Env) (*tensor.Sparse, error) {
	r := Read(v, path, e)
	s := r.sparse()
	if err := r.Done(); err != nil {
		return nil, err
	}
	return s, nil
}

func (r *Reader) sparse() *tensor.Sparse {
	form := sparseForm(r.class)
	if form == "" {
		r.Fail(document.ErrUnsupported, "is not a csr, csc or coo matrix")
		return nil
	}
	// Sortedness and canonical form are caches; maxprint is for printing.
	r.Harmless("maxprint", "_has_sorted_indices", "_has_canonical_format", "has_canonical_format",
		"format", "dtype", "nnz")
	shapeKey := "_shape"
	if !r.Has(shapeKey) {
		shapeKey = "shape" // scipy before 0.9
	}
	shape, ok := shapeOf(r.Value(shapeKey))
	if r.fault.err != nil {
		return nil
	}
	if !ok || len(shape) != 2 {
		r.FailAt(shapeKey, document.ErrUnsupported, "shape %v of a sparse matrix", shape)
		return nil
	}
	if shape[0] > 1<<40 || shape[1] > 1<<40 {
		r.FailAt(shapeKey, document.ErrLimit, "shape %v of a sparse matrix", shape)
		return nil
	}
	s := &tensor.Sparse{Rows: shape[0], Cols: shape[1], IndexDType: tensor.Int32}
	s.Data = r.Array("data", -1)
	if !s.Data.DType().IsNumeric() {
		r.FailAt("data", document.ErrUnsupported, "sparse matrix of %s", s.Data.DType())
		return nil
	}
	if form == "coo" {
		r.coordinates(s)
	} else {
		major, minor := s.Rows, s.Cols
		if form == "csc" {
			major, minor = minor, major
		}
		r.compressed(s, major, minor)
		if form == "csc" && r.fault.err == nil {
			s = r.transposed(s)
		}
	}
	return s
}

// indices reads an index array and notes its type.
func (r *Reader) indices(s *tensor.Sparse, key string) []int64 {
	t := r.Array(key, -1)
	if t.DType() == tensor.Int64 {
		s.IndexDType = tensor.Int64
	}
	return tensor.Data[int64](r.Int64s(key, -1))
}

func (r *Reader) compressed(s *tensor.Sparse, major, minor int) {
	s.Indptr, s.Indices = r.indices(s, "indptr"), r.indices(s, "indices")
	if r.fault.err != nil {
		return
	}
	nnz := int64(s.Data.Len())
	switch {
	case len(s.Indptr)-1 != major || s.Indptr[0] != 0:
		r.FailAt("indptr", document.ErrCorrupt, "%d entries for %d rows", len(s.Indptr), major)
		return
	case s.Indptr[major] > nnz || s.Indptr[major] > int64(len(s.Indices)) || s.Indptr[major] < 0:
		r.FailAt("indptr", document.ErrCorrupt, "ends at %d, there are %d values and %d indices", s.Indptr[major], nnz, len(s.Indices))
		return
	}
	for i := range major {
		if s.Indptr[i] > s.Indptr[i+1] {
			r.FailAt("indptr", document.ErrCorrupt, "falls at row %d", i)
			return
		}
	}
	// What lies behind the last entry is room that scipy has kept.
	s.Indices = s.Indices[:s.Indptr[major]]
	s.Data = s.Data.Rows(0, int(s.Indptr[major]))
	r.within(s.Indices, minor, "indices")
}

func (r *Reader) within(index []int64, n int, key string) {
	for i, x := range index {
		if x < 0 || x >= int64(n) {
			r.FailAt(key, document.ErrCorrupt, "index %d is %d, outside of %d", i, x, n)
			return
		}
	}
}

// transposed turns compressed columns into compressed rows.
func (r *Reader) transposed(s *tensor.Sparse) *tensor.Sparse {
	rows := s.Indices
	cols := make([]int64, len(rows))
	for c := range s.Cols {
		for k := s.Indptr[c]; k < s.Indptr[c+1]; k++ {
			cols[k] = int64(c)
		}
	}
	return r.byRows(s, rows, cols)
}

// coordinates reads coo's row and col, which scipy 1.13 put into a tuple coords.
func (r *Reader) coordinates(s *tensor.Sparse) {
	from, row, col := r, "row", "col"
	if r.Has("coords") {
		from, row, col = r.List("coords"), "0", "1"
	}
	rows, cols := from.indices(s, row), from.indices(s, col)
	if r.fault.err != nil {
		return
	}
	if len(rows) != s.Data.Len() || len(cols) != s.Data.Len() {
		r.Fail(document.ErrCorrupt, "%d rows, %d columns, %d values", len(rows), len(cols), s.Data.Len())
		return
	}
	from.within(rows, s.Rows, row)
	from.within(cols, s.Cols, col)
	if r.fault.err == nil {
		*s = *r.byRows(s, rows, cols)
	}
}

// byRows sorts entries by row, keeping their order inside a row.
func (r *Reader) byRows(s *tensor.Sparse, rows, cols []int64) *tensor.Sparse {
	// The number of rows is a number of the file that no bytes stand behind.
	if err := r.env.spend(8*(s.Rows+1)+24*len(rows), r.path, r.v.Offset()); err != nil || s.Rows < 0 {
		r.fail(err)
		return s
	}
	out := &tensor.Sparse{Rows: s.Rows, Cols: s.Cols, IndexDType: s.IndexDType,
		Indptr: make([]int64, s.Rows+1), Indices: make([]int64, len(rows)), Data: tensor.New(s.Data.DType(), len(rows))}
	for _, x := range rows {
		out.Indptr[x+1]++
	}
	for i := range s.Rows {
		out.Indptr[i+1] += out.Indptr[i]
	}
	next := append([]int64(nil), out.Indptr...)
	size := s.Data.DType().Size()
	for k, x := range rows {
		to := next[x]
		next[x]++
		out.Indices[to] = cols[k]
		copy(out.Data.Bytes()[int(to)*size:(int(to)+1)*size], s.Data.Bytes()[k*size:(k+1)*size])
	}
	return out
}
