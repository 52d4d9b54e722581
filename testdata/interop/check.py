"""Asks the real libraries about files that Larder wrote: check.py DIR.

DIR/jobs.json is a list of jobs, whose file names are relative to DIR:

  file     the model
  kind     pickle, joblib or xgboost
  wrapper  with xgboost: the scikit-learn wrapper that loads the file (XGBClassifier, ...) instead of Booster
  data     .npy, .npz (scipy's keys), .csv or .json (read by pandas, passed as a DataFrame)
  none     names of columns where a missing value is None; elsewhere it is NaN
  method   the method to call, or an option of Booster.predict (margin, leaf, contribs, ...); null: only load
  want     the answer: .npy, .npz (0, 1, ... for a list or tuple; scipy's keys for a sparse matrix) or .json (an array of rows)
  rtol     relative tolerance of floats, default 0; atol likewise. Integers, text and shapes must be equal
  equals   another file, whose object must be deeply equal to this one; its kind is equals_kind, or the same
  sharing  false: what the two objects share inside need not be shared alike

Prints a line for each job and a count, and exits with 1 if a job failed.
"""

import json
import os
import pickle
import sys
import traceback
import types
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # more of them only wait for each other here

import joblib
import numpy as np
import pandas as pd
import scipy.sparse as sp

BOOSTER = {
    "predict": {},
    "booster": {},
    "margin": {"output_margin": True},
    "leaf": {"pred_leaf": True},
    "contribs": {"pred_contribs": True},
    "approx_contribs": {"pred_contribs": True, "approx_contribs": True},
    "interactions": {"pred_interactions": True},
}


class Different(Exception):
    pass


def load(path, kind, wrapper=None):
    if kind == "pickle":
        with open(path, "rb") as f:
            model = pickle.load(f)
            if f.read(1):
                raise Different("bytes after the pickle")
            return model
    if kind == "joblib":
        return joblib.load(path)
    if kind == "xgboost":
        import xgboost

        if wrapper is None:
            return xgboost.Booster(model_file=path)
        model = getattr(xgboost, wrapper)()
        model.load_model(path)
        return model
    raise ValueError(f"unknown kind {kind!r}")


def read(path):
    if path.suffix == ".npy":
        return np.load(path)
    if path.suffix == ".npz":
        return sp.load_npz(path)
    if path.suffix == ".json":
        return pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))
    frame = pd.read_csv(path, float_precision="round_trip", keep_default_na=False, na_values=["", "NA", "NaN", "null"])
    return frame if len(frame) else frame.astype(np.float64)  # pandas calls a column without a row text


def ask(model, method, X):
    if type(model).__module__.startswith("xgboost"):
        return ask_xgboost(model, method, X)
    return getattr(model, method)(X)


def ask_xgboost(model, method, X):
    import xgboost

    wrapped = isinstance(model, xgboost.XGBModel)
    booster = model.get_booster() if wrapped else model
    names, types = booster.feature_names, booster.feature_types
    if isinstance(X, pd.DataFrame):
        X = X.astype({name: "category" for name, kind in zip(names or [], types or []) if kind == "c"})
    elif names and X.shape[1] == len(names):
        X = pd.DataFrame(X, columns=names)  # by position, which XGBoost itself refuses
    if wrapped and (method in ("predict", "margin") or method not in BOOSTER):
        # in place, which takes infinities and rounds dart otherwise than a DMatrix does
        return getattr(model, "predict" if method == "margin" else method)(X, **BOOSTER.get(method, {}))
    best = booster.attr("best_iteration")
    data = xgboost.DMatrix(
        X,
        missing=model.missing if wrapped else np.nan,
        feature_types=None if isinstance(X, pd.DataFrame) else types,
        enable_categorical=True,
    )
    last = int(best) + 1 if wrapped and best is not None and method != "booster" else 0
    return booster.predict(data, iteration_range=(0, last), **BOOSTER[method])


def compare(answer, path, rtol, atol):
    if path.suffix == ".json":
        rows = [["NaN" if v != v else v for v in row] for row in np.asarray(answer).tolist()]
        if rows != json.loads(path.read_text(encoding="utf-8")):
            raise Different("rows differ")
        return
    want = np.load(path)
    if path.suffix == ".npy":
        same(answer.toarray() if sp.issparse(answer) else np.asarray(answer), want, rtol, atol)
    elif sp.issparse(answer):
        same_sparse(answer, {k: want[k] for k in want}, rtol, atol)
    else:
        for i, item in enumerate(answer):
            if sp.issparse(item):
                same_sparse(item, {k.partition(".")[2]: want[k] for k in want if k.startswith(f"{i}.")}, rtol, atol)
            else:
                same(np.asarray(item), want[str(i)], rtol, atol)


def same_sparse(answer, keys, rtol, atol):
    if keys["format"].item().decode() != answer.format:
        raise Different(f"format {keys['format'].item()} and {answer.format}")
    if tuple(keys["shape"]) != answer.shape:
        raise Different(f"shape {tuple(keys['shape'])} and {answer.shape}")
    for name in ("indptr", "indices", "data"):
        same(getattr(answer, name), keys[name], rtol, atol)


def same(answer, want, rtol, atol):
    """Compares the library's answer with the one that Larder wrote."""
    if answer.shape != want.shape:
        raise Different(f"shape {want.shape}, the library's is {answer.shape}")
    if answer.dtype.kind in "OUT":
        answer, want = answer.astype(str), want.astype(str)
    elif answer.dtype != want.dtype:
        raise Different(f"dtype {want.dtype}, the library's is {answer.dtype}")
    if answer.dtype.kind in "fc":
        # abs(inf - inf) is nan: equal ones are taken out first
        with np.errstate(invalid="ignore"):
            good = (answer == want) | ((answer != answer) & (want != want)) | (np.abs(answer - want) <= atol + rtol * np.abs(answer))
    else:
        good = answer == want
    if not good.all():
        at = tuple(int(i) for i in np.argwhere(~good)[0])
        raise Different(f"{(~good).sum()} of {good.size} differ, first at {at}: {want[at]!r}, the library's is {answer[at]!r}")


class Equal:
    """Compares two graphs of objects, cycles and sharing included."""

    def __init__(self, sharing):
        self.sharing = sharing
        self.left, self.right = {}, {}
        self.keep = []  # what __reduce_ex__ makes must live on, or its id is given out again

    def check(self, a, b, path="$"):
        if type(a) is not type(b):
            raise Different(f"{path}: {type(a).__qualname__} and {type(b).__qualname__}")
        if isinstance(a, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, np.ufunc, type(None), type(...))):
            if a is not b:
                raise Different(f"{path}: {a!r} and {b!r}")
            return
        if isinstance(a, (bool, int, str, bytes, bytearray, float, complex)):
            # repr tells -0.0 from 0.0 and has NaN equal to NaN
            if a != b and repr(a) != repr(b) or isinstance(a, (float, complex)) and repr(a) != repr(b):
                raise Different(f"{path}: {short(a)} and {short(b)}")
            return
        if id(a) in self.left or id(b) in self.right:
            if self.left.get(id(a)) == id(b) and self.right.get(id(b)) == id(a):
                return
            if self.sharing and mutable(a):
                raise Different(f"{path}: shared in one and not in the other")
            if (id(a), id(b)) in self.left:
                return
        self.left.setdefault(id(a), id(b))
        self.right.setdefault(id(b), id(a))
        self.left[id(a), id(b)] = True
        self.keep.append((a, b))
        self.inside(a, b, path)

    def inside(self, a, b, path):
        if type(a) in (list, tuple):
            self.all(a, b, path)
        elif type(a) is dict:
            self.all(list(a.items()), list(b.items()), path)
        elif type(a) in (set, frozenset):
            # Sets have no order: their members are compared as text, which has NaN equal to NaN.
            if sorted(map(repr, a)) != sorted(map(repr, b)):
                raise Different(f"{path}: {short(a)} and {short(b)}")
        elif isinstance(a, np.dtype):
            if a != b or a.metadata != b.metadata:
                raise Different(f"{path}: {a} and {b}")
        elif type(a) is np.ndarray:
            self.array(a, b, path)
        else:
            # Whatever it is: by what pickle would keep of it.
            left, right = a.__reduce_ex__(4), b.__reduce_ex__(4)
            if isinstance(left, str):
                if left != right:
                    raise Different(f"{path}: {left} and {right}")
                return
            left, right = ([list(v) if i in (3, 4) and v is not None else v for i, v in enumerate(r)] for r in (left, right))
            self.keep.append((left, right))
            self.all(left, right, f"{path}({type(a).__qualname__})")

    def array(self, a, b, path):
        for name in ("dtype", "shape"):
            if getattr(a, name) != getattr(b, name):
                raise Different(f"{path}: {name} {getattr(a, name)} and {getattr(b, name)}")
        if a.flags.c_contiguous != b.flags.c_contiguous or a.flags.f_contiguous != b.flags.f_contiguous:
            raise Different(f"{path}: C order in one and Fortran order in the other")
        if a.dtype.names:
            # By field: what lies between them is whatever lay in memory.
            for name in a.dtype.names:
                self.array(a[name], b[name], f"{path}.{name}")
        elif a.dtype.hasobject or a.dtype.kind == "T":
            self.all(a.ravel().tolist(), b.ravel().tolist(), path)
        elif np.ascontiguousarray(a).tobytes() != np.ascontiguousarray(b).tobytes():
            raise Different(f"{path}: values of an array of {a.dtype}, {a.shape}")

    def all(self, a, b, path):
        if len(a) != len(b):
            raise Different(f"{path}: {len(a)} and {len(b)} items")
        for i, (x, y) in enumerate(zip(a, b)):
            self.check(x, y, f"{path}[{i}]")


def mutable(a):
    """Whether it shows that two references lead to one object."""
    return isinstance(a, (list, dict, set)) or hasattr(a, "__dict__")


def short(a):
    text = repr(a)
    return text if len(text) < 80 else text[:77] + "..."


def run(directory, job):
    model = load(directory / job["file"], job["kind"], job.get("wrapper"))
    if job.get("equals"):
        kind = job.get("equals_kind", job["kind"])
        other = load(directory / job["equals"], kind, job.get("wrapper"))
        Equal(job.get("sharing", True)).check(model, other)
    if job.get("method"):
        X = read(directory / job["data"])
        for name in job.get("none", []):
            X[name] = X[name].astype(object).where(X[name].notna(), None)
        answer = ask(model, job["method"], X)
        compare(answer, directory / job["want"], job.get("rtol", 0), job.get("atol", 0))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check.py DIR")
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    directory = Path(sys.argv[1])
    jobs = json.loads((directory / "jobs.json").read_text(encoding="utf-8"))
    failed = 0
    for job in jobs:
        name = " ".join(str(job[k]) for k in ("file", "method", "data", "equals") if job.get(k))
        try:
            run(directory, job)
        except Different as e:
            failed += 1
            print(f"FAIL {name}: {e}")
        except Exception as e:
            failed += 1
            print(f"FAIL {name}: {type(e).__name__}: {str(e).strip().splitlines()[:1]}")
            traceback.print_exc()
        else:
            print(f"ok {name}")
    print(f"{len(jobs) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
