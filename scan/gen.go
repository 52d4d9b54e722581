package scan

//go:generate go run ../testdata/hostile/gen ../testdata/hostile
