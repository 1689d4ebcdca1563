"""Checkpoints of training as people save them, with the state of the optimizer: python training.py OUT (PyTorch)."""

import json
import sys
from pathlib import Path

import torch
from torch import nn

out = Path(sys.argv[1])
torch.manual_seed(1)


def trained(make, steps=2):
    """A small network after a few steps of an optimizer."""
    network = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    optimizer = make(network)
    for _ in range(steps):
        optimizer.zero_grad()
        network(torch.ones(2, 4)).square().mean().backward()
        optimizer.step()
    return network, optimizer


def plain(name, make, **more):
    """The way of PyTorch's own tutorials."""
    network, optimizer = trained(make)
    torch.save(
        {"epoch": 3, "model_state_dict": network.state_dict(), "optimizer_state_dict": optimizer.state_dict(), **more},
        out / name,
    )


plain("sgd.pt", lambda net: torch.optim.SGD(net.parameters(), lr=0.05))
plain("nesterov.pt", lambda net: torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1))
plain("rmsprop.pt", lambda net: torch.optim.RMSprop(net.parameters(), lr=0.01))
# A rate that is a tensor, as under CUDA graphs.
plain("tensor-rate.pt", lambda net: torch.optim.SGD(net.parameters(), lr=torch.tensor(0.25)))
plain(
    "groups.pt",
    lambda net: torch.optim.SGD([{"params": net[0].parameters(), "lr": 0.01}, {"params": net[2].parameters(), "lr": 0.2}], momentum=0.9),
)

# Lightning: a list of optimizers.
network, optimizer = trained(lambda net: torch.optim.AdamW(net.parameters(), lr=3e-4))
torch.save(
    {
        "epoch": 3,
        "global_step": 400,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": {f"net.{name}": value for name, value in network.state_dict().items()},
        "optimizer_states": [optimizer.state_dict()],
        "lr_schedulers": [],
    },
    out / "lightning.ckpt",
)

# The trainer of transformers: a folder, the optimizer beside the weights.
folder = out / "checkpoint-500"
folder.mkdir(parents=True, exist_ok=True)
network, optimizer = trained(lambda net: torch.optim.AdamW(net.parameters(), lr=5e-5))
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5)
torch.save(network.state_dict(), folder / "pytorch_model.bin")
torch.save(optimizer.state_dict(), folder / "optimizer.pt")
torch.save(scheduler.state_dict(), folder / "scheduler.pt")
history = [{"loss": 1.5, "learning_rate": 3e-5, "step": 400}, {"loss": 1.4, "learning_rate": 2.5e-5, "step": 500}, {"eval_loss": 1.3, "step": 500}]
(folder / "trainer_state.json").write_text(json.dumps({"global_step": 500, "log_history": history}))
