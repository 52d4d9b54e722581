package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
)

type convertFlags struct {
	saver        larder.Saver
	force, lossy bool
}

func newConvert(s *streams) *cobra.Command {
	var f convertFlags
	c := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Write a file in the same or another format",
		Long: `Transport keeps the document, byte for byte both ways: the same format, and
--to json (Larder's lossless JSON: what .json means for a pickle) and back.
Translation goes through the model: a pickled XGBoost model to xgboost-json or
xgboost-ubj. The default goes by OUT's extension.`,
		Args: takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runConvert(cmd, s, args[0], args[1], f) },
	}
	c.Flags().StringVar(&f.saver.To, "to", "", "the `FORMAT` to write: json, pickle, joblib, xgboost-json, xgboost-ubj")
	c.Flags().StringVar(&f.saver.Compress, "compress", "", "joblib's compression: zlib, gzip, xz, lzma, lz4, with a level as zlib:3")
	c.Flags().BoolVar(&f.lossy, "lossy", false, "write even where something that changes an answer is lost")
	c.Flags().BoolVar(&f.force, "force", false, "replace the input itself")
	return c
}

func runConvert(cmd *cobra.Command, s *streams, in, out string, f convertFlags) error {
	if err := refuseSame(in, out, f.force); err != nil {
		return err
	}
	if st, err := os.Stat(out); err == nil && st.IsDir() {
		return hint(usagef("%s is a folder", out), "name a file")
	}
	src, err := s.source(in)
	if err != nil {
		return err
	}
	defer src.Close()
	if f.lossy {
		f.saver.Lossy = larder.AllowLoss
	}
	doc, err := f.saver.ConvertSource(cmd.Context(), src, out)
	if err != nil {
		return err
	}
	for _, lost := range formats.LostIn(doc) {
		s.say("lost: %s (%s)", lost, in)
	}
	if out == "-" {
		return document.InFile(doc.Write(s.out), in)
	}
	return document.InFile(document.WriteFile(out, doc.Write), in)
}
