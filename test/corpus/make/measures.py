"""Writes test/corpus/measures/measures.json: the measures of the worst and of the average case by their definitions.

Run with PyTorch 2.15, SciPy 1.17, h5py and NumPy as `python measures.py`, from this folder. Everything is float64, on the
first rows of digits; random numbers are those of src/shared/random.ts, written anew here, so that draws are the same.
Keskar's maximum is by SciPy's own L-BFGS-B, and a few problems in boxes are solved by it as well. The file is committed,
nothing here runs in the tests.
"""

import io
import json
import zipfile

import h5py
import numpy as np
import torch
from scipy.optimize import fmin_l_bfgs_b
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
ROWS = 100
SEED = 1


def gaussians(count, dimension, stream):
    """Rows of standard normal numbers, one stream a row: xoroshiro128+ and Box and Muller."""
    with np.errstate(over="ignore"):
        streams = (np.uint32(stream) + np.arange(count, dtype=np.uint32) + np.uint32(1)) * np.uint32(0x85EBCA6B)
        seed = (np.full(count, SEED, dtype=np.uint32) * np.uint32(0x9E3779B1)) ^ streams
        s01, s00, s11, s10 = np.full(count, 0xFFFFFFFF, dtype=np.uint32), ~seed, seed.copy(), np.zeros(count, dtype=np.uint32)

        def word():
            nonlocal s01, s00, s11, s10
            out = s00 + s10
            a0, a1 = s10 ^ s00, s11 ^ s01
            s00, s01 = (
                (s00 << np.uint32(24)) ^ (s01 >> np.uint32(8)) ^ a0 ^ (a0 << np.uint32(16)),
                (s01 << np.uint32(24)) ^ (s00 >> np.uint32(8)) ^ a1 ^ ((a1 << np.uint32(16)) | (a0 >> np.uint32(16))),
            )
            s10 = (a1 << np.uint32(5)) ^ (a0 >> np.uint32(27))
            s11 = (a0 << np.uint32(5)) ^ (a1 >> np.uint32(27))
            return out

        for _ in range(16):
            word()
        uniform = lambda: (word().astype(np.float64) + 0.5) / 4294967296
        drawn = np.empty((count, dimension))
        for i in range(0, dimension, 2):
            radius, angle = np.sqrt(-2 * np.log(uniform())), 2 * np.pi * uniform()
            drawn[:, i] = radius * np.cos(angle)
            if i + 1 < dimension:
                drawn[:, i + 1] = radius * np.sin(angle)
        return drawn


class Network:
    """mlp-digits or its rescaled twin as a function of the flat parameter vector."""

    def __init__(self, name):
        with zipfile.ZipFile(f"../keras/{name}.keras") as archive:
            layers = h5py.File(io.BytesIO(archive.read("model.weights.h5")))["layers"]
            tensors = [np.array(layers[layer]["vars"][str(i)], dtype=np.float64) for layer in ("dense", "dense_1") for i in (0, 1)]
        arrays = np.load("../data/digits.npz")
        self.x = torch.tensor(arrays["x_train"][:ROWS].astype(np.float64)).reshape(ROWS, -1)
        self.y = torch.tensor(arrays["y_train"][:ROWS].astype(np.int64))
        self.shapes = [t.shape for t in tensors]
        self.theta = np.concatenate([t.reshape(-1) for t in tensors])

    def logits(self, flat):
        parts = flat.split([int(np.prod(shape)) for shape in self.shapes])
        w1, b1, w2, b2 = [part.reshape(tuple(shape)) for part, shape in zip(parts, self.shapes)]
        return torch.relu(self.x @ w1 + b1) @ w2 + b2

    def rows(self, theta):
        return F.cross_entropy(self.logits(torch.tensor(theta)), self.y, reduction="none").numpy()

    def loss(self, theta):
        return float(self.rows(theta).mean())

    def accuracy(self, theta):
        return float((self.logits(torch.tensor(theta)).argmax(1) == self.y).double().mean())

    def gradient(self, theta):
        flat = torch.tensor(theta, requires_grad=True)
        loss = F.cross_entropy(self.logits(flat), self.y)
        loss.backward()
        return float(loss.detach()), flat.grad.numpy()

    def hessian_product(self, vector):
        flat = torch.tensor(self.theta)
        mean = lambda t: F.cross_entropy(self.logits(t), self.y)
        return torch.autograd.functional.hvp(mean, flat, torch.tensor(vector))[1].numpy()


def increase(network, theta):
    """The rise of the loss and its standard error over rows."""
    rises = network.rows(theta) - network.rows(network.theta)
    return {"value": rises.mean(), "standardError": rises.std(ddof=1) / np.sqrt(ROWS)}


def keskar(network, eps, space=None):
    x = network.theta
    coordinates = x if space is None else np.linalg.lstsq(space, x, rcond=None)[0]
    bound = eps * (np.abs(coordinates) + 1)
    move = (lambda y: x + y) if space is None else (lambda z: x + space @ z)

    def negated(y):
        loss, gradient = network.gradient(move(y))
        return -loss, -(gradient if space is None else space.T @ gradient)

    y, value, info = fmin_l_bfgs_b(negated, np.zeros(len(bound)), bounds=list(zip(-bound, bound)), maxiter=10, m=10, pgtol=0, factr=0)
    here = network.loss(x)
    share = 100 * (network.rows(move(y)) - (1 - value) / (1 + here) * network.rows(x)) / (1 + here)
    return {
        "value": 100 * (-value - here) / (1 + here),
        "standardError": share.std(ddof=1) / np.sqrt(ROWS),
        "iterations": int(info["nit"]),
        "evaluations": int(info["funcalls"]),
    }


def pac_bayes(network, draws, scale):
    """The standard deviation at which the mean accuracy over the draws is ten points lower, by bisection."""
    here = network.accuracy(network.theta)
    low, high = 0.0, 2.0
    for _ in range(15):
        sigma = (low + high) / 2
        drop = here - np.mean([network.accuracy(network.theta + sigma * scale * z) for z in draws])
        low, high = (sigma, high) if drop < 0.1 - 1e-9 else (low, sigma)
    return (low + high) / 2


def average(network, sigma, draws, scale):
    rises = np.array([network.loss(network.theta + sigma * scale * z) for z in draws]) - network.loss(network.theta)
    return {"value": rises.mean(), "standardError": rises.std(ddof=1) / np.sqrt(len(draws))}


def critical(network, g):
    """2/eta at the crossing that follows the first rise, by a fine scan and bisection."""
    rise = lambda eta: network.loss(network.theta - eta * g) - network.loss(network.theta)
    etas = np.linspace(1e-3, 20, 4000)
    first = next(i for i, eta in enumerate(etas) if rise(eta) > 0)
    low, high = etas[first - 1], etas[first]
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rise(middle) > 0 else (middle, high)
    return 2 / high


def measures(name):
    network = Network(name)
    w = network.theta
    n, magnitude = len(w), np.abs(w)
    loss, g = network.gradient(w)
    ones = np.ones(n)
    scaled = magnitude * g
    space = gaussians(100, n, 6_000_000).astype(np.float32).astype(np.float64).T
    return {
        "checkpoint": f"{name}.keras",
        "rows": ROWS,
        "seed": SEED,
        "loss": loss,
        "measures": {
            "keskar-1e-3": keskar(network, 1e-3),
            "keskar-5e-4": keskar(network, 5e-4),
            "keskar-subspace-1e-3": keskar(network, 1e-3, space),
            "keskar-subspace-5e-4": keskar(network, 5e-4, space),
            "sam-sharpness": increase(network, w + 0.05 * g / np.linalg.norm(g)),
            "adaptive-sharpness": increase(network, w + 0.5 * magnitude * scaled / np.linalg.norm(scaled)),
            "average-sharpness": average(network, 0.05, gaussians(20, n, 6_100_000), ones),
            "average-sharpness-scaled": average(network, 0.1, gaussians(20, n, 6_200_000), magnitude),
            "pac-bayes": {"sigma": pac_bayes(network, gaussians(10, n, 6_300_000), ones)},
            "pac-bayes-scaled": {"sigma": pac_bayes(network, gaussians(10, n, 6_400_000), magnitude)},
            "critical-sharpness": {"value": critical(network, g), "quotient": g @ network.hessian_product(g) / (g @ g)},
        },
    }


def in_boxes():
    """Ten iterations of SciPy's L-BFGS-B from a few starts: Rosenbrock's valley and a tilted saddle, some bounds active."""

    def rosenbrock(x):
        value = float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))
        gradient = np.zeros_like(x)
        gradient[1:] += 200 * (x[1:] - x[:-1] ** 2)
        gradient[:-1] += -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
        return value, gradient

    def saddle(x):
        k = np.arange(1, len(x) + 1)
        curvature = np.where(k % 3 == 0, -1.0, 1.0) * k
        value = float(np.sum(curvature * x**2 / 2 + np.sin(3 * x) + 0.2 * x) + 0.5 * np.sum(x[1:] * x[:-1]))
        gradient = curvature * x + 3 * np.cos(3 * x) + 0.2
        gradient[1:] += 0.5 * x[:-1]
        gradient[:-1] += 0.5 * x[1:]
        return value, gradient

    found = []
    for name, function, size, low, high, start in [
        ("rosenbrock", rosenbrock, 6, -2.0, 0.7, -1.2),
        ("rosenbrock", rosenbrock, 25, -1.5, 2.0, 0.3),
        ("saddle", saddle, 12, -1.0, 1.5, 0.1),
        ("saddle", saddle, 40, -0.3, 0.4, 0.0),
    ]:
        x0 = np.full(size, start)
        for iterations in (1, 2, 3, 10):
            x, value, info = fmin_l_bfgs_b(function, x0, bounds=[(low, high)] * size, maxiter=iterations, pgtol=0, factr=0)
            found.append(
                {
                    "function": name, "size": size, "lower": low, "upper": high, "start": start,
                    "iterations": iterations, "taken": int(info["nit"]), "evaluations": int(info["funcalls"]),
                    "value": value, "point": list(x),
                }  # fmt: skip
            )
    return found


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, np.floating) else value


with open("../measures/measures.json", "w") as file:
    found = {"networks": [measures("mlp-digits"), measures("mlp-digits-rescaled")], "boxes": in_boxes()}
    json.dump(plain(found), file, indent=1)
    file.write("\n")
