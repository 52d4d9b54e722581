package table

import (
	"bufio"
	"errors"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Named is one answer.
type Named struct {
	Name  string
	Value tensor.Value
}

// WriteOptions say how OUT is written.
type WriteOptions struct {
	ID     *tensor.Column // comes first; see Data.ID
	Output string         // only this one; else all, or the first where the format holds one
	Limits document.Limits
}

// Write writes answers. CSV, npy, Parquet and JSON lines hold one: the first, or
// Output.
func Write(w io.Writer, f Format, outs []Named, o WriteOptions) error {
	if o.Output != "" {
		one, err := choose(outs, o.Output)
		if err != nil {
			return err
		}
		outs = []Named{one}
	}
	if len(outs) == 0 {
		return inputf("no answer to write")
	}
	b := bufio.NewWriterSize(w, 1<<16)
	var err error
	switch f {
	case Auto, CSV:
		err = writeCSV(b, outs[0], o)
	case JSON:
		err = writeJSON(b, outs, o)
	case JSONL:
		err = writeJSONL(b, outs, o)
	case NPY:
		err = writeNPY(b, outs[0], o)
	case NPZ:
		err = writeNPZ(b, outs, o)
	case Parquet:
		err = writeParquet(b, outs[0], o)
	default:
		err = inputf("answers are not written as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func choose(outs []Named, name string) (Named, error) {
	var names []string
	for _, out := range outs {
		if out.Name == name {
			return out, nil
		}
		names = append(names, out.Name)
	}
	return Named{}, inputf("no output %s; there is %s", quote(name), quoteAll(names))
}

// WriteFile writes answers to a file, which appears complete or not at all. The
// format is that of the name's extension.
func WriteFile(path string, outs []Named, o WriteOptions) error {
	f := FormatOf(path)
	if f == Auto || f == Libsvm || path == "-" || path == "" {
		return inputf("%s: answers are written as .npy, .npz, .csv, .json, .jsonl or .parquet", path)
	}
	return document.WriteFile(path, func(w io.Writer) error { return document.InFile(Write(w, f, outs, o), path) })
}

// outColumn is one column of an answer: the elements first, first+step, ….
type outColumn struct {
	name        string
	values      *tensor.Tensor
	first, step int
	missing     []tensor.Missing
}

func (c *outColumn) at(row int) int { return c.first + row*c.step }

func (c *outColumn) isMissing(row int) bool {
	return c.missing != nil && c.missing[row] != tensor.Present
}

// layOut is an answer as columns: one column has the answer's name, several have
// NAME_0, NAME_1, …; those of a table keep theirs. The id comes first.
func layOut(out Named, o WriteOptions) ([]outColumn, int, error) {
	cols, rows, err := layOutValue(out, o)
	if err != nil || o.ID == nil {
		return cols, rows, err
	}
	id := tableColumn(*o.ID)
	if id.values.Len() != rows {
		return nil, 0, inputf("the answer has %d rows, the id column %d", rows, id.values.Len())
	}
	return append([]outColumn{id}, cols...), rows, nil
}

func layOutValue(out Named, o WriteOptions) ([]outColumn, int, error) {
	switch v := out.Value.(type) {
	case *tensor.Tensor:
		rows, width := v.Dim(0), 1
		for _, d := range v.Shape()[min(1, v.Rank()):] {
			width *= d
		}
		if v.Rank() <= 1 {
			return []outColumn{{name: out.Name, values: v, step: 1}}, rows, nil
		}
		cols := make([]outColumn, width)
		index := make([]int, v.Rank()-1)
		for j := range cols {
			cols[j] = outColumn{name: numbered(out.Name, index...), values: v, first: j, step: width}
			for d := len(index) - 1; d >= 0; d-- {
				if index[d]++; index[d] < v.Dim(d+1) {
					break
				}
				index[d] = 0
			}
		}
		if width == 1 {
			cols[0].name = out.Name
		}
		return cols, rows, nil
	case *tensor.Sparse:
		t, err := dense(v, o.Limits)
		if err != nil {
			return nil, 0, err
		}
		return layOutValue(Named{out.Name, t}, o)
	case *tensor.Table:
		cols := make([]outColumn, len(v.Columns))
		for i, c := range v.Columns {
			if cols[i] = tableColumn(c); c.Name == "" {
				cols[i].name = numbered(out.Name, i)
			}
		}
		return cols, v.N, nil
	case *tensor.Ragged:
		return nil, 0, unsupported("output %s has rows of different lengths; .json and .npz hold them", quote(out.Name))
	}
	return nil, 0, unsupported("output %s is a resource of its framework, which no file holds", quote(out.Name))
}

func unsupported(detail string, args ...any) error {
	return document.Errorf(document.ErrUnsupported, "", "", -1, detail, args...)
}

// tableColumn writes the categories of a column out.
func tableColumn(c tensor.Column) outColumn {
	out := outColumn{name: c.Name, values: c.Values, step: 1, missing: c.Missing}
	if c.Categories == nil {
		return out
	}
	codes := tensor.Data[int64](c.Values)
	strs, missing := make([]string, len(codes)), make([]tensor.Missing, len(codes))
	for i, code := range codes {
		if code < 0 || code >= int64(len(c.Categories)) {
			missing[i] = tensor.MissingNaN
			continue
		}
		strs[i] = c.Categories[code]
	}
	out.values, out.missing = tensor.Of(strs), missing
	return out
}

func writeNPY(w io.Writer, out Named, o WriteOptions) error {
	if o.ID != nil {
		return inputf(".npy has no place for the id column; .npz has")
	}
	t, err := single(out, o)
	if err != nil {
		return err
	}
	return npy.Write(w, t)
}

// single is an answer as one array.
func single(out Named, o WriteOptions) (*tensor.Tensor, error) {
	switch v := out.Value.(type) {
	case *tensor.Tensor:
		return storable(v)
	case *tensor.Sparse:
		return dense(v, o.Limits)
	case *tensor.Table:
		if v.N > 0 && len(v.Columns) > 0 {
			cols := make([]tensor.Column, len(v.Columns))
			for i, c := range v.Columns {
				t, err := member(tableColumn(c))
				if err != nil {
					return nil, err
				}
				cols[i].Name, cols[i].Values = c.Name, t
			}
			return matrix(cols, v.N, model.Port{})
		}
		return tensor.New(tensor.Float64, v.N, len(v.Columns)), nil
	case *tensor.Ragged:
		return nil, unsupported("output %s has rows of different lengths; .json and .npz hold them", quote(out.Name))
	}
	return nil, unsupported("output %s is a resource of its framework, which no file holds", quote(out.Name))
}

// storable widens bfloat16, of which numpy has none.
func storable(t *tensor.Tensor) (*tensor.Tensor, error) {
	if t.DType() == tensor.BFloat16 {
		return t.Convert(tensor.Float32)
	}
	return t, nil
}

// member is a column as an array. Missing numbers are NaN there; text has
// nothing to say it with.
func member(c outColumn) (*tensor.Tensor, error) {
	for i := range c.missing {
		if c.missing[i] != tensor.Present && !c.values.DType().IsFloat() {
			return nil, unsupported("column %s: row %d is missing, which .npy cannot say of %s; .json, .csv and .parquet can",
				quote(c.name), i+1, c.values.DType())
		}
	}
	return storable(c.values)
}

func writeNPZ(w io.Writer, outs []Named, o WriteOptions) error {
	var members []npy.Member
	add := func(name string, t *tensor.Tensor, err error) error {
		members = append(members, npy.Member{Name: name, Value: t})
		return err
	}
	if o.ID != nil {
		t, err := member(tableColumn(*o.ID))
		if err := add(o.ID.Name, t, err); err != nil {
			return err
		}
	}
	for _, out := range outs {
		prefix := ""
		if len(outs) > 1 || o.ID != nil {
			prefix = out.Name + "."
		}
		var err error
		switch v := out.Value.(type) {
		case *tensor.Sparse:
			members = append(members, npy.SparseMembers(prefix, v)...)
		case *tensor.Ragged:
			t, convErr := storable(v.Values)
			err = errors.Join(add(prefix+"values", t, convErr), add(prefix+"row_splits", tensor.Of(v.Splits), nil))
		case *tensor.Table:
			for i, c := range v.Columns {
				col := tableColumn(c)
				if col.name == "" {
					col.name = numbered(out.Name, i)
				}
				if len(outs) > 1 {
					col.name = prefix + col.name
				}
				t, convErr := member(col)
				err = errors.Join(err, add(col.name, t, convErr))
			}
		default:
			t, convErr := single(out, o)
			err = add(out.Name, t, convErr)
		}
		if err != nil {
			return err
		}
	}
	return npy.WriteArchive(w, members)
}
