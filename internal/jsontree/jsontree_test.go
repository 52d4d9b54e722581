package jsontree

import (
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

func TestScanBlocksAgreesWithScanEach(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"0", "1", "-", "+", ".", "e", "E", ",", "]", "12", "0.5", "-1", "5E-1", ",1", ",-2.5e+10", "1.25E0,", "00", "123456789"}
	good := 0
	for range 200_000 {
		var s strings.Builder
		for range r.IntN(24) {
			if r.IntN(12) > 0 {
				for range r.IntN(4) {
					s.WriteString(pieces[9+r.IntN(3)] + ",")
				}
				s.WriteString(pieces[9+r.IntN(4)])
				s.WriteByte(',')
			} else {
				s.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
		if s.Len() > 0 && s.String()[s.Len()-1] == ',' {
			s.WriteString("7")
		}
		s.WriteByte(']')
		b := []byte(s.String())
		end, count, integral, ok := scanBlocks(b, 0)
		end2, count2, integral2, _, ok2 := scanEach(b, 0)
		if ok != ok2 || ok && (end != end2 || count != count2 || integral != integral2) {
			t.Fatalf("%s: blocks %v %d %d %v, each %v %d %d %v", b, ok, end, count, integral, ok2, end2, count2, integral2)
		}
		if ok {
			good++
		}
	}
	if good < 20_000 {
		t.Errorf("only %d good arrays", good)
	}
}

func TestFloatsAreRoundedOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := 500_000
	if testing.Short() {
		n = 200_000
	}
	for k := range n {
		var s string
		switch k % 6 {
		case 0:
			s = string(appendFloat(nil, float64(math.Float32frombits(r.Uint32()&0x7f7fffff)), 32))
		case 1:
			s = strconv.FormatFloat(math.Float64frombits(r.Uint64()&^(1<<62)), 'e', r.IntN(18), 64)
		case 2: // near the middle between two floats
			f := math.Float32frombits(r.Uint32() & 0x7f7fffff)
			g := math.Nextafter32(f, 4)
			s = strconv.FormatFloat((float64(f)+float64(g))/2, 'g', 8+r.IntN(14), 64)
		case 3:
			s = strconv.Itoa(int(r.Uint32())) + "." + strconv.Itoa(int(r.Uint32()>>r.IntN(30)))
		case 4:
			s = strconv.FormatUint(r.Uint64()>>r.IntN(60), 10) + "E" + strconv.Itoa(r.IntN(100)-60)
		case 5: // an odd number of float64 half steps
			f := math.Float32frombits(r.Uint32()&0x3fffff | 0x3f000000 + r.Uint32N(64)<<23)
			s = strconv.FormatFloat(float64(f)+float64(math.Nextafter32(f, 1e9)-f)/2, 'f', -1, 64)
		}
		if strings.ContainsAny(s, "NI") {
			continue
		}
		if r.IntN(2) == 0 {
			s = "-" + strings.TrimPrefix(s, "-")
		}
		want, _ := strconv.ParseFloat(s, 32)
		got, end := parseFloat32([]byte(s+","), 0)
		if math.Float32bits(got) != math.Float32bits(float32(want)) || end != len(s) {
			t.Fatalf("%s: float32 %v, want %v; end %d of %d", s, got, want, end, len(s))
		}
		want, _ = strconv.ParseFloat(s, 64)
		got64, end := parseFloat64([]byte(s+","), 0)
		if math.Float64bits(got64) != math.Float64bits(want) || end != len(s) {
			t.Fatalf("%s: float64 %v, want %v", s, got64, want)
		}
	}
}

func TestParse(t *testing.T) {
	tr, err := Parse([]byte(` {"a":[1,2, 3],"b":{"c":"x\né😀","d":[true,false]},"e":[1,"a",null,[],{}],"f":-1.5E2, "g":[NaN,-Infinity,1e0]} `), Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]Kind{"/": Object, "/a": Numbers, "/b/c": String, "/b/d": Bools, "/e": Array, "/e/2": Null, "/e/3": Array, "/e/4": Object, "/f": Number, "/g": Numbers} {
		n, err := tr.At(path)
		if err != nil || n.Kind() != kind || n.Path() != path {
			t.Errorf("%s: %v %v %v", path, n.Kind(), n.Path(), err)
		}
	}
	n, _ := tr.At("/b/c")
	if s, err := n.Str(); s != "x\né😀" || err != nil {
		t.Errorf("%q %v", s, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]int64{
		"": 0, " ": 1, "{": 1, "[": 1, "[1": 2, "[1,": 3, "[1,]": 3, `{"a"}`: 4, `{"a":}`: 5, `{"a":1,}`: 7,
		"1 2": 2, "01": 1, "[01]": 2, "[1,02,3]": 4, "-": 1, "+1": 0, ".5": 0, "1.": 2, "1e": 2, "[1.]": 3, "nan": 0, "[nan]": 1, "Nan": 0,
		"tru": 0, "truex": 4, `"a`: 2, "\"\x01\"": 1, `"\x"`: 1, `"\u12"`: 1, "\"\xff\"": 1, "\"a\xc3\"": 2,
		`{"a":1,"a":2}`: 7, `{"a":1,"b":2,"\u0061":2}`: 13, "\xef\xbb\xbf1": 0, "[1}": 2, "{]": 1, "[1 2]": 3, "[true,1,]": 8, "[true false]": 6,
	} {
		_, err := Parse([]byte(in), Decoder{})
		var e *document.Error
		if !errors.Is(err, document.ErrCorrupt) || !errors.As(err, &e) || e.Offset != want {
			t.Errorf("%q: %v, want offset %d", in, err, want)
		}
	}
}
