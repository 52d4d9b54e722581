//go:build race

package larder_test

// raceDetector: pools drop values at random under it, so allocations say nothing.
const raceDetector = true
