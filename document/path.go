package document

import "strings"

var escaper = strings.NewReplacer("~", "~0", "/", "~1")
var unescaper = strings.NewReplacer("~1", "/", "~0", "~")

// Join adds one step to a path. The root may be "" or "/".
func Join(path, step string) string {
	if path == "/" {
		path = ""
	}
	return path + "/" + escaper.Replace(step)
}

// Split is the steps of a path; none for the root.
func Split(path string) []string {
	path = strings.TrimPrefix(path, "/")
	if path == "" {
		return nil
	}
	steps := strings.Split(path, "/")
	for i, s := range steps {
		steps[i] = unescaper.Replace(s)
	}
	return steps
}
