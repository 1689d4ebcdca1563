"""Writes test/corpus/torch/families/references.json: what torchvision computes of its classifiers, and what the ResNets for
CIFAR that many people copy compute, in float64, from weights that follow from their names (weights_by_name.py).

Run with PyTorch 2.15 and torchvision 0.29 as `python families.py`: small ones of every family. `python families.py FILE` writes
all of torchvision's at their own sizes instead, for `LANDSCAPE_FAMILIES=FILE npm run test:unit -- torch-families`.
"""

import json
import os
import sys
import warnings

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F
from torchvision.models import convnext, densenet, mnasnet, resnet, swin_transformer, vgg
from torchvision.models.vision_transformer import VisionTransformer

from cifar_resnets import idelbayev, kuangliu
from weights_by_name import fill, uniform

warnings.filterwarnings("ignore")
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "families", "references.json")
models = torchvision.models


def changed(model, **layers):
    """A model with other layers at some paths."""
    for path, layer in layers.items():
        *parents, name = path.split("__")
        inner = model
        for parent in parents:
            inner = getattr(inner, parent)
        setattr(inner, name, layer)
    return model


def small_vgg(plan, norm, side=7):
    model = vgg.VGG(vgg.make_layers(plan, batch_norm=norm))
    last = [w for w in plan if w != "M"][-1]
    if side != 7:
        model.avgpool = nn.AdaptiveAvgPool2d(side)
    model.classifier = nn.Sequential(
        nn.Linear(last * side**2, 24), nn.ReLU(), nn.Dropout(), nn.Linear(24, 20), nn.ReLU(), nn.Dropout(), nn.Linear(20, 5)
    )
    return model


def small_alexnet():
    model = models.alexnet(num_classes=7)
    model.classifier[1] = nn.Linear(256 * 36, 24)
    model.classifier[4] = nn.Linear(24, 20)
    model.classifier[6] = nn.Linear(20, 7)
    return model


class CifarVGG(nn.Module):
    def __init__(self):
        super().__init__()
        plan = [8, "M", 16, "M", 16, 16, "M", 24, "M", 24, "M"]
        self.features = nn.Sequential(*vgg.make_layers(plan, batch_norm=True), nn.AvgPool2d(1, 1))
        self.classifier = nn.Linear(24, 10)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


CIFAR = {"conv1": nn.Conv2d(3, 64, 3, 1, 1, bias=False), "maxpool": nn.Identity()}
S = convnext.CNBlockConfig

# Name, row, model; where several networks have these tensors, which one it is.
SMALL = [
    ("resnet18", (3, 40, 52), lambda: models.resnet18(num_classes=10)),
    ("resnet18-cifar", (3, 20, 20), lambda: changed(models.resnet18(num_classes=10), **CIFAR)),
    ("resnet18-pooled", (3, 20, 20), lambda: changed(models.resnet18(num_classes=10), conv1=CIFAR["conv1"]), "a stem of stride 1 and a max pool"),
    ("resnet18-grey", (1, 33, 33), lambda: changed(models.resnet18(num_classes=4), conv1=nn.Conv2d(1, 64, 7, 2, 3, bias=False), fc=nn.Sequential(nn.Dropout(), nn.Linear(512, 4)))),
    ("resnet-bottleneck", (3, 40, 40), lambda: resnet.ResNet(resnet.Bottleneck, [2, 1, 1, 1], num_classes=6)),
    ("resnext", (3, 40, 40), lambda: resnet.ResNet(resnet.Bottleneck, [1, 1, 1, 1], num_classes=6, groups=8, width_per_group=4)),
    ("wide_resnet", (3, 40, 40), lambda: resnet.ResNet(resnet.Bottleneck, [1, 1, 1, 1], num_classes=6, width_per_group=128)),
    ("cifar-resnet18", (3, 32, 32), lambda: kuangliu("basic", [1, 1, 1, 1], 10)),
    ("cifar-resnet50", (3, 32, 32), lambda: kuangliu("bottleneck", [1, 1, 1, 1], 10)),
    ("cifar-resnet20", (3, 32, 32), lambda: idelbayev(3, "A")),
    ("cifar-resnet20-b", (3, 32, 32), lambda: idelbayev(3, "B")),
    ("vgg", (3, 45, 64), lambda: small_vgg([8, "M", 16, "M", 16, 16, "M", 24, 24, "M", 24, 24, "M"], False)),
    ("vgg_bn", (3, 32, 32), lambda: small_vgg([8, 8, "M", 16, "M", 24, 24, "M"], True, 2)),
    ("vgg-cifar", (3, 32, 32), CifarVGG),
    ("alexnet", (3, 90, 97), small_alexnet),
    ("densenet", (3, 70, 50), lambda: densenet.DenseNet(8, (2, 3, 2), 12, num_classes=5)),
    ("densenet-cifar", (3, 24, 24), lambda: changed(densenet.DenseNet(8, (2, 2), 12, num_classes=5), features__conv0=nn.Conv2d(3, 12, 3, 1, 1, bias=False), features__pool0=nn.Identity())),
    ("squeezenet1_0", (3, 61, 70), lambda: models.squeezenet1_0(num_classes=6)),
    ("squeezenet1_1", (3, 61, 70), lambda: models.squeezenet1_1(num_classes=6)),
    ("googlenet", (3, 75, 60), lambda: models.googlenet(num_classes=6, aux_logits=False, init_weights=False)),
    ("googlenet-aux", (3, 70, 70), lambda: models.googlenet(num_classes=6, transform_input=True, init_weights=False), "the images transformed (transform_input=True)"),
    ("inception_v3", (3, 107, 91), lambda: models.inception_v3(num_classes=6, init_weights=False)),
    ("mobilenet_v2", (3, 50, 63), lambda: models.mobilenet_v2(num_classes=6, width_mult=0.35)),
    ("mobilenet_v3_small", (3, 50, 63), lambda: models.mobilenet_v3_small(num_classes=6, width_mult=0.5)),
    ("mobilenet_v3_large", (3, 50, 63), lambda: models.mobilenet_v3_large(num_classes=6, width_mult=0.35)),
    ("mnasnet0_35", (3, 50, 63), lambda: mnasnet.MNASNet(0.35, num_classes=6)),
    ("efficientnet_b0", (3, 50, 63), lambda: models.efficientnet_b0(num_classes=6)),
    ("efficientnet_v2_s", (3, 50, 40), lambda: models.efficientnet_v2_s(num_classes=6)),
    ("shufflenet_v2_x0_5", (3, 50, 63), lambda: models.shufflenet_v2_x0_5(num_classes=6)),
    ("regnet_x_400mf", (3, 50, 63), lambda: models.regnet_x_400mf(num_classes=6)),
    ("regnet_y_400mf", (3, 50, 63), lambda: models.regnet_y_400mf(num_classes=6)),
    ("convnext", (3, 67, 64), lambda: convnext.ConvNeXt([S(12, 16, 1), S(16, 24, 2), S(24, None, 1)], num_classes=6)),
    ("vit", (3, 32, 32), lambda: VisionTransformer(32, 8, 2, 2, 128, 96, num_classes=6)),
    ("vit-heads", (3, 24, 24), lambda: VisionTransformer(24, 8, 2, 4, 64, 96, num_classes=6), "4 heads"),
    ("swin", (3, 41, 32), lambda: swin_transformer.SwinTransformer([4, 4], 16, [2, 2], [2, 4], [4, 4], num_classes=6)),
    ("swin_v2", (3, 41, 32), lambda: swin_transformer.SwinTransformer([4, 4], 16, [2, 2], [2, 4], [4, 4], num_classes=6, block=swin_transformer.SwinTransformerBlockV2, downsample_layer=swin_transformer.PatchMergingV2)),
]


def whole():
    """All of torchvision's classifiers as their functions build them."""
    for name in models.list_models(module=torchvision.models):
        if name == "maxvit_t":
            continue
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        side = 224 if name.startswith("vit") else 127 if name == "inception_v3" else 96
        yield name, (3, side, side), lambda name=name, options=options: getattr(models, name)(num_classes=10, **options)


# Of larger ones only names and shapes are kept.
LARGEST = 150_000_000

# Residual blocks whose gates saturate at He's scale.
GAINS = {"efficientnet_v2_s": 1.4, "efficientnet_v2": 1.1, "efficientnet_b7": 1.5, "regnet_y_1_6gf": 1.5}


def reference(name, row, make, variant=None):
    gain = next((gain for start, gain in GAINS.items() if name.startswith(start)), 2)
    model = make().eval()
    learned = sum(p.numel() for p in model.parameters())
    state = {k: list(v.shape) for k, v in model.state_dict().items() if v.is_floating_point()}
    stored = {
        "row": list(row),
        **({"variant": variant} if variant else {}),
        **({"gain": gain} if gain != 2 else {}),
        "parameters": learned,
        "tensors": " ".join(f"{name}:{'x'.join(map(str, shape))}" for name, shape in state.items()),
    }
    if learned > LARGEST:
        return stored | {"output": []}, float("nan")
    model = fill(model, gain).double()
    x = torch.from_numpy(uniform("input", 2 * int(np.prod(row))).reshape(2, *row))
    with torch.no_grad():
        y = model(x)
    apart = float((y[0] - y[1]).norm() / y[0].norm())
    return stored | {"output": [[float(f"{v:.9g}") for v in values] for values in y.tolist()]}, apart


def main():
    torch.manual_seed(1)
    target = sys.argv[1] if len(sys.argv) > 1 else FILE
    stored = {}
    for name, *rest in whole() if len(sys.argv) > 1 else SMALL:
        stored[name], apart = reference(name, *rest)
        # A network whose rows all come out alike would be no test.
        print(f"{name}: rows differ by {apart:.2g}", flush=True)
    with open(target, "w") as file:
        file.write("{\n" + ",\n".join(f'"{name}": {json.dumps(entry)}' for name, entry in stored.items()) + "\n}\n")


main()
