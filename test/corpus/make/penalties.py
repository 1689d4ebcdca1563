"""Writes test/corpus/penalties/: networks with regularizers of every kind of weight, and the loss that Keras reports of them.

Run with Keras 3.15 on PyTorch, as `KERAS_BACKEND=torch python penalties.py`. The files are committed, nothing here runs in
the tests.
"""

import json
import os

import keras
import numpy as np
from keras import layers
from keras.regularizers import L1, L1L2, L2

FOLDER = os.path.join(os.path.dirname(__file__), "..", "penalties")
keras.utils.set_random_seed(3)
expected = {}


def case(name, model):
    """Weights moved off their initial values, the file, and loss and penalty over all rows in one batch."""
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    random = np.random.default_rng(5)
    x = random.normal(size=(20, *model.input_shape[1:])).astype("f4")
    y = random.integers(0, 3, 20).astype("i4")
    moved = [w if "variance" in v.path else w + 0.1 * random.normal(size=w.shape) for v, w in zip(model.weights, model.get_weights())]
    model.set_weights(moved)
    model.save(os.path.join(FOLDER, f"{name}.keras"))
    np.savez(os.path.join(FOLDER, f"{name}.npz"), x_train=x, y_train=y)
    expected[name] = {
        "loss": float(model.evaluate(x, y, batch_size=20, verbose=0)),
        "penalty": float(sum(float(each) for each in model.losses)),
    }


def classes(**more):
    return layers.Dense(3, activation="softmax", **more)


convolutional = [
    layers.Conv2D(4, 3, kernel_regularizer=L2(0.01), bias_regularizer=L1(0.02)),
    layers.BatchNormalization(gamma_regularizer=L2(0.03), beta_regularizer=L1L2(0.01, 0.02)),
    layers.DepthwiseConv2D(3, depthwise_regularizer=L2(0.05)),
    layers.SeparableConv2D(3, 3, depthwise_regularizer=L1(0.01), pointwise_regularizer=L2(0.02)),
    layers.PReLU(alpha_regularizer=L2(0.1)),
    layers.Flatten(),
    classes(kernel_regularizer="l2"),
]
case("convolutional", keras.Sequential([keras.Input((8, 8, 2)), *convolutional]))

lstm = layers.LSTM(
    4,
    return_sequences=True,
    kernel_regularizer=L2(0.01),
    recurrent_regularizer=L1(0.02),
    bias_regularizer=L2(0.03),
)
gru = layers.GRU(3, recurrent_regularizer=L2(0.05))
case("recurrent", keras.Sequential([keras.Input((5, 3)), layers.Bidirectional(lstm), gru, classes()]))

x = keras.Input((4, 6))
y = layers.MultiHeadAttention(2, 3, kernel_regularizer=L2(0.02), bias_regularizer=L1(0.01))(x, x)
y = layers.TimeDistributed(layers.Dense(4, kernel_regularizer=L2(0.03)))(y)
y = layers.LayerNormalization(gamma_regularizer=L2(0.1))(y)
case("attention", keras.Model(x, classes()(layers.GlobalAveragePooling1D()(y))))

inner = keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="tanh", kernel_regularizer=L2(0.02))])
frozen = layers.Dense(4, kernel_regularizer=L2(0.5))
frozen.trainable = False
case("frozen", keras.Sequential([keras.Input((6,)), frozen, inner, classes(kernel_regularizer=L1L2(0.01, 0.01))]))

shared = layers.Dense(4, activation="tanh", kernel_regularizer=L2(0.07))
x = keras.Input((4,))
case("shared", keras.Model(x, classes()(shared(shared(x)))))

with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, indent=2)
    file.write("\n")
