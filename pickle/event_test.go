package pickle

import (
	"fmt"
	"strings"
	"testing"
)

// TestEvents lists what the real unpickler would do, dropped results included.
func TestEvents(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"cos\nsystem\n(Vx\ntR0N.", "import os.system@0 call os.system@16"},
		{"\x8c\x02os\x8c\x06system\x93.", "import os.system@12"},
		{"(cos\nsystem\nVx\no0N.", "import os.system@1 call os.system@15"},
		{"(Vx\nios\nsystem\n0N.", "import os.system@4 call os.system@4"},
		{"cm\nC\n)\x81}b.", "import m.C@0 call m.C@6 build m.C@8"},
		{"cnumpy\nx\n}Va\nI1\nsb.", "import numpy.x@0 build numpy.x@17"},
		{"cm\nC\n)\x81(I1\nI2\nuI1\na(I1\n\x90.", "import m.C@0 call m.C@6 setitem m.C(2)@14 append m.C(1)@18 additem m.C(1)@23"},
		{"]I1\na}I1\nI2\ns\x8f(I1\n\x90.", ""},
		{"Pid\n0\x82\x05\x97Q.", "persistent @0 ext @5 buffer @7 persistent @8"},
		{"(I1\nI2\nl}Vx\nI1\ns}b.", "build @17"},
		{"cm\nf\n)R\x8c\x01x\x93.", "import m.f@0 call m.f@6 import @10"},
	} {
		src := c.src
		d, err := Parse([]byte(src))
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		var got []string
		for e := range d.Events() {
			n := ""
			if len(e.Items) > 0 {
				n = fmt.Sprintf("(%d)", len(e.Items))
			}
			got = append(got, fmt.Sprintf("%s %s%s@%d", e.Kind, e.Value.Class(), n, e.Offset))
			if e.Kind == EventBuild && !e.State.IsValid() {
				t.Errorf("%q: build without a state", src)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q:\n%s\n%s", src, s, c.want)
		}
	}
}
