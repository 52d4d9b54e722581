package op

import "strconv"

// Itoa prints the number of a column that has no name.
func Itoa(i int) string { return strconv.Itoa(i) }
