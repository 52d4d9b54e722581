package pyobj

import (
	"strconv"
	"strings"

	"github.com/larder-ml/larder/pickle"
)

func itoa(i int) string { return strconv.Itoa(i) }

// keyText is the text by which a dict key is named: a string as it is, numbers,
// None and booleans as Python prints them. False for other kinds of key.
func keyText(k pickle.Value) (string, bool) {
	switch k.Kind() {
	case pickle.String:
		return strOf(k), true
	case pickle.Int:
		return strconv.FormatInt(k.Int(), 10), true
	case pickle.BigInt:
		return k.Big().String(), true
	case pickle.Bool:
		if k.Bool() {
			return "True", true
		}
		return "False", true
	case pickle.None:
		return "None", true
	case pickle.Float:
		return pickle.Repr(k.Float()), true
	case pickle.Instance:
		if x, err := Scalar(k); err == nil {
			switch x := x.(type) {
			case string:
				return x, true
			case int64:
				return strconv.FormatInt(x, 10), true
			case float64:
				return pickle.Repr(x), true
			case bool:
				if x {
					return "True", true
				}
				return "False", true
			}
		}
	}
	return "", false
}

var stepEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// escapeStep is one step of a path. A key that begins with "@" gets another,
// so that it cannot be taken for a part of an instance.
func escapeStep(key string) string {
	if strings.HasPrefix(key, "@") {
		key = "@" + key
	}
	return stepEscaper.Replace(key)
}

// joinStep puts an escaped step, or several, below a path.
func joinStep(path, step string) string {
	if path == "/" {
		path = ""
	}
	return path + "/" + step
}
