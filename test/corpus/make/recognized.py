"""Writes test/corpus/torch/recognized.json: loss, gradient norm and the largest eigenvalue of the Hessian, by double backward and
Lanczos in float64 with PyTorch, of small networks that are recognized by their names or by the configuration beside them.
Weights and data follow from their names (weights_by_name.py).

Run with PyTorch 2.15 and transformers 5.24 as `python recognized.py`. The file is committed, nothing here runs in the tests.
"""

import json
import os

import numpy as np
import torch
import transformers as hf
from torch.nn import functional as F

from cifar_resnets import ResNet
from huggingface import bert, gpt2, saved, whole
from weights_by_name import fill, uniform

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "recognized.json")
ROWS, STEPS = 8, 7


def largest(gradient, parameters, steps=80):
    """The largest eigenvalue by Lanczos, every vector held against all before it."""
    size = gradient.numel()
    vectors = [torch.from_numpy(uniform("start", size))]
    vectors[0] /= vectors[0].norm()
    alphas, betas = [], []
    for _ in range(steps):
        v = vectors[-1]
        product = torch.autograd.grad(gradient @ v, parameters, retain_graph=True, allow_unused=True)
        w = torch.cat([(torch.zeros_like(p) if g is None else g).flatten() for p, g in zip(parameters, product)])
        alphas.append(float(w @ v))
        for _ in range(2):
            for u in vectors:
                w = w - (w @ u) * u
        betas.append(float(w.norm()))
        vectors.append(w / w.norm())
    matrix = np.diag(alphas) + np.diag(betas[:-1], 1) + np.diag(betas[:-1], -1)
    return float(np.linalg.eigvalsh(matrix)[-1])


def figures(model, loss):
    parameters = list(model.parameters())
    value = loss(model)
    gradient = torch.cat([g.flatten() for g in torch.autograd.grad(value, parameters, create_graph=True)])
    return {"loss": value.item(), "gradientNorm": gradient.norm().item(), "largest": largest(gradient, parameters)}


def described(shapes):
    return " ".join(f"{key}:{'x'.join(map(str, shape))}" for key, shape in shapes.items())


def resnet():
    model = fill(ResNet("basic", [1, 1, 1], 6, 4, "A", None).eval()).double()
    x = torch.from_numpy(uniform("images", ROWS * 3 * 16 * 16).astype(np.float32).reshape(ROWS, 3, 16, 16)).double()
    y = torch.from_numpy(whole("labels", ROWS, 4))
    state = model.state_dict()
    shapes = {k: tuple(v.shape) for k, v in state.items() if v.is_floating_point()}
    # As a training script writes it: a dictionary, the wrapper's prefix, counters, the optimizer beside.
    stored = {f"module.{k}": v.float() if v.is_floating_point() else v for k, v in state.items()}
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    torch.save({"epoch": 3, "state_dict": stored, "optimizer": optimizer.state_dict()}, os.path.join(os.path.dirname(FILE), "recognized.pth.tar"))
    return {"tensors": described(shapes), **figures(model, lambda net: F.cross_entropy(net(x), y))}


def language():
    model, shapes, said = saved(hf.GPT2LMHeadModel, hf.GPT2Config(**gpt2))
    x = torch.from_numpy(whole("words", ROWS * STEPS, 30).reshape(ROWS, STEPS))
    y = torch.from_numpy(whole("labels", ROWS * STEPS, 30))
    loss = lambda net: F.cross_entropy(net(x)["logits"].flatten(0, 1), y)
    return {"config": said, "tensors": described(shapes), **figures(model, loss)}


def classification():
    """With padding in its data, whose row of words has no gradient."""
    model, shapes, said = saved(hf.BertForSequenceClassification, hf.BertConfig(**bert, num_labels=3))
    words = whole("words", ROWS * STEPS, 28).reshape(ROWS, STEPS) + 2
    mask = np.ones_like(words)
    words[:3, 5:], mask[:2, 5:] = 0, 0
    x, seen, y = (torch.from_numpy(array) for array in (words, mask, whole("labels", ROWS, 3)))
    loss = lambda net: F.cross_entropy(net(x, attention_mask=seen)["logits"], y)
    return {"config": said, "tensors": described(shapes), **figures(model, loss)}


def main():
    stored = {"resnet": resnet(), "gpt2": language(), "bert": classification()}
    with open(FILE, "w") as file:
        file.write("{\n" + ",\n".join(f'"{name}": {json.dumps(entry)}' for name, entry in stored.items()) + "\n}\n")
    for name, entry in stored.items():
        print(name, entry["loss"], entry["gradientNorm"], entry["largest"])


main()
