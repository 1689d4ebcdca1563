"""Writes test/corpus/onnx/exported/: small PyTorch modules as both of its exporters write them, and exported.json: what
PyTorch itself computes of them in float64.

Run with PyTorch 2.15, onnx 1.23 and onnxscript 0.7, as `python exported.py`. The files are committed, nothing here runs in
the tests. Of every module: rows x, the output y, and of the loss sum(c * y + y * y / 2) the gradient in x and in every
parameter and the product of the Hessian in x with v.
"""

import json
import os
import warnings

import onnx
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn import functional as F

warnings.filterwarnings("ignore")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "onnx", "exported")
ROWS = 2


class Run(nn.Module):
    """A function of x and of the parts that it is given."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, nn.Parameter(part) if isinstance(part, torch.Tensor) else part)

    def forward(self, x):
        return self.function(self, x)


def weight(*shape):
    return torch.randn(*shape) * 0.5


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 2, bidirectional=True, batch_first=True)
        self.gru = nn.GRU(4, 3, batch_first=True)
        self.rnn = nn.RNN(3, 2, batch_first=True)

    def forward(self, x):
        y, _ = self.lstm(x)
        y, _ = self.gru(y)
        _, last = self.rnn(y)
        return last[0]


class Attention(nn.Module):
    """Queries, keys and values in one product, causal, with a residual connection."""

    def __init__(self):
        super().__init__()
        self.mixed = nn.Linear(4, 12)
        self.out = nn.Linear(4, 4, bias=False)

    def forward(self, x):
        rows, steps, width = x.shape
        q, k, v = self.mixed(x).view(rows, steps, 3, 2, width // 2).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return x + self.out(y.transpose(1, 2).reshape(rows, steps, width))


def positions(self, x):
    index = torch.tensor([[[3, 0], [1, 1], [2, 0]]]).expand(x.shape[0], -1, -1)
    picked = torch.gather(x, 2, index)
    y = torch.zeros_like(x).scatter(2, index[:, :, :1], picked[:, :, :1])
    y = y.scatter_add(2, index, picked * self.scale)
    return torch.cat([y, x[:, [2, 0, 1]], x[:, :, ::2].repeat(1, 1, 2), x.flip(1), x.roll(1, 2)], dim=1)


def replaced(self, x):
    y = torch.cat([x[:, :1], self.row.expand(x.shape[0], 1, -1), x[:, 2:]], dim=1)
    y = y.index_add(2, torch.tensor([2, 0]), x[:, :, 1:3])
    y = y.index_copy(1, torch.tensor([2]), x[:, :1] * self.scale)
    return torch.where(y > 0.2, y, y * self.scale).tril(1)


def activations(self, x):
    parts = [
        F.softplus(x), F.mish(x), F.hardswish(x), F.selu(x), F.celu(x, 0.7), F.elu(x, 0.6), F.leaky_relu(x, 0.1),
        F.softsign(x), F.hardtanh(x, -0.5, 0.6), F.logsigmoid(x), F.relu6(x), F.silu(x), F.gelu(x),
        F.gelu(x, approximate="tanh"), F.softmin(x, -1), F.log_softmax(x, 1), F.tanhshrink(x),
        F.hardshrink(x, 0.3), F.softshrink(x, 0.2), self.prelu(x.transpose(1, 2)).transpose(1, 2),
    ]
    return torch.cat([*parts, F.glu(torch.cat([x, x * 2], -1), -1)], dim=1)


def reductions(self, x):
    parts = [
        x.mean(2), x.sum(2), x.var(2), x.std(2, unbiased=False), x.amax(2), x.min(2).values, x.prod(2), x.norm(dim=2),
        x.norm(p=1, dim=2), x.logsumexp(2), x.cumsum(2)[..., -2], F.normalize(x, dim=2)[..., 0], x.pow(3).mean(2),
    ]
    return torch.stack(parts, dim=1)


def elementwise(self, x):
    p = x.abs() + 0.5
    parts = [
        x.sin(), x.cos(), x.tan(), x.atan(), x.exp(), p.log(), p.log1p(), p.log2(), p.sqrt(),
        p.rsqrt(), p.reciprocal(), x.pow(2), p.pow(1.5), 2.0**x, p**x, x.erf(), x.sigmoid(), x.clamp(-0.5, 0.4), x.abs(), x.floor(),
        x.remainder(0.7), torch.fmod(x, 0.7), torch.maximum(x, self.w), torch.minimum(x, self.w), x.square() / p,
        x.lerp(self.w.expand_as(x), 0.3), torch.addcmul(x, x, self.w, value=0.5), x.tanh().asin(), x.sign(),
        torch.atan2(x, p),
    ]
    return torch.cat(parts, dim=1)


def pools(self, x):
    parts = [
        F.max_pool2d(x, 3, 2, 1, ceil_mode=True), F.avg_pool2d(x, 2, 2, 1, count_include_pad=False),
        F.avg_pool2d(x, 3, 2, 1), F.adaptive_avg_pool2d(x, (2, 3)), F.adaptive_max_pool2d(x, (2, 3)),
        F.lp_pool2d(x.abs() + 0.1, 2, 2), F.max_pool1d(x.flatten(2), 4),
    ]
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def pads(self, x):
    parts = [
        F.pad(x, (1, 2)), F.pad(x, (1, -1, 0, 2), value=0.5), F.pad(x, (2, 1, 1, 0), mode="reflect"),
        F.pad(x, (1, 2, 1, 1), mode="replicate"), F.pad(x, (1, 1, 2, 0), mode="circular"),
    ]
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def resized(self, x):
    parts = [
        F.interpolate(x, scale_factor=2, mode="nearest"), F.interpolate(x, size=(5, 7), mode="bilinear"),
        F.interpolate(x, size=(5, 3), mode="bilinear", align_corners=True), F.interpolate(x, scale_factor=1.5, mode="bicubic"),
        F.pixel_unshuffle(x, 2), F.pixel_shuffle(self.wide(x), 2), F.unfold(x, 2, padding=1, stride=2),
    ]
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def products(self, x):
    a = torch.einsum("bij,jk->bik", x, self.w)
    b = torch.bmm(a, a.transpose(1, 2))
    c = F.cosine_similarity(x[:, :1], x[:, 1:], dim=-1)
    d = x.sum((1, 2))[:, None]
    e = torch.baddbmm(b, a, a.transpose(1, 2), beta=0.3, alpha=0.2)
    return torch.cat([b.flatten(1), c, d, e.flatten(1), (x @ self.w).softmax(-1).flatten(1)], dim=1)


def shapes(self, x):
    y = x.unflatten(2, (2, 2)).movedim(1, 3).flatten(1, 2)
    a, b = y.chunk(2, dim=1)
    c, d, e = x.split([1, 2, 1], dim=2)
    z = torch.stack([a, b], 2).flatten(1)
    ends = torch.cat([c, e], 2).unsqueeze(1).squeeze(1).flatten(1)
    spread = d.unbind(2)[1].repeat_interleave(2, 1)
    grown = torch.ones(3, 1).expand(3, x.shape[2]) * x + torch.arange(4.0) / 4 + torch.full((4,), 0.1)
    return torch.cat([z, ends, spread, grown.flatten(1), x.view(x.shape[0], -1)[:, 1:-1], x.new_zeros(x.shape[0], 2)], 1)


MODULES = {
    "mlp": (nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.GELU(), nn.Dropout(0.3), nn.Linear(5, 3, bias=False), nn.Tanh()), (4,)),
    "convolutions": (nn.Sequential(nn.Conv2d(2, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.SiLU(), nn.Conv2d(4, 4, 3, padding="same", groups=2, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 3, 2, dilation=2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)), (2, 7, 6)),
    "transposed": (nn.Sequential(nn.ConvTranspose2d(2, 4, 3, 2, 1, output_padding=1, groups=2), nn.GroupNorm(2, 4), nn.ELU(), nn.ConvTranspose2d(4, 2, 2, dilation=2), nn.InstanceNorm2d(2, affine=True), nn.AvgPool2d(2)), (2, 3, 4)),
    "sequence": (nn.Sequential(nn.Conv1d(3, 4, 3, dilation=2, padding=2), nn.BatchNorm1d(4), nn.Softplus(), nn.MaxPool1d(2), nn.Flatten(), nn.BatchNorm1d(12), nn.Linear(12, 2)), (3, 6)),
    "recurrent": (Recurrent(), (4, 3)),
    "attention": (Attention(), (3, 4)),
    "encoder": (nn.TransformerEncoderLayer(4, 2, 6, activation="gelu", batch_first=True, norm_first=True), (3, 4)),
    "heads": (Run(lambda self, x: self.heads(x, x, x, need_weights=False)[0], heads=nn.MultiheadAttention(4, 2, batch_first=True)), (3, 4)),
    "words": (Run(lambda self, x: self.out(self.table(x).mean(1)), table=nn.Embedding(6, 3), out=nn.Linear(3, 2)), (4,)),
    "rms": (Run(lambda self, x: self.out(self.norm(x)), norm=nn.RMSNorm(4), out=nn.Linear(4, 3)), (4,)),
    "positions": (Run(positions, scale=weight(2)), (3, 4)),
    "replaced": (Run(replaced, row=weight(1, 4), scale=weight(4)), (3, 4)),
    "activations": (Run(activations, prelu=nn.PReLU(4)), (3, 4)),
    "reductions": (Run(reductions), (3, 4)),
    "elementwise": (Run(elementwise, w=weight(4)), (2, 4)),
    "pools": (Run(pools), (2, 6, 6)),
    "pads": (Run(pads), (2, 3, 4)),
    "resized": (Run(resized, wide=nn.Conv2d(2, 8, 1)), (2, 4, 4)),
    "products": (Run(products, w=weight(4, 4)), (3, 4)),
    "shapes": (Run(shapes), (3, 4)),
}

def rounded(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.12g}") for v in tensor.detach().double().flatten().tolist()]}


def described(module, x):
    """In float64, from the float32 numbers that the file holds."""
    double = module.double()
    x = x if x.dtype == torch.int64 else x.double().requires_grad_()
    parameters = dict(double.named_parameters())
    # The others have no second derivative.
    with sdpa_kernel(SDPBackend.MATH):
        y = double(x)
    c = torch.randn_like(y)
    loss = (c * y + y * y / 2).sum()
    fed = [] if x.dtype == torch.int64 else [x]
    gradients = torch.autograd.grad(loss, [*fed, *parameters.values()], create_graph=True)
    stored = {"x": rounded(x), "y": rounded(y), "c": rounded(c)}
    if fed:
        v = torch.randn_like(x)
        (product,) = torch.autograd.grad((gradients[0] * v).sum(), x, retain_graph=True)
        stored |= {"v": rounded(v), "gradient": rounded(gradients[0]), "product": rounded(product)}
    slopes = gradients[len(fed) :]
    stored["parameters"] = {name: {"value": rounded(p), "gradient": rounded(g)} for (name, p), g in zip(parameters.items(), slopes)}
    return stored


def export(name, module, x):
    given = torch.cat([x, x[:1]])
    for exporter, options in {
        "legacy": {"dynamo": False, "dynamic_axes": {"x": {0: "rows"}}, "opset_version": 18},
        "dynamo": {"dynamo": True, "dynamic_shapes": ({0: torch.export.Dim("rows", min=2)},), "external_data": False},
    }.items():
        path = os.path.join(FOLDER, f"{name}.{exporter}.onnx")
        try:
            torch.onnx.export(module, (given,), path, input_names=["x"], output_names=["y"], verbose=False, **options)
        except Exception as error:
            print(f"{name}, {exporter}: {type(error).__name__}: {str(error)[:300]}")
            continue
        model = onnx.load(path)
        # Where every node came from, in folders of this machine; what it was made of, and which tensors are parameters, stays.
        for item in [model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.functions]:
            kept = [prop for prop in item.metadata_props if prop.key.endswith(("graph_signature", "rewriter.rule_name")) or "FuseBatchNorm" in prop.value]
            del item.metadata_props[:]
            item.metadata_props.extend(kept)
        for node in model.graph.node:
            node.ClearField("doc_string")
        del model.graph.value_info[:]
        onnx.save(model, path)


def main():
    torch.manual_seed(3)
    torch.backends.mha.set_fastpath_enabled(False)
    stored = {}
    for name, (module, row) in MODULES.items():
        module.eval()
        for key, value in module.state_dict().items():
            if value.dtype == torch.float32:
                value.copy_(weight(*value.shape).abs() + 0.5 if "running_var" in key or (value.dim() == 1 and "weight" in key) else weight(*value.shape))
        x = torch.randint(0, 6, (ROWS, *row)) if name == "words" else torch.randn(ROWS, *row)
        export(name, module, x)
        stored[name] = described(module, x)
    with open(os.path.join(FOLDER, "exported.json"), "w") as file:
        file.write("{\n" + ",\n".join(f'"{name}": {json.dumps(entry)}' for name, entry in stored.items()) + "\n}\n")


main()
