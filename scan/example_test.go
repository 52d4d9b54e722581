package scan_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/larder-ml/larder/scan"
)

// A pickle that would run a command.
const hostile = "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R."

func ExampleScanner_Bytes() {
	r := scan.Scanner{}.Bytes(context.Background(), "model.pkl", []byte(hostile))
	f := r.Files[0]
	fmt.Println(f.Path, f.Format, *f.Verdict)
	for _, x := range f.Findings {
		fmt.Println(x.ID, x.Offset, x.Message)
	}
	// Output:
	// model.pkl pickle dangerous
	// pickle-gadget 14 os.system, which is known to run or reach something
	// pickle-call-unlisted 22 calls os.system, which is not on the allow-list
}

func ExampleScanner_Paths() {
	r, err := scan.Scanner{}.Paths(context.Background(), "../testdata/hostile/harmless/array.pkl")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Verdict(), r.Counts["safe"])
	// Output: safe 1
}

func ExampleParsePolicy() {
	p, err := scan.ParsePolicy([]byte(`{"classes": ["mypackage.Model"]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	s := scan.Scanner{Allow: p.Allow(nil)}
	b := []byte("\x80\x04\x8c\x09mypackage\x8c\x05Model\x93)\x81}b.")
	fmt.Println(scan.Scanner{}.Bytes(context.Background(), "m.pkl", b).Verdict(), s.Bytes(context.Background(), "m.pkl", b).Verdict())
	// Output: unknown safe
}

func ExampleReport_Err() {
	errNo := errors.New("not safe")
	r := scan.Scanner{}.Bytes(context.Background(), "model.pkl", []byte(hostile))
	fmt.Println(r.Err(errNo))
	// Output: not safe
}

func ExampleReport_SARIF() {
	r := scan.Scanner{}.Bytes(context.Background(), "model.pkl", []byte(hostile))
	s := r.SARIF("1.0.0")
	fmt.Println(s.Version, s.Runs[0].Results[0].RuleID, s.Runs[0].Results[0].Level)
	// Output: 2.1.0 pickle-gadget error
}

func ExampleNewAllowList() {
	l := scan.NewAllowList(map[string]string{"oldpackage.Model": "package.Model"})
	fmt.Println(len(l.Names()) > 100)
	// Output: true
}

func ExampleRules() {
	fmt.Println(scan.Rules()[0].ID)
	// Output: archive-checksum
}
