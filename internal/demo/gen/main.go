// Command gen copies the demo's files from testdata. Run by go generate in
// internal/demo; it leaves no diff.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// copies are what the demo shows, under the names it shows them by.
var copies = [][2]string{
	{"models/sklearn/logistic-frame/model.pkl", "cancer.pkl"},
	{"models/sklearn/logistic-frame/in.csv", "cancer.csv"},
	{"models/xgboost/classifier-binary-json/model.json", "diagnosis.json"},
	{"models/xgboost/classifier-binary-json/in.csv", "diagnosis.csv"},
	{"models/xgboost/pipeline-p5/model.pkl", "two-frameworks.pkl"},
	{"models/xgboost/pipeline-p5/in.csv", "two-frameworks.csv"},
	{"hostile/pickle/reduce_os_system.pkl", "surprise.pkl"},
}

func main() {
	for _, c := range copies {
		b, err := os.ReadFile(filepath.Join("../../testdata", c[0]))
		if err == nil {
			err = os.WriteFile(filepath.Join("files", c[1]), b, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
