# How two checkpoints like those beside this file are made: one network, one start, two batch sizes.
# Hover over a checkpoint's path below to see its curvature.
import keras
import numpy as np

data = np.load("data/mnist.npz")
x_train, y_train = data["x_train"] / 255, data["y_train"]


def build():
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


for batch_size, epochs, path in [
    (32, 20, "small-batch/epoch-020.keras"),
    (800, 100, "large-batch/epoch-100.keras"),
]:
    model = build()
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x_train, y_train, batch_size, epochs)
    model.save(path)
