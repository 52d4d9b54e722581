package cli

import (
	"fmt"
	"math"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

type verifyFlags struct {
	data            dataFlags
	json            bool
	want, signature string
	rtol, atol      float64
}

// verifyReport is larder.verify/1.
type verifyReport struct {
	Schema     string          `json:"schema"`
	MaxAbs     any             `json:"max_abs"`
	MaxRel     any             `json:"max_rel"`
	Mismatches int             `json:"mismatches"`
	Rows       int             `json:"rows"`
	Tolerance  model.Tolerance `json:"tolerance"`
}

func newVerify(s *streams) *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:   "verify FILE [OTHER] DATA",
		Short: "Hold a model's answers against another model's, or against recorded ones",
		Long: `Three arguments: two models on the same data. Two: the model against the
answers in --want, a .npy file. Without --rtol and --atol the tolerance is the
one that docs/support.md promises. Exit 0 if all agree, 1 if not.`,
		Args: takes(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error { return runVerify(cmd, s, args, f) },
	}
	f.data.register(c)
	c.Flags().BoolVar(&f.json, "json", false, "print larder.verify/1")
	c.Flags().StringVar(&f.want, "want", "", "the answers that are expected: a .npy `FILE`")
	c.Flags().StringVar(&f.signature, "signature", "", "what to ask (default: what predict asks)")
	c.Flags().Float64Var(&f.rtol, "rtol", math.NaN(), "relative tolerance")
	c.Flags().Float64Var(&f.atol, "atol", math.NaN(), "absolute tolerance")
	return c
}

func runVerify(cmd *cobra.Command, s *streams, args []string, f verifyFlags) error {
	data := args[len(args)-1]
	got, tol, rows, err := s.answer(cmd, args[0], data, f)
	if err != nil {
		return err
	}
	var want *tensor.Tensor
	switch {
	case len(args) == 3 && f.want != "":
		return usagef("either OTHER or --want, not both")
	case len(args) == 3:
		var other model.Tolerance
		if want, other, _, err = s.answer(cmd, args[1], data, f); err != nil {
			return err
		}
		tol = tol.Loosest(other)
	case f.want != "":
		b, err := os.ReadFile(f.want)
		if err != nil {
			return err
		}
		if want, err = npy.Read(b, document.Limits{}); err != nil {
			return document.InFile(err, f.want)
		}
	default:
		return hint(usagef("nothing to compare with"), "give a second model, or --want with the answers")
	}
	if f.rtol == f.rtol || f.atol == f.atol {
		tol = model.Tolerance{}
		if f.rtol == f.rtol {
			tol.Rel = f.rtol
		}
		if f.atol == f.atol {
			tol.Abs = f.atol
		}
	}
	r := compare(got, want, tol)
	r.Rows = rows
	if f.json {
		if err := printJSON(s.out, r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(s.out, "%d rows, %d mismatches, worst difference %v absolute, %v relative\n", r.Rows, r.Mismatches, r.MaxAbs, r.MaxRel)
	}
	if r.Mismatches > 0 {
		return errNo
	}
	return nil
}

// answer is the first answer of a model, dense.
func (s *streams) answer(cmd *cobra.Command, file, data string, f verifyFlags) (*tensor.Tensor, model.Tolerance, int, error) {
	m, err := s.model(cmd, file)
	if err != nil {
		return nil, model.Tolerance{}, 0, err
	}
	defer m.Close()
	in, err := s.inputs(m, f.signature, data, f.data)
	if err != nil {
		return nil, model.Tolerance{}, 0, err
	}
	out, err := m.Run(cmd.Context(), larder.Call{Signature: in.sig.Name, In: in.values})
	if err != nil {
		return nil, model.Tolerance{}, 0, err
	}
	switch v := out[0].Value.(type) {
	case *tensor.Tensor:
		return v, in.sig.Tolerance, in.rows(), nil
	case *tensor.Sparse:
		return v.Dense(), in.sig.Tolerance, in.rows(), nil
	}
	return nil, model.Tolerance{}, 0, document.Errorf(document.ErrUnsupported, "", "", -1, "verify of a %T", out[0].Value)
}

func compare(got, want *tensor.Tensor, tol model.Tolerance) verifyReport {
	r := verifyReport{Schema: "larder.verify/1", Tolerance: tol}
	if !slices.Equal(got.Shape(), want.Shape()) || (got.DType() == tensor.String) != (want.DType() == tensor.String) {
		r.Mismatches = max(got.Len(), want.Len(), 1)
		r.MaxAbs, r.MaxRel = document.Plain(math.Inf(1)), document.Plain(math.Inf(1))
		return r
	}
	var worstAbs, worstRel float64
	for i := range got.Len() {
		if got.DType() == tensor.String {
			if tensor.Data[string](got)[i] != tensor.Data[string](want)[i] {
				r.Mismatches++
			}
			continue
		}
		g, w := got.Float(i), want.Float(i)
		if g == w || g != g && w != w {
			continue
		}
		d := math.Abs(g - w)
		if d != d {
			d = math.Inf(1)
		}
		worstAbs = max(worstAbs, d)
		if w != 0 {
			worstRel = max(worstRel, d/math.Abs(w))
		}
		if !(d <= tol.Abs+tol.Rel*math.Abs(w)) {
			r.Mismatches++
		}
	}
	r.MaxAbs, r.MaxRel = document.Plain(worstAbs), document.Plain(worstRel)
	return r
}
