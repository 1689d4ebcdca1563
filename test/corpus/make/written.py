"""Loads the checkpoints that `written.ts FOLDER` has written and says what Keras computes: `python written.py FOLDER OUT`.

Run with Keras 3.15.1 (KERAS_BACKEND=torch or jax). OUT is test/corpus/written.json, which the tests compare with by the
hash of the file: equal bytes load alike. With LANDSCAPE_KERAS_PYTHON set to such a Python the tests run this themselves.
"""

import json
import os
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras  # noqa: E402
import numpy as np  # noqa: E402


def computed(folder, case):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = keras.models.load_model(os.path.join(folder, case["file"]))
    inputs = [np.array(x["data"], dtype=x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        output = keras.ops.convert_to_numpy(model(inputs if len(inputs) > 1 else inputs[0], training=False))
    loss = getattr(model, "loss", None)
    return {
        "name": case["name"],
        "sha256": case["sha256"],
        "parameters": int(model.count_params()),
        "layers": [layer.name for layer in model.layers],
        "loss": loss if isinstance(loss, str) or loss is None else keras.losses.serialize(loss)["class_name"],
        # Of what Keras says while it loads, only that an optimizer's state is missing.
        "skips_optimizer": any("optimizer" in str(warning.message) for warning in caught),
        "shape": list(output.shape),
        "output": [float(f"{value:.8g}") for value in np.asarray(output, dtype="float64").reshape(-1)],
    }


def main(folder, out):
    with open(os.path.join(folder, "cases.json")) as file:
        cases = json.load(file)
    results = [computed(folder, case) for case in cases]
    with open(out, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(result) for result in results) + "\n]\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
