"""Writes test/corpus/layers/weights.json and step-weights.json: mean losses of rows with class and sample weights, and of
steps with weights of their own, as Keras computes them.

Run with Keras 3.15 as `KERAS_BACKEND=jax JAX_ENABLE_X64=1 python weights.py`, and as `KERAS_BACKEND=torch python weights.py`
for the second. The files are committed, nothing here runs in the tests.
"""

import json
import os

import keras
import numpy as np
from keras import losses
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

from describe import given, plain

keras.config.set_floatx("float64")
stored = []


def case(loss, output, labels, class_weight=None, sample_weight=None):
    labels = np.asarray(labels, dtype="float64")
    by_class = 1.0 if class_weight is None else class_weight_to_sample_weights(labels, class_weight)
    by_row = 1.0 if sample_weight is None else np.asarray(sample_weight)
    weights = by_class * by_row * np.ones(len(labels))
    stored.append(
        {
            "loss": keras.saving.serialize_keras_object(loss),
            "output": plain(output),
            "labels": plain(labels),
            "classWeights": class_weight,
            "sampleWeights": sample_weight,
            "mean": float(f"{float(loss(labels, output, sample_weight=weights)):.12g}"),
        }
    )


free = given((5, 3))
classes = np.array([2, 0, 1, 0, 2])
rows = [0.5, 2.0, 0.0, 1.0, 3.0]
by_class = {"0": 2.0, "2": 0.25}
as_keras = {int(key): value for key, value in by_class.items()}
sparse = losses.SparseCategoricalCrossentropy(from_logits=True)
smooth = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
single = losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)
for loss, output, labels in (
    (sparse, free, classes),
    (smooth, free, np.eye(3)[classes]),
    (single, free[:, :1], (classes[:, None] > 0).astype("float64")),
):
    limited = {k: v for k, v in as_keras.items() if output.shape[1] > 1 or k < 2}
    case(loss, output, labels, class_weight=limited)
    case(loss, output, labels, sample_weight=rows)
    case(loss, output, labels, class_weight=limited, sample_weight=rows)
case(losses.MeanSquaredError(), free, given((5, 3)), sample_weight=rows)

steps = []


def of_steps(loss, output, labels, weights):
    weights = np.asarray(weights)
    steps.append(
        {
            "loss": keras.saving.serialize_keras_object(loss),
            "output": plain(output),
            "labels": plain(np.asarray(labels)),
            "weights": plain(weights),
            "mean": float(f"{float(loss(labels, output, sample_weight=weights)):.12g}"),
        }
    )


logits = given((2, 3, 4))
which = np.array([[0, 3, 1], [2, 2, 0]])
importance = [[0.5, 2.0, 0.0], [1.0, 3.0, 0.25]]
of_steps(sparse, logits, which, importance)
of_steps(smooth, logits, np.eye(4)[which], importance)
of_steps(losses.MeanSquaredError(), logits, given((2, 3, 4)), importance)
of_steps(losses.Huber(), logits, given((2, 3, 4)), importance)
of_steps(single, logits[..., :1], (which[..., None] > 0).astype("float64"), importance)
of_steps(sparse, given((2, 2, 2, 3)), np.array([[[0, 1], [2, 1]], [[1, 1], [0, 2]]]), np.abs(given((2, 2, 2))))


def write(name, cases):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "layers", name + ".json")
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry) for entry in cases) + "\n]\n")


if keras.config.backend() == "jax":
    write("weights", stored)
else:
    write("step-weights", steps)
