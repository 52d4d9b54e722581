package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func (s *streams) say(format string, args ...any) {
	fmt.Fprintf(s.err, "larder: "+format+"\n", args...)
}

// Main runs the command line and returns the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	s := &streams{stdin, stdout, stderr}
	defer func() {
		if r := recover(); r != nil {
			s.say("internal error: %v", r)
			fmt.Fprintf(stderr, "%s", debug.Stack())
			code = exitUnsupported
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errNo) {
		s.say("%v", err)
		if hint := hintOf(err); hint != "" {
			fmt.Fprintf(stderr, "hint: %s\n", hint)
		}
	}
	return exitCode(err)
}

func newRoot(s *streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "larder",
		Short: "Open, check, convert and run saved machine-learning models",
		Long: `Larder opens, checks, converts and runs machine-learning models that were
saved as pickle, joblib, XGBoost JSON or UBJSON. It needs no Python, and
executes nothing that is in a file.

Exit codes: 0 yes; 1 no (differs, findings, a loss); 2 usage, or data that the
model does not take; 3 unsupported, corrupt or over a limit; 4 refused as
unsafe; 5 I/O; 130 interrupted.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("no command %q; see larder help", args[0])
			}
			return cmd.Help()
		},
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usagef("%v; see larder %s --help", err, c.Name()) })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newInspect(s), newPredict(s), newExtract(s), newScan(s), newConvert(s), newVerify(s), newBench(s),
		newFormats(s), newDemo(s), newVersion(s))
	return root
}

// takes is cobra's argument check with our kind of error.
func takes(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return usagef("larder %s takes %s", c.Name(), c.Use[len(c.Name()):])
		}
		return nil
	}
}
