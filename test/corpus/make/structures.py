"""Writes the small Keras models under test/corpus/structures: nesting, sharing, wrappers and odd weights.

Run once with Keras 3.15.1 (`KERAS_BACKEND=numpy python structures.py`); the files are committed, nothing here runs in
the tests. Beside each model lies `NAME.json`: its variables in Keras' own order, trainable ones first, with the sum of
each, which is what the readers are held to.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "numpy"
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "structures")
os.makedirs(OUT, exist_ok=True)
os.makedirs(os.path.join(OUT, "..", "broken"), exist_ok=True)


def randomize(model):
    """Gives every float variable values of its own, so that a swapped pair cannot pass unseen."""
    random = np.random.default_rng(7)
    for variable in model.variables:
        if "float" in str(variable.dtype):
            variable.assign(random.normal(size=variable.shape).astype("float32"))


def facts(variables):
    return [
        {"path": v.path, "shape": list(v.shape), "sum": float(np.sum(np.asarray(v.numpy(), dtype="float64")))} for v in variables
    ]


def save(name, model, legacy=True):
    randomize(model)
    model.save(os.path.join(OUT, name + ".keras"))
    if legacy:
        model.save(os.path.join(OUT, name + ".h5"))
    weights = [v for v in model.variables if "float" in str(v.dtype)]
    with open(os.path.join(OUT, name + ".json"), "w") as file:
        json.dump(
            {
                "trainable": facts(model.trainable_variables),
                "other": facts([v for v in weights if not any(v is t for t in model.trainable_variables)]),
            },
            file,
            indent=1,
        )


# A Functional model used twice inside another, around a Dense layer used twice, with a frozen batch norm.
inner_in = keras.Input((4,), name="inner_in")
inner_hidden = layers.Dense(3, activation="relu", name="inner_hidden")(inner_in)
inner_hidden = layers.BatchNormalization(name="inner_norm")(inner_hidden)
inner = keras.Model(inner_in, layers.Dense(4, name="inner_out")(inner_hidden), name="inner")
shared = layers.Dense(4, name="shared")
x = keras.Input((4,), name="x")
once = inner(shared(x))
twice = inner(shared(once))
norm = layers.BatchNormalization(name="norm")
norm.trainable = False
total = layers.Add(name="total")([once, norm(twice)])
save("nested", keras.Model(x, [layers.Dense(2, name="head")(total)], name="outer"))

# The nested model itself is the output: output references count its calls from one, inbound ones from zero.
y = keras.Input((4,), name="y")
tail = keras.Sequential([keras.Input((4,)), layers.Dense(4, name="tail_dense")], name="tail")
body = keras.Model(inner_in, inner_hidden, name="body")
z = layers.Dense(4, name="front")(y)
save("nested-output", keras.Model(y, body(tail(tail(z))), name="ends_nested"))

# Sequential in Sequential, a dropout with its seed state, an unused optional bias.
save(
    "sequential-in-sequential",
    keras.Sequential(
        [
            keras.Input((4,)),
            layers.Normalization(mean=[0.0, 1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0, 16.0]),
            keras.Sequential([layers.Dense(3, use_bias=False), layers.BatchNormalization(scale=False)], name="block"),
            layers.Dropout(0.5, seed=3),
            layers.PReLU(),
            layers.Dense(2),
        ]
    ),
    legacy=False,
)

# Two inputs by name, an operation that is no layer, positional and keyword tensors.
a = keras.Input((4,), name="a")
b = keras.Input((4,), name="b")
both = keras.ops.add(layers.Dense(3)(a), layers.Dense(3)(b))
save("two-inputs", keras.Model({"a": a, "b": b}, layers.Dense(1)(keras.ops.relu(both))), legacy=False)

# Wrappers and recurrent layers; attention with keyword arguments.
s = keras.Input((5, 6), name="s")
r = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both_ways")(s)
r = layers.TimeDistributed(layers.Dense(4), name="each_step")(r)
r = layers.MultiHeadAttention(2, 3, name="attention")(r, value=r)
r = layers.RNN(layers.GRUCell(3), return_sequences=True, name="cells")(r)
r = layers.RNN([layers.SimpleRNNCell(2), layers.LSTMCell(3)], name="stacked")(r)
save("sequences", keras.Model(s, layers.Dense(2)(r)))

# Attention of every kind behind a mask, a model for each step.
t = keras.Input((4,), dtype="int32", name="t")
u = layers.Embedding(5, 4, mask_zero=True, name="words")(t)
u = layers.GroupQueryAttention(4, 4, 2, use_gate=True, name="grouped")(u, u)
u = layers.Dense(3)(u)
u = layers.Attention(use_scale=True, score_mode="concat", name="plain")([u, u])
u = layers.AdditiveAttention(name="additive")([u, u])
u = layers.TimeDistributed(keras.Sequential([keras.Input((3,)), layers.Dense(2)], name="step_model"), name="steps")(u)
u = layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d", name="einsum")(u)
save("attention", keras.Model(t, u), legacy=False)

# A wrapper that lists its layer's kernel as its own: the file has it twice.
v = keras.Input((4,), name="v")
spectral = keras.Model(v, layers.SpectralNormalization(layers.Dense(3, name="inside"), name="spectral")(v))
randomize(spectral)
spectral.save(os.path.join(OUT, "..", "layers", "spectral.keras"))

# The convolutions with more than a kernel and a bias.
c = keras.Input((8, 8, 2), name="c")
d = layers.SeparableConv2D(3, 3, name="separable")(c)
d = layers.DepthwiseConv2D(3, name="depthwise")(d)
d = layers.Conv2DTranspose(2, 2, name="transpose")(d)
d = layers.GroupNormalization(2, name="groups")(d)
d = layers.LayerNormalization(name="rows")(d)
save("convolutions", keras.Model(c, layers.Dense(2)(layers.Flatten()(d))))

# Half-precision weights, both kinds.
for name in ("float16", "bfloat16"):
    policy = keras.Sequential([keras.Input((4,)), layers.Dense(3, dtype=name), layers.Dense(2, dtype=name)])
    save(name, policy, legacy=False)

# One layer in two nested models: Keras saves its weights once and cannot load this file itself.
e = keras.Input((4,), name="e")
g = keras.Input((3,), name="g")
between = layers.Dense(3, name="between")
left = keras.Model(e, between(e), name="left")
f = keras.Input((4,), name="f")
right = keras.Model(f, layers.Dense(3, name="own")(between(f)), name="right")
w = keras.Input((4,), name="w")
keras.Model(w, layers.Add(name="sum")([left(w), right(w)])).save(os.path.join(OUT, "..", "broken", "shared-between.keras"))
