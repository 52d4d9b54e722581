package sklearn

import (
	"math"
	"strconv"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/op"
	"github.com/larder-ml/larder/internal/op/encode"
	"github.com/larder-ml/larder/internal/op/validate"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/model"
	"github.com/larder-ml/larder/pickle"
	"github.com/larder-ml/larder/tensor"
)

// encoded is what both encoders keep of each column
// (sklearn/preprocessing/_encoders.py, _BaseEncoder).
type encoded struct {
	cats    []*encode.Categories
	sorts   []tensor.DType // of categories_[i]; Invalid for objects
	mapping [][]int32      // of categories to fewer codes; nil where none is infrequent
	rare    [][]int32      // numbers of infrequent categories; nil where there are none
}

// encoder reads the categories and what became of infrequent ones.
func (e *Estimator) encoder() *encoded {
	list := e.List("categories_")
	n := list.Len()
	if e.Features < 0 {
		e.Features = n
	}
	if e.Err() == nil && n != e.Features {
		e.FailAt("categories_", document.ErrCorrupt, "categories of %d columns for %d features", n, e.Features)
	}
	c := &encoded{mapping: make([][]int32, n), rare: make([][]int32, n)}
	for i := range n {
		key := op.Itoa(i)
		values, sort := cells(list, key)
		cats, unique := encode.NewCategories(values)
		if e.Err() == nil && !unique {
			list.FailAt(key, document.ErrCorrupt, "a category twice")
		}
		cats.Objects = !sort.IsNumeric()
		c.cats, c.sorts = append(c.cats, cats), append(c.sorts, sort)
	}
	if e.flag("_infrequent_enabled", false) {
		e.perColumn("_infrequent_indices", c.rare, func(i int) (int, int) { return -1, len(c.cats[i].List) })
		e.perColumn("_default_to_infrequent_mappings", c.mapping, func(i int) (int, int) { return -1, len(c.cats[i].List) })
		for i := range c.rare {
			n := len(c.cats[i].List)
			if n > 0 && c.cats[i].List[n-1].Kind == op.NaN && len(c.mapping[i]) == n-1 {
				n-- // an ordinal encoder leaves NaN out of the mapping
			}
			if e.Err() == nil && ((c.rare[i] == nil) != (c.mapping[i] == nil) || c.mapping[i] != nil && len(c.mapping[i]) != n) {
				e.Fail(document.ErrCorrupt, "column %d: %d infrequent categories, a mapping of %d, %d categories", i, len(c.rare[i]), len(c.mapping[i]), n)
			}
		}
	} else {
		e.Harmless("_infrequent_indices", "_default_to_infrequent_mappings")
	}
	return c
}

// perColumn reads a list with None or an array of numbers for each column. want
// says how long the array must be (-1: any) and what the numbers are below.
func (e *Estimator) perColumn(key string, into [][]int32, want func(i int) (length, below int)) {
	list := e.List(key)
	if e.Err() == nil && list.Len() != len(into) {
		e.FailAt(key, document.ErrCorrupt, "%d entries for %d columns", list.Len(), len(into))
	}
	for i := range into {
		k := op.Itoa(i)
		if e.Err() != nil {
			return
		}
		if list.IsNone(k) {
			continue
		}
		length, below := want(i)
		t := list.Int64s(k, length)
		if e.Err() == nil && t.Len() == 0 {
			list.FailAt(k, document.ErrCorrupt, "no numbers")
		}
		into[i] = make([]int32, t.Len())
		for j, v := range tensor.Data[int64](t) {
			if v < 0 || v >= int64(below) {
				list.FailAt(k, document.ErrCorrupt, "category %d of %d", v, below)
				return
			}
			into[i][j] = int32(v)
		}
	}
}

// codes is how many codes a column has, infrequent categories counted as one;
// -1 where the mapping goes past that.
func (c *encoded) codes(i int) int {
	if c.mapping[i] == nil {
		return len(c.cats[i].List)
	}
	n := len(c.mapping[i]) - len(c.rare[i]) + 1
	for _, m := range c.mapping[i] {
		if int(m) >= n {
			return -1
		}
	}
	return n
}

// code is the code of a category.
func (c *encoded) code(i, number int) int32 {
	if number < len(c.mapping[i]) {
		return c.mapping[i][number]
	}
	return int32(number)
}

// takesCategories makes the object take a table, or a matrix where all
// categories are numbers of numpy's.
func (e *Estimator) takesCategories(c *encoded) *validate.Table {
	cols := e.columns()
	table := e.Names != nil
	for i := range cols {
		cols[i].Text = anyText(c.cats[i].List)
		cols[i].Categories = tokens(c.cats[i].List)
		table = table || !c.sorts[i].IsNumeric()
	}
	if table {
		e.takesTable(cols)
	} else {
		e.takesMatrix()
		e.Object.In.Accept = []tensor.DType{tensor.Float32, tensor.Int64, tensor.Int32}
	}
	return &validate.Table{Of: short(e.Row.Path), Fitted: cols}
}

// dtype reads the type that an encoder was told to give.
func (e *Estimator) dtype(key string) tensor.DType {
	v := e.Value(key)
	if e.Err() != nil {
		return tensor.Float64
	}
	if name, ok := pyobj.GlobalName(v); ok {
		switch name {
		case "builtins.float":
			return tensor.Float64
		case "builtins.int":
			return tensor.Int64
		case "builtins.bool", "numpy.bool":
			return tensor.Bool
		}
		if d := tensor.ParseDType(short(name)); d != tensor.Invalid {
			return d
		}
	} else if v.Kind() == pickle.String {
		if d := tensor.ParseDType(v.Str()); d != tensor.Invalid {
			return d
		}
	} else if d, err := pyobj.DTypeOf(v, e.Env()); err == nil && d.Tensor() != tensor.Invalid {
		return d.Tensor()
	}
	e.FailAt(key, document.ErrUnsupported, "a type that Larder does not give")
	return tensor.Float64
}

// liftOneHotEncoder is OneHotEncoder.
func liftOneHotEncoder(e *Estimator) {
	c := e.encoder()
	handle := e.text("handle_unknown", "error")
	sparse := e.Bool(e.need("sparse_output"))
	dtype := e.dtype("dtype")
	drop := e.dropped(c)
	e.Harmless("drop_idx_")
	if e.Has("sparse_output") {
		e.Harmless("sparse") // 1.2 and 1.3 keep both; fit copies the one to the other
	}
	if e.Err() != nil {
		return
	}
	cols := make([]encode.Hot, len(c.cats))
	backs := make([]encode.Back, len(c.cats))
	width := 0
	for i := range cols {
		h := encode.Hot{Categories: c.cats[i], Unknown: encode.Refuse}
		codes := c.codes(i)
		if codes < 0 || drop[i] >= codes {
			e.Fail(document.ErrCorrupt, "column %d has %d codes, of which some are past the last", i, codes)
			return
		}
		place := func(code int32) int32 { // where a code is set once the dropped one is out
			switch {
			case drop[i] < 0 || int(code) < drop[i]:
				return code
			case int(code) == drop[i]:
				return -1
			}
			return code - 1
		}
		h.Width = codes
		if drop[i] >= 0 {
			h.Width--
		}
		for k := range c.cats[i].List {
			h.Code = append(h.Code, place(c.code(i, k)))
		}
		switch handle {
		case "error":
		case "ignore":
			h.Unknown = -1
		case "infrequent_if_exist", "warn":
			h.Unknown = -1
			if c.rare[i] != nil && !(handle == "warn" && e.Version.before(1, 8)) { // until 1.7 "warn" did not
				h.Unknown = place(c.code(i, int(c.rare[i][0])))
			}
		default:
			e.FailAt("handle_unknown", document.ErrUnsupported, "%q", handle)
			return
		}
		width += h.Width
		cols[i] = h
		backs[i] = c.hotBack(i, codes, drop[i], handle)
	}
	check := e.takesCategories(c)
	hot := &encode.OneHot{Columns: cols, DType: dtype, Sparse: sparse}
	e.one("transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(hot, b.Add(check, x)) })

	e.takesBack(width)
	back := &encode.OneHotBack{Columns: backs, Sort: c.sort()}
	checkBack := e.check(validate.Finite, true)
	checkBack.Features, checkBack.Names = width, nil
	e.one("inverse_transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(back, b.Add(checkBack, x)) })
	e.namesOut = func(in []string) []string { return c.hotNames(in, backs, drop) }
}

// dropped is the code that each column leaves out, -1 for none:
// _drop_idx_after_grouping since 1.2, drop_idx_ before, when there was no
// grouping or it was not applied.
func (e *Estimator) dropped(c *encoded) []int {
	drop := make([]int, len(c.cats))
	for i := range drop {
		drop[i] = -1
	}
	key, ok := e.Key("_drop_idx_after_grouping")
	if !ok || e.IsNone(key) {
		return drop
	}
	a := e.NDArray(key)
	if a == nil {
		return drop
	}
	if a.Len() != len(drop) || len(a.Shape) != 1 {
		e.FailAt(key, document.ErrCorrupt, "%d entries for %d columns", a.Len(), len(drop))
		return drop
	}
	if a.DType.Kind != 'O' {
		for i, v := range tensor.Data[int64](e.Int64s(key, -1)) {
			drop[i] = int(v)
		}
	} else {
		for i, v := range a.Objects {
			switch x, _ := pyobj.Scalar(v); x := x.(type) {
			case nil:
			case int64:
				drop[i] = int(x)
			default:
				e.FailAt(key, document.ErrUnsupported, "a %s", pyobj.ClassOf(v))
			}
		}
	}
	for i, d := range drop {
		if d < -1 || d >= len(c.cats[i].List) {
			e.FailAt(key, document.ErrCorrupt, "category %d of %d", d, len(c.cats[i].List))
		}
	}
	return drop
}

// labels is what the codes of a column stand for; infrequent ones are the last
// (_compute_transformed_categories).
func (c *encoded) labels(i int) []op.Cell {
	if c.rare[i] == nil {
		return c.cats[i].List
	}
	rare := map[int32]bool{}
	for _, k := range c.rare[i] {
		rare[k] = true
	}
	var out []op.Cell
	for k, v := range c.cats[i].List {
		if !rare[int32(k)] {
			out = append(out, v)
		}
	}
	return append(out, op.TextCell("infrequent_sklearn"))
}

func (c *encoded) hotBack(i, codes, drop int, handle string) encode.Back {
	all := c.labels(i)
	var b encode.Back
	for k := range min(codes, len(all)) {
		if k != drop {
			b.Labels = append(b.Labels, all[k])
		}
	}
	free := handle == "ignore" || handle != "error" && c.rare[i] == nil
	switch {
	case drop < 0:
		b.Unknown, b.Refuse = free, !free
	case free || len(b.Labels) == 0:
		b.Empty = c.cats[i].List[drop]
	default:
		b.Empty = all[drop]
	}
	return b
}

// sort is numpy's type for all labels together.
func (c *encoded) sort() tensor.DType {
	d := tensor.Invalid
	for i, s := range c.sorts {
		if c.rare[i] != nil && s != tensor.String {
			return tensor.Invalid
		}
		switch {
		case s == tensor.Invalid:
			return s
		case i == 0:
			d = s
		case (d == tensor.String) != (s == tensor.String):
			return tensor.Invalid
		case d != tensor.String:
			d = op.Promote(d, s)
		}
	}
	return d
}

// hotNames is get_feature_names_out: feature_category.
func (c *encoded) hotNames(in []string, backs []encode.Back, drop []int) []string {
	if len(in) != len(backs) {
		return nil
	}
	out := []string{}
	for i, b := range backs {
		for _, v := range b.Labels {
			out = append(out, in[i]+"_"+python(v, c.sorts[i]))
		}
	}
	return out
}

// python is str() of a category.
func python(v op.Cell, sort tensor.DType) string {
	switch v.Kind {
	case op.Text:
		return v.Str
	case op.None:
		return "None"
	case op.NaN:
		return "nan"
	}
	switch {
	case sort == tensor.Bool && v.Num != 0:
		return "True"
	case sort == tensor.Bool:
		return "False"
	case sort.IsInteger() || sort == tensor.Invalid && v.Num == math.Trunc(v.Num):
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	}
	return pickle.Repr(v.Num)
}

// liftOrdinalEncoder is OrdinalEncoder.
func liftOrdinalEncoder(e *Estimator) {
	c := e.encoder()
	handle := e.text("handle_unknown", "error")
	if handle != "error" && handle != "use_encoded_value" {
		e.FailAt("handle_unknown", document.ErrUnsupported, "%q", handle)
	}
	dtype := e.dtype("dtype")
	unknown := math.NaN()
	known := e.Has("unknown_value") && !e.IsNone("unknown_value")
	if known {
		unknown = e.Float("unknown_value")
	}
	missing := math.NaN()
	if e.Has("encoded_missing_value") {
		missing = e.Float("encoded_missing_value")
	}
	nanAt := e.missingCodes(c)
	if e.Err() != nil {
		return
	}
	cols := make([]encode.Place, len(c.cats))
	backs := make([]encode.Decode, len(c.cats))
	for i := range cols {
		p := encode.Place{Categories: c.cats[i], Unknown: unknown, Refuse: handle == "error"}
		d := &encode.Decode{Labels: c.labels(i), Known: map[float64]op.Cell{}}
		for k := range c.cats[i].List {
			if nanAt[i] == k {
				p.Code = append(p.Code, missing)
				continue
			}
			p.Code = append(p.Code, float64(c.code(i, k)))
		}
		if handle == "use_encoded_value" {
			d.Mark(unknown, op.Cell{Kind: op.None})
			d.HasNone = true
		}
		if k := nanAt[i]; k >= 0 {
			d.Mark(missing, c.cats[i].List[k]) // the library looks for it first
		}
		cols[i], backs[i] = p, *d
	}
	check := e.takesCategories(c)
	ordinal := &encode.Ordinal{Columns: cols, DType: dtype}
	e.one("transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(ordinal, b.Add(check, x)) })

	e.takesBack(e.Features)
	sort := c.sort()
	back := &encode.OrdinalBack{Columns: backs, Sort: sort}
	checkBack := e.check(validate.NaN, false)
	checkBack.Names = nil
	e.one("inverse_transform", func(b *model.Builder, x model.Ref) model.Ref { return b.Add(back, b.Add(checkBack, x)) })
	e.oneToOne()
}

// missingCodes is the number of the NaN category of each column, -1 for none:
// _missing_indices, since 1.0.
func (e *Estimator) missingCodes(c *encoded) []int {
	at := make([]int, len(c.cats))
	for i := range at {
		at[i] = -1
	}
	if !e.Has("_missing_indices") {
		return at
	}
	r := e.Child("_missing_indices")
	for _, key := range r.Keys() {
		i, err := strconv.Atoi(key)
		k := r.Int(key)
		if e.Err() == nil && (err != nil || i < 0 || i >= len(at) || k < 0 || k >= len(c.cats[i].List)) {
			r.FailAt(key, document.ErrCorrupt, "category %d of a column", k)
		}
		if e.Err() != nil {
			return at
		}
		at[i] = k
	}
	return at
}
