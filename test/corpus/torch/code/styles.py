"""Ways to define the layers of a network; class Outer(nn.Module): is text here.

self.plain = nn.Linear(1, 1)
"""
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import Linear as Dense


def conv3x3(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.inherited = nn.Linear(4, 4)


class Outer(Base):
    """A network.

    self.plain = nn.Conv2d(1, 1, 1)
    """

    def __init__(self, width: int = 4, norm=nn.LayerNorm, deep=False):
        super().__init__()
        self.plain = nn.Linear(4, 4)  # self.plain = nn.Linear(5, 5)
        self.annotated: nn.Linear = nn.Linear(4, 4)
        self.first, self.second = nn.Linear(4, 4), nn.Conv2d(4, 4, 1)
        self.tied = self.same = nn.Linear(4, 4)
        self.wrapped = nn.Linear(
            4,
            4,  # a comment, with (a bracket
        )
        self.net = nn.Sequential(
            nn.Linear(4, 8),
            nn.ReLU(),
            nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8)),
            nn.Linear(8, 4),
        )
        self.ordered = nn.Sequential(OrderedDict([
            ("conv", nn.Conv2d(3, 4, 3)),
            ("norm", nn.BatchNorm2d(4)),
        ]))
        self.listed = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 2)])
        self.looped = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.named = nn.ModuleDict({"a": nn.Linear(4, 4), 'b': nn.Linear(4, 2)})
        self.keyed = nn.ModuleDict(dict(
            a=nn.Linear(4, 4),
            h=nn.ModuleList([Block(4) for _ in range(2)]),
        ))
        self.appended = nn.ModuleList()
        self.appended.append(nn.Linear(4, 4))
        self.appended.append(nn.Linear(4, 2))
        self.grown = nn.ModuleList()
        for _ in range(2):
            self.grown.append(nn.Linear(4, 4))
        layers, size = [], 4
        for k in range(3):
            layers.append(nn.Linear(size, size))
            layers.append(nn.BatchNorm1d(size))
        self.stack = nn.Sequential(*layers)
        body = [nn.Linear(4, 4), nn.ReLU()]
        body += [nn.Linear(4, 2)]
        self.body = nn.Sequential(*body)
        self.spread = nn.Sequential(*[nn.Linear(4, 4) for _ in range(2)])
        self.helped = conv3x3(3, 4)
        self.made = self._make(4)
        self.either = nn.Linear(4, 4) if deep else nn.Identity()
        if deep:
            self.branch = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4))
        else:
            self.branch = nn.Identity()
        if deep: self.short = nn.Linear(4, 4)
        self.aliased = Dense(4, 4)
        self.normed = norm(4)
        self.add_module("added", nn.Linear(4, 4))
        for i in range(2):
            self.add_module(f"part{i}", nn.Linear(4, 4))
        self.chosen = nn.Linear(4, 4)
        self.chosen = nn.Linear(4, 4)
        self.scale = nn.Parameter(torch.ones(4))
        self.text = """
self.plain = nn.Linear(9, 9)
"""
        head = nn.Linear(4, 4)
        self.head = head

    def _make(self, n):
        return nn.Sequential(nn.Linear(n, n))

    def forward(self, x):
        return self.plain(x)


class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, n)


class Twice(nn.Module):
    pass


def make():
    class Twice(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(1, 1)
    return Twice()


class Heir(Elsewhere):
    pass


class Chain(nn.Sequential):
    def __init__(self, size, *more):
        super().__init__(
            nn.Linear(size, 8),
            nn.ReLU(),
            *more,
            nn.Linear(8, size),
        )


class Row(nn.ModuleList):
    def __init__(self, count):
        super().__init__()
        for _ in range(count):
            self.append(nn.Linear(4, 4))


class Handed(nn.Module):
    def __init__(self, size: int, shortcut: nn.Module = None, *, head=None):
        super().__init__()
        self.fc = nn.Linear(size, size)
        self.shortcut = shortcut
        self.head = head


class Holder(nn.Module):
    def __init__(self, names, deep=True):
        super().__init__()
        self.parts = nn.ModuleDict()
        for name in names:
            self.parts[name] = nn.Linear(4, 4)
        if deep:
            self.scale = nn.Parameter(torch.ones(4))
        else:
            self.register_parameter("scale", None)
        self.blocks = self._blocks(deep)

    def _blocks(self, deep):
        shortcut = None
        if deep:
            shortcut = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4))
        return nn.ModuleList([Handed(4, shortcut), Handed(4), Handed(4, head=nn.Linear(4, 2))])
