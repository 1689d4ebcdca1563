"""Seconds of each epoch of a plain PyTorch loop, eager: `training.py NPZ NETWORK EPOCHS THREADS` prints them as JSON."""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BATCH = 64


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) if changes else nn.Identity()

    def forward(self, x):
        y = self.second_norm(self.second(F.relu(self.first_norm(self.first(x)))))
        return F.relu(y + self.shortcut(x))


def resnet8():
    stem = [nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU()]
    blocks = [Block(8, 8, 1), Block(8, 16, 2), Block(16, 24, 2)]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 10))


def main(file, network, epochs, threads):
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    data = np.load(file)
    x = torch.from_numpy(data["x_train"].astype("float32") / 255)
    if x.ndim == 4:
        x = x.permute(0, 3, 1, 2).contiguous()
    y = torch.from_numpy(data["y_train"].astype("int64").reshape(-1))
    model = {"mlp": mlp, "resnet8": resnet8}[network]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seconds = []
    for _ in range(int(epochs)):
        start = time.perf_counter()
        order = torch.randperm(len(x))
        for at in range(0, len(x), BATCH):
            rows = order[at : at + BATCH]
            optimizer.zero_grad()
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps(seconds))


main(*sys.argv[1:])
