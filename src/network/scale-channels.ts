import { type Node, isOp } from '../autodiff/graph';
import {
  add,
  broadcast,
  conv,
  convInputGradient,
  matmul,
  mul,
  reshape,
  transpose,
} from '../autodiff/operations';
import { sizeOf } from '../core/size-of';

/**
 * x times a vector along one axis, multiplied into the weights that made x: the graph stays one convolution or product
 * and the vector's gradient falls out of the kernel's. `undefined` where x is not such a result, or is smaller
 * than its weights.
 */
export function scaleInWeights(x: Node, scale: Node, axis: number): Node | undefined {
  if (isOp(x, 'transpose')) {
    const { permutation } = x.attributes;
    const inner = scaleInWeights(x.inputs[0], scale, permutation[axis]);
    return inner && transpose(inner, permutation);
  }
  if (isOp(x, 'reshape')) {
    // Only leading axes were regrouped, as a dense layer does: the last one still counts channels.
    const [source] = x.inputs;
    const last = source.shape.length - 1;
    if (axis !== x.shape.length - 1 || source.shape[last] !== x.shape[axis]) return undefined;
    const inner = scaleInWeights(source, scale, last);
    return inner && reshape(inner, x.shape);
  }
  if (isOp(x, 'add')) {
    const bias = x.inputs.find((input) => isOp(input, 'broadcast'));
    const product = x.inputs.find((input) => input !== bias);
    const inner = bias && product && scaleInWeights(product, scale, axis);
    return inner && add(inner, mul(bias, alongAxis(scale, x, axis)));
  }
  const [input, kernel] = x.inputs;
  if (x.inputs.length !== 2 || sizeOf(kernel.shape) > sizeOf(x.shape)) return undefined;
  if (isOp(x, 'conv') && axis === 1)
    return conv(input, mul(kernel, alongAxis(scale, kernel, 0)), x.attributes);
  if (isOp(x, 'convInputGradient') && axis === 1 && x.attributes.groups === 1)
    return convInputGradient(input, mul(kernel, alongAxis(scale, kernel, 1)), x.attributes);
  if (isOp(x, 'matmul') && axis === x.shape.length - 1) {
    const { transposeA, transposeB } = x.attributes;
    const outputs = kernel.shape.length - (transposeB ? 2 : 1);
    return matmul(input, mul(kernel, alongAxis(scale, kernel, outputs)), transposeA, transposeB);
  }
  return undefined;
}

/** A vector repeated along all axes of `like` but one. */
export function alongAxis(vector: Node, like: Node, axis: number): Node {
  const aligned = like.shape.map((_, a) => (a === axis ? vector.shape[0] : 1));
  return broadcast(reshape(vector, aligned), like.shape);
}
