package tensor

import (
	"fmt"
	"reflect"
	"strings"
)

// TableOf makes a table of a slice of structs, or of one struct: a column for
// each exported field, named by its tag `larder:"mean radius"` or else by its
// name; `larder:"-"` leaves a field out. Fields are numbers, booleans, strings,
// or pointers to these, where nil is missing (None).
//
//	type flower struct {
//		Length float64 `larder:"sepal length (cm)"`
//		Colour *string `larder:"colour"`
//	}
//	table, err := tensor.TableOf([]flower{{5.1, nil}})
func TableOf(v any) (*Table, error) {
	rows := reflect.ValueOf(v)
	if rows.Kind() == reflect.Pointer {
		rows = rows.Elem()
	}
	if rows.Kind() == reflect.Struct {
		one := reflect.MakeSlice(reflect.SliceOf(rows.Type()), 1, 1)
		one.Index(0).Set(rows)
		rows = one
	}
	if rows.Kind() != reflect.Slice || rows.Type().Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("tensor: TableOf takes a struct or a slice of structs, not %T", v)
	}
	t := &Table{N: rows.Len()}
	typ := rows.Type().Elem()
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("larder"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		c, err := column(rows, i, f.Type)
		if err != nil {
			return nil, fmt.Errorf("tensor: field %s: %w", f.Name, err)
		}
		c.Name = name
		t.Columns = append(t.Columns, c)
	}
	return t, nil
}

func column(rows reflect.Value, field int, typ reflect.Type) (Column, error) {
	optional := typ.Kind() == reflect.Pointer
	if optional {
		typ = typ.Elem()
	}
	n := rows.Len()
	var c Column
	if optional {
		c.Missing = make([]Missing, n)
	}
	var set func(i int, v reflect.Value)
	switch k := typ.Kind(); {
	case k == reflect.Bool:
		d := make([]bool, n)
		c.Values, set = Of(d, n), func(i int, v reflect.Value) { d[i] = v.Bool() }
	case k == reflect.String:
		d := make([]string, n)
		c.Values, set = Of(d, n), func(i int, v reflect.Value) { d[i] = v.String() }
	case k >= reflect.Int && k <= reflect.Int64:
		d := make([]int64, n)
		c.Values, set = Of(d, n), func(i int, v reflect.Value) { d[i] = v.Int() }
	case k >= reflect.Uint && k <= reflect.Uint64:
		d := make([]uint64, n)
		c.Values, set = Of(d, n), func(i int, v reflect.Value) { d[i] = v.Uint() }
	case k == reflect.Float32 || k == reflect.Float64:
		d := make([]float64, n)
		c.Values, set = Of(d, n), func(i int, v reflect.Value) { d[i] = v.Float() }
	default:
		return c, fmt.Errorf("%s is no column", typ)
	}
	for i := range n {
		v := rows.Index(i).Field(field)
		if optional {
			if v.IsNil() {
				c.Missing[i] = MissingNone
				continue
			}
			v = v.Elem()
		}
		set(i, v)
	}
	return c, nil
}
