// Command larder opens, checks, converts and runs saved machine-learning
// models. See `larder help`.
package main

import (
	"os"

	"github.com/larder-ml/larder/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
