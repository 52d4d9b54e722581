package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// parquetFile is a Parquet file of flat columns; those that nobody asks for may
// be anything.
type parquetFile struct {
	f       *parquet.File
	columns []*parquet.Column // of the first level
	leaf    []int             // index of each among the leaves
	names   []string
	hidden  []bool // pandas's index
	levels  []bool // a category column of pandas's
	size    int
	limits  document.Limits
}

// sheltered runs do; the Parquet library panics on some broken files.
func sheltered(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = inputf("Parquet: %v", r)
		}
	}()
	return do()
}

func newParquet(b []byte, l document.Limits) (source, error) {
	p := &parquetFile{size: len(b), limits: l.WithDefaults()}
	err := sheltered(func() error {
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil {
			return inputf("Parquet: %v", err)
		}
		p.f, p.columns = f, f.Root().Columns()
		index, category := pandasColumns(f)
		for _, c := range p.columns {
			p.names = append(p.names, c.Name())
			p.hidden = append(p.hidden, index[c.Name()])
			p.levels = append(p.levels, category[c.Name()])
			if c.Leaf() {
				p.leaf = append(p.leaf, c.Index())
			} else {
				p.leaf = append(p.leaf, -1)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// A column may hold nothing but nulls, so rows say little of bytes.
	if most := min(p.limits.Bytes, 64<<20+int64(len(b))*p.limits.Ratio); p.f.NumRows() < 0 || p.f.NumRows() > most/8 {
		return nil, limitf("Parquet file of %d rows in %d bytes (Limits.Bytes, Limits.Ratio)", p.f.NumRows(), len(b))
	}
	return p, nil
}

// pandasColumns are the columns that pandas keeps as an index, and those that
// were categories: the key "pandas" of the file's metadata says so.
func pandasColumns(f *parquet.File) (index, category map[string]bool) {
	index, category = map[string]bool{}, map[string]bool{}
	s, _ := f.Lookup("pandas")
	var meta struct {
		Index   []any `json:"index_columns"`
		Columns []struct {
			Field string `json:"field_name"`
			Type  string `json:"pandas_type"`
		} `json:"columns"`
	}
	if json.Unmarshal([]byte(s), &meta) != nil {
		return // absent, or another's
	}
	for _, c := range meta.Index {
		if name, ok := c.(string); ok { // a range is an object
			index[name] = true
		}
	}
	for _, c := range meta.Columns {
		category[c.Field] = c.Type == "categorical"
	}
	return
}

func (p *parquetFile) grid(want) (*grid, error) {
	return &grid{names: p.names, width: len(p.names), rows: int(p.f.NumRows()), hidden: p.hidden, read: func(want []request) ([]tensor.Column, error) {
		out := make([]tensor.Column, len(want))
		for i, r := range want {
			err := sheltered(func() (err error) {
				out[i], err = p.column(r)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	}}, nil
}

// column reads one column of all row groups.
func (p *parquetFile) column(r request) (tensor.Column, error) {
	node := p.columns[r.index]
	k := &parquetColumn{request: r, levels: p.levels[r.index]}
	if p.leaf[r.index] < 0 || node.Repeated() {
		return tensor.Column{}, inputf("column %s is nested", columnName(r))
	}
	if err := k.typeOf(node); err != nil {
		return tensor.Column{}, err
	}
	var budget int64
	for _, g := range p.f.RowGroups() {
		chunk := g.ColumnChunks()[p.leaf[r.index]]
		pages := chunk.Pages()
		for {
			page, err := pages.ReadPage()
			if err != nil {
				pages.Close()
				if errors.Is(err, io.EOF) {
					break
				}
				return tensor.Column{}, inputf("Parquet: column %s: %v", columnName(r), err)
			}
			budget += page.Size()
			if budget > p.limits.Bytes {
				pages.Close()
				return tensor.Column{}, limitf("column %s is more than %d bytes (Limits.Bytes)", columnName(r), p.limits.Bytes)
			}
			err = k.page(page)
			parquet.Release(page)
			if err != nil {
				pages.Close()
				return tensor.Column{}, err
			}
		}
		pages.Close()
	}
	if k.n != int(p.f.NumRows()) {
		return tensor.Column{}, inputf("Parquet: column %s has %d rows, the file has %d", columnName(r), k.n, p.f.NumRows())
	}
	return k.close()
}

// parquetColumn is a column while it is read.
type parquetColumn struct {
	request
	levels bool
	dtype  tensor.DType
	n      int
	nulls  int
	bits   []uint64 // of numbers: the int64, or the float64
	strs   []string
	null   []bool
	seen   map[string]string // so that equal texts share memory
	codes  map[string]int64
	list   []string // the categories
}

// typeOf says what the values become.
func (k *parquetColumn) typeOf(node *parquet.Column) error {
	t := node.Type()
	var logical any
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	switch l := logical.(type) {
	case nil:
		k.dtype = map[parquet.Kind]tensor.DType{
			parquet.Boolean: tensor.Bool, parquet.Int32: tensor.Int32, parquet.Int64: tensor.Int64,
			parquet.Float: tensor.Float32, parquet.Double: tensor.Float64, parquet.ByteArray: tensor.String,
		}[t.Kind()]
	case *format.StringType, *format.EnumType, *format.JsonType:
		k.dtype = tensor.String
	case *format.IntType:
		k.dtype = integers[*l]
	}
	if k.dtype == tensor.Invalid {
		return inputf("column %s is %s, which is not read", columnName(k.request), t)
	}
	if k.as == numbers && k.dtype == tensor.String && !k.levels {
		return inputf("column %s is text where numbers are needed", columnName(k.request))
	}
	k.seen, k.codes = map[string]string{}, map[string]int64{}
	return nil
}

var integers = map[format.IntType]tensor.DType{
	{BitWidth: 8, IsSigned: true}: tensor.Int8, {BitWidth: 8}: tensor.Uint8,
	{BitWidth: 16, IsSigned: true}: tensor.Int16, {BitWidth: 16}: tensor.Uint16,
	{BitWidth: 32, IsSigned: true}: tensor.Int32, {BitWidth: 32}: tensor.Uint32,
	{BitWidth: 64, IsSigned: true}: tensor.Int64, {BitWidth: 64}: tensor.Uint64,
}

func (k *parquetColumn) page(page parquet.Page) error {
	if k.levels {
		d := page.Dictionary()
		if d == nil {
			k.levels = false // written without one, so the order of the levels is lost
			if k.n > 0 {
				return inputf("column %s is half dictionary, half not", columnName(k.request))
			}
		} else {
			for i := range d.Len() {
				s := fmt.Sprint(d.Index(int32(i)))
				if _, ok := k.codes[s]; !ok {
					k.codes[s] = int64(len(k.list))
					k.list = append(k.list, s)
				}
			}
		}
	}
	values := page.Values()
	buf := make([]parquet.Value, 1024)
	for {
		n, err := values.ReadValues(buf)
		for _, v := range buf[:n] {
			k.take(v)
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return inputf("Parquet: column %s: %v", columnName(k.request), err)
		}
		if n == 0 {
			return nil
		}
	}
}

func (k *parquetColumn) take(v parquet.Value) {
	k.n++
	if v.IsNull() {
		k.nulls++
		if k.null == nil {
			k.null = make([]bool, k.n-1)
		}
	}
	if k.null != nil {
		k.null = append(k.null, v.IsNull())
	}
	switch {
	case k.levels:
		code := int64(-1)
		if !v.IsNull() {
			code = k.codes[v.String()]
		}
		k.bits = append(k.bits, uint64(code))
	case k.dtype == tensor.String:
		b := v.ByteArray()
		s, ok := k.seen[string(b)]
		if !ok {
			s = string(b)
			if len(k.seen) < 1<<16 {
				k.seen[s] = s
			}
		}
		k.strs = append(k.strs, s)
	default:
		k.bits = append(k.bits, k.number(v))
	}
}

func (k *parquetColumn) number(v parquet.Value) uint64 {
	if v.IsNull() {
		return 0
	}
	switch v.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return 1
		}
		return 0
	case parquet.Int32:
		if k.dtype == tensor.Uint32 {
			return uint64(v.Uint32())
		}
		return uint64(int64(v.Int32()))
	case parquet.Float:
		return math.Float64bits(float64(v.Float()))
	case parquet.Double:
		return math.Float64bits(v.Double())
	}
	return uint64(v.Int64())
}

func (k *parquetColumn) close() (tensor.Column, error) {
	c := tensor.Column{Name: k.name}
	switch {
	case k.levels:
		codes := make([]int64, k.n)
		for i, b := range k.bits {
			codes[i] = int64(b)
		}
		c.Values, c.Categories = tensor.Of(codes), k.list
		if c.Categories == nil {
			c.Categories = []string{}
		}
		return k.uncoded(c)
	case k.dtype == tensor.String:
		missing := make([]tensor.Missing, k.n)
		for i, null := range k.null {
			if null {
				missing[i] = tensor.MissingNaN
			}
		}
		if k.as == verbatim && k.nulls > 0 {
			return c, inputf("column %s has %d rows without text", columnName(k.request), k.nulls)
		}
		return textColumn(k.name, k.strs, missing), nil
	}
	if k.nulls > 0 || k.dtype == tensor.Float64 { // pandas reads integers with nulls as float64
		v := make([]float64, k.n)
		for i, b := range k.bits {
			switch {
			case k.null != nil && k.null[i]:
				v[i] = math.NaN()
			case k.dtype.IsFloat():
				v[i] = math.Float64frombits(b)
			case k.dtype == tensor.Uint64:
				v[i] = float64(b)
			default:
				v[i] = float64(int64(b))
			}
		}
		c.Values = tensor.Of(v)
		if k.dtype != tensor.Float32 {
			return asForm(c, k.request)
		}
		var err error
		if c.Values, err = c.Values.Convert(tensor.Float32); err != nil {
			return c, err
		}
		return asForm(c, k.request)
	}
	var err error
	if k.dtype == tensor.Float32 {
		v := make([]float32, k.n)
		for i, b := range k.bits {
			v[i] = float32(math.Float64frombits(b))
		}
		c.Values = tensor.Of(v)
	} else if c.Values, err = tensor.Of(k.bits).Convert(k.dtype); err != nil {
		return c, err
	}
	return asForm(c, k.request)
}

// uncoded writes categories out where the model takes text or numbers.
func (k *parquetColumn) uncoded(c tensor.Column) (tensor.Column, error) {
	if k.as == inferred {
		return c, nil
	}
	if k.as == numbers {
		return c, inputf("column %s is categories where numbers are needed", columnName(k.request))
	}
	codes := tensor.Data[int64](c.Values)
	strs, missing := make([]string, len(codes)), make([]tensor.Missing, len(codes))
	for i, code := range codes {
		if code < 0 {
			missing[i] = tensor.MissingNaN
			continue
		}
		strs[i] = c.Categories[code]
	}
	if k.as == verbatim && k.nulls > 0 {
		return c, inputf("column %s has %d rows without text", columnName(k.request), k.nulls)
	}
	return textColumn(k.name, strs, missing), nil
}
