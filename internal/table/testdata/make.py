"""Makes the golden files beside it: pandas 3.1.1, pyarrow 26.0.1, scikit-learn's
libsvm format, numpy 2.4.6.

pandas.json holds CSV texts and what pandas.read_csv makes of them with the
contract's missing tokens. flat.parquet and index.parquet are data frames;
parquet.json says what is in them.
"""

import io
import json
import math
import os
import warnings

import numpy as np
import pandas as pd

os.chdir(os.path.dirname(os.path.abspath(__file__)))
warnings.simplefilter("ignore")  # of float_precision, which pandas means to drop
NA = ["", "NA", "NaN", "null"]

TEXTS = [
    "a,b\n1,2\n3,4\n",
    "a,b\r\n1,2.5\r\n3,4\r\n",
    "\ufeffa,b\n1,2\n",
    'a,b\n"1","2"\n3,"x, y"\n',
    'a,b\n1,"two\nlines"\n2,"a ""quote"" in it"\n',
    'a,b\n1,"x\r\ny"\n3,z',
    "a,b\n1,\n,2\n",
    "a,b\n1,NA\nnull,NaN\n",
    "a,b\nx,NA\nnull,1\n",
    "a,b\n1,True\n2,false\n",
    "a,b\n1,TRUE\n2,\n",
    "a,b\n1,True\n2,3\n",
    "a,b\n1, 2 \n3,\t4\n",
    "a,b\n1,-0\n2,+3\n",
    "a,b\n1,1e5\n2,-.5\n",
    "a,b\n1,9007199254740993\n2,-9223372036854775808\n",
    "a,b\n1,0.1\n2,1.7976931348623157e308\n3,5e-324\n4,123456789012345678901234567890.5\n",
    "a,b\n1,inf\n2,-Infinity\n",
    "a,b\n007,1_0\n08,0x10\n",
    "a\n1\n\n3\n\n\n",
    'a\n1\n""\n3\n',
    "a,b\n1,2\n   \n3,4\n",
    "a,b\n,\n,\n",
    'a,b\n1,x"y\n2,z""\n',
    "a,b,c\n1,é,日本\n2,ü,x\n",
    "a,b\n1,2021-01-01\n2,2021-01-02\n",
    "a,b\n",
    "x y,\"p,q\"\n1,2\n",
]


def cell(v):
    if v is None or (isinstance(v, float) and math.isnan(v)) or v is pd.NA:
        return None
    if isinstance(v, (bool, np.bool_)):
        return "True" if v else "False"
    if isinstance(v, (float, np.floating)):
        return float(v).hex()
    return str(v)


cases = []
for text in TEXTS:
    d = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=NA, float_precision="round_trip")
    cases.append({
        "text": text,
        "names": list(d.columns),
        "types": [str(t) for t in d.dtypes],
        "columns": [[cell(v) for v in d[c]] for c in d.columns],
    })
with open("pandas.json", "w") as f:
    json.dump(cases, f, indent=1)
    f.write("\n")

n = 2500
rng = np.random.default_rng(3)
flat = pd.DataFrame({
    "z_int": np.arange(n),
    "float": rng.normal(size=n),
    "small": rng.normal(size=n).astype(np.float32),
    "byte": (np.arange(n) % 200 - 100).astype(np.int8),
    "unsigned": np.arange(n, dtype=np.uint32) + 2**31,
    "bool": np.arange(n) % 3 == 0,
    "text": [f"t{i % 7}" for i in range(n)],
    "holes": [None if i % 5 == 0 else f"é{i}" for i in range(n)],
    "nan": [math.nan if i % 4 == 0 else i / 4 for i in range(n)],
    "intnull": pd.array([None if i % 9 == 0 else i for i in range(n)], dtype="Int64"),
    "level": pd.Categorical([None if i % 11 == 0 else "xy"[i % 2] for i in range(n)], categories=["z", "y", "x"]),
})
flat.to_parquet("flat.parquet", row_group_size=1000, compression="zstd")
small = flat.head(3).assign(z_int=[5, 9, 7]).set_index("z_int")
small["when"] = pd.Timestamp("2020-01-01")
small["list"] = [[1], [2], [3]]
small.to_parquet("index.parquet")
with open("parquet.json", "w") as f:
    json.dump({
        "names": list(flat.columns),
        "sums": {c: float(flat[c].astype(float).sum()) for c in flat.columns if c not in ("text", "holes", "level")},
        "first": [cell(v) for v in flat.iloc[0]],
        "last": [cell(v) for v in flat.iloc[-1]],
    }, f, indent=1)
    f.write("\n")
