"""XGBoost models, saved as JSON, UBJSON, pickle and joblib: testdata/models/xgboost.

The signature names are Larder's own: `predict` is what the object that was saved answers, `booster`
(of a wrapper) what its Booster answers over all trees, the others are options of Booster.predict. A
file that the scikit-learn wrapper saved is judged by a fresh wrapper that has loaded it, with the
wrapper's range of iterations; any other by Booster.predict over all trees.
"""

import cases  # first: it settles threads and hashing before numpy is imported
from cases import Input, Saved, joblibbed, pickled

import copy
import json

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn import datasets
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEED = 0
ONE_THREAD = {"nthread": 1, "seed": SEED}
SIGNATURES = {
    "predict": {},
    "margin": {"output_margin": True},
    "leaf": {"pred_leaf": True},
    "contribs": {"pred_contribs": True},
    "approx_contribs": {"pred_contribs": True, "approx_contribs": True},
    "interactions": {"pred_interactions": True},
}
BULKY = ["contribs", "approx_contribs", "interactions"]  # as wide as the data, or its square: asked of a few rows only
EVERY = ("predict", "predict_proba", "booster", "margin", "leaf", *BULKY)

writer = cases.Writer("xgboost_models.py", "xgboost", "xgboost", ["xgboost", "scikit-learn", "numpy", "scipy", "joblib", "pandas"], SEED)


def document(suffix, wrapper=None):
    """Saves as JSON or UBJSON and loads with a Booster or a fresh wrapper."""

    def load(path):
        if wrapper is None:
            return xgb.Booster(model_file=path)
        model = wrapper(n_jobs=1)
        model.load_model(path)
        return model

    return Saved(f"model.{suffix}", f"xgboost-{suffix}", lambda model, path: model.save_model(path), load)


def write(name, model, saved, inputs, table=False):
    """Writes a case with the signatures that the model does not refuse for its first input."""
    signatures = list(SIGNATURES)
    if isinstance(model, xgb.XGBModel):
        signatures += ["booster"] + ["predict_proba"] * isinstance(model, xgb.XGBClassifier)

    def answers(signature):
        first = inputs[0]
        try:
            ask(model, signature, (first.view or (lambda X: X))(first.data[:2]), {})
        except (xgb.core.XGBoostError, ValueError, NotImplementedError, AttributeError):
            return False
        return True

    signatures = [s for s in signatures if answers(s)]
    given = []
    for i in inputs:
        only = i.only or [s for s in EVERY if s not in BULKY]
        given.append(Input(i.file, i.data, [s for s in only if s in signatures], i.set, i.view, i.refused))
    writer.case(name, model, saved, given, signatures, ask, table)


def ask(model, signature, X, set):
    iterations = tuple(int(n) for n in set["iteration_range"].split(":")) if "iteration_range" in set else None
    missing = float(set["missing"]) if "missing" in set else None
    if isinstance(model, xgb.Booster):
        return model.predict(matrix(model, X, missing), iteration_range=iterations or (0, 0), **SIGNATURES[signature])
    if missing is not None:
        model = copy.copy(model)
        model.missing = missing
    booster = model.get_booster()
    if signature == "booster":
        return booster.predict(matrix(booster, X, model.missing), iteration_range=iterations or (0, 0))
    if signature == "leaf":
        return model.apply(named(booster, X), iteration_range=iterations)
    if signature == "predict_proba":
        return model.predict_proba(named(booster, X), iteration_range=iterations)
    if signature in ("predict", "margin"):
        return model.predict(named(booster, X), iteration_range=iterations, **SIGNATURES[signature])
    # What the wrapper has no method for, over the wrapper's iterations.
    if iterations is None:
        iterations = (0, model.best_iteration + 1) if booster.attr("best_iteration") else (0, 0)
    return booster.predict(matrix(booster, X, model.missing), iteration_range=iterations, **SIGNATURES[signature])


def matrix(booster, X, missing=None):
    return xgb.DMatrix(
        named(booster, X),
        missing=np.nan if missing is None else missing,
        feature_types=None if isinstance(X, pd.DataFrame) else booster.feature_types,
        enable_categorical=True,
        nthread=1,
    )


def named(booster, X):
    """An array goes by position, also where the model has names, which XGBoost would ask for: a table then."""
    if isinstance(X, np.ndarray) and booster.feature_names and X.shape[1] == len(booster.feature_names):
        return pd.DataFrame(X, columns=booster.feature_names)
    return X


def holed(X, share=0.1, seed=SEED):
    """X with some cells blanked."""
    X = np.array(X, dtype=np.float64)
    X[np.random.default_rng(seed).random(X.shape) < share] = np.nan
    return X


def edges(booster, rows=12):
    """Rows that sit on the thresholds of a model's numeric splits, and just below them."""
    learner = json.loads(booster.save_raw("json"))["learner"]
    model = learner["gradient_booster"].get("gbtree", learner["gradient_booster"])["model"]
    found = [set() for _ in range(booster.num_features())]
    for tree in model["trees"]:
        for left, feature, threshold, kind in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"], tree["split_type"]):
            if left != -1 and kind == 0:
                found[feature].add(np.float32(threshold))
    columns = []
    for thresholds in found:
        thresholds = np.array(sorted(thresholds) or [0], dtype=np.float32)
        both = np.stack([thresholds, np.nextafter(thresholds, np.float32(-np.inf))], 1).ravel()
        columns.append(np.resize(both, rows))
    return np.stack(columns, 1)


def inputs(X, model=None, rounds=3, few=False):
    """What a model is asked; X is float64 with blanks. `few`: for the second and later containers of one model."""
    X32 = X.astype(np.float32)
    main = [Input("in.npy", X32), Input("in-one.npy", X32[1:2], EVERY)]
    if few:
        return main
    wide = np.hstack([X32[:3], X32[:3, :1]])
    more = [
        Input("in-few.npy", X32[2:7], EVERY),
        Input("in-few.npy", X32[2:7], EVERY, {"iteration_range": f"0:{rounds}"}),
        Input("in-f64.npy", X[:20]),
        Input("in.csv", X[:20]),
        Input("in-zero.npy", X32[:0]),
        Input("in-narrow.npy", X32[:3, :-1], EVERY[:-1]),
        Input("in-wide.npy", wide, ("predict", "margin", "booster", "predict_proba")),
        Input("in-wide.npy", wide, ("leaf", "contribs", "approx_contribs"), refused="none: 3.2.0 writes past the end of its memory"),
        Input("in-minus-999.npy", np.where(np.isnan(X32), np.float32(-999), X32)[:10], set={"missing": "-999"}),
        # Without the option -999 is a number like any other.
        Input("in-minus-999.npy", np.where(np.isnan(X32), np.float32(-999), X32)[:10]),
        Input("in-inf.npy", np.where(np.isnan(X32), np.float32(np.inf), X32)[:3]),
    ]
    if model is not None:
        more.append(Input("in-edge.npy", edges(model), EVERY[:-1]))
    return main + more


def in_both(name, model, wrapper, rows, rounds=3):
    """A wrapper's model as JSON with all inputs and as UBJSON with a few."""
    write(f"{name}-json", model, document("json", wrapper), inputs(rows, model.get_booster(), rounds))
    write(f"{name}-ubj", model, document("ubj", wrapper), inputs(rows, rounds=rounds, few=True))


def binary_data():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    return holed(X), y, holed(X[::14], 0.15, 1)


def digits_data():
    """Five digits, and the twelve pixels that tell the most."""
    X, y = datasets.load_digits(n_class=5, return_X_y=True)
    X = X[:, np.sort(np.argsort(X.var(axis=0))[-12:])]
    return X[:600], y[:600], holed(X[600::7], 0.1)


def classifier_binary():
    X, y, _ = binary_data()
    return xgb.XGBClassifier(n_estimators=10, max_depth=4, n_jobs=1, random_state=SEED).fit(X, y)


def classifier_stopped():
    """Multiclass, with trees after the best iteration that the wrapper does not count."""
    X, y, _ = digits_data()
    model = xgb.XGBClassifier(
        n_estimators=12, max_depth=3, learning_rate=1.2, early_stopping_rounds=2, eval_metric="mlogloss", n_jobs=1, random_state=SEED
    )
    model.fit(X[:400], y[:400], eval_set=[(X[400:], y[400:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    return model


def regressor():
    X, y = datasets.load_diabetes(return_X_y=True)
    return xgb.XGBRegressor(n_estimators=8, max_depth=4, n_jobs=1, random_state=SEED).fit(X, y)


def wrappers():
    in_both("classifier-binary", classifier_binary(), xgb.XGBClassifier, binary_data()[2])
    in_both("classifier-early-stopping", classifier_stopped(), xgb.XGBClassifier, digits_data()[2], rounds=2)
    X, y = datasets.load_iris(return_X_y=True)
    model = xgb.XGBClassifier(n_estimators=5, max_depth=3, n_jobs=1, random_state=SEED).fit(X, y)
    in_both("classifier-iris", model, xgb.XGBClassifier, holed(X[::4]))
    X, _ = datasets.load_diabetes(return_X_y=True)
    in_both("regressor", regressor(), xgb.XGBRegressor, holed(X[::11]))

    # The wrapper predicts in place, where dart rounds otherwise than from a DMatrix.
    X, y, rows = binary_data()
    model = xgb.XGBClassifier(n_estimators=6, max_depth=3, booster="dart", rate_drop=0.5, n_jobs=1, random_state=SEED).fit(X[:, :10], y)
    write("classifier-dart-json", model, document("json", xgb.XGBClassifier), inputs(rows[:, :10], model.get_booster()))
    model = xgb.XGBClassifier(n_estimators=6, booster="gblinear", n_jobs=1, random_state=SEED, updater="coord_descent").fit(X[:, :10], y)
    write("classifier-gblinear-ubj", model, document("ubj", xgb.XGBClassifier), inputs(rows[:, :10]))
    model = xgb.XGBClassifier(n_estimators=4, max_depth=3, n_jobs=1, random_state=SEED).fit(X[:, :10], np.c_[y, y ^ (X[:, 0] > 14)])
    write("classifier-multilabel-json", model, document("json", xgb.XGBClassifier), inputs(rows[:, :10], model.get_booster()))
    model = xgb.XGBRFClassifier(n_estimators=6, max_depth=4, n_jobs=1, random_state=SEED).fit(X[:, :10], y)
    write("classifier-random-forest-ubj", model, document("ubj", xgb.XGBRFClassifier), inputs(rows[:, :10], model.get_booster(), rounds=1))
    X, y = datasets.load_diabetes(return_X_y=True)
    ranker = xgb.XGBRanker(n_estimators=4, max_depth=3, n_jobs=1, random_state=SEED)
    ranker.fit(X, (y > 100) * 1 + (y > 200), qid=np.arange(len(X)) // 20)
    write("ranker-json", ranker, document("json", xgb.XGBRanker), inputs(holed(X[::11]), ranker.get_booster()))


def train(name, suffix, params, X, y, rows, rounds=6, asked=None, table=False, **info):
    """One Booster case."""
    data = xgb.DMatrix(X, y, nthread=1, enable_categorical=True, **info)
    model = xgb.train(ONE_THREAD | {"max_depth": 3} | params, data, rounds)
    if asked is None:
        asked = inputs(rows, None if params.get("booster") == "gblinear" else model)
    write(f"booster-{name}-{suffix}", model, document(suffix), asked, table)
    return model


def boosters():
    X, y, rows = binary_data()
    X, rows = X[:, :10], rows[:, :10]
    classes, class_y, class_rows = digits_data()
    D, target = datasets.load_diabetes(return_X_y=True)
    D_rows = holed(D[::11])
    counts = np.floor(target / 40)
    qid = np.arange(len(D)) // 20

    train("binary-logistic", "json", {"objective": "binary:logistic"}, X, y, rows)
    train("binary-logitraw", "ubj", {"objective": "binary:logitraw"}, X, y, rows)
    train("binary-hinge", "json", {"objective": "binary:hinge"}, X, y, rows)
    train("reg-logistic", "ubj", {"objective": "reg:logistic"}, D, target / 400, D_rows)
    train("multi-softmax", "json", {"objective": "multi:softmax", "num_class": 5}, classes, class_y, class_rows, 4)
    train("multi-softprob", "ubj", {"objective": "multi:softprob", "num_class": 5}, classes, class_y, class_rows, 4)
    train("squarederror", "ubj", {"objective": "reg:squarederror"}, D, target, D_rows)
    train("squaredlogerror", "json", {"objective": "reg:squaredlogerror"}, D, target, D_rows)
    train("absoluteerror", "ubj", {"objective": "reg:absoluteerror"}, D, target, D_rows)
    train("pseudohubererror", "json", {"objective": "reg:pseudohubererror", "huber_slope": 20}, D, target, D_rows)
    train("quantileerror", "json", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]}, D, target, D_rows)
    train("quantileerror-one", "ubj", {"objective": "reg:quantileerror", "quantile_alpha": 0.5}, D, target, D_rows)
    train("poisson", "json", {"objective": "count:poisson"}, D, counts, D_rows)
    train("gamma", "ubj", {"objective": "reg:gamma"}, D, target, D_rows)
    train("tweedie", "json", {"objective": "reg:tweedie", "tweedie_variance_power": 1.3}, D, target, D_rows)
    train("rank-ndcg", "ubj", {"objective": "rank:ndcg"}, D, (target > 100) * 1 + (target > 200), D_rows, qid=qid)
    train("rank-pairwise", "json", {"objective": "rank:pairwise"}, D, counts, D_rows, qid=qid)
    train("survival-cox", "json", {"objective": "survival:cox"}, D, np.where(qid % 3, target, -target), D_rows)
    train(
        "survival-aft",
        "ubj",
        {"objective": "survival:aft", "aft_loss_distribution": "logistic", "aft_loss_distribution_scale": 1.5},
        D,
        None,
        D_rows,
        label_lower_bound=target,
        label_upper_bound=np.where(qid % 3, target, np.inf),
    )

    train("dart", "json", {"booster": "dart", "rate_drop": 0.5, "objective": "binary:logistic"}, X, y, rows)
    train("dart-multi", "ubj", {"booster": "dart", "rate_drop": 0.3, "objective": "multi:softprob", "num_class": 5}, classes, class_y, class_rows, 4)
    linear = {"booster": "gblinear", "updater": "coord_descent"}
    train("gblinear", "json", linear | {"objective": "reg:squarederror"}, D, target, D_rows)
    train("gblinear-multi", "ubj", linear | {"objective": "multi:softprob", "num_class": 5}, classes, class_y, class_rows)
    train("parallel-trees", "ubj", {"num_parallel_tree": 3, "subsample": 0.7, "objective": "reg:squarederror"}, D, target, D_rows, 4)
    train("base-score", "json", {"base_score": 0.2, "objective": "binary:logistic"}, X, y, rows)
    train("base-score-poisson", "ubj", {"base_score": 3.5, "objective": "count:poisson"}, D, counts, D_rows)
    train("scale-pos-weight", "json", {"scale_pos_weight": 3, "objective": "binary:logistic"}, X, y, rows)
    train("deep-pruned", "json", {"max_depth": 4, "gamma": 5e3, "tree_method": "exact", "objective": "reg:squarederror"}, D, target, D_rows)
    train("no-splits", "ubj", {"gamma": 1e9, "objective": "binary:logistic"}, X, y, rows, 2)

    both = np.c_[target, target * D[:, 2]]
    train("two-targets", "json", {"multi_strategy": "one_output_per_tree", "objective": "reg:squarederror"}, D, both, D_rows)
    vector = {"multi_strategy": "multi_output_tree", "tree_method": "hist"}
    train("vector-leaf", "json", vector | {"objective": "reg:squarederror"}, D, both, D_rows)
    train("vector-leaf-softprob", "ubj", vector | {"objective": "multi:softprob", "num_class": 5}, classes, class_y, class_rows, 4)

    # A file that was told which iteration was best, and still answers with all trees.
    data = xgb.DMatrix(X[:400], y[:400], nthread=1)
    held = xgb.DMatrix(X[400:], y[400:], nthread=1)
    params = ONE_THREAD | {"objective": "binary:logistic", "max_depth": 4, "eta": 1.5}
    model = xgb.train(params, data, 8, evals=[(held, "held")], early_stopping_rounds=2, verbose_eval=False)
    model.set_attr(note="eine Notiz, 注")
    assert model.best_iteration + 1 < model.num_boosted_rounds()
    write("booster-best-iteration-ubj", model, document("ubj"), inputs(rows, model))


def names():
    """Models of named features, where a table's columns go by name and an array's by place."""
    frame, y = datasets.load_breast_cancer(return_X_y=True, as_frame=True)
    frame = frame.iloc[:, :8]
    weird = ["mean, radius", 'so-called "texture"', "größe", "面积", " edge blank ", "tab\there", "f0", "nul'l"]
    for name, suffix, columns in [("names", "json", list(frame.columns)), ("names-unicode", "ubj", weird)]:
        table = pd.DataFrame(holed(frame), columns=columns)
        rows = table[::12]
        array = rows.to_numpy(np.float32)
        asked = [
            Input("in.csv", rows),
            Input("in-one.csv", rows[:1]),
            Input("in-few.csv", rows[:3], EVERY),
            Input("in.json", rows),
            Input("in.npy", array),
            # XGBoost refuses another order; the answer wanted is that for the right order.
            Input("in-reordered.csv", rows[columns[::-1]], view=lambda X, columns=columns: X[columns]),
            # Without a row pandas calls every column text.
            Input("in-zero.csv", rows[:0], view=lambda X: X.astype(np.float64)),
            Input("in-missing-column.csv", rows[columns[1:]][:3]),
            Input("in-extra-column.csv", rows[:3].assign(extra=[1.5, 2.5, 3.5])),
            Input("in-narrow.npy", array[:3, :-1]),
        ]
        train(name, suffix, {"objective": "binary:logistic"}, table, y, None, asked=asked, table=True)
    model = xgb.XGBClassifier(n_estimators=4, max_depth=3, n_jobs=1, random_state=SEED).fit(table, y)
    write("classifier-names-json", model, document("json", xgb.XGBClassifier), asked, table=True)


def categories():
    """Categories by name, with one-hot and with partition splits, and by code."""
    wine, y = datasets.load_wine(return_X_y=True, as_frame=True)
    rng = np.random.default_rng(SEED)
    towns = np.array(["Alba", "Barolo", "Cuneo", "Düns", "Este", "Fano", "東京", "Gavi"])
    table = pd.DataFrame(
        {
            "alcohol": wine["alcohol"],
            "town": towns[(wine["proline"] // 220).astype(int).to_numpy() % 8],
            "vintage": 1990 + (wine["hue"] * 4).astype(int) % 7,
            "color": np.where(wine["color_intensity"] > 5, "deep", "pale"),
        }
    )
    for column in ["alcohol", "town", "color"]:
        table.loc[rng.random(len(table)) < 0.08, column] = np.nan

    # The categories are those of the whole table whatever the rows are: 3.2.0 counts characters where bytes are meant, so
    # the names it compares hang on which other names (here Düns) stand before them.
    levels = {c: table[c].astype("category").dtype for c in ["town", "color"]}
    levels["vintage"] = pd.CategoricalDtype(sorted(table["vintage"].unique()))

    def typed(X):
        cork = pd.CategoricalDtype([*levels["town"].categories, "Zwolle"])  # a name that the model does not know
        known = levels if "Zwolle" not in set(X["town"]) else levels | {"town": cork}
        return X.assign(**{c: X[c].astype(known[c]) for c in known if c in X})

    def without(X):
        return typed(X.assign(vintage=1990)).drop(columns="vintage")

    rows = table[::4]
    names = list(table.columns)
    unknown = rows[:4].copy()
    unknown.loc[unknown.index[1], "town"] = "Zwolle"
    asked = [
        Input("in.csv", rows, view=typed),
        Input("in-one.csv", rows[1:2], view=typed),
        Input("in-few.csv", rows[2:5], EVERY, view=typed),
        Input("in.json", rows, view=typed),
        Input("in.csv", rows, set={"iteration_range": "0:2"}, view=typed),
        Input("in-reordered.csv", rows[names[::-1]], view=lambda X: typed(X[names])),
        Input("in-missing-column.csv", rows.drop(columns="vintage")[:3], view=without),
        Input("in-unknown.csv", unknown, ("predict",), view=typed, refused="none: 3.2.0 takes the next name in order, later versions refuse"),
    ]
    target = {"objective": "multi:softprob", "num_class": 3, "max_depth": 4}
    train("category-onehot", "json", target | {"max_cat_to_onehot": 100}, typed(table), y, None, 4, asked, table=True)
    train("category-partition", "ubj", target | {"max_cat_to_onehot": 1}, typed(table), y, None, 4, asked, table=True)
    model = xgb.XGBClassifier(n_estimators=4, max_depth=3, enable_categorical=True, max_cat_to_onehot=1, n_jobs=1, random_state=SEED)
    write("classifier-category-json", model.fit(typed(table), y), document("json", xgb.XGBClassifier), asked, table=True)

    # Codes in a plain array: the file has no names of categories, and any number may come.
    codes = np.c_[wine["alcohol"], wine["proline"] // 20, (wine["hue"] * 4).astype(int) % 7].astype(np.float32)
    codes[rng.random(codes.shape) < 0.08] = np.nan
    odd = np.repeat(codes[1:2], 9, axis=0)
    odd[:, 1] = [0, 1.7, 200, 5000, 2**24, 63, 64, 65, np.nan]
    asked = inputs(codes[::4].astype(np.float64), rounds=2)
    asked = [i for i in asked if i.file != "in-minus-999.npy"]
    asked += [Input("in-odd.npy", odd), Input("in-negative.npy", np.where(odd == 63, np.float32(-1), odd)[5:6])]
    train("category-codes", "json", {"max_cat_to_onehot": 1, "objective": "reg:squarederror"}, codes, y, None, 4, asked, feature_types=["q", "c", "c"])


def pickles():
    X, y, rows = binary_data()
    model = classifier_binary()
    write("classifier-binary-p5", model, pickled(5), inputs(rows, model.get_booster()))
    write("classifier-binary-p4", model, pickled(4), inputs(rows, few=True))
    write("classifier-binary-joblib", model, joblibbed(), inputs(rows, few=True))
    model = classifier_stopped()
    write("classifier-early-stopping-p5", model, pickled(5), inputs(digits_data()[2], model.get_booster(), 2))
    D, target = datasets.load_diabetes(return_X_y=True)
    D_rows = holed(D[::11])
    write("regressor-p4", regressor(), pickled(4), inputs(D_rows))
    write("regressor-joblib-zlib", regressor(), joblibbed(3), inputs(D_rows, few=True))
    forest = xgb.XGBRFRegressor(n_estimators=5, max_depth=3, n_jobs=1, random_state=SEED).fit(D, target)
    write("regressor-random-forest-p4", forest, pickled(4), inputs(D_rows, few=True))
    base = xgb.XGBModel(n_estimators=4, max_depth=3, objective="count:poisson", n_jobs=1, random_state=SEED).fit(D, target)
    write("model-p5", base, pickled(5), inputs(D_rows, few=True))
    flowers, kind = datasets.load_iris(return_X_y=True)
    soft = xgb.XGBClassifier(n_estimators=4, max_depth=3, objective="multi:softmax", n_jobs=1, random_state=SEED).fit(flowers, kind)
    write("classifier-softmax-p5", soft, pickled(5), inputs(holed(flowers[::3]), few=True))
    cells, malignant = datasets.load_breast_cancer(return_X_y=True)
    forest = xgb.XGBRFClassifier(n_estimators=6, max_depth=3, n_jobs=1, random_state=SEED).fit(cells[:, :10], malignant)
    write("classifier-random-forest-p5", forest, pickled(5), inputs(holed(cells[::19, :10]), few=True))
    # A wrapper's file that was loaded as a Booster has the attribute scikit_learn, and is a Booster all the same.
    booster = classifier_binary().get_booster()
    booster.set_attr(scikit_learn='{"_estimator_type": "classifier"}')
    write("booster-of-wrapper-p5", booster, pickled(5), inputs(rows, few=True))
    data = xgb.DMatrix(D, target, nthread=1)
    booster = xgb.train(ONE_THREAD | {"max_depth": 3}, data, 6)
    write("booster-p5", booster, pickled(5), inputs(D_rows, booster))
    write("booster-p4", booster, pickled(4), inputs(D_rows, few=True))
    write("booster-joblib", booster, joblibbed(), inputs(D_rows, few=True))

    # What counts as missing is in the pickle, though not in the JSON of the same model.
    nines = np.where(np.isnan(X), -999, X)
    model = xgb.XGBClassifier(n_estimators=4, max_depth=3, missing=-999, n_jobs=1, random_state=SEED).fit(nines[:, :10], y)
    nine_rows = np.where(np.isnan(rows), -999, rows)[:, :10].astype(np.float32)
    asked = [Input("in.npy", nine_rows), Input("in-few.npy", nine_rows[:3], EVERY), Input("in-nan.npy", rows[:, :10].astype(np.float32))]
    write("classifier-minus-999-p5", model, pickled(5), asked)
    write("classifier-minus-999-json", model, document("json", xgb.XGBClassifier), asked[:2])


def pipelines():
    """XGBoost as the last step of a scikit-learn pipeline: the root is scikit-learn's and offers its methods."""
    X, y, rows = binary_data()
    model = make_pipeline(SimpleImputer(), StandardScaler(), xgb.XGBClassifier(n_estimators=5, max_depth=3, n_jobs=1, random_state=SEED)).fit(X, y)
    asked = [
        Input("in.npy", rows),
        Input("in-f32.npy", rows.astype(np.float32)),
        Input("in.csv", rows),
        Input("in-one.npy", rows[:1]),
        Input("in-zero.npy", rows[:0]),
        Input("in-narrow.npy", rows[:3, :-1]),
    ]
    for name, saved, given in [("p5", pickled(5), asked), ("p4", pickled(4), asked[:1]), ("joblib-zlib", joblibbed(3), asked[:1])]:
        methods = ["predict", "predict_proba"]
        assert all(hasattr(model, m) for m in methods) and not hasattr(model, "predict_log_proba")
        writer.case(f"pipeline-{name}", model, saved, given, methods, lambda m, s, X, _: getattr(m, s)(X), framework="scikit-learn")


def main():
    xgb.set_config(verbosity=0)
    wrappers()
    boosters()
    names()
    categories()
    pickles()
    pipelines()
    writer.clean()


if __name__ == "__main__":
    main()
