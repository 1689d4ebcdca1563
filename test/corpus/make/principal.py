"""Writes test/corpus/comparison/principal.json: principal directions of the checkpoints of a run, by scikit-learn.

Around the mean they are those of PCA; around the last point those of PCA on all points minus it and their mirror images,
whose mean is zero. Needs numpy and scikit-learn.
"""

import json
import os

import numpy as np
import sklearn
from sklearn.decomposition import PCA

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "comparison", "principal.json")
POINTS, DIMENSION, DIRECTIONS = 12, 40, 3

steps = np.random.default_rng(12).normal(size=(POINTS, DIMENSION)) * np.linspace(2, 0.3, POINTS)[:, None]
points = np.round(np.cumsum(steps, axis=0), 6)


def described(centred, fitted):
    found = PCA(svd_solver="full").fit(fitted)
    directions = found.components_[:DIRECTIONS]
    # Signs are free: the first point lies on the side that is not positive.
    directions = directions * np.where(directions @ centred[0] > 0, -1, 1)[:, None]
    # Of twelve points around one of them or their mean there are eleven directions; the rest is rounding.
    return {
        "explained": found.explained_variance_ratio_[: POINTS - 1].tolist(),
        "directions": directions.tolist(),
        "coordinates": (centred @ directions.T).tolist(),
    }


around_mean = points - points.mean(axis=0)
around_last = points - points[-1]
with open(OUT, "w") as file:
    json.dump(
        {
            "madeWith": f"scikit-learn {sklearn.__version__}",
            "points": points.tolist(),
            "mean": described(around_mean, points),
            "last": described(around_last, np.vstack([around_last, -around_last])),
        },
        file,
    )
    file.write("\n")
