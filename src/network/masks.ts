import type { Mark, Node } from '../autodiff/graph';
import {
  broadcast,
  equal,
  maximum,
  mul,
  oneHot,
  reciprocal,
  reduceMax,
  reduceSum,
  reshape,
  select,
  sub,
  take,
} from '../autodiff/operations';
import { ShapeError, sameShape, shapeText } from '../autodiff/shape';

/**
 * The steps of x [..., features] in which some feature is not `value`: [...]. Masks are 1 for the steps that count,
 * 0 for those to skip; they are constant in the parameters.
 */
export const stepsUnlike = (x: Node, value: number): Node =>
  reduceMax(sub(1, equal(x, value)), [x.shape.length - 1]);

/** 1 where an index is this one. A table of so many rows is enough: indices beyond it have no 1. */
export const indicesEqual = (indices: Node, index: number): Node =>
  take(oneHot(indices, index + 1), indices.shape.length, index);

/**
 * A mask repeated over the axes of `like` that it does not have, which are the last ones.
 * @throws ShapeError where the mask does not have the first axes.
 */
export function maskLike(mask: Node, like: Node): Node {
  const { length } = mask.shape;
  if (!sameShape(mask.shape, like.shape.slice(0, length)))
    throw new ShapeError(`a mask of ${shapeText(mask.shape)} does not fit ${shapeText(like.shape)}`);
  const trailing = like.shape.slice(length).map(() => 1);
  return broadcast(reshape(mask, [...mask.shape, ...trailing]), like.shape);
}

/** x where the mask is 1, else `otherwise`, which may hold NaN without harm. */
export const keep = (x: Node, mask: Node, otherwise: Node | number): Node =>
  select(maskLike(mask, x), x, typeof otherwise === 'number' ? x.graph.fill(otherwise, x.shape) : otherwise);

/** The steps that count by both masks, where there are two. */
export const bothMasks = (a: Node | undefined, b: Node | undefined): Node | undefined =>
  a && b ? mul(a, b) : (a ?? b);

/** The steps that count by one of two masks. */
export const eitherMask = (a: Node, b: Node): Node => maximum(a, b);

/**
 * The mean of x [rows, steps, ...] over the steps that count; 0 / 0, as Keras has it, where there is none.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { maskedMean } from '../../src/network/masks';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const graph = new Graph();
 * const x = tensor(graph, [1, 3, 1], [2, 4, 100]);
 * await valuesOf(maskedMean(x, tensor(graph, [1, 3], [1, 1, 0]))); // => [3]
 * ```
 */
export function maskedMean(x: Node, mask: Node): Node {
  const sum = reduceSum(keep(x, mask, 0), [1]);
  const count = reduceSum(mask, [1]);
  return mul(sum, maskLike(reciprocal(count), sum));
}

const OUTPUT_MASK: Mark<Node> = { name: 'mask of an output' };

/** A model's output with its mask, which the loss asks for by {@link maskOf}. */
export function withMask(output: Node, mask: Node | undefined): Node {
  if (mask) output.graph.mark(output, OUTPUT_MASK, mask);
  return output;
}

/** The mask of a model's output. */
export const maskOf = (output: Node): Node | undefined => output.graph.marked(output, OUTPUT_MASK);

/** The mean of values [rows, steps...] over each row's steps that count; 0 for a row without any. */
export function meanOverKept(values: Node, mask: Node): Node {
  const axes = values.shape.map((_, axis) => axis).slice(1);
  const wide = maskLike(mask, values);
  const total = reduceSum(select(wide, values, values.graph.fill(0, values.shape)), axes);
  return mul(total, reciprocal(maximum(reduceSum(wide, axes), 1)));
}
