//go:build unix

package plan_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/plan"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func TestAKernelOnAMapThatShrankIsErrCorruptOnEveryThread(t *testing.T) {
	page := os.Getpagesize()
	name := filepath.Join(t.TempDir(), "weights")
	if err := os.WriteFile(name, make([]byte, 4*page), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := document.MapFile(name, document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	b, err := document.ReadAll(src, "", document.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	weights, err := tensor.FromBytes(tensor.Float64, b, len(b)/8)
	if err != nil {
		t.Fatal(err)
	}
	p := signed(t, matrixPort(), func(b *model.Builder, x model.Ref) []model.Ref {
		return []model.Ref{b.Add(gives(rowsBy2, func(c *model.Call, in, out []model.Value) error {
			y := tensor.Data[float64](out[0].(*tensor.Tensor))
			for i, v := range tensor.Data[float64](in[0].(*tensor.Tensor)) {
				y[i] = v + weights.Float(weights.Len()-1)
			}
			return nil
		}), x)}
	})
	x := tensor.New(tensor.Float64, 1000, 2)
	tensor.Data[float64](x)[1] = 3
	if got := ask(t, p, 2, x)[0].(*tensor.Tensor).Float(1); got != 3 {
		t.Fatalf("before: %v", got)
	}
	if err := os.Truncate(name, int64(page)); err != nil {
		t.Fatal(err)
	}
	for _, threads := range []int{1, 2, 8} {
		err := p.Run(context.Background(), []tensor.Value{x}, []tensor.Value{nil}, plan.Options{Threads: threads})
		if !errors.Is(err, document.ErrCorrupt) {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
	if err := os.Truncate(name, int64(4*page)); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, p, 2, x)[0].(*tensor.Tensor).Float(1); got != 3 {
		t.Errorf("the plan after faults: %v", got)
	}
}
