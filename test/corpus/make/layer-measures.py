"""Writes test/corpus/measures/layer-measures.json: the measures of layers and of the Fisher matrix by their definitions.

Run with PyTorch 2.15, h5py and NumPy as `python layer-measures.py`, from this folder. Relative flatness sums traces of
blocks of the dense Hessian, the weight-scaled trace its diagonal, the Fisher-Rao norm scores over the model's own labels;
all in float64, on the first rows of the training data. The file is committed, nothing here runs in the tests.
"""

import io
import json
import zipfile

import h5py
import numpy as np
import torch
from torch.func import hessian, jvp
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
ROWS = 100


def variables(name):
    with zipfile.ZipFile(f"../keras/{name}.keras") as archive:
        stored = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
        layers = stored["layers"]
        return {
            layer: [torch.tensor(np.array(layers[layer]["vars"][str(i)]), dtype=torch.float64) for i in range(len(layers[layer]["vars"]))]
            for layer in layers
            if "vars" in layers[layer]
        }


def dense(x, kernel, bias):
    return x @ kernel + bias


def conv(x, kernel, bias=None):
    return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, padding=1)


def norm(x, gamma, beta, mean, variance):
    column = lambda v: v[None, :, None, None]
    return column(gamma) * (x - column(mean)) / torch.sqrt(column(variance) + 1e-3) + column(beta)


def mlp_digits(v, x):
    x = x.reshape(len(x), -1)
    layers = sorted(name for name in v)  # dense, dense_1
    return dense(torch.relu(dense(x, *v[layers[0]])), *v[layers[1]])


def mlp_diabetes(v, x):
    x = torch.relu(dense(x, *v["dense"]))
    return dense(F.elu(dense(x, *v["dense_1"])), *v["dense_2"])


def cnn_digits(v, x):
    x = x.reshape(len(x), 1, 8, 8)
    x = F.max_pool2d(torch.relu(norm(conv(x, *v["conv2d"]), *v["batch_normalization"])), 2)
    x = F.max_pool2d(torch.relu(norm(conv(x, *v["conv2d_1"]), *v["batch_normalization_1"])), 2)
    return dense(x.permute(0, 2, 3, 1).reshape(len(x), -1), *v["dense"])


def measures(checkpoint, network, data, regression):
    stored = variables(checkpoint)
    arrays = np.load(f"../data/{data}.npz")
    x = torch.tensor(arrays["x_train"][:ROWS].astype(np.float64))
    y = torch.tensor(arrays["y_train"][:ROWS])
    trained = [(layer, i) for layer in stored for i in range(len(stored[layer])) if not (layer.startswith("batch") and i >= 2)]
    sizes = [stored[layer][i].numel() for layer, i in trained]
    theta = torch.cat([stored[layer][i].reshape(-1) for layer, i in trained])

    def outputs(flat):
        moved = {layer: list(tensors) for layer, tensors in stored.items()}
        for (layer, i), part in zip(trained, flat.split(sizes)):
            moved[layer][i] = part.reshape(stored[layer][i].shape)
        return network(moved, x)

    def loss(flat):
        if regression:
            return ((outputs(flat).reshape(-1) - y.reshape(-1)) ** 2).mean()
        return F.cross_entropy(outputs(flat), y.long())

    matrix = hessian(loss)(theta)
    flatness = {}
    offset = 0
    for (layer, i), size in zip(trained, sizes):
        shape = stored[layer][i].shape
        if len(shape) > 1:
            w = stored[layer][i].reshape(-1, shape[-1])
            block = matrix[offset : offset + size, offset : offset + size].reshape(len(w), shape[-1], len(w), shape[-1])
            total = 0.0
            for s in range(shape[-1]):
                for t in range(shape[-1]):
                    total += (w[:, s] @ w[:, t]) * torch.trace(block[:, s, :, t])
            flatness[layer] = float(total)
        offset += size

    out, along = jvp(outputs, (theta,), (theta,))
    if regression:
        # (f - y)^2 is the log-likelihood of a normal distribution of variance 1/2: the mean square of 2 (y - f) J theta.
        rows = 2 * along.reshape(-1) ** 2
    else:
        p = torch.softmax(out, 1)
        rows = torch.zeros(ROWS)
        for label in range(out.shape[1]):
            score = along[:, label] - (p * along).sum(1)
            rows += p[:, label] * score**2
    return {
        "checkpoint": f"{checkpoint}.keras",
        "data": f"{data}.npz",
        "rows": ROWS,
        "loss": float(loss(theta)),
        "relativeFlatness": flatness,
        "weightScaledTrace": float((theta**2 * matrix.diagonal()).sum()),
        "fisherRao": {"value": float(rows.mean()), "standardError": float(rows.std() / ROWS**0.5)},
    }


found = [
    measures("mlp-digits", mlp_digits, "digits", False),
    measures("mlp-diabetes", mlp_diabetes, "diabetes", True),
    measures("cnn-digits", cnn_digits, "digits", False),
]
with open("../measures/layer-measures.json", "w") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
