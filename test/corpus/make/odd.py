"""Writes test/corpus/torch/odd: weights of one small network as people keep them, and its program.

Run with PyTorch 2.15 as `python odd.py`. The files are committed, nothing here runs in the tests.
"""

import copy
import os

import torch
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "odd")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 8), nn.ReLU())
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.manual_seed(0)
    model = Net().eval()
    save = lambda value, name: torch.save(value, os.path.join(FOLDER, name))
    weights = model.state_dict()
    program = torch.export.export(model, (torch.zeros(2, 6),), dynamic_shapes=({0: torch.export.Dim.AUTO},))
    program._example_inputs = None
    torch.export.save(program, os.path.join(FOLDER, "net.pt2"))
    save({name: value.to(torch.float8_e4m3fn) for name, value in weights.items()}, "eight-bits.pt")
    save({name: torch.complex(value, value) for name, value in weights.items()}, "complex.pt")
    save({name: value.half() for name, value in weights.items()}, "half.pt")
    save({name: nn.Parameter(value, requires_grad=name.startswith("head")) for name, value in weights.items()}, "frozen.pt")
    save({name: nn.Parameter(value, requires_grad=False) for name, value in weights.items()}, "all-frozen.pt")
    quantized = torch.ao.quantization.quantize_dynamic(copy.deepcopy(model), {nn.Linear}, dtype=torch.qint8)
    save(quantized.state_dict(), "quantized.pt")
    save(model, "module.pt")
    save({"state_dict": weights, "ema": {"shadow": Net().state_dict()}}, "averaged.pt")


main()
