// Package losslessjson is Larder's lossless JSON: a pickle, a joblib file or an
// XGBoost document spelt as JSON that a person can read and from which the
// original bytes come back.
package losslessjson
