"""Makes the golden files beside it: numpy 2.4.6, scipy 1.17.1.

NAME.npy is what np.save writes of a C-ordered array of the machine's byte
order. NAME.VARIANT.npy holds the same values in another way; reading it and
writing it again must give NAME.npy.
"""

import os
import warnings

import numpy as np
import scipy.sparse as sp

os.chdir(os.path.dirname(os.path.abspath(__file__)))
warnings.simplefilter("ignore")


def save(name, a):
    np.save(name + ".npy", a)


def version(name, a, v):
    with open(name + ".npy", "wb") as f:
        np.lib.format.write_array(f, a, version=v)


rng = np.random.default_rng(7)
base = rng.normal(size=(3, 4)) * 40
for d in "?bhiqBHIQefdFD":
    with np.errstate(invalid="ignore"):
        a = (base > 0) if d == "?" else (base + (1j * base.T.reshape(3, 4) if d in "FD" else 0)).astype(np.dtype(d))
    name = np.dtype(d).name
    save(name, a)
    save(name + ".fortran", np.asfortranarray(a))
    if a.dtype.itemsize > 1:
        save(name + ".big", a.astype(a.dtype.newbyteorder(">")))
        save(name + ".bigfortran", np.asfortranarray(a.astype(a.dtype.newbyteorder(">"))))

cube = np.arange(3 * 5 * 18, dtype="<f4").reshape(3, 5, 18)
save("cube", cube)
save("cube.fortran", np.asfortranarray(cube))
version("cube.v2", cube, (2, 0))
version("cube.v3", np.asfortranarray(cube), (3, 0))

text = np.array([["", "é", "abc"], ["日本語\U0001f600", "a\0b", "x"]])
save("text", text)
save("text.fortran", np.asfortranarray(text))
save("text.big", text.astype(text.dtype.newbyteorder(">")))
ascii_ = np.array(["setosa", "", "a\0b"])
save("ascii", ascii_)
save("ascii.bytes", ascii_.astype("S"))

save("scalar", np.array(3.25))
save("scalar_text", np.array("x"))
save("empty", np.zeros((0, 3), np.float32))
save("empty_text", np.array([], dtype="U"))
save("vector", np.arange(3))
save("many_dims", np.zeros((1,) * 31, np.int8))

save("bad_object", np.array([1, "a"], dtype=object))
save("bad_struct", np.zeros(2, [("a", "<f4"), ("b", "<i2", (3,))]))
save("bad_date", np.array(["2020-01-01"], "M8[ns]"))
save("bad_void", np.zeros(2, "V5"))
save("bad_longdouble", np.zeros(2, np.longdouble))

np.savez("several.npz", x=np.arange(6, dtype="<f4").reshape(2, 3), label=np.array(["a", "bcd"]), **{"größe": np.array(1)})
np.savez("positional.npz", np.zeros(3), np.ones(2, bool))
np.savez_compressed("packed.npz", x=np.zeros(4000), y=np.arange(3))

m = sp.csr_matrix(np.array([[0, 2.5, 0], [0, 0, 0], [1, 0, -3]]))
sp.save_npz("csr.npz", m, compressed=False)
sp.save_npz("csr.packed.npz", m)
sp.save_npz("csr.array.npz", sp.csr_array(m), compressed=False)
sp.save_npz("csr.csc.npz", m.tocsc())
sp.save_npz("csr.coo.npz", sp.coo_matrix(([1, -3, 1.5, 1], ([2, 2, 0, 0], [0, 2, 1, 1])), shape=(3, 3)))
wide = m.copy()
wide.indices = wide.indices.astype(np.int64)
wide.indptr = wide.indptr.astype(np.int64)
sp.save_npz("wide.npz", wide, compressed=False)
sp.save_npz("bad_dia.npz", m.todia())
