package model

import (
	"strconv"
	"strings"

	"github.com/larder-ml/larder/tensor"
)

// ParseParam reads the text of a parameter, as a command line or a form gives
// it: a number, true or false, text, or several separated by "," or ":".
func ParseParam(s *Signature, name, text string) (tensor.Value, error) {
	for i := range s.Params {
		if p := &s.Params[i]; p.Name == name {
			return p.parse(text)
		}
	}
	var names []string
	for _, p := range s.Params {
		names = append(names, p.Name)
	}
	if names == nil {
		return nil, Inputf("%s has no parameters, so none is called %q", s.Name, name)
	}
	return nil, Inputf("%s has no parameter %q, only %s", s.Name, name, strings.Join(names, ", "))
}

func (p *Port) parse(text string) (tensor.Value, error) {
	fields := []string{text}
	if len(p.Shape) > 0 {
		fields = strings.FieldsFunc(strings.Trim(text, "[]()"), func(r rune) bool { return r == ',' || r == ':' || r == ' ' })
		if n := p.Shape[0]; n >= 0 && len(fields) != int(n) {
			return nil, Inputf("parameter %s takes %d values, not %q", p.Name, n, text)
		}
	}
	t := tensor.New(p.DType, len(fields))
	for i, f := range fields {
		if err := p.put(t, i, strings.TrimSpace(f)); err != nil {
			return nil, err
		}
	}
	if len(p.Shape) == 0 {
		return t.Reshape()
	}
	return t, nil
}

func (p *Port) put(t *tensor.Tensor, i int, text string) error {
	var err error
	switch p.DType {
	case tensor.String:
		tensor.Data[string](t)[i] = text
	case tensor.Bool:
		tensor.Data[bool](t)[i], err = strconv.ParseBool(strings.ToLower(text))
	case tensor.Int64:
		tensor.Data[int64](t)[i], err = strconv.ParseInt(text, 10, 64)
	case tensor.Float32:
		var v float64
		v, err = strconv.ParseFloat(text, 32)
		tensor.Data[float32](t)[i] = float32(v)
	case tensor.Float64:
		tensor.Data[float64](t)[i], err = strconv.ParseFloat(text, 64)
	default:
		return Unsupportedf("parameter %s of %s from text", p.Name, p.DType)
	}
	if err != nil {
		return Inputf("parameter %s: %q is no %s", p.Name, text, p.DType)
	}
	return nil
}
