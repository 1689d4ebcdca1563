"""Writes test/corpus/initial.json: networks of test/unit/formats/built-in.test.ts as Keras 3.15 itself makes them by hand.

Run with Keras 3.15.1 as `KERAS_BACKEND=torch python initial.py`. For each: the shapes of the weights in Keras' order, whether
training moves them, and the standard deviation and mean that their initializers give, over 40 draws of each.
"""

import json
import os

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(5)


def block(x, filters, stride):
    main = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    main = layers.Activation("relu")(layers.BatchNormalization()(main))
    main = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(main))
    if stride != 1 or x.shape[-1] != filters:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, padding="same", use_bias=False)(x))
    return layers.Activation("relu")(layers.Add()([main, x]))


def resnet8():
    x = keras.Input((12, 12, 3))
    y = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    y = layers.Activation("relu")(layers.BatchNormalization()(y))
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        y = block(y, filters, stride)
    return keras.Model(x, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(y)))


def transformer():
    x = keras.Input((6, 5))
    uniform = keras.initializers.RandomUniform(-0.05, 0.05)
    y = layers.EinsumDense("abc,cd->abd", output_shape=(6, 12), bias_axes="bd", bias_initializer=uniform)(x)
    z = layers.LayerNormalization()(y)
    y = layers.Add()([y, layers.MultiHeadAttention(3, 4)(z, z)])
    z = layers.Dense(12)(layers.Dense(48, activation="gelu")(layers.LayerNormalization()(y)))
    y = layers.LayerNormalization()(layers.Add()([y, z]))
    return keras.Model(x, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling1D()(y)))


def recurrent(cell, indices=False):
    first = [keras.Input((6,), dtype="int32"), layers.Embedding(50, 8)] if indices else [keras.Input((6, 3))]
    return keras.Sequential([*first, cell(8, return_sequences=True), cell(8), layers.Dense(3, activation="softmax")])


def cnn():
    return keras.Sequential(
        [
            keras.Input((12, 12)),
            layers.Reshape((12, 12, 1)),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.1),
            layers.Conv2D(8, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.1),
            layers.Flatten(),
            layers.Dense(10, use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dropout(0.1),
            layers.Dense(3, activation="softmax"),
        ]
    )


def mlp():
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(3, activation="softmax")]
    )


NETWORKS = {
    "mlp": mlp,
    "cnn": cnn,
    "resnet-8": resnet8,
    "rnn": lambda: recurrent(layers.SimpleRNN),
    "gru": lambda: recurrent(layers.GRU),
    "lstm": lambda: recurrent(layers.LSTM, True),
    "transformer": transformer,
}


def facts(make):
    draws = [make() for _ in range(40)]
    weights = [model.weights for model in draws]
    rows = []
    for i, variable in enumerate(weights[0]):
        if "seed" in variable.name:
            continue
        values = np.stack([np.asarray(keras.ops.convert_to_numpy(w[i])) for w in weights]).astype("float64")
        rows.append(
            {
                "name": variable.name,
                "shape": list(variable.shape),
                "trainable": bool(variable.trainable),
                "mean": round(float(values.mean()), 4),
                "deviation": float(f"{values.std():.4g}"),
            }
        )
    # The order of a Functional model's layers is its own affair: what is compared is a set of weights.
    return {"parameters": int(draws[0].count_params()), "weights": rows}


out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "initial.json")
with open(out, "w") as file:
    json.dump({name: facts(make) for name, make in NETWORKS.items()}, file)
    file.write("\n")
