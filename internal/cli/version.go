package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Version is the release; a build of a checkout says devel and its commit.
const Version = "0.1.0-devel"

func newVersion(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			commit := ""
			if b, ok := debug.ReadBuildInfo(); ok {
				for _, kv := range b.Settings {
					if kv.Key == "vcs.revision" && len(kv.Value) >= 12 {
						commit = " " + kv.Value[:12]
					}
				}
			}
			_, err := fmt.Fprintf(s.out, "larder %s%s %s %s/%s\n", Version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
