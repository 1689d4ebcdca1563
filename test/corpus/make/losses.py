"""Writes test/corpus/layers/losses.json: the losses that Keras ships, as stored and as computed row by row.

Run with Keras 3.15.1 as `KERAS_BACKEND=numpy python losses.py`. The file is committed, nothing here runs in the tests.
"""

import json
import os

import keras
import numpy as np
from keras import losses

from describe import given, plain

keras.config.set_floatx("float64")
stored = []


def case(loss, output, labels):
    each = np.asarray(loss.call(labels, output))
    rows = each.reshape(each.shape[0], -1).mean(axis=1)
    stored.append(
        {
            "loss": keras.saving.serialize_keras_object(loss),
            "output": plain(output),
            "labels": plain(np.asarray(labels, dtype="float64")),
            "rows": [float(f"{v:.12g}") for v in rows],
        }
    )


free, target = given((3, 4)), given((3, 4))
positive, counts = np.abs(given((3, 4))) + 0.1, np.array([[0, 1, 2, 5], [3, 0, 1, 1], [0, 0, 7, 2]], dtype="float64")
probable = np.exp(free) / np.exp(free).sum(axis=-1, keepdims=True)
soft = np.exp(target) / np.exp(target).sum(axis=-1, keepdims=True)
one_hot = np.eye(4)[[2, 0, 3]]
zero_or_one = (target > 0).astype("float64")
single = 1 / (1 + np.exp(-free))

for loss in (
    losses.MeanSquaredError(),
    losses.MeanAbsoluteError(),
    losses.MeanAbsolutePercentageError(),
    losses.CosineSimilarity(),
    losses.LogCosh(),
    losses.Huber(),  # its delta is not stored
):
    case(loss, free, target)
case(losses.MeanSquaredLogarithmicError(), free, np.abs(target))
case(losses.Poisson(), positive, counts)
case(losses.KLDivergence(), probable, soft)
for labels in (zero_or_one, 2 * zero_or_one - 1):
    case(losses.Hinge(), free, labels)
    case(losses.SquaredHinge(), free, labels)
case(losses.CategoricalHinge(), free, one_hot)
for smoothing in (0.0, 0.2):
    case(losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing), free, one_hot)
    case(losses.CategoricalCrossentropy(label_smoothing=smoothing), probable, one_hot)
    case(losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing), free, zero_or_one)
    case(losses.BinaryCrossentropy(label_smoothing=smoothing), single, zero_or_one)
    case(losses.BinaryFocalCrossentropy(from_logits=True, label_smoothing=smoothing, gamma=1.5), free, zero_or_one)
    case(losses.BinaryFocalCrossentropy(label_smoothing=smoothing, apply_class_balancing=True, alpha=0.3), single, zero_or_one)
    case(losses.CategoricalFocalCrossentropy(from_logits=True, label_smoothing=smoothing), free, one_hot)
    case(losses.CategoricalFocalCrossentropy(label_smoothing=smoothing, alpha=[0.1, 0.2, 0.3, 0.4], gamma=3.0), probable, one_hot)
case(losses.SparseCategoricalCrossentropy(from_logits=True), free, np.array([2, 0, 3]))
case(losses.CategoricalGeneralizedCrossEntropy(q=0.7), probable, np.array([2, 0, 3]))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "layers", "losses.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry) for entry in stored) + "\n]\n")
