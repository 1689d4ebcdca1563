"""Writes test/corpus/torch/weights/sequential-*.pt, whole modules as `torch.save(model)` leaves them, and sequential.json: what
PyTorch computes of them in float64.

Run with PyTorch 2.15 as `python modules.py`. The files are committed, nothing here runs in the tests.
"""

import copy
import json
import os

import numpy as np
import torch
from torch import nn

from weights_by_name import fill, uniform

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "weights")
ROWS = 2

images = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding="same", bias=False),
    nn.BatchNorm2d(8, eps=1e-3),
    nn.LeakyReLU(0.2),
    nn.MaxPool2d(3, 2, padding=1, ceil_mode=True),
    nn.Sequential(nn.Conv2d(8, 8, (3, 1), stride=(2, 1), padding=(1, 0), groups=4), nn.GroupNorm(2, 8), nn.GELU("tanh"), nn.AvgPool2d(2, 1, 1)),
    nn.Dropout2d(0.3),
    nn.ELU(0.7),
    nn.AdaptiveAvgPool2d((2, 1)),
    nn.Flatten(),
    nn.Linear(16, 5),
    nn.LogSoftmax(dim=-1),
)
rows = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.BatchNorm1d(9), nn.Softplus(), nn.LayerNorm(9, eps=1e-3), nn.Hardtanh(-0.5, 0.8), nn.Linear(9, 4, bias=False))
steps = nn.Sequential(nn.Conv1d(2, 6, 3, dilation=2, padding=2), nn.Mish(), nn.AvgPool1d(3, stride=2, count_include_pad=False, padding=1), nn.Hardswish(), nn.MaxPool1d(2), nn.SELU(), nn.Flatten(1, 2), nn.Linear(18, 3))
NETWORKS = {"images": (images, [3, 9, 10]), "rows": (rows, [3, 4]), "steps": (steps, [2, 12])}


def main():
    stored = {}
    for name, (model, row) in NETWORKS.items():
        fill(model).eval()
        torch.save({"epoch": 3, "model": model} if name == "steps" else model, os.path.join(FOLDER, f"sequential-{name}.pt"))
        x = torch.from_numpy(uniform("x", ROWS * int(np.prod(row))).reshape(ROWS, *row))
        with torch.no_grad():
            y = copy.deepcopy(model).double()(x)
        stored[name] = {"row": row, "output": [float(f"{v:.9g}") for v in y.flatten().tolist()]}
    with open(os.path.join(FOLDER, "sequential.json"), "w") as file:
        file.write("{\n" + ",\n".join(f'"{name}": {json.dumps(entry)}' for name, entry in stored.items()) + "\n}\n")


main()
