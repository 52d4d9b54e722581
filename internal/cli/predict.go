package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/table"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

type predictFlags struct {
	data              dataFlags
	signature, output string
	out               string
	set               []string
	threads, batch    int
}

func newPredict(s *streams) *cobra.Command {
	var f predictFlags
	c := &cobra.Command{
		Use:   "predict FILE DATA",
		Short: "Answer what the library that made the model would answer",
		Long: `DATA is .csv, .json, .jsonl, .npy, .npz, .parquet, .libsvm or - for stdin.
OUT is .npy, .npz, .csv, .json, .jsonl or .parquet; without -o the answer is
printed as CSV.`,
		Args: takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runPredict(cmd, s, args[0], args[1], f) },
	}
	f.data.register(c)
	c.Flags().StringVar(&f.signature, "signature", "", "what to ask: predict_proba, margin, … (default: the library's own predict)")
	c.Flags().StringVar(&f.output, "output", "", "which answer to write, where there are several")
	c.Flags().StringVarP(&f.out, "out", "o", "", "write to `OUT` instead of stdout")
	c.Flags().StringArrayVar(&f.set, "set", nil, "give a parameter: `NAME=VALUE`")
	c.Flags().IntVar(&f.threads, "threads", 0, "goroutines a call may use (0: one a processor)")
	c.Flags().IntVar(&f.batch, "batch", 0, "rows a call (0: all at once)")
	return c
}

func runPredict(cmd *cobra.Command, s *streams, file, data string, f predictFlags) error {
	m, err := s.model(cmd, file)
	if err != nil {
		return err
	}
	defer m.Close()
	in, err := s.inputs(m, f.signature, data, f.data)
	if err != nil {
		return err
	}
	call := larder.Call{Signature: in.sig.Name, Threads: f.threads, In: in.values}
	if call.Params, err = params(in.sig, f.set); err != nil {
		return err
	}
	answers, err := f.ask(cmd, m, in, call)
	if err != nil {
		return document.InFile(err, data)
	}
	outs := make([]table.Named, 0, len(answers))
	for _, a := range answers {
		if f.output == "" || f.output == a.Name {
			outs = append(outs, table.Named{Name: a.Name, Value: a.Value})
		}
	}
	if len(outs) == 0 {
		return usagef("no output %q: %s has %s", f.output, in.sig.Name, strings.Join(names(answers), ", "))
	}
	o := table.WriteOptions{ID: in.id}
	if f.out == "" || f.out == "-" {
		return table.Write(s.out, table.CSV, outs, o)
	}
	return table.WriteFile(f.out, outs, o)
}

// ask makes one call, or one for each batch of rows.
func (f *predictFlags) ask(cmd *cobra.Command, m *larder.Model, in *inputs, call larder.Call) ([]larder.Named, error) {
	total := in.rows()
	if f.batch < 0 {
		return nil, usagef("--batch is above 0")
	}
	if f.batch == 0 || f.batch >= total || !in.sig.HasRows() {
		return m.Run(cmd.Context(), call)
	}
	var all []larder.Named
	for from := 0; from < total; from += f.batch {
		call.In = in.at(from, min(f.batch, total-from))
		part, err := m.Run(cmd.Context(), call)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = part
			continue
		}
		for i := range all {
			if !stackable(all[i].Value, part[i].Value) {
				// The form of the answer hangs on the rows, as with an encoder's
				// inverse that meets an unknown code: only one call tells it for all.
				call.In = in.values
				return m.Run(cmd.Context(), call)
			}
			all[i].Value = tensor.Stack(all[i].Value, part[i].Value)
		}
	}
	return all, nil
}

// stackable says whether the answers of two batches have one form.
func stackable(a, b tensor.Value) bool {
	switch a := a.(type) {
	case *tensor.Tensor:
		b, ok := b.(*tensor.Tensor)
		return ok && a.DType() == b.DType() && a.Rank() > 0 && a.Rank() == b.Rank() && slices.Equal(a.Shape()[1:], b.Shape()[1:])
	case *tensor.Sparse:
		b, ok := b.(*tensor.Sparse)
		return ok && a.Cols == b.Cols && a.Data.DType() == b.Data.DType()
	case *tensor.Table:
		b, ok := b.(*tensor.Table)
		return ok && slices.EqualFunc(a.Columns, b.Columns, func(x, y tensor.Column) bool {
			return x.Name == y.Name && x.Values.DType() == y.Values.DType() && slices.Equal(x.Categories, y.Categories)
		})
	}
	return false
}

func params(sig *model.Signature, set []string) (map[string]tensor.Value, error) {
	out := map[string]tensor.Value{}
	for _, kv := range set {
		name, value, ok := strings.Cut(kv, "=")
		if !ok {
			return nil, usagef("--set takes NAME=VALUE, not %q", kv)
		}
		v, err := model.ParseParam(sig, name, value)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

func names(answers []larder.Named) []string {
	var out []string
	for _, a := range answers {
		out = append(out, a.Name)
	}
	return out
}
