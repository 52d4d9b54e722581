"""Makes the models of this folder: each as XGBoost writes it in JSON and in
UBJSON, which internal/jsontree and internal/ubjson must read and write byte for
byte. x.json-to.ubj is x.json loaded and saved by XGBoost, where that is not
x.ubj.

xgboost-cpu 3.2.0, numpy 2.4.6, pandas 3.1.1, Python 3.11; run in this folder.
"""
import json

import numpy as np
import pandas as pd
import xgboost as xgb

rng = np.random.default_rng(20)
X = rng.normal(size=(200, 4)).astype("f4")
X[rng.random(X.shape) < 0.1] = np.nan
y = (np.nan_to_num(X[:, 0]) > 0).astype(int)


def save(name, booster):
    for ext in ("json", "ubj"):
        booster.save_model(f"{name}.{ext}")
    booster = xgb.Booster(model_file=f"{name}.json")
    again = bytes(booster.save_raw("ubj"))
    if again != open(f"{name}.ubj", "rb").read():
        open(f"{name}.json-to.ubj", "wb").write(again)


def train(name, rounds, data, **params):
    booster = xgb.train({"max_depth": 2, "nthread": 1, "seed": 1, **params}, data, rounds)
    save(name, booster)
    return booster


names = ["plain", "é 木", "back\\slash", 'quo"te']
b = train("binary", 2, xgb.DMatrix(X, y, feature_names=names), objective="binary:logistic")
open("snapshot.ubj", "wb").write(b.__getstate__()["handle"])
train("dart", 3, xgb.DMatrix(X, y), booster="dart", rate_drop=0.5)
train("multi", 2, xgb.DMatrix(X, rng.integers(0, 3, 200)), objective="multi:softprob", num_class=3)
train("rank", 2, xgb.DMatrix(X, y, qid=np.arange(200) // 10), objective="rank:ndcg",
      lambdarank_unbiased=True, lambdarank_pair_method="topk", lambdarank_num_pair_per_sample=4)
train("vector", 2, xgb.DMatrix(X, rng.normal(size=(200, 3))), multi_strategy="multi_output_tree", tree_method="hist")
frame = pd.DataFrame({
    "s": pd.Categorical(rng.choice(["x", "yy", "é"], 200)),
    "i": pd.Categorical(rng.choice([3, 500, 7], 200)),
    "f": X[:, 0],
})
target = rng.normal(size=200) + (frame.s == "x") + 2 * (frame.i == 500)
train("categories", 3, xgb.DMatrix(frame, target, enable_categorical=True), max_cat_to_onehot=1)

b = train("attributes", 1, xgb.DMatrix(X, y), objective="reg:quantileerror", quantile_alpha=[0.1, 0.5])
b.set_attr(note='tab\t line\n return\r "quotes" back\\slash \\u00e9 \\users bell\x07 é 木 / \x7f', best_iteration="1", empty="")
save("attributes", b)

# Every kind of float: bit patterns as they come, and the edges.
bits = np.concatenate([
    rng.integers(0, 2**32, 2000, dtype="u4"),
    np.array([0, 0x80000000, 1, 2, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x3F800000, 0x4B800000, 0x4C000000,
              0x7F800000, 0xFF800000, 0x7FC00000], "u4"),
    (2.0 ** np.arange(-149, 128)).astype("f4").view("u4"),
    # exact decimals with few digits, which lie in the middle between two shorter ones
    (rng.integers(1, 2**24, 2000) / 2.0 ** rng.integers(-11, 24, 2000)).astype("f4").view("u4"),
])
floats = bits.view("f4")
floats = floats[~np.isnan(floats) | (bits == 0x7FC00000)]


def text(f):
    if np.isnan(f):
        return "NaN"
    if np.isinf(f):
        return "-Infinity" if f < 0 else "Infinity"
    return f"{float(f):.17e}"


linear = xgb.train({"booster": "gblinear", "nthread": 1}, xgb.DMatrix(np.zeros((4, len(floats) - 1), "f4"), [0, 1, 0, 1]), 1)
model = json.loads(linear.save_raw("json").decode())
weights = "[" + ",".join(map(text, floats)) + "]"
model["learner"]["gradient_booster"]["model"]["weights"] = "@"
linear = xgb.Booster(model_file=bytearray(json.dumps(model).replace('"@"', weights).encode()))
save("floats", linear)
