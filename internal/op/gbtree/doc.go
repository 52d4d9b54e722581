// Package gbtree is gradient-boosted trees and linear boosters as XGBoost
// computes them: margins, leaves, contributions, and what an objective makes of
// a margin.
//
// # Terminology
//
// The margin is the sum of leaf values on top of the base score, before the
// objective's transform. A round (iteration) is the trees of one boosting step;
// Rounds[i] is the first tree of round i. A group is an output: a class or a
// target. Cover is the sum of hessians of a node.
//
// # Arithmetic
//
// All of it is float32 in the order of XGBoost's own loops, without fused
// multiply-add, so answers are equal bit for bit. Contributions follow the
// path-dependent TreeSHAP of XGBoost 1.0 to 3.2 (Lundberg, Erion and Lee,
// arXiv 1802.03888, algorithm 2); 3.3 and later compute the same values by
// quadrature and differ in the last bits.
//
// # How data gets in
//
// Booster.predict goes through a DMatrix, which takes fewer columns than the
// model has (the rest is missing) and refuses infinity; the scikit-learn
// wrapper predicts in place, which wants all columns and takes infinity. [Input]
// says which. Zero rows answer an empty vector, whatever the shape for more.
//
// # Limits
//
// Contributions recurse over a tree and are refused for trees deeper than 1000.
package gbtree
