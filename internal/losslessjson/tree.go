package losslessjson

import (
	"bytes"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/ubjson"
)

// WriteTree writes an XGBoost document as lossless JSON. format is
// "xgboost-json" or "xgboost-ubj", and says what the tree was parsed from. What
// the value does not bring back stands as it is, under "raw".
func WriteTree(w io.Writer, format string, t *jsontree.Tree) error {
	var file bytes.Buffer
	var name string
	var err error
	switch format {
	case formats[jsonName]:
		name, err = jsonName, jsontree.WriteJSON(&file, t.Root(), jsontree.Source)
	case formats[ubjsonName]:
		name, err = ubjsonName, ubjson.Write(&file, t.Root())
	default:
		err = document.Errorf(document.ErrUnsupported, format, "", -1, "not written as lossless JSON")
	}
	if err != nil {
		return err
	}
	var out bytes.Buffer
	p := newPrinter(&out)
	p.object(lines)
	p.key("larder")
	p.str(name)
	p.key("value")
	if name == jsonName {
		p.atomBytes(appendLegal(nil, file.Bytes()))
	} else {
		p.ubjson(t)
	}
	p.close()
	if err := p.end(); err != nil {
		return err
	}
	if f, err := Parse(out.Bytes(), trusted); err == nil {
		if got, err := f.Bytes(); err == nil && bytes.Equal(got, file.Bytes()) {
			_, err := w.Write(out.Bytes())
			return err
		}
	}
	p = newPrinter(w)
	p.object(lines)
	p.key("larder")
	p.str(name)
	p.key("raw")
	p.textOrBytes(file.Bytes())
	p.close()
	return p.end()
}

// tokens are those of XGBoost that JSON does not have.
var tokens = []string{"NaN", "-NaN", "Infinity", "-Infinity"}

// appendLegal appends a text of JSON with {"$float": "NaN"} in place of tokens
// that JSON does not have, and keys that begin with a dollar with two.
func appendLegal(out, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c == '"' {
			end := stringEnd(text, i)
			if end < len(text) && text[end] == ':' && text[i+1] == '$' {
				out = append(out, `"$`...)
				i++
			}
			out = append(out, text[i:end]...)
			i = end
			continue
		}
		if c == 'N' || c == 'I' || c == '-' && i+1 < len(text) && (text[i+1] == 'N' || text[i+1] == 'I') {
			for _, t := range tokens {
				if bytes.HasPrefix(text[i:], []byte(t)) {
					out = append(append(append(out, `{"$float":"`...), t...), `"}`...)
					i += len(t)
					break
				}
			}
			continue
		}
		out = append(out, c)
		i++
	}
	return out
}

// stringEnd is the index after the string that begins at i. The text is JSON
// that was just written.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(text))
}

// jsonBytes is the text of a JSON document again, without white space.
func jsonBytes(root jsontree.Node) ([]byte, error) {
	if raw := child(root, "raw"); raw.Valid() {
		if err := keys(root, "larder", "raw"); err != nil {
			return nil, err
		}
		return bytesOf(raw)
	}
	if err := keys(root, "larder", "value"); err != nil {
		return nil, err
	}
	value, err := need(root, "value")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := jsontree.WriteJSON(&text, value, jsontree.Source); err != nil {
		return nil, err
	}
	return appendTokens(value, text.Bytes())
}

// appendTokens is the inverse of appendLegal.
func appendTokens(value jsontree.Node, text []byte) ([]byte, error) {
	out := make([]byte, 0, len(text))
next:
	for i := 0; i < len(text); {
		c := text[i]
		if c == '{' && bytes.HasPrefix(text[i:], []byte(`{"$float":"`)) {
			for _, t := range tokens {
				if spelt := `{"$float":"` + t + `"}`; bytes.HasPrefix(text[i:], []byte(spelt)) {
					out = append(out, t...)
					i += len(spelt)
					continue next
				}
			}
		}
		if c != '"' {
			out = append(out, c)
			i++
			continue
		}
		end := stringEnd(text, i)
		s := text[i:end]
		if end < len(text) && text[end] == ':' && s[1] == '$' {
			if s[2] != '$' {
				return nil, value.Errorf(document.ErrCorrupt, "key %.40s: one that begins with a dollar is written with two", s)
			}
			out = append(out, '"')
			s = s[2:]
		}
		out = append(out, s...)
		i = end
	}
	return out, nil
}
