"""Layers and arrays of Keras as plain JSON, with random numbers that round trip; used by layers.py and networks.py."""

import keras
import numpy as np
from keras import layers

random = np.random.default_rng(3)
HEADS = (layers.MultiHeadAttention, layers.GroupQueryAttention)


def plain(array):
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in array.reshape(-1)]}


def given(shape):
    return np.array([float(f"{v:.9g}") for v in random.normal(size=shape).reshape(-1)]).reshape(shape)


def describe(layer):
    described = keras.saving.serialize_keras_object(layer)
    children = {}
    for key in ("cell", "layer", "forward_layer", "backward_layer"):
        child = getattr(layer, key, None)
        if isinstance(child, keras.Layer):
            children[key] = describe(child)
    if isinstance(layer, keras.Model):
        children = {inner.name: describe(inner) for inner in layer.layers}
    for index, cell in enumerate(getattr(layer, "cells", [])):
        children[f"cells/{index}"] = describe(cell)
    if isinstance(layer, HEADS):
        for part in ("query", "key", "gate", "value", "output"):
            if hasattr(layer, f"_{part}_dense"):
                children[part + "_dense"] = describe(getattr(layer, f"_{part}_dense"))
    own = [v for v in layer._trainable_variables + layer._non_trainable_variables if "float" in str(v.dtype)]
    return {
        "className": described["class_name"],
        "config": described["config"],
        "variables": [{"name": v.name, **plain(np.asarray(v))} for v in own],
        "children": children,
    }
