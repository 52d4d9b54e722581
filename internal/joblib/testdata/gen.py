"""Makes the files of this folder and arrays.json, which says what they hold.

Run with joblib and numpy:  python3 gen.py
Names end in the compression. old-* are written as joblib before 1.2 wrote them:
without alignment. lz4 files need the package lz4.
"""
import glob, io, json, os, pickle
import joblib
import numpy as np
from joblib import numpy_pickle

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.RandomState(0)
a = np.arange(7.0)
shared = np.arange(3, dtype="i4")
ARRAYS = {
    "f8": a, "f4-2d": rng.rand(3, 4).astype("f4"), "fortran": np.asfortranarray(rng.rand(3, 4)), "empty": np.zeros((0, 3)),
    "scalar": np.array(1.5), "bool": np.array([True, False]), "big-endian": np.arange(3, dtype=">i2"), "complex": np.array([1 + 2j]),
    "unicode": np.array(["a", "bcd"]), "bytes": np.array([b"x", b"yz"]), "time": np.array(["2020-01-01"], dtype="M8[D]"),
    "struct": np.array([(1, 2.0)], dtype=[("i", "i4"), ("f", "f8")]), "half": np.arange(3, dtype="f2"), "u8": np.arange(5, dtype="u1"),
    "slice": np.arange(10)[::2], "twice": [shared, shared], "matrix": np.asmatrix([[1.0, 2.0]]),
}
OBJECTS = {
    "arrays": ARRAYS,
    "objects": {"o": np.array([1, "a", None, [2]], dtype=object), "after": a, "in": np.array([a, None], dtype=object)},
    "plain": {"x": [1, 2, "y"], "n": None},
    "root": a, "nested": [[a], {"k": (a, 1)}], "long": ["s" * 70000, a, "t" * 66000, np.arange(20000)],
    "simple": {"a": np.arange(3.0), "b": 1, "c": np.arange(4.0).reshape(2, 2)},
}
what = {}


def note(name, obj):
    """The arrays in the order of the stream."""
    seen, out = set(), []

    def go(x):
        if isinstance(x, np.ndarray):
            f = bool(x.flags.f_contiguous and not x.flags.c_contiguous)
            out.append({"shape": list(x.shape), "fortran": f, "objects": bool(x.dtype.hasobject), "itemsize": x.dtype.itemsize,
                        "data": "" if x.dtype.hasobject else np.asarray(x).tobytes("F" if f else "C").hex()[:2000]})
        elif isinstance(x, dict):
            [go(v) for v in x.values()]
        elif isinstance(x, (list, tuple)):
            [go(v) for v in x]

    go(obj)
    what[name] = out


def put(name, obj, **kw):
    joblib.dump(obj, os.path.join(HERE, name + ".joblib"), **kw)
    note(name, obj)


for old in glob.glob(os.path.join(HERE, "*.joblib")):
    os.remove(old)
for name, obj in OBJECTS.items():
    put(name + "-raw", obj)
for p in range(6):
    put("arrays-p%d-raw" % p, ARRAYS, protocol=p)
for c in ("zlib", "gzip", "bz2", "lzma", "xz", "lz4"):
    try:
        put("arrays-" + c, ARRAYS, compress=(c, 3))
        put("objects-" + c, OBJECTS["objects"], compress=c)
    except (ValueError, ImportError) as e:
        print(c, e)
put("simple-zlib-9", OBJECTS["simple"], compress=9)


class Unseekable(io.BytesIO):
    def tell(self):
        raise io.UnsupportedOperation("tell")


f = Unseekable()
joblib.dump(ARRAYS, f)
open(os.path.join(HERE, "unseekable-raw.joblib"), "wb").write(f.getvalue())
note("unseekable-raw", ARRAYS)

init = numpy_pickle.NumpyArrayWrapper.__init__


def old_init(self, *args, **kw):
    init(self, *args, **kw)
    del self.numpy_array_alignment_bytes


numpy_pickle.NumpyArrayWrapper.__init__ = old_init
put("old-raw", ARRAYS)
put("old-zlib", ARRAYS, compress=3)
json.dump(what, open(os.path.join(HERE, "arrays.json"), "w"), indent=0, sort_keys=True)
