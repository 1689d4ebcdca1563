"""Writes test/corpus/layers/: small layers as Keras builds them, each with its weights, inputs and output.

Run twice with Keras 3.15.1, as `KERAS_BACKEND=numpy python layers.py` and, for convolutions and pooling, as
`KERAS_BACKEND=jax JAX_ENABLE_X64=1 python layers.py`: neither backend does both in float64. The first rounds inputs to
float32. The files are committed, nothing here runs in the tests.
"""

import json
import os

import keras
import numpy as np
from keras import layers
from keras.src.applications.convnext import LayerScale, StochasticDepth

from describe import HEADS, describe, given, plain, random

keras.config.set_floatx("float64")
keras.utils.set_random_seed(3)
cases = []


def case(layer, *shapes, name=None, classes=None, **keywords):
    """One layer on random inputs, which are class indices where their number is given."""
    inputs = [random.integers(classes, size=(2, *s)) if classes else given((2, *s)) for s in shapes]
    called = inputs[0] if len(inputs) == 1 else inputs
    positional = inputs if isinstance(layer, HEADS) else [called]
    layer(*positional, **keywords)
    for variable in layer.variables:
        if "float" in str(variable.dtype):
            value = given(variable.shape)
            variable.assign(np.abs(value) + 0.3 if "variance" in variable.name else value)
    if isinstance(layer, layers.Normalization):
        layer.finalize_state()
    output = layer(*positional, **keywords)
    output = np.asarray(output[0] if isinstance(output, (list, tuple)) else output)
    cases.append(
        {
            "name": name or f"{type(layer).__name__} {len(cases)}",
            "layer": describe(layer),
            "inputs": [plain(x) for x in inputs],
            "keywords": keywords,
            **({"indices": True} if classes else {}),
            "output": {"shape": list(output.shape), "data": [float(f"{v:.12g}") for v in output.reshape(-1)]},
        }
    )



def convolutions():
    case(layers.Conv1D(3, 3, padding="causal", dilation_rate=2), (6, 2))
    case(layers.Conv1D(4, 2, groups=2, strides=2, padding="same"), (5, 2))
    case(layers.Conv2D(3, (3, 2), strides=2, padding="same", activation="silu"), (5, 6, 2))
    case(layers.Conv2D(2, 2, dilation_rate=(2, 1)), (4, 5, 2))
    case(layers.Conv3D(2, 2, strides=(1, 2, 1), padding="same"), (3, 4, 2, 2))
    case(layers.Conv1DTranspose(2, 3, strides=2), (4, 3))
    case(layers.Conv2DTranspose(2, 3, strides=2, padding="same"), (3, 2, 3))
    case(layers.Conv2DTranspose(2, 2, strides=3, padding="valid"), (2, 2, 3))
    case(layers.Conv3DTranspose(2, 2, strides=2, padding="same"), (2, 2, 2, 1))
    case(layers.DepthwiseConv1D(3, depth_multiplier=2, padding="same"), (5, 3))
    case(layers.DepthwiseConv2D(2, depth_multiplier=2, strides=2), (4, 4, 2))
    case(layers.SeparableConv1D(3, 2, padding="same"), (5, 2))
    case(layers.SeparableConv2D(3, 2, depth_multiplier=2, strides=2, padding="same"), (5, 4, 2))
    case(layers.MaxPooling1D(2, padding="same"), (5, 2))
    case(layers.MaxPooling2D((3, 2), strides=(2, 1), padding="same"), (5, 4, 2))
    case(layers.MaxPooling3D(2), (4, 2, 3, 1))
    case(layers.AveragePooling1D(3, strides=2, padding="same"), (6, 2))
    case(layers.AveragePooling2D((2, 3), strides=(2, 2), padding="same"), (5, 4, 2))
    case(layers.AveragePooling3D(2, padding="same"), (3, 2, 3, 1))
    for rank in (1, 2, 3):
        case(getattr(layers, f"GlobalMaxPooling{rank}D")(), (3, 2, 2)[:rank] + (2,))
        case(getattr(layers, f"GlobalAveragePooling{rank}D")(keepdims=True), (3, 2, 2)[:rank] + (2,))
    for rank in (1, 2, 3):
        case(getattr(layers, f"AdaptiveAveragePooling{rank}D")((2, 3, 1)[:rank]), (5, 4, 3)[:rank] + (2,))
        case(getattr(layers, f"AdaptiveMaxPooling{rank}D")((3, 2, 2)[:rank]), (5, 4, 3)[:rank] + (2,))
    for interpolation in ("bilinear", "bicubic", "lanczos3"):
        case(layers.UpSampling2D((2, 3), interpolation=interpolation), (3, 2, 2))
    for interpolation in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        case(layers.Resizing(5, 3, interpolation=interpolation), (3, 7, 1))
    case(layers.Resizing(2, 3, antialias=True), (7, 8, 1))
    case(layers.CenterCrop(2, 3), (5, 6, 1))
    channels_first()
    for padding in ("valid", "same"):
        for more in (0, 1):
            case(layers.Conv1DTranspose(2, 3, strides=3, padding=padding, output_padding=more), (4, 2))
        case(layers.Conv2DTranspose(2, (3, 2), strides=(2, 3), padding=padding, output_padding=(1, 0)), (3, 2, 2))
    case(layers.Conv1DTranspose(2, 2, dilation_rate=2, padding="same", output_padding=0), (5, 2))
    for sizes in ((3, 2), (2, 5)):
        case(layers.Resizing(*sizes, crop_to_aspect_ratio=True), (5, 7, 2))
        case(layers.Resizing(*sizes, pad_to_aspect_ratio=True, fill_value=0.3), (5, 7, 2))
    case(layers.ConvLSTM1D(2, 3, return_sequences=True), (3, 5, 2))
    case(layers.ConvLSTM2D(2, (2, 3), strides=2, padding="same", recurrent_activation="hard_sigmoid"), (3, 5, 4, 2))
    case(layers.ConvLSTM2D(2, 2, dilation_rate=2, use_bias=False, go_backwards=True, return_state=True), (2, 4, 5, 1))
    case(layers.ConvLSTM2D(2, 2, data_format="channels_first", return_sequences=True), (3, 2, 3, 4))
    case(layers.ConvLSTM3D(2, 2, padding="same"), (2, 2, 3, 2, 1))
    case(layers.Bidirectional(layers.ConvLSTM1D(2, 2)), (3, 4, 2))


def channels_first():
    """Everything that knows where its channels stand, with the channels before the spatial axes."""
    first = {"data_format": "channels_first"}
    spatial = (5, 4, 3)
    for rank in (1, 2, 3):
        shape = (2, *spatial[:rank])
        for name, arguments, more in (
            ("Conv", (3, 2), {"strides": 2, "padding": "same"}),
            ("Conv", (4, 2), {"groups": 2, "activation": "tanh"}),
            ("MaxPooling", (2,), {"padding": "same"}),
            ("AveragePooling", (2,), {"strides": 1, "padding": "same"}),
            ("GlobalMaxPooling", (), {}),
            ("GlobalAveragePooling", (), {"keepdims": True}),
            ("AdaptiveAveragePooling", ((2, 3, 1)[:rank],), {}),
            ("AdaptiveMaxPooling", ((3, 2, 2)[:rank],), {}),
            ("SpatialDropout", (0.3,), {}),
        ):
            keywords = more if name == "SpatialDropout" and rank == 1 else {**first, **more}
            case(getattr(layers, f"{name}{rank}D")(*arguments, **keywords), shape)
    for rank in (1, 2):
        shape = (2, *spatial[:rank])
        case(getattr(layers, f"DepthwiseConv{rank}D")(2, depth_multiplier=2, **first), shape)
        case(getattr(layers, f"SeparableConv{rank}D")(3, 2, depth_multiplier=2, padding="same", **first), shape)
    for rank in (1, 2, 3):
        shape = (2, *spatial[:rank])
        case(getattr(layers, f"Conv{rank}DTranspose")(3, 2, strides=2, padding="same", **first), shape)
    case(layers.ZeroPadding1D((1, 2), **first), (2, 3))
    case(layers.ZeroPadding2D(((1, 0), (2, 1)), **first), (2, 3, 2))
    case(layers.ZeroPadding3D(1, **first), (1, 2, 1, 2))
    case(layers.Cropping2D(((1, 0), (0, 2)), **first), (2, 3, 4))
    case(layers.Cropping3D(1, **first), (1, 3, 4, 3))
    case(layers.UpSampling2D((2, 3), **first), (2, 2, 2))
    case(layers.UpSampling2D((2, 3), interpolation="bilinear", **first), (2, 3, 2))
    case(layers.UpSampling3D((1, 2, 2), **first), (1, 2, 1, 2))
    case(layers.Resizing(2, 3, **first), (1, 5, 4))
    case(layers.Resizing(2, 3, crop_to_aspect_ratio=True, **first), (2, 5, 4))
    case(layers.Resizing(4, 3, pad_to_aspect_ratio=True, fill_value=1.0, **first), (2, 2, 5))
    case(layers.CenterCrop(2, 3, **first), (1, 5, 6))
    case(layers.BatchNormalization(axis=1), (2, 3, 4))
    case(layers.GroupNormalization(2, axis=1), (4, 3, 2))
    case(layers.LayerNormalization(axis=1), (2, 3, 4))
    case(layers.PReLU(shared_axes=[2, 3]), (2, 3, 4))


def others():
    case(layers.Dense(3, activation="gelu"), (4,))
    case(layers.Dense(3, use_bias=False), (2, 4))
    case(layers.BatchNormalization(), (3, 3, 2))
    case(layers.BatchNormalization(axis=1, center=False, scale=False, epsilon=0.1), (3, 2))
    case(layers.LayerNormalization(epsilon=0.2), (3, 4))
    case(layers.LayerNormalization(axis=[1, 2]), (3, 4))
    case(layers.LayerNormalization(axis=1, center=False), (3, 4))
    case(layers.LayerNormalization(rms_scaling=True), (3, 4))
    case(layers.GroupNormalization(2), (3, 4))
    case(layers.GroupNormalization(-1, axis=1), (3, 4))
    case(layers.RMSNormalization(), (3, 4))
    case(layers.UnitNormalization(), (3, 4))
    case(layers.UnitNormalization(axis=[1, 2]), (3, 4))
    case(layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0]), (3,))
    case(layers.Normalization(mean=1.5, variance=4.0, axis=None, invert=True), (3,))
    adapted = layers.Normalization(axis=-1)
    adapted.adapt(given((50, 3)))
    case(adapted, (3,))
    for activation in (
        "linear relu relu6 leaky_relu elu selu celu gelu silu mish tanh sigmoid softplus softsign softmax log_softmax "
        "log_sigmoid exponential squareplus tanh_shrink hard_tanh hard_sigmoid hard_silu hard_shrink soft_shrink sparse_plus "
        "sparse_sigmoid glu"
    ).split():
        case(layers.Activation(activation), (4,), name=f"Activation {activation}")
    case(layers.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2), (6,))
    case(layers.LeakyReLU(), (6,))
    case(layers.ELU(0.6), (6,))
    case(layers.PReLU(shared_axes=[1]), (3, 2))
    case(layers.Softmax(axis=1), (3, 2))
    for merge in (layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum):
        case(merge(), (3, 2), (3, 2))
    case(layers.Add(), (3, 2), (1, 2), (2,))
    case(layers.Concatenate(axis=1), (3, 2), (1, 2))
    case(layers.Dot(axes=1), (3,), (3,))
    case(layers.Dot(axes=(2, 1), normalize=True), (2, 3), (3, 4))
    case(layers.Flatten(), (3, 2, 2))
    case(layers.Flatten(data_format="channels_first"), (3, 2, 2))
    case(layers.Reshape((-1, 2)), (3, 4))
    case(layers.Permute((2, 1)), (3, 4))
    case(layers.RepeatVector(3), (2,))
    case(layers.Rescaling([0.5, 2.0], offset=[1.0, 0.0]), (3, 2))
    case(layers.ZeroPadding1D((1, 2)), (3, 2))
    case(layers.ZeroPadding2D(((1, 0), (2, 1))), (2, 3, 2))
    case(layers.ZeroPadding3D(1), (2, 1, 2, 1))
    case(layers.Cropping1D((1, 0)), (3, 2))
    case(layers.Cropping2D(((1, 0), (0, 2))), (3, 4, 2))
    case(layers.Cropping3D(1), (3, 4, 3, 1))
    case(layers.UpSampling1D(2), (3, 2))
    case(layers.UpSampling2D((2, 3)), (2, 2, 2))
    case(layers.UpSampling3D((1, 2, 2)), (2, 1, 2, 1))
    case(layers.SimpleRNN(3, return_sequences=True), (4, 2))
    case(layers.LSTM(3), (4, 2))
    case(layers.LSTM(2, return_sequences=True, go_backwards=True, recurrent_activation="hard_sigmoid"), (4, 2))
    case(layers.GRU(3), (4, 2))
    case(layers.GRU(3, reset_after=False, use_bias=False), (4, 2))
    case(layers.Bidirectional(layers.GRU(2, return_sequences=True)), (4, 2))
    case(layers.Bidirectional(layers.SimpleRNN(2), merge_mode="sum"), (4, 2))
    case(layers.TimeDistributed(layers.Dense(2)), (3, 4))
    case(layers.MultiHeadAttention(2, 3), (4, 3), (5, 2))
    case(layers.MultiHeadAttention(2, 3, value_dim=2, output_shape=5, use_bias=False), (4, 3), (5, 2), (5, 4))
    case(layers.MultiHeadAttention(1, 2), (4, 3), (4, 3), use_causal_mask=True)
    case(layers.Embedding(5, 3), (4,), classes=5)
    case(layers.ReversibleEmbedding(5, 3), (4,), classes=5)
    for mode, shape in (("one_hot", (1,)), ("one_hot", (3,)), ("multi_hot", (3,)), ("count", (4,))):
        case(layers.CategoryEncoding(5, output_mode=mode), shape, classes=5)
    for equation, outputs, bias in (
        ("ab,bc->ac", 3, "c"),
        ("abc,cd->abd", (None, 3), "d"),
        ("abc,cde->abde", (None, 2, 3), "de"),
        ("abc,bcd->ad", 3, None),
        ("abc,bd->acd", (4, 3), "cd"),
        ("...x,xy->...y", 3, "y"),
    ):
        shape = (4,) if equation == "ab,bc->ac" else (3, 4)
        case(layers.EinsumDense(equation, outputs, bias_axes=bias, activation="tanh"), shape)
    case(layers.SpectralNormalization(layers.Dense(3)), (4,))
    case(layers.RNN(layers.GRUCell(3), return_sequences=True), (4, 2))
    case(layers.RNN([layers.LSTMCell(3), layers.SimpleRNNCell(2), layers.GRUCell(2, reset_after=False)]), (4, 2))
    case(layers.RNN(layers.LSTMCell(2, activation="relu"), go_backwards=True, return_state=True), (4, 2))
    case(layers.GRU(2, return_sequences=True, go_backwards=True), (4, 2))
    for mode in ("mul", "ave", None):
        case(layers.Bidirectional(layers.SimpleRNN(2, return_sequences=True), merge_mode=mode), (4, 2))
    case(layers.Bidirectional(layers.LSTM(2, return_state=True), backward_layer=layers.GRU(2, return_state=True, go_backwards=True)), (4, 2))
    case(layers.TimeDistributed(layers.GRU(2)), (3, 4, 2))
    case(layers.MultiHeadAttention(2, 3, attention_axes=(2,)), (2, 3, 4), (2, 3, 4))
    case(layers.MultiHeadAttention(2, 3), (2, 3, 4), (2, 2, 5))
    case(layers.MultiHeadAttention(2, 3, sliding_window=2), (4, 3), (4, 3))
    case(layers.MultiHeadAttention(2, 3, sliding_window=2), (4, 3), (4, 3), use_causal_mask=True)
    case(layers.MultiHeadAttention(2, 3, use_gate=True), (4, 3), (5, 3))
    case(layers.GroupQueryAttention(3, 4, 2), (4, 5), (3, 5))
    case(layers.GroupQueryAttention(3, 2, 1, use_gate=True, use_bias=False), (4, 5), (4, 5), use_causal_mask=True)
    case(layers.Attention(), (4, 3), (5, 3))
    case(layers.Attention(use_scale=True), (4, 3), (5, 2), (5, 3), use_causal_mask=True)
    case(layers.Attention(use_scale=True, score_mode="concat"), (4, 3), (5, 3))
    case(layers.Attention(score_mode="concat"), (4, 3), (5, 3))
    case(layers.AdditiveAttention(), (4, 3), (5, 3))
    case(layers.AdditiveAttention(use_scale=False), (4, 3), (4, 3), use_causal_mask=True)
    case(layers.GroupNormalization(2, axis=1, scale=False), (4, 3, 2))
    case(layers.PReLU(), (3, 2))
    case(layers.Softmax(axis=(1, 3)), (3, 2, 2))
    case(layers.Softmax(axis=(-2, -1)), (3, 2, 2))
    case(layers.Activation(layers.Softmax(axis=(1, 2))), (3, 2))
    case(LayerScale(0.1, 3), (2, 2, 3))
    case(StochasticDepth(0.3), (2, 2, 3))


backend = keras.config.backend()
convolutions() if backend == "jax" else others()
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "layers")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "convolutions.json" if backend == "jax" else "others.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
