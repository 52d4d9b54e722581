// Package plan turns a graph into something that runs: it infers, binds,
// allocates and runs, and knows no single op.
//
// # Terminology
//
// A Plan is one graph compiled for inputs of which certain facts hold. It is
// immutable and safe for concurrent use; what a run needs for itself (the
// values between nodes, scratch memory) is a workspace, taken from a pool. A
// Program is one signature with its plans: one for each combination of facts
// that callers bring, at most eight, the least recently used is dropped. A
// Store keeps what ops pack (compiled forests, packed weights) for all
// programs of one model.
//
// # Memory
//
// A value between two nodes lives in the workspace and is reused by the next
// run, so that a warm call allocates nothing but its answers. Answers never
// share memory with the workspace, the inputs or the file.
//
// # Rows and threads
//
// Where all inputs and outputs of a signature have rows, a call of many rows
// is cut into parts that run side by side, each with its own workspace.
package plan
