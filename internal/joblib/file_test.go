package joblib

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/pickle"
)

// TestModels holds the laws on every real file of the repository: what is
// written is what was read, and the content survives every compression.
func TestModels(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/models/*/*/*.joblib")
	pickles, _ := filepath.Glob("../../testdata/models/*/*/*.pkl")
	if len(files) == 0 {
		t.Fatal("no models")
	}
	for _, name := range append(files, pickles...) {
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			checkFile(t, src)
		})
	}
}

func checkFile(t *testing.T, src []byte) *File {
	t.Helper()
	f, err := Parse(src, pickle.Decoder{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), src) {
		t.Fatalf("wrote %d bytes that differ from the %d read", out.Len(), len(src))
	}
	for i := range f.Pickle.Len() {
		v := f.Pickle.At(i)
		if ok, _ := isWrapper(v); !ok {
			continue
		}
		a, ok := ArrayOf(v)
		if !ok {
			t.Fatalf("value %d is a wrapper and no array", i)
		}
		if a.Objects == nil && a.Offset >= 0 && !bytes.Equal(f.stream[a.Offset:a.Offset+int64(len(a.Bytes))], a.Bytes) {
			t.Fatalf("array at %d is elsewhere", a.Offset)
		}
	}
	return f
}

type wantArray struct {
	Shape    []int  `json:"shape"`
	Fortran  bool   `json:"fortran"`
	Objects  bool   `json:"objects"`
	ItemSize int    `json:"itemsize"`
	Data     string `json:"data"` // the first bytes, in hex
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func arraysOf(f *File) (as []Array) {
	for i := range f.Pickle.Len() {
		if a, ok := ArrayOf(f.Pickle.At(i)); ok {
			as = append(as, a)
		}
	}
	return as
}

// TestArrays holds every file of testdata to what numpy says is in it.
func TestArrays(t *testing.T) {
	var want map[string][]wantArray
	if err := json.Unmarshal(read(t, "testdata/arrays.json"), &want); err != nil {
		t.Fatal(err)
	}
	for name, arrays := range want {
		t.Run(name, func(t *testing.T) {
			src := read(t, "testdata/"+name+".joblib")
			f := checkFile(t, src)
			if m := f.Compression.Method; !strings.Contains(name, "-raw") && !strings.Contains(name, "-"+string(m)) || f.Trailing != 0 {
				t.Errorf("compression %q, %d bytes trail", m, f.Trailing)
			}
			got := arraysOf(f)
			if len(got) != len(arrays) {
				t.Fatalf("%d arrays, want %d", len(got), len(arrays))
			}
			for i, a := range got {
				w := arrays[i]
				h := hex.EncodeToString(a.Bytes)
				if !slices.Equal(a.Shape, w.Shape) || a.Fortran != w.Fortran || (a.Objects != nil) != w.Objects || a.ItemSize != w.ItemSize || h[:min(len(h), 2000)] != w.Data {
					t.Errorf("array %d: %v fortran %v of %d bytes: %s, want %+v", i, a.Shape, a.Fortran, a.ItemSize, h, w)
				}
			}
			if p, _ := f.Pickle.Canonical(); p != pickle.CPythonPy && p != pickle.CPythonC {
				t.Error("the graph does not encode to the file")
			}
			checkCompressions(t, f, got)
		})
	}
}

// checkCompressions writes a file in every compression and reads it again.
func checkCompressions(t *testing.T, f *File, want []Array) {
	for _, spec := range []string{"", "zlib", "zlib:9", "gzip:1", "xz", "lzma", "lz4"} {
		c, err := ParseCompression(spec)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.WriteAs(&b, c); err != nil {
			t.Fatal(err)
		}
		g, err := Parse(b.Bytes(), pickle.Decoder{})
		if err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		got := arraysOf(g)
		for i := range want {
			if !bytes.Equal(got[i].Bytes, want[i].Bytes) {
				t.Fatalf("%s: array %d differs", spec, i)
			}
		}
		if !bytes.Equal(g.stream, f.stream) {
			t.Fatalf("%s: the stream differs", spec)
		}
	}
}

// TestEncode makes by hand what joblib made of the same values.
func TestEncode(t *testing.T) {
	d := NewDumper()
	d.Mappable = true
	f8, err := d.DType("<f8")
	if err != nil {
		t.Fatal(err)
	}
	bytesOf := func(n int) (b []byte) {
		for i := range n {
			b = append(b, 0, 0, 0, 0, 0, 0, []byte{0, 0xf0, 0, 8}[i], []byte{0, 0x3f, 0x40, 0x40}[i])
		}
		return b
	}
	a, err1 := d.NewArray(f8, []int{3}, 'C', bytesOf(3))
	root := d.Dict(d.Str("a"), a, d.Str("b"), d.Int(1))
	c, err2 := d.NewArray(f8, []int{2, 2}, 'C', bytesOf(4))
	d.SetItem(root, d.Str("c"), c)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Encode(&b, root, Options{}); err != nil {
		t.Fatal(err)
	}
	if want := read(t, "testdata/simple-raw.joblib"); !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%q\n%q", b.Bytes(), want)
	}
	if _, err := d.NewArray(f8, []int{3}, 'C', nil); !errors.Is(err, document.ErrInput) {
		t.Error(err)
	}
}

// TestApply edits the data of an array, a length and a value in the pickle of an
// array of objects; padding is made anew where it is needed.
func TestApply(t *testing.T) {
	for _, name := range []string{"objects-raw", "objects-zlib", "objects-xz"} {
		f := checkFile(t, read(t, "testdata/"+name+".joblib"))
		var edits []pickle.Edit
		for i := range f.Pickle.Len() {
			v := f.Pickle.At(i)
			if a, ok := ArrayOf(v); ok && a.Objects == nil {
				edits = append(edits, pickle.Edit{At: v, To: bytes.Repeat([]byte{7}, len(a.Bytes))})
			} else if ok {
				for k := range a.Objects.Len() {
					if x := a.Objects.At(k); x.Kind() == pickle.String && x.Str() == "a" {
						edits = append(edits, pickle.Edit{At: x, To: "longer than before"})
					}
				}
			} else if v.Kind() == pickle.String && v.Str() == "after" {
				edits = append(edits, pickle.Edit{At: v, To: "another name"})
			}
		}
		if len(edits) < 3 {
			t.Fatalf("%d edits", len(edits))
		}
		g, err := f.Apply(edits)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := g.Write(&b); err != nil {
			t.Fatal(err)
		}
		h, err := Parse(b.Bytes(), pickle.Decoder{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := string(h.stream)
		if !strings.Contains(text, "another name") || !strings.Contains(text, "longer than before") {
			t.Error("edits are lost")
		}
		for _, a := range arraysOf(h) {
			if a.Objects == nil && (!bytes.Equal(a.Bytes, bytes.Repeat([]byte{7}, len(a.Bytes))) || a.Offset%alignment != 0) {
				t.Errorf("array at %d: %v", a.Offset, a.Bytes)
			}
		}
		edits[0].To = []byte{1}
		if a, _ := ArrayOf(edits[0].At); a.Objects == nil {
			if _, err := f.Apply(edits[:1]); !errors.Is(err, document.ErrInput) {
				t.Error(err)
			}
		}
	}
}

// TestTruncation cuts files at every byte; compressed ones may lose a checksum
// that their reader does not ask for, and nothing else.
func TestTruncation(t *testing.T) {
	for _, name := range []string{"arrays-raw", "objects-raw", "old-raw", "objects-zlib", "objects-gzip", "objects-bz2", "objects-xz", "objects-lzma", "objects-lz4"} {
		src := read(t, "testdata/"+name+".joblib")
		for n := range src {
			_, err := Parse(src[:n], pickle.Decoder{})
			if err == nil {
				t.Fatalf("%s cut at %d of %d is taken", name, n, len(src))
			}
			if !errors.Is(err, document.ErrCorrupt) && !errors.Is(err, document.ErrUnsupported) {
				t.Fatalf("%s cut at %d: %v", name, n, err)
			}
		}
	}
}

func wrapped(state string, data string) []byte {
	return []byte("cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(" + state + "ub" + data + ".")
}

const dtypeF8 = "Vdtype\ncnumpy\ndtype\n(Vf8\nI00\nI01\ntR(I3\nV<\nNNNI-1\nI-1\nI0\ntb"

// TestHostile is wrappers that lie.
func TestHostile(t *testing.T) {
	order := "Vorder\nVC\n"
	for name, c := range map[string]struct {
		src  []byte
		want error
	}{
		"fine":               {wrapped("Vshape\n(I1\nt"+order+dtypeF8, "12345678"), nil},
		"short":              {wrapped("Vshape\n(I2\nt"+order+dtypeF8, "12345678"), document.ErrCorrupt},
		"overflow":           {wrapped("Vshape\n(I4294967296\nI4294967296\nt"+order+dtypeF8, ""), document.ErrCorrupt},
		"overflow to little": {wrapped("Vshape\n(I2147483648\nI2147483648\nI4\nt"+order+dtypeF8, ""), document.ErrCorrupt},
		"negative":           {wrapped("Vshape\n(I-1\nt"+order+dtypeF8, "12345678"), document.ErrCorrupt},
		"two negatives":      {wrapped("Vshape\n(I-1\nI-1\nt"+order+dtypeF8, "12345678"), document.ErrCorrupt},
		"no shape":           {wrapped(order+dtypeF8, "12345678"), document.ErrCorrupt},
		"shape of text":      {wrapped("Vshape\n(V1\nt"+order+dtypeF8, "12345678"), document.ErrCorrupt},
		"no dtype":           {wrapped("Vshape\n(I1\nt"+order, "12345678"), document.ErrCorrupt},
		"odd dtype":          {wrapped("Vshape\n(I1\nt"+order+"Vdtype\ncos\nsystem\n(tR", "12345678"), document.ErrUnsupported},
		"odd order":          {wrapped("Vshape\n(I1\ntVorder\nVX\n"+dtypeF8, "12345678"), document.ErrCorrupt},
		"itemsize":           {wrapped("Vshape\n(I1\nt"+order+strings.Replace(dtypeF8, "I-1\nI-1", "I9223372036854775807\nI-1", 1), "12345678"), document.ErrCorrupt},
		"negative itemsize":  {wrapped("Vshape\n(I1\nt"+order+strings.Replace(dtypeF8, "I-1\nI-1", "I-8\nI-1", 1), "12345678"), nil},
		"alignment":          {wrapped("Vshape\n(I1\nt"+order+dtypeF8+"Vnumpy_array_alignment_bytes\nI0\n", "12345678"), document.ErrCorrupt},
		"padding past end":   {wrapped("Vshape\n(I0\nt"+order+dtypeF8+"Vnumpy_array_alignment_bytes\nI16\n", "\xff"), document.ErrCorrupt},
		"zfile":              {[]byte("ZF0x10"), document.ErrUnsupported},
		"old wrapper":        {[]byte("cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}b."), document.ErrUnsupported},
		"empty":              {nil, document.ErrCorrupt},
		"array in a frame":   {append([]byte("\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00"), append(wrapped("Vshape\n(I1\nt"+order+dtypeF8, "12345678"), make([]byte, 300)...)...), document.ErrCorrupt},
	} {
		f, err := Parse(c.src, pickle.Decoder{})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err == nil {
			var b bytes.Buffer
			if err := f.Write(&b); err != nil || !bytes.Equal(b.Bytes(), c.src) {
				t.Errorf("%s: written %q, %v", name, b.Bytes(), err)
			}
		}
	}
}

// TestBomb stops streams that grow without end.
func TestBomb(t *testing.T) {
	for _, spec := range []string{"zlib", "gzip", "xz", "lzma", "lz4"} {
		c, _ := ParseCompression(spec)
		var b bytes.Buffer
		z, err := c.writer(&b)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			z.Write(make([]byte, 1<<20))
		}
		z.Close()
		if _, err := Parse(b.Bytes(), pickle.Decoder{Limits: document.Limits{Bytes: 1 << 20}}); !errors.Is(err, document.ErrLimit) {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

// TestXZDictionary refuses a block that asks for 4 GiB before it is made.
func TestXZDictionary(t *testing.T) {
	src := slices.Clone(read(t, "testdata/arrays-xz.joblib"))
	at := bytes.Index(src, []byte{0x21, 0x01})
	src[at+2] = 40
	if _, err := Parse(src, pickle.Decoder{}); !errors.Is(err, document.ErrLimit) {
		t.Error(err)
	}
}

func TestParseCompression(t *testing.T) {
	for spec, want := range map[string]error{"": nil, "zlib": nil, "gzip:3": nil, "xz:9": nil, "lzma": nil, "lz4": nil,
		"bz2": document.ErrUnsupported, "zip": document.ErrInput, "zlib:0": document.ErrInput, "zlib:10": document.ErrInput, "zlib:x": document.ErrInput, ":3": document.ErrInput} {
		c, err := ParseCompression(spec)
		if !errors.Is(err, want) || err == nil && c.String() != spec {
			t.Errorf("%q: %v %v", spec, c, err)
		}
	}
}

// FuzzParse: no panic, and what parses is written as it was.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.joblib")
	for _, name := range files {
		if src := read(f, name); len(src) < 4000 {
			f.Add(src)
		}
	}
	f.Add(wrapped("Vshape\n(I1\ntVorder\nVC\n"+dtypeF8, "12345678"))
	limits := document.Limits{Bytes: 16 << 20}
	f.Fuzz(func(t *testing.T, src []byte) {
		g, err := Parse(src, pickle.Decoder{Limits: limits})
		if err != nil {
			if !errors.Is(err, document.ErrCorrupt) && !errors.Is(err, document.ErrUnsupported) && !errors.Is(err, document.ErrLimit) {
				t.Fatal(err)
			}
			return
		}
		for _, a := range arraysOf(g) {
			_ = fmt.Sprint(a.Shape, a.Offset, len(a.Bytes))
		}
		var b bytes.Buffer
		if err := g.Write(&b); err != nil || !bytes.Equal(b.Bytes(), src) {
			t.Fatalf("written otherwise: %v", err)
		}
		b.Reset()
		if err := g.WriteAs(&b, Compression{}); err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(b.Bytes(), pickle.Decoder{Limits: limits}); err != nil && Detect(b.Bytes()) == Raw && !bytes.HasPrefix(b.Bytes(), []byte("ZF")) {
			t.Fatalf("the stream does not parse: %v", err)
		}
	})
}
