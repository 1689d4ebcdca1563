import type { Node } from '../autodiff/graph';
import {
  abs,
  add,
  div,
  erf,
  exp,
  greater,
  maximum,
  minimum,
  mul,
  neg,
  power,
  relu,
  select,
  sigmoid,
  sign,
  sliceAxis,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
} from '../autodiff/operations';
import { ShapeError } from '../autodiff/shape';

/** Keras' generalized ReLU: `slope` (x - threshold) below the threshold, x above it, at most `ceiling`. */
export interface ReluOptions {
  readonly slope?: number;
  readonly threshold?: number;
  readonly ceiling?: number;
}

/** The rectifier, with its options. */
export function rectify(x: Node, { slope = 0, threshold = 0, ceiling }: ReluOptions = {}): Node {
  const above = ceiling === undefined ? x : minimum(x, ceiling);
  if (threshold === 0 && slope === 0) return ceiling === undefined ? relu(x) : minimum(relu(x), ceiling);
  return select(greater(x, threshold), above, mul(slope, sub(x, threshold)));
}

/** x above 0, slope * x below. */
export const leakyRelu = (x: Node, slope: number): Node => select(greater(x, 0), x, mul(slope, x));

/** Leaky ReLU with a learned slope for each element, shared along axes of extent 1. */
export const parametricRelu = (x: Node, slope: Node): Node => select(greater(x, 0), x, mul(slope, x));

/** alpha (exp(x) - 1) below 0 (Clevert et al. 2016). */
export const elu = (x: Node, alpha = 1): Node => select(greater(x, 0), x, mul(alpha, expm1Below(x)));

/** The self-normalizing ELU (Klambauer et al. 2017). */
export const selu = (x: Node): Node => mul(1.0507009873554805, elu(x, 1.6732632423543772));

/** max(0, x) + min(0, alpha (exp(x / alpha) - 1)) (Barron 2017). */
export const celu = (x: Node, alpha = 1): Node =>
  select(greater(x, 0), x, mul(alpha, expm1Below(mul(x, 1 / alpha))));

/** x times the normal distribution function of x (Hendrycks & Gimpel 2016), exactly or by its tanh form. */
export function gelu(x: Node, approximate = false): Node {
  const half = mul(0.5, x);
  if (!approximate) return mul(half, add(1, erf(mul(x, Math.SQRT1_2))));
  const cubic = mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, power(x, 3))));
  return mul(half, add(1, tanh(cubic)));
}

/** x sigmoid(x), also called swish. */
export const silu = (x: Node): Node => mul(x, sigmoid(x));

/** x tanh(softplus(x)) (Misra 2019). */
export const mish = (x: Node): Node => mul(x, tanh(softplus(x)));

/** x / (1 + |x|) (Turian et al. 2009). */
export const softsign = (x: Node): Node => div(x, add(1, abs(x)));
/** log(sigmoid(x)), without overflow. */
export const logSigmoid = (x: Node): Node => neg(softplus(neg(x)));
/** (x + sqrt(x^2 + b)) / 2 (Barron 2021). */
export const squareplus = (x: Node, b = 4): Node => mul(0.5, add(x, sqrt(add(square(x), b))));
/** x - tanh(x). */
export const tanhShrink = (x: Node): Node => sub(x, tanh(x));
/** x within [-1, 1], the nearer end outside. */
export const hardTanh = (x: Node): Node => clamp(x, -1, 1);

/** clamp(slope * x + offset, 0, 1): Keras 3 has x / 6 + 1/2, Keras 2 and TensorFlow.js x / 5 + 1/2. */
export const hardSigmoid = (x: Node, slope: number): Node => clamp(add(mul(slope, x), 0.5), 0, 1);
/** x times the hard sigmoid of slope 1/6, also called hard swish (Howard et al. 2019). */
export const hardSilu = (x: Node): Node => mul(x, hardSigmoid(x, 1 / 6));

/** x outside [-bound, bound], 0 within. */
export const hardShrink = (x: Node, bound = 0.5): Node => select(greater(abs(x), bound), x, 0);

/** x moved towards 0 by `bound`, 0 within it. */
export const softShrink = (x: Node, bound = 0.5): Node => mul(sign(x), relu(sub(abs(x), bound)));

/** x above `level`, else `otherwise`. */
export const threshold = (x: Node, level: number, otherwise: number): Node =>
  select(greater(x, level), x, otherwise);

/** 0 below -1, x above 1, (x + 1)^2 / 4 between. */
export const sparsePlus = (x: Node): Node => select(greater(x, 1), x, mul(0.25, square(relu(add(x, 1)))));

/** 0 below -1, 1 above 1, straight between. */
export const sparseSigmoid = (x: Node): Node => clamp(mul(0.5, add(x, 1)), 0, 1);

/**
 * The first half of an axis times the sigmoid of the second (Dauphin et al. 2017).
 * @throws ShapeError for an odd axis.
 */
export function glu(x: Node, axis = -1): Node {
  const along = axis < 0 ? axis + x.shape.length : axis;
  const extent = x.shape[along];
  if (extent % 2 !== 0) throw new ShapeError(`a gated linear unit halves an even axis, not one of ${extent}`);
  const value = sliceAxis(x, along, 0, extent / 2);
  return mul(value, sigmoid(sliceAxis(x, along, extent / 2, extent)));
}

/** exp(x) - 1 for x below 0, and 0 above, where exp would overflow. */
const expm1Below = (x: Node): Node => sub(exp(minimum(x, 0)), 1);

const clamp = (x: Node, low: number, high: number): Node => minimum(maximum(x, low), high);
