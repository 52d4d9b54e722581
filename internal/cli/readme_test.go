package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/cli"
	"github.com/larder-ml/larder/internal/demo"
)

// TestReadmeTranscript runs the commands of README.md's transcript on the
// demo's files and holds it to every line. A command may end in "| head -N".
func TestReadmeTranscript(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "<!-- transcript: begin -->\n")
	block, _, ok2 := strings.Cut(block, "<!-- transcript: end -->")
	if !ok || !ok2 {
		t.Fatal("README.md has no transcript")
	}
	dir := t.TempDir()
	entries, err := demo.Files.ReadDir("files")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := demo.Files.ReadFile("files/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, e.Name()), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var want, got strings.Builder
	commands := 0
	for line := range strings.Lines(block) {
		line, ok := strings.CutPrefix(line, "    ")
		if !ok {
			continue
		}
		want.WriteString(line)
		if command, ok := strings.CutPrefix(line, "$ larder "); ok {
			commands++
			got.WriteString(line)
			got.WriteString(run(t, strings.TrimSpace(command)))
		}
	}
	if commands < 4 {
		t.Errorf("only %d commands in the transcript", commands)
	}
	if got.String() != want.String() {
		t.Errorf("README.md's transcript is not what larder prints now. It should be:\n%s", got.String())
	}
}

func run(t *testing.T, command string) string {
	command, head, cut := strings.Cut(command, " | head -")
	var out bytes.Buffer
	cli.Main(strings.Fields(command), strings.NewReader(""), &out, &out)
	if !cut {
		return out.String()
	}
	n, err := strconv.Atoi(head)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(out.String(), "\n")
	return strings.Join(lines[:min(n, len(lines))], "")
}
