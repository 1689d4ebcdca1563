"""Writes test/corpus/comparison/kendall.json: Kendall's tau-b of columns with and without ties, by SciPy.

Run with SciPy 1.17 as `python kendall.py`. The file is committed, nothing here runs in the tests.
"""

import json
import os

import numpy as np
from scipy import stats

rng = np.random.default_rng(1)
cases = []


def case(name, x, y):
    tau = stats.kendalltau(x, y, variant="b").statistic
    columns = {"x": [float(v) for v in x], "y": [float(v) for v in y]}
    cases.append({"name": name, **columns, "tau": None if np.isnan(tau) else float(tau)})


x = np.round(rng.normal(size=30), 6)
case("no ties", x, np.round(0.6 * x + rng.normal(size=30), 6))
case("ties in one", np.round(x, 1), np.round(-x + rng.normal(size=30), 6))
case("ties in both", rng.integers(0, 4, 60), rng.integers(0, 5, 60))
case("pairs tied in both", [1, 1, 2, 2, 3], [5, 5, 5, 7, 7])
case("two values", rng.integers(0, 2, 40), rng.integers(0, 2, 40))
case("in full order", [1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4])
case("the other way", [1, 2, 3, 4], [4, 3, 2, 1])
case("many", np.round(rng.normal(size=200), 2), np.round(rng.normal(size=200), 2))
case("a constant column", [1, 2, 3], [4, 4, 4])

# Whole clusters drawn as often as `weights` says, written out row by row.
x, y = rng.integers(0, 6, 12), rng.integers(0, 6, 12)
clusters = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 4, 4])
draws = []
for _ in range(6):
    weights = np.bincount(rng.integers(0, 5, 5), minlength=5)
    rows = np.repeat(np.arange(12), weights[clusters])
    draws.append({"weights": weights.tolist(), "tau": float(stats.kendalltau(x[rows], y[rows]).statistic)})
resampled = {"x": x.tolist(), "y": y.tolist(), "clusters": clusters.tolist(), "draws": draws}

values = np.sort(np.round(rng.normal(size=11), 6))
quantiles = {"values": values.tolist(), "shares": [0, 0.025, 0.4, 0.5, 0.975, 1]}
quantiles["quantiles"] = [float(np.quantile(values, share)) for share in quantiles["shares"]]

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "..", "comparison", "kendall.json"), "w") as file:
    json.dump({"cases": cases, "resampled": resampled, "quantiles": quantiles}, file)
    file.write("\n")
