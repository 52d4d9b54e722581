package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/scan"
)

type scanFlags struct {
	json          bool
	sarif, policy string
}

func newScan(s *streams) *cobra.Command {
	var f scanFlags
	c := &cobra.Command{
		Use:   "scan PATH...",
		Short: "Judge files, folders and archives: safe, unknown or dangerous",
		Args:  takes(1, -1),
		RunE:  func(cmd *cobra.Command, args []string) error { return runScan(cmd, s, args, f) },
	}
	c.Flags().BoolVar(&f.json, "json", false, "print larder.scan/1")
	c.Flags().StringVar(&f.sarif, "sarif", "", "also write SARIF 2.1.0 to `OUT`")
	c.Flags().StringVar(&f.policy, "policy", "", "a `FILE` that allows further classes by name")
	return c
}

func runScan(cmd *cobra.Command, s *streams, paths []string, f scanFlags) error {
	scanner, err := formats.PolicyScanner(formats.Env{}, f.policy)
	if err != nil {
		return err
	}
	var report *scan.Report
	if len(paths) == 1 && paths[0] == "-" {
		src, err := document.FromReader("-", s.in, document.Limits{})
		if err != nil {
			return err
		}
		report, err = scanner.Source(cmd.Context(), src)
		if err != nil {
			return err
		}
	} else if report, err = scanner.Paths(cmd.Context(), paths...); err != nil {
		return err
	}
	if f.sarif != "" {
		if err := document.WriteFile(f.sarif, func(w io.Writer) error { return printJSON(w, report.SARIF(Version)) }); err != nil {
			return err
		}
	}
	if f.json {
		if err := printJSON(s.out, report); err != nil {
			return err
		}
	} else {
		printReport(s.out, report)
	}
	return report.Err(errNo)
}

func printReport(w io.Writer, r *scan.Report) {
	for _, f := range r.Files {
		verdict := "skipped"
		if f.Verdict != nil {
			verdict = string(*f.Verdict)
		}
		fmt.Fprintf(w, "%-9s  %s  %s\n", verdict, f.Path, f.Format)
		for _, d := range f.Findings {
			fmt.Fprintf(w, "           %s %s: %s (path %s, offset %d)\n", d.Severity, d.ID, d.Message, d.Path, d.Offset)
		}
	}
}
