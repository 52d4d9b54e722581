package table

import (
	"slices"
	"strings"

	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/tensor"
)

// Bind makes the value that a port takes. Whatever does not fit is ErrInput.
func Bind(d *Data, port model.Port) (tensor.Value, error) {
	d.ports = []model.Port{port}
	v, err := d.bind(port)
	if err != nil {
		return nil, d.named(err)
	}
	return v, nil
}

// BindAll makes a value for each of the ports. For several, the arrays of an
// .npz or of {"inputs": …} go by name, and rows of named columns are divided: a
// port takes the column of its name, or columns NAME_0, NAME_1, … A port with a
// Default may be absent; its value is then nil.
func BindAll(d *Data, ports []model.Port) ([]tensor.Value, error) {
	if len(ports) == 1 {
		v, err := Bind(d, ports[0])
		return []tensor.Value{v}, err
	}
	d.ports = ports
	out := make([]tensor.Value, len(ports))
	used := map[string]bool{}
	for i, p := range ports {
		v, err := d.bindOne(p, ports, used)
		if err != nil {
			return nil, d.named(err)
		}
		out[i] = v
	}
	if d.source != nil {
		g, err := d.grid(want{names: portColumns(ports)})
		if err != nil {
			return nil, d.named(err)
		}
		var extra []string
		for _, name := range g.names {
			if !used[name] {
				extra = append(extra, name)
			}
		}
		if extra != nil {
			return nil, d.named(inputf("the model has no input for the column%s %s", plural(extra), quoteAll(extra)))
		}
	}
	if err := sameRows(ports, out); err != nil {
		return nil, d.named(err)
	}
	return out, nil
}

// bindOne binds one of several ports and notes the columns that it used.
func (d *Data) bindOne(p model.Port, ports []model.Port, used map[string]bool) (tensor.Value, error) {
	if d.parts != nil {
		for _, one := range d.parts {
			if one.name == p.Name {
				return d.bindPart(one, p)
			}
		}
		if p.Default != nil {
			return nil, nil
		}
		return nil, inputf("no input %s; the data has %s", quote(p.Name), partNames(d.parts))
	}
	if d.source == nil {
		return nil, inputf("one array, and the model takes %d inputs: %s", len(ports), portNames(ports))
	}
	g, err := d.grid(want{names: portColumns(ports)})
	if err != nil {
		return nil, err
	}
	if g.names == nil {
		return nil, inputf("columns without names, and the model takes %d inputs: %s", len(ports), portNames(ports))
	}
	if !named(p.Columns) || slices.ContainsFunc(p.Columns, func(c model.Column) bool { return !slices.Contains(g.names, c.Name) }) {
		p.Columns = nil
		for _, name := range columnsFor(p, g.names) {
			p.Columns = append(p.Columns, model.Column{Name: name})
		}
	}
	if p.Columns == nil {
		if p.Default != nil {
			return nil, nil
		}
		return nil, inputf("no column %s; the data has %s", quote(p.Name), quoteAll(g.names))
	}
	var keep []int
	for i, name := range g.names {
		if hasColumn(p.Columns, name) {
			keep = append(keep, i)
			used[name] = true
		}
	}
	return d.bindGrid(g.only(keep), p, true)
}

// portColumns are the names that make a first row a header for several ports:
// those of all that are one column.
func portColumns(ports []model.Port) []string {
	var names []string
	for _, p := range ports {
		if p.Default == nil && width(p) == 1 {
			names = append(names, p.Name)
		}
	}
	return names
}

// columnsFor are the columns that make up an input of the port's name.
func columnsFor(p model.Port, names []string) []string {
	if slices.Contains(names, p.Name) {
		return []string{p.Name}
	}
	var out []string
	for i := 0; ; i++ {
		name := numbered(p.Name, i)
		if !slices.Contains(names, name) {
			return out
		}
		out = append(out, name)
	}
}

func portNames(ports []model.Port) string {
	var names []string
	for _, p := range ports {
		names = append(names, p.Name)
	}
	return quoteAll(names)
}

func partNames(parts []part) string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	if len(names) == 0 {
		return "nothing"
	}
	return quoteAll(names)
}

func sameRows(ports []model.Port, values []tensor.Value) error {
	first := -1
	for i, v := range values {
		if v == nil || !ports[i].HasRows() {
			continue
		}
		if first < 0 {
			first = i
		}
		if a, b := rowsOf(values[first]), rowsOf(v); a != b {
			return inputf("%d rows for %s, %d for %s", a, quote(ports[first].Name), b, quote(ports[i].Name))
		}
	}
	return nil
}

func rowsOf(v tensor.Value) int {
	switch v := v.(type) {
	case *tensor.Tensor:
		return v.Dim(0)
	case *tensor.Sparse:
		return v.Rows
	case *tensor.Ragged:
		return len(v.Splits) - 1
	case *tensor.Table:
		return v.N
	}
	return 0
}

func (d *Data) bind(p model.Port) (tensor.Value, error) {
	switch {
	case d.parts != nil:
		return d.bindParts(p)
	case d.libsvm != nil:
		w := width(p)
		if p.Kind == model.Table && w < 0 {
			w = len(p.Columns)
		}
		s, err := d.libsvm.sparse(w)
		if err != nil {
			return nil, err
		}
		return d.bindValue(s, p)
	case d.value != nil:
		return d.bindValue(d.value, p)
	case d.json != nil && p.Kind != model.Table && !d.json.hasRecords():
		if d.opts.ID == "" && d.opts.Columns == nil {
			return d.bindJSON(d.json, p)
		}
	}
	g, err := d.grid(wanted(p))
	if err != nil {
		return nil, err
	}
	return d.bindGrid(g, p, g.names != nil && named(p.Columns))
}

// wanted is what a port tells of the grid that it would like.
func wanted(p model.Port) want {
	w := want{text: p.DType == tensor.String && p.Kind == model.Dense}
	if named(p.Columns) {
		for _, c := range p.Columns {
			w.names = append(w.names, c.Name)
		}
	}
	if p.Kind == model.Table && len(p.Columns) > 0 {
		w.text = !slices.ContainsFunc(p.Columns, func(c model.Column) bool { return !c.Text })
	}
	return w
}

func named(cols []model.Column) bool {
	return len(cols) > 0 && !slices.ContainsFunc(cols, func(c model.Column) bool { return c.Name == "" })
}

// bindParts finds the array for the only port: the one of its name, or "X", or
// the only one there is; for a model of columns, each array may be a column.
func (d *Data) bindParts(p model.Port) (tensor.Value, error) {
	for _, name := range []string{p.Name, "X"} {
		for _, one := range d.parts {
			if one.name == name && !(named(p.Columns) && len(d.parts) > 1 && hasColumn(p.Columns, name)) {
				return d.bindPart(one, p)
			}
		}
	}
	columns := p.Kind == model.Table || named(p.Columns) && slices.ContainsFunc(d.parts, func(one part) bool { return hasColumn(p.Columns, one.name) })
	if columns {
		g, err := d.trim(partsGrid(d.parts).grid(want{}))
		if err != nil {
			return nil, err
		}
		return d.bindGrid(g, p, named(p.Columns))
	}
	if len(d.parts) == 1 && d.Format == NPZ {
		return d.bindPart(d.parts[0], p)
	}
	return nil, inputf("no input %s; the data has %s", quote(p.Name), partNames(d.parts))
}

func hasColumn(cols []model.Column, name string) bool {
	return slices.ContainsFunc(cols, func(c model.Column) bool { return c.Name == name })
}

func (d *Data) bindPart(one part, p model.Port) (tensor.Value, error) {
	v, err := one.load()
	if err != nil {
		return nil, err
	}
	if j, ok := v.(*jsonValue); ok {
		if p.Kind != model.Table && !j.hasRecords() {
			return d.bindJSON(j, p)
		}
		g, err := j.grid(wanted(p))
		if err != nil {
			return nil, err
		}
		return d.bindGrid(g, p, g.names != nil && named(p.Columns))
	}
	return d.bindValue(v.(tensor.Value), p)
}

// hasRecords says whether the value is an array of objects.
func (j *jsonValue) hasRecords() bool {
	if j.nodes[j.root].kind != jArray {
		return false
	}
	i := j.first(j.root)
	return i >= 0 && j.nodes[i].kind == jObject && j.b64(i) < 0
}

func (d *Data) bindJSON(j *jsonValue, p model.Port) (tensor.Value, error) {
	asText := p.DType == tensor.String
	if p.Kind == model.Ragged {
		r, err := j.ragged(asText)
		if err != nil {
			return nil, err
		}
		r.Values, err = cast(r.Values, p)
		return r, err
	}
	t, err := j.tensor(asText)
	if err != nil {
		return nil, err
	}
	return d.bindValue(t, p)
}

// bindValue makes an array or a sparse matrix fit.
func (d *Data) bindValue(v tensor.Value, p model.Port) (tensor.Value, error) {
	switch v := v.(type) {
	case *tensor.Sparse:
		if p.Kind == model.Sparse || p.Sparse && p.Kind == model.Dense {
			if w := width(p); w >= 0 && w != v.Cols {
				return nil, inputf("a matrix of %d columns, the model takes %d", v.Cols, w)
			}
			data, err := cast(v.Data, p)
			if err != nil {
				return nil, err
			}
			s := *v
			s.Data = data
			return &s, nil
		}
		t, err := dense(v, d.opts.Limits)
		if err != nil {
			return nil, err
		}
		return d.bindValue(t, p)
	case *tensor.Tensor:
		if d.opts.ID != "" || d.opts.Columns != nil || p.Kind == model.Table {
			g, err := d.trim(arrayGrid{v}.grid(want{}))
			if err != nil {
				return nil, err
			}
			return d.bindGrid(g, p, false)
		}
		if p.Kind == model.Ragged {
			return raggedOf(v, p)
		}
		if p.Kind != model.Dense {
			return nil, inputf("a dense array where the model takes a %s one", p.Kind)
		}
		t, err := fit(v, p)
		if err != nil {
			return nil, err
		}
		return cast(t, p)
	}
	return nil, inputf("the model takes no such value")
}

// raggedOf makes rows of equal length of a matrix.
func raggedOf(t *tensor.Tensor, p model.Port) (tensor.Value, error) {
	if t.Rank() != 2 {
		return nil, inputf("an array of shape %v where rows are due", t.Shape())
	}
	flat, err := t.Reshape(t.Len())
	if err != nil {
		return nil, err
	}
	if flat, err = cast(flat, p); err != nil {
		return nil, err
	}
	splits := make([]int64, t.Dim(0)+1)
	for i := range splits {
		splits[i] = int64(i * t.Dim(1))
	}
	return &tensor.Ragged{Values: flat, Splits: splits}, nil
}

// numbered is the name of one of several columns of one value.
func numbered(name string, i ...int) string {
	var b strings.Builder
	b.WriteString(name)
	for _, k := range i {
		b.WriteByte('_')
		b.WriteString(itoa(k))
	}
	return b.String()
}
