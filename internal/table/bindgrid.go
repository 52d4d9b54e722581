package table

import (
	"slices"
	"strconv"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

func itoa(i int) string { return strconv.Itoa(i) }

// grid is the rows with --columns and --id applied.
func (d *Data) grid(w want) (*grid, error) { return d.trim(d.source.grid(w)) }

// find is the column that an option names: by name, or by number from 0 where
// nobody knows names.
func (g *grid) find(name, option string) (int, error) {
	if g.names == nil {
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < g.width {
			return i, nil
		}
		return 0, inputf("%s: no column %s; the data has %d without names", option, quote(name), g.width)
	}
	at := -1
	for i, s := range g.names {
		if s == name {
			if at >= 0 {
				return 0, inputf("%s: column %s is there twice", option, quote(name))
			}
			at = i
		}
	}
	if at < 0 {
		return 0, inputf("%s: no column %s; the data has %s", option, quote(name), quoteAll(g.names))
	}
	return at, nil
}

// trim applies the options to a grid: what remains is what the model may see.
func (d *Data) trim(g *grid, err error) (*grid, error) {
	if err != nil {
		return nil, err
	}
	id := -1
	if d.opts.ID != "" {
		if id, err = g.find(d.opts.ID, "id"); err != nil {
			return nil, err
		}
	}
	var keep []int
	if d.opts.Columns != nil {
		for _, name := range d.opts.Columns {
			i, err := g.find(name, "columns")
			if err != nil {
				return nil, err
			}
			keep = append(keep, i)
		}
	} else {
		for i := range g.width {
			if i != id && (g.hidden == nil || !g.hidden[i]) {
				keep = append(keep, i)
			}
		}
	}
	if len(keep) == g.width && slices.IsSorted(keep) {
		return g, nil
	}
	return g.only(keep), nil
}

// only is some of the columns.
func (g *grid) only(keep []int) *grid {
	out := &grid{width: len(keep), rows: g.rows}
	if g.names != nil {
		out.names = make([]string, len(keep))
		for i, k := range keep {
			out.names[i] = g.names[k]
		}
	}
	out.read = func(want []request) ([]tensor.Column, error) {
		inner := slices.Clone(want)
		for i := range inner {
			inner[i].index = keep[inner[i].index]
		}
		return g.read(inner)
	}
	return out
}

// ID is the column that Options.ID splits off, in the type in which it can be
// passed on without change: integers where all are written as such, else text.
// Nil where no column was asked for. Ask after Bind or BindAll, whose ports say
// whether the first row is a header.
func (d *Data) ID() (*tensor.Column, error) {
	if d.opts.ID == "" {
		return nil, nil
	}
	c, err := d.id(d.ports)
	if err != nil {
		return nil, d.named(err)
	}
	return c, nil
}

func (d *Data) id(ports []model.Port) (*tensor.Column, error) {
	var src source
	switch {
	case d.source != nil:
		src = d.source
	case d.parts != nil:
		for i, p := range d.parts { // the others need not be columns
			if p.name == d.opts.ID {
				src = partsGrid(d.parts[i : i+1])
			}
		}
		if src == nil {
			return nil, inputf("id: no array %s; the data has %s", quote(d.opts.ID), partNames(d.parts))
		}
	default:
		t, ok := d.value.(*tensor.Tensor)
		if !ok {
			return nil, inputf("id: a sparse matrix has no column to pass on")
		}
		src = arrayGrid{t}
	}
	var w want
	if len(ports) == 1 {
		w = wanted(ports[0])
	} else {
		w.names = portColumns(ports)
	}
	g, err := src.grid(w)
	if err != nil {
		return nil, err
	}
	i, err := g.find(d.opts.ID, "id")
	if err != nil {
		return nil, err
	}
	r := request{index: i, name: d.opts.ID, as: inferred}
	_, isCSV := d.source.(*csvFile)
	if isCSV {
		r.as = verbatim
	}
	cols, err := g.read([]request{r})
	if err != nil {
		return nil, err
	}
	c := cols[0]
	if isCSV {
		if ints, ok := canonical(tensor.Data[string](c.Values)); ok {
			c.Values = tensor.Of(ints)
		}
	}
	return &c, nil
}

// canonical are the integers of texts that print the same again.
func canonical(list []string) ([]int64, bool) {
	out := make([]int64, len(list))
	var buf []byte
	for i, s := range list {
		v, err := strconv.ParseInt(s, 10, 64)
		if buf = strconv.AppendInt(buf[:0], v, 10); err != nil || string(buf) != s {
			return nil, false
		}
		out[i] = v
	}
	return out, len(out) > 0
}

// bindGrid makes the value of a port from rows of fields, by name or by
// position.
func (d *Data) bindGrid(g *grid, p model.Port, byName bool) (tensor.Value, error) {
	if g.width == 0 && g.rows == 0 && g.names == nil {
		return empty(p)
	}
	var want []request
	var err error
	if byName {
		want, err = matchNames(g, p)
	} else {
		want, err = matchPositions(g, p)
	}
	if err != nil {
		return nil, err
	}
	if p.Kind == model.Table {
		cols, err := g.read(want)
		if err != nil {
			return nil, err
		}
		return &tensor.Table{Columns: cols, N: g.rows}, nil
	}
	if p.Kind != model.Dense {
		return nil, inputf("rows of fields where the model takes a %s value", p.Kind)
	}
	cols, err := g.read(want)
	if err != nil {
		return nil, err
	}
	t, err := matrix(cols, g.rows, p)
	if err != nil {
		return nil, err
	}
	shape, ok := fold(g.rows, len(cols), p)
	if !ok {
		return nil, inputf("%d rows of %d columns, the model takes %s", g.rows, len(cols), model.ShapeString(p.Shape))
	}
	if t, err = t.Reshape(shape...); err != nil {
		return nil, err
	}
	return cast(t, p)
}

// ask is the request for the column that the model knows as c.
func ask(index int, name string, c model.Column, p model.Port) request {
	r := request{index: index, name: name, keep: tokens(c.Categories)}
	switch {
	case p.Kind == model.Table && c.Text:
		r.as = words
	case p.Kind == model.Table:
		r.as = inferred
	case p.DType == tensor.String:
		r.as = verbatim
	case p.DType == tensor.Invalid:
		r.as = inferred
	default:
		r.as = numbers
	}
	return r
}

// matchNames puts columns into the model's order. What is left over goes to the
// end of a table, whose model says what becomes of it; a matrix has no place for it.
func matchNames(g *grid, p model.Port) ([]request, error) {
	at := make(map[string]int, len(g.names))
	twice := map[string]bool{}
	for i, name := range g.names {
		if _, ok := at[name]; ok {
			twice[name] = true
			continue
		}
		at[name] = i
	}
	var out []request
	var lacking []string
	used := make([]bool, g.width)
	for _, c := range p.Columns {
		i, ok := at[c.Name]
		if !ok {
			lacking = append(lacking, c.Name)
			continue
		}
		if twice[c.Name] {
			return nil, inputf("column %s is there twice", quote(c.Name))
		}
		used[i] = true
		out = append(out, ask(i, c.Name, c, p))
	}
	// A table's model may not use every column that it was fitted on: it says
	// itself which of them it misses.
	if lacking != nil && p.Kind != model.Table {
		return nil, inputf("the data lacks the column%s %s; it has %s", plural(lacking), quoteAll(lacking), quoteAll(g.names))
	}
	var extra []string
	for i, name := range g.names {
		if !used[i] && !(twice[name] && used[at[name]]) {
			extra = append(extra, name)
			if p.Kind == model.Table {
				out = append(out, ask(i, name, model.Column{}, p))
			}
		}
	}
	if extra != nil && p.Kind != model.Table {
		return nil, inputf("the model was not fitted on the column%s %s", plural(extra), quoteAll(extra))
	}
	return out, nil
}

func plural(list []string) string {
	if len(list) == 1 {
		return ""
	}
	return "s"
}

// matchPositions takes columns in the order in which they stand. They get the
// model's names where it has some.
func matchPositions(g *grid, p model.Port) ([]request, error) {
	n := width(p)
	if len(p.Columns) > 0 && (p.Kind == model.Table || n < 0) {
		n = len(p.Columns)
	}
	if n >= 0 && n != g.width {
		return nil, inputf("the data has %d column%s, the model takes %d", g.width, map[bool]string{true: "", false: "s"}[g.width == 1], n)
	}
	out := make([]request, g.width)
	for i := range out {
		var c model.Column
		if i < len(p.Columns) {
			c = p.Columns[i]
		}
		name := c.Name
		if name == "" && g.names != nil {
			name = g.names[i]
		}
		out[i] = ask(i, name, c, p)
	}
	return out, nil
}

// empty is the value of no rows of unknown columns.
func empty(p model.Port) (tensor.Value, error) {
	if p.Kind == model.Table {
		t := &tensor.Table{}
		for _, c := range p.Columns {
			d := tensor.Float64
			if c.Text {
				d = tensor.String
			}
			t.Columns = append(t.Columns, tensor.Column{Name: c.Name, Values: tensor.New(d, 0)})
		}
		return t, nil
	}
	shape, ok := fold(0, max(width(p), 0), p)
	if p.Kind != model.Dense || !ok {
		return nil, inputf("no rows, the model takes %s", model.ShapeString(p.Shape))
	}
	d := p.DType
	if d == tensor.Invalid {
		d = tensor.Float64
	}
	return tensor.New(d, shape...), nil
}
