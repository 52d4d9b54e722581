// Package labels turns scores into the labels that a classifier was fitted on.
//
// # Exactness
//
// Labels are exact. Of equal scores the first counts, as numpy.argmax has it;
// a NaN counts as the largest.
package labels
