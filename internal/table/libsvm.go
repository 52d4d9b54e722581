package table

import (
	"bytes"
	"math"

	"github.com/larder-ml/larder/tensor"
)

// libsvmFile is "label index:value …" on each line. Indices are as the file has
// them until a port says how many columns there are.
type libsvmFile struct {
	indptr  []int64
	indices []int64
	values  []float64
	base    IndexBase
}

func newLibsvm(b []byte, base IndexBase) (*libsvmFile, error) {
	f := &libsvmFile{indptr: []int64{0}, base: base}
	b = bytes.TrimPrefix(b, []byte(bom))
	for line := 1; len(b) > 0; line++ {
		var row []byte
		row, b, _ = bytes.Cut(b, []byte("\n"))
		row, _, _ = bytes.Cut(row, []byte("#"))
		if row = bytes.TrimSpace(row); len(row) == 0 {
			continue
		}
		if err := f.row(row, line); err != nil {
			return nil, err
		}
		f.indptr = append(f.indptr, int64(len(f.indices)))
	}
	if f.base == IndexAuto {
		f.base = IndexOne
		for _, i := range f.indices {
			if i == 0 {
				f.base = IndexZero
			}
		}
	}
	return f, nil
}

func (f *libsvmFile) row(row []byte, line int) error {
	last := int64(-1)
	for n := 1; len(row) > 0; n++ {
		end := bytes.IndexAny(row, " \t\r")
		if end < 0 {
			end = len(row)
		}
		token := row[:end]
		row = bytes.TrimLeft(row[end:], " \t\r")
		key, value, pair := bytes.Cut(token, []byte(":"))
		if !pair && n == 1 {
			for one := range bytes.SplitSeq(token, []byte(",")) { // several labels
				if _, ok := number(one); !ok {
					return inputf("line %d, column 1: the label %s is no number", line, quote(string(one)))
				}
			}
			continue
		}
		if pair && string(key) == "qid" {
			continue
		}
		i, ok := integer(key)
		if !pair || !ok || i < 0 || i > math.MaxInt32*2 {
			return inputf("line %d, column %d: %s is no index:value", line, n, quote(string(token)))
		}
		v, ok := number(value)
		if !ok {
			return inputf("line %d, column %d: %s is no number", line, n, quote(string(value)))
		}
		if i <= last {
			return inputf("line %d, column %d: index %d after %d", line, n, i, last)
		}
		last = i
		f.indices = append(f.indices, i)
		f.values = append(f.values, v)
	}
	return nil
}

// sparse is the matrix with a number of columns, or as many as the file uses.
func (f *libsvmFile) sparse(width int) (*tensor.Sparse, error) {
	indices := f.indices
	if f.base == IndexOne {
		indices = make([]int64, len(f.indices))
		for k, i := range f.indices {
			if i == 0 {
				return nil, inputf("index 0 in a file whose first column is 1")
			}
			indices[k] = i - 1
		}
	}
	most := int64(-1)
	for _, i := range indices {
		most = max(most, i)
	}
	if width < 0 {
		width = int(most + 1)
	}
	if most >= int64(width) {
		return nil, inputf("index %d in the data, the model takes %d columns", f.indices[0]-indices[0]+most, width)
	}
	return &tensor.Sparse{Rows: len(f.indptr) - 1, Cols: width, Indptr: f.indptr, Indices: indices,
		Data: tensor.Of(f.values), IndexDType: tensor.Int32}, nil
}
