package pyobj

import "strings"

// allowPandas lists pandas as it turns up in the states of models: categories,
// feature frames. pandas 3 names its public classes after the place where users
// find them ("pandas.Index"), earlier ones after the module that defines them;
// both stand here.
func allowPandas() []AllowEntry {
	var out []AllowEntry
	add := func(e AllowEntry, names ...string) {
		for _, list := range names {
			for n := range strings.FieldsSeq(list) {
				e.Name = n
				out = append(out, e)
			}
		}
	}
	class := AllowEntry{Kind: AllowClass}
	keeps := AllowEntry{Kind: AllowClass, State: StateAny}
	value := AllowEntry{Kind: AllowValue}
	add(class, "pandas.DataFrame pandas.Series pandas.core.frame.DataFrame pandas.core.series.Series")
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(0, ArgContainer, ArgContainer), State: StateAny},
		"pandas.core.internals.managers.BlockManager pandas.core.internals.managers.SingleBlockManager")
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(2, ArgAny, ArgAny, ArgInt)},
		"pandas._libs.internals._unpickle_block pandas.core.internals.blocks.new_block")
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(2, ArgListed, ArgContainer)},
		`pandas.core.indexes.base._new_Index pandas.core.indexes.datetimes._new_DatetimeIndex pandas.core.indexes.period._new_PeriodIndex
		pandas.core.indexes.interval._new_IntervalIndex`)
	add(value, `pandas.Index pandas.RangeIndex pandas.MultiIndex pandas.CategoricalIndex pandas.DatetimeIndex pandas.TimedeltaIndex
		pandas.PeriodIndex pandas.IntervalIndex pandas.core.indexes.base.Index pandas.core.indexes.range.RangeIndex
		pandas.core.indexes.numeric.Int64Index pandas.core.indexes.numeric.UInt64Index pandas.core.indexes.numeric.Float64Index
		pandas.core.indexes.category.CategoricalIndex pandas.core.indexes.multi.MultiIndex pandas.core.indexes.datetimes.DatetimeIndex
		pandas.core.indexes.timedeltas.TimedeltaIndex pandas.core.indexes.period.PeriodIndex pandas.NA pandas._libs.missing.NA`)
	add(AllowEntry{Kind: AllowConstructor, Args: TakesPyx, State: StateAny}, "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked")
	add(keeps, `pandas.Categorical pandas.core.arrays.categorical.Categorical pandas.arrays.StringArray pandas.core.arrays.string_.StringArray
		pandas.core.arrays.string_.StringArrayNumpySemantics pandas.arrays.NumpyExtensionArray
		pandas.arrays.DatetimeArray pandas.core.arrays.datetimes.DatetimeArray pandas.arrays.TimedeltaArray
		pandas.core.arrays.timedeltas.TimedeltaArray pandas.arrays.PeriodArray pandas.core.arrays.period.PeriodArray`)
	add(class, `pandas.arrays.IntegerArray pandas.core.arrays.integer.IntegerArray pandas.arrays.FloatingArray
		pandas.core.arrays.floating.FloatingArray pandas.arrays.BooleanArray pandas.core.arrays.boolean.BooleanArray`)
	add(class, `pandas.Int8Dtype pandas.Int16Dtype pandas.Int32Dtype pandas.Int64Dtype pandas.UInt8Dtype pandas.UInt16Dtype pandas.UInt32Dtype
		pandas.UInt64Dtype pandas.Float32Dtype pandas.Float64Dtype pandas.BooleanDtype
		pandas.core.arrays.integer.Int8Dtype pandas.core.arrays.integer.Int16Dtype pandas.core.arrays.integer.Int32Dtype
		pandas.core.arrays.integer.Int64Dtype pandas.core.arrays.floating.Float32Dtype pandas.core.arrays.floating.Float64Dtype
		pandas.core.arrays.boolean.BooleanDtype`)
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(0, ArgAny, ArgScalar), State: StateDict},
		`pandas.CategoricalDtype pandas.core.dtypes.dtypes.CategoricalDtype pandas.StringDtype pandas.core.arrays.string_.StringDtype
		pandas.DatetimeTZDtype pandas.core.dtypes.dtypes.DatetimeTZDtype`)
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(1, ArgInt, ArgAny, ArgAny, ArgScalar)}, "pandas._libs.tslibs.timestamps._unpickle_timestamp")
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(0, ArgAny)}, "pandas._libs.tslibs.nattype._nat_unpickle")
	add(AllowEntry{Kind: AllowConstructor, Args: Takes(2, ArgInt, ArgAny)}, "pandas._libs.tslibs.timedeltas._timedelta_unpickle")
	return out
}
