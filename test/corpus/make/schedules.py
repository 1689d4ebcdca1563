"""Writes test/corpus/training/schedules.json: the learning rates of PyTorch's schedulers, step by step.

Run with PyTorch 2.15 and Keras 3.15 on JAX as `python schedules.py`. The file is committed, nothing here runs in the tests.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
import keras
import torch
from torch.optim import lr_scheduler as lr

keras.config.set_floatx("float64")
BASE, PER_EPOCH, EPOCHS = 0.3, 7, 12
TOTAL = PER_EPOCH * EPOCHS


def run(make, advance):
    """The rate of each step; `advance(scheduler, step)` is called after the step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=BASE)
    scheduler = make(optimizer)
    rates = []
    for step in range(TOTAL):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        advance(scheduler, step)
    return rates


def each_step(scheduler, step):
    if step + 1 < TOTAL:
        scheduler.step()


def each_epoch(scheduler, step):
    if (step + 1) % PER_EPOCH == 0:
        scheduler.step()


def by_epochs(scheduler, step):
    scheduler.step((step + 1) / PER_EPOCH)


LOSSES = [1.0, 0.8, 0.81, 0.79995, 0.9, 0.79, 0.8, 0.85, 0.8, 0.8, 0.8, 0.1]


def plateau(scheduler, step):
    if (step + 1) % PER_EPOCH == 0:
        scheduler.step(LOSSES[step // PER_EPOCH])


cases = []


def case(settings, make, advance, **more):
    cases.append({"settings": settings, "rates": run(make, advance), **more})


case({"name": "constant"}, lambda o: lr.ConstantLR(o, factor=1), each_step)
case(
    {"name": "step", "everyEpochs": 3, "factor": 0.3},
    lambda o: lr.StepLR(o, step_size=3, gamma=0.3),
    each_epoch,
)
case(
    {"name": "multi-step", "atEpochs": [2, 5, 5, 9], "factor": 0.4},
    lambda o: lr.MultiStepLR(o, milestones=[2, 5, 5, 9], gamma=0.4),
    each_epoch,
)
case({"name": "exponential", "factor": 0.85}, lambda o: lr.ExponentialLR(o, gamma=0.85), each_epoch)
for power in (1, 2.5):
    case(
        {"name": "polynomial", "power": power},
        lambda o: lr.PolynomialLR(o, total_iters=TOTAL, power=power),
        each_step,
    )
for end in (0, 0.02):
    case(
        {"name": "cosine", "end": end},
        lambda o: lr.CosineAnnealingLR(o, T_max=TOTAL, eta_min=end),
        each_step,
    )
for period, growth, end in ((3, 1, 0), (2, 2, 0.01)):
    case(
        {"name": "warm-restarts", "periodEpochs": period, "growth": growth, "end": end},
        lambda o: lr.CosineAnnealingWarmRestarts(o, T_0=period, T_mult=growth, eta_min=end),
        by_epochs,
    )
for share, start, end in ((0.3, 25, 1e4), (0.55, 10, 100), (0.0, 10, 100), (1.0, 10, 100)):
    case(
        {"name": "one-cycle", "share": share, "start": start, "end": end},
        lambda o: lr.OneCycleLR(
            o,
            max_lr=BASE,
            total_steps=TOTAL,
            pct_start=share,
            div_factor=start,
            final_div_factor=end,
            cycle_momentum=False,
        ),
        each_step,
    )
for patience, delta, least in ((1, 1e-4, 0), (0, 0, 0.01), (2, 0.05, 0)):
    case(
        {"name": "reduce-on-plateau", "factor": 0.2, "patience": patience, "minDelta": delta, "least": least},
        lambda o: lr.ReduceLROnPlateau(
            o, factor=0.2, patience=patience, threshold=delta, threshold_mode="abs", min_lr=least
        ),
        plateau,
        losses=LOSSES,
    )


def keras_case(settings, schedule, **more):
    cases.append({"settings": settings, "rates": [float(schedule(step)) for step in range(TOTAL)], **more})


keras_case(
    {"name": "polynomial", "end": 0.05, "power": 2},
    keras.optimizers.schedules.PolynomialDecay(BASE, TOTAL, end_learning_rate=0.05, power=2.0),
)
keras_case(
    {"name": "cosine", "end": 0.03},
    keras.optimizers.schedules.CosineDecay(
        0.0, TOTAL - 10, alpha=0.1, warmup_target=BASE, warmup_steps=10
    ),
    warmupSteps=10,
    # Keras on JAX takes the cosine of a float64 in float32.
    tolerance=1e-7,
)

target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../training/schedules.json")
with open(target, "w") as file:
    facts = {"learningRate": BASE, "stepsPerEpoch": PER_EPOCH, "totalSteps": TOTAL}
    made = {"torch": torch.__version__, "keras": keras.__version__}
    json.dump({"made with": made, "facts": facts, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
print(len(cases), "cases", os.path.getsize(target), "bytes")
