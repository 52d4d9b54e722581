package trees

import (
	"github.com/larder-ml/larder/internal/forest"
	"github.com/larder-ml/larder/model"
)

// Ensemble is trees whose nodes are read when they are first needed. All
// operations on one model share it.
type Ensemble struct {
	Features int
	Trees    int
	// Widths are the number of values of each output: classes, or 1 of a
	// regressor. The values of a node lie output by output, each padded to the
	// largest.
	Widths []int
	// Load reads the trees. Errors in them are found here and by the engine.
	Load func() ([]Tree, error)
	// Fault puts the place on an error of the engine.
	Fault func(*forest.Fault) error
}

// Tree is one tree.
type Tree struct {
	forest.Tree[float32]
	Values []float64 // nodes × outputs × the largest width
}

// width is the number of values of a node.
func (e *Ensemble) width() int { return len(e.Widths) * e.largest() }

func (e *Ensemble) largest() int {
	k := 0
	for _, w := range e.Widths {
		k = max(k, w)
	}
	return k
}

// loaded is the trees, compiled.
type loaded struct {
	trees  []Tree
	walker *forest.Walker[float32]
}

func (e *Ensemble) load(b model.Binder) (*loaded, error) {
	v, err := b.Pack(e, "walker", func() (any, error) {
		trees, err := e.Load()
		if err != nil {
			return nil, err
		}
		f := &forest.Forest[float32]{Features: e.Features, Trees: make([]forest.Tree[float32], len(trees))}
		for i := range trees {
			f.Trees[i] = trees[i].Tree
		}
		w, err := forest.Compile(f)
		if err != nil {
			return nil, e.located(err)
		}
		return &loaded{trees, w}, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*loaded), nil
}

func (e *Ensemble) located(err error) error {
	if f, ok := err.(*forest.Fault); ok && e.Fault != nil {
		return e.Fault(f)
	}
	return err
}

// sum is the trees with their values; normal says that the values of each
// output of each node are divided by their sum first.
func (e *Ensemble) sum(b model.Binder, normal bool) (*forest.Sum[float32, float64], error) {
	l, err := e.load(b)
	if err != nil {
		return nil, err
	}
	key := "values"
	if normal {
		key = "fractions"
	}
	v, err := b.Pack(e, key, func() (any, error) {
		p := &forest.Payload[float64]{Outputs: e.width(), Values: make([][]float64, len(l.trees))}
		for i := range l.trees {
			p.Values[i] = l.trees[i].Values
			if normal {
				p.Values[i] = e.fractions(l.trees[i].Values)
			}
		}
		s, err := forest.NewSum(l.walker, p)
		if err != nil {
			return nil, e.located(err)
		}
		return s, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*forest.Sum[float32, float64]), nil
}

// fractions divides counts by their sums, as predict_proba does before
// scikit-learn 1.3.
func (e *Ensemble) fractions(values []float64) []float64 {
	out := make([]float64, len(values))
	k := e.largest()
	for at := 0; k > 0 && at < len(values); at += e.width() {
		for o, w := range e.Widths {
			v := values[at+o*k : at+o*k+w]
			s := pairwise(v)
			if s == 0 {
				s = 1
			}
			for i, x := range v {
				out[at+o*k+i] = x / s
			}
		}
	}
	return out
}

// pairwise is numpy's sum over a contiguous axis.
func pairwise(v []float64) float64 {
	n := len(v)
	if n > 128 {
		h := n/2 - n/2%8
		return pairwise(v[:h]) + pairwise(v[h:])
	}
	var s float64
	i := 0
	if n >= 8 {
		var r [8]float64
		for ; i+8 <= n; i += 8 {
			for k := range r {
				r[k] += v[i+k]
			}
		}
		s = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
	}
	for ; i < n; i++ {
		s += v[i]
	}
	return s
}
