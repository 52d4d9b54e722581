package jsontree

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
)

const sample = `{"name":"gbtree","n":3,"f":5E-1,"ok":true,"num":"12","base":"5E-1","vec":"[5E-1,1E0]","par":"(1,2)","one":"7E0","none":"[]",` +
	`"bad":"1.5x","floats":[1E0,-2.5E0,NaN],"ints":[1,-1,2147483647],"big":[1,3000000000],"half":[1,1.5],"bools":[true,false],"bits":[0,1],"strs":["a","b"],"empty":[],` +
	`"trees":[{"id":0,"x":[1E0]},{"id":1,"x":[]}]}`

func TestReader(t *testing.T) {
	root := mustParse(t, []byte(sample), Decoder{Format: "xgboost-json"}).Root()
	r := NewReader(root)
	got := fmt.Sprintln(r.String("name"), r.Int("n"), r.Float32("f"), r.Float64("f"), r.Bool("ok"), r.IntString("num"), r.FloatString("base"),
		r.FloatStrings("vec"), r.FloatStrings("par"), r.FloatStrings("one"), r.FloatStrings("none"),
		r.Float32s("floats", 3), r.Int32s("ints", AnyLength), r.Int64s("big", 2), r.Float64s("half", 2), r.Bools("bools", 2), r.Bools("bits", 2), r.Strings("strs", 2),
		r.Int32s("empty", 0), r.Strings("empty", 0), r.StringOr("x", "y"), r.IntOr("n", 9), r.IntStringOr("num", 9), r.FloatStringOr("nothing", 9), r.Has("bad"), r.Has("x"))
	got = strings.TrimSpace(got)
	const want = "gbtree 3 0.5 0.5 true 12 0.5 [0.5 1] [1 2] [7] [] [1 -2.5 NaN] [1 -1 2147483647] [1 3000000000] [1 1.5] [true false] [false true] [a b] [] [] y 3 12 9 true false"
	if got != want || r.Err() != nil {
		t.Errorf("%s\n%s\n%v", got, want, r.Err())
	}
	for i, tree := range r.Objects("trees") {
		if tree.Int("id") != int64(i) || len(tree.Float32s("x", 1-i)) != 1-i {
			t.Error(i)
		}
		tree.Done()
	}
	if err := r.Done(); !errors.Is(err, document.ErrUnsupported) || err.Error() != `xgboost-json: unsupported: not known here: "bad" (path /bad, offset 130)` {
		t.Error(err)
	}
	r = NewReader(root)
	for c := range root.Children() {
		r.Harmless(c.Key(), "absent")
	}
	if err := r.Done(); err != nil {
		t.Error(err)
	}
}

func TestReaderRefuses(t *testing.T) {
	root := mustParse(t, []byte(sample), Decoder{}).Root()
	for _, c := range []struct {
		read func(*Reader)
		want string
	}{
		{func(r *Reader) { r.Int("name") }, "corrupt: string where numbers belong (path /name"},
		{func(r *Reader) { r.String("n") }, "corrupt: number where a string belongs (path /n"},
		{func(r *Reader) { r.Int("f") }, `corrupt: "5E-1" where an integer from -9223372036854775808 to 9223372036854775807 belongs (path /f`},
		{func(r *Reader) { r.Int("x") }, `corrupt: no key "x" (path /x`},
		{func(r *Reader) { r.Int("ints") }, "corrupt: array of numbers where a number belongs (path /ints"},
		{func(r *Reader) { r.Bool("n") }, "corrupt: number where a boolean belongs (path /n"},
		{func(r *Reader) { r.IntString("base") }, `corrupt: "5E-1" where an integer belongs (path /base`},
		{func(r *Reader) { r.FloatString("bad") }, `corrupt: "1.5x" where a number belongs (path /bad`},
		{func(r *Reader) { r.FloatStrings("bad") }, `corrupt: "1.5x" where a number belongs (path /bad`},
		{func(r *Reader) { r.Int32s("ints", 2) }, "corrupt: 3 elements where 2 belong (path /ints"},
		{func(r *Reader) { r.Int32s("big", 2) }, `corrupt: "3000000000" where an integer from -2147483648 to 2147483647 belongs (path /big/1, offset 197)`},
		{func(r *Reader) { r.Int64s("half", 2) }, `corrupt: "1.5" where`},
		{func(r *Reader) { r.Uint8s("ints", 3) }, `corrupt: "-1" where an integer from 0 to 255 belongs (path /ints/1`},
		{func(r *Reader) { r.Int32s("n", AnyLength) }, "corrupt: number where an array belongs (path /n"},
		{func(r *Reader) { r.Int32s("strs", 2) }, "corrupt: array where numbers belong (path /strs"},
		{func(r *Reader) { r.Strings("ints", 3) }, "corrupt: array of numbers where an array of strings belongs (path /ints"},
		{func(r *Reader) { r.Bools("ints", 3) }, `corrupt: "-1" where an integer from 0 to 1 belongs (path /ints/1`},
		{func(r *Reader) { r.Object("n") }, "corrupt: number where an object belongs (path /n"},
		{func(r *Reader) {
			for range r.Objects("ints") {
			}
		}, "corrupt: array of numbers where an array of objects belongs (path /ints"},
		{func(r *Reader) {
			for range r.Objects("strs") {
			}
		}, "corrupt: string where an object belongs (path /strs/0"},
		{func(r *Reader) { r.Fail(document.ErrUnsupported, "n", "odd %d", 3) }, "unsupported: odd 3 (path /n"},
	} {
		r := NewReader(root)
		c.read(r)
		first := r.Err()
		r.Int("absent") // no second fault
		if first == nil || r.Done() != first || !strings.HasPrefix(first.Error(), "json: "+c.want) {
			t.Errorf("%v, want %s", first, c.want)
		}
	}
}

func TestFloatStringsAreRoundedOnce(t *testing.T) {
	root := mustParse(t, []byte(`{"a":"1.00000017881393432617187499","b":"inf","c":"-nan","d":"1e99","e":"1E-60"}`), Decoder{}).Root()
	r := NewReader(root)
	if v := r.FloatString("a"); v != 1.0000001 {
		t.Error(v)
	}
	if b, d, e := r.FloatString("b"), r.FloatString("d"), r.FloatString("e"); !math.IsInf(float64(b), 1) || !math.IsInf(float64(d), 1) || e != 0 {
		t.Error(b, d, e)
	}
}
