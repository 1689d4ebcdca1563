"""The loss of a ResNet over one plane as two other programs for landscapes compute it, by their own code and in their float32.

    python plane-programs.py MODELS.py WEIGHTS.pt GRATINGS.npz SURFACE.npz LOSS_LANDSCAPE OUT.json

LOSS_LANDSCAPE is a clone of github.com/tomgoldstein/loss-landscape (64ef4d57); loss-landscapes 3.0.6 comes from PyPI. SURFACE.npz
is ours, of two random directions with seed 0 on the first 64 training rows, and gives them the directions:
    landscape surface resnet8-gratings.pt2 --data gratings.npz --input-scale 1/255 --samples first:64 --plane random --seed 0 \
        --refinements 0 --export SURFACE.npz

Tom Goldstein's `set_weights` and `eval_loss` stand at -1 to 1 in steps of a quarter along either direction, the second the slower.
`planar_interpolation` of loss-landscapes walks from the corner: it steps before it measures, forwards in even columns and
backwards in odd ones, so that its even columns lie a step further than its odd ones. Its values are put where it measured them;
of the nodes that it never reaches there is none.
"""
import copy
import importlib.util
import json
import sys
import types

import numpy as np
import torch
import torch.nn as nn

models_file, weights_file, data_file, surface_file, clone, out = sys.argv[1:]
spec = importlib.util.spec_from_file_location("models", models_file)
models = importlib.util.module_from_spec(spec)
spec.loader.exec_module(models)

# What it imports for files and other networks is not needed here.
for name in ("h5py", "h5_util", "model_loader"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.path.insert(0, clone)
import evaluation  # noqa: E402
import net_plotter  # noqa: E402
import loss_landscapes  # noqa: E402
from loss_landscapes.metrics import Loss  # noqa: E402


def network():
    made = models.ResNet()
    made.load_state_dict(torch.load(weights_file, weights_only=True))
    return made.eval()


ROWS, SIDE = 64, 9
data = np.load(data_file)
x = torch.tensor(data["x_train"][:ROWS].astype(np.float32) / np.float32(255)).permute(0, 3, 1, 2)
y = torch.tensor(data["y_train"][:ROWS].astype(np.int64))

surface = np.load(surface_file)
picture = json.loads(str(surface["settings"]))["pictures"][0]
shapes = {tensor["name"]: tensor["shape"] for tensor in picture["tensors"]}
offsets = np.cumsum([0] + [int(np.prod(shape)) for shape in shapes.values()])
names = [name for name, _ in network().named_parameters()]


def direction(index):
    flat = surface["directions"][index] * picture["axes"][index]["filterUnit"]
    parts = {
        name: torch.tensor(flat[start:end].reshape(shapes[name]), dtype=torch.float32)
        for name, start, end in zip(shapes, offsets, offsets[1:])
    }
    return [parts[name] for name in names]


along = [direction(0), direction(1)]
steps = np.linspace(-1, 1, SIDE)

net = network()
weights = [w.clone() for w in net_plotter.get_weights(net)]
goldstein = []
for b in steps:
    for a in steps:
        net_plotter.set_weights(net, weights, along, [float(a), float(b)])
        goldstein.append(evaluation.eval_loss(net, nn.CrossEntropyLoss(), [(x, y)])[0])

half = [[-1.0, -1.0], [-1.0 + 0.25 * SIDE, -1.0], [-1.0, -1.0 + 0.25 * SIDE]]
corners = [network() for _ in half]
for corner, (a, b) in zip(corners, half):
    net_plotter.set_weights(corner, copy.deepcopy(weights), along, [a, b])
columns = loss_landscapes.planar_interpolation(*corners, Loss(nn.CrossEntropyLoss(), x, y), steps=SIDE)
walked = [None] * SIDE**2
for i, column in enumerate(columns):
    for j, loss in enumerate(column):
        row = j + 1 if i % 2 == 0 else j
        if row < SIDE:
            walked[row * SIDE + i] = float(loss)

json.dump(
    {"torch": torch.__version__, "seed": 0, "goldstein": goldstein, "lossLandscapes": walked},
    open(out, "w"),
    indent=1,
)
