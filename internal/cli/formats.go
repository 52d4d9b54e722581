package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder/internal/formats"
)

func newFormats(s *streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "formats",
		Short: "List the formats and what can be done with each",
		Args:  takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return printJSON(s.out, map[string]any{"schema": "larder.formats/1", "formats": formats.List()})
			}
			w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "format\textensions\topens\truns\twrites\t")
			for _, f := range formats.List() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", f.Name, strings.Join(f.Extensions, " "), f.Opens, f.Runs, f.Writes)
			}
			return w.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print larder.formats/1")
	return c
}
