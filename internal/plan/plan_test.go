package plan_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// scale multiplies by a factor; a stand-in for real ops.
type scale struct{ by float64 }

func (scale) Name() string { return "scale" }
func (scale) Infer(in []model.Fact) ([]model.Fact, error) {
	if in[0].DType != tensor.Float64 {
		return nil, model.Inputf("scale takes float64")
	}
	return []model.Fact{model.DenseFact(in[0].DType, in[0].Shape...)}, nil
}
func (s scale) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	by := s.by
	if len(in) > 1 {
		by = tensor.Data[float64](in[1].Const.(*tensor.Tensor))[0]
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, y := tensor.Data[float64](in[0].(*tensor.Tensor)), tensor.Data[float64](out[0].(*tensor.Tensor))
		for i := range x {
			y[i] = x[i] * by
		}
		return nil
	}, nil
}

// same passes its input on.
type same struct{}

func (same) Name() string                                { return "same" }
func (same) Infer(in []model.Fact) ([]model.Fact, error) { return in[:1], nil }
func (same) Bind(model.Binder, []model.Fact) (model.Kernel, error) {
	return func(c *model.Call, in, out []model.Value) error { out[0] = in[0]; return nil }, nil
}

func program(t testing.TB, wire func(b *model.Builder, x model.Ref) model.Ref) *plan.Program {
	o := &model.Object{Path: "/", Class: "test", In: model.Port{Name: "X", DType: tensor.Float64, Shape: []model.Dim{model.Rows, 2}},
		Methods: []model.Method{{Name: "f", Wire: func(b *model.Builder, in []model.Ref) ([]model.Ref, error) {
			return []model.Ref{wire(b, in[0])}, nil
		}}}}
	s, err := model.Sign(o, "f")
	if err != nil {
		t.Fatal(err)
	}
	return plan.NewProgram(s, &plan.Store{})
}

func TestRunReusesTheCallersTensorAndAllocatesNothing(t *testing.T) {
	p := program(t, func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(scale{by: 3}, b.Add(scale{by: 2}, x))
	})
	in, out := tensor.Of([]float64{1, 2, 3, 4}, 2, 2), tensor.New(tensor.Float64, 2, 2)
	ins, outs := []tensor.Value{in}, []tensor.Value{out}
	run := func() {
		if err := p.Run(context.Background(), ins, outs, plan.Options{Threads: 1}); err != nil {
			t.Fatal(err)
		}
	}
	run()
	if got := tensor.Data[float64](out); !slices.Equal(got, []float64{6, 12, 18, 24}) {
		t.Fatalf("got %v", got)
	}
	if outs[0] != tensor.Value(out) {
		t.Error("the caller's tensor was replaced")
	}
	if n := testing.AllocsPerRun(100, run); n != 0 && pools {
		t.Errorf("%v allocations a call", n)
	}
}

func TestAnswersNeverAliasInputs(t *testing.T) {
	p := program(t, func(b *model.Builder, x model.Ref) model.Ref { return b.Add(same{}, x) })
	in := tensor.Of([]float64{1, 2}, 1, 2)
	outs := []tensor.Value{nil}
	if err := p.Run(context.Background(), []tensor.Value{in}, outs, plan.Options{}); err != nil {
		t.Fatal(err)
	}
	tensor.Data[float64](in)[0] = 99
	if got := tensor.Data[float64](outs[0].(*tensor.Tensor)); got[0] != 1 {
		t.Error("the answer changed with the input")
	}
}

func TestThreadsGiveTheSameAnswer(t *testing.T) {
	p := program(t, func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(scale{by: 0.3}, b.Add(scale{by: 0.1}, x))
	})
	x := make([]float64, 2*1001)
	for i := range x {
		x[i] = float64(i)
	}
	answer := func(threads int) []float64 {
		outs := []tensor.Value{nil}
		if err := p.Run(context.Background(), []tensor.Value{tensor.Of(x, 1001, 2)}, outs, plan.Options{Threads: threads}); err != nil {
			t.Fatal(err)
		}
		return tensor.Data[float64](outs[0].(*tensor.Tensor))
	}
	if !slices.Equal(answer(1), answer(7)) {
		t.Error("threads change the answer")
	}
}

func TestParamsCompileIntoPlansAndOldPlansAreDropped(t *testing.T) {
	p := program(t, func(b *model.Builder, x model.Ref) model.Ref {
		return b.Add(scale{}, x, b.Param(model.Port{Name: "by", DType: tensor.Float64, Default: tensor.Scalar(2.0)}))
	})
	in := tensor.Of([]float64{1, 2}, 1, 2)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			by := float64(i % 13)
			outs := []tensor.Value{nil}
			if err := p.Run(context.Background(), []tensor.Value{in, tensor.Scalar(by)}, outs, plan.Options{}); err != nil {
				t.Error(err)
			} else if got := tensor.Data[float64](outs[0].(*tensor.Tensor)); got[1] != 2*by {
				t.Errorf("by %v: %v", by, got)
			}
		}()
	}
	wg.Wait()
	outs := []tensor.Value{nil}
	if err := p.Run(context.Background(), []tensor.Value{in, nil}, outs, plan.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := tensor.Data[float64](outs[0].(*tensor.Tensor)); got[1] != 4 {
		t.Errorf("the default gives %v", got)
	}
}

func TestCancelledAndWrongInput(t *testing.T) {
	p := program(t, func(b *model.Builder, x model.Ref) model.Ref { return b.Add(scale{by: 1}, x) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := p.Run(ctx, []tensor.Value{tensor.New(tensor.Float64, 1, 2)}, []tensor.Value{nil}, plan.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	err = p.Run(context.Background(), []tensor.Value{tensor.New(tensor.Float32, 1, 2)}, []tensor.Value{nil}, plan.Options{})
	if !errors.Is(err, document.ErrInput) {
		t.Errorf("wrong dtype: %v", err)
	}
	err = p.Run(context.Background(), []tensor.Value{nil}, []tensor.Value{nil}, plan.Options{})
	if !errors.Is(err, document.ErrInput) {
		t.Errorf("no value: %v", err)
	}
}
