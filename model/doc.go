// Package model says what a saved model means: which things were saved
// ([Object]), what can be computed from them ([Graph]), and how one asks
// ([Signature]). It is data: nothing here reads a file or computes an answer.
//
// # Terminology
//
// An Object is something that was saved: an estimator, a layer, a booster. It
// has a class, a version, a configuration, parameters, and children. What it
// can be asked for are its Methods; a Method wires Nodes into a Graph. A Node
// names an Object, the method it serves, and the Op that does the work. One
// forest object serves predict, predict_proba and apply; a shared layer is one
// object and two nodes.
//
// An Op is arithmetic without data of its own kind: it says what it gives for
// what it takes ([Op].Infer) and binds to a [Kernel] once that is known
// ([Op].Bind). A Port is a named hole of a signature; a Fact is what is known
// of a value before it exists.
//
// # Rows
//
// A leading dimension is a property of a port, not of models: a shape whose
// first dimension is [Rows] has rows, and all ports that have them have
// equally many.
package model
