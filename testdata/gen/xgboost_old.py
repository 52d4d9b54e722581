"""Makes models of other XGBoost versions than testdata/gen pins, with their own answers: testdata/models/xgboost-old.

Run once with each version, on Python 3.11 (numpy<2, scipy<1.13, scikit-learn<1.6; numpy<1.24 and
scikit-learn<1.3 for versions before 1.4): python testdata/gen/xgboost_old.py. It writes the cases named in CASES for the version it runs
with. Seeds are fixed; a model depends on the version alone.
"""

import json
import pickle
import warnings
from pathlib import Path

import numpy as np
import xgboost as xgb

warnings.filterwarnings("ignore")
VERSION = xgb.__version__
HERE = Path(__file__).parent.parent / "models" / "xgboost-old"
CASES = """1.0.2-multi-softprob-json 1.0.2-binary-logitraw-json 1.2.1-dart3-json 1.2.1-stopped-json 1.4.2-text-labels-pickle
1.4.2-float-labels-json 1.4.2-random-forest-pickle 1.6.2-category-json 1.7.6-dart3-pickle 1.7.6-category-ubj 2.1.4-vector-ubj
2.1.4-tiny-base-score-json 3.0.5-targets-json 3.3.0-dart3-json 3.4.1-dart3-ubj 3.4.1-quantiles-json 3.4.1-expectiles-ubj 3.4.1-vector-json
3.4.1-expectile-wrapper-json""".split()
SIGNATURES = {
    "predict": {},
    "margin": {"output_margin": True},
    "leaf": {"pred_leaf": True},
    "contribs": {"pred_contribs": True},
    "approx_contribs": {"pred_contribs": True, "approx_contribs": True},
    "interactions": {"pred_interactions": True},
}
FILES = {"json": ("xgboost-json", "model.json"), "ubj": ("xgboost-ubj", "model.ubj"), "pickle": ("pickle", "model.pkl")}

rng = np.random.default_rng(7)
N = 300
X = rng.normal(size=(N, 8)).astype(np.float32)
X[rng.random(X.shape) < 0.1] = np.nan
S = np.nan_to_num(X)
Y = S[:, 0] * 2 + S[:, 1] * S[:, 2] + rng.normal(size=N) * 0.3
Y2 = (Y > 0).astype(int)
Y3 = np.digitize(Y, [-1, 1])
POSITIVE = np.exp(Y / 3).astype(np.float32)
ROWS = rng.normal(size=(60, 8)).astype(np.float32)
ROWS[rng.random(ROWS.shape) < 0.15] = np.nan
# Categories in two columns, beyond those of training and beyond the bits of a node too.
XC, RC = X.copy(), ROWS.copy()
XC[:, 3], XC[:, 4] = rng.integers(0, 12, N), rng.integers(0, 70, N)
RC[:, 3], RC[:, 4] = rng.integers(0, 15, 60), rng.integers(0, 140, 60)
RC[0, 3], RC[1:5, 4] = np.nan, [1e6, 70, 95, 96]
YC = Y + np.isin(XC[:, 3], [1, 5, 7]) * 3 + XC[:, 4] % 3
TYPES = ["q"] * 3 + ["c", "c"] + ["q"] * 3
DART = {"booster": "dart", "rate_drop": 0.4, "objective": "multi:softprob", "num_class": 3}


def write(name, form, save, signatures, answers):
    format, file = FILES[form]
    folder = HERE / f"{VERSION}-{name}-{form}"
    folder.mkdir(parents=True, exist_ok=True)
    save(folder / file)
    calls, wants = [], {}
    for signature, data, rows, options, answer in answers:
        np.save(folder / data, rows)
        want = np.asarray(answer())
        key = (want.tobytes(), str(want.dtype), want.shape)
        if key not in wants:
            wants[key] = f"want.{signature}.{len(wants)}.npy"
            np.save(folder / wants[key], want)
        calls.append({"signature": signature, "data": data, "set": options, "want": wants[key]})
    case = {"model": file, "format": format, "producer": {"xgboost": VERSION}, "script": "testdata/gen/xgboost_old.py", "seed": 7,
            "verdict": "safe", "classes": [], "signatures": sorted(signatures), "calls": calls}
    (folder / "case.json").write_text(json.dumps(case, indent=1) + "\n")


def booster(name, form, params, X, y, rows=ROWS, rounds=5, without=(), **info):
    if f"{VERSION}-{name}-{form}" not in CASES:
        return
    model = xgb.train({**params, "seed": 1, "nthread": 1}, xgb.DMatrix(X, y, **info), rounds)
    path = Path(f"tmp-{form}.{form}")
    model.save_model(str(path))
    model = xgb.Booster(model_file=str(path))
    path.unlink()
    ask = lambda rows, **options: model.predict(xgb.DMatrix(rows, **info), **options)
    signatures = [s for s in SIGNATURES if s not in without]
    answers = []
    for s in signatures:
        if s != "interactions":
            answers.append((s, "in.npy", rows, {}, lambda s=s: ask(rows, **SIGNATURES[s])))
            if not VERSION.startswith(("1.0.", "1.2.")):
                answers.append((s, "in.npy", rows, {"iteration_range": "0:2"}, lambda s=s: ask(rows, iteration_range=(0, 2), **SIGNATURES[s])))
        answers.append((s, "in-one.npy", rows[:1], {}, lambda s=s: ask(rows[:1], **SIGNATURES[s])))
    write(name, form, lambda p: model.save_model(str(p)), signatures, answers)


def wrapper(name, form, model, X, y, **fit):
    if f"{VERSION}-{name}-{form}" not in CASES:
        return
    model.fit(X, y, **fit)
    if form == "pickle":
        save = lambda p: p.write_bytes(pickle.dumps(model))
        again = pickle.loads(pickle.dumps(model))
    else:
        save = lambda p: model.save_model(str(p))
        save(Path(f"tmp-{form}.{form}"))
        again = type(model)()
        again.load_model(f"tmp-{form}.{form}")
        Path(f"tmp-{form}.{form}").unlink()
    answers = [
        ("predict", "in.npy", ROWS, {}, lambda: again.predict(ROWS)),
        ("margin", "in.npy", ROWS, {}, lambda: again.predict(ROWS, output_margin=True)),
        ("booster", "in.npy", ROWS, {}, lambda: again.get_booster().predict(xgb.DMatrix(ROWS))),
        ("leaf", "in.npy", ROWS, {}, lambda: again.apply(ROWS)),
    ]
    proba = ["predict_proba"] if hasattr(again, "predict_proba") else []
    answers += [(s, "in.npy", ROWS, {}, lambda: again.predict_proba(ROWS)) for s in proba]
    write(name, form, save, [*SIGNATURES, "booster", *proba], answers)


for form in ("json", "ubj"):
    booster("multi-softprob", form, {"objective": "multi:softprob", "num_class": 3}, X, Y3)
    booster("binary-logitraw", form, {"objective": "binary:logitraw"}, X, Y2)
    booster("dart3", form, DART, X, Y3)
    booster("tiny-base-score", form, {"objective": "binary:logistic", "base_score": 1e-7}, X, Y2)
    booster("targets", form, {"objective": "reg:squarederror"}, X, np.c_[Y, POSITIVE])
    vector = {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree", "tree_method": "hist"}
    # Only 3.3 and later explain vector leaves; Larder offers no contributions of them.
    booster("vector", form, vector, X, np.c_[Y, POSITIVE], without=("contribs", "approx_contribs", "interactions"))
    booster("quantiles", form, {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9], "max_depth": 4}, X, Y)
    booster("expectiles", form, {"objective": "reg:expectileerror", "expectile_alpha": [0.1, 0.5, 0.9], "max_depth": 4}, X, Y)
    hist = {"tree_method": "hist", "max_depth": 5}
    booster("category", form, {**hist, "max_cat_to_onehot": 1 if form == "json" else 100}, XC, YC, RC, 6, feature_types=TYPES, enable_categorical=True) if VERSION >= "1.6" else None
small = {"n_estimators": 4, "max_depth": 3, "n_jobs": 1}
for form in ("json", "pickle"):
    wrapper("text-labels", form, xgb.XGBClassifier(**small), X, np.array(["b", "a", "cc"])[Y3])
    wrapper("float-labels", form, xgb.XGBClassifier(**small), X, np.array([1.5, 7.0])[Y2])
    wrapper("random-forest", form, xgb.XGBRFClassifier(**small), X, Y3)
    wrapper("dart3", form, xgb.XGBClassifier(n_estimators=6, max_depth=3, n_jobs=1, booster="dart", rate_drop=0.5), X, Y3)
    expectile = {"objective": "reg:expectileerror", "expectile_alpha": [0.2, 0.7]}
    wrapper("expectile-wrapper", form, xgb.XGBRegressor(**expectile, **small), X, Y)
    stopped = xgb.XGBClassifier(n_estimators=30, max_depth=6, learning_rate=1.0, n_jobs=1)
    if VERSION < "1.6":
        wrapper("stopped", form, stopped, X[:200], Y2[:200], eval_set=[(X[200:], Y2[200:])], early_stopping_rounds=2, verbose=False)
