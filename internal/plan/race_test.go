//go:build race

package plan_test

// The race detector makes pools forget, so that calls allocate.
const pools = false
