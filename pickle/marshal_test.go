package pickle

import (
	"errors"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

type point struct {
	_    struct{} `pickle:"class=geometry.Point"`
	X    float64  `pickle:"x"`
	Name string   `pickle:"name"`
}

type tree struct {
	Left, Right *tree `pickle:",omitempty"`
	Parent      *tree
	hidden      int
}

type every struct {
	B    bool
	I    int8
	U    uint64
	F    float32
	C    complex128
	S    string
	P    []byte
	Q    [3]byte
	L    []int
	A    [2]string
	M    map[string]int
	K    map[int]bool
	Set  map[string]struct{}
	Any  any
	Big  *big.Int
	Big2 big.Int
	Nil  *int
	Ptr  *string
	T    TupleOf
	Obj  point
	Skip int `pickle:"-"`
	embedded
}

type embedded struct {
	Inner int `pickle:"inner"`
}

func bigOf(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 10)
	return n
}

// TestMarshalGolden holds Marshal to what pickle.dumps writes.
func TestMarshalGolden(t *testing.T) {
	for _, c := range []struct {
		v     any
		proto int
		want  string
	}{
		{map[string]any{"a": 1, "b": []any{1.5, nil, true}, "c": []byte("xy"), "d": "é", "e": [2]int{1, 2}, "f": bigOf("1180591620717411303424")}, 4, "\x80\x04\x95I\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x01a\x94K\x01\x8c\x01b\x94]\x94(G?\xf8\x00\x00\x00\x00\x00\x00N\x88e\x8c\x01c\x94C\x02xy\x94\x8c\x01d\x94\x8c\x02\xc3\xa9\x94\x8c\x01e\x94K\x01K\x02\x86\x94\x8c\x01f\x94\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00@u."},
		{point{X: 1.5, Name: "a"}, 4, "\x80\x04\x956\x00\x00\x00\x00\x00\x00\x00\x8c\x08geometry\x94\x8c\x05Point\x94\x93\x94)\x81\x94}\x94(\x8c\x01x\x94G?\xf8\x00\x00\x00\x00\x00\x00\x8c\x04name\x94\x8c\x01a\x94ub."},
		{[]int{1, 2, 3}, 2, "\x80\x02]q\x00(K\x01K\x02K\x03e."},
	} {
		b, err := MarshalWith(c.v, EncodeOptions{Protocol: c.proto})
		if err != nil || string(b) != c.want {
			t.Errorf("%v: %v\n%q\n%q", c.v, err, b, c.want)
		}
	}
}

// TestMarshalRound takes values through every protocol and back.
func TestMarshalRound(t *testing.T) {
	s := "pointed"
	in := every{true, -5, 1 << 63, 1.5, 2 + 3i, "text", []byte{0, 255}, [3]byte{1, 2, 3}, []int{1, -2}, [2]string{"a", "b"},
		map[string]int{"k": 1}, map[int]bool{1: true, 2: false}, map[string]struct{}{"x": {}, "y": {}},
		[]any{nil, int64(1), "x", 2.5, map[string]any{"d": false}, TupleOf{int64(1)}, []byte("z")},
		bigOf("-99999999999999999999999"), *bigOf("99999999999999999999999"), nil, &s, TupleOf{"t", int64(1)},
		point{X: 2, Name: "n"}, 0, embedded{7}}
	for p := 0; p <= 5; p++ {
		b, err := MarshalWith(in, EncodeOptions{Protocol: p})
		if err != nil {
			t.Fatal(err)
		}
		if p < 2 {
			// below protocol 2 an object is a call of copyreg._reconstructor,
			// which Unmarshal does not take for an object
			var x map[string]any
			if err := Unmarshal(b, &x); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var out every
		if err := Unmarshal(b, &out); err != nil {
			t.Fatalf("protocol %d: %v", p, err)
		}
		if !reflect.DeepEqual(in, out) {
			t.Errorf("protocol %d:\n%+v\n%+v", p, in, out)
		}
	}
}

// TestMarshalCycles holds identity both ways.
func TestMarshalCycles(t *testing.T) {
	root := &tree{hidden: 1}
	root.Left = &tree{Parent: root}
	root.Right = root.Left
	b, err := Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	var out *tree
	if err := Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if out.Left != out.Right || out.Left.Parent != out {
		t.Error("sharing is lost")
	}
	list := []any{nil, 1}
	list[0] = list
	m := map[string]any{"list": list}
	m["me"] = m
	if b, err = Marshal(m); err != nil {
		t.Fatal(err)
	}
	var x map[string]any
	if err := Unmarshal(b, &x); err != nil {
		t.Fatal(err)
	}
	got := x["list"].([]any)
	if inner := got[0].([]any); &inner[0] != &got[0] || x["me"].(map[string]any)["me"] == nil {
		t.Error("cycle is lost")
	}
}

func TestMarshalRefuses(t *testing.T) {
	deep := any(1)
	for range 2000 {
		deep = []any{deep}
	}
	for _, c := range []struct {
		v    any
		want error
	}{
		{make(chan int), document.ErrInput}, {func() {}, document.ErrInput}, {"\xff", document.ErrInput},
		{map[point]int{{}: 1, {X: 1}: 2}, document.ErrInput}, {deep, document.ErrLimit},
		{struct {
			A int `pickle:"x"`
			B int `pickle:"x"`
		}{}, document.ErrInput},
	} {
		if _, err := Marshal(c.v); !errors.Is(err, c.want) {
			t.Errorf("%.40T: %v", c.v, err)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	var (
		i8 int8
		u  uint
		s  string
		ps []string
		m  map[string]int
		pt point
		a2 [2]int
		f  float64
	)
	for _, c := range []struct {
		src    string
		target any
		path   string
	}{
		{"I300\n.", &i8, ""}, {"I-1\n.", &u, ""}, {"I1\n.", &s, ""}, {"(Va\nI1\nl.", &ps, "/1"}, {"(I1\nI1\nd.", &m, ""},
		{"(Vk\nVx\nd.", &m, "/k"}, {"cm\nC\n)\x81.", &pt, ""}, {"(I1\nl.", &a2, ""}, {"Va\n.", &f, ""},
		{"cgeometry\nPoint\n)\x81(Vx\nVy\ndb.", &pt, "/x"}, {"cgeometry\nPoint\n(tR.", &pt, ""}, {"N.", &i8, ""},
		{"(tI1\ns.", 5, ""},
	} {
		err := Unmarshal([]byte(c.src), c.target)
		if c.target == 5 {
			err = (Value{}).Go(5)
		}
		var e *document.Error
		if !errors.Is(err, document.ErrInput) || c.path != "" && (!errors.As(err, &e) || e.Path != c.path) {
			t.Errorf("%q into %T: %v", c.src, c.target, err)
		}
	}
}

func TestUnmarshalAny(t *testing.T) {
	for src, want := range map[string]any{
		"(I1\nVx\nd.":                            DictOf{{int64(1), "x"}},
		"\x8f(I1\n\x90.":                         SetOf{int64(1)},
		"c__builtin__\nset\n(]I1\natR.":          SetOf{int64(1)},
		"c_codecs\nencode\n(V\xff\nVlatin1\ntR.": []byte{0xff},
		"U\x01\xe9.":                             "é",
	} {
		var got any
		if err := Unmarshal([]byte(src), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, %v", src, got, err)
		}
	}
	var got any
	if err := Unmarshal([]byte("cos\nsystem\n(Vx\ntR."), &got); err != nil || got.(Value).Class() != "os.system" {
		t.Errorf("%v %v", got, err)
	}
}

type celsius float64

func (c celsius) MarshalPickle(b *Builder) (Value, error) {
	return b.Tuple(b.Str("celsius"), b.Float(float64(c))), nil
}

func (c *celsius) UnmarshalPickle(v Value) error {
	if v.Len() != 2 {
		return errors.New("no celsius")
	}
	*c = celsius(v.Item(1).Float())
	return nil
}

func TestMarshaler(t *testing.T) {
	b, err := Marshal(map[string]celsius{"a": 1.5})
	if err != nil || !strings.Contains(string(b), "celsius") {
		t.Fatal(err)
	}
	var m map[string]celsius
	if err := Unmarshal(b, &m); err != nil || m["a"] != 1.5 {
		t.Error(m, err)
	}
}
