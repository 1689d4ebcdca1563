"""The bench's networks in PyTorch, on the tensors that the project's own networks hold."""

import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Problem:
    """A network with its data, as `exchange.ts` wrote them. Parameters keep their order and take torch's layout."""

    def __init__(self, folder, dtype=torch.float32):
        self.folder = Path(folder)
        self.dtype = dtype
        self.header = json.loads((self.folder / "network.json").read_text())
        rows = self.header["rows"]
        self.inputs = self._read("inputs").reshape(rows, *self.header["inputShape"])
        self.labels = torch.from_numpy(np.fromfile(self.folder / "labels.bin", dtype="<i4").astype("int64"))
        tensors = self.header["tensors"]
        values = self._split(self._read("values"), tensors)
        self.trainable = [tensor for tensor in tensors if tensor["trainable"]]
        self.model = KINDS[self.header["kind"]](self.header["config"], tensors, values).eval()
        self.vectors = self._split(self._read("vector"), self.trainable)

    def write_product(self, tensors):
        """Stores a product, tensor by tensor, in the layout it came in."""
        flat = [
            value.detach().numpy().transpose(np.argsort(tensor["permutation"])).reshape(-1)
            for tensor, value in zip(self.trainable, tensors)
        ]
        np.concatenate(flat).astype("<f4").tofile(self.folder / "product.bin")

    def _read(self, name):
        return torch.from_numpy(np.fromfile(self.folder / f"{name}.bin", dtype="<f4")).to(self.dtype)

    def _split(self, flat, tensors):
        parts = flat.split([int(np.prod(tensor["view"])) for tensor in tensors])
        return [
            part.reshape(tensor["view"]).permute(tensor["permutation"]).contiguous()
            for tensor, part in zip(tensors, parts)
        ]


class Network(nn.Module):
    """Holds tensors by their names; a subclass says what they do."""

    def __init__(self, config, tensors, values):
        super().__init__()
        self.config = config
        # Of an ordinary dictionary it would sort the names.
        self.weights = nn.ParameterDict(
            OrderedDict((t["name"], nn.Parameter(value)) for t, value in zip(tensors, values) if t["trainable"])
        )
        self.statistics = {t["name"]: value for t, value in zip(tensors, values) if not t["trainable"]}

    def dense(self, name, x):
        return F.linear(x, self.weights[f"{name}/kernel"], self.weights[f"{name}/bias"])


class Mlp(Network):
    def forward(self, x):
        layers = self.config["layers"]
        for i in range(layers - 1):
            x = F.relu(self.dense(f"dense_{i}", x))
        return self.dense(f"dense_{layers - 1}", x)


class ResNet(Network):
    """ResNet of He et al. 2015 for small images, batch norm in inference mode."""

    def unit(self, name, x, stride):
        kernel = self.weights[f"{name}/kernel"]
        y = F.conv2d(x, kernel, stride=stride, padding=kernel.shape[2] // 2)
        statistics = self.statistics[f"{name}/mean"], self.statistics[f"{name}/variance"]
        return F.batch_norm(y, *statistics, self.weights[f"{name}/gamma"], self.weights[f"{name}/beta"], eps=1e-5)

    def forward(self, x):
        x = F.relu(self.unit("stem", x, 1))
        for stage in range(3):
            for block in range(self.config["blocks"]):
                name = f"block_{stage}_{block}"
                stride = 2 if stage > 0 and block == 0 else 1
                y = F.relu(self.unit(f"{name}/first", x, stride))
                shortcut = self.unit(f"{name}/shortcut", x, stride) if stride == 2 else x
                x = F.relu(self.unit(f"{name}/second", y, 1) + shortcut)
        return self.dense("logits", x.mean((2, 3)))


class Transformer(Network):
    """Pre-norm encoder. Attention is written out: the fused kernel has no second derivative."""

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{name}/gamma"], self.weights[f"{name}/beta"], eps=1e-5)

    def attention(self, name, x):
        rows, length, width = x.shape
        heads = self.config["heads"]
        q, k, v = (
            self.dense(f"{name}/{part}", x).view(rows, length, heads, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(-1, -2) * (heads / width) ** 0.5
        joined = (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, length, width)
        return self.dense(f"{name}/output", joined)

    def forward(self, x):
        x = self.dense("embedding", x) + self.weights["positions"]
        for i in range(self.config["layers"]):
            name = f"layer_{i}"
            x = x + self.attention(name, self.norm(f"{name}/norm_1", x))
            hidden = F.gelu(self.dense(f"{name}/up", self.norm(f"{name}/norm_2", x)))
            x = x + self.dense(f"{name}/down", hidden)
        return self.dense("logits", self.norm("norm", x).mean(1))


class Lstm(Network):
    """
    Steps written out, with the inputs' part of the gates computed for all of them at once: oneDNN's fused layer has
    no second derivative. `fused` uses that layer, for the plain gradient.
    """

    fused = False

    def forward(self, x):
        kernel, recurrent, bias = (self.weights[f"lstm/{part}"] for part in ("kernel", "recurrent", "bias"))
        h = c = x.new_zeros(x.shape[0], recurrent.shape[1])
        if self.fused:
            state = (h.unsqueeze(0), c.unsqueeze(0))
            weights = [kernel, recurrent, bias, torch.zeros_like(bias)]
            h = torch._VF.lstm(x, state, weights, True, 1, 0.0, False, False, True)[0][:, -1]
        else:
            for projected in F.linear(x, kernel, bias).unbind(1):
                i, f, g, o = (projected + h @ recurrent.T).chunk(4, 1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh()
        return self.dense("logits", h)


KINDS = {"mlp": Mlp, "resnet": ResNet, "transformer": Transformer, "lstm": Lstm}
