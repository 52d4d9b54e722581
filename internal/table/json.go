package table

import (
	"encoding/base64"
	"math"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// jsonValue is a value of a JSON text, whose meaning depends on who takes it:
// rows, records, a tensor, texts.
type jsonValue struct {
	*tape
	root   int
	limits document.Limits
}

// inputs are the parts of {"inputs": {"name": value, …}}, in their order; nil
// where the text is of another form. {"inputs": value} is just the value.
func (j *jsonValue) inputs() ([]part, error) {
	if j.nodes[j.root].kind != jObject {
		return nil, nil
	}
	value, other := -1, "nothing"
	for k, v := range j.pairs(j.root) {
		name, err := j.text(k)
		if err != nil {
			return nil, err
		}
		if name == "inputs" {
			value = v
		} else {
			other = quote(name)
		}
	}
	if value < 0 {
		return nil, j.fault(j.at(j.root), "an object without \"inputs\" (it has %s); a single record is an array of one", other)
	}
	if j.nodes[value].kind != jObject || j.b64(value) >= 0 {
		j.root = value
		return nil, nil
	}
	parts := []part{}
	seen := map[string]bool{}
	for k, v := range j.pairs(value) {
		name, err := j.text(k)
		if err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, j.fault(j.at(k), "%s twice", quote(name))
		}
		seen[name] = true
		parts = append(parts, part{name, func() (any, error) { return &jsonValue{j.tape, v, j.limits}, nil }})
	}
	return parts, nil
}

// b64 is the string of {"b64": "…"}; -1 for anything else.
func (j *jsonValue) b64(i int) int {
	if j.nodes[i].kind != jObject || int(j.nodes[i].n) != i+3 || !j.nodes[i+2].kind.text() || string(j.raw(i+1)) != "b64" {
		return -1
	}
	return i + 2
}

// str is the value of a string or of {"b64": …}.
func (j *jsonValue) str(i int) (string, bool, error) {
	if k := j.b64(i); k >= 0 {
		b, err := base64.StdEncoding.DecodeString(string(j.raw(k)))
		if err != nil {
			return "", false, j.fault(j.at(k), "b64: %v", err)
		}
		return string(b), true, nil
	}
	if !j.nodes[i].kind.text() {
		return "", false, nil
	}
	s, err := j.text(i)
	return s, true, err
}

// float is a number, or a string that stands for one.
func (j *jsonValue) float(i int) (float64, bool) {
	switch k := j.nodes[i].kind; {
	case k.number():
		return number(j.raw(i))
	case k == jNull:
		return math.NaN(), true
	case k == jTrue:
		return 1, true
	case k == jFalse:
		return 0, true
	case k == jString:
		switch string(j.raw(i)) {
		case "NaN":
			return math.NaN(), true
		case "Infinity":
			return math.Inf(1), true
		case "-Infinity":
			return math.Inf(-1), true
		}
	}
	return 0, false
}

// tensor is nested arrays as a tensor: text where all is text, else integers
// where all are, else floats. asText makes one of text even where there is
// nothing to tell it by.
func (j *jsonValue) tensor(asText bool) (*tensor.Tensor, error) {
	var shape []int
	for i := j.root; j.nodes[i].kind == jArray; {
		n := 0
		for range j.items(i) {
			n++
		}
		shape = append(shape, n)
		if n == 0 {
			break
		}
		i = j.first(i)
	}
	var leaves []int
	var walk func(i, depth int) error
	walk = func(i, depth int) error {
		isArray := j.nodes[i].kind == jArray
		if isArray != (depth < len(shape)) {
			return j.fault(j.at(i), "%s where the values before have %d dimensions", j.nodes[i].kind, len(shape))
		}
		if !isArray {
			leaves = append(leaves, i)
			return nil
		}
		n := 0
		for k := range j.items(i) {
			if err := walk(k, depth+1); err != nil {
				return err
			}
			n++
		}
		if n != shape[depth] {
			return j.fault(j.at(i), "an array of %d values, the first there has %d", n, shape[depth])
		}
		return nil
	}
	if err := walk(j.root, 0); err != nil {
		return nil, err
	}
	t, err := j.flat(leaves, asText)
	if err != nil {
		return nil, err
	}
	return t.Reshape(shape...)
}

// flat is scalars as a vector.
func (j *jsonValue) flat(leaves []int, asText bool) (*tensor.Tensor, error) {
	if n := len(leaves); n == 0 && asText || n > 0 && (j.nodes[leaves[0]].kind.text() && !j.isWord(leaves[0]) || j.b64(leaves[0]) >= 0 || asText) {
		out := make([]string, n)
		for i, k := range leaves {
			s, ok, err := j.str(k)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, j.fault(j.at(k), "%s where text is due", j.nodes[k].kind)
			}
			out[i] = s
		}
		return tensor.Of(out), nil
	}
	ints, truths := true, true
	for _, k := range leaves {
		kind := j.nodes[k].kind
		truths = truths && (kind == jTrue || kind == jFalse)
		ints = ints && (kind == jInt || kind == jTrue || kind == jFalse)
	}
	if len(leaves) == 0 {
		ints, truths = false, false
	}
	floats := make([]float64, len(leaves))
	var whole []int64
	if ints && !truths {
		whole = make([]int64, len(leaves))
	}
	for i, k := range leaves {
		v, ok := j.float(k)
		if !ok {
			return nil, j.fault(j.at(k), "%s is no number", j.show(k))
		}
		floats[i] = v
		if whole != nil {
			if whole[i], ok = integer(j.raw(k)); !ok {
				whole[i] = int64(v)
				if j.nodes[k].kind == jInt {
					whole = nil // past an int64
				}
			}
		}
	}
	switch {
	case truths:
		return bools(floats), nil
	case whole != nil:
		return tensor.Of(whole), nil
	}
	return tensor.Of(floats), nil
}

// isWord says whether a string stands for a number.
func (j *jsonValue) isWord(i int) bool {
	_, ok := j.float(i)
	return ok
}

func (j *jsonValue) show(i int) string {
	if k := j.nodes[i].kind; k.text() || k < jArray {
		return quote(string(j.raw(i)))
	}
	return j.nodes[i].kind.String()
}

// ragged is an array of arrays of different lengths.
func (j *jsonValue) ragged(asText bool) (*tensor.Ragged, error) {
	if j.nodes[j.root].kind != jArray {
		return nil, j.fault(j.at(j.root), "%s where an array of rows is due", j.nodes[j.root].kind)
	}
	var leaves []int
	splits := []int64{0}
	for i := range j.items(j.root) {
		if j.nodes[i].kind != jArray {
			return nil, j.fault(j.at(i), "%s where a row is due", j.nodes[i].kind)
		}
		for k := range j.items(i) {
			leaves = append(leaves, k)
		}
		splits = append(splits, int64(len(leaves)))
	}
	t, err := j.flat(leaves, asText)
	if err != nil {
		return nil, err
	}
	return &tensor.Ragged{Values: t, Splits: splits}, nil
}
