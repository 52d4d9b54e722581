package cli_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/larder-ml/larder/internal/cli"
	"github.com/larder-ml/larder/internal/demo"
)

var update = flag.Bool("update", false, "write README.md's transcript anew")

// TestReadmeTranscript runs the commands of README.md's transcript on the
// demo's files and holds it to every line. A command may end in "| head -N".
func TestReadmeTranscript(t *testing.T) {
	name, err := filepath.Abs("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, block, ok := strings.Cut(string(readme), "<!-- transcript: begin -->\n")
	block, after, ok2 := strings.Cut(block, "<!-- transcript: end -->")
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
	var got strings.Builder
	commands := 0
	for line := range strings.Lines(block) {
		command, ok := strings.CutPrefix(line, "    $ larder ")
		if !ok {
			continue
		}
		commands++
		got.WriteString(line)
		for out := range strings.Lines(run(t, strings.TrimSpace(command))) {
			got.WriteString("    " + out)
		}
	}
	if commands < 4 {
		t.Errorf("only %d commands in the transcript", commands)
	}
	if got.String() == block {
		return
	}
	if !*update {
		t.Errorf("README.md's transcript is not what larder prints now (-update writes it):\n%s", got.String())
		return
	}
	text := before + "<!-- transcript: begin -->\n" + got.String() + "<!-- transcript: end -->" + after
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
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
