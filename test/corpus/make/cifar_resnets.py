"""The ResNets for CIFAR that many people copy, in the layout of their two best known sources (names of modules, what lies
between them): kuangliu/pytorch-cifar and akamaster/pytorch_resnet_cifar10."""

import torch
from torch import nn
from torch.nn import functional as F


def norm_conv(inputs, outputs, extent, stride=1):
    return nn.Conv2d(inputs, outputs, extent, stride, extent // 2, bias=False), nn.BatchNorm2d(outputs)


class Block(nn.Module):
    def __init__(self, kind, inputs, width, stride, option="B"):
        super().__init__()
        outputs = width * (4 if kind == "bottleneck" else 1)
        if kind == "bottleneck":
            self.conv1, self.bn1 = norm_conv(inputs, width, 1)
            self.conv2, self.bn2 = norm_conv(width, width, 3, stride)
            self.conv3, self.bn3 = norm_conv(width, outputs, 1)
        else:
            self.conv1, self.bn1 = norm_conv(inputs, width, 3, stride)
            self.conv2, self.bn2 = norm_conv(width, width, 3)
        self.kind, self.option, self.more = kind, option, outputs - inputs
        changes = stride != 1 or inputs != outputs
        self.padded = changes and option == "A"
        self.shortcut = nn.Sequential(*(norm_conv(inputs, outputs, 1, stride) if changes and option == "B" else ()))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.kind == "bottleneck":
            y = self.bn3(self.conv3(F.relu(y)))
        half = self.more // 2
        return F.relu(y + (F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half)) if self.padded else self.shortcut(x)))


class ResNet(nn.Module):
    def __init__(self, kind, blocks, width, classes, option, pool):
        super().__init__()
        self.pool = pool
        self.conv1, self.bn1 = norm_conv(3, width, 3)
        inputs = width
        for stage, count in enumerate(blocks):
            layers = []
            for i in range(count):
                layers.append(Block(kind, inputs, width * 2**stage, 2 if stage and not i else 1, option))
                inputs = width * 2**stage * (4 if kind == "bottleneck" else 1)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        for stage in ("layer1", "layer2", "layer3", "layer4"):
            y = getattr(self, stage)(y) if hasattr(self, stage) else y
        y = F.avg_pool2d(y, self.pool or y.shape[3])
        return self.linear(torch.flatten(y, 1))


def kuangliu(kind, blocks, classes):
    return ResNet(kind, blocks, 64, classes, "B", 4)


def idelbayev(blocks, option):
    """ResNet-20 has three blocks a stage, ResNet-110 eighteen."""
    return ResNet("basic", [blocks] * 3, 16, 10, option, None)
