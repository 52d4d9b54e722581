"""Makes arrays-p*.pkl and arrays.json beside this file: numpy 2.4.6."""
import json
import os
import pickle

import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
arrays = {
    "f8": np.arange(6.0).reshape(2, 3),
    "f8F": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "f8be": np.arange(6.0).astype(">f8").reshape(3, 2),
    "f4": np.array([1.5, -2, np.inf, np.nan], "f4"),
    "f2": np.array([1.5, 65504, -0.0], "f2"),
    "i1": np.array([-128, 127], "i1"),
    "i2be": np.array([1, -2], ">i2"),
    "i4": np.arange(24, dtype="i4").reshape(2, 3, 4),
    "i4F3": np.asfortranarray(np.arange(24, dtype="i4").reshape(2, 3, 4)),
    "u8": np.array([2**64 - 1, 0], "u8"),
    "b": np.array([True, False]),
    "c16": np.array([1 + 2j, -3.5j]),
    "U": np.array(["ab", "", "ü𝄞x"]),
    "Ube": np.array(["ab", "ü"]).astype(">U2"),
    "S": np.array([b"a", b"bcd"]),
    "O": np.array(["a", 1, None, 2.5], dtype=object),
    "Ostr": np.array(["a", "b"], dtype=object),
    "Oint": np.array([3, 4], dtype=object),
    "M": np.array(["2020-01-01", "NaT"], "M8[D]"),
    "d0": np.array(3.5),
    "empty": np.zeros((0, 3)),
    "nc": np.arange(12.0).reshape(3, 4)[:, ::2],
    "K": np.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2),
    "K4": np.arange(120, dtype="i2").reshape(2, 3, 4, 5).transpose(2, 0, 3, 1),
    "rec": np.array([(1, 2.5, b"x"), (3, 4.5, b"yz")], dtype=[("a", "<i4"), ("b", ">f8"), ("c", "S2")]),
    "sub": np.array([((1, 2),), ((3, 4),)], dtype=[("v", "<i2", (2,))]),
    "T": np.array(["x", "yy"], dtype=np.dtypes.StringDType()),
}


def plain(a):
    if a.dtype.kind == "f":
        return [repr(float(x)) for x in a.ravel()]
    if a.dtype.kind == "c":
        return [repr(float(x.real)) + " " + repr(float(x.imag)) for x in a.ravel()]
    if a.dtype.kind == "S":
        return [x.decode("latin1") for x in a.ravel()]
    if a.dtype.kind in "Mm":
        return [str(x) for x in a.view("i8").ravel()]
    if a.dtype.names:
        return None
    return [str(x) for x in a.ravel().tolist()]


want = {k: {"dtype": a.dtype.str if a.dtype.kind != "T" else "T", "shape": list(a.shape), "items": plain(a)} for k, a in arrays.items()}
for p in range(6):
    with open(f"arrays-p{p}.pkl", "wb") as f:
        f.write(pickle.dumps(arrays, p))
with open("arrays.json", "w") as f:
    json.dump(want, f, indent=1, ensure_ascii=False)
    f.write("\n")
