"""Builds architectures from random weights and writes them as people have them, for `npm run doors` (main.ts).

`python architectures.py FOLDER` prints one line of JSON with the list of what it can build; then, for every name that it
reads from its input, it writes the files into FOLDER and answers with one line of JSON: what was written and where the
rows and the outputs in float64 stand. Needs PyTorch 2.8 or newer, torchvision, and for its doors onnxscript and transformers.
"""

import copy
import io
import json
import os
import sys
import warnings
import zlib
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import torch
import torchvision
from torch import nn

warnings.filterwarnings("ignore")
ROWS = 2

# One of each family goes through every door; the others are weights alone.
EVERY_DOOR = (
    "alexnet vgg11 vgg11_bn resnet18 resnext50_32x4d wide_resnet50_2 densenet121 squeezenet1_0 googlenet inception_v3 mobilenet_v2 "
    "mobilenet_v3_small mnasnet1_0 efficientnet_b0 efficientnet_v2_s shufflenet_v2_x1_0 regnet_y_400mf convnext_tiny vit_b_16 swin_t "
    "swin_v2_t maxvit_t"
).split()
# Larger ones are built only where asked for: their families have smaller ones.
LARGEST = 100e6
SIDES = {"inception_v3": 127, "alexnet": 96, "maxvit_t": 224}


def build(name, **options):
    if name in ("googlenet", "inception_v3"):
        options["init_weights"] = False
    return getattr(torchvision.models, name)(num_classes=10, **options)


def with_stem(name, **layers):
    model = build(name)
    for path, layer in layers.items():
        inner, last = model, path.split("__")
        for part in last[:-1]:
            inner = getattr(inner, part)
        setattr(inner, last[-1], layer)
    return model


STEM = {"conv1": nn.Conv2d(3, 64, 3, 1, 1, bias=False), "maxpool": nn.Identity()}
DENSE_STEM = {"features__conv0": nn.Conv2d(3, 64, 3, 1, 1, bias=False), "features__pool0": nn.Identity()}
# What people change: number of classes (all here have ten), stems for small images, grey images, heads behind dropout.
CHANGED = {
    "resnet18, CIFAR stem": (32, lambda: with_stem("resnet18", **STEM)),
    "resnet50, CIFAR stem": (32, lambda: with_stem("resnet50", **STEM)),
    "densenet121, CIFAR stem": (32, lambda: with_stem("densenet121", **DENSE_STEM)),
    "resnet18, dropout before the head": (64, lambda: with_stem("resnet18", fc=nn.Sequential(nn.Dropout(), nn.Linear(512, 3)))),
    "efficientnet_b0, 37 classes": (64, lambda: torchvision.models.efficientnet_b0(num_classes=37)),
    "vit_b_16 of 32 pixels": (32, lambda: torchvision.models.vit_b_16(num_classes=10, image_size=32)),
}


def transformers_models():
    try:
        import transformers as hf
    except ImportError:
        return {}
    hf.logging.set_verbosity_error()
    small = dict(hidden_size=512, num_hidden_layers=4, num_attention_heads=8, num_key_value_heads=4, intermediate_size=1024, vocab_size=8000)
    return {
        "BERT (base)": lambda: hf.BertForSequenceClassification(hf.BertConfig(num_labels=3)),
        "DistilBERT (base)": lambda: hf.DistilBertForSequenceClassification(hf.DistilBertConfig(num_labels=3)),
        "RoBERTa (base)": lambda: hf.RobertaForSequenceClassification(hf.RobertaConfig(num_labels=3, vocab_size=50265)),
        "GPT-2 (124M)": lambda: hf.GPT2LMHeadModel(hf.GPT2Config()),
        "Llama (small)": lambda: hf.LlamaForCausalLM(hf.LlamaConfig(**small)),
        "Mistral (small)": lambda: hf.MistralForCausalLM(hf.MistralConfig(**small)),
        "Qwen2 (small)": lambda: hf.Qwen2ForCausalLM(hf.Qwen2Config(**small)),
        "T5's encoder (small)": lambda: hf.T5EncoderModel(hf.T5Config()),
        "ViT (base) of transformers": lambda: hf.ViTForImageClassification(hf.ViTConfig(num_labels=10)),
        "ResNet-50 of transformers": lambda: hf.ResNetForImageClassification(hf.ResNetConfig(num_labels=10)),
    }


HUGGING_FACE = transformers_models()


def catalogue():
    sizes = {name: torchvision.models.get_model_weights(name).DEFAULT.meta["num_params"] for name in torchvision.models.list_models(module=torchvision.models)}
    others = sorted((name for name in sizes if name not in EVERY_DOOR), key=sizes.get)
    return (
        [{"name": name, "doors": ["pth", "pt2", "onnx"], "large": False} for name in EVERY_DOOR]
        + [{"name": name, "doors": ["folder", "pt2"], "large": False} for name in HUGGING_FACE]
        + [{"name": name, "doors": ["pth"], "large": False} for name in CHANGED]
        + [{"name": name, "doors": ["pth"], "large": sizes[name] > LARGEST} for name in others]
    )


# Gates that saturate at He's scale leave float32 too few digits, PyTorch's own too.
GATED = ("efficientnet", "regnet_y")


def randomize(model, name):
    """Kernels of He's scale, everything else off its usual start, so that nothing that is read wrongly stays unseen."""
    kind = "linear" if name.startswith(GATED) else "relu"
    for parameter in model.parameters():
        if parameter.ndim > 1 and parameter.shape[0] > 1:
            nn.init.kaiming_normal_(parameter, nonlinearity=kind)
        elif parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.5)
    unsettle(model)


def unsettle(model):
    """Vectors off their usual start of zeros and ones."""
    for parameter in model.parameters():
        if parameter.ndim == 1:
            parameter.add_(0.1 * torch.rand_like(parameter))


def calibrate(model, images):
    """Running statistics are those of images: no number grows from block to block."""
    norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.momentum = None
        norm.train()
    if norms:
        model(images)
    model.eval()


def network(name):
    """A model, its rows, and how it is called."""
    if name in HUGGING_FACE:
        model = HUGGING_FACE[name]().eval()
        unsettle(model)
        if "transformers" in name:
            side = getattr(model.config, "image_size", 64)
            images = torch.randn(ROWS + 4, 3, side, side)
            calibrate(model, images[:4])
            return model, {"pixel_values": images[4:]}
        return model, {"input_ids": torch.randint(5, 8000 if "small" in name else 30000, (ROWS, 16))}
    side, make = CHANGED.get(name, (SIDES.get(name, 224 if name.startswith("vit") else 64), lambda: build(name)))
    model = make().eval()
    randomize(model, name)
    images = torch.randn(ROWS + 4, 3, side, side)
    calibrate(model, images[:4])
    return model, {"input": images[4:]}


def tensor_of(output):
    if isinstance(output, torch.Tensor):
        return output
    return output["logits"] if "logits" in output else output.last_hidden_state


class Plain(nn.Module):
    """A model of transformers as a function of one tensor."""

    def __init__(self, model, name):
        super().__init__()
        self.model, self.name = model, name

    def forward(self, x):
        return tensor_of(self.model(**{self.name: x}, **({"use_cache": False} if self.name == "input_ids" and "use_cache" in vars(self.model.config) else {})))


def write(folder, doors, model, rows):
    files = {}
    (name, x), *_ = rows.items()
    plain = Plain(model, name).eval() if name != "input" else model
    path = lambda file: os.path.join(folder, file)
    for door in doors:
        try:
            if door == "pth":
                torch.save(model.state_dict(), path("model.pth"))
            elif door == "folder":
                model.save_pretrained(path("model"))
            elif door == "pt2":
                program = torch.export.export(plain, (x,), dynamic_shapes=({0: torch.export.Dim.AUTO},), strict=False)
                program._example_inputs = None
                torch.export.save(program, path("model.pt2"))
            elif door == "onnx":
                torch.onnx.export(plain, (x,), path("model.onnx"), dynamo=True, optimize=False, dynamic_shapes=({0: torch.export.Dim.AUTO},))
            files[door] = path({"pth": "model.pth", "folder": "model", "pt2": "model.pt2", "onnx": "model.onnx"}[door])
        except Exception as error:
            files[door] = {"refusal": f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"}
    return files


@torch.no_grad()
def make(folder, entry):
    name = entry["name"]
    torch.manual_seed(zlib.crc32(name.encode()))
    model, rows = network(name)
    files = write(folder, entry["doors"], model, rows)
    double = copy.deepcopy(model).double()
    given = {key: value.double() if value.is_floating_point() else value for key, value in rows.items()}
    output = double(given["input"]) if "input" in given else double(**given)
    output = tensor_of(output)
    (_, x), *_ = rows.items()
    x.numpy().astype("i4" if not x.is_floating_point() else "f4").tofile(os.path.join(folder, "rows.bin"))
    output.numpy().astype("f8").tofile(os.path.join(folder, "output.bin"))
    return {
        "files": files,
        "shape": list(x.shape),
        "floats": x.is_floating_point(),
        "output": list(output.shape),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }


def main():
    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(1), "w")
    print(json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__, "entries": catalogue()}), file=answers, flush=True)
    for line in sys.stdin:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            answer = make(sys.argv[1], json.loads(line))
        print(json.dumps(answer), file=answers, flush=True)


main()
