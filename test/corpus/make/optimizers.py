"""Writes test/corpus/training/optimizers.json: where 50 steps of each optimizer end on a small network, in float64.

Run with PyTorch 2.15 and Keras 3.15 on JAX (Keras' own formulas: its torch backend has others, its numpy backend rounds
to float32) as `python optimizers.py`. Gradients are PyTorch's in both. SAM and ASAM are written here from the papers. The
file is committed, nothing here runs in the tests.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
import keras
import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)
STEPS = 50

# Two layers of tanh units on seven rows.
rng = np.random.default_rng(5)
X = rng.normal(size=(7, 3)).round(3)
Y = np.stack([np.sin(X[:, 0] + 2 * X[:, 1]), X[:, 1] * X[:, 2]], axis=1).round(3)
SHAPES = [(3, 4), (4,), (4, 2), (2,)]
START = [rng.normal(scale=0.7, size=shape).round(3) for shape in SHAPES]
x, y = torch.tensor(X), torch.tensor(Y)


def loss(parameters):
    w1, b1, w2, b2 = parameters
    return ((torch.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2).mean()


def gradients(arrays):
    parameters = [torch.tensor(np.asarray(a), requires_grad=True) for a in arrays]
    return [g.numpy() for g in torch.autograd.grad(loss(parameters), parameters)]


def norm(arrays):
    return np.sqrt(sum(float((a * a).sum()) for a in arrays))


def uphill(arrays, grads, kind, rho, eta=0.01):
    if kind == "sam":
        return [w + rho * g / norm(grads) for w, g in zip(arrays, grads)]
    t = [np.abs(w) + eta for w in arrays]
    length = norm([s * g for s, g in zip(t, grads)])
    return [w + rho * s * s * g / length for w, s, g in zip(arrays, t, grads)]


def flat(arrays):
    return [float(v) for a in arrays for v in np.asarray(a).reshape(-1)]


def gradients_of(arrays, around):
    grads = gradients(arrays)
    return gradients(uphill(arrays, grads, **around)) if around else grads


def pytorch(make, rates, around, clip):
    parameters = [torch.nn.Parameter(torch.tensor(a)) for a in START]
    optimizer = make(parameters)
    for step in range(STEPS):
        if rates:
            optimizer.param_groups[0]["lr"] = rates[step]
        grads = gradients_of([p.detach().numpy().copy() for p in parameters], around)
        for p, g in zip(parameters, grads):
            p.grad = torch.tensor(g)
        if clip and "norm" in clip:
            torch.nn.utils.clip_grad_norm_(parameters, clip["norm"])
        if clip and "value" in clip:
            torch.nn.utils.clip_grad_value_(parameters, clip["value"])
        optimizer.step()
    states = [optimizer.state[p] for p in parameters]
    return [p.detach().numpy() for p in parameters], optimizer.param_groups[0], states


def keras_run(make, rates, around):
    variables = [keras.Variable(a, dtype="float64") for a in START]
    optimizer = make()
    optimizer.build(variables)
    for step in range(STEPS):
        if rates:
            optimizer.learning_rate = rates[step]
        grads = gradients_of([np.asarray(v) for v in variables], around)
        optimizer.apply([keras.ops.convert_to_tensor(g, dtype="float64") for g in grads], variables)
    return [np.asarray(v) for v in variables], optimizer


def torch_preconditioner(name, group, states):
    """What divides the gradient after the last step, by PyTorch's own state (Cohen et al. 2022)."""
    if name in ("adam", "adamw"):
        b1, b2 = group["betas"]
        return [
            (1 - b1**STEPS) * (np.sqrt(s["exp_avg_sq"].numpy() / (1 - b2**STEPS)) + group["eps"])
            for s in states
        ]
    if name == "rmsprop":
        mean = [s["grad_avg"].numpy() if group["centered"] else 0 for s in states]
        return [
            np.sqrt(s["square_avg"].numpy() - a * a) + group["eps"] for s, a in zip(states, mean)
        ]
    if name == "adagrad":
        return [np.sqrt(s["sum"].numpy()) + group["eps"] for s in states]
    return None


def keras_preconditioner(name, optimizer):
    if name in ("adam", "adamw"):
        c1, c2 = 1 - optimizer.beta_1**STEPS, 1 - optimizer.beta_2**STEPS
        return [
            c1 / np.sqrt(c2) * (np.sqrt(np.asarray(v)) + optimizer.epsilon)
            for v in optimizer._velocities
        ]
    if name == "rmsprop":
        mean = [np.asarray(a) for a in optimizer._average_gradients] if optimizer.centered else [0] * 4
        return [
            np.sqrt(np.asarray(v) - a * a + optimizer.epsilon)
            for v, a in zip(optimizer._velocities, mean)
        ]
    if name == "adagrad":
        return [np.sqrt(np.asarray(a) + optimizer.epsilon) for a in optimizer._accumulators]
    return None


TORCH = {
    "sgd": (torch.optim.SGD, {"momentum": "momentum", "nesterov": "nesterov"}),
    "adagrad": (
        torch.optim.Adagrad,
        {"epsilon": "eps", "initialAccumulator": "initial_accumulator_value"},
    ),
    "rmsprop": (
        torch.optim.RMSprop,
        {"rho": "alpha", "epsilon": "eps", "momentum": "momentum", "centered": "centered"},
    ),
    "adam": (torch.optim.Adam, {"epsilon": "eps"}),
    "adamw": (torch.optim.AdamW, {"epsilon": "eps", "weightDecay": "weight_decay"}),
}
KERAS = {
    "sgd": keras.optimizers.SGD,
    "adagrad": keras.optimizers.Adagrad,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "lion": keras.optimizers.Lion,
}
KERAS_KEYS = {
    "learningRate": "learning_rate",
    "momentum": "momentum",
    "nesterov": "nesterov",
    "epsilon": "epsilon",
    "rho": "rho",
    "centered": "centered",
    "initialAccumulator": "initial_accumulator_value",
    "beta1": "beta_1",
    "beta2": "beta_2",
    "weightDecay": "weight_decay",
}

CHANGING = [0.05 * 0.7 ** (step // 10) * (1 + 0.5 * np.sin(step)) for step in range(STEPS)]
small = [rate / 10 for rate in CHANGING]
SAM = {"kind": "sam", "rho": 0.05, "eta": 0.01}
ASAM = {"kind": "asam", "rho": 0.5, "eta": 0.01}
# Name, settings, and what else is special.
RUNS = [
    ("sgd", {}, {}),
    ("sgd", {"learningRate": 0.1}, {}),
    ("sgd", {"weightDecay": 0.03, "learningRate": 0.1}, {}),
    ("sgd", {"momentum": 0.9}, {}),
    ("sgd", {"momentum": 0.8}, {"rates": CHANGING}),
    ("sgd", {"momentum": 0.9, "nesterov": True}, {}),
    ("sgd", {"momentum": 0.8, "nesterov": True}, {"rates": CHANGING}),
    ("sgd", {"momentum": 0.8, "nesterov": True, "weightDecay": 0.02}, {"rates": CHANGING}),
    ("sgd", {"learningRate": 0.1}, {"clip": {"norm": 0.3}}),
    ("sgd", {"learningRate": 0.1}, {"clip": {"value": 0.05}}),
    ("sgd", {"learningRate": 0.1}, {"around": SAM}),
    ("sgd", {"learningRate": 0.1, "momentum": 0.5}, {"around": ASAM}),
    ("adagrad", {}, {}),
    ("adagrad", {"learningRate": 0.05, "epsilon": 1e-3, "initialAccumulator": 0.02}, {"rates": CHANGING}),
    ("rmsprop", {}, {}),
    ("rmsprop", {"rho": 0.8, "epsilon": 1e-3, "centered": True}, {"rates": small}),
    ("rmsprop", {"momentum": 0.7}, {"rates": small}),
    ("rmsprop", {"momentum": 0.7, "centered": True}, {}),
    ("adam", {}, {}),
    ("adam", {"learningRate": 0.01, "epsilon": 1e-3}, {}),
    ("adam", {"beta1": 0.7, "beta2": 0.95}, {"rates": CHANGING}),
    ("adam", {"learningRate": 0.01}, {"around": SAM}),
    ("adamw", {}, {}),
    ("adamw", {"weightDecay": 0.3, "beta1": 0.8}, {"rates": CHANGING}),
    ("lion", {}, {}),
    ("lion", {"beta1": 0.8, "beta2": 0.9, "weightDecay": 0.1}, {"rates": small}),
]


def torch_factory(name, settings):
    kind, keys = TORCH[name]
    options = {keys[k]: v for k, v in settings.items() if k in keys}
    if "learningRate" in settings:
        options["lr"] = settings["learningRate"]
    if "beta1" in settings:
        options["betas"] = (settings["beta1"], settings.get("beta2", 0.999))
    return lambda parameters: kind(parameters, **options)


def has_torch(name, settings):
    # PyTorch's SGD has coupled decay only.
    return name in TORCH and not (name == "sgd" and "weightDecay" in settings)


cases = []
for name, settings, more in RUNS:
    rates, around, clip = (more.get(k) for k in ("rates", "around", "clip"))
    extra = {k: v for k, v in more.items() if v}
    if has_torch(name, settings):
        ends, group, states = pytorch(torch_factory(name, settings), rates, around, clip)
        divisor = torch_preconditioner(name, group, states)
        cases.append(
            {
                "settings": {"name": name, "convention": "pytorch", **settings},
                **extra,
                "end": flat(ends),
                **({"preconditioner": flat(divisor)} if divisor is not None else {}),
            }
        )
    options = {KERAS_KEYS[k]: v for k, v in settings.items()}
    if clip:
        options["global_clipnorm" if "norm" in clip else "clipvalue"] = list(clip.values())[0]
    ends, optimizer = keras_run(lambda: KERAS[name](**options), rates, around)
    divisor = keras_preconditioner(name, optimizer)
    cases.append(
        {
            "settings": {"name": name, "convention": "keras", **settings},
            **extra,
            "end": flat(ends),
            **({"preconditioner": flat(divisor)} if divisor is not None else {}),
        }
    )


# Averages of a walk: points of four numbers, five an epoch.
walk = np.cumsum(rng.normal(size=(30, 4)), axis=0).round(4)


def averaged(points, **options):
    model = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(4))])
    average = AveragedModel(model, **options)
    for point in points:
        model[0].data = torch.tensor(point)
        average.update_parameters(model)
    return average.module[0].detach().tolist()


variable = keras.Variable(walk[0], dtype="float64")
ema = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.8)
ema.build([variable])
for point in walk:
    # One step of rate 1 that leads to the point.
    ema.apply([keras.ops.convert_to_tensor(np.asarray(variable) - point, dtype="float64")], [variable])
averages = {
    "walk": walk.tolist(),
    "stepsPerEpoch": 5,
    "swa": {
        "settings": {"kind": "swa", "fromEpoch": 2, "every": 2},
        "value": averaged(walk[[9, 19, 29]]),
    },
    "ema": {
        "settings": {"kind": "ema", "decay": 0.8},
        "pytorch": averaged(walk, multi_avg_fn=get_ema_multi_avg_fn(0.8)),
        "keras": [float(v) for v in np.asarray(ema._model_variables_moving_average[0])],
    },
}

target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../training/optimizers.json")
with open(target, "w") as file:
    json.dump(
        {
            "made with": {"torch": torch.__version__, "keras": keras.__version__},
            "problem": {
                "x": X.tolist(),
                "y": Y.tolist(),
                "shapes": SHAPES,
                "start": flat(START),
                "steps": STEPS,
                "loss at start": float(loss([torch.tensor(a) for a in START])),
                "gradient at start": flat(gradients(START)),
            },
            "cases": cases,
            "averages": averages,
        },
        file,
        separators=(",", ":"),
    )
    file.write("\n")
print(len(cases), "cases", os.path.getsize(target), "bytes")
