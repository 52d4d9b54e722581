"""scikit-learn models of older versions: testdata/models/sklearn-old.

Run it once in an environment of each version; every run writes the cases whose names end in that
version, and leaves the others alone:

    scikit-learn 0.24.2  numpy 1.19.5  Python 3.8
    scikit-learn 1.0.2   numpy 1.21.6  Python 3.9
    scikit-learn 1.2.2   numpy 1.24.4  Python 3.11
    scikit-learn 1.5.2   numpy 1.26.4  Python 3.11
    scikit-learn 1.7.2   numpy 2.2.6   Python 3.11

The models are the same in all of them, as far as the versions have the options. It shares no code with
cases.py, which needs a newer pandas and Python than the oldest of these have. A case is laid out as
there; tables are CSV, read back by pandas, and an array of objects is JSON rows.
"""

import json
import os
import shutil
import sys
import warnings

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable] + sys.argv)

import pickle
import platform
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
import scipy.sparse as sp
import sklearn
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

warnings.simplefilter("ignore")

SEED = 0
MODELS = Path(__file__).resolve().parent.parent / "models" / "sklearn-old"
VERSION = tuple(int(p) for p in sklearn.__version__.split(".")[:2])
METHODS = (
    "apply decision_function decision_path inverse_transform predict predict_log_proba predict_proba score_samples transform"
).split()


# Of two versions only what they changed: the rest is as in their neighbours.
FEW = {
    (1, 0): {"logistic-two", "linear", "tree", "forest-2out", "columns", "columns-by-place", "onehot-drop", "ordinal", "imputer-indicator"},
    (1, 7): {"logistic-newton-cholesky", "scaler", "tree-nan", "extra-tree", "forest-nan", "columns", "onehot-infrequent", "ordinal-infrequent", "indicator"},
}


def case(name, model, inputs, table=False, protocol=4):
    """Writes the case `name` of this version: a model file and what the library answers to each input."""
    if name not in FEW.get(VERSION, {name}):
        return
    path = MODELS / (name + "-" + sklearn.__version__)
    shutil.rmtree(str(path), ignore_errors=True)
    path.mkdir(parents=True)
    (path / "model.pkl").write_bytes(pickle.dumps(model, protocol=protocol))
    model = pickle.loads((path / "model.pkl").read_bytes())
    calls, wants = [], {}
    signatures = sorted(m for m in METHODS if hasattr(model, m))
    for file, data, only in inputs:
        write_input(path / file, data)
        X = read_input(path / file, table)
        for signature in signatures if only is None else only:
            call = {"signature": signature, "data": file, "set": {}}
            try:
                answer = getattr(model, signature)(X)
            except Exception as e:
                call["error"] = "input"
                call["upstream_error"] = ("%s: %s" % (type(e).__name__, str(e).strip().split("\n")[0]))[:300]
            else:
                call["want"] = write_want(path, wants, signature, file, answer)
            calls.append(call)
    record = {
        "model": "model.pkl",
        "format": "pickle",
        "framework": {"name": "scikit-learn", "version": sklearn.__version__},
        "producer": {
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "pandas": pd.__version__,
        },
        "script": "testdata/gen/sklearn_old.py",
        "seed": SEED,
        "verdict": "safe",
        "classes": [],
        "signatures": signatures,
        "calls": calls,
    }
    (path / "case.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_input(path, data):
    if path.suffix == ".npy":
        np.save(str(path), data)
    elif path.suffix == ".npz":
        sp.save_npz(str(path), data)
    elif path.suffix == ".json":
        path.write_text(data.to_json(orient="records", lines=False) + "\n", encoding="utf-8")
    else:
        path.write_text(data.to_csv(index=False), encoding="utf-8")


def read_input(path, table):
    if path.suffix == ".npy":
        return np.load(str(path))
    if path.suffix == ".npz":
        return sp.load_npz(str(path))
    if path.suffix == ".json":
        return pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))
    frame = pd.read_csv(str(path), float_precision="round_trip", keep_default_na=False, na_values=[""])
    return frame if table else np.ascontiguousarray(frame.to_numpy(np.float64))


def write_want(path, wants, signature, file, answer):
    suffix, arrays = encode(answer)
    key = (signature, repr(arrays) if suffix == ".json" else tuple((k, str(a.dtype), a.shape, a.tobytes()) for k, a in sorted(arrays.items())))
    if key in wants:
        return wants[key]
    name = "want.%s.%s%s" % (signature, file.rsplit(".", 1)[0], suffix)
    if suffix == ".npy":
        np.save(str(path / name), arrays["0"])
    elif suffix == ".npz":
        np.savez_compressed(str(path / name), **arrays)
    else:
        (path / name).write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in arrays) + "\n]\n", encoding="utf-8")
    wants[key] = name
    return name


def encode(answer):
    """An answer's suffix and arrays, as cases.py has them."""
    if isinstance(answer, (list, tuple)):
        arrays = {}
        for i, item in enumerate(answer):
            if sp.issparse(item):
                arrays.update(("%d.%s" % (i, k), v) for k, v in sparse_keys(item).items())
            else:
                arrays[str(i)] = np.asarray(item)
        return ".npz", arrays
    if sp.issparse(answer):
        return ".npz", sparse_keys(answer)
    answer = np.asarray(answer)
    if answer.dtype == object:
        if not all(type(v) is str for v in answer.ravel()):
            return ".json", [[jsonable(v) for v in row] for row in answer]
        answer = answer.astype(str)
    return ".npy", {"0": answer}


def jsonable(v):
    v = v.item() if isinstance(v, np.generic) else v
    return "NaN" if isinstance(v, float) and v != v else v


def sparse_keys(m):
    return dict(indices=m.indices, indptr=m.indptr, format=np.array(m.format.encode()), shape=np.array(m.shape), data=m.data)


def every(X, step):
    return np.ascontiguousarray(X[::step])


def arrays(X, only=None):
    """Inputs for a model that was fitted on an array."""
    return [
        ("in.npy", X, only),
        ("in-f32.npy", X.astype(np.float32), only),
        ("in-zero.npy", X[:0], only),
        ("in-nan.npy", np.where(np.arange(X.shape[1]) == 1, np.nan, X[:3]), only),
        ("in-narrow.npy", X[:2, :-1], only),
    ]


def holed(X, share):
    X = np.array(X)
    X[np.random.RandomState(SEED).rand(*X.shape) < share] = np.nan
    return X


def near_zero(model, X):
    """Rows moved along the coefficients until little is left of their answers: rounding shows."""
    w = model.coef_
    return X - np.outer(0.999 * model.predict(X), w) / (w @ w)


def linear():
    X, y = datasets.load_wine(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    names = np.array(["barolo", "grignolino", "barbera"])[y]
    rows = every(X, 12)
    for solver in ("lbfgs", "liblinear", "newton-cholesky", "saga"):
        if solver == "newton-cholesky" and VERSION < (1, 2) or solver == "liblinear" and VERSION >= (1, 8):
            continue
        case("logistic-" + solver, LogisticRegression(solver=solver, max_iter=200, random_state=SEED).fit(X, names), arrays(rows))
    if VERSION < (1, 8):
        case("logistic-ovr", LogisticRegression(multi_class="ovr").fit(X, names), arrays(rows))
        case("logistic-two-multinomial", LogisticRegression(multi_class="multinomial").fit(X, y == 1), arrays(rows))
    case("logistic-two", make_pipeline(StandardScaler(), LogisticRegression(fit_intercept=False)).fit(X, y > 0), arrays(rows), protocol=2)

    X, y = datasets.load_diabetes(return_X_y=True)
    rows = every(X, 30)
    for name, model in [
        ("linear", LinearRegression()),
        ("ridge", Ridge()),
        ("lasso", Lasso(alpha=0.1)),
        ("elasticnet", ElasticNet(alpha=0.1, fit_intercept=False)),
    ]:
        model.fit(X, y)
        case(name, model, arrays(rows) + [("in-cancel.npy", near_zero(model, rows), None)])
    case("linear-2targets", LinearRegression().fit(X, np.c_[y, 2 * y]), arrays(rows))
    case("scaler", StandardScaler().fit(X), arrays(rows))
    case("scaler-no-mean", StandardScaler(with_mean=False).fit(X), arrays(rows) + [("in-csr.npz", sp.csr_matrix(rows[:3]), None)])


def trees():
    X, y = datasets.load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    weights = np.linspace(0.1, 3, len(y))
    rows = every(X, 14)
    two = np.c_[y, X[:, 0] > 5.8]
    for name, model, target in [
        ("tree", DecisionTreeClassifier(max_depth=3, random_state=SEED), names),
        ("tree-2out", DecisionTreeClassifier(max_depth=2, random_state=SEED), two),
        ("extra-tree", ExtraTreeClassifier(max_depth=4, random_state=SEED), y),
        ("forest", RandomForestClassifier(5, max_depth=3, random_state=SEED), names),
        ("forest-2out", RandomForestClassifier(3, max_depth=2, random_state=SEED), two),
        ("extra-forest", ExtraTreesClassifier(4, max_depth=3, random_state=SEED), y == 1),
    ]:
        case(name, model.fit(X, target, sample_weight=weights), arrays(rows)[:4:3] + arrays(rows)[2:3])
    X, y = datasets.load_diabetes(return_X_y=True)
    rows = every(X, 30)
    for name, model in [
        ("tree-regressor", DecisionTreeRegressor(max_depth=4, random_state=SEED)),
        ("extra-tree-regressor", ExtraTreeRegressor(max_depth=3, random_state=SEED)),
        ("forest-regressor", RandomForestRegressor(4, max_depth=3, random_state=SEED)),
        ("extra-forest-regressor", ExtraTreesRegressor(4, max_depth=3, random_state=SEED)),
    ]:
        case(name, model.fit(X, y), arrays(rows)[:4:3])
    X, y = datasets.load_iris(return_X_y=True)
    if VERSION >= (1, 3):
        case("tree-nan", DecisionTreeClassifier(max_depth=4, random_state=SEED).fit(holed(X, 0.2), y), arrays(every(X, 15))[:4])
    if VERSION >= (1, 4):
        case("forest-nan", RandomForestClassifier(4, max_depth=3, random_state=SEED).fit(holed(X, 0.2), y), arrays(every(X, 15))[:4])


def table():
    X, y = datasets.load_wine(return_X_y=True)
    rng = np.random.RandomState(SEED)
    frame = pd.DataFrame({"alcohol": X[:, 0], "ash": X[:, 2], "proline": X[:, 12]})
    frame["hue"] = np.array(["low", "mid", "high"])[np.digitize(X[:, 10], [0.8, 1.1])]
    frame["body"] = np.array(["light", "full", "rare"])[np.digitize(X[:, 0], [13.0, 14.6])]
    for name in ("ash", "hue"):
        frame.loc[rng.rand(len(frame)) < 0.15, name] = np.nan
    frame = frame.astype({"hue": object, "body": object})
    return frame, np.array(["barolo", "grignolino", "barbera"])[y]


def columns():
    frame, y = table()
    rows = frame[::12]
    unknown = rows[:4].copy()
    unknown.loc[unknown.index[1], "body"] = "thin"
    inputs = [
        ("in.csv", rows, None),
        ("in-unknown.csv", unknown, None),
        ("in-extra.csv", rows[:3].assign(extra=1.5), None),
        ("in-zero.csv", rows[:0], None),
    ]
    number = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    string = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    model = ColumnTransformer([("num", number, ["alcohol", "ash"]), ("cat", string, ["hue", "body"])], remainder="passthrough")
    case("columns", Pipeline([("columns", model), ("model", LogisticRegression(max_iter=1000))]).fit(frame, y), inputs, table=True)
    first = make_pipeline(SimpleImputer(strategy="constant", fill_value="none"), OneHotEncoder(drop="first"))
    by_place = ColumnTransformer(
        [("num", SimpleImputer(add_indicator=True), slice(0, 2)), ("pass", "passthrough", [2]), ("cat", first, [False, False, False, True, True])],
        sparse_threshold=0.9,
        transformer_weights={"cat": 0.5},
    )
    case("columns-by-place", by_place.fit(frame), inputs[:2], table=True)

    strings = frame[["hue", "body"]].fillna("none")
    some = strings[::12]
    new = some[:4].copy()
    new.loc[new.index[0], "hue"] = "purple"
    # JSON: 0.24 keeps no names, and a header of text over columns of text is no header to a reader.
    given = [("in.json", some, ("transform",)), ("in-unknown.json", new, ("transform",))]

    def encoder(name, model):
        model.fit(strings)
        back = model.transform(some)
        back = back.toarray() if sp.issparse(back) else back
        case(name, model, given + [("in-inverse.npy", back, ("inverse_transform",))], table=True)

    encoder("onehot", OneHotEncoder())
    encoder("onehot-ignore", OneHotEncoder(handle_unknown="ignore"))
    encoder("onehot-drop", OneHotEncoder(drop="if_binary"))
    encoder("ordinal", OrdinalEncoder())
    encoder("ordinal-unknown", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1))
    if VERSION >= (1, 1):
        encoder("onehot-infrequent", OneHotEncoder(min_frequency=30, handle_unknown="infrequent_if_exist", drop="first"))
    if VERSION >= (1, 3):
        encoder("ordinal-infrequent", OrdinalEncoder(max_categories=2, handle_unknown="use_encoded_value", unknown_value=9))

    X = holed(datasets.load_wine(return_X_y=True)[0][:, :4], 0.2)
    rows = every(X, 12)
    for name, model in [
        ("imputer-mean", SimpleImputer()),
        ("imputer-constant", SimpleImputer(strategy="constant", fill_value=-1)),
        ("imputer-indicator", SimpleImputer(strategy="most_frequent", add_indicator=True)),
        ("indicator", MissingIndicator()),
    ]:
        model.fit(X)
        case(name, model, arrays(rows, ("transform",)))


def main():
    linear()
    trees()
    columns()


if __name__ == "__main__":
    main()
