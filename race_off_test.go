//go:build !race

package larder_test

const raceDetector = false
