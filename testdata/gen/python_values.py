"""Python and numpy values without a model, as pickle at every protocol and as joblib in every compression: testdata/models/python."""

import cases  # first: it settles threads and hashing before numpy is imported
from cases import joblibbed, pickled

import collections
import datetime
import decimal
import fractions
import pathlib
import sys
import types
import uuid

import numpy as np
import pandas as pd
import scipy.sparse as sp

SEED = 0
writer = cases.Writer("python_values.py", "python", None, ["numpy", "scipy", "pandas", "joblib"], SEED)


def scalars():
    ints = [0, 1, -1, 127, 128, 255, 256, -128, 65535, 65536, -32769, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63, -(2**63), 10**40, -(2**100)]
    return {
        "none": None,
        "bools": [True, False],
        "ints": ints,
        # long enough for LONG4, whose decimal text at protocol 0 has 700 digits
        "huge": [1 << 2100, -(1 << 2100), 255 << 8 * 260],
        "floats": [0.0, -0.0, 1.5, 0.1, 1e308, 5e-324, float("inf"), float("-inf"), float("nan"), 1 / 3],
        "complex": [1 + 2j, complex("inf"), -0.0j],
        "bytes": [b"", b"abc", bytes(range(256)), b"x" * 300],
        "bytearray": [bytearray(), bytearray(b"\x00\xff")],
        "ellipsis": [..., NotImplemented],
        "ranges": [range(3), range(10, -5, -3), slice(1, None, 2)],
    }


def text():
    return [
        "",
        "plain",
        "naïve ß",
        "重い 🏺",
        "two\nlines\r\nand\ta tab",
        "back\\slash \\u0041 \\x41",
        "nul\x00 and \x1a",
        "quotes ' and \"",
        "\x7f\x80\xa0\xff\u0100\u2028\ufeff\uffff",
        # Halves of a pair alone are legal in Python and not in UTF-8.
        "\ud800",
        "tail \udfff",
        "\udc00\ud800 swapped",
        "x" * 255,
        "y" * 256,
    ]


def containers():
    shared = [1, 2]
    key = ("a", "b")
    return {
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((),))],
        "sets": [set(), {1, 2, 3}, frozenset(), frozenset({4, 5}), {frozenset({1}), (1, 2)}],
        "keys": {1: "int", "1": "str", 1.5: "float", None: "none", (1, 2): "tuple", b"1": "bytes", True + 1: "two"},
        "shared": [shared, shared, {"again": shared}],
        "shared_tuple": [key, key, {key: key}],
        "empty": [[], {}, [[]], {"": {}}],
        # more than a batch of 1000, and more than 256 places in the memo
        "long_list": list(range(1003)),
        "long_dict": {i: -i for i in range(1001)},
        "memo": [[f"s{i}"] for i in range(300)] * 2,
        "one": [[1], {1: 1}],
    }


def cycles():
    me = []
    me.append(me)
    d = {}
    d["d"] = d
    t = ([],)
    t[0].append(t)
    t3 = ([], {}, 1)
    t3[0].append(t3)
    t3[1]["t"] = t3
    t5 = (1, 2, 3, 4, [])
    t5[4].append(t5)
    a, b = [], []
    a.append(b)
    b.append(a)
    ordered = collections.OrderedDict()
    ordered["me"] = ordered
    queue = collections.deque()
    queue.append(queue)
    objects = np.empty(2, dtype=object)
    objects[:] = [None, 1]
    objects[0] = objects
    return [me, d, t, t3, t5, a, b, ordered, queue, objects]


def deep():
    value = []
    for _ in range(120):
        value = [value]
    return value


def library():
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30), "IST")
    ordered = collections.OrderedDict([("b", 1), ("a", 2)])
    default = collections.defaultdict(list, {"x": [1]})
    return {
        "ordered": ordered,
        "default": default,
        "counter": collections.Counter("hello"),
        "deque": [collections.deque([1, 2, 3]), collections.deque([1, 2], maxlen=5)],
        "chain": collections.ChainMap({"a": 1}, {"b": 2}),
        "date": datetime.date(2024, 2, 29),
        "time": [datetime.time(23, 59, 59, 999999), datetime.time(1, 2, tzinfo=zone), datetime.time(1, fold=1)],
        "datetime": [
            datetime.datetime(1, 1, 1),
            datetime.datetime(2024, 2, 29, 12, 30, 15, 123456),
            datetime.datetime(2024, 10, 27, 2, 30, fold=1),
            datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc),
            datetime.datetime(2024, 1, 1, tzinfo=zone),
        ],
        "timedelta": [datetime.timedelta(-1, 5, 7), datetime.timedelta.max],
        "decimal": [decimal.Decimal("1.10"), decimal.Decimal("NaN"), decimal.Decimal("-Infinity"), decimal.Decimal("1E+999")],
        "fraction": fractions.Fraction(-1, 3),
        "uuid": uuid.UUID("12345678-1234-5678-1234-567812345678"),
        "path": pathlib.PurePosixPath("a/b.txt"),
        "namespace": types.SimpleNamespace(a=1, b=[2]),
    }


def numpy_dtypes():
    return {
        dtype: np.arange(6).astype(dtype)
        for dtype in "? i1 u1 <i2 >i2 <u2 <i4 >i4 <u4 <i8 >i8 <u8 <f2 >f2 <f4 >f4 <f8 >f8 <c8 >c8 <c16".split()
    } | {
        "odd floats": np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]),
        "unicode": np.array(["", "a", "重い", "ab\x00c"]),
        "big unicode": np.array(["é", "x"], dtype=">U3"),
        "bytes": np.array([b"", b"ab", b"\xff\x00z"]),
        "void": np.array([b"\x01\x02\x03", b"\x00\x00\x00"], dtype="V3"),
    }


def numpy_layouts():
    a = np.arange(12, dtype=np.float64).reshape(3, 4)
    readonly = a[:2].copy()
    readonly.flags.writeable = False
    return {
        "c": a,
        "fortran": np.asfortranarray(a),
        "transposed": a.T,
        "strided": a[:, ::2],
        "reversed": a[::-1],
        "broadcast": np.broadcast_to(np.float32(1), (2, 3)),
        "readonly": readonly,
        "0-d": np.array(3.5),
        "0-d text": np.array("x"),
        "empty": np.empty((0,)),
        "empty 2-d": np.empty((3, 0, 2), dtype=np.int32),
        "5-d": np.arange(32).reshape(2, 2, 2, 2, 2),
        "fortran 3-d": np.asfortranarray(np.arange(24, dtype=np.int16).reshape(2, 3, 4)),
        "shared": [a, a],
        "view": a[1],
        "long": np.arange(700, dtype=np.uint8),
    }


def numpy_structured():
    point = np.dtype([("x", "<f4"), ("n", ">i2"), ("name", "U3")])
    nested = np.dtype([("p", point), ("v", "<f8", (2, 2)), ("flag", "?")])
    return {
        "point": np.array([(1.5, 2, "a"), (-0.0, -3, "重")], dtype=point),
        "aligned": np.zeros(2, dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True)),
        "offsets": np.zeros(2, dtype={"names": ["a", "b"], "formats": ["<i4", "<f8"], "offsets": [8, 16], "itemsize": 32}),
        "titles": np.zeros(1, dtype=[(("long title", "short"), "<i4")]),
        "nested": np.zeros((1, 2), dtype=nested),
        "record": np.array([(1.5, 2, "a")], dtype=point)[0],
        "dtypes": [point, nested, np.dtype("f8"), np.dtype(">i4"), np.dtype("U7"), np.dtype("O"), np.dtype("V5"), np.dtype(("<i4", (3,)))],
    }


def numpy_objects():
    a = np.empty((2, 2), dtype=object)
    a[:] = [[None, "text"], [1.5, [1, 2]]]
    arrays = np.empty(2, dtype=object)
    arrays[:] = [np.arange(3), np.ones((2, 2), order="F")]
    return {
        "mixed": a,
        "fortran": np.asfortranarray(a),
        "arrays": arrays,
        "strings": np.array(["a", "b", "a", None, float("nan")], dtype=object),
        "empty": np.empty(0, dtype=object),
        "0-d": np.array({"a": 1}, dtype=object),
        "field": np.array([(1, "x"), (2, None)], dtype=[("n", "i4"), ("o", "O")]),
    }


def numpy_times():
    return {
        "days": np.array(["2024-02-29", "NaT", "0001-01-01"], dtype="M8[D]"),
        "ns": np.array(["2024-02-29T12:30:15.123456789"], dtype="M8[ns]"),
        "25 seconds": np.array([1, 2], dtype="M8[25s]"),
        "big-endian": np.array(["2024-02-29"], dtype=">M8[us]"),
        "deltas": np.array([1, -2, "NaT"], dtype="m8[h]"),
        "generic": np.array([5], dtype="m8"),
        "scalars": [np.datetime64("2024-01-01"), np.datetime64("NaT"), np.timedelta64(3, "m")],
    }


def numpy_scalars():
    return [
        np.bool_(True),
        *(np.dtype(t).type(7) for t in "i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8 c8 c16".split()),
        np.float64("nan"),
        np.float32(0.1),
        np.str_("重い"),
        np.bytes_(b"\x00\xff"),
        np.void(b"\x01\x02"),
    ]


def numpy_subclasses():
    return {
        "masked": np.ma.masked_array([1.0, 2.0, 3.0], mask=[False, True, False], fill_value=-1),
        "masked constant": np.ma.masked,
        "matrix": np.asmatrix(np.arange(4).reshape(2, 2)),
        "recarray": np.rec.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
        "functions": [np.log1p, np.mean, np.float64, np.ndarray],
    }


def numpy_random():
    state = np.random.RandomState(SEED)
    state.normal()
    return {"RandomState": state, "PCG64": np.random.default_rng(SEED), "MT19937": np.random.Generator(np.random.MT19937(SEED))}


def numpy_platform():
    """What needs a machine like this one, or numpy 2."""
    long = np.array([1, 2.5], dtype=np.longdouble)
    long.view(np.uint8).reshape(2, 16)[:, 10:] = 0  # the padding is whatever lay there
    return {"longdouble": long, "strings": np.array(["a", "重い", ""], dtype=np.dtypes.StringDType())}


def scipy_sparse():
    a = np.array([[0, 1.5, 0], [2, 0, 0], [0, 0, -0.5]])
    wide = sp.csr_matrix(a)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    return {
        "csr": sp.csr_matrix(a),
        "csc": sp.csc_matrix(a.astype(np.float32)),
        "coo": sp.coo_matrix(a),
        "csr_array": sp.csr_array(a),
        "coo_array": sp.coo_array(a),
        "lil": sp.lil_matrix(a),
        "dok": sp.dok_matrix(a),
        "dia": sp.dia_matrix(a),
        "bsr": sp.bsr_matrix(a),
        "int64 indices": wide,
        "empty": sp.csr_matrix((0, 4)),
    }


def pandas_frames():
    frame = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, np.nan, -1], "s": ["a", None, "c"], "b": [True, False, True]})
    return {
        "frame": frame,
        "series": pd.Series([1.5, 2.5], name="y", index=["i", "j"]),
        "category": pd.Series(pd.Categorical(["a", "b", None, "a"])),
        "objects": pd.Series(["a", None, 1], dtype=object),
        "times": pd.Series(pd.to_datetime(["2024-01-01", None])),
        "index": [pd.RangeIndex(3), pd.Index(["a", "b"]), pd.MultiIndex.from_product([[1, 2], ["x"]])],
        "nullable": pd.Series([1, None], dtype="Int64"),
        "timestamp": [pd.Timestamp("2024-01-01", tz="UTC"), pd.NaT, pd.NA],
    }


def large():
    """A value that needs several frames, and bytes too long for any."""
    return {"many": [f"item {i:05}" for i in range(4200)], "bytes": b"\xab" * 70000}


def joblib_arrays():
    """Arrays in the stream, outside the pickle, and those that joblib leaves to the pickle."""
    a = np.arange(24, dtype=np.float64).reshape(4, 6)
    return {
        "c": a,
        "fortran": np.asfortranarray(a),
        "strided": a[:, ::2],
        "again": [a, a],
        "empty": np.empty((0, 3)),
        "0-d": np.array(2.5),
        "big-endian": a[:1].astype(">f4"),
        "text": np.array(["a", "重い"]),
        "bytes": np.arange(5, dtype=np.uint8),
        "matrix": np.asmatrix(a[:2, :2]),
        "days": np.array(["2024-02-29"], dtype="M8[D]"),
        "record": np.zeros(2, dtype=[("x", "<f4"), ("n", "<i2")]),
        "masked": np.ma.masked_array([1.0, 2.0], mask=[True, False]),
        "objects": numpy_objects(),
        "csr": sp.csr_matrix(a),
        "scalar": np.float64(0.1),
        "frame": pd.DataFrame({"x": [1.5, 2.5], "s": ["a", "b"]}),
        "plain": {"a": [1, "x", None]},
    }


def unknown():
    """Classes and functions that no list of Larder's has."""
    module = sys.modules.setdefault("shapes", types.ModuleType("shapes"))
    if not hasattr(module, "Point"):
        module.Point = type("Point", (), {"__module__": "shapes"})
    p = module.Point()
    p.x, p.y, p.me = 1.5, [2], p
    return [p, p]


def main():
    values = [
        scalars, text, containers, cycles, deep, library, numpy_dtypes, numpy_layouts, numpy_structured, numpy_objects,
        numpy_times, numpy_scalars, numpy_subclasses, numpy_random, numpy_platform, scipy_sparse, pandas_frames,
    ]  # fmt: skip
    for make in values:
        for protocol in range(6):
            writer.case(f"{make.__name__.replace('_', '-')}-p{protocol}", make(), pickled(protocol))
    writer.case("large-p4", large(), pickled(4))
    for protocol in (0, 2, 4):
        writer.case(f"unknown-p{protocol}", unknown(), pickled(protocol), verdict="unknown")
    for name in ["raw", "zlib", "gzip", "bz2", "lzma", "xz", "lz4"]:
        saved = joblibbed(0 if name == "raw" else (name, 3))
        writer.case(f"joblib-arrays-{name}", joblib_arrays(), saved)
    writer.case("joblib-containers-raw", containers(), joblibbed())
    writer.case("joblib-one-array", np.arange(300.0), joblibbed())
    writer.clean()


if __name__ == "__main__":
    main()
