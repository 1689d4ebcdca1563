import type { Elementwise } from '../../autodiff/graph';
import type { Shape } from '../../autodiff/shape';
import type { Kernels } from './kernel';
import type { Tensor, Tf } from './tf';
import type { Value } from './value';

/** Up to here the kernels broadcast; beyond, those of wasm print a line and compute nothing. */
const BROADCAST_RANK = 6;

/** The kernels broadcast by themselves, so operands stay as small as they are. */
export function elementwiseKernels(tf: Tf): Kernels<Elementwise> {
  const unary =
    (f: (x: Tensor) => Tensor) =>
    ([x]: readonly Value[]) =>
      f(x.tensor);
  const several =
    (f: (...operands: Tensor[]) => Tensor) => (inputs: readonly Value[], _: unknown, shape: Shape) =>
      shape.length <= BROADCAST_RANK
        ? f(...inputs.map((input) => input.tensor))
        : tf.reshape(f(...inputs.map((input) => tf.reshape(input.whole, [-1]))), [...shape]);
  const asFloat = (x: Tensor) => tf.cast(x, 'float32');
  return {
    neg: unary(tf.neg),
    exp: unary(tf.exp),
    log: unary(tf.log),
    sqrt: unary(tf.sqrt),
    reciprocal: unary(tf.reciprocal),
    tanh: unary(tf.tanh),
    sigmoid: unary(tf.sigmoid),
    softplus: unary(tf.softplus),
    erf: unary(tf.erf),
    sin: unary(tf.sin),
    cos: unary(tf.cos),
    atan: unary(tf.atan),
    floor: unary(tf.floor),
    abs: unary(tf.abs),
    sign: unary(tf.sign),
    relu: unary(tf.relu),
    stopGradient: unary((x) => x),
    power: ([x], { exponent }) => tf.pow(x.tensor, tf.scalar(exponent)),
    add: several(tf.add),
    sub: several(tf.sub),
    mul: several(tf.mul),
    div: several(tf.div),
    maximum: several(tf.maximum),
    minimum: several(tf.minimum),
    greater: several((a, b) => asFloat(tf.greater(a, b))),
    equal: several((a, b) => asFloat(tf.equal(a, b))),
    select: several((mask, a, b) => tf.where(tf.notEqual(mask, 0), a, b)),
  };
}
