"""Writes masks.json, operations.json, open.json, calls.json, more-operations.json and further-operations.json of
test/corpus/layers: small whole models as Keras describes and computes them.

Run with Keras 3.15.1, as `KERAS_BACKEND=numpy python networks.py`, for more-operations.json as
`KERAS_BACKEND=jax JAX_ENABLE_X64=1 python networks.py` and for further-operations.json, with Keras 3.15.0 and PyTorch
2.15, as `KERAS_BACKEND=torch python networks.py`: the first has no convolutions in float64. The files are committed, nothing here runs in the tests.
"""

import json
import os

import keras
import numpy as np
from keras import layers, ops

from describe import describe, given, plain, random

keras.config.set_floatx("float64")
keras.utils.set_random_seed(3)


def bare(config):
    """A configuration without what only building and training look at."""
    if isinstance(config, list):
        return [bare(item) for item in config]
    if not isinstance(config, dict):
        return config
    gone = ("initializer", "regularizer", "constraint", "build_config", "registered_name", "seed", "compile_config")
    policies = [key for key, value in config.items() if key == "dtype" and isinstance(value, dict)]
    return {key: bare(value) for key, value in config.items() if not key.endswith(gone) and key not in policies}


def weights_of(described):
    return {
        "variables": described["variables"],
        "children": {key: weights_of(child) for key, child in described["children"].items()},
    }


def network(name, inputs, output, masked=False):
    """A model on two rows; with `masked`, also its mask and its mean squared error to zero, as Keras averages it."""
    model = keras.Model([x for x, _ in inputs], output)
    for variable in model.variables:
        if "float" in str(variable.dtype):
            value = given(variable.shape)
            variable.assign(np.abs(value) + 0.3 if "variance" in variable.name else value)
    fed = [value for _, value in inputs]
    result = model(fed if len(fed) > 1 else fed[0])
    values = np.asarray(result)
    stored = {
        "name": name,
        "model": bare(json.loads(model.to_json())),
        "weights": {layer.name: weights_of(describe(layer)) for layer in model.layers if isinstance(layer, keras.Layer) and layer.weights},
        "inputs": [plain(value) for value in fed],
        "output": {"shape": list(values.shape), "data": [float(f"{v:.12g}") for v in values.reshape(-1)]},
    }
    if masked:
        mask = keras.src.backend.get_keras_mask(result)
        stored["mask"] = None if mask is None else np.asarray(mask).astype(int).tolist()
        # Row by row: every row weighs the same here.
        losses = []
        for row in range(2):
            answer = model([value[row : row + 1] for value in fed] if len(fed) > 1 else fed[0][row : row + 1])
            try:
                losses.append(float(keras.losses.MeanSquaredError()(np.zeros(answer.shape), answer)))
            except ValueError:  # a mask that is finer than the losses, which Keras cannot use either
                losses.append(None)
        stored["losses"] = losses
    return stored


def words(length=5, size=6):
    """Indices with zeros behind, of the second row also inside."""
    value = random.integers(1, size, size=(2, length))
    value[0, -2:] = 0
    value[1, 2] = 0
    return keras.Input((length,), dtype="int32"), value


def steps(length=5, features=3):
    value = given((2, length, features))
    value[0, -1] = 0
    value[1, 0] = 0
    value[1, 2] = 0
    return keras.Input((length, features)), value


def masks():
    stored = []

    def add(name, inputs, output):
        stored.append(network(name, inputs, output, masked=True))

    x = words()
    add("embedding", [x], layers.Dense(2)(layers.Embedding(6, 3, mask_zero=True)(x[0])))
    for cell in (layers.SimpleRNN, layers.GRU, layers.LSTM):
        x = steps()
        add(f"masking, {cell.__name__}", [x], layers.Dense(2)(cell(3)(layers.Masking()(x[0]))))
        x = steps()
        y = cell(3, return_sequences=True, go_backwards=True)(layers.Masking()(x[0]))
        add(f"masking, {cell.__name__} backwards in sequences", [x], layers.Dense(2)(y))
    x = steps()
    y = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True)(layers.Masking()(x[0]))
    add("stacked cells", [x], y)
    x = steps()
    y = layers.RNN(layers.LSTMCell(3), return_sequences=True, zero_output_for_mask=True)(layers.Masking()(x[0]))
    add("zero output", [x], y)
    for sequences in (True, False):
        x = steps()
        y = layers.Bidirectional(layers.LSTM(2, return_sequences=sequences))(layers.Masking()(x[0]))
        add(f"both ways, sequences {sequences}", [x], y)
    x = steps()
    y, *states = layers.LSTM(3, return_sequences=True, return_state=True)(layers.Masking()(x[0]))
    add("states carried on", [x], layers.LSTM(3, return_sequences=True)(y, initial_state=states))
    x = steps()
    y, *states = layers.Bidirectional(layers.GRU(2, return_state=True))(layers.Masking()(x[0]))
    z = layers.Bidirectional(layers.GRU(2))(x[0], initial_state=states)
    add("states both ways", [x], layers.Concatenate()([y, z]))
    x = steps()
    add("average over steps", [x], layers.GlobalAveragePooling1D()(layers.Masking()(x[0])))
    x = steps()
    y = layers.GlobalAveragePooling1D(keepdims=True)(layers.Dropout(0.3)(layers.LayerNormalization()(layers.Masking()(x[0]))))
    add("mask kept by normalization and dropout", [x], y)
    x = steps()
    y = layers.TimeDistributed(layers.Dense(2))(layers.Masking()(x[0]))
    add("each step", [x], layers.LSTM(2)(y))
    x = steps()
    y = layers.RMSNormalization()(layers.Masking()(x[0]))
    add("mask dropped by a layer that does not know it", [x], layers.LSTM(2)(y))
    for merge in (layers.Add, layers.Multiply, layers.Maximum, layers.Minimum, layers.Average, layers.Concatenate):
        a, b = steps(), steps()
        y = merge()([layers.Masking()(a[0]), layers.Masking()(b[0])])
        add(f"{merge.__name__} of masked", [a, b], layers.GRU(2, return_sequences=True)(y))
        a, b = steps(), steps()
        add(f"{merge.__name__} of one masked", [a, b], layers.GRU(2)(merge()([layers.Masking()(a[0]), b[0]])))
    a, b = steps(), steps(3)
    y = layers.Concatenate(axis=1)([layers.Masking()(a[0]), b[0]])
    add("concatenated steps", [a, b], layers.GRU(2, return_sequences=True)(y))
    x = words()
    y = layers.Embedding(6, 4, mask_zero=True)(x[0])
    add("self-attention", [x], layers.Dense(2)(layers.MultiHeadAttention(2, 3)(y, y)))
    x = words()
    y = layers.Embedding(6, 4, mask_zero=True)(x[0])
    add("causal self-attention with dropout", [x], layers.MultiHeadAttention(2, 3, dropout=0.2)(y, y, use_causal_mask=True))
    q, v = words(4), words()
    table = layers.Embedding(6, 4, mask_zero=True)
    y = layers.MultiHeadAttention(2, 3)(query=table(q[0]), value=table(v[0]))
    add("cross-attention by keywords", [q, v], y)
    q, v = words(4), words()
    y = layers.GroupQueryAttention(3, 4, 2)(table(q[0]), table(v[0]))
    add("grouped-query attention", [q, v], layers.Dense(2)(y))
    x = steps()
    allowed = keras.ops.cast(keras.ops.greater(x[0][:, :, 0:1] @ keras.ops.transpose(x[0][:, :, 1:2], (0, 2, 1)), -1.0), "bool")
    add("an attention mask computed in the model", [x], layers.MultiHeadAttention(1, 2)(x[0], x[0], attention_mask=allowed))
    for attention in (layers.Attention, layers.AdditiveAttention):
        a, b = steps(4), steps()
        y = attention()([layers.Masking()(a[0]), layers.Masking()(b[0])])
        add(f"{attention.__name__}", [a, b], layers.LSTM(2, return_sequences=True)(y))
    x = steps()
    inner = keras.Sequential([keras.Input((5, 3)), layers.Dense(3), layers.GRU(2, return_sequences=True)])
    add("through a nested model", [x], layers.GRU(2, return_sequences=True)(inner(layers.Masking()(x[0]))))
    x = (keras.Input((3, 4, 2)), given((2, 3, 4, 2)))
    x[1][0, 1, 2] = 0
    y = layers.TimeDistributed(layers.GRU(2))(layers.Masking()(x[0]))
    add("a mask inside each step", [x], y)
    x = (keras.Input((2, 4, 4, 1)), given((2, 2, 4, 4, 1)))
    frame = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(3, activation="tanh")])
    add("a model for each step", [x], layers.GRU(2)(layers.TimeDistributed(frame)(x[0])))
    x = words()
    tied = layers.ReversibleEmbedding(6, 3, mask_zero=True, logit_soft_cap=2.0)
    add("an embedding that ends the model too", [x], tied(layers.GRU(3, return_sequences=True)(tied(x[0])), reverse=True))
    x = words()
    untied = layers.ReversibleEmbedding(6, 3, tie_weights=False)
    add("a reversible embedding with weights of its own", [x], untied(layers.Dense(3)(untied(x[0])), reverse=True))
    return stored


def operations():
    stored = []

    def add(name, build, *shapes, positive=False):
        values = [np.abs(given((2, *shape))) + 0.2 if positive else given((2, *shape)) for shape in shapes]
        inputs = [keras.Input(shape) for shape in shapes]
        stored.append(network(name, list(zip(inputs, values)), build(*inputs)))

    for name in (
        "abs absolute cos exp expm1 negative relu relu6 sigmoid sign silu sin softplus softsign square tanh elu selu celu "
        "gelu hard_sigmoid hard_silu hard_tanh hard_shrink soft_shrink leaky_relu log_sigmoid softmax log_softmax "
        "squareplus tanh_shrink sparse_plus sparse_sigmoid glu erf ones_like zeros_like sinh cosh"
    ).split():
        add(name, getattr(ops, name), (3, 4))
    for name in "log log1p log2 log10 sqrt rsqrt reciprocal".split():
        add(name, getattr(ops, name), (3, 4), positive=True)
    for name in "add subtract multiply divide true_divide maximum minimum greater less greater_equal less_equal".split():
        add(name, getattr(ops, name), (3, 4), (3, 4))
    add("add of other shapes", lambda a, b: ops.add(a, b), (3, 4), (1, 4))
    add("power", lambda a: ops.power(a, 1.5), (3, 4), positive=True)
    add("power of tensors", lambda a, b: ops.power(a, b), (3, 4), (3, 4), positive=True)
    add("constants on the left", lambda a: 2.0 ** a + (1.0 - a) / 3.0, (3,))
    add("a constant tensor", lambda a: a * np.array([1.0, -2.0, 0.5]) + np.array([[1.0], [2.0]]), (2, 3))
    add("activations with options", lambda a: ops.leaky_relu(ops.gelu(a, approximate=True), negative_slope=0.3) + ops.celu(a, alpha=2.0) + ops.elu(a, alpha=0.5), (4,))
    add("thresholds", lambda a: ops.hard_shrink(a, threshold=0.2) + ops.soft_shrink(a, threshold=0.1) + ops.threshold(a, 0.3, -1.0), (4,))
    for name in "sum mean max min var std logsumexp".split():
        add(f"{name} over an axis", lambda a, name=name: getattr(ops, name)(a, axis=1), (3, 4))
        add(f"{name} over two, kept", lambda a, name=name: getattr(ops, name)(a, axis=(1, -1), keepdims=True), (3, 4))
    add("normalize", lambda a: ops.normalize(a, axis=-1), (3, 4))
    add("moments", lambda a: ops.subtract(*ops.moments(a, axes=[1])), (3, 4))
    add("softmax over another axis", lambda a: ops.softmax(a, axis=1), (3, 4))
    add("reshape", lambda a: ops.reshape(a, (-1, 2, 6)), (3, 4))
    add("reshape with an extent left out", lambda a: ops.reshape(ops.reshape(a, (-1, 12)), (-1, 2, 6)), (3, 4))
    add("transpose", lambda a: ops.transpose(a, (0, 2, 1)), (3, 4))
    add("swapaxes", lambda a: ops.swapaxes(a, 1, -1), (3, 4, 2))
    add("moveaxis", lambda a: ops.moveaxis(a, 1, -1), (3, 4, 2))
    add("expand and squeeze", lambda a: ops.squeeze(ops.expand_dims(a, 2) * 2.0, 2), (3, 4))
    add("concatenate", lambda a, b: ops.concatenate([a, b], axis=-1), (3, 4), (3, 2))
    add("stack", lambda a, b: ops.stack([a, b], axis=2), (3, 4), (3, 4))
    add("split", lambda a: ops.subtract(*ops.split(a, 2, axis=-1)), (3, 4))
    add("split at places", lambda a: ops.split(a, [1, 3], axis=2)[1], (3, 4))
    add("unstack", lambda a: ops.unstack(a, axis=1)[2], (3, 4))
    add("slices", lambda a: a[:, 1:, ::2], (3, 4))
    add("a position", lambda a: a[:, -1], (3, 4))
    add("a position behind dots", lambda a: a[..., 1] + a[..., -1], (3, 4))
    add("a new axis", lambda a: a[:, None, :, 0:2], (3, 4))
    add("a step backwards", lambda a: a[:, ::-1], (3, 4))
    for name in ("any", "all"):
        add(name, lambda a, name=name: a * ops.cast(getattr(ops, name)(a > 0.0, axis=-1, keepdims=True), "float64"), (3, 2))
    add("take", lambda a: ops.take(a, [2, 0, 2], axis=-1), (3, 4))
    add("flip", lambda a: ops.flip(a, axis=1), (3, 4))
    add("roll", lambda a: ops.roll(a, 1, axis=1), (3, 4))
    add("repeat", lambda a: ops.repeat(a, 2, axis=1), (3, 2))
    add("tile", lambda a: ops.tile(a, (1, 2, 1)), (3, 2))
    add("pad", lambda a: ops.pad(a, ((0, 0), (1, 0), (0, 2))), (3, 2))
    add("matmul", lambda a, b: ops.matmul(a, b), (3, 4), (4, 2))
    add("matmul with a constant", lambda a: ops.matmul(a, np.arange(8.0).reshape(4, 2)), (3, 4))
    add("matmul with one matrix for all", lambda a, b: ops.matmul(a, b), (2, 3, 4), (1, 4, 2))
    add("einsum", lambda a, b: ops.einsum("bij,bjk->bik", a, b), (3, 4), (4, 2))
    add("einsum with dots", lambda a, b: ops.einsum("...i,...i->...", a, b), (3, 4), (3, 4))
    add("tensordot", lambda a: ops.tensordot(a, np.arange(8.0).reshape(4, 2), axes=1), (3, 4))
    add("dot", lambda a: ops.dot(a, np.arange(8.0).reshape(4, 2)), (3, 4))
    add("clip", lambda a: ops.clip(a, -0.5, 0.5), (3, 4))
    add("where", lambda a, b: ops.where(a > b, a, ops.square(b)), (3, 4), (3, 4))
    add("where with constants", lambda a: ops.where(ops.logical_and(a > -0.5, ops.logical_not(a > 0.5)), a, 0.0), (3, 4))
    add("cast and stop", lambda a: ops.cast(a, "float64") * ops.stop_gradient(a), (3, 4))
    add("cumsum", lambda a: ops.cumsum(a, axis=1), (3, 4))
    add("comparisons", lambda a, b: ops.where(ops.logical_or(ops.equal(a, b), ops.not_equal(a, 0.0)), a, b), (3,), (3,))
    add("one value for all", lambda a: ops.full_like(a, 2.0) * a, (3,))
    return stored


def open_extents():
    """Networks that take images and texts of any size."""
    stored = []
    x = keras.Input((None, None, 2))
    y = layers.Conv2D(3, 3, padding="same", activation="tanh")(x)
    y = layers.UpSampling2D()(layers.MaxPooling2D()(y))
    y = layers.Concatenate()([y, layers.Conv2DTranspose(2, 2, padding="same")(x)])
    stored.append(network("images", [(x, given((2, 4, 6, 2)))], layers.GlobalAveragePooling2D()(layers.BatchNormalization()(y))))
    x = keras.Input((None,), dtype="int32")
    y = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(layers.Embedding(6, 3, mask_zero=True)(x))
    stored.append(network("texts", [(x, words()[1])], layers.Dense(2)(layers.GRU(2)(y))))
    x = keras.Input((None, 4))
    y = layers.Add()([x, layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)])
    stored.append(network("attention", [(x, given((2, 5, 4)))], layers.LayerNormalization()(y)))
    return stored


def calls():
    """Layers that are called with more than one tensor, or give more than one."""
    stored = []
    for cell, states in ((layers.SimpleRNNCell(3), 1), (layers.GRUCell(3), 1), (layers.LSTMCell(3), 2)):
        inputs = [(keras.Input((width,)), given((2, width))) for width in (4, *[3] * states)]
        y, after = cell(inputs[0][0], [x for x, _ in inputs[1:]])
        stored.append(network(type(cell).__name__, inputs, layers.Concatenate()([y, *after])))
    for attention in (layers.MultiHeadAttention(2, 3), layers.GroupQueryAttention(3, 4, 2)):
        q, v = [(keras.Input((steps, 4)), given((2, steps, 4))) for steps in (3, 5)]
        y, scores = attention(q[0], v[0], return_attention_scores=True)
        y = layers.Concatenate()([layers.Flatten()(y), layers.Flatten()(scores)])
        stored.append(network(f"{type(attention).__name__} with its scores", [q, v], y))
    x = (keras.Input((3, 4)), given((2, 3, 4)))
    y, scores = layers.MultiHeadAttention(2, 3)(x[0], x[0], use_causal_mask=True, return_attention_scores=True)
    stored.append(network("causal attention with its scores", [x], scores))
    x = (keras.Input((2, 3, 4)), given((2, 2, 3, 4)))
    y, scores = layers.MultiHeadAttention(2, 3, attention_axes=(2,))(x[0], x[0], return_attention_scores=True)
    stored.append(network("scores along one axis of two", [x], scores))
    for axes, shape in (((1, 2), (2, 3, 2, 3)), ((2,), (2, 3, 3)), ((2,), (3, 3))):
        x = (keras.Input((2, 3, 4)), given((2, 2, 3, 4)))
        mask = (keras.Input(shape), given((2, *shape)))
        y = layers.MultiHeadAttention(2, 3, attention_axes=axes)(x[0], x[0], attention_mask=mask[0] > 0.0)
        stored.append(network(f"attention along {axes} with a mask of {shape}", [x, mask], y))
    return stored


def more_operations():
    stored = []

    def add(name, build, *shapes, inside=None):
        values = [given((2, *shape)) for shape in shapes]
        if inside:
            values = [np.tanh(value) * (inside[1] - inside[0]) / 2 + sum(inside) / 2 for value in values]
        inputs = [keras.Input(shape) for shape in shapes]
        stored.append(network(name, list(zip(inputs, values)), build(*inputs)))

    def norm(a, order):
        y = ops.norm(a, ord=order, axis=-1, keepdims=True)
        # Keras makes a list of it, which it cannot use itself.
        y._keras_history.operation.axis = -1
        return y

    for name in "arctan arcsinh tan exp2 deg2rad rad2deg floor ceil trunc erfc cbrt".split():
        add(name, ops.erfc if name == "erfc" else getattr(ops, name), (3, 4))
    for name in "arcsin arccos arctanh".split():
        add(name, getattr(ops, name), (3, 4), inside=(-0.9, 0.9))
    add("arccosh", ops.arccosh, (3, 4), inside=(1.1, 3.0))
    for name in "arctan2 logaddexp mod floor_divide fmax fmin hypot divide_no_nan".split():
        add(name, getattr(ops, name), (3, 4), (3, 4))
    add("divide_no_nan by zeros", lambda a: ops.divide_no_nan(a, ops.relu(a)), (3, 4))
    add("logical_xor", lambda a, b: ops.where(ops.logical_xor(a > 0.0, b > 0.0), a, b), (3,), (3,))
    for name in "prod amax amin ptp".split():
        add(name, lambda a, name=name: getattr(ops, name)(a, axis=1), (3, 4))
        add(f"{name} over two, kept", lambda a, name=name: getattr(ops, name)(a, axis=(1, -1), keepdims=True), (3, 4))
    add("cumprod", lambda a: ops.cumprod(a, axis=2), (3, 4))
    for order in (None, 1, 2, 3):
        add(f"norm {order}", lambda a, order=order: norm(a, order), (3, 4))
    add("average", lambda a: ops.average(a, axis=1), (3, 4))
    add("average with weights", lambda a: ops.average(a, axis=1, weights=np.array([1.0, 2.0, 0.5])), (3, 4))
    add("diff", lambda a: ops.diff(a, n=2, axis=1), (4, 2))
    add("tril and triu", lambda a: ops.tril(a, 1) - ops.triu(a, -1), (3, 4))
    add("hstack and fliplr", lambda a, b: ops.fliplr(ops.hstack([a, b])), (3, 4), (2, 4))
    add("append", lambda a, b: ops.append(a, b, axis=2), (3, 4), (3, 2))
    for mode in ("reflect", "symmetric", "edge", "wrap"):
        add(f"pad by {mode}", lambda a, mode=mode: ops.pad(a, ((0, 0), (2, 1), (0, 2)), mode=mode), (3, 4))
    add("pad with a number", lambda a: ops.pad(a, ((0, 0), (1, 0), (0, 2)), constant_values=0.7), (3, 2))
    x = words()
    stored.append(network("one hot", [x], layers.Dense(2)(ops.one_hot(x[0], 6))))
    add("max_pool", lambda a: ops.max_pool(a, (2, 2), (2, 2), padding="same"), (5, 4, 2))
    add("average_pool", lambda a: ops.average_pool(a, (2, 3), (1, 1), padding="same"), (5, 4, 2))
    add("adaptive pools", lambda a: ops.adaptive_average_pool(a, (2, 3)) + ops.adaptive_max_pool(a, (2, 3)), (5, 4, 2))
    add("resize", lambda a: ops.image.resize(a, (3, 5)), (5, 4, 2))
    add("conv", lambda a: ops.conv(a, given((2, 3, 2, 3)), strides=2, padding="same"), (5, 4, 2))
    add("depthwise_conv", lambda a: ops.depthwise_conv(a, given((2, 2, 2, 2))), (4, 4, 2))
    add("layer_normalization", lambda a: ops.layer_normalization(a, given((4,)), given((4,)), epsilon=0.1), (3, 4))
    add("rms_normalization", lambda a: ops.rms_normalization(a, given((4,)), epsilon=0.1), (3, 4))
    add("batch_normalization", lambda a: ops.batch_normalization(a, given((4,)), np.abs(given((4,))) + 0.3, axis=-1, offset=given((4,)), scale=given((4,))), (3, 4))
    add("dot_product_attention", lambda a, b: ops.dot_product_attention(a, b, b), (3, 2, 4), (5, 2, 4))
    add("causal attention", lambda a: ops.dot_product_attention(a, a, a, scale=0.4, is_causal=True), (3, 2, 4))
    return stored


def further_operations():
    stored = []

    # Keras 3.15 exchanges padding and output padding in graphs, where it then fails; what the file says is meant.
    def call(self, x, kernel):
        return ops.conv_transpose(x, kernel, self.strides, self.padding, self.output_padding, self.data_format, self.dilation_rate)

    keras.src.ops.nn.ConvTranspose.call = call

    def add(name, build, *shapes):
        inputs = [keras.Input(shape) for shape in shapes]
        stored.append(network(name, [(x, given((2, *shape))) for x, shape in zip(inputs, shapes)], build(*inputs)))

    image = (4, 6, 3)
    for name in "abs fabs conj conjugate copy real signbit".split():
        operation = getattr(ops, name, None) or getattr(keras.src.ops.numpy, name)
        add(name, lambda a, operation=operation: a * ops.cast(operation(a), "float64"), (3, 4))
    # The functions make Absolute and Conjugate; these classes are there all the same.
    add("Abs and Conj themselves", lambda a: keras.src.ops.numpy.Abs()(keras.src.ops.numpy.Conj()(a)), (3, 4))
    add("sinc", lambda a: ops.sinc(a * np.array([1.0, 1e-2, 0.0, -0.1])), (3, 4))
    add("saturate_cast", lambda a: ops.saturate_cast(a, "float64"), (3, 4))
    for name in "fmod heaviside logaddexp2".split():
        add(name, getattr(ops, name), (3, 4), (3, 4))
    add("heaviside at zero", lambda a, b: ops.heaviside(ops.relu(a), b), (3, 4), (3, 4))
    add("select", lambda a, b: ops.select([a > 0.5, b > 0.0], [a * b, ops.square(b)], -1.0), (3, 4), (3, 4))
    add("array_split", lambda a: ops.concatenate(ops.array_split(a, 3, axis=2)[::-1], axis=2), (3, 5))
    add("hsplit, dsplit and dstack", lambda a: ops.dstack([ops.hsplit(a, 2)[1], ops.dsplit(a, [1, 3])[1][:, :2]]), (4, 5))
    add("dstack of vectors", lambda a, b: ops.dstack([a, b]), (4,), (4,))
    for turns in (1, 2, 3, -3):
        add(f"rot90 by {turns}", lambda a, turns=turns: ops.rot90(a, turns, (1, 2)), (3, 4, 2))
    add("cross", ops.cross, (4, 3), (4, 3))
    add("trapezoid", lambda a: ops.trapezoid(a, dx=0.3, axis=1), (4, 3))
    for offset in (0, 1, -2):
        add(f"diagonal {offset}", lambda a, offset=offset: ops.diagonal(a, offset, 1, 2), (3, 4, 2))
    add("trace", lambda a: ops.expand_dims(ops.trace(a, 0, -2, -1), 1), (3, 4))
    add("cdist", ops.cdist, (3, 2), (4, 2))
    add("extract_sequences", lambda a: ops.extract_sequences(a, 3, 2), (2, 8))
    for order, shape in (("channels_last", (4, 6, 8)), ("channels_first", (8, 4, 6))):
        add(f"depth_to_space, {order}", lambda a, order=order: ops.depth_to_space(a, 2, order), shape)
        add(f"space_to_depth, {order}", lambda a, order=order: ops.space_to_depth(a, 2, order), shape)
        add(f"crop_images, {order}", lambda a, order=order: ops.image.crop_images(a, 1, None, 0, 2, target_width=3, data_format=order), shape)
        add(f"pad_images, {order}", lambda a, order=order: ops.image.pad_images(a, None, 1, 1, 2, target_height=7, data_format=order), shape)
        add(f"sobel_edges, {order}", lambda a, order=order: ops.image.sobel_edges(a, data_format=order), shape)
    add("extract_patches", lambda a: ops.image.extract_patches(a, (2, 3)), image)
    add("extract_patches, overlapping", lambda a: ops.image.extract_patches(a, (3, 2), strides=(1, 2), padding="same"), image)
    add("extract_patches of volumes", lambda a: ops.image.extract_patches(a, (2, 1, 2)), (2, 3, 4, 2))
    add("rgb_to_grayscale", lambda a: ops.image.rgb_to_grayscale(a), image)
    add("rgb_to_grayscale, channels first", lambda a: ops.image.rgb_to_grayscale(a, data_format="channels_first"), (3, 4, 6))
    add("unfold", lambda a: ops.unfold(a, (2, 3), dilation=(2, 1), padding=1, stride=(1, 2)), (2, 4, 6))
    add("fold", lambda a: ops.fold(a, (4, 5), (2, 3), padding=(1, 0), stride=(2, 1)), (12, 9))
    add("separable_conv", lambda a: ops.separable_conv(a, given((3, 2, 3, 2)), given((1, 1, 6, 4)), strides=2, padding="same"), image)
    add("conv_transpose", lambda a: ops.conv_transpose(a, given((3, 2, 4, 3)), strides=2, padding="same"), image)
    add("conv_transpose with more", lambda a: ops.conv_transpose(a, given((3, 4, 3)), strides=2, output_padding=1), (5, 3))
    return stored


def write(name, stored):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "layers")
    with open(os.path.join(folder, name + ".json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry) for entry in stored) + "\n]\n")


if keras.config.backend() == "numpy":
    write("masks", masks())
    write("operations", operations())
    write("open", open_extents())
    write("calls", calls())
elif keras.config.backend() == "jax":
    write("more-operations", more_operations())
else:
    write("further-operations", further_operations())
