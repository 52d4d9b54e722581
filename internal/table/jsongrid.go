package table

import (
	"fmt"
	"math"

	"github.com/larder-ml/larder/tensor"
)

// jsonCells are rows or records laid out as cells: the node of each, or -1
// where a record has no such key.
type jsonCells struct {
	*jsonValue
	names []string
	width int
	rows  int
	cells []int32 // rows × width
}

// grid reads an array of records, of rows, or of scalars (one column).
func (j *jsonValue) grid(want) (*grid, error) {
	if j.nodes[j.root].kind != jArray {
		return nil, j.fault(j.at(j.root), "%s where an array of rows or records is due", j.nodes[j.root].kind)
	}
	if len(j.nodes) > math.MaxInt32 {
		return nil, limitf("%d JSON values, 2^31 is the most", len(j.nodes))
	}
	c := &jsonCells{jsonValue: j}
	var err error
	switch i := j.first(j.root); {
	case i < 0:
	case j.nodes[i].kind == jObject && j.b64(i) < 0:
		err = c.fromRecords()
	case j.nodes[i].kind == jArray:
		err = c.fromRows()
	default:
		c.width = 1
		for k := range j.items(j.root) {
			c.cells = append(c.cells, int32(k))
			c.rows++
		}
	}
	if err != nil {
		return nil, err
	}
	return &grid{names: c.names, width: c.width, rows: c.rows, read: c.read}, nil
}

func (c *jsonCells) fromRows() error {
	for i := range c.items(c.root) {
		if c.nodes[i].kind != jArray {
			return c.fault(c.at(i), "%s where a row is due", c.nodes[i].kind)
		}
		before := len(c.cells)
		for k := range c.items(i) {
			c.cells = append(c.cells, int32(k))
		}
		n := len(c.cells) - before
		if c.rows == 0 {
			c.width = n
		}
		if n != c.width {
			return c.fault(c.at(i), "a row of %d values, the first has %d", n, c.width)
		}
		c.rows++
	}
	return nil
}

// fromRecords gives each key a column, in the order in which keys appear.
func (c *jsonCells) fromRecords() error {
	column := map[string]int{}
	for i := range c.items(c.root) {
		if c.nodes[i].kind != jObject {
			return c.fault(c.at(i), "%s where a record is due", c.nodes[i].kind)
		}
		c.rows++
		for k := range c.pairs(i) {
			s, err := c.text(k)
			if err != nil {
				return err
			}
			if _, ok := column[s]; !ok {
				column[s] = len(c.names)
				c.names = append(c.names, s)
			}
		}
	}
	c.width = len(c.names)
	if c.names == nil {
		c.names = []string{}
	}
	// Every record may have keys of its own, so the cells may be many more than
	// the values that are there.
	l := c.limits.WithDefaults()
	most := min(l.Bytes, 64<<20+int64(min(len(c.b), 1<<40))*l.Ratio)
	if c.width > 0 && int64(c.rows) > most/16/int64(c.width) {
		return limitf("%d records of %d different keys (Limits.Bytes, Limits.Ratio)", c.rows, c.width)
	}
	c.cells = make([]int32, c.rows*c.width)
	for i := range c.cells {
		c.cells[i] = -1
	}
	r := 0
	for i := range c.items(c.root) {
		for k, v := range c.pairs(i) {
			s, _ := c.text(k) // was read above
			at := r*c.width + column[s]
			if c.cells[at] >= 0 {
				return c.fault(c.at(k), "%s twice in one record", quote(s))
			}
			c.cells[at] = int32(v)
		}
		r++
	}
	return nil
}

func (c *jsonCells) read(want []request) ([]tensor.Column, error) {
	out := make([]tensor.Column, len(want))
	for i, r := range want {
		var err error
		if out[i], err = c.column(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cellFault names the row and the column beside the line.
func (c *jsonCells) cellFault(row int, r request, k int, detail string, args ...any) error {
	name := fmt.Sprint(r.index + 1)
	if r.index < len(c.names) {
		name = quote(c.names[r.index])
	}
	if k < 0 {
		return inputf("row %d, column %s: %s", row+1, name, fmt.Sprintf(detail, args...))
	}
	return c.fault(c.at(k), "row %d, column %s: %s", row+1, name, fmt.Sprintf(detail, args...))
}

func (c *jsonCells) column(r request) (tensor.Column, error) {
	as := r.as
	var texts, truths, nums, absent int
	for row := range c.rows {
		k := c.cells[row*c.width+r.index]
		if k < 0 {
			absent++
			continue
		}
		switch kind := c.nodes[k].kind; {
		case kind == jNull:
			absent++
		case kind == jTrue || kind == jFalse:
			truths++
		case kind.number():
			nums++
		case kind.text() || c.b64(int(k)) >= 0:
			texts++
		default:
			return tensor.Column{}, c.cellFault(row, r, int(k), "%s where a value is due", kind)
		}
	}
	if as == inferred {
		switch {
		case texts > 0 && nums+truths == 0:
			as = words
		case texts > 0: // right if all texts are "NaN" and the like
			as = numbers
		case truths > 0 && nums > 0:
			return tensor.Column{}, c.mixed(r)
		default:
			as = numbers
		}
	}
	if as == numbers {
		return c.numbers(r, truths > 0 && truths == c.rows, truths == 0 && texts == 0 && absent == 0)
	}
	return c.words(r, as)
}

// mixed says where booleans and numbers meet.
func (c *jsonCells) mixed(r request) error {
	for row := range c.rows {
		if k := c.cells[row*c.width+r.index]; k >= 0 && (c.nodes[k].kind == jTrue || c.nodes[k].kind == jFalse) {
			return c.cellFault(row, r, int(k), "a boolean among numbers")
		}
	}
	return nil
}

func (c *jsonCells) numbers(r request, truths, ints bool) (tensor.Column, error) {
	v := make([]float64, c.rows)
	var missing []tensor.Missing
	mark := func(row int, m tensor.Missing) {
		if missing == nil {
			missing = make([]tensor.Missing, c.rows)
		}
		missing[row], v[row] = m, math.NaN()
	}
	var whole []int64
	if ints && c.rows > 0 {
		whole = make([]int64, c.rows)
	}
	for row := range c.rows {
		k := int(c.cells[row*c.width+r.index])
		if k < 0 {
			mark(row, tensor.MissingNaN)
			continue
		}
		if c.nodes[k].kind == jNull {
			mark(row, tensor.MissingNone)
			continue
		}
		x, ok := c.float(k)
		if !ok {
			return tensor.Column{}, c.cellFault(row, r, k, "%s is no number", c.show(k))
		}
		v[row] = x
		if whole != nil {
			if c.nodes[k].kind != jInt {
				whole = nil
			} else if whole[row], ok = integer(c.raw(k)); !ok {
				whole = nil
			}
		}
	}
	switch {
	case truths:
		return tensor.Column{Name: r.name, Values: bools(v)}, nil
	case whole != nil:
		return tensor.Column{Name: r.name, Values: tensor.Of(whole)}, nil
	}
	return tensor.Column{Name: r.name, Values: tensor.Of(v), Missing: missing}, nil
}

func (c *jsonCells) words(r request, as form) (tensor.Column, error) {
	v := make([]string, c.rows)
	missing := make([]tensor.Missing, c.rows)
	for row := range c.rows {
		k := int(c.cells[row*c.width+r.index])
		if k < 0 || c.nodes[k].kind == jNull {
			if as == verbatim {
				return tensor.Column{}, c.cellFault(row, r, k, "no text")
			}
			missing[row] = tensor.MissingNaN
			if k >= 0 {
				missing[row] = tensor.MissingNone
			}
			continue
		}
		s, ok, err := c.str(k)
		if err != nil {
			return tensor.Column{}, err
		}
		switch kind := c.nodes[k].kind; {
		case ok:
		case kind == jTrue:
			s = "True"
		case kind == jFalse:
			s = "False"
		default:
			s = text(c.raw(k)) // digits for a model that was fitted on text
		}
		v[row] = s
	}
	return textColumn(r.name, v, missing), nil
}
