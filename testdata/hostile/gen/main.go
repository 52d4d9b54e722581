// Command gen writes testdata/hostile: one file for every attack class that
// docs/security.md lists, and index.json, which says what a scan has to answer.
// The payloads are harmless: they would print a word or do nothing.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Case is one hostile file and what has to be said of it.
type Case struct {
	File     string   `json:"file"`
	Class    string   `json:"class"`           // of docs/security.md: "1 gadget calls"
	About    string   `json:"about"`           // what the file does
	Verdict  string   `json:"verdict"`         // what a scan says
	Findings []string `json:"findings"`        // IDs that have to be among the scan's
	Error    string   `json:"error,omitempty"` // the sentinel with which opening it fails, if it does
	data     []byte
}

const (
	dangerous = "dangerous"
	unknown   = "unknown"
	safe      = "safe"
)

var cases []Case

// add puts a file in the corpus. want is the verdict, then finding IDs; an
// entry that begins with "error:" names a sentinel.
func add(file, class, about string, data []byte, verdict string, findings ...string) {
	c := Case{File: file, Class: class, About: about, Verdict: verdict, Findings: []string{}, data: data}
	for _, f := range findings {
		if e, ok := bytes.CutPrefix([]byte(f), []byte("error:")); ok {
			c.Error = string(e)
			continue
		}
		c.Findings = append(c.Findings, f)
	}
	cases = append(cases, c)
}

func main() {
	dir := "testdata/hostile"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := write(dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	gadgets()
	indirection()
	divergence()
	nested()
	containers()
	exhaustion()
	lookalikes()
	for _, c := range cases {
		name := filepath.Join(dir, filepath.FromSlash(c.File))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, c.data, 0o644); err != nil {
			return err
		}
	}
	slices.SortFunc(cases, func(a, b Case) int { return cmp.Compare(a.File, b.File) })
	for i := 1; i < len(cases); i++ {
		if cases[i].File == cases[i-1].File {
			return fmt.Errorf("two cases %s", cases[i].File)
		}
	}
	index, err := json.MarshalIndent(cases, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.json"), append(index, '\n'), 0o644)
}
