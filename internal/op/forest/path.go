package forest

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Path marks the nodes that each row passes: scikit-learn's decision_path.
//
// in: X [N, features] of T; out: sparse int64 [N, nodes of all trees], and
// int64 [trees+1], the first column of each tree and the number of columns.
type Path[T forest.Float] struct {
	Trees *Trees[T]
}

// Name is "forest path".
func (p *Path[T]) Name() string { return "forest path" }

// Infer checks X. The width is known when the trees are.
func (p *Path[T]) Infer(in []model.Fact) ([]model.Fact, error) {
	return []model.Fact{
		{Kind: model.Sparse, DType: tensor.Int64, Shape: []model.Dim{model.Rows, model.Unknown}},
		model.DenseFact(tensor.Int64, model.Dim(p.Trees.Count+1)),
	}, p.Trees.infer(in[0])
}

// Bind loads the trees.
func (p *Path[T]) Bind(b model.Binder, _ []model.Fact) (model.Kernel, error) {
	packed, err := p.Trees.pack(b)
	if err != nil {
		return nil, err
	}
	f := packed.walker.Forest()
	starts := make([]int64, 1, len(f.Trees)+1)
	for i := range f.Trees {
		starts = append(starts, starts[i]+int64(f.Trees[i].Nodes()))
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, n, err := p.Trees.rows(in[0])
		if err != nil {
			return err
		}
		s := &tensor.Sparse{Rows: n, Cols: int(starts[len(starts)-1]), Indptr: make([]int64, 1, n+1)}
		var path []int32
		for r := range n {
			if err := c.Err(); err != nil {
				return err
			}
			row := x[r*f.Features : (r+1)*f.Features]
			for t := range f.Trees {
				path = f.Trees[t].AppendPath(path[:0], row)
				for _, node := range path {
					s.Indices = append(s.Indices, starts[t]+int64(node))
				}
			}
			s.Indptr = append(s.Indptr, int64(len(s.Indices)))
		}
		ones := make([]int64, len(s.Indices))
		for i := range ones {
			ones[i] = 1
		}
		s.Data = tensor.Of(ones)
		out[0] = s
		copy(tensor.Data[int64](out[1].(*tensor.Tensor)), starts)
		return nil
	}, nil
}
