"""Writes test/corpus/reference/small-batch-016.json: loss, accuracy and largest eigenvalues of runs/small-batch/epoch-016.

Run with PyTorch 2.15, SciPy and h5py as `python epoch-016.py`, from this folder. Float64, mean cross-entropy over the first
2,000 training rows of data/mnist.npz, inputs over 255, Hessian-vector products by differentiating twice, eigenvalues by
ARPACK. The file is committed, nothing here runs in the tests.
"""

import io
import json
import zipfile

import h5py
import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, eigsh

torch.set_default_dtype(torch.float64)
ROWS = 2000
FILE = "runs/small-batch/epoch-016.keras"

with zipfile.ZipFile(f"../{FILE}") as archive:
    layers = h5py.File(io.BytesIO(archive.read("model.weights.h5")))["layers"]
    names = sorted((name for name in layers if len(layers[name]["vars"]) > 0), key=lambda name: (len(name), name))
    weights = [torch.tensor(np.array(layers[name]["vars"][i]), dtype=torch.float64) for name in names for i in ("0", "1")]

data = np.load("../data/mnist.npz")
x = torch.tensor(data["x_train"][:ROWS].reshape(ROWS, -1) * 0.00392156862745098)
y = torch.tensor(data["y_train"][:ROWS].astype("int64"))
for weight in weights:
    weight.requires_grad_()


def outputs():
    hidden = x
    for i in range(0, len(weights), 2):
        hidden = hidden @ weights[i] + weights[i + 1]
        if i + 2 < len(weights):
            hidden = torch.relu(hidden)
    return hidden


logits = outputs()
loss = torch.nn.functional.cross_entropy(logits, y)
flat = torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, weights, create_graph=True)])


def product(vector):
    parts = torch.autograd.grad(flat @ torch.tensor(vector.reshape(-1)), weights, retain_graph=True)
    return torch.cat([part.reshape(-1) for part in parts]).numpy()


count = flat.numel()
largest = eigsh(LinearOperator((count, count), matvec=product, dtype=np.float64), k=3, which="LA", tol=1e-10, return_eigenvectors=False)
stored = {
    "checkpoint": FILE,
    "data": "mnist.npz",
    "inputScale": 0.00392156862745098,
    "samples": ROWS,
    "parameters": count,
    "train": {"loss": loss.item(), "accuracy": (logits.argmax(1) == y).double().mean().item()},
    "eigenvalues": {"largest": sorted(largest.tolist(), reverse=True)},
}
with open("../reference/small-batch-016.json", "w") as file:
    json.dump(stored, file, indent=1)
    file.write("\n")
