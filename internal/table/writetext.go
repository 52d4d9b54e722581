package table

import (
	"bufio"
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/tensor"
)

// writeCSV writes a header and the rows. A single column of text that is empty
// is quoted, since an empty line is no row.
func writeCSV(w *bufio.Writer, out Named, o WriteOptions) error {
	cols, rows, err := layOut(out, o)
	if err != nil {
		return err
	}
	var b []byte
	for j, c := range cols {
		if c.values.DType() == tensor.Complex64 || c.values.DType() == tensor.Complex128 {
			return unsupported("column %s is %s; .npy and .npz hold it", quote(c.name), c.values.DType())
		}
		if j > 0 {
			b = append(b, ',')
		}
		b = appendField(b, c.name, len(cols) == 1)
	}
	b = append(b, '\n')
	for r := range rows {
		for j := range cols {
			c := &cols[j]
			if j > 0 {
				b = append(b, ',')
			}
			switch {
			case c.isMissing(r):
				b = appendField(b, "", len(cols) == 1)
			case c.values.DType() == tensor.String:
				b = appendField(b, tensor.Data[string](c.values)[c.at(r)], len(cols) == 1)
			default:
				b = appendNumber(b, c.values, c.at(r))
			}
		}
		b = append(b, '\n')
		if len(b) > 1<<15 {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err = w.Write(b)
	return err
}

func appendField(b []byte, s string, alone bool) []byte {
	if !strings.ContainsAny(s, ",\"\r\n") && !(alone && strings.TrimSpace(s) == "") {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

// appendNumber writes a number as Python prints it: the fewest digits that read
// back the same, with a point so that a float stays one.
func appendNumber(b []byte, t *tensor.Tensor, i int) []byte {
	switch d := t.DType(); {
	case d == tensor.Bool:
		if t.Int(i) != 0 {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case d == tensor.Uint64:
		return strconv.AppendUint(b, tensor.Data[uint64](t)[i], 10)
	case d.IsInteger():
		return strconv.AppendInt(b, t.Int(i), 10)
	}
	switch v := t.Float(i); {
	case math.IsNaN(v):
		return append(b, "NaN"...)
	case math.IsInf(v, 1):
		return append(b, "inf"...)
	case math.IsInf(v, -1):
		return append(b, "-inf"...)
	default:
		return appendFloat(b, v, t.DType())
	}
}

func appendFloat(b []byte, v float64, d tensor.DType) []byte {
	bits := 64
	if d != tensor.Float64 { // the 16-bit floats are float32s too
		bits = 32
	}
	form := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e16) {
		form = 'e'
	}
	n := len(b)
	b = strconv.AppendFloat(b, v, form, -1, bits)
	if form == 'f' && !strings.Contains(string(b[n:]), ".") {
		b = append(b, ".0"...)
	}
	return b
}

// appendJSON writes one element.
func appendJSON(b []byte, t *tensor.Tensor, i int) ([]byte, error) {
	switch d := t.DType(); {
	case d == tensor.String:
		return appendString(b, tensor.Data[string](t)[i]), nil
	case d == tensor.Bool:
		return strconv.AppendBool(b, t.Int(i) != 0), nil
	case d.IsFloat():
		switch v := t.Float(i); {
		case math.IsNaN(v):
			return append(b, `"NaN"`...), nil
		case math.IsInf(v, 1):
			return append(b, `"Infinity"`...), nil
		case math.IsInf(v, -1):
			return append(b, `"-Infinity"`...), nil
		}
	case !d.IsInteger():
		return b, unsupported("JSON has no %s; .npy and .npz hold it", d)
	}
	return appendNumber(b, t, i), nil
}

// appendString writes a JSON string; bytes that are not UTF-8 are {"b64": …}.
func appendString(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		b = append(b, `{"b64": "`...)
		b = base64.StdEncoding.AppendEncode(b, []byte(s))
		return append(b, `"}`...)
	}
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		ch := s[i]
		if ch >= ' ' && ch != '"' && ch != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch ch {
		case '"', '\\':
			b = append(b, '\\', ch)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			const hex = "0123456789abcdef"
			b = append(b, `\u00`...)
			b = append(b, hex[ch>>4], hex[ch&15])
		}
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// jsonRows writes an answer's rows one at a time.
type jsonRows struct {
	rows int
	one  bool // no dimension: the value itself, no array
	row  func(b []byte, r int) ([]byte, error)
}

func rowsAsJSON(out Named, o WriteOptions) (*jsonRows, error) {
	switch v := out.Value.(type) {
	case *tensor.Tensor:
		width := 1
		for _, d := range v.Shape()[min(1, v.Rank()):] {
			width *= d
		}
		return &jsonRows{v.Dim(0), v.Rank() == 0, func(b []byte, r int) ([]byte, error) {
			if v.Rank() == 0 {
				return appendJSON(b, v, 0)
			}
			return appendNested(b, v, v.Shape()[1:], r*width)
		}}, nil
	case *tensor.Sparse:
		t, err := dense(v, o.Limits)
		if err != nil {
			return nil, err
		}
		return rowsAsJSON(Named{out.Name, t}, o)
	case *tensor.Ragged:
		return &jsonRows{len(v.Splits) - 1, false, func(b []byte, r int) ([]byte, error) {
			part := v.Values.Rows(int(v.Splits[r]), int(v.Splits[r+1]))
			return appendNested(b, part, part.Shape(), 0)
		}}, nil
	case *tensor.Table:
		cols, _, err := layOutValue(out, o)
		return &jsonRows{v.N, false, func(b []byte, r int) ([]byte, error) { return appendRecord(b, cols, r) }}, err
	}
	return nil, unsupported("output %s is a resource of its framework, which no file holds", quote(out.Name))
}

func appendNested(b []byte, t *tensor.Tensor, shape []int, at int) ([]byte, error) {
	if len(shape) == 0 {
		return appendJSON(b, t, at)
	}
	width := 1
	for _, d := range shape[1:] {
		width *= d
	}
	b = append(b, '[')
	for i := range shape[0] {
		if i > 0 {
			b = append(b, ", "...)
		}
		var err error
		if b, err = appendNested(b, t, shape[1:], at+i*width); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func appendRecord(b []byte, cols []outColumn, r int) ([]byte, error) {
	b = append(b, '{')
	for j := range cols {
		if j > 0 {
			b = append(b, ", "...)
		}
		b = append(appendString(b, cols[j].name), ": "...)
		var err error
		if b, err = appendCell(b, &cols[j], r); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func appendCell(b []byte, c *outColumn, r int) ([]byte, error) {
	if c.isMissing(r) {
		return append(b, "null"...), nil
	}
	return appendJSON(b, c.values, c.at(r))
}

// writeJSON writes one answer as its rows, several as an object of them. With an
// id column one answer becomes records, and several get it as the first entry.
func writeJSON(w *bufio.Writer, outs []Named, o WriteOptions) error {
	p := &jsonPrinter{w: w}
	if len(outs) == 1 {
		rows, err := rowsWithID(outs[0], o)
		if err != nil {
			return err
		}
		p.array(rows, "\n", "\n")
		p.b = append(p.b, '\n')
		return p.flush()
	}
	p.b = append(p.b, '{')
	if o.ID != nil {
		id := tableColumn(*o.ID)
		p.b = append(appendString(p.b, id.name), ": "...)
		p.array(&jsonRows{rows: id.values.Len(), row: func(b []byte, r int) ([]byte, error) { return appendCell(b, &id, r) }}, "", " ")
		p.b = append(p.b, ",\n"...)
	}
	for i, out := range outs {
		if i > 0 {
			p.b = append(p.b, ",\n"...)
		}
		rows, err := rowsAsJSON(out, o)
		if err != nil {
			return err
		}
		p.b = append(appendString(p.b, out.Name), ": "...)
		p.array(rows, "", " ")
	}
	p.b = append(p.b, "}\n"...)
	return p.flush()
}

// writeJSONL writes a line for each row: the value, or with an id or several
// answers a record.
func writeJSONL(w *bufio.Writer, outs []Named, o WriteOptions) error {
	p := &jsonPrinter{w: w}
	if len(outs) == 1 {
		rows, err := rowsWithID(outs[0], o)
		if err != nil {
			return err
		}
		for r := range rows.rows {
			p.line(rows, r)
			p.b = append(p.b, '\n')
		}
		return p.flush()
	}
	var all []*jsonRows
	for _, out := range outs {
		rows, err := rowsAsJSON(out, o)
		if err != nil {
			return err
		}
		if len(all) > 0 && (rows.rows != all[0].rows || rows.one != all[0].one) {
			return unsupported("outputs %s and %s have %d and %d rows; .json and .npz hold them", quote(outs[0].Name), quote(out.Name), all[0].rows, rows.rows)
		}
		all = append(all, rows)
	}
	for r := range all[0].rows {
		p.b = append(p.b, '{')
		if o.ID != nil {
			id := tableColumn(*o.ID)
			if id.values.Len() != all[0].rows {
				return inputf("the answer has %d rows, the id column %d", all[0].rows, id.values.Len())
			}
			p.b = append(appendString(p.b, id.name), ": "...)
			if p.b, p.err = appendCell(p.b, &id, r); p.err != nil {
				return p.err
			}
			p.b = append(p.b, ", "...)
		}
		for i, rows := range all {
			if i > 0 {
				p.b = append(p.b, ", "...)
			}
			p.b = append(appendString(p.b, outs[i].Name), ": "...)
			p.line(rows, r)
		}
		p.b = append(p.b, "}\n"...)
	}
	return p.flush()
}

// jsonPrinter writes with a sticky error.
type jsonPrinter struct {
	w   *bufio.Writer
	b   []byte
	err error
}

func (p *jsonPrinter) flush() error {
	if p.err == nil {
		_, p.err = p.w.Write(p.b)
	}
	p.b = p.b[:0]
	return p.err
}

func (p *jsonPrinter) line(rows *jsonRows, r int) {
	if p.err != nil {
		return
	}
	if p.b, p.err = rows.row(p.b, r); len(p.b) > 1<<15 {
		p.flush()
	}
}

func (p *jsonPrinter) array(rows *jsonRows, edge, gap string) {
	if rows.one {
		p.line(rows, 0)
		return
	}
	p.b = append(p.b, '[')
	for r := range rows.rows {
		if r > 0 {
			p.b = append(append(p.b, ','), gap...)
		} else {
			p.b = append(p.b, edge...)
		}
		p.line(rows, r)
	}
	if rows.rows > 0 {
		p.b = append(p.b, edge...)
	}
	p.b = append(p.b, ']')
}

// rowsWithID are the rows of one answer; with an id they are records.
func rowsWithID(out Named, o WriteOptions) (*jsonRows, error) {
	rows, err := rowsAsJSON(out, o)
	if err != nil || o.ID == nil {
		return rows, err
	}
	id := tableColumn(*o.ID)
	if id.values.Len() != rows.rows {
		return nil, inputf("the answer has %d rows, the id column %d", rows.rows, id.values.Len())
	}
	if _, ok := out.Value.(*tensor.Table); ok {
		cols, n, err := layOut(out, o)
		return &jsonRows{n, false, func(b []byte, r int) ([]byte, error) { return appendRecord(b, cols, r) }}, err
	}
	return &jsonRows{rows.rows, false, func(b []byte, r int) ([]byte, error) {
		b = append(appendString(append(b, '{'), id.name), ": "...)
		b, err := appendCell(b, &id, r)
		if err != nil {
			return b, err
		}
		b = append(appendString(append(b, ", "...), out.Name), ": "...)
		if b, err = rows.row(b, r); err != nil {
			return b, err
		}
		return append(b, '}'), nil
	}}, nil
}
