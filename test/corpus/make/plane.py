"""The loss of a ResNet over a plane of filter-normalized directions (Li et al. 2018, section 4), in PyTorch and float64.

    python plane.py MODELS.py WEIGHTS.pt GRATINGS.npz DRAWS.json OUT.json

DRAWS.json comes from plane-draws.ts. Of each drawn tensor with two dimensions or more every filter is scaled to the norm of
the weights' filter; biases and batch norm stay still. The loss is evaluated at weights + a d1 + b d2 for a and b from -1 to
1 in steps of a quarter, b the slower, with batch norm's own running statistics, on the first 64 training rows.
"""
import importlib.util
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

models_file, weights_file, data_file, draws_file, out = sys.argv[1:]
spec = importlib.util.spec_from_file_location("models", models_file)
models = importlib.util.module_from_spec(spec)
spec.loader.exec_module(models)

network = models.ResNet()
network.load_state_dict(torch.load(weights_file, weights_only=True))
network = network.double().eval()

ROWS = 64
data = np.load(data_file)
x = torch.tensor(data["x_train"][:ROWS].astype(np.float64) / 255).permute(0, 3, 1, 2)
y = torch.tensor(data["y_train"][:ROWS].astype(np.int64))

drawn = json.load(open(draws_file))
named = dict(network.named_parameters())
assert [tensor["name"] for tensor in drawn["tensors"]] and {t["name"] for t in drawn["tensors"]} == set(named)
weights = {name: parameter.detach().clone() for name, parameter in named.items()}


def direction(index):
    parts = {}
    for tensor in drawn["tensors"]:
        own = weights[tensor["name"]]
        d = torch.tensor(tensor["draws"][index], dtype=torch.float64).reshape(own.shape)
        if own.dim() < 2:
            d = torch.zeros_like(own)
        else:
            for filter, by in zip(d, own):
                filter.mul_(by.norm() / filter.norm())
        parts[tensor["name"]] = d
    return parts


first, second = direction(0), direction(1)
steps = np.linspace(-1, 1, 9)
losses = []
with torch.no_grad():
    for b in steps:
        for a in steps:
            for name, parameter in named.items():
                parameter.copy_(weights[name] + a * first[name] + b * second[name])
            losses.append(F.cross_entropy(network(x), y).item())

length = lambda parts: float(np.sqrt(sum((part**2).sum().item() for part in parts.values())))
json.dump(
    {"torch": torch.__version__, "seed": drawn["seed"], "lengths": [length(first), length(second)], "losses": losses},
    open(out, "w"),
    indent=1,
)
