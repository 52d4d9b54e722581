package cli

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
)

// source opens FILE: a path, or - for stdin.
func (s *streams) source(path string) (document.Source, error) {
	if path == "-" {
		return document.FromReader("-", s.in, document.Limits{})
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return nil, &document.Error{File: path, Offset: -1,
			Err: document.Errorf(document.ErrUnsupported, "", "", -1, "a folder (SavedModel folders are not read yet)")}
	}
	return document.MapFile(path, document.Limits{})
}

// model opens the model in FILE.
func (s *streams) model(cmd *cobra.Command, path string) (*larder.Model, error) {
	src, err := s.source(path)
	if err != nil {
		return nil, err
	}
	return larder.Loader{}.OpenSource(cmd.Context(), src)
}

// printJSON prints one JSON value, indented.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// refuseSame guards an input against being its own output.
func refuseSame(in, out string, force bool) error {
	a, err := os.Stat(in)
	if err != nil {
		return nil //nolint:nilerr // whoever opens it says what is wrong
	}
	b, err := os.Stat(out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && os.SameFile(a, b) && !force {
		return hint(usagef("%s is the input itself", out), "--force replaces it")
	}
	return nil
}
