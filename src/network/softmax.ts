import { type Mark, type Node, isOp } from '../autodiff/graph';
import {
  add,
  div,
  exp,
  log,
  reduceMax,
  reduceSum,
  reshape,
  spread,
  stopGradient,
  sub,
  transpose,
} from '../autodiff/operations';
import { inversePermutation, normalizeAxes } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';

/** What probabilities were made from. */
export interface Logits {
  readonly kind: 'softmax' | 'sigmoid';
  readonly logits: Node;
  /** The axis over which a softmax sums to 1. */
  readonly axis?: number;
}

const MADE_FROM: Mark<Logits> = { name: 'logits of a softmax' };

/**
 * Positive and summing to 1 along an axis. A loss sees through it by {@link logitsOf}.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { logitsOf, softmax } from '../../src/network/softmax';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const logits = tensor(new Graph(), [1, 2], [0, Math.log(3)]);
 * const probabilities = softmax(logits);
 * (await valuesOf(probabilities)).map((value) => Math.round(value * 1e9) / 1e9); // => [0.25, 0.75]
 * logitsOf(probabilities)?.logits === logits; // => true
 * ```
 */
export function softmax(x: Node, axis = -1): Node {
  const along = axis < 0 ? axis + x.shape.length : axis;
  if (isOp(x, 'transpose'))
    return transpose(softmax(x.inputs[0], x.attributes.permutation[along]), x.attributes.permutation);
  const powers = exp(sub(x, largest(x, along)));
  const y = div(powers, spread(reduceSum(powers, [along]), x, [along]));
  if (!isOp(y, 'fill')) y.graph.mark(y, MADE_FROM, { kind: 'softmax', logits: x, axis: along });
  return y;
}

/** The softmax over several axes together. */
export function jointSoftmax(x: Node, axes: readonly number[]): Node {
  if (axes.length === 1) return softmax(x, axes[0]);
  const joint = normalizeAxes(axes, x.shape.length);
  const others = x.shape.flatMap((_, axis) => (joint.includes(axis) ? [] : [axis]));
  const order = [...others, ...joint];
  const moved = transpose(x, order);
  const flat = reshape(moved, [
    ...moved.shape.slice(0, others.length),
    sizeOf(joint.map((axis) => x.shape[axis])),
  ]);
  return transpose(reshape(softmax(flat), moved.shape), inversePermutation(order));
}

/** The logarithm of the softmax, exact where that rounds to 0. */
export function logSoftmax(x: Node, axis = -1): Node {
  const along = axis < 0 ? axis + x.shape.length : axis;
  return sub(x, spread(logSumExp(x, along), x, [along]));
}

/** log(sum(exp(x))) over an axis, which goes away. */
export function logSumExp(x: Node, axis: number): Node {
  const top = reduceMax(stopGradient(x), [axis]);
  return add(log(reduceSum(exp(sub(x, spread(top, x, [axis]))), [axis])), top);
}

/** The logits of a node that is a softmax or a sigmoid, seen through transposes and reshapes; `undefined` for others. */
export function logitsOf(output: Node): Logits | undefined {
  const moves: Node[] = [];
  let y = output;
  for (; !y.graph.marked(y, MADE_FROM) && (isOp(y, 'transpose') || isOp(y, 'reshape')); y = y.inputs[0])
    moves.push(y);
  const made: Logits | undefined = isOp(y, 'sigmoid')
    ? { kind: 'sigmoid', logits: y.inputs[0] }
    : y.graph.marked(y, MADE_FROM);
  return moves.reduceRight((inner, move) => inner && movedLogits(inner, move), made);
}

/** The logits of what a transpose or a reshape made of a softmax or sigmoid. */
function movedLogits(inner: Logits, y: Node): Logits | undefined {
  if (isOp(y, 'transpose')) {
    const { permutation } = y.attributes;
    return {
      kind: inner.kind,
      logits: transpose(inner.logits, permutation),
      axis: inner.axis === undefined ? undefined : permutation.indexOf(inner.axis),
    };
  }
  if (isOp(y, 'reshape')) {
    const logits = reshape(inner.logits, y.shape);
    if (inner.kind === 'sigmoid') return { kind: 'sigmoid', logits };
    // The classes must still be one whole axis, the last.
    const source = inner.logits.shape;
    const last = y.shape.length - 1;
    const whole = inner.axis === source.length - 1 && source[source.length - 1] === y.shape[last];
    return whole ? { kind: 'softmax', logits, axis: last } : undefined;
  }
  return undefined;
}

/** The maximum along an axis, taken as constant: it cancels, and only keeps exp from overflowing. */
function largest(x: Node, axis: number): Node {
  return spread(reduceMax(stopGradient(x), [axis]), x, [axis]);
}
