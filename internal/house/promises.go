package house

import (
	"bufio"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/model"
)

// A row's tolerance may be ten times the worst error that was recorded for it,
// and always as much as four units in the last place of a float64.
const (
	headroom = 10
	floor    = 4 * 0x1p-52
)

// Promise is what a row promises for one method of its class.
type Promise struct {
	Class, Method string
	model.Tolerance
}

// Recorded is the worst error seen for each class and method over all cases:
// testdata/models/recorded.json.
type Recorded map[string]map[string]struct {
	MaxRel float64 `json:"max_rel"`
	MaxAbs float64 `json:"max_abs"`
	N      int     `json:"n"`
}

// Cap is the most that any row of a family may promise, whatever was recorded:
// a line of caps.txt.
type Cap struct {
	Prefix string // of class paths
	Method string // * is every method
	model.Tolerance
}

// ReadCaps reads caps.txt: prefix, method, rel, abs, reason; # begins a
// comment.
func ReadCaps(text string) ([]Cap, error) {
	var caps []Cap
	s := bufio.NewScanner(strings.NewReader(text))
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Fields(line)
		if len(f) < 5 {
			return nil, fmt.Errorf("caps.txt:%d: want prefix, method, rel, abs and a reason", n)
		}
		rel, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			return nil, fmt.Errorf("caps.txt:%d: %w", n, err)
		}
		abs, err := strconv.ParseFloat(f[3], 64)
		if err != nil {
			return nil, fmt.Errorf("caps.txt:%d: %w", n, err)
		}
		caps = append(caps, Cap{f[0], f[1], model.Tolerance{Rel: rel, Abs: abs}})
	}
	return caps, s.Err()
}

// capOf is the cap with the longest prefix, one for the method before one for
// all.
func capOf(caps []Cap, p Promise) (best Cap, ok bool) {
	for _, c := range caps {
		if !strings.HasPrefix(p.Class, c.Prefix) || c.Method != "*" && c.Method != p.Method {
			continue
		}
		if !ok || len(c.Prefix) > len(best.Prefix) || len(c.Prefix) == len(best.Prefix) && c.Method != "*" {
			best, ok = c, true
		}
	}
	return best, ok
}

// Tolerances reports promises that are looser than what was measured allows or
// than their family's cap, promises that nothing was measured for, and records
// that belong to no row. A cap of zero is arithmetic that is exact: its rows
// promise zero.
func Tolerances(classes []string, promises []Promise, recorded Recorded, caps []Cap) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, p := range promises {
		c, ok := capOf(caps, p)
		if !ok {
			say("%s %s: no family in caps.txt", p.Class, p.Method)
		} else if p.Rel > c.Rel || p.Abs > c.Abs {
			say("%s %s: tolerance %s is above the cap of %s, %s", p.Class, p.Method, show(p.Tolerance), c.Prefix, show(c.Tolerance))
		}
		if p.Tolerance == (model.Tolerance{}) {
			continue
		}
		r, ok := recorded[p.Class][p.Method]
		if !ok || r.N == 0 {
			say("%s %s: tolerance %s, and no error was recorded", p.Class, p.Method, show(p.Tolerance))
			continue
		}
		most := model.Tolerance{Rel: math.Max(headroom*r.MaxRel, floor), Abs: headroom * r.MaxAbs}
		if p.Rel > most.Rel || p.Abs > most.Abs {
			say("%s %s: tolerance %s, recorded error rel %.2g abs %.2g: at most %s", p.Class, p.Method, show(p.Tolerance), r.MaxRel, r.MaxAbs, show(most))
		}
	}
	for _, c := range classes {
		if len(recorded[c]) == 0 {
			say("%s: no case has a recorded error", c)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(recorded)) {
		if !slices.Contains(classes, c) {
			say("%s: recorded, and no row has this class", c)
		}
	}
	return out
}

func show(t model.Tolerance) string { return fmt.Sprintf("rel %.2g abs %.2g", t.Rel, t.Abs) }

// AllowList reports class paths of rows that the scanner does not allow, and
// what the scanner allows of the frameworks that no row has. rows holds older
// names too; frameworks are module prefixes.
func AllowList(rows, allowed, frameworks []string) []string {
	var out []string
	for _, r := range rows {
		if !slices.Contains(allowed, r) {
			out = append(out, r+": a row, and the scanner does not allow it")
		}
	}
	for _, a := range allowed {
		first, _, _ := strings.Cut(a, ".")
		if slices.Contains(frameworks, first) && !slices.Contains(rows, a) {
			out = append(out, a+": the scanner allows it, and no row has it")
		}
	}
	slices.Sort(out)
	return out
}
