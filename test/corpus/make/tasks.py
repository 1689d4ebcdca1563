"""The data of media/experiments/across-tasks beside digits, MNIST, moons and diabetes, which are copied as they are.

Gratings: stripes of six orientations with any phase, two spatial frequencies and noise, 12 x 12 pixels in grey.
Text: the six characters before each place of ARCHITECTURE.md as it stood, in lower case, each as 28 zeros and ones (a to z,
space, anything else), and the one that follows; the first two thirds of the text train, the last third tests.
Run from the repository's root: python test/corpus/make/tasks.py
"""

import re
import numpy as np

SIDE, ORIENTATIONS, SEED = 12, 6, 20261130
WINDOW = 6


def gratings(rows, rng):
    y = rng.integers(0, ORIENTATIONS, rows)
    place = np.arange(SIDE) - (SIDE - 1) / 2
    down, across = np.meshgrid(place, place, indexing="ij")
    angle = np.pi * y[:, None, None] / ORIENTATIONS + rng.normal(0, 0.12, (rows, 1, 1))
    phase = rng.uniform(0, 2 * np.pi, (rows, 1, 1))
    frequency = rng.choice([0.9, 1.3], (rows, 1, 1))
    wave = np.sin(frequency * (across * np.cos(angle) + down * np.sin(angle)) + phase)
    seen = 128 + 45 * wave + 45 * rng.standard_normal(wave.shape)
    return np.clip(np.round(seen / 8) * 8, 0, 255).astype(np.uint8)[..., None], y.astype(np.uint8)


def text(file):
    plain = re.sub(r"\s+", " ", open(file, encoding="utf-8").read().lower())
    indices = np.array([ord(c) - 97 if "a" <= c <= "z" else 26 if c == " " else 27 for c in plain], np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(indices, WINDOW + 1)
    cut = 2 * len(windows) // 3
    # Windows that reach over the cut would show the test's text in training.
    return windows[: cut - WINDOW], windows[cut:]


rng = np.random.default_rng(SEED)
x_train, y_train = gratings(800, rng)
x_test, y_test = gratings(400, rng)
np.savez_compressed(
    "media/experiments/gratings.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test
)

train, test = text("ARCHITECTURE.md")
train, test = rng.permutation(train)[:4000], rng.permutation(test)[:1000]
np.savez_compressed(
    "media/experiments/text.npz",
    x_train=np.eye(28, dtype=np.uint8)[train[:, :-1]],
    y_train=train[:, -1],
    x_test=np.eye(28, dtype=np.uint8)[test[:, :-1]],
    y_test=test[:, -1],
)
for name in ("diabetes", "moons"):
    data = np.load(f"test/corpus/data/{name}.npz")
    np.savez_compressed(f"media/experiments/{name}.npz", **data)
