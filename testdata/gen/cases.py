"""Writes one case: a model, inputs, and what the real library answers to them.

A case is a folder with the model file, `case.json`, input files and want files. Every input is
written first and read back from the file, and the model is loaded from its file too, so that the
answers are those to what is in the folder and to nothing else.

Inputs are read as a user of the library would: `.npy` by numpy, `.npz` as a scipy matrix, `.csv` by
pandas (an empty cell and `NA` are missing), `.json` (an array of records) as a DataFrame. pandas' own float
parser is not exact, so it is told to round correctly. A model that was fitted on plain arrays gets
the table as a float64 array.

Answers keep the dtype and shape of the library. An array is `.npy`, with text as `<U`; a sparse
matrix is `.npz` with scipy's keys; a list or tuple is `.npz` with the keys `0`, `1`, ... (`0.data`,
... where an item is sparse); an array of mixed objects, which has no `.npy` form without a pickle
in it, is a `.json` array of rows. Two calls with the same answer share a want file.
"""

import json
import os
import re
import shutil
import sys
import warnings

# Threads and string hashing must not show in the bytes.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])

import io
import pickle
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable
from unittest import mock

import joblib
import numpy as np
import pandas as pd
import scipy.sparse as sp

warnings.simplefilter("ignore")
pd.options.mode.string_storage = "python"  # the same whether pyarrow is installed or not

MODELS = Path(__file__).resolve().parent.parent / "models"


@dataclass
class Input:
    """One input file and the calls to make with it."""

    file: str
    data: Any
    only: tuple | None = None  # these signatures, else all
    set: dict = field(default_factory=dict)
    view: Callable | None = None  # what the library is shown in place of the data as read
    refused: str | None = None  # why Larder refuses what the library answers


@dataclass
class Saved:
    """How a model is kept: the file's name, its format, how it is written and read."""

    file: str
    format: str
    dump: Callable  # (model, path)
    load: Callable  # (path) -> model


def pickled(protocol):
    def dump(model, path):
        path.write_bytes(pickle.dumps(model, protocol=protocol))

    return Saved("model.pkl", "pickle", dump, lambda path: pickle.loads(path.read_bytes()))


def joblibbed(compress=0):
    def dump(model, path):
        with mock.patch("time.time", return_value=0):  # gzip writes the time into its header
            joblib.dump(model, path, compress=compress)

    return Saved("model.joblib", "joblib", dump, joblib.load)


def format_of(saved, path):
    """What the bytes are: joblib.dump writes an ordinary pickle where there is no array and no compression."""
    raw = path.read_bytes()
    if saved.format == "joblib" and raw[:1] == b"\x80" and b"NumpyArrayWrapper" not in raw:
        return "pickle"
    return saved.format


class Writer:
    """Writes the cases of one script."""

    def __init__(self, script, folder, framework, packages, seed=0):
        self.script = f"testdata/gen/{script}"
        self.folder = MODELS / folder
        self.framework = framework
        self.packages = packages
        self.seed = seed
        self.made = set()

    def case(self, name, model, saved, inputs=(), signatures=(), ask=None, table=False, framework=None, verdict="safe"):
        """Writes the case `name`. `ask(model, signature, X, set)` answers one call; `framework` is that of the root, if not the script's."""
        if name in self.made:
            raise ValueError(f"two cases are called {name}")
        self.made.add(name)
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        saved.dump(model, path / saved.file)
        model = saved.load(path / saved.file)

        calls, wants = [], {}
        for given in inputs:
            if not (path / given.file).exists():
                write_input(path / given.file, given.data)
            X = read_input(path / given.file, table)
            if given.view:
                X = given.view(X)
            for signature in signatures if given.only is None else given.only:
                call = {"signature": signature, "data": given.file, "set": given.set}
                if given.refused:
                    calls.append(call | {"error": "input", "upstream_error": given.refused})
                    continue
                try:
                    answer = ask(model, signature, X, given.set)
                except Exception as e:  # whatever the library raises is its answer
                    call |= {"error": "input", "upstream_error": describe(e)}
                else:
                    call["want"] = write_want(path, wants, signature, given, answer)
                calls.append(call)

        framework = framework or self.framework
        write_json(
            path / "case.json",
            {
                "model": saved.file,
                "format": format_of(saved, path / saved.file),
                "framework": framework and {"name": framework, "version": installed(framework)},
                "producer": {"python": platform.python_version()} | {p: installed(p) for p in self.packages},
                "script": self.script,
                "seed": self.seed,
                "verdict": verdict,
                "classes": classes(model) if saved.format in ("pickle", "joblib") else [],
                "signatures": sorted(signatures),
                "calls": calls,
            },
        )

    def clean(self):
        """Removes the cases that the script no longer makes."""
        for path in self.folder.iterdir():
            if path.name not in self.made:
                shutil.rmtree(path)


def installed(package):
    return version({"xgboost": "xgboost-cpu"}.get(package, package))


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_input(path, data):
    if path.suffix == ".npy":
        np.save(path, data)
    elif path.suffix == ".npz":
        sp.save_npz(path, data)
    elif path.suffix == ".csv":
        data = data if isinstance(data, pd.DataFrame) else pd.DataFrame(data).add_prefix("x")
        na = "NA" if path.stem.endswith("-na") else ""
        data.to_csv(path, index=False, lineterminator="\n", na_rep=na, header=not path.stem.endswith("noheader"))
    elif path.suffix == ".json":
        rows = [{k: None if pd.isna(v) else v for k, v in row.items()} for row in data.to_dict("records")]
        path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", encoding="utf-8")
    else:
        raise ValueError(path)


def read_input(path, table):
    if path.suffix == ".npy":
        return np.load(path)
    if path.suffix == ".npz":
        return sp.load_npz(path)
    if path.suffix == ".json":
        frame = pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))
    else:
        frame = pd.read_csv(
            path,
            float_precision="round_trip",
            keep_default_na=False,
            na_values=["", "NA", "NaN", "null"],  # as Larder, and not all that pandas would take
            header=None if path.stem.endswith("noheader") else 0,
        )
    # In C order: pandas keeps columns together, and BLAS then adds in another order.
    return frame if table else np.ascontiguousarray(frame.to_numpy(np.float64))


def write_want(path, wants, signature, given, answer):
    """Writes an answer, unless the same one is there already, and returns the file's name."""
    suffix, content = encode(answer)
    if (signature, content) in wants:
        return wants[signature, content]
    stem, ext = given.file.removeprefix("in").strip("-").rsplit(".", 1)
    tags = [t for t in (stem, *given.set) if t]
    name = ".".join(["want", signature, *tags]) + suffix
    if (path / name).exists():
        name = ".".join(["want", signature, *tags, ext]) + suffix
    if (path / name).exists():
        raise ValueError(f"{path}: two answers want the name {name}")
    (path / name).write_bytes(content)
    wants[signature, content] = name
    return name


def encode(answer):
    """An answer's file name suffix and bytes."""
    out = io.BytesIO()
    if isinstance(answer, (list, tuple)):
        items = {}
        for i, item in enumerate(answer):
            if sp.issparse(item):
                items |= {f"{i}.{k}": v for k, v in sparse_keys(item).items()}
            else:
                items[str(i)] = plain(np.asarray(item))
        np.savez_compressed(out, **items)
        return ".npz", out.getvalue()
    if sp.issparse(answer):
        np.savez_compressed(out, **sparse_keys(answer))
        return ".npz", out.getvalue()
    if isinstance(answer, pd.DataFrame):
        answer = answer.to_numpy()
    answer = plain(np.asarray(answer))
    if answer.dtype == object:
        rows = [json.dumps([jsonable(v) for v in row], ensure_ascii=False) for row in answer]
        return ".json", ("[\n" + ",\n".join(rows) + "\n]\n").encode()
    np.save(out, answer)
    return ".npy", out.getvalue()


def jsonable(v):
    """A cell of a JSON answer: None is null, NaN the text "NaN"."""
    v = v.item() if isinstance(v, np.generic) else v
    return "NaN" if isinstance(v, float) and v != v else v


def sparse_keys(m):
    """The arrays of scipy.sparse.save_npz."""
    if m.format not in ("csr", "csc"):
        raise ValueError(f"no keys for a {m.format} matrix")
    return dict(indices=m.indices, indptr=m.indptr, format=m.format.encode(), shape=np.array(m.shape), data=m.data)


def plain(a):
    """Text in an object array as <U; other arrays as they are."""
    if a.dtype == object and all(type(v) is str for v in a.ravel()):
        return a.astype(str)
    return a


def describe(e):
    """A library's message without what changes from run to run and from machine to machine."""
    text = re.sub(r"^\[\d\d:\d\d:\d\d\] \S*/(src|include)/", r"\1/", str(e).strip())
    return f"{type(e).__name__}: {text.splitlines()[0] if text else ''}"[:300]


def classes(root):
    """The classes of all estimators in an object, the root's first, each by its path in the pickle."""
    found, seen = {}, set()

    def walk(v):
        if id(v) in seen:
            return
        seen.add(id(v))
        if isinstance(v, (list, tuple)):
            children = v
        elif isinstance(v, dict):
            children = v.values()
        elif isinstance(v, np.ndarray) and v.dtype == object:
            children = v.ravel()
        elif type(v).__module__.split(".")[0] in ("sklearn", "xgboost") and hasattr(v, "__dict__"):
            if hasattr(v, "get_params") or type(v).__name__ == "Booster":
                found[f"{type(v).__module__}.{type(v).__qualname__}"] = None
            children = vars(v).values()
        else:
            return
        for child in children:
            walk(child)

    walk(root)
    return list(found)
