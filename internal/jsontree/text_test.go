package jsontree

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestStrings(t *testing.T) {
	for _, c := range []struct{ text, rfc, xgboost string }{
		{`""`, "", ""},
		{`"plain"`, "plain", "plain"},
		{`"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t", "\"\\/\b\f\n\r\t"},
		{`"\u00e9é"`, "éé", `\u00e9é`},
		{`"\ud83d\ude00😀"`, "😀😀", `\ud83d\ude00😀`},
		{`"\uD83D\uDE00"`, "😀", `\uD83D\uDE00`},
		{`"\ud83d"`, "\xed\xa0\xbd", `\ud83d`},
		{`"\ude00\ud83d"`, "\xed\xb8\x80\xed\xa0\xbd", `\ude00\ud83d`},
		{`"\ud83d\ud83d\ude00"`, "\xed\xa0\xbd😀", `\ud83d\ud83d\ude00`},
		{`"\ud83d\n"`, "\xed\xa0\xbd\n", "\\ud83d\n"},
		{`"\u0000"`, "\x00", `\u0000`},
		{"\"\x7f\"", "\x7f", "\x7f"},
		{`"C:\users"`, "-", `C:\users`},
	} {
		for d, want := range []string{c.rfc, c.xgboost} {
			tr, err := Parse([]byte(c.text), Decoder{Dialect: Dialect(d)})
			if want == "-" {
				if err == nil {
					t.Errorf("%s: no error", c.text)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
				continue
			}
			if got, err := tr.Root().Str(); got != want || err != nil {
				t.Errorf("%s: %q %v, want %q", c.text, got, err, want)
			}
			same(t, c.text, written(t, tr.Root(), Source), c.text)
			if got := string(tr.Root().XGBoostString()); got != c.xgboost {
				t.Errorf("%s: %q to XGBoost, want %q", c.text, got, c.xgboost)
			}
		}
	}
}

// What is escaped reads back the same, here and in encoding/json.
func TestEscape(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	alphabet := []string{"a", "é", "木", "😀", "\\", "\"", "\n", "\x00", "\x1f", "\x7f", "u", "/", "\xed\xa0\x80", "\xed\xbf\xbf", "\u2028"}
	for range 20_000 {
		var s strings.Builder
		for range r.IntN(20) {
			s.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		if strings.Contains(s.String(), "\xed\xa0\x80\xed\xbf\xbf") {
			continue // not WTF-8: a pair is one character
		}
		text := append(escape([]byte{'"'}, []byte(s.String())), '"')
		tr, err := Parse(text, Decoder{})
		if err != nil {
			t.Fatalf("%q: %s: %v", s.String(), text, err)
		}
		if got, _ := tr.Root().Str(); got != s.String() {
			t.Fatalf("%q: %s: %q", s.String(), text, got)
		}
		if utf8.ValidString(s.String()) {
			var got string
			if err := json.Unmarshal(text, &got); err != nil || got != s.String() {
				t.Fatalf("%q: %s: %q %v", s.String(), text, got, err)
			}
		}
	}
}

// A float that is written reads back as itself, in no more digits than the
// standard library needs.
func TestFormatFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 300_000 {
		bits := r.Uint32()
		if r.IntN(2) == 0 {
			bits &^= 1<<uint(r.IntN(24)) - 1 // few digits
		}
		f := math.Float32frombits(bits)
		if f != f {
			continue
		}
		s := FormatFloat32(f)
		back, end := parseFloat32([]byte(s), 0)
		if math.Float32bits(back) != bits || end != len(s) {
			t.Fatalf("%x: %s: %x", bits, s, math.Float32bits(back))
		}
		if std := strconv.FormatFloat(float64(f), 'E', -1, 32); !math.IsInf(float64(f), 0) && strings.IndexByte(s, 'E') != strings.IndexByte(std, 'E') {
			t.Fatalf("%s, %s in the standard library", s, std)
		}
	}
	for want, v := range map[string]float32{"0E0": 0, "-0E0": float32(math.Copysign(0, -1)), "5E-1": 0.5, "1.6666666E1": 50. / 3, "1E-45": math.SmallestNonzeroFloat32, "3.4028235E38": math.MaxFloat32, "1E10": 1e10,
		"NaN": float32(math.NaN()), "Infinity": float32(math.Inf(1)), "-Infinity": float32(math.Inf(-1)), "2.4414062E-4": 0x1p-12} {
		if got := FormatFloat32(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

// Documents of encoding/json are read as encoding/json reads them.
func TestAgreesWithStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	pieces := []string{"{", "}", "[", "]", ",", ":", `"a"`, `"b"`, "1", "-0.5e3", "true", "null", " ", "\n", `""`, "01", "1.", `"\u00e9"`, "[1,2,3]", "[true, false]", `{"c":[1 , 2]}`}
	valid := 0
	for range 300_000 {
		var s strings.Builder
		for range 1 + r.IntN(9) {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		_, err := Parse([]byte(s.String()), Decoder{})
		ok := json.Valid([]byte(s.String()))
		if ok && err != nil && !strings.Contains(err.Error(), "for the second time") || !ok && err == nil {
			t.Fatalf("%q: %v, encoding/json says %v", s.String(), err, ok)
		}
		if ok {
			valid++
		}
	}
	if valid < 5000 {
		t.Errorf("only %d documents", valid)
	}
}
