"""Writes test/corpus/torch/export/older-*-VERSION.pt2 with the PyTorch that runs it (2.1 to 2.7), and with PyTorch 2.8 or newer
what they are to give, older.json and older-*.npz: loss, gradient norm and the largest eigenvalues, by the whole Hessian of
double backward in float64.

Run as `python older.py`, once with each version. The files are committed, nothing here runs in the tests.
"""

import json
import os
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "export")
VERSION = ".".join(torch.__version__.split(".")[:2])
MINOR = int(VERSION.split(".")[1])
ROWS = 12


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(2, 4, 3, padding=1, bias=False)
        self.n1 = nn.BatchNorm2d(4)
        self.c2 = nn.Conv2d(4, 6, 3, stride=2, padding=1)
        self.n2 = nn.BatchNorm2d(6)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(6, 3)
        self.register_buffer("scale", torch.tensor(1.5))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.n1(self.c1(x * self.scale)), inplace=True), 2)
        x = F.gelu(self.n2(self.c2(x)))
        return self.fc(self.drop(F.adaptive_avg_pool2d(x, 1).flatten(1)))


def causal(q, k, v):
    """Causal attention, in parts where the PyTorch at hand cannot write it in one."""
    if MINOR > 2:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    mask = torch.ones(q.shape[2], q.shape[2], dtype=torch.bool).tril()
    scores = (q @ k.transpose(2, 3)) * 0.5
    return torch.where(mask, scores, -1e30).softmax(-1) @ v


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(12, 8)
        self.p = nn.Parameter(torch.zeros(5, 8))
        self.q = nn.Linear(8, 24)
        self.o = nn.Linear(8, 8)
        self.n = nn.LayerNorm(8)
        self.h = nn.Linear(8, 3)

    def forward(self, tokens):
        x = self.e(tokens) + self.p
        rows, steps, width = x.shape
        parts = self.q(self.n(x)).split(8, 2)
        q = parts[0].view(rows, steps, 2, 4).transpose(1, 2)
        k = parts[1].view(rows, steps, 2, 4).transpose(1, 2)
        v = parts[2].view(rows, steps, 2, 4).transpose(1, 2)
        y = causal(q, k, v).transpose(1, 2).reshape(rows, steps, width)
        return self.h((x + self.o(y)).mean(1))


class Constant(nn.Module):
    """With a number that is no buffer, which 2.1 keeps in the program: `older-constant-2.1.pt2`, from rows of the test."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.k = torch.tensor([1.5, -2.0, 0.5])

    def forward(self, x):
        return self.fc(torch.sin(x) * self.k) + torch.tensor(0.25)


NETWORKS = {"convolutions": Convolutions, "attention": Attention}


def numbers(name):
    random = np.random.RandomState(len(name))
    x = random.randn(ROWS, 2, 8, 8).astype("f4") if name == "convolutions" else random.randint(0, 12, (ROWS, 5))
    return x, random.randint(0, 3, ROWS)


def network(name):
    model = NETWORKS[name]()
    random = np.random.RandomState(7)
    for parameter in model.parameters():
        parameter.data = torch.tensor(random.randn(*parameter.shape) * 0.4, dtype=torch.float32)
    for key, buffer in model.named_buffers():
        if "running" in key:
            buffer.copy_(torch.tensor(random.rand(*buffer.shape) + 0.5))
    return model.eval()


def slim(file):
    """Without the lines of code that each operation came from, and without rows."""
    with zipfile.ZipFile(file) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    program = json.loads(members["serialized_exported_program.json"])
    for node in program["graph_module"]["graph"]["nodes"]:
        node["metadata"].pop("stack_trace", None)
    members["serialized_exported_program.json"] = json.dumps(program).encode()
    members.pop("serialized_example_inputs.pt", None)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED if content[:2] == b"PK" else zipfile.ZIP_DEFLATED)


def export():
    for name in NETWORKS:
        x = torch.tensor(numbers(name)[0])
        rows = x[:4].clone()
        if MINOR == 1:
            extent = torch.export.dynamic_dim(rows, 0)
            open_rows = {"constraints": [extent >= 2, extent <= 15]}
        else:
            open_rows = {"dynamic_shapes": ({0: torch.export.Dim("rows", min=2, max=15 if MINOR == 2 else 64)},)}
        file = os.path.join(FOLDER, f"older-{name}-{VERSION}.pt2")
        torch.export.save(torch.export.export(network(name), (rows,), **open_rows), file)
        slim(file)
    if MINOR == 1:
        torch.manual_seed(0)
        rows = torch.randn(4, 3)
        model = Constant().eval()
        file = os.path.join(FOLDER, "older-constant-2.1.pt2")
        torch.export.save(torch.export.export(model, (rows,), constraints=[torch.export.dynamic_dim(rows, 0) >= 2]), file)
        slim(file)
        print(rows.tolist(), model(rows).tolist())


def references():
    found = {}
    for name in NETWORKS:
        x, y = numbers(name)
        np.savez(os.path.join(FOLDER, f"older-{name}.npz"), x_train=x, y_train=y)
        model = network(name).double()
        parameters = list(model.parameters())
        rows = torch.tensor(x)
        loss = F.cross_entropy(model(rows.double() if rows.is_floating_point() else rows), torch.tensor(y))
        gradient = torch.autograd.grad(loss, parameters, create_graph=True)
        flat = torch.cat([part.flatten() for part in gradient])
        hessian = []
        for entry in flat:
            row = torch.autograd.grad(entry, parameters, retain_graph=True, allow_unused=True)
            hessian.append(torch.cat([torch.zeros_like(p).flatten() if g is None else g.flatten() for p, g in zip(parameters, row)]))
        values = torch.linalg.eigvalsh(torch.stack(hessian)).flip(0)
        found[name] = {
            "loss": loss.item(),
            "gradientNorm": flat.norm().item(),
            "largest": values[:2].tolist(),
            "parameters": flat.numel(),
        }
    with open(os.path.join(FOLDER, "older.json"), "w") as file:
        json.dump(found, file, indent=2)
        file.write("\n")


if MINOR >= 8:
    from torch.nn.attention import SDPBackend, sdpa_kernel

    # The only one with second derivatives.
    with sdpa_kernel(SDPBackend.MATH):
        references()
else:
    export()
