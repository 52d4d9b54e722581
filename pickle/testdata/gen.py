"""Makes cases.jsonl: pickles, and what CPython makes of them.

Run with CPython 3.11 or newer and nothing else:  python3 gen.py

Each line is one case: its name, the pickle, the pickler and protocol that made
it ("hand" for those written by hand), the program as pickletools lists it, and
the graph as the C unpickler builds it when every class is a stand-in that
records what is done to it. Cases that CPython refuses have an error instead of a
graph.
"""
import base64, collections, copyreg, datetime, decimal, enum, fractions, functools
import io, json, pickle, pickletools, re, struct, sys, types

sys.setrecursionlimit(10000)
HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."


# --- things to pickle -------------------------------------------------------
class Plain:
    def __init__(self, **kw):
        self.__dict__.update(kw)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


class MyDict(dict):
    pass


class MyList(list):
    pass


class WithArgs:
    def __init__(self, x):
        self.x = x

    def __getnewargs__(self):
        return (self.x,)

    def __new__(cls, x):
        return object.__new__(cls)


class WithKwargs:
    def __new__(cls, *a, **k):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (1, 2), {"k": 3}


class Outer:
    class Inner:
        pass


def setter(obj, state):
    obj.__dict__.update(state)


class WithSetter:
    def __reduce__(self):
        return WithSetter, (), {"a": 1}, None, None, setter


class Color(enum.Enum):
    RED = 1


Point = collections.namedtuple("Point", "x y")

recursive_list = []
recursive_list.append(recursive_list)
recursive_dict = {}
recursive_dict["me"] = recursive_dict
inner = []
recursive_tuple = (inner, 1)
inner.append(recursive_tuple)
inner4 = []
recursive_tuple4 = (inner4, 1, 2, 3)
inner4.append(recursive_tuple4)
recursive_obj = Plain()
recursive_obj.me = recursive_obj
shared = ["shared"]
long_text = "x" * 300


class Wrap:
    def __init__(self, x):
        self.x = x

    def __reduce__(self):
        return Wrap, (self.x,)


wrap_list = []
recursive_reduce = Wrap(wrap_list)
wrap_list.append(recursive_reduce)

OBJECTS = {
    "none": None, "true": True, "false": False,
    "ints": [0, 1, -1, 127, 128, 255, 256, 65535, 65536, -128, -32768, 2**31 - 1, 2**31, -2**31, -2**31 - 1,
             2**32, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64],
    "long-255": 1 << 2030, "long-256": 1 << 2040, "long-neg": -(1 << 2039), "long-neg2": -(1 << 2047), "long-10-40": [10**40, -10**40],
    "floats": [0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 1e-4, 1e-5, 1.5e300, -2.5, float("inf"), float("-inf"), float("nan"), 5e-324, 123456789012345680.0],
    "strs": ["", "a", "hello", "é", "\u20ac", "\U0001f600", "\ud800", "\udfff x", "a\\b", "a\nb\r\x00\x1a", "\\u0041", "'\"", long_text],
    "bytes": [b"", b"a", b"\x00\xff\x80", b"\n\\'", b"y" * 255, b"y" * 256],
    "bytearray": [bytearray(), bytearray(b"abc"), bytearray(b"\xff" * 300)],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((),))],
    "list-empty": [], "list-1": [1], "list-2": [1, 2], "list-1000": list(range(1000)), "list-1001": list(range(1001)), "list-2000": [None] * 2000,
    "dict-empty": {}, "dict-1": {"a": 1}, "dict-2": {"a": 1, "b": 2}, "dict-1000": {i: None for i in range(1000)},
    "dict-1001": {i: None for i in range(1001)}, "dict-mixed": {1: 2, (1, 2): [3], None: 4, 1.5: "x", b"k": 0},
    "sets": [set(), {1}, {1, 2, 3}, frozenset(), frozenset([1]), frozenset(["a", "b"])],
    "set-1000": set(range(1000)), "set-1001": set(range(1001)), "frozenset-1500": frozenset(range(1500)),
    "shared": [shared, shared, {"k": shared}, (shared,)], "shared-str": [long_text, long_text, (long_text,)],
    "shared-tuple": (lambda t: [t, t, (t, t)])((1, 2)),
    "recursive-list": recursive_list, "recursive-dict": recursive_dict, "recursive-tuple": recursive_tuple,
    "recursive-tuple-from-list": inner, "recursive-tuple4": recursive_tuple4, "recursive-object": recursive_obj,
    "recursive-reduce": recursive_reduce,
    "plain": Plain(a=1, b=[1, 2]), "plain-empty": Plain(), "plain-many": [Plain(x=i) for i in range(5)],
    "slots": Slots(1, [2]), "my-dict": MyDict(a=1), "my-list": MyList([1, 2, 3]), "my-list-1001": MyList(range(1001)),
    "my-dict-1001": MyDict({i: i for i in range(1001)}), "with-args": WithArgs([1]), "with-kwargs": WithKwargs(), "with-setter": [WithSetter(), 1],
    "classes": [Plain, Slots, Outer.Inner, len, int, dict, collections.OrderedDict, type(None), type(...), type(NotImplemented)],
    "nested-instance": Outer.Inner(), "singletons": [None, ..., NotImplemented],
    "ordered": collections.OrderedDict([("b", 1), ("a", 2)]), "default": collections.defaultdict(list, {"a": [1]}),
    "counter": collections.Counter("abca"), "deque": collections.deque([1, 2, 3], 5), "point": Point(1, 2), "enum": [Color.RED, Color.RED],
    "datetime": [datetime.datetime(2020, 1, 2, 3, 4, 5), datetime.date(2020, 1, 2), datetime.timedelta(1, 2, 3), datetime.timezone.utc],
    "decimal": decimal.Decimal("1.5"), "fraction": fractions.Fraction(1, 3), "complex": 1 + 2j, "range": range(1, 10, 2), "slice": slice(1, None, 2),
    "partial": functools.partial(int, base=2), "namespace": types.SimpleNamespace(a=1), "exception": ValueError("x", 1),
    "big-str": ["s" * 65535, "t" * 65536, "after"], "big-bytes": [b"s" * 65535, b"t" * 65536, "after"],
    "big-bytearray": [bytearray(65536), 1], "many-strs": ["%06d" % i * 5 for i in range(3000)],
    "deep": functools.reduce(lambda a, _: [a], range(100), []), "deep-tuple": functools.reduce(lambda a, _: (a, 1), range(100), ()),
    "memo-300": [[str(i)] for i in range(300)] * 2,
}

if hasattr(pickle, "PickleBuffer"):
    OBJECTS["buffers"] = [pickle.PickleBuffer(b"readonly"), pickle.PickleBuffer(bytearray(b"writable"))]

# --- by hand ----------------------------------------------------------------
HAND = {
    "int-octal": b"I010\n.", "int-hex": b"I0x1F\n.", "int-spaces": b"I  12\n.", "int-trailing-space": b"I12 \n.", "int-plus": b"I+7\n.",
    "int-underscore": b"I1_000\n.", "int-bin": b"I0b11\n.", "int-08": b"I08\n.", "int-00": b"I00\n.", "int-01": b"I01\n.", "int-02": b"I02\n.",
    "int-001": b"I001\n.", "int-space-1": b"I 1\n.", "int-plus-1": b"I+1\n.", "int-minus-0": b"I-0\n.", "int-empty": b"I\n.", "int-word": b"Ix\n.",
    "int-nul": b"I5\x00junk\n.", "int-big": b"I123456789012345678901234567890\n.", "int-L": b"I5L\n.", "int-float": b"I1.0\n.", "int-0x": b"I0x\n.",
    "int-minus-minus": b"I--1\n.", "int-no-newline": b"I1", "int-nul-only": b"I\x00\n.", "int-vt": b"I\x0b7\n.", "int-minhex": b"I-0x10\n.", "int-hexneg": b"I0x-1\n.", "int-0_1": b"I0_0\n.",
    "long": b"L5L\n.", "long-plain": b"L5\n.", "long-empty": b"L\n.", "long-only-L": b"LL\n.", "long-space": b"L 5 L\n.", "long-hex": b"L0xffL\n.",
    "long-octal": b"L0o17L\n.", "long-lead-zero": b"L010L\n.", "long-zeros": b"L000L\n.", "long-underscore": b"L1_0L\n.", "long-underscores": b"L1__0L\n.", "long-hex-underscore": b"L0x_fL\n.",
    "long-nul": b"L5\x00xL\n.", "long-neg": b"L-12345678901234567890L\n.", "long-l": b"L5l\n.",
    "float": b"F1.5\n.", "float-int": b"F1\n.", "float-exp": b"F1e5\n.", "float-inf": b"Finf\n.", "float-nan": b"F-nan\n.", "float-infinity": b"F-Infinity\n.",
    "float-space": b"F 1.5\n.", "float-trail": b"F1.5 \n.", "float-hex": b"F0x1p3\n.", "float-underscore": b"F1_0.5\n.", "float-over": b"F1e400\n.",
    "float-dot": b"F.5\n.", "float-dot-after": b"F5.\n.", "float-only-dot": b"F.\n.", "float-empty": b"F\n.", "float-nul": b"F1.5\x00x\n.", "float-tiny": b"F1e-400\n.", "float-plus": b"F+1.5E+3\n.",
    "string": b"S'abc'\n.", "string-dq": b'S"abc"\n.', "string-escapes": b"S'a\\n\\x41\\101\\\\\\'\\\"\\0'\n.", "string-unknown-escape": b"S'\\q'\n.", "string-bad-x": b"S'\\x4'\n.", "string-unquoted": b"Sabc\n.",
    "string-half": b"S'abc\n.", "string-empty": b"S''\n.", "string-one-quote": b"S'\n.", "string-inner": b"S'a'b'\n.", "string-trail": b"S'a' \n.", "string-backslash-end": b"S'\\'\n.", "string-oct-4": b"S'\\1234'\n.",
    "binstring": b"T\x03\x00\x00\x00abc.", "short-binstring": b"U\x03abc.", "binstring-neg": b"T\xff\xff\xff\xffabc.",
    "unicode": b"Vabc\n.", "unicode-u": b"V\\u20ac\\U0001f600\n.", "unicode-latin1": b"V\xe9\n.", "unicode-bad": b"V\\u12\n.", "unicode-over": b"V\\U00110000\n.",
    "unicode-two-backslashes": b"V\\\\u0041\n.", "unicode-backslash-end": b"Va\\\n.", "unicode-other": b"V\\x41\\n\n.", "unicode-surrogates": b"V\\ud83d\\ude00\n.", "unicode-empty": b"V\n.",
    "binunicode-surrogate": b"X\x03\x00\x00\x00\xed\xa0\x80.", "binunicode-pair": b"X\x06\x00\x00\x00\xed\xa0\xbd\xed\xb8\x80.", "binunicode-bad": b"X\x01\x00\x00\x00\xff.", "binunicode-overlong": b"X\x02\x00\x00\x00\xc0\x80.",
    "long1-0": b"\x8a\x00.", "long1-padded": b"\x8a\x04\x01\x00\x00\x00.", "long1-neg": b"\x8a\x02\xff\xff.", "long1-9": b"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.", "long1-9-padded": b"\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff.", "long4": b"\x8b\x02\x00\x00\x00\x00\x80.", "long4-neg": b"\x8b\xff\xff\xff\xff.",
    "dup": b"(K\x01l2\x86.", "pop": b"K\x01K\x020.", "pop-mark-op": b"K\x01(0.", "pop-mark": b"K\x01(K\x02K\x031.", "pop-empty": b"0.", "pop-below-mark": b"K\x01(00.",
    "put-text": b"]p007\ng7\n.", "put-spaces": b"]p 7 \ng+7\n.", "put-neg": b"]p-1\n.", "put-underscore": b"]p1_0\ng10\n.", "put-hex": b"]p0x1\n.", "put-sparse": b"]q\xc8h\xc8\x86.", "put-huge": b"]r\xff\xff\xff\x7fj\xff\xff\xff\x7f\x86.",
    "get-missing": b"h\x00.", "memo-mixed": b"]q\x05]\x94h\x01h\x05\x86\x86.", "memo-overwrite": b"]q\x00(K\x01lq\x00h\x00\x87.", "memoize-empty": b"\x94.", "put-over-mark": b"K\x01(q\x00.",
    "tuple-through-mark": b"K\x01(K\x02\x86.", "tuple-no-mark": b"K\x01t.", "append-nothing": b"](e.", "appends-no-list": b"(K\x01e.", "append-short": b"]a.", "append-into-mark": b"](K\x01a.",
    "setitems-odd": b"}(K\x01u.", "setitem-short": b"}K\x01s.", "dict-odd": b"(K\x01d.", "dict-op": b"(K\x01K\x02d.", "list-op": b"(K\x01K\x02l.", "additems": b"\x8f(K\x01K\x02\x90.", "additems-none": b"\x8f(\x90.",
    "global": b"cmod\nname\n.", "global-utf8": "cmod\nné\n.".encode(), "global-bad": b"cmod\n\xff\n.", "global-empty-name": b"cmod\n\n.", "global-empty-module": b"c\nname\n.", "global-dotted": b"cmod\na.b\n.",
    "stack-global": b"\x8c\x03mod\x8c\x04name\x93.", "stack-global-py2": b"U\x03modU\x04name\x93.", "stack-global-int": b"K\x01\x8c\x01a\x93.", "stack-global-bytes": b"C\x01m\x8c\x01a\x93.", "stack-global-memo": b"\x8c\x03mod\x94\x8c\x04name\x94\x93h\x00h\x01\x93\x86.",
    "reduce": b"cmod\nf\n(K\x01tR.", "reduce-list-args": b"cmod\nf\n]R.", "reduce-pop": b"cmod\nf\n(tR0K\x01.", "newobj": b"cmod\nC\n)\x81.", "newobj-args": b"cmod\nC\nK\x01\x85\x81.", "newobj-ex": b"cmod\nC\n)}\x8c\x01kK\x01s\x92.", "newobj-ex-list": b"cmod\nC\n)]\x92.", "newobj-list": b"cmod\nC\n]\x81.",
    "obj": b"(cmod\nC\nK\x01o.", "obj-no-args": b"(cmod\nC\no.", "obj-empty": b"(o.", "obj-pop": b"(cmod\nC\no0K\x01.", "inst": b"(K\x01imod\nC\n.", "inst-no-args": b"(imod\nC\n.", "inst-utf8": "(imod\né\n.".encode(), "inst-no-mark": b"imod\nC\n.",
    "build": b"cmod\nC\n)\x81}\x8c\x01aK\x01sb.", "build-twice": b"cmod\nC\n)\x81K\x01bK\x02b.", "build-short": b"K\x01b.", "build-none-on-int": b"K\x01Nb.",
    "append-instance": b"cmod\nC\n)\x81K\x01a.", "appends-instance": b"cmod\nC\n)\x81(K\x01K\x02e.", "setitems-instance": b"cmod\nC\n)\x81(K\x01K\x02u.", "additems-instance": b"cmod\nC\n)\x81(K\x01\x90.", "order-instance": b"cmod\nC\n)\x81K\x01bK\x02aK\x03K\x04sK\x05a.",
    "persid": b"Pabc\n.", "persid-empty": b"P\n.", "persid-bad": b"P\xe9\n.", "binpersid": b"(K\x01K\x02tQ.", "ext1": b"\x82\x05.", "ext2": b"\x83\x00\x02.", "ext4": b"\x84\x00\x00\x01\x00.", "ext-0": b"\x82\x00.", "ext4-neg": b"\x84\xff\xff\xff\xff.",
    "buffer": b"\x80\x05\x97\x97\x86.", "buffer-readonly": b"\x80\x05\x97\x98.", "bytes-readonly": b"C\x01a\x98.", "int-readonly": b"K\x01\x98.",
    "proto-6": b"\x80\x06N.", "proto-twice": b"\x80\x02\x80\x04N.", "proto-late": b"N\x80\x02.", "no-stop": b"N", "stop-empty": b".", "stop-at-mark": b"K\x01(.", "leftover": b"K\x01K\x02.", "trailing": b"N.trailing", "empty": b"",
    "frame": b"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.", "frame-too-long": b"\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00N.", "frame-empty": b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00N.", "frame-neg": b"\x95\xff\xff\xff\xff\xff\xff\xff\xffN.", "frame-past-stop": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00N.abc",
    "unknown-op": b"\xff.", "nul-op": b"\x00.", "binbytes8-huge": b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.", "binbytes8-neg": b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", "bytearray8": b"\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.", "binunicode8": b"\x8d\x02\x00\x00\x00\x00\x00\x00\x00ab.", "binbytes8": b"\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.", "binbytes-short": b"B\x05\x00\x00\x00ab.",
    "bools": b"\x88\x89\x86.", "frozenset-op": b"(K\x01K\x02\x91.", "empty-tuple": b").", "tuple-op": b"(t.", "tuple-marks": b"((t(tt.", "binfloat": b"G\x3f\xf0\x00\x00\x00\x00\x00\x00.", "binint-neg": b"J\xfe\xff\xff\xff.", "binint2": b"M\x00\x01.",
}
# Two rules of ours are stricter than the C unpickler's; see doc.go.
STRICTER = {
    "frame-straddled": b"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00J\x01\x00\x00\x00.",
    "frame-in-frame": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x95\x02\x00\x00\x00\x00\x00\x00\x00N..",
}
for code in (5, 0x200, 0x10000):
    copyreg.add_extension("ext", "E%d" % code, code)


# --- what CPython makes of them ----------------------------------------------
class Recorder(type):
    def __call__(cls, *args, **kwargs):
        return record(cls, "reduce", args, kwargs)


def record(cls, how, args, kwargs):
    self = object.__new__(cls)
    object.__setattr__(self, "log", [])
    object.__setattr__(self, "made", (how, args, kwargs))
    return self


def new_class(module, name):
    def note(kind):
        return lambda self, *a: self.log.append((kind,) + a)

    return Recorder(name, (), {
        "global_name": (module, name), "__new__": lambda cls, *a, **k: record(cls, "new", a, k),
        "__setstate__": note("build"), "extend": lambda self, xs: self.log.extend(("append", x) for x in xs),
        "__call__": lambda self, *a, **k: record(CALLED, "reduce", a, k), "append": note("append"), "add": note("add"), "__setitem__": note("set"), "__hash__": object.__hash__,
    })


CALLED = new_class("", "")  # what calling a stand-in's result makes


class Pers:
    def __init__(self, pid):
        self.pid = pid


class Reader(pickle.Unpickler):
    def __init__(self, data):
        super().__init__(io.BytesIO(data), buffers=[Buf(0), Buf(1)], encoding="latin1", fix_imports=False)
        self.classes = {}

    def find_class(self, module, name):
        key = module, name
        if key not in self.classes:
            self.classes[key] = new_class(module, name)
        return self.classes[key]

    def persistent_load(self, pid):
        return Pers(pid)


class Buf(bytearray):
    def __new__(cls, n):
        return bytearray.__new__(cls)

    def __init__(self, n):
        super().__init__(b"buf%d" % n)


def dump(x):
    """The graph as text. Numbers stand for identity, of mutable things and of tuples."""
    seen = {}

    def ident(x):
        seen[id(x)] = len(seen)
        return str(len(seen) - 1)

    def go(x):
        t = type(x)
        if x is None:
            return "N"
        if t is bool:
            return "T" if x else "F"
        if t is int:
            return "i%d" % x
        if t is float:
            return "f" + ("nan" if x != x else struct.pack(">d", x).hex())
        if t is str:
            return "s" + x.encode("utf-8", "surrogatepass").hex()
        if t is bytes:
            return "b" + x.hex()
        if t is Recorder:
            return "g" + ".".join(x.global_name).encode().hex()
        if t is Buf or t is memoryview:
            return "u" + bytes(x).hex()
        if t is bytearray and id(x) not in seen:
            return "B" + ident(x) + ":" + x.hex()
        if t in (tuple, frozenset) and not x:
            return "()" if t is tuple else "<>"
        if id(x) in seen:
            return "@%d" % seen[id(x)]
        if t is Pers:
            return "p" + ident(x) + "(" + go(x.pid) + ")"
        if t is list:
            return "L" + ident(x) + "[" + ",".join(go(v) for v in x) + "]"
        if t is tuple:
            # a tuple may be reached before it is known here, through a list in itself
            return "t" + ident(x) + "(" + ",".join(go(v) for v in x) + ")"
        if t is dict:
            return "D" + ident(x) + "{" + ",".join(go(k) + ":" + go(v) for k, v in x.items()) + "}"
        if t is set or t is frozenset:
            return ("S" if t is set else "Z") + ident(x) + "<" + ",".join(sorted(go(v) for v in x)) + ">"
        how, args, kwargs = x.made
        s = "o" + ident(x) + how + " " + ".".join(type(x).global_name).encode().hex()
        s += "(" + ",".join(go(v) for v in args)
        s += ";" + ",".join("s" + k.encode().hex() + "=" + go(v) for k, v in kwargs.items()) + ")"
        for e in x.log:
            s += "!" + e[0] + ":" + ",".join(go(v) for v in e[1:])
        return s

    return go(x)


def arg(op, a):
    if a is None:
        return None
    if isinstance(a, float):
        return repr(a)
    if isinstance(a, (bytes, bytearray)):
        return "x" + bytes(a).hex()
    if isinstance(a, str):
        return "s" + a.encode("utf-8", "surrogatepass").hex()
    return str(int(a))


def describe(name, how, protocol, data):
    case = {"name": name, "by": how, "protocol": protocol, "pickle": base64.b64encode(data).decode()}
    try:
        case["graph"] = dump(Reader(data).load())
    except RecursionError:
        raise
    except Exception as e:
        case["error"] = "%s: %s" % (type(e).__name__, e)
        return case
    if len(case["graph"]) > 3000:
        import hashlib
        case["graph"] = "sha256:" + hashlib.sha256(case["graph"].encode()).hexdigest()
    try:
        ops = [[o.name, pos, arg(o, a)] for o, a, pos in pickletools.genops(data)]
        if len(ops) > 300:
            ops = ops[:150] + ops[-150:]
        case["ops"] = ops
    except Exception:
        pass  # pickletools reads some text forms otherwise
    return case


def main():
    import gzip
    with gzip.GzipFile(HERE + "/cases.jsonl.gz", "wb", mtime=0) as z:
        out = io.TextIOWrapper(z, encoding="ascii")
        n = 0
        for name, obj in OBJECTS.items():
            for p in range(6):
                for how in ("cpython-c", "cpython-py"):
                    f = io.BytesIO()
                    try:
                        (pickle.Pickler if how == "cpython-c" else pickle._Pickler)(f, p).dump(obj)
                    except Exception:
                        continue
                    print(json.dumps(describe(name, how, p, f.getvalue())), file=out)
                    n += 1
        for name in ("ints", "tuples", "shared", "shared-str", "recursive-tuple", "recursive-object", "recursive-reduce", "plain-many", "ordered", "classes", "sets"):
            for p in range(6):
                data = pickletools.optimize(pickle.dumps(OBJECTS[name], p))
                print(json.dumps(describe(name, "cpython-bare", p, data)), file=out)
                n += 1
        for name, data in HAND.items():
            print(json.dumps(describe(name, "hand", -1, data)), file=out)
            n += 1
        for name, data in STRICTER.items():
            case = describe(name, "hand", -1, data)
            case["error"] = "stricter"
            print(json.dumps(case), file=out)
            n += 1
        out.flush()
    print(n, "cases")


main()
