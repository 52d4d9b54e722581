package trees

import (
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Path marks the nodes that each row passes.
//
// in: [N, features] float32; out: int64 sparse [N, nodes of all trees], and for
// a forest the first node of each tree and the end, int64 [trees+1].
type Path struct {
	Ensemble *Ensemble
	Single   bool         // one tree: only the first output
	Index    tensor.DType // of the sparse matrix's indices
	// NaNRight sends missing values right at every node, whatever the tree
	// learned: what scikit-learn did here alone before 1.8.
	NaNRight bool
}

var _ model.Op = (*Path)(nil)

// Name is "decision path".
func (p *Path) Name() string { return "decision path" }

// Infer says the shapes; how many nodes there are is known when they are read.
func (p *Path) Infer(in []model.Fact) ([]model.Fact, error) {
	if err := takes(in[0], p.Ensemble.Features); err != nil {
		return nil, err
	}
	out := []model.Fact{{Kind: model.Sparse, DType: tensor.Int64, Shape: []model.Dim{in[0].Shape[0], model.Unknown}}}
	if !p.Single {
		out = append(out, model.DenseFact(tensor.Int64, model.Dim(p.Ensemble.Trees+1)))
	}
	return out, nil
}

// Bind compiles the trees.
func (p *Path) Bind(b model.Binder, in []model.Fact) (model.Kernel, error) {
	l, err := p.Ensemble.load(b)
	if err != nil {
		return nil, err
	}
	first := make([]int64, len(l.trees)+1)
	for i := range l.trees {
		first[i+1] = first[i] + int64(l.trees[i].Nodes())
	}
	return func(c *model.Call, in, out []model.Value) error {
		x, n := dense(in[0])
		f := p.Ensemble.Features
		s := &tensor.Sparse{Rows: n, Cols: int(first[len(l.trees)]), Indptr: make([]int64, n+1), IndexDType: p.Index}
		var nodes []int32
		for r := range n {
			if r%1024 == 1023 {
				if err := c.Err(); err != nil {
					return err
				}
			}
			for t := range l.trees {
				tree := l.trees[t].Tree
				if p.NaNRight {
					tree.DefaultLeft = nil
				}
				nodes = tree.AppendPath(nodes[:0], x[r*f:(r+1)*f])
				for _, node := range nodes {
					s.Indices = append(s.Indices, first[t]+int64(node))
				}
			}
			s.Indptr[r+1] = int64(len(s.Indices))
		}
		ones := make([]int64, len(s.Indices))
		for i := range ones {
			ones[i] = 1
		}
		s.Data = tensor.Of(ones)
		out[0] = s
		if len(out) > 1 {
			copy(tensor.Data[int64](out[1].(*tensor.Tensor)), first)
		}
		return nil
	}, nil
}
