"""Writes test/corpus/onnx/opsets.json: operators of ONNX in every version from 7 to 25 in which they changed, each a model of
one node, with what ONNX Runtime computes of them.

Run with onnx 1.23 and onnxruntime 1.32 as `python opsets.py`. The file is committed, nothing here runs in the tests.
"""

import base64
import json
import os

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, defs, helper, numpy_helper

from weights_by_name import uniform

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "onnx", "opsets.json")
ROWS = 2
LAST = 25


def f(*shape, name="w"):
    return uniform(name, int(np.prod(shape))).reshape(shape).astype("f4")


def i(*values):
    return np.array(values, dtype="i8")


def flat(value):
    return np.array(value, dtype="f4")


CASES = []


def case(operator, versions, row, inputs=(), what="", outputs=1, **attributes):
    """A node on x [2, *row] and constants; `versions` are all that mean the same of it."""
    for version in versions:
        CASES.append((operator, version, what, row, list(inputs), outputs, attributes))


def since(operator, first=7, last=LAST):
    """The versions of the set up to 20 in which an operator changed, later ones being of types only, and those that bound it."""
    changed = {schema.since_version for schema in defs.get_all_schemas_with_history() if schema.name == operator and schema.domain == ""}
    return sorted({version for version in changed if first <= version <= min(last, 20)} | ({first} if min(changed) <= first else set()) | {last})


for operator in "Abs Ceil Cos Elu Exp Floor HardSigmoid Identity LeakyRelu Neg Relu Selu Sigmoid Sin Softplus Softsign Tan Tanh Atan Asin".split():
    case(operator, [7, LAST], [3, 4])
for operator in "Erf Sign Sinh Cosh Asinh".split():
    case(operator, [9, LAST], [3, 4])
for operator in "Add Sub Mul Div".split():
    case(operator, since(operator), [3, 4], [2 + f(4)], "broadcast")
    case(operator, since(operator), [3, 4], [2 + f(3, 1)], "broadcast inside")
case("Pow", since("Pow"), [3, 4], [flat(2.0)])
case("Pow", since("Pow", 12), [3, 4], [i(2).reshape(())], "an integer power")
case("PRelu", since("PRelu"), [3, 4], [0.5 + f(3, 1)])
for operator in "Max Min Sum Mean".split():
    case(operator, since(operator, 8), [3, 4], [f(4), f(3, 1, name="v")], "broadcast")
    case(operator, [7], [3, 4], ["x"], "of one shape")
for operator in "ReduceL1 ReduceL2 ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare".split():
    turn = 13 if operator == "ReduceSum" else 18
    case(operator, since(operator, 7, turn - 1), [3, 4], axes=[2], keepdims=0)
    case(operator, [v for v in since(operator, 7, turn - 1) if v >= 11], [3, 4], what="from the end", axes=[-1, -2])
    case(operator, since(operator, turn), [3, 4], [i(2)], keepdims=0)
    case(operator, since(operator, turn), [3, 4], [i(-1, -2)], "from the end")
    case(operator, since(operator, turn), [3, 4], [i()], "no axes mean none", noop_with_empty_axes=1)
for operator in "Softmax LogSoftmax".split():
    case(operator, [7, 11, 12], [3, 4], what="the default is all from axis 1")
    case(operator, [7, 11], [3, 4], what="axis 2", axis=2)
    case(operator, [11], [3, 4], what="from the end", axis=-1)
    case(operator, [13, 25], [3, 4], what="the default is the last axis")
    case(operator, [13, 25], [3, 4], what="axis 1", axis=1)
case("Squeeze", since("Squeeze", 7, 12), [3, 1, 4], axes=[2])
case("Squeeze", since("Squeeze", 11, 12), [3, 1, 4], what="from the end", axes=[-2])
case("Squeeze", since("Squeeze", 13), [3, 1, 4], [i(-2)])
case("Squeeze", since("Squeeze", 13), [3, 1, 4], what="every axis of one")
case("Unsqueeze", since("Unsqueeze", 7, 12), [3, 4], axes=[1, 3])
case("Unsqueeze", since("Unsqueeze", 11, 12), [3, 4], what="from the end", axes=[-1, 1])
case("Unsqueeze", since("Unsqueeze", 13), [3, 4], [i(1, -1)])
case("Flatten", since("Flatten"), [3, 4, 2], axis=1)
case("Flatten", since("Flatten", 11), [3, 4, 2], what="from the end", axis=-3)
case("Transpose", since("Transpose"), [3, 4], perm=[0, 2, 1])
case("Reshape", since("Reshape"), [3, 4], [i(0, -1)])
case("Reshape", since("Reshape", 14), [3, 4], [i(-1, 12)], "zeros are none", allowzero=1)
case("Expand", since("Expand", 8), [1, 4], [i(1, 3, 1)])
case("Tile", since("Tile"), [3, 4], [i(1, 2, 1)])
case("Concat", since("Concat"), [3, 4], ["x"], axis=1)
case("Concat", since("Concat", 11), [3, 4], ["x"], "from the end", axis=-1)
case("Slice", [7], [5, 6], axes=[1, 2], starts=[1, -4], ends=[4, 100])
case("Slice", since("Slice", 10), [5, 6], [i(1, -4), i(4, 100), i(1, 2)])
case("Slice", since("Slice", 10), [5, 6], [i(-1, 0), i(-100, 5), i(1, 2), i(-2, 2)], "steps")
case("Slice", since("Slice", 11), [5, 6], [i(1), i(4), i(-1)], "from the end")
case("Split", since("Split", 7, 12), [5, 6], outputs=2, axis=1, split=[2, 3])
case("Split", since("Split", 7, 12), [5, 6], what="even", outputs=3, axis=2)
case("Split", since("Split", 13), [5, 6], [i(2, 3)], outputs=2, axis=1)
case("Split", [13], [5, 6], what="even", outputs=3, axis=2)
case("Split", since("Split", 18), [5, 6], what="the last is shorter", outputs=2, axis=1, num_outputs=2)
case("Clip", [7], [3, 4], min=-0.3, max=0.5)
case("Clip", since("Clip", 11), [3, 4], [flat(-0.3), flat(0.5)])
case("Clip", since("Clip", 11), [3, 4], [None, flat(0.5)], "one side")
case("Pad", [7], [3, 4], pads=[0, 1, 0, 0, 0, 2], value=0.5)
case("Pad", [7], [3, 4], what="reflect", pads=[0, 1, 2, 0, 1, 1], mode="reflect")
case("Pad", since("Pad", 11), [3, 4], [i(0, 1, 0, 0, 0, 2), flat(0.5)])
case("Pad", since("Pad", 11), [3, 4], [i(0, 1, 2, 0, 1, 1)], "edge", mode="edge")
case("Pad", since("Pad", 18), [3, 4], [i(1, 2), flat(0.5), i(-1)], "axes")
case("Pad", since("Pad", 19), [3, 4], [i(0, 1, 2, 0, 1, 1)], "wrap", mode="wrap")
case("Dropout", since("Dropout", 7, 11), [3, 4], ratio=0.4)
case("Dropout", since("Dropout", 12), [3, 4], [flat(0.4)])
case("Dropout", since("Dropout", 12), [3, 4], [flat(0.4), np.array(False)], "not in training")
NORM = [2 + f(3), f(3, name="b"), f(3, name="m"), 2 + f(3, name="v")]
case("BatchNormalization", since("BatchNormalization"), [3, 4], NORM, epsilon=0.01)
case("BatchNormalization", [7], [3, 4], NORM, "a statistic a channel", spatial=1)
case("BatchNormalization", since("BatchNormalization", 14), [3, 4], NORM, "said not to train", training_mode=0)
case("InstanceNormalization", since("InstanceNormalization"), [3, 4], [f(3), f(3, name="b")], epsilon=0.01)
case("GroupNormalization", since("GroupNormalization", 21), [4, 5], [f(4), f(4, name="b")], num_groups=2)
case("LayerNormalization", since("LayerNormalization", 17), [3, 4], [f(4), f(4, name="b")])
case("LpNormalization", since("LpNormalization"), [3, 4], axis=-1)
case("Conv", since("Conv"), [4, 7, 6], [f(6, 2, 3, 3), f(6, name="b")], kernel_shape=[3, 3], group=2, strides=[2, 1], pads=[1, 0, 2, 1])
case("Conv", since("Conv"), [4, 7, 6], [f(6, 4, 3, 2)], "padded as SAME_UPPER", auto_pad="SAME_UPPER", strides=[2, 2])
case("ConvTranspose", since("ConvTranspose"), [4, 5, 4], [f(4, 3, 3, 3), f(3, name="b")], strides=[2, 2], pads=[1, 1, 0, 1], output_padding=[1, 0])
case("MaxPool", since("MaxPool"), [3, 7, 6], kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 0])
case("MaxPool", since("MaxPool", 10), [3, 7, 6], what="rounded up", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
case("AveragePool", since("AveragePool"), [3, 7, 6], kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 0])
case("AveragePool", since("AveragePool"), [3, 7, 6], what="zeros count", kernel_shape=[3, 2], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)
case("AveragePool", since("AveragePool", 10), [3, 7, 6], what="rounded up", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
case("GlobalAveragePool", since("GlobalAveragePool"), [3, 4, 5])
case("GlobalMaxPool", since("GlobalMaxPool"), [3, 4, 5])
case("Gemm", since("Gemm"), [4], [f(3, 4), f(3, name="b")], transB=1, alpha=0.5, beta=2.0)
case("Gemm", since("Gemm", 11), [4], [f(4, 3)], "without an offset")
case("MatMul", since("MatMul"), [3, 4], [f(4, 5)])
case("Gather", since("Gather"), [5, 4], [i(0, 2, 4)], axis=1)
case("Gather", since("Gather", 11), [5, 4], [i(0, -1)], "from the end", axis=1)
case("DepthToSpace", since("DepthToSpace"), [8, 2, 3], blocksize=2)
case("DepthToSpace", since("DepthToSpace", 11), [8, 2, 3], what="columns first", blocksize=2, mode="CRD")
case("SpaceToDepth", since("SpaceToDepth"), [2, 4, 6], blocksize=2)
case("CumSum", since("CumSum", 11), [3, 4], [np.array(2, dtype="i4")], exclusive=1)
case("Cast", since("Cast"), [3, 4], to=TensorProto.FLOAT)
case("Upsample", [7], [3, 4, 5], mode="nearest", scales=[1.0, 1.0, 2.0, 3.0])
case("Upsample", [7], [3, 4, 5], what="linear", mode="linear", scales=[1.0, 1.0, 2.0, 3.0])
case("Upsample", [9], [3, 4, 5], [flat([1, 1, 2, 3])], mode="nearest")
case("Upsample", [9], [3, 4, 5], [flat([1, 1, 2, 3])], "linear", mode="linear")
case("Resize", [10], [3, 4, 5], [flat([1, 1, 2, 3])], mode="nearest")
case("Resize", [10], [3, 4, 5], [flat([1, 1, 2, 0.6])], "linear", mode="linear")
case("Resize", since("Resize", 11), [3, 4, 5], [flat([]), flat([1, 1, 2, 3])], mode="nearest")
case("Resize", since("Resize", 11), [3, 4, 5], [flat([]), flat([1, 1, 2, 0.6])], "linear", mode="linear")
case("Resize", since("Resize", 11), [3, 4, 5], [flat([]), flat([1, 1, 2, 1.6])], "asymmetric", mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
case("Resize", since("Resize", 13), [3, 4, 5], [None, flat([1, 1, 2, 1.6])], "cubic", mode="cubic", coordinate_transformation_mode="half_pixel", cubic_coeff_a=-0.5)
case("Resize", since("Resize", 18), [3, 4, 5], [None, flat([2, 3])], "axes", mode="nearest", axes=[2, 3])
case("ThresholdedRelu", since("ThresholdedRelu", 10), [3, 4], alpha=0.2)
case("Mod", since("Mod", 10), [3, 4], [flat(0.4)], fmod=1)
case("HardSwish", since("HardSwish", 14), [3, 4])
case("Mish", since("Mish", 18), [3, 4])
case("Gelu", since("Gelu", 20), [3, 4])


def model_of(operator, version, row, inputs, outputs, attributes, shape=None):
    names, constants = [], []
    for at, value in enumerate(inputs):
        if value is None or isinstance(value, str):
            names.append(value or "")
            continue
        names.append(f"c{at}")
        constants.append(numpy_helper.from_array(np.asarray(value), f"c{at}"))
    ends = [f"y{at}" for at in range(outputs)]
    last = ends[-1] if outputs > 1 else "y0"
    node = helper.make_node(operator, ["x", *names], ends, name="node", **attributes)
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", *row])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, shape)],
        constants,
    )
    # Versions of the file's format that ONNX Runtime and older readers take.
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=8)


def main():
    stored, refused = [], []
    for operator, version, what, row, inputs, outputs, attributes in CASES:
        name = f"{operator} {version}" + (f", {what}" if what else "")
        x = uniform("x", ROWS * int(np.prod(row))).reshape(ROWS, *row).astype("f4")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        parts = operator, version, row, inputs, outputs, attributes
        try:
            open_model = model_of(*parts).SerializeToString()
            (y,) = onnxruntime.InferenceSession(open_model, options).run(None, {"x": x})
            model = model_of(*parts, shape=["rows", *y.shape[1:]])
            checker.check_model(model)
        except Exception as error:
            refused.append(f"{name}: {str(error).splitlines()[0][:150]}")
            continue
        stored.append(
            {
                "name": name,
                "row": row,
                "model": base64.b64encode(model.SerializeToString()).decode(),
                "shape": list(y.shape),
                "output": [float(f"{value:.6g}") for value in y.flatten().tolist()],
            }
        )
    with open(FILE, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry) for entry in stored) + "\n]\n")
    print("\n".join(refused))
    print(f"{len(stored)} cases, {len(refused)} not had")


main()
