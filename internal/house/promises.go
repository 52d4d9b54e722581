package house

import (
	"bufio"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/larder-ml/larder/internal/support"
	"github.com/larder-ml/larder/model"
)

// A row's tolerance may be ten times the worst error that was recorded for it,
// and always as much as four units in the last place of a float64.
const (
	headroom = 10
	floor    = 4 * 0x1p-52
)

// variant is the name of a method in promises and records.
func variant(m model.Method) string {
	if m.Variant == "" {
		return m.Name
	}
	return m.Name + "@" + m.Variant
}

// Promise is what a row promises for one method of its class.
type Promise struct {
	Class, Method string
	model.Tolerance
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
// that belong to no row of these classes. A cap of zero is arithmetic that is exact: its rows
// promise zero.
func Tolerances(classes []string, promises []Promise, recorded support.Recorded, caps []Cap) []string {
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
		r, ok := worstOf(recorded, c, p)
		if !ok || r.N == 0 {
			say("%s %s: tolerance %s, and no error was recorded", p.Class, p.Method, show(p.Tolerance))
			continue
		}
		most := model.Tolerance{Rel: math.Max(headroom*r.MaxRel, floor), Abs: headroom * r.MaxAbs}
		if p.Rel > most.Rel || p.Abs > most.Abs {
			say("%s %s: tolerance %s, recorded error rel %.2g abs %.2g: at most %s", p.Class, p.Method, show(p.Tolerance), r.MaxRel, r.MaxAbs, show(most))
		}
	}
	for _, c := range slices.Sorted(maps.Keys(recorded)) {
		if !slices.Contains(classes, c) {
			say("%s: recorded, and no row has this class", c)
		}
	}
	return out
}

// worstOf is the worst error recorded for a method in the classes of a family:
// their rows share the arithmetic and often the promise.
func worstOf(recorded support.Recorded, c Cap, p Promise) (worst support.Measured, ok bool) {
	// A wrapper's booster is its Booster's predict: one arithmetic, two names.
	same := strings.Replace(p.Method, "booster@", "predict@", 1)
	for class, methods := range recorded {
		r, has := methods[p.Method]
		if other, too := methods[same]; too {
			r, has = support.Measured{MaxRel: max(r.MaxRel, other.MaxRel), MaxAbs: max(r.MaxAbs, other.MaxAbs), N: max(r.N, other.N)}, true
		}
		if !has || class != p.Class && (c.Prefix == "" || !strings.HasPrefix(class, c.Prefix)) {
			continue
		}
		ok = true
		worst.MaxRel, worst.MaxAbs, worst.N = max(worst.MaxRel, r.MaxRel), max(worst.MaxAbs, r.MaxAbs), worst.N+r.N
	}
	return worst, ok
}

// Covered reports rows whose class occurs in no case: nothing was ever held
// against the real library there.
func Covered(classes []string, seen map[string]bool) []string {
	var out []string
	for _, c := range classes {
		if !seen[c] {
			out = append(out, c+": a row, and no case under testdata/models has this class")
		}
	}
	return out
}

func show(t model.Tolerance) string { return fmt.Sprintf("rel %.2g abs %.2g", t.Rel, t.Abs) }

// Effective reports a method of an object whose tolerance is looser than what
// its row and the rows of the objects below it promise: a promise that a table
// and the support page do not show.
func Effective(root *model.Object, promises []Promise) []string {
	var out []string
	byClass := map[string]map[string]model.Tolerance{}
	for _, p := range promises {
		if byClass[p.Class] == nil {
			byClass[p.Class] = map[string]model.Tolerance{}
		}
		byClass[p.Class][p.Method] = p.Tolerance
	}
	var visit func(o *model.Object) model.Tolerance // the loosest of o and all below
	visit = func(o *model.Object) model.Tolerance {
		var below, all model.Tolerance
		for _, c := range o.Children {
			below = below.Loosest(visit(c))
		}
		for _, t := range byClass[o.Class] {
			all = all.Loosest(t)
		}
		for _, m := range o.Methods {
			most := below.Loosest(byClass[o.Class][variant(m)])
			if m.Tolerance.Rel > most.Rel || m.Tolerance.Abs > most.Abs {
				out = append(out, fmt.Sprintf("%s %s at %s: tolerance %s, its rows promise %s", o.Class, m.Name, o.Path, show(m.Tolerance), show(most)))
			}
		}
		return all.Loosest(below)
	}
	visit(root)
	return out
}

// AllowList reports class paths of rows that the scanner does not allow, and
// what the scanner allows of the frameworks that is neither a row nor one of
// the parts that parts.txt gives a reason for, and parts that the scanner does
// not know. frameworks are module prefixes.
func AllowList(rows, parts, allowed, frameworks []string) []string {
	var out []string
	for _, r := range rows {
		if !slices.Contains(allowed, r) {
			out = append(out, r+": a row, and the scanner does not allow it")
		}
		if slices.Contains(parts, r) {
			out = append(out, r+": a row, and a line of parts.txt: take that out")
		}
	}
	for _, p := range parts {
		if !slices.Contains(allowed, p) {
			out = append(out, p+": a line of parts.txt, and the scanner does not allow it")
		}
	}
	for _, a := range allowed {
		first, _, _ := strings.Cut(a, ".")
		if slices.Contains(frameworks, first) && !slices.Contains(rows, a) && !slices.Contains(parts, a) {
			out = append(out, a+": the scanner allows it, and no row has it: make it one, or give the reason in parts.txt")
		}
	}
	slices.Sort(out)
	return out
}
