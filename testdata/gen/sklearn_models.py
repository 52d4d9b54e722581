"""scikit-learn models, saved as pickle and joblib: testdata/models/sklearn.

Made on the data sets that scikit-learn ships, ten trees a forest, small enough to commit.
"""

import cases  # first: it settles threads and hashing before numpy is imported
from cases import Input, joblibbed, pickled

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeRegressor

SEED = 0
METHODS = (
    "apply decision_function decision_path inverse_transform predict predict_log_proba predict_proba score_samples transform"
).split()

writer = cases.Writer("sklearn_models.py", "sklearn", "scikit-learn", ["scikit-learn", "numpy", "scipy", "joblib", "pandas"], SEED)


def write(name, model, saved, inputs, table=False):
    writer.case(name, model, saved, inputs, [m for m in METHODS if hasattr(model, m)], ask, table)


def ask(model, signature, X, set):
    return getattr(model, signature)(X)


def every(X, step):
    """Rows from all over a data set, some 50 of them."""
    return np.ascontiguousarray(X[::step])


def holed(X, share, seed=SEED):
    """X with some cells blanked."""
    X = np.array(X)
    X[np.random.default_rng(seed).random(X.shape) < share] = np.nan
    return X


def array_inputs(X, few=False):
    """What a model that was fitted on an array is asked. `few`: for the second and later containers of one model."""
    if few:
        return [Input("in.npy", X), Input("in-one.npy", X[:1])]
    return [
        Input("in.npy", X),
        Input("in.csv", X),
        Input("in-f32.npy", X.astype(np.float32)),
        Input("in-one.npy", X[3:4]),
        Input("in-one.csv", X[3:4]),
        Input("in-zero.npy", X[:0]),
        Input("in-nan.npy", holed(X[:10], 0.05)),
        Input("in-narrow.npy", X[:3, :-1]),
        Input("in-wide.npy", np.hstack([X[:3], X[:3, :1]])),
    ]


def odd_arrays(X):
    """Arrays that a reader of .npy and .csv may stumble over."""
    return [
        Input("in-fortran.npy", np.asfortranarray(X[:7])),
        Input("in-int.npy", X[:7].astype(np.int64)),
        Input("in-bigendian.npy", X[:7].astype(">f8")),
        Input("in-noheader.csv", X[:7]),
        Input("in-inf.npy", np.where(np.arange(X.shape[1]) == 1, np.inf, X[:2])),
        Input("in-1d.npy", X[0]),
    ]


def frame_inputs(frame, few=False):
    """What a model that was fitted on a DataFrame is asked."""
    names = list(frame.columns)
    inputs = [Input("in.csv", frame), Input("in-one.csv", frame[2:3])]
    if few:
        return inputs
    return inputs + [
        Input("in.json", frame),
        # scikit-learn itself refuses another order of columns, or goes by name: the answer wanted is that for the right order.
        Input("in-reordered.csv", frame[names[::-1]], view=lambda X: X[names]),
        Input("in-zero.csv", frame[:0]),
        Input("in-missing-column.csv", frame[names[1:]][:3]),
        Input("in-extra-column.csv", frame[:3].assign(extra=[1.5, 2.5, 3.5])),
    ]


def logistic():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    rows = every(X, 12)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    inputs = array_inputs(rows) + odd_arrays(rows)
    write("logistic-pipeline-p5", model, pickled(5), inputs)
    for name, saved in [("p2", pickled(2)), ("p4", pickled(4)), ("joblib", joblibbed()), ("joblib-zlib", joblibbed(3))]:
        write(f"logistic-pipeline-{name}", model, saved, array_inputs(rows, few=True))

    frame, y = datasets.load_breast_cancer(return_X_y=True, as_frame=True)
    frame, rows = frame.iloc[:, :12], np.ascontiguousarray(rows[:, :12])
    y = np.array(["malignant", "benign"])[y]
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, y)
    inputs = frame_inputs(frame[::12]) + [Input("in.npy", rows), Input("in-f32.npy", rows.astype(np.float32))]
    write("logistic-frame", model, pickled(5), inputs, table=True)
    # A pandas column of labels makes classes_ an array of objects.
    write("logistic-frame-object-labels", model.fit(frame, pd.Series(y, dtype=object)), pickled(4), frame_inputs(frame[::12], few=True), table=True)

    X, y = datasets.load_wine(return_X_y=True)
    X = X.astype(np.float32)
    model = LogisticRegression(C=0.1, class_weight={0: 1, 1: 2, 2: 0.5}, max_iter=300).fit(X, y)
    write("logistic-wine-f32", model, pickled(5), array_inputs(every(X, 4).astype(np.float64)))

    X, y = datasets.load_breast_cancer(return_X_y=True)
    rows = every(X, 12)
    model = LogisticRegression(solver="liblinear", l1_ratio=1, random_state=SEED).fit(X, y)
    inputs = array_inputs(rows) + [Input("in-csr.npz", sp.csr_matrix(rows[:5]))]
    write("logistic-l1", model, pickled(5), inputs)


def forests():
    X, y = datasets.load_digits(return_X_y=True)
    rows = every(X[500:], 27)
    model = RandomForestClassifier(10, random_state=SEED).fit(X[:300], y[:300])
    # Half steps lie beside the thresholds, which are midpoints.
    inputs = array_inputs(rows) + odd_arrays(rows) + [Input("in-half.npy", rows[:20] + 0.5), Input("in-csr.npz", sp.csr_matrix(rows[:5]))]
    write("forest-digits-p5", model, pickled(5), inputs)
    write("forest-digits-joblib", model, joblibbed(), array_inputs(rows, few=True))

    X, y = datasets.load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    X = holed(X, 0.15)
    rows = every(X, 3)
    # float32(0.1) is not 0.1: the trees compare what is left after the cast.
    edge = np.array([[5.0, 3.0, 0.1 + 1e-9, 0.8 - 1e-9], [5.45, 2.45, 2.45, 0.8], [np.nan] * 4, [1e30, -1e30, 0, -0.0]])
    inputs = array_inputs(rows) + [Input("in-edge.npy", edge), Input("in-huge.npy", np.full((1, 4), 1e39))]
    write("forest-iris-nan", RandomForestClassifier(10, max_depth=4, random_state=SEED).fit(X, names), pickled(5), inputs)

    X, y = datasets.load_diabetes(return_X_y=True)
    rows = every(X, 9)
    model = RandomForestRegressor(10, max_depth=5, random_state=SEED).fit(X, y)
    write("forest-regressor", model, pickled(5), array_inputs(rows))
    model = RandomForestRegressor(10, max_depth=4, random_state=SEED).fit(X, np.c_[y, X[:, 2] * 100 + y])
    write("forest-regressor-2out", model, pickled(4), array_inputs(rows))

    X, y = datasets.load_iris(return_X_y=True)
    model = RandomForestClassifier(10, max_depth=4, random_state=SEED).fit(X, np.c_[y, X[:, 0] > 5.8])
    write("forest-classifier-2out", model, pickled(5), array_inputs(every(X, 3)))
    labels = np.c_[np.array(["setosa", "versicolor", "virginica"])[y], np.where(X[:, 0] > 5.8, "long", "short")]
    model = RandomForestClassifier(10, max_depth=3, random_state=SEED).fit(X, labels)
    write("forest-classifier-2out-strings", model, pickled(4), array_inputs(every(X, 3), few=True))


def trees():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    rows = every(X, 12)
    write("tree-classifier", DecisionTreeClassifier(random_state=SEED).fit(X, y), pickled(5), array_inputs(rows) + odd_arrays(rows))
    model = DecisionTreeClassifier(max_depth=4, class_weight="balanced", criterion="entropy", random_state=SEED).fit(holed(X, 0.2), y == 1)
    write("tree-classifier-nan-bool", model, pickled(2), array_inputs(rows))
    X, y = datasets.load_diabetes(return_X_y=True)
    write("tree-regressor", DecisionTreeRegressor(max_depth=6, random_state=SEED).fit(X, y), pickled(5), array_inputs(every(X, 9)))
    model = ExtraTreeRegressor(max_depth=5, random_state=SEED).fit(X, y)
    write("tree-extra-regressor", model, pickled(4), array_inputs(every(X, 20), few=True))
    X, y = datasets.load_iris(return_X_y=True)
    model = DecisionTreeClassifier(random_state=SEED).fit(X, np.c_[y, X[:, 0] > 5.8])
    write("tree-classifier-2out", model, pickled(5), array_inputs(every(X, 3)))
    # A stump and a tree of one leaf are where loops go wrong.
    write("tree-single-leaf", DecisionTreeRegressor().fit(X[:4], np.ones(4)), pickled(5), array_inputs(X[:5]))
    write("tree-one-class", DecisionTreeClassifier().fit(X[:4], [7] * 4), pickled(5), array_inputs(X[:5]))


def linear():
    X, y = datasets.load_diabetes(return_X_y=True)
    rows = every(X, 9)
    model = LinearRegression().fit(X, y)
    write("linear-p4", model, pickled(4), array_inputs(rows) + odd_arrays(rows))
    write("linear-p2", model, pickled(2), array_inputs(rows, few=True))
    write("linear-2targets", LinearRegression().fit(X, np.c_[y, y * X[:, 2]]), pickled(5), array_inputs(rows))
    write("linear-no-intercept", LinearRegression(fit_intercept=False).fit(X, y), pickled(5), array_inputs(rows))
    write("linear-positive", LinearRegression(positive=True).fit(X, y), joblibbed(), array_inputs(rows))
    model = LinearRegression().fit(X.astype(np.float32), y.astype(np.float32))
    write("linear-f32", model, pickled(5), array_inputs(rows))
    frame, y = datasets.load_diabetes(return_X_y=True, as_frame=True)
    write("linear-frame", LinearRegression().fit(frame, y), pickled(5), frame_inputs(frame[::9]), table=True)


def wine_table():
    """Wine as a table of numbers and strings with blanks in both, and its labels."""
    frame, y = datasets.load_wine(return_X_y=True, as_frame=True)
    rng = np.random.default_rng(SEED)

    def binned(column, labels):
        return pd.qcut(frame[column], len(labels), labels=labels).astype(str)

    table = pd.DataFrame(
        {
            "alcohol": frame["alcohol"],
            "magnesium": frame["magnesium"],
            "hue": binned("hue", ["low", "mid", "high"]),
            # A comma, a quote, letters beyond ASCII, a blank at the end.
            "body": binned("flavanoids", ["thin, pale", 'so-called "full"', "kräftig ", "重い"]),
            "oak": np.where(frame["color_intensity"] > 6, "yes", "no"),
            "proline": frame["proline"],
            "ash": frame["ash"],
        }
    )
    for name in ["alcohol", "hue", "magnesium", "body", "proline"]:
        table.loc[rng.random(len(table)) < 0.1, name] = np.nan
    return table, np.array(["barolo", "grignolino", "barbera"])[y]


def table_inputs(table, bare=False):
    """What a ColumnTransformer is asked. `bare`: it encodes text without an imputer before, and then scikit-learn raises for a
    column without a text at all, since pandas reads that as numbers; Larder, which reads no types into blanks, answers."""
    unknown = table[:6].copy()
    unknown.loc[unknown.index[1], "hue"] = "purple"
    unknown.loc[unknown.index[2], "body"] = "thin"
    unknown.loc[unknown.index[3], ["hue", "body"]] = ["LOW", "kräftig"]
    # pandas reads a column of strings without a string as numbers.
    blank = [] if bare else [Input("in-blank-column.csv", table[:4].assign(hue=np.nan))]
    return frame_inputs(table) + [Input("in-unknown.csv", unknown), *blank, Input("in-na.csv", table[:8])]


def columns():
    table, y = wine_table()
    rows = table[::4]
    numbers, strings = ["alcohol", "magnesium", "proline"], ["hue", "body"]

    def transformer(remainder="drop", **options):
        number = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        string = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
        return ColumnTransformer([("num", number, numbers), ("cat", string, strings)], remainder=remainder, **options)

    model = Pipeline([("columns", transformer()), ("model", LogisticRegression())]).fit(table, y)
    write("columns-pipeline-p5", model, pickled(5), table_inputs(rows), table=True)
    write("columns-pipeline-joblib-zlib", model, joblibbed(3), frame_inputs(rows, few=True), table=True)
    write("columns-pipeline-p2", model, pickled(2), frame_inputs(rows, few=True), table=True)

    no_oak = table.drop(columns="oak")
    model = Pipeline([("columns", transformer("passthrough")), ("model", LogisticRegression())]).fit(no_oak, y)
    write("columns-passthrough", model, pickled(5), table_inputs(no_oak[::4]), table=True)

    write("columns-transform", transformer().fit(table), pickled(5), table_inputs(rows), table=True)
    write("columns-transform-sparse", transformer(sparse_threshold=1.0).fit(table), pickled(5), table_inputs(rows), table=True)
    write("columns-transform-dense", transformer(sparse_threshold=0, verbose_feature_names_out=False).fit(table), pickled(4), table_inputs(rows), table=True)
    model = Pipeline([("columns", transformer(sparse_threshold=1.0)), ("model", LogisticRegression())]).fit(table, y)
    write("columns-pipeline-sparse", model, joblibbed(), table_inputs(rows), table=True)

    # object columns with None in place of pandas' own strings with NaN
    objects = table.astype({"hue": object, "body": object, "oak": object})
    objects = objects.where(objects.notna(), None).astype({n: float for n in [*numbers, "ash"]})
    string = make_pipeline(SimpleImputer(strategy="most_frequent", missing_values=None), OneHotEncoder(handle_unknown="ignore"))
    model = ColumnTransformer([("num", SimpleImputer(), numbers), ("cat", string, strings)]).fit(objects)

    def with_none(X):
        """The same with None, which is what the model takes for missing; a file cannot tell the two apart."""
        return X.assign(**{n: X[n].astype(object).where(X[n].notna(), None) for n in strings if n in X})

    inputs = [Input(i.file, i.data, view=with_none) for i in frame_inputs(rows, few=True)]
    write("columns-none", model, pickled(5), inputs, table=True)


def columns_options():
    """The options of the transformers, and columns given by place, slice and mask."""
    table, y = wine_table()
    rows = table[::4]
    constant = SimpleImputer(strategy="constant", fill_value="missing")
    onehot = OneHotEncoder(drop="if_binary", min_frequency=20, sparse_output=False, handle_unknown="infrequent_if_exist")
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    model = ColumnTransformer(
        [
            ("num", SimpleImputer(strategy="mean", add_indicator=True), [0, 1, 5]),
            ("cat", make_pipeline(constant, onehot), slice(2, 4)),
            ("ord", ordinal, np.array([False, False, True, True, True, False, False])),
        ],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).fit(table)
    write("columns-by-place", model, pickled(5), table_inputs(rows, bare=True), table=True)

    model = ColumnTransformer(
        [
            ("first", make_pipeline(constant, OneHotEncoder(drop="first", max_categories=3)), ["hue", "body", "oak"]),
            ("scaled", make_pipeline(SimpleImputer(strategy="constant", fill_value=0), StandardScaler()), slice("alcohol", "magnesium")),
            ("none", "drop", ["ash"]),
            ("one", "passthrough", ["proline"]),
        ],
        transformer_weights={"first": 0.5, "scaled": 2},
    ).fit(table)
    write("columns-by-name-slice", model, pickled(4), table_inputs(rows), table=True)

    flagged = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing", add_indicator=True), OneHotEncoder(handle_unknown="ignore"))
    model = ColumnTransformer([("cat", flagged, ["hue", "body"]), ("num", SimpleImputer(), ["alcohol"])], sparse_threshold=0.9)
    model = make_pipeline(model, LogisticRegression(max_iter=300)).fit(table, y)
    write("columns-indicator", model, pickled(5), table_inputs(rows), table=True)

    strict = ColumnTransformer([("cat", OneHotEncoder(), ["hue", "oak"]), ("num", "passthrough", ["ash"])]).fit(table)
    write("columns-unknown-refused", strict, pickled(5), table_inputs(rows, bare=True), table=True)


def both_ways(model, X, back=None):
    """Inputs for a transformer and, where it has one, its inverse."""
    forth = [Input(i.file, i.data, ("transform",), view=i.view) for i in array_inputs(X)]
    if back is None:
        return forth + [Input("in.npy", X, ("inverse_transform",))]
    if isinstance(model, StandardScaler) and (model.with_mean or model.with_std):
        # The others do not count the columns of what they turn back.
        forth.append(Input("in-inverse-narrow.npy", back[:, 1:], ("inverse_transform",)))
    return forth + [
        Input("in-inverse.npy", back, ("inverse_transform",)),
        Input("in-inverse-f32.npy", back.astype(np.float32), ("inverse_transform",)),
        Input("in-inverse-one.npy", back[:1], ("inverse_transform",)),
        Input("in-inverse-zero.npy", back[:0], ("inverse_transform",)),
    ]


def scalers():
    X, _ = datasets.load_wine(return_X_y=True)
    rows = every(X, 4)
    constant = X.copy()
    constant[:, 1] = 0.1
    for name, model, data in [
        ("scaler", StandardScaler(), X),
        ("scaler-no-mean", StandardScaler(with_mean=False), X),
        ("scaler-no-std", StandardScaler(with_std=False), X),
        ("scaler-neither", StandardScaler(with_mean=False, with_std=False), X),
        ("scaler-constant-column", StandardScaler(), constant),
        ("scaler-nan", StandardScaler(), holed(X, 0.1)),
        ("scaler-f32", StandardScaler(), X.astype(np.float32)),
        ("minmax", MinMaxScaler(), constant),
        ("minmax-clip", MinMaxScaler(feature_range=(-1, 0.1), clip=True), holed(X[:60], 0.1)),
        ("minmax-f32", MinMaxScaler((0, 3)), X.astype(np.float32)),
    ]:
        model.fit(data)
        write(name, model, pickled(5), both_ways(model, rows, model.transform(rows)) + [Input("in-csr.npz", sp.csr_matrix(rows[:5]))])


def imputers():
    X, _ = datasets.load_wine(return_X_y=True)
    X = holed(X[:, :5], 0.2)
    X[:, 3] = np.round(X[:, 3])
    rows = every(X, 4)
    empty = X.copy()
    empty[:, 2] = np.nan
    nines = np.where(np.isnan(X), -999, X)
    for name, model, data in [
        ("imputer-mean", SimpleImputer(), X),
        ("imputer-median", SimpleImputer(strategy="median"), X),
        ("imputer-most-frequent", SimpleImputer(strategy="most_frequent"), X),
        ("imputer-constant", SimpleImputer(strategy="constant", fill_value=-1.5), X),
        ("imputer-indicator", SimpleImputer(add_indicator=True), X),
        ("imputer-empty-column", SimpleImputer(), empty),
        ("imputer-empty-column-kept", SimpleImputer(keep_empty_features=True, add_indicator=True), empty),
        ("imputer-minus-999", SimpleImputer(missing_values=-999), nines),
        ("imputer-f32", SimpleImputer(), X.astype(np.float32)),
    ]:
        model.fit(data)
        inputs = both_ways(model, rows, model.transform(rows) if model.add_indicator else None)
        if name == "imputer-minus-999":
            inputs = [Input("in-nines.npy", np.where(np.isnan(rows), -999, rows), ("transform",)), *inputs]
        write(name, model, pickled(5), inputs)

    table, _ = wine_table()
    strings = table[["hue", "body", "oak"]]
    few = [Input(i.file, i.data, ("transform",), view=i.view) for i in frame_inputs(strings[::4])]
    for name, model in [
        ("imputer-strings-most-frequent", SimpleImputer(strategy="most_frequent")),
        ("imputer-strings-constant", SimpleImputer(strategy="constant", fill_value="missing")),
        ("imputer-strings-indicator", SimpleImputer(strategy="most_frequent", add_indicator=True)),
    ]:
        write(name, model.fit(strings), pickled(5), few, table=True)


def encoders():
    # Categories as Python objects: strings with None, with NaN, numbers of two kinds.
    table = pd.DataFrame(
        {
            "none": pd.Series(["b", "a", None, "c", "a", "b"] * 4, dtype=object),
            "nan": pd.Series(["x", np.nan, "y", "x", "z", np.nan] * 4, dtype=object),
            "number": np.array([3.5, 1.0, np.nan, 2.0, 1.0, 10.0] * 4),
            "whole": [10, 9, 2, 2, 9, 10] * 4,
        }
    )

    def objects(X):
        """The columns with the missing values that the encoder was fitted on; a file cannot tell None and NaN apart."""
        X = X.astype({n: object for n in ("none", "nan") if n in X})
        if "none" in X:
            X["none"] = X["none"].where(X["none"].notna(), None)
        return X

    rows = table[:9]
    unknown = rows.copy()
    unknown.loc[1, "none"], unknown.loc[2, "number"], unknown.loc[3, "whole"] = "q", 4.5, 11
    inputs = [
        Input("in.csv", rows, ("transform",), view=objects),
        Input("in.json", rows, ("transform",), view=objects),
        Input("in-one.csv", rows[:1], ("transform",), view=objects),
        Input("in-zero.csv", rows[:0], ("transform",), view=objects),
        Input("in-unknown.csv", unknown, ("transform",), view=objects),
        Input("in-missing-column.csv", rows[["none", "nan", "number"]], ("transform",), view=objects),
    ]
    for name, model in [
        ("onehot-mixed", OneHotEncoder()),
        ("onehot-mixed-ignore", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
        ("onehot-mixed-infrequent", OneHotEncoder(min_frequency=5, handle_unknown="infrequent_if_exist", sparse_output=False, dtype=np.float32)),
        ("onehot-mixed-drop", OneHotEncoder(drop=["a", "x", 1.0, 2], sparse_output=False)),
        ("ordinal-mixed", OrdinalEncoder()),
        ("ordinal-mixed-unknown", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)),
        ("ordinal-mixed-unknown-nan", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float32)),
    ]:
        model.fit(table)
        back = model.transform(rows)
        back = back.toarray() if sp.issparse(back) else back
        write(name, model, pickled(5), [*inputs, Input("in-inverse.npy", back, ("inverse_transform",))], table=True)

    # An integer array, whose categories are integers.
    X = np.array([[1, 20], [2, 30], [3, 20], [1, 40]])
    for name, model in [("onehot-int", OneHotEncoder()), ("ordinal-int", OrdinalEncoder())]:
        model.fit(X)
        inputs = [
            Input("in.npy", X),
            Input("in-f64.npy", X.astype(np.float64)),
            Input("in.csv", X),
            Input("in-unknown.npy", X + 1),
            Input("in-half.npy", X + 0.5),
        ]
        write(name, model, pickled(5), [Input(i.file, i.data, ("transform",)) for i in inputs])


def main():
    logistic()
    forests()
    trees()
    linear()
    columns()
    columns_options()
    scalers()
    imputers()
    encoders()
    writer.clean()


if __name__ == "__main__":
    main()
