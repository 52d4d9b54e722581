//go:build !race

package plan_test

const pools = true
