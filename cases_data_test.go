package larder_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/internal/table"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// inputs reads a DATA file for a signature, as the command line does.
func inputs(path string, sig *model.Signature) (map[string]tensor.Value, error) {
	d, err := table.Open(path, table.Options{})
	if err != nil {
		return nil, err
	}
	values, err := table.BindAll(d, sig.In)
	if err != nil {
		return nil, err
	}
	in := map[string]tensor.Value{}
	for i, v := range values {
		in[sig.In[i].Name] = v
	}
	return in, nil
}

// compareArchive holds answers against an .npz: a sparse matrix under scipy's
// keys, or several answers named 0, 1, ….
func (c *caseFile) compareArchive(t *testing.T, name string, call caseCall, out []larder.Named, sig *model.Signature) {
	b, err := os.ReadFile(filepath.Join(c.dir, call.Want))
	if err != nil {
		t.Fatal(err)
	}
	a, err := npy.OpenArchive(b, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if a.HasSparse("") {
		sparseEqual(t, name, out[0].Value, a, "", sig.Tolerance)
		return
	}
	for i, o := range out {
		key := fmt.Sprint(i)
		if a.HasSparse(key + ".") {
			sparseEqual(t, name+" "+key, o.Value, a, key+".", sig.Tolerance)
			continue
		}
		want, err := a.Read(key)
		if err != nil {
			t.Errorf("%s: %v; the archive has %v", name, err, a.Names())
			return
		}
		got, ok := o.Value.(*tensor.Tensor)
		if !ok {
			t.Errorf("%s: answer %d is a %T", name, i, o.Value)
			continue
		}
		equal(t, name+" "+key, got, want, sig.Tolerance)
	}
}

func sparseEqual(t *testing.T, name string, v tensor.Value, a *npy.Archive, prefix string, tol model.Tolerance) {
	t.Helper()
	want, err := a.Sparse(prefix)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := v.(*tensor.Sparse)
	if !ok {
		t.Errorf("%s: a %T, want a sparse matrix", name, v)
		return
	}
	if got.Rows != want.Rows || got.Cols != want.Cols || !slices.Equal(got.Indptr, want.Indptr) || !slices.Equal(got.Indices, want.Indices) {
		t.Errorf("%s: another pattern: %d×%d with %d entries, want %d×%d with %d", name,
			got.Rows, got.Cols, len(got.Indices), want.Rows, want.Cols, len(want.Indices))
		return
	}
	equal(t, name, got.Data, want.Data, tol)
	if d, err := a.Read(prefix + "indices"); err == nil && indexType(got) != d.DType() {
		t.Errorf("%s: indices are %s, want %s", name, indexType(got), d.DType())
	}
}

func indexType(s *tensor.Sparse) tensor.DType {
	if s.IndexDType == tensor.Invalid {
		return tensor.Int32
	}
	return s.IndexDType
}

// compareRows holds an answer of mixed objects against a JSON array of rows, in
// which None is null and NaN is "NaN".
func (c *caseFile) compareRows(t *testing.T, name string, call caseCall, out []larder.Named) {
	b, err := os.ReadFile(filepath.Join(c.dir, call.Want))
	if err != nil {
		t.Fatal(err)
	}
	var want [][]any
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	got := rows(out[0].Value)
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", name, len(got), len(want))
		return
	}
	for r := range want {
		if x, y := fmt.Sprint(got[r]), fmt.Sprint(want[r]); x != y {
			t.Errorf("%s: row %d is %s, want %s", name, r, x, y)
			return
		}
	}
}

// rows is a table or matrix as JSON has it.
func rows(v tensor.Value) [][]any {
	var out [][]any
	switch v := v.(type) {
	case *tensor.Table:
		for r := range v.N {
			var row []any
			for _, c := range v.Columns {
				switch {
				case c.Missing != nil && c.Missing[r] == tensor.MissingNone:
					row = append(row, nil)
				case c.Missing != nil && c.Missing[r] == tensor.MissingNaN:
					row = append(row, "NaN")
				default:
					row = append(row, cell(c.Values, r))
				}
			}
			out = append(out, row)
		}
	case *tensor.Tensor:
		for r := range v.Dim(0) {
			var row []any
			for k := range v.Dim(1) {
				row = append(row, cell(v, r*v.Dim(1)+k))
			}
			out = append(out, row)
		}
	}
	return out
}

func cell(t *tensor.Tensor, i int) any {
	switch {
	case t.DType() == tensor.String:
		return tensor.Data[string](t)[i]
	case t.DType() == tensor.Bool:
		return tensor.Data[bool](t)[i]
	case math.IsNaN(t.Float(i)):
		return "NaN"
	}
	return t.Float(i)
}

// compareAny goes by how the call's answer is recorded.
func (c *caseFile) compareAny(t *testing.T, name string, call caseCall, out []larder.Named, sig *model.Signature, rec *recording, class string) {
	switch {
	case strings.HasSuffix(call.Want, ".npz"):
		c.compareArchive(t, name, call, out, sig)
	case strings.HasSuffix(call.Want, ".json"):
		c.compareRows(t, name, call, out)
	default:
		c.compare(t, name, call, out, sig, rec, class)
	}
}
