package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder/internal/demo"
)

// scene is one command of the demo.
type scene struct {
	why  string
	args string // words; files are in the demo's folder
	code int    // that it must exit with
	most int    // lines of output to show
}

var scenes = []scene{
	{"A scikit-learn pickle: what is in it?", "inspect --depth 2 cancer.pkl", exitYes, 24},
	{"Its answers, without Python:", "predict cancer.pkl cancer.csv", exitYes, 6},
	{"As probabilities:", "predict --signature predict_proba cancer.pkl cancer.csv", exitYes, 4},
	{"May one load it in Python?", "scan cancer.pkl", exitYes, 4},
	{"And this pickle? It would run a command:", "scan surprise.pkl", exitNo, 4},
	{"Larder refuses to open it (exit 4):", "predict surprise.pkl cancer.csv", exitUnsafe, 4},
	{"Pickle is not readable. As lossless JSON it is:", "convert cancer.pkl cancer.json", exitYes, 4},
	{"and comes back byte for byte:", "convert cancer.json again.pkl", exitYes, 4},
	{"XGBoost's JSON, missing values and all:", "predict diagnosis.json diagnosis.csv", exitYes, 5},
	{"as UBJSON, for the real XGBoost to open:", "convert diagnosis.json diagnosis.ubj", exitYes, 4},
	{"Two frameworks in one pickle: scikit-learn around XGBoost.", "predict two-frameworks.pkl two-frameworks.csv", exitYes, 5},
	{"How fast is it?", "bench --seconds 0.3 --batch 1,100 diagnosis.json diagnosis.csv", exitYes, 6},
}

func newDemo(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Show what Larder does, on small real models that it brings along",
		Args:  takes(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := ""
			if len(args) == 1 {
				dir = args[0]
			}
			return runDemo(s, dir)
		},
	}
}

func runDemo(s *streams, dir string) error {
	kept := dir != ""
	if !kept {
		tmp, err := os.MkdirTemp("", "larder-demo")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		dir = tmp
	}
	if err := unpack(dir); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "Small real models, written by scikit-learn and XGBoost, as pickle and as JSON.\n"+
		"HDF5 and SavedModel are the next formats; see larder formats.")
	for _, sc := range scenes {
		if err := sc.play(s, dir); err != nil {
			return err
		}
	}
	same, err := sameFiles(filepath.Join(dir, "cancer.pkl"), filepath.Join(dir, "again.pkl"))
	if err != nil {
		return err
	}
	if !same {
		return errors.New("again.pkl is not cancer.pkl")
	}
	fmt.Fprintln(s.out, "\nagain.pkl equals cancer.pkl, byte for byte.")
	if kept {
		fmt.Fprintf(s.out, "The files are in %s.\n", dir)
	}
	return nil
}

func unpack(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return fs.WalkDir(demo.Files, "files", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := demo.Files.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o644)
	})
}

// play runs one command in this process, shows it and how long it took, and
// holds it to its exit code.
func (sc *scene) play(s *streams, dir string) error {
	fmt.Fprintf(s.out, "\n# %s\n$ larder %s\n", sc.why, sc.args)
	words := strings.Fields(sc.args)
	for i, w := range words {
		switch filepath.Ext(w) {
		case ".pkl", ".json", ".csv", ".ubj":
			words[i] = filepath.Join(dir, w)
		}
	}
	var out bytes.Buffer
	start := time.Now()
	code := Main(words, s.in, &out, &out)
	took := time.Since(start)
	text := strings.ReplaceAll(out.String(), dir+string(filepath.Separator), "")
	lines := strings.SplitAfter(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		if i == sc.most {
			fmt.Fprintf(s.out, "… %d lines more\n", len(lines)-i)
			break
		}
		fmt.Fprint(s.out, l)
	}
	fmt.Fprintf(s.out, "\n[exit %d, %.1f ms]\n", code, float64(took)/1e6)
	if code != sc.code {
		return fmt.Errorf("demo: larder %s exited with %d, not %d", sc.args, code, sc.code)
	}
	return nil
}

func sameFiles(a, b string) (bool, error) {
	x, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	y, err := os.ReadFile(b)
	return bytes.Equal(x, y), err
}
