package pyobj

import (
	"fmt"
	"strings"

	"github.com/larder-ml/larder/pickle"
)

// AllowBase lists what belongs to no framework: Python, numpy, scipy, pandas,
// joblib, torch's tensors. All names are canonical.
func AllowBase() []AllowEntry {
	var out []AllowEntry
	add := func(kind AllowKind, module, names string, args Schema, state func(pickle.Value) error) {
		for n := range strings.FieldsSeq(names) {
			out = append(out, AllowEntry{Name: module + "." + n, Kind: kind, Args: args, State: state})
		}
	}
	values := func(module, names string) { add(AllowValue, module, names, nil, nil) }
	classes := func(module, names string) { add(AllowClass, module, names, nil, nil) }
	makes := func(module, names string, args Schema) { add(AllowConstructor, module, names, args, nil) }
	items := func(e AllowEntry) { e.Items = true; out = append(out, e) }

	// Python.
	makes("builtins", "set frozenset list tuple", Takes(0, ArgContainer))
	makes("builtins", "slice", Takes(1, ArgScalar, ArgScalar, ArgScalar))
	makes("builtins", "range", Takes(1, ArgInt, ArgInt, ArgInt))
	makes("builtins", "complex", Takes(0, ArgNumber, ArgNumber))
	makes("builtins", "bytes", Takes(0, ArgOr(ArgBytes, ArgContainer)))
	makes("builtins", "bytearray", Takes(0, ArgOr(ArgStr, ArgBytes), isLatin1Arg))
	classes("builtins", "object dict")
	values("builtins", "int float str bool type NotImplemented Ellipsis abs len max min sum round sorted repr ValueError TypeError KeyError")
	makes("_codecs", "encode", Takes(2, ArgStr, isLatin1Arg))
	makes("copyreg", "_reconstructor", takesReconstructor)
	makes("copyreg", "__newobj__", TakesClass)
	items(AllowEntry{Name: "collections.OrderedDict", Kind: AllowConstructor, Args: Takes(0, ArgContainer), State: StateDict})
	items(AllowEntry{Name: "collections.Counter", Kind: AllowConstructor, Args: Takes(0, ArgContainer), State: StateDict})
	items(AllowEntry{Name: "collections.deque", Kind: AllowConstructor, Args: Takes(0, ArgContainer, ArgOr(ArgNone, ArgInt)), State: StateDict})
	items(AllowEntry{Name: "collections.defaultdict", Kind: AllowConstructor, State: StateDict,
		Args: Takes(0, ArgOr(ArgNone, ArgOneOf("builtins.int", "builtins.float", "builtins.str", "builtins.bool", "builtins.list", "builtins.dict",
			"builtins.set", "builtins.tuple", "collections.OrderedDict")), ArgContainer)})
	makes("datetime", "date time", Takes(1, ArgBytes, ArgAny))
	makes("datetime", "datetime", Takes(1, ArgBytes, ArgAny))
	makes("datetime", "timedelta", Takes(0, ArgInt, ArgInt, ArgInt))
	makes("datetime", "timezone", Takes(1, ArgAny, ArgStr))
	values("datetime", "timezone.utc")
	makes("decimal", "Decimal", Takes(1, ArgStr))
	makes("fractions", "Fraction", Takes(1, ArgOr(ArgStr, ArgNumber), ArgNumber))
	classes("uuid", "UUID")
	makes("pathlib", "PurePosixPath PosixPath PureWindowsPath WindowsPath PurePath Path", takesText)
	makes("pathlib._local", "PurePosixPath PosixPath PureWindowsPath WindowsPath", takesText)
	add(AllowConstructor, "types", "SimpleNamespace", Takes(0), StateDict)
	classes("collections", "ChainMap")
	values("math", "sqrt log exp log1p sin cos pi")
	values("string", "punctuation")
	out = append(out, AllowEntry{Name: "functools.partial", Kind: AllowConstructor,
		Args: func(c Call) error {
			if len(c.Args) == 0 || !ArgListed(c, c.Args[0]) {
				return fmt.Errorf("a function that is not on the list")
			}
			return nil
		},
		// partial.__setstate__ takes (function, args, keywords, dict) and replaces
		// the function: it has to be a global, which is then judged on its own.
		State: func(s pickle.Value) error {
			if s.Kind() != pickle.Tuple || s.Len() != 4 || s.Item(0).Kind() != pickle.Global {
				return fmt.Errorf("state is %s", describe(s))
			}
			return nil
		}})

	// numpy.
	arrays := ArgOneOf("numpy.ndarray", "numpy.matrix", "numpy.rec.recarray", "numpy.memmap", "numpy.ma.core.MaskedArray")
	empty := func(_ Call, v pickle.Value) bool {
		shape, ok := shapeOf(v)
		return ok && len(shape) == 1 && shape[0] == 0
	}
	add(AllowConstructor, "numpy._core.multiarray", "_reconstruct", Takes(3, arrays, empty, ArgOr(ArgBytes, ArgStr)), StateTuple)
	add(AllowConstructor, "numpy.ma.core", "_mareconstruct", Takes(4, arrays, arrays, empty, ArgOr(ArgBytes, ArgStr)), StateTuple)
	makes("numpy._core.numeric", "_frombuffer", func(c Call) error { _, err := Array(c.Value, "", c.Env); return err })
	makes("numpy._core.multiarray", "scalar", Takes(1, argDType, ArgAny))
	add(AllowConstructor, "numpy", "dtype", Takes(1, ArgOr(ArgStr, ArgOneOf("numpy.record", "numpy.rec.record", "numpy.void")), ArgScalar, ArgScalar), StateTuple)
	makes("numpy._core._internal", "_convert_to_stringdtype_kwargs", Takes(0, ArgScalar, ArgScalar))
	values("numpy", `ndarray matrix memmap generic number integer floating inexact complexfloating void str_ bytes_ object_ datetime64 timedelta64
		bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 longdouble float128 complex64 complex128 intp uintp intc
		uintc longlong ulonglong byte ubyte short ushort single double half
		abs absolute fabs sign negative positive reciprocal sqrt cbrt square exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos
		arctan sinh cosh tanh arcsinh arccosh arctanh floor ceil trunc rint round clip add subtract multiply divide true_divide power mod maximum
		minimum fmax fmin isnan isinf isfinite logical_not degrees radians deg2rad rad2deg mean median sum prod std var min max argmin argmax
		nanmean nanmedian nansum nanstd nanvar nanmin nanmax ravel reshape squeeze asarray array zeros ones full empty nan_to_num identity eye
		cumsum concatenate hstack vstack stack unique dot matmul ptp percentile quantile average count_nonzero nan inf pi e`)
	values("numpy.ma.core", "MaskedArray masked")
	makes("numpy.ma.core", "MaskedConstant", Takes(0))
	values("numpy.rec", "recarray record")
	values("numpy.linalg", "norm")
	values("numpy._core._exceptions", "_UFuncNoLoopError")
	values("numpy.dtypes", "StringDType Float64DType Float32DType Int64DType ObjectDType")
	random := ArgOr(ArgStr, ArgListed, madeOf("numpy.random"))
	add(AllowConstructor, "numpy.random._pickle", "__randomstate_ctor __bit_generator_ctor __generator_ctor", Takes(0, random, random), StateAny)
	add(AllowConstructor, "numpy.random", "__RandomState_ctor __randomstate_ctor", Takes(0), StateAny)
	makes("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence", TakesPyx)
	add(AllowClass, "numpy.random.bit_generator", "SeedSequence", nil, StateAny)
	add(AllowClass, "numpy.random._mt19937", "MT19937", nil, StateAny)
	add(AllowClass, "numpy.random._pcg64", "PCG64 PCG64DXSM", nil, StateAny)
	add(AllowClass, "numpy.random._philox", "Philox", nil, StateAny)
	add(AllowClass, "numpy.random._sfc64", "SFC64", nil, StateAny)
	values("numpy.random.mtrand", "RandomState")
	values("numpy.random._generator", "Generator")

	// scipy.
	for _, form := range strings.Fields("csr csc coo bsr dia dok lil") {
		items(AllowEntry{Name: "scipy.sparse._" + form + "." + form + "_matrix", Kind: AllowClass})
		items(AllowEntry{Name: "scipy.sparse._" + form + "." + form + "_array", Kind: AllowClass})
		items(AllowEntry{Name: "scipy.sparse._arrays." + form + "_array", Kind: AllowClass})
	}
	classes("scipy.interpolate._bsplines", "BSpline")
	classes("scipy.interpolate._interpolate", "interp1d PPoly BPoly")
	classes("scipy.interpolate.interpolate", "interp1d")
	classes("scipy.interpolate._cubic", "CubicSpline PchipInterpolator Akima1DInterpolator")
	values("scipy.special", "expit logit log1p expm1 xlogy erf gamma gammaln inv_boxcox boxcox")
	values("scipy._lib.array_api_compat.numpy._aliases", "asarray")
	values("scipy._lib.array_api_compat.numpy", "asarray")

	out = append(out, allowPandas()...)

	// joblib and torch.
	classes("joblib.numpy_pickle", "NumpyArrayWrapper")
	makes("torch._utils", "_rebuild_tensor_v2", Takes(5, argStorage, ArgInt, ArgContainer, ArgContainer, ArgScalar, ArgAny, ArgAny))
	makes("torch._utils", "_rebuild_parameter", Takes(2, ArgAny, ArgScalar, ArgAny))
	values("torch", `FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage ByteStorage BoolStorage
		float32 float64 float16 bfloat16 int64 int32 int16 int8 uint8 bool`)
	return dedupe(out)
}

// dedupe keeps the last entry of each name.
func dedupe(list []AllowEntry) []AllowEntry {
	at := map[string]int{}
	out := list[:0]
	for _, e := range list {
		if i, ok := at[e.Name]; ok {
			out[i] = e
			continue
		}
		at[e.Name] = len(out)
		out = append(out, e)
	}
	return out
}

func isLatin1Arg(_ Call, v pickle.Value) bool { return isLatin1(v) }

func argDType(c Call, v pickle.Value) bool { _, err := c.Env.dtype(v, "", 0); return err == nil }

// argStorage takes torch's persistent storage.
func argStorage(_ Call, v pickle.Value) bool { return v.Kind() == pickle.Persistent }

// madeOf takes an object whose class or maker is in a package.
func madeOf(pkg string) Arg {
	return func(c Call, v pickle.Value) bool {
		return v.Kind() == pickle.Instance && strings.HasPrefix(className(v.Callable(), c.Env.names()), pkg+".")
	}
}

// takesText is the schema of paths: any number of str.
func takesText(c Call) error {
	for i, v := range c.Args {
		if v.Kind() != pickle.String {
			return fmt.Errorf("argument %d is %s", i+1, describe(v))
		}
	}
	return nil
}

// takesReconstructor is copyreg._reconstructor(cls, base, state), the form of
// objects in protocols 0 and 1: base.__new__(cls, state), then, where base is
// not object, base.__init__(obj, state). So base is called.
func takesReconstructor(c Call) error {
	if len(c.Args) != 3 {
		return fmt.Errorf("%d arguments", len(c.Args))
	}
	base := className(c.Args[1], c.Env.names())
	switch base {
	case "builtins.object":
		if c.Args[2].Kind() != pickle.None {
			return fmt.Errorf("a state for object")
		}
	case "builtins.dict", "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.int", "builtins.float", "builtins.str":
	default:
		return unsafef("calls %s, which is not on the list", describe(c.Args[1]))
	}
	if c.Args[0].Kind() != pickle.Global {
		return unsafef("a class that is %s", describe(c.Args[0]))
	}
	return nil
}
