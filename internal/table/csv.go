package table

import (
	"bytes"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/larder-ml/larder/tensor"
)

// csvFile is a CSV whose rows have been found and whose fields are read when
// they are wanted.
type csvFile struct {
	b       []byte
	starts  []int // of rows, the header's too
	opts    Options
	missing missingSet
	header  []string // once a grid has been made; for errors
}

func newCSV(b []byte, o Options) (*csvFile, error) {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return nil, inputf("line 1, column 1: the text is UTF-16; save it as UTF-8")
	}
	c := &csvFile{b: bytes.TrimPrefix(b, []byte(bom)), opts: o, missing: o.missing()}
	if err := c.index(); err != nil {
		return nil, err
	}
	if len(c.starts) == 0 {
		return nil, inputf("line 1, column 1: nothing but empty lines")
	}
	return c, nil
}

func (c *csvFile) grid(w want) (*grid, error) {
	first, _, err := c.scanRow(c.starts[0], nil)
	if err != nil {
		return nil, err
	}
	rows := c.starts
	g := &grid{width: len(first)}
	c.header = nil
	has, err := c.hasHeader(first, w)
	if err != nil {
		return nil, err
	}
	if has {
		for _, f := range first {
			g.names = append(g.names, string(c.bytes(f)))
		}
		c.header = g.names
		rows = rows[1:]
	}
	g.rows = len(rows)
	g.read = func(want []request) ([]tensor.Column, error) { return c.read(rows, g.width, want) }
	return g, nil
}

// hasHeader is the contract's rule: the first row is a header if none of its
// fields is a number or missing and some later row has one, or if it is the
// model's names. It is taken for the names too where it holds all of them
// beside others (an id, the target), and where it is the only row of a file for
// a model that needs numbers.
func (c *csvFile) hasHeader(first []field, w want) (bool, error) {
	if c.opts.Header != HeaderAuto {
		return c.opts.Header == HeaderYes, nil
	}
	anyNumber, plain := false, true
	names := map[string]bool{}
	for _, f := range first {
		b := c.bytes(f)
		_, num := number(b)
		anyNumber = anyNumber || num
		plain = plain && !num && !c.missing.has(b)
		names[string(b)] = true
	}
	if len(w.names) > 0 && !slices.ContainsFunc(w.names, func(s string) bool { return !names[s] }) &&
		(len(first) == len(w.names) || !anyNumber) {
		return true, nil
	}
	if !plain {
		return false, nil
	}
	if len(c.starts) == 1 {
		return !w.text, nil
	}
	var row []field
	for _, pos := range c.starts[1:] {
		var err error
		if row, _, err = c.scanRow(pos, row[:0]); err != nil {
			return false, err
		}
		for _, f := range row {
			b := c.bytes(f)
			if _, num := number(b); num || c.missing.has(b) {
				return true, nil
			}
		}
	}
	return false, nil
}

// tally is what one stretch of rows holds in one column.
type tally struct {
	word    int // first row with a field that is neither number, boolean nor missing; -1
	truth   int // first row with a boolean; -1
	truths  int
	missing bool
	point   bool // a number that is no int64
	big     bool // an int64 that a float64 may round
}

// read makes columns in one pass over the rows, cut into stretches that are
// read side by side. Only columns that turn out to be text, or integers that a
// float64 would round, need a second one.
func (c *csvFile) read(rows []int, width int, want []request) ([]tensor.Column, error) {
	cols := make([]csvColumn, len(want))
	byIndex := make([][]int, width)
	for i, r := range want {
		cols[i] = csvColumn{request: r}
		cols[i].open(len(rows))
		byIndex[r.index] = append(byIndex[r.index], i)
	}
	stretches := cut(len(rows))
	tallies := make([][]tally, len(stretches))
	err := each(stretches, func(k, from, to int) error {
		t := make([]tally, len(want))
		for i := range t {
			t[i].word, t[i].truth = -1, -1
		}
		tallies[k] = t
		var f []field
		for r := from; r < to; r++ {
			var err error
			if f, _, err = c.scanRow(rows[r], f[:0]); err != nil {
				return err
			}
			if len(f) != width {
				return c.fault(rows[r], min(len(f), width), "a row of %d fields, the first has %d", len(f), width)
			}
			for j, list := range byIndex {
				for _, i := range list {
					cols[i].take(c, r, f[j], &t[i])
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	again := make([][]int, width)
	some := false
	for i := range cols {
		twice, err := cols[i].settle(c, rows, i, tallies)
		if err != nil {
			return nil, err
		}
		if twice {
			again[cols[i].index] = append(again[cols[i].index], i)
			some = true
		}
	}
	if some {
		each(stretches, func(_, from, to int) error {
			var f []field
			var none tally
			for r := from; r < to; r++ {
				f, _, _ = c.scanRow(rows[r], f[:0])
				for j, list := range again {
					for _, i := range list {
						cols[i].take(c, r, f[j], &none)
					}
				}
			}
			return nil
		})
	}
	out := make([]tensor.Column, len(cols))
	for i := range cols {
		out[i] = cols[i].close()
	}
	return out, nil
}

// csvColumn is a column while it is read.
type csvColumn struct {
	request
	kind    tensor.DType // what the fields become; Float64 until all were seen
	floats  []float64
	ints    []int64
	strs    []string
	missing []tensor.Missing
	whole   bool
}

func (k *csvColumn) open(n int) {
	switch {
	case k.as == words || k.as == verbatim:
		k.kind, k.strs = tensor.String, make([]string, n)
		if k.as == words {
			k.missing = make([]tensor.Missing, n)
		}
	default:
		k.kind, k.floats = tensor.Float64, make([]float64, n)
	}
}

// take reads one field.
func (k *csvColumn) take(c *csvFile, r int, f field, t *tally) {
	b := c.bytes(f)
	switch k.kind {
	case tensor.String:
		if k.as != verbatim && c.missing.has(b) && !k.keep[string(b)] {
			k.missing[r] = tensor.MissingNaN
			return
		}
		k.strs[r] = text(b)
		return
	case tensor.Int64:
		k.ints[r], _ = integer(b)
		return
	}
	if t.word >= 0 {
		return // it will be text, or an error
	}
	if len(b) == 0 || c.missing.numeric {
		if c.missing.has(b) && !k.keep[string(b)] {
			k.floats[r] = math.NaN()
			t.missing = true
			return
		}
	}
	v, kind := numeral(b)
	switch kind {
	case whole:
		k.floats[r] = v
		return
	case wholeBig:
		k.floats[r], t.big = v, true
		return
	case decimal:
		if v-v == 0 || k.keep == nil || !k.keep[string(b)] { // "nan" and "inf" may be categories
			k.floats[r], t.point = v, true
			return
		}
	}
	if c.missing.has(b) && !k.keep[string(b)] {
		k.floats[r] = math.NaN()
		t.missing = true
		return
	}
	if v, ok := truth(b); ok {
		if t.truth < 0 {
			t.truth = r
		}
		t.truths++
		if v {
			k.floats[r] = 1
		}
		return
	}
	t.word = r
}

// settle says what the column is once all rows were seen, and whether they must
// be read again for it.
func (k *csvColumn) settle(c *csvFile, rows []int, i int, tallies [][]tally) (again bool, err error) {
	if k.kind == tensor.String {
		return false, nil
	}
	all := tally{word: -1, truth: -1}
	for _, t := range tallies {
		t := t[i]
		if all.word < 0 {
			all.word = t.word
		}
		if all.truth < 0 {
			all.truth = t.truth
		}
		all.truths += t.truths
		all.missing = all.missing || t.missing
		all.point = all.point || t.point
		all.big = all.big || t.big
	}
	if all.word < 0 && all.truths == len(k.floats) && all.truths > 0 {
		k.kind = tensor.Bool
		return false, nil
	}
	if all.word < 0 && all.truths > 0 {
		all.word = all.truth
	}
	switch {
	case all.word >= 0 && k.as == numbers:
		f, _, err := c.scanRow(rows[all.word], nil)
		if err != nil {
			return false, err
		}
		at := f[k.index]
		return false, c.fault(at.from, k.index, "%s is no number", quote(string(c.bytes(at))))
	case all.word >= 0:
		n := len(k.floats)
		k.floats, k.as = nil, words
		k.open(n)
		return true, nil
	case all.point || all.missing || len(k.floats) == 0:
		return false, nil
	case all.big:
		k.ints, k.floats, k.kind = make([]int64, len(k.floats)), nil, tensor.Int64
		return true, nil
	}
	k.whole = true
	return false, nil
}

func (k *csvColumn) close() tensor.Column {
	switch {
	case k.kind == tensor.String:
		return textColumn(k.name, k.strs, k.missing)
	case k.kind == tensor.Bool:
		return tensor.Column{Name: k.name, Values: bools(k.floats)}
	case k.kind == tensor.Int64:
		return tensor.Column{Name: k.name, Values: tensor.Of(k.ints)}
	}
	return finish(k.name, k.floats, nil, k.whole)
}

// stretch is the rows [from, to).
type stretch struct{ from, to int }

// cut divides n rows among the processors.
func cut(n int) []stretch {
	parts := max(1, min(runtime.GOMAXPROCS(0), n/4096))
	out := make([]stretch, parts)
	for i := range out {
		out[i] = stretch{n * i / parts, n * (i + 1) / parts}
	}
	return out
}

// each runs do on all stretches; the error is that of the first stretch that
// has one.
func each(list []stretch, do func(k, from, to int) error) error {
	errs := make([]error, len(list))
	var wg sync.WaitGroup
	for k, s := range list[1:] {
		wg.Go(func() { errs[k+1] = do(k+1, s.from, s.to) })
	}
	errs[0] = do(0, list[0].from, list[0].to)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
