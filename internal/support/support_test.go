package support_test

import (
	"os"
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/support"
)

func TestDocsAreWhatTheTablesSay(t *testing.T) {
	b, err := os.ReadFile("../../testdata/models/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	rec, err := support.ParseRecorded(b)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/support.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != support.Page(rec) {
		t.Error("docs/support.md is not what the tables say: run go generate ./internal/support")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "\n"+support.Short()) {
		t.Error("README.md has another table: run go generate ./internal/support")
	}
}
