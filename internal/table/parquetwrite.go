package table

import (
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/larder-ml/larder/tensor"
)

// ordered is a group whose fields stay in their order; parquet.Group sorts them.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func (g *ordered) Fields() []parquet.Field { return g.fields }

// writeParquet writes columns as CSV has them, typed, with nulls where a value
// is missing.
func writeParquet(w io.Writer, out Named, o WriteOptions) error {
	cols, rows, err := layOut(out, o)
	if err != nil {
		return err
	}
	root := &ordered{Group: parquet.Group{}}
	for _, c := range cols {
		node, err := parquetNode(c)
		if err != nil {
			return err
		}
		if _, twice := root.Group[c.name]; twice {
			return unsupported("two columns %s, which Parquet cannot hold", quote(c.name))
		}
		root.Group[c.name] = node
	}
	sorted := map[string]parquet.Field{}
	for _, f := range root.Group.Fields() {
		sorted[f.Name()] = f
	}
	for _, c := range cols {
		root.fields = append(root.fields, sorted[c.name])
	}
	return sheltered(func() error {
		pw := parquet.NewGenericWriter[any](w, parquet.NewSchema("schema", root), parquet.Compression(&parquet.Snappy),
			parquet.CreatedBy("larder", "", ""), parquet.DataPageStatistics(false))
		const group = 1 << 20 // rows
		buf := make([]parquet.Value, 0, 4096)
		for from := 0; from < rows; from += group {
			to := min(from+group, rows)
			writers := pw.ColumnWriters()
			for j := range cols {
				c := &cols[j]
				for r := from; r < to; r++ {
					buf = append(buf, parquetValue(c, r))
					if len(buf) == cap(buf) || r == to-1 {
						if _, err := writers[j].WriteRowValues(buf); err != nil {
							return err
						}
						buf = buf[:0]
					}
				}
			}
			if err := pw.Flush(); err != nil {
				return err
			}
		}
		return pw.Close()
	})
}

func parquetNode(c outColumn) (parquet.Node, error) {
	var n parquet.Node
	switch d := c.values.DType(); d {
	case tensor.Bool:
		n = parquet.Leaf(parquet.BooleanType)
	case tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64:
		n = parquet.Int(8 * d.Size())
	case tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64:
		n = parquet.Uint(8 * d.Size())
	case tensor.Float16, tensor.BFloat16, tensor.Float32:
		n = parquet.Leaf(parquet.FloatType)
	case tensor.Float64:
		n = parquet.Leaf(parquet.DoubleType)
	case tensor.String:
		n = parquet.String()
	default:
		return nil, unsupported("column %s is %s; .npy and .npz hold it", quote(c.name), d)
	}
	return parquet.Optional(n), nil
}

func parquetValue(c *outColumn, r int) parquet.Value {
	if c.isMissing(r) {
		return parquet.NullValue().Level(0, 0, 0)
	}
	i := c.at(r)
	var v parquet.Value
	switch d := c.values.DType(); d {
	case tensor.Bool:
		v = parquet.BooleanValue(c.values.Int(i) != 0)
	case tensor.Int64, tensor.Uint64:
		v = parquet.Int64Value(c.values.Int(i))
	case tensor.Float64:
		v = parquet.DoubleValue(tensor.Data[float64](c.values)[i])
	case tensor.Float16, tensor.BFloat16, tensor.Float32:
		v = parquet.FloatValue(float32(c.values.Float(i)))
	case tensor.String:
		v = parquet.ByteArrayValue([]byte(tensor.Data[string](c.values)[i]))
	default:
		v = parquet.Int32Value(int32(c.values.Int(i)))
	}
	return v.Level(0, 1, 0)
}
