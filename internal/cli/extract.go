package cli

import (
	"bytes"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/npy"
	"github.com/larder-ml/larder/tensor"
)

func newExtract(s *streams) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "extract FILE [PATH]",
		Short: "Take a value out of a file: arrays as .npy, anything else as JSON",
		Long: `The value at PATH, any node that inspect lists: arrays to .npy, anything else
as JSON. Without PATH the whole document as Larder's lossless JSON, and with
-o all.npz every array, keyed by its path.`,
		Args: takes(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := ""
			if len(args) == 2 {
				path = args[1]
			}
			return runExtract(cmd, s, args[0], path, out)
		},
	}
	c.Flags().StringVarP(&out, "output-file", "o", "", "write to `OUT` instead of stdout")
	return c
}

func runExtract(cmd *cobra.Command, s *streams, file, path, out string) error {
	src, err := s.source(file)
	if err != nil {
		return err
	}
	defer src.Close()
	doc, err := larder.Loader{}.Parse(src)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return extract(w, doc, path, out) }
	if out == "" || out == "-" {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return document.InFile(err, file)
		}
		if f, ok := s.out.(*os.File); ok && isTerminal(f) && bytes.HasPrefix(b.Bytes(), []byte("\x93NUMPY")) {
			return hint(usagef("an array is not written to a terminal"), "-o x.npy writes it to a file")
		}
		_, err := s.out.Write(b.Bytes())
		return err
	}
	if err := refuseSame(file, out, false); err != nil {
		return err
	}
	return document.InFile(document.WriteFile(out, write), file)
}

func extract(w io.Writer, doc document.Document, path, out string) error {
	switch {
	case path == "" && strings.HasSuffix(out, ".npz"):
		return extractAll(w, doc)
	case path == "":
		j, err := larder.Saver{To: "json"}.ConvertDocument(doc, "")
		if err != nil {
			return err
		}
		return j.Write(w)
	}
	if path[0] != '/' {
		path = "/" + path
	}
	v, err := doc.Value(path)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case *tensor.Tensor:
		if strings.HasSuffix(out, ".json") {
			return printJSON(w, map[string]any{"dtype": v.DType().String(), "shape": v.Shape(), "data": document.Plain(tensor.Scalars(v))})
		}
		if strings.HasSuffix(out, ".npz") {
			return npy.WriteArchive(w, []npy.Member{{Name: strings.TrimPrefix(path, "/"), Value: v}})
		}
		return npy.Write(w, v)
	case *tensor.Sparse:
		return npy.WriteArchive(w, npy.SparseMembers("", v))
	}
	return printJSON(w, document.Plain(v))
}

// extractAll writes every array of the document that .npz can hold.
func extractAll(w io.Writer, doc document.Document) error {
	var all []npy.Member
	for n, err := range doc.All() {
		if err != nil {
			return err
		}
		if n.Kind != document.Array {
			continue
		}
		v, err := doc.Value(n.Path)
		if err != nil {
			return err
		}
		if t, ok := v.(*tensor.Tensor); ok {
			all = append(all, npy.Member{Name: strings.TrimPrefix(n.Path, "/"), Value: t})
		}
	}
	if len(all) == 0 {
		return document.Errorf(document.ErrInput, doc.Format(), "", -1, "no arrays in it")
	}
	return npy.WriteArchive(w, all)
}

func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
