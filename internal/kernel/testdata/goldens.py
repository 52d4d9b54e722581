"""Prints goldens of the C library's expf and logf for elementary_test.go.

Written on x86-64 with fused multiply-add, glibc 2.36: python3 goldens.py
"""
import ctypes, struct

m = ctypes.CDLL("libm.so.6")
for f in (m.expf, m.logf):
    f.restype, f.argtypes = ctypes.c_float, [ctypes.c_float]


def bits(f):
    return struct.unpack("<I", struct.pack("<f", f))[0]


def value(u):
    return struct.unpack("<f", struct.pack("<I", u))[0]


for name, f in (("expf", m.expf), ("logf", m.logf)):
    h = 0xCBF29CE484222325  # FNV-1a of the results for every 4297th float32 that is a number
    for u in range(0, 1 << 32, 4297):
        x = value(u)
        if x != x or (name == "logf" and x < 0):
            continue
        for b in struct.pack("<f", f(x)):
            h = (h ^ b) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    print(name, hex(h))

for x in (0.0, -0.0, 1.0, -1.0, 32.564632, -63.09946, 88.7, 88.72, 88.73, -87.5, -103.9, -103.98, 1e-30, 0.5, 1e-6):
    print("{%#x, %#x, %#x}," % (bits(x), bits(m.expf(x)), bits(m.logf(abs(x)))))
