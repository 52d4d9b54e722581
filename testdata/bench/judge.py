"""The real library's side of `make bench`.

Reads one JSON command a line from stdin and answers one JSON line with seconds:
  {"do": "open", "file": "…", "kind": "pickle|joblib|xgboost:XGBClassifier", "data": "x.npy"}
  {"do": "load", "seconds": 0.2}     median of loads
  {"do": "predict", "rows": 1, "seconds": 0.2}   median of calls, next rows every time
Everything that can be done once (imports, reading the data) is not timed, as a
program that embeds the library would have it.
"""

import json
import statistics
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")


def loader(file, kind):
    if kind == "pickle":
        import pickle

        return lambda: pickle.load(open(file, "rb"))
    if kind == "joblib":
        import joblib

        return lambda: joblib.load(file)
    import xgboost

    wrapper = getattr(xgboost, kind.partition(":")[2])

    def load():
        m = wrapper()
        m.load_model(file)
        return m

    return load


def timed(call, seconds):
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        call(len(times))
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    load = model = data = None
    for line in sys.stdin:
        c = json.loads(line)
        if c["do"] == "open":
            load, data = loader(c["file"], c["kind"]), np.load(c["data"])
            model = load()
            model.predict(data[:1])
            answer = 0.0
        elif c["do"] == "load":
            answer = timed(lambda i: load(), c["seconds"])
        else:
            n = c["rows"]
            parts = [np.ascontiguousarray(np.take(data, range(i, i + n), axis=0, mode="wrap")) for i in range(len(data))]
            answer = timed(lambda i: model.predict(parts[i % len(parts)]), c["seconds"])
        print(json.dumps(answer), flush=True)


main()
