package pyobj

import (
	"unicode/utf8"

	"github.com/larder-ml/larder/pickle"
)

// Bytes is the content of a value that is bytes or bytearray in whatever form
// its protocol has for them; false for other values. It shares the file's
// memory where the file has the bytes as they are.
//
//	protocol 3 and later   BINBYTES…, BYTEARRAY8; a read-only buffer over one
//	protocol 0 to 2        _codecs.encode(text, 'latin1'); bytes() where empty;
//	                       bytearray(text, 'latin-1')
//	protocol 3 and 4       bytearray(bytes)
//	Python 2               str
func Bytes(v pickle.Value) ([]byte, bool) { return bytesOf(v, nil) }

func bytesOf(v pickle.Value, e *Env) ([]byte, bool) {
	for range 4 { // bytearray(bytes) and views: never deeper in what a pickler writes
		switch v.Kind() {
		case pickle.Bytes, pickle.ByteArray:
			return v.Bytes(), true
		case pickle.String:
			if v.Python2() {
				return v.Bytes(), true
			}
			return nil, false
		case pickle.Buffer:
			if w := v.Viewed(); w.IsValid() {
				v = w
				continue
			}
			if n, _ := v.Buffer(); e != nil && n >= 0 && n < len(e.Buffers) {
				return e.Buffers[n], true
			}
			return nil, false
		case pickle.Instance:
			args := v.Args()
			if args.Kind() != pickle.Tuple {
				return nil, false
			}
			switch c := className(v.Callable(), nil); {
			case c == "_codecs.encode" && args.Len() == 2:
				text, codec := args.Item(0), args.Item(1)
				if text.Kind() != pickle.String || text.Python2() || !isLatin1(codec) {
					return nil, false
				}
				return latin1(text.Bytes())
			case c == "builtins.bytes" || c == "builtins.bytearray":
				switch {
				case args.Len() == 0:
					return []byte{}, true
				case args.Len() == 2 && args.Item(0).Kind() == pickle.String && isLatin1(args.Item(1)):
					return latin1(args.Item(0).Bytes())
				case args.Len() == 1:
					v = args.Item(0)
					continue
				}
			}
			return nil, false
		default:
			return nil, false
		}
	}
	return nil, false
}

func isLatin1(v pickle.Value) bool {
	if v.Kind() != pickle.String {
		return false
	}
	s := v.Str()
	return s == "latin1" || s == "latin-1"
}

// latin1 encodes UTF-8 as Latin-1; false where a character has no place in it.
func latin1(s []byte) ([]byte, bool) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			out = append(out, s[i])
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if r > 0xff || r == utf8.RuneError {
			return nil, false
		}
		out = append(out, byte(r))
		i += n
	}
	return out, true
}

// payload is the value that holds the very bytes that Bytes answers, if some
// value does, for offsets and edits.
func payload(v pickle.Value) (pickle.Value, bool) {
	for range 4 {
		switch v.Kind() {
		case pickle.Bytes, pickle.ByteArray:
			return v, true
		case pickle.String:
			return v, v.Python2()
		case pickle.Buffer:
			v = v.Viewed()
		case pickle.Instance:
			args := v.Args()
			if c := className(v.Callable(), nil); args.Kind() != pickle.Tuple || args.Len() == 0 ||
				c != "_codecs.encode" && c != "builtins.bytes" && c != "builtins.bytearray" {
				return pickle.Value{}, false
			}
			v = args.Item(0)
			if v.Kind() == pickle.String {
				return v, true
			}
		default:
			return pickle.Value{}, false
		}
	}
	return pickle.Value{}, false
}
