"""Weights that follow from their names and shapes, so that references need not store them; test/support/weights-by-name.ts
makes the same ones.

Of a name a seed (FNV-1a of its bytes), of the seed and an element's place a number in [-1, 1) (a 32-bit mix), and of that a
float32 by what the tensor is.
"""

import math

import numpy as np


def seed_of(name):
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    return seed


def uniform(name, count):
    """`count` numbers in [-1, 1), in float64."""
    x = (np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9) + np.uint64(seed_of(name))) & np.uint64(0xFFFFFFFF)
    x = x.astype(np.uint32)
    with np.errstate(over="ignore"):
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x21F0AAAD)
        x ^= x >> np.uint32(15)
        x *= np.uint32(0x735A2D97)
        x ^= x >> np.uint32(15)
    return x / 2.0**31 - 1


def weight(name, shape, gain=2):
    """A float32 array of this shape; the variance of a kernel is `gain` over its inputs (2: He et al. 2015)."""
    u = uniform(name, math.prod(shape)).reshape(shape)
    if name.endswith("running_var"):
        value = 1 + 0.5 * u
    elif len(shape) > 1:
        value = math.sqrt(3 * gain / math.prod(shape[1:])) * u
    elif name.endswith("weight"):
        value = 1 + 0.3 * u
    else:
        value = 0.1 * u
    return value.astype(np.float32)


def fill(module, gain=2):
    """Gives every float tensor of a module's state dict its weights, tied ones those of their first name."""
    import torch

    seen = set()
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point() and tensor.data_ptr() not in seen:
            seen.add(tensor.data_ptr())
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(weight(name, tuple(tensor.shape), gain)))
    return module
