import type { Node } from '../autodiff/graph';
import {
  add,
  maximum,
  mul,
  power,
  reciprocal,
  reduceMean,
  reduceSum,
  reshape,
  spread,
  sqrt,
  square,
  sub,
} from '../autodiff/operations';
import { ShapeError, shapeText } from '../autodiff/shape';
import { alongAxis, scaleInWeights } from './scale-channels';

/** Running statistics and, where they are learned, the affine part; all vectors over the normalized axis. */
export interface BatchNormWeights {
  readonly mean: Node;
  readonly variance: Node;
  readonly gamma?: Node;
  readonly beta?: Node;
}

/**
 * Batch normalization in inference mode along `axis` (Ioffe & Szegedy 2015, with the running statistics); without an axis
 * the weights broadcast against x as they are. Its factor goes into the weights of the convolution or product it follows,
 * where there is one.
 */
export function batchNorm(
  x: Node,
  { mean, variance, gamma, beta }: BatchNormWeights,
  axis: number | undefined,
  epsilon: number,
): Node {
  const inverse = power(add(variance, epsilon), -0.5);
  const scale = gamma ? mul(gamma, inverse) : inverse;
  const centre = mul(mean, scale);
  const shift = beta ? sub(beta, centre) : mul(centre, -1);
  if (axis === undefined) return add(mul(x, scale), shift);
  const scaled = scaleInWeights(x, scale, axis) ?? mul(x, alongAxis(scale, x, axis));
  return add(scaled, alongAxis(shift, x, axis));
}

/** What follows a normalization over `axes`: shaped as those axes. */
export interface Affine {
  readonly gamma?: Node;
  readonly beta?: Node;
}

/**
 * Zero mean and unit variance over `axes` of each row (Ba et al. 2016, equation 4); epsilon is inside the root.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { layerNorm } from '../../src/network/normalization';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const x = tensor(new Graph(), [1, 2], [1, 3]);
 * await valuesOf(layerNorm(x, [1], 0)); // => [-1, 1]
 * ```
 */
export function layerNorm(x: Node, axes: readonly number[], epsilon: number, weights: Affine = {}): Node {
  const centred = sub(x, spread(reduceMean(x, axes), x, axes));
  return affine(rmsNorm(centred, axes, epsilon), axes, weights);
}

/** x over its root mean square along `axes` (Zhang & Sennrich 2019, equation 4). */
export function rmsNorm(x: Node, axes: readonly number[], epsilon: number, gamma?: Node): Node {
  const inverse = power(add(reduceMean(square(x), axes), epsilon), -0.5);
  return affine(mul(x, spread(inverse, x, axes)), axes, { gamma });
}

/** x over its standard deviation along `axes`, not centred: what Keras' layer normalization does under `rms_scaling`. */
export function deviationNorm(x: Node, axes: readonly number[], epsilon: number, gamma: Node): Node {
  const centred = sub(x, spread(reduceMean(x, axes), x, axes));
  const inverse = power(add(reduceMean(square(centred), axes), epsilon), -0.5);
  return affine(mul(x, spread(inverse, x, axes)), axes, { gamma });
}

/**
 * {@link layerNorm} over the positions and channels of each of `groups` groups of channels (Wu & He 2018); gamma and beta [C].
 * @throws ShapeError where the channels do not make equal groups.
 */
export function groupNorm(
  x: Node,
  { axis, groups, epsilon }: { readonly axis: number; readonly groups: number; readonly epsilon: number },
  weights: Affine = {},
): Node {
  const channels = x.shape[axis];
  if (groups < 1 || channels % groups !== 0)
    throw new ShapeError(`${channels} channels of ${shapeText(x.shape)} do not make ${groups} equal groups`);
  const split = [...x.shape.slice(0, axis), groups, channels / groups, ...x.shape.slice(axis + 1)];
  const axes = split.map((_, a) => a).filter((a) => a !== 0 && a !== axis);
  const normalized = reshape(layerNorm(reshape(x, split), axes, epsilon), x.shape);
  return affine(normalized, [axis], weights);
}

/** x over its Euclidean length along `axes`. */
export function unitNorm(x: Node, axes: readonly number[]): Node {
  const length = sqrt(maximum(reduceSum(square(x), axes), 1e-24));
  return mul(x, spread(reciprocal(length), x, axes));
}

function affine(x: Node, axes: readonly number[], { gamma, beta }: Affine): Node {
  const aligned = (weight: Node) =>
    reshape(
      weight,
      x.shape.map((extent, axis) => (axes.includes(axis) ? extent : 1)),
    );
  const scaled = gamma ? mul(x, aligned(gamma)) : x;
  return beta ? add(scaled, aligned(beta)) : scaled;
}
