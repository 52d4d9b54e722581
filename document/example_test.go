package document_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/larder-ml/larder/document"
)

// An error says what and where; errors.Is finds its kind, errors.As its place.
func ExampleError() {
	var err error = document.Errorf(document.ErrCorrupt, "pickle", "/coef_", 132, "%d bytes, %d are left", 80, 12)
	err = document.InFile(err, "model.pkl")
	fmt.Println(err)
	var e *document.Error
	fmt.Println(errors.Is(err, document.ErrCorrupt), errors.As(err, &e) && e.Offset == 132)
	// Output:
	// pickle: corrupt: 80 bytes, 12 are left (model.pkl, path /coef_, offset 132)
	// true true
}

// Paths are made and taken apart step by step, whatever the steps hold.
func ExampleJoin() {
	p := document.Join(document.Join("/", "steps"), "km/h")
	fmt.Println(p)
	fmt.Printf("%q\n", document.Split(p))
	// Output:
	// /steps/km~1h
	// ["steps" "km/h"]
}

// Plain prepares any value of a document for encoding/json.
func ExamplePlain() {
	b, err := json.Marshal(document.Plain(map[string]any{"loss": math.NaN(), "weights": []byte{1, 2}}))
	fmt.Println(string(b), err)
	// Output: {"loss":"NaN","weights":{"b64":"AQI="}} <nil>
}

// Memory is a source for bytes that a program has already.
func ExampleMemory() {
	src := document.Memory("model.pkl", []byte("\x80\x04N."))
	b, err := document.ReadAll(src, "", document.Limits{})
	fmt.Println(src.Name(), len(b), err)
	// Output: model.pkl 4 <nil>
}

// WriteFile leaves the old file alone until the new one is complete.
func ExampleWriteFile() {
	name := os.TempDir() + "/larder-example"
	defer os.Remove(name)
	err := document.WriteFile(name, func(w io.Writer) error {
		_, err := w.Write([]byte("all of it"))
		return err
	})
	b, _ := os.ReadFile(name)
	fmt.Println(string(b), err)
	// Output: all of it <nil>
}
