// Command gen writes docs/support.md and the table in README.md. Run by go
// generate in internal/support.
package main

import (
	"fmt"
	"os"

	"github.com/larder-ml/larder/internal/support"
)

func main() {
	if err := run("../../"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string) error {
	b, err := os.ReadFile(root + "testdata/models/recorded.json")
	if err != nil {
		return err
	}
	rec, err := support.ParseRecorded(b)
	if err != nil {
		return err
	}
	if err := os.WriteFile(root+"docs/support.md", []byte(support.Page(rec)), 0o644); err != nil {
		return err
	}
	readme, err := os.ReadFile(root + "README.md")
	if err != nil {
		return err
	}
	text, err := support.Between(string(readme), "<!-- support: begin -->", "<!-- support: end -->", support.Short())
	if err != nil {
		return err
	}
	return os.WriteFile(root+"README.md", []byte(text), 0o644)
}
