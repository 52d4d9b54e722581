// Package larder opens, checks, converts and runs saved machine-learning
// models: Python pickles and joblib files of scikit-learn and XGBoost models,
// and XGBoost's JSON and UBJSON. It needs no Python and no cgo, and executes
// nothing that is in a file.
//
//	m, err := larder.Open(ctx, "model.pkl")
//	if err != nil { … }
//	defer m.Close()
//	y, err := m.Predict(ctx, tensor.Of(rows, n, 30))
//
// # Terminology
//
// A file is parsed into a document (everything that its bytes say), the
// document is lifted to a model (what it means), and a model's signatures
// ("predict", "predict_proba", …) are compiled into plans, which run. Transport
// turns a document into another form of the same document, byte-exact both
// ways; translation goes through the model.
//
// # Safety
//
// [Open] and [Load] scan a file before they lift it and refuse with ErrUnsafe
// what the original loader would have run. There is no switch to turn that
// off. [Limits] stand on every length, depth and count.
//
// # Errors
//
// Every error wraps one of the sentinels of package document (ErrFormat,
// ErrCorrupt, ErrUnsupported, ErrLimit, ErrUnsafe, ErrInput, ErrLoss,
// ErrClosed), an I/O error or the context's.
//
// # Concurrency
//
// A Model is safe for concurrent use; Close waits for calls in flight.
//
// # Stability
//
// See docs/stability.md: the command line's contract is stable; this API
// follows semantic versions and is at 0.x.
package larder
