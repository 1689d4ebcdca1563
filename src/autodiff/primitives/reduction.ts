import { type Node, isOp } from '../graph';
import { normalizeAxes } from '../shape';
import { sizeOf } from '../../core/size-of';
import { broadcast, reshape, transpose } from './arrangement';
import { div, equal, mul } from './elementwise';
import { type Rule, linearRule } from './rule';

/** Reducing under a transpose and permuting what is left. */
function underTranspose(
  x: Node<'transpose'>,
  axes: readonly number[],
  reduce: (x: Node, axes: readonly number[]) => Node,
): Node {
  const { permutation } = x.attributes;
  const reduced = axes.map((axis) => permutation[axis]);
  const kept = permutation.filter((axis) => !reduced.includes(axis));
  const order = [...kept].sort((a, b) => a - b);
  return transpose(
    reduce(x.inputs[0], reduced),
    kept.map((axis) => order.indexOf(axis)),
  );
}

/** The sum over axes, which go away. All axes if none are given. */
export function reduceSum(x: Node, axes: readonly number[] = x.shape.map((_, axis) => axis)): Node {
  const over = normalizeAxes(axes, x.shape.length);
  if (over.length === 0) return x;
  const shape = x.shape.filter((_, axis) => !over.includes(axis));
  const count = sizeOf(over.map((axis) => x.shape[axis]));
  if (count === 1) return reshape(x, shape);
  if (isOp(x, 'fill')) return x.graph.fill(x.attributes.value * count, shape);
  if (isOp(x, 'neg')) return mul(reduceSum(x.inputs[0], over), -1);
  if (isOp(x, 'transpose')) return underTranspose(x, over, reduceSum);
  if (isOp(x, 'broadcast')) {
    const [source] = x.inputs;
    const lead = x.shape.length - source.shape.length;
    const repeated = over.filter((axis) => axis < lead || source.shape[axis - lead] !== x.shape[axis]);
    if (repeated.length === over.length) {
      const kept = source.shape.filter((_, axis) => !over.includes(axis + lead));
      return mul(broadcast(reshape(source, kept), shape), count);
    }
  }
  return x.graph.node('reduceSum', [x], { axes: over }, { shape });
}

/** The mean over axes, which go away. */
export function reduceMean(x: Node, axes: readonly number[] = x.shape.map((_, axis) => axis)): Node {
  const over = normalizeAxes(axes, x.shape.length);
  return mul(reduceSum(x, over), 1 / sizeOf(over.map((axis) => x.shape[axis])));
}

/** The maximum over axes, which go away. Its derivative is shared evenly among ties. */
export function reduceMax(x: Node, axes: readonly number[]): Node {
  const over = normalizeAxes(axes, x.shape.length);
  const shape = x.shape.filter((_, axis) => !over.includes(axis));
  if (sizeOf(over.map((axis) => x.shape[axis])) === 1) return reshape(x, shape);
  if (isOp(x, 'transpose')) return underTranspose(x, over, reduceMax);
  return x.graph.node('reduceMax', [x], { axes: over }, { shape });
}

/** A reduced tensor repeated over the axes it was reduced by. */
export function spread(reduced: Node, like: Node, axes: readonly number[]): Node {
  const over = normalizeAxes(axes, like.shape.length);
  const kept = like.shape.map((extent, axis) => (over.includes(axis) ? 1 : extent));
  return broadcast(reshape(reduced, kept), like.shape);
}

/** Weights over each reduced group: equal over its maxima, zero elsewhere, summing to 1. */
function maximaWeights(node: Node<'reduceMax'>): Node {
  const [x] = node.inputs;
  const mask = equal(x, spread(node, x, node.attributes.axes));
  return div(mask, spread(reduceSum(mask, node.attributes.axes), x, node.attributes.axes));
}

export const reductionRules: { readonly [O in 'reduceSum' | 'reduceMax']: Rule<O> } = {
  reduceSum: linearRule(
    (node, tangent) => reduceSum(tangent, node.attributes.axes),
    (node, cotangent) => spread(cotangent, node.inputs[0], node.attributes.axes),
  ),
  reduceMax: {
    jvp: (node, [tangent]) => tangent && reduceSum(mul(tangent, maximaWeights(node)), node.attributes.axes),
    vjp: (node, cotangent) => [
      mul(spread(cotangent, node.inputs[0], node.attributes.axes), maximaWeights(node)),
    ],
  },
};
