package document

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Plain is v as encoding/json can write it and as the command line's contract
// spells it: NaN and infinities are strings, bytes are {"b64": …}, big integers
// are numbers with all their digits. Containers deeper than 200 end in "…".
func Plain(v any) any { return plain(v, 0) }

func plain(v any, depth int) any {
	if depth > 200 {
		return "…"
	}
	switch v := v.(type) {
	case float64:
		return plainFloat(v, 64)
	case float32:
		return plainFloat(float64(v), 32)
	case []byte:
		return map[string]string{"b64": base64.StdEncoding.EncodeToString(v)}
	case *big.Int:
		return number(v.String())
	case complex128:
		return map[string]any{"re": plainFloat(real(v), 64), "im": plainFloat(imag(v), 64)}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i], depth+1)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = plain(v[k], depth+1)
		}
		return out
	case nil, bool, string, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64,
		[]string, []int, map[string]string, number:
		return v
	}
	return fmt.Sprint(v)
}

func plainFloat(v float64, bits int) any {
	switch {
	case v != v:
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	s := strconv.FormatFloat(v, 'g', -1, bits)
	if !strings.ContainsAny(s, ".e") {
		s += ".0" // a float that is whole stays a float
	}
	return number(s)
}

// number is a JSON number by its text.
type number string

func (n number) MarshalJSON() ([]byte, error) { return []byte(n), nil }
