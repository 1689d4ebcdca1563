"""Writes what of test/corpus/readings needs Keras: models and data whose figures stand in test/unit/jobs/readings.test.ts.

Run with Keras 3.15 on JAX in float64 as `python readings.py FOLDER`; it prints the figures. Nothing here runs in the tests.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

keras.utils.set_random_seed(5)
folder = sys.argv[1]
random = np.random.default_rng(3)
layers = keras.layers


def figures(name, model, loss, x, y):
    """Loss, count of parameters and largest eigenvalue of the Hessian, in float64."""
    values = [np.asarray(v.value, "float64") for v in model.variables]
    index = [i for i, v in enumerate(model.variables) if any(v is t for t in model.trainable_variables)]
    trained = [values[i] for i in index]
    other = [v for i, v in enumerate(values) if i not in index]

    def of(flat):
        at, tv = 0, []
        for v in trained:
            tv.append(flat[at : at + v.size].reshape(v.shape))
            at += v.size
        out, _ = model.stateless_call(tv, other, x)
        return loss(out, y)

    flat = np.concatenate([v.ravel() for v in trained])
    largest = np.linalg.eigvalsh(np.asarray(jax.hessian(of)(flat))).max()
    print(name, json.dumps({"loss": float(of(flat)), "parameters": flat.size, "largest": float(largest)}))


keras.config.set_floatx("float64")
jnp = jax.numpy
mse = lambda out, y: ((out - y) ** 2).mean()

pixels = random.integers(0, 256, (24, 6, 6, 1)).astype("uint8")
auto = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(2, 3, padding="same", activation="tanh"), layers.Conv2D(1, 3, padding="same", activation="sigmoid")])
auto.compile(loss="mse")
figures("autoencoder", auto, mse, pixels / 255.0, pixels / 255.0)
np.savez_compressed(f"{folder}/autoencoder.npz", x_train=pixels, y_train=pixels)
noisy = np.clip(pixels.astype(int) + random.integers(-20, 20, pixels.shape), 0, 255).astype("uint8")
np.savez_compressed(f"{folder}/denoising.npz", x_train=noisy, y_train=pixels)
figures("denoising", auto, mse, noisy / 255.0, pixels / 255.0)
figures("denoising, targets as they are", auto, mse, noisy / 255.0, pixels)
auto.save(f"{folder}/autoencoder.keras")

means, deviations = np.array([0.48, 0.45, 0.4]), np.array([0.23, 0.22, 0.25])
images = random.integers(0, 256, (20, 3, 4, 4)).astype("uint8")
flat = keras.Sequential([keras.Input((48,)), layers.Dense(2, activation="tanh"), layers.Dense(2)])
flat.compile(loss="mse")
target = random.normal(size=(20, 2))
given = ((images / 255.0 - means[:, None, None]) / deviations[:, None, None]).reshape(20, 48)
figures("channels", flat, mse, given, target)
np.savez_compressed(f"{folder}/channels.npz", x_train=images, y_train=target)
flat.save(f"{folder}/channels.keras")

a, b = keras.Input((4,), name="a"), keras.Input((3,), name="first_b")
out = layers.Dense(2)(layers.Concatenate()([layers.Dense(3, activation="tanh")(b), layers.Dense(2)(a)]))
two = keras.Model({"b": b, "a": a}, out)
two.compile(loss="mse")
xa, xb, y = random.normal(size=(30, 4)), random.normal(size=(30, 3)), random.normal(size=(30, 2))
figures("dictionary", two, mse, {"a": xa, "b": xb}, y)
np.savez_compressed(f"{folder}/named.npz", x_train_b=xb, x_train_a=xa, y_train=y)
np.savez_compressed(f"{folder}/layers.npz", x_train_first_b=xb, x_train_a=xa, y_train=y)
np.savez_compressed(f"{folder}/numbered.npz", x_train_0=xa, x_train_1=xb, y_train=y)
np.savez_compressed(f"{folder}/unknown.npz", x_train_c=xa, x_train_a=xb, y_train=y)
two.save(f"{folder}/dictionary.keras")

x, y = random.normal(size=(40, 5)), random.integers(0, 3, 40)
linear = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="tanh"), layers.Dense(3)])
linear.compile(loss="sparse_categorical_crossentropy")
ce = lambda out, y: (jax.nn.logsumexp(out, -1) - jnp.take_along_axis(out, y[:, None], 1)[:, 0]).mean()
figures("linear", linear, ce, x, y)
np.savez_compressed(f"{folder}/linear.npz", x_train=x, y_train=y)
linear.save(f"{folder}/linear.keras")

steps = keras.Sequential([keras.Input((4, 3)), layers.Conv1D(4, 1, activation="tanh"), layers.Permute((2, 1))])
xs, ys = random.normal(size=(20, 4, 3)), random.integers(0, 4, (20, 4))
np.savez_compressed(f"{folder}/square.npz", x_train=xs, y_train=ys)
steps.save(f"{folder}/square.keras")
hot = np.eye(4)[ys].transpose(0, 2, 1)
np.savez_compressed(f"{folder}/square-one-hot.npz", x_train=xs, y_train=hot)
figures("square, classes first", steps, lambda out, y: (jax.nn.logsumexp(out, 1) - (out * y).sum(1)).mean(), xs, hot)
