package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/table"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// dataFlags say how DATA is read; the same in every command that takes it.
type dataFlags struct {
	header  string
	na      []string
	columns []string
	id      string
}

func (f *dataFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.header, "header", "auto", "whether a CSV's first row names its columns: yes, no or auto")
	c.Flags().StringSliceVar(&f.na, "na", nil, "the tokens that are missing in a CSV, in place of empty, NA, NaN and null")
	c.Flags().StringSliceVar(&f.columns, "columns", nil, "take these columns only")
	c.Flags().StringVar(&f.id, "id", "", "a column that is passed through to the output")
}

func (f *dataFlags) options() (table.Options, error) {
	o := table.Options{NA: f.na, Columns: f.columns, ID: f.id}
	switch f.header {
	case "auto", "":
	case "yes":
		o.Header = table.HeaderYes
	case "no":
		o.Header = table.HeaderNo
	default:
		return o, usagef("--header is yes, no or auto, not %q", f.header)
	}
	return o, nil
}

// inputs are the values of a signature's inputs, from a DATA file.
type inputs struct {
	sig    *model.Signature
	values map[string]tensor.Value
	id     *tensor.Column
}

// inputs reads DATA for a signature of a model ("" is the default).
func (s *streams) inputs(m *larder.Model, signature, name string, f dataFlags) (*inputs, error) {
	sig, err := signatureOf(m, signature)
	if err != nil {
		return nil, err
	}
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	if m.Root().Framework == "xgboost" {
		o.Index = table.IndexZero // XGBoost counts columns from 0, always
	}
	var d *table.Data
	if name == "-" {
		var b []byte
		if b, err = io.ReadAll(s.in); err != nil {
			return nil, err
		}
		d, err = table.Read("standard input", b, o)
	} else {
		d, err = table.Open(name, o)
	}
	if err != nil {
		return nil, err
	}
	values, err := table.BindAll(d, sig.In)
	if err != nil {
		return nil, document.InFile(err, name)
	}
	in := &inputs{sig: sig, values: map[string]tensor.Value{}}
	for i, v := range values {
		in.values[sig.In[i].Name] = v
	}
	if in.id, err = d.ID(); err != nil {
		return nil, document.InFile(err, name)
	}
	return in, nil
}

func signatureOf(m *larder.Model, name string) (*model.Signature, error) {
	if name == "" {
		name = m.DefaultSignature()
	}
	for _, sig := range m.Signatures() {
		if sig.Name == name {
			return sig, nil
		}
	}
	// The model says best why there is none of that name.
	_, err := m.Run(context.Background(), larder.Call{Signature: name})
	return nil, err
}

// rows is the number of rows of the first input that has them.
func (in *inputs) rows() int {
	for i := range in.sig.In {
		if p := &in.sig.In[i]; p.HasRows() {
			return rowsOf(in.values[p.Name])
		}
	}
	return 1
}

func rowsOf(v tensor.Value) int {
	switch v := v.(type) {
	case *tensor.Tensor:
		return v.Dim(0)
	case *tensor.Sparse:
		return v.Rows
	case *tensor.Table:
		return v.N
	}
	return 1
}

// at is n rows from one on; all of them where the inputs have no rows.
func (in *inputs) at(from, n int) map[string]tensor.Value {
	out := map[string]tensor.Value{}
	for i := range in.sig.In {
		p := &in.sig.In[i]
		out[p.Name] = in.values[p.Name]
		if p.HasRows() {
			out[p.Name] = rowRange(in.values[p.Name], from, from+n)
		}
	}
	return out
}

func rowRange(v tensor.Value, from, to int) tensor.Value {
	switch v := v.(type) {
	case *tensor.Tensor:
		return v.Rows(from, to)
	case *tensor.Sparse:
		return v.RowRange(from, to)
	case *tensor.Table:
		return v.Rows(from, to)
	}
	return v
}

// wrapped is n rows from one on, going on at the first after the last.
func (in *inputs) wrapped(from, n int) map[string]tensor.Value {
	total := in.rows()
	if from+n <= total || total == 0 {
		return in.at(from, n)
	}
	out := in.at(from, total-from)
	for have := total - from; have < n; {
		k := min(n-have, total)
		for name, v := range in.at(0, k) {
			out[name] = tensor.Stack(out[name], v)
		}
		have += k
	}
	return out
}
