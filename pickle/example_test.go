package pickle_test

import (
	"fmt"
	"log"

	"github.com/larder-ml/larder/pickle"
)

func ExampleParse() {
	d, err := pickle.Parse([]byte("\x80\x04}\x94(\x8c\x01a\x94K\x01\x8c\x01b\x94]\x94(K\x02K\x03eu."))
	if err != nil {
		log.Fatal(err)
	}
	for k, v := range d.Root().Entries() {
		fmt.Println(k.Str(), v.Kind(), v.Int(), v.Len())
	}
	// Output:
	// a int 1 0
	// b list 0 2
}

func ExampleDocument_Ops() {
	d, _ := pickle.Parse([]byte("\x80\x02K\x07\x85q\x00."))
	for op := range d.Ops() {
		fmt.Printf("%d %s(%s)\n", op.Offset, op.Name, op.Arg())
	}
	// Output:
	// 0 PROTO(2)
	// 2 BININT1(7)
	// 4 TUPLE1()
	// 5 BINPUT(0)
	// 7 STOP()
}

func ExampleDocument_Events() {
	d, _ := pickle.Parse([]byte("cos\nsystem\n(Vecho hello\ntR0N."))
	for e := range d.Events() {
		fmt.Println(e.Offset, e.Kind, e.Value.Class())
	}
	fmt.Println(d.Root().Kind())
	// Output:
	// 0 import os.system
	// 25 call os.system
	// None
}

func ExampleDocument_Apply() {
	d, _ := pickle.Parse([]byte("(Va\nI1\nd."))
	v, _ := d.Root().Lookup("a")
	d, err := d.Apply([]pickle.Edit{{At: v, To: 42}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", d.Bytes())
	// Output: "(Va\nI42\nd."
}

func ExampleBuilder() {
	b := pickle.NewBuilder()
	l := b.List(b.Int(1))
	b.Append(l, l) // a list that holds itself
	src, err := pickle.Encode(l, pickle.EncodeOptions{Protocol: 0})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", src)
	// Output: "(lp0\nI1\nag0\na."
}

func ExampleMarshal() {
	type Point struct {
		_ struct{} `pickle:"class=geometry.Point"`
		X float64  `pickle:"x"`
	}
	src, err := pickle.MarshalWith(Point{X: 1.5}, pickle.EncodeOptions{Protocol: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", src)
	// Output: "\x80\x02cgeometry\nPoint\nq\x00)\x81q\x01}q\x02X\x01\x00\x00\x00xq\x03G?\xf8\x00\x00\x00\x00\x00\x00sb."
}

func ExampleUnmarshal() {
	var v struct {
		Name   string    `pickle:"name"`
		Scores []float64 `pickle:"scores"`
	}
	if err := pickle.Unmarshal([]byte("(Vname\nVx\nVscores\n(F1.5\nI2\nld."), &v); err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Name, v.Scores)
	// Output: x [1.5 2]
}
