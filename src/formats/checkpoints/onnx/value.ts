import { type Graph, type Node, isOp } from '../../../autodiff/graph';
import type { Shape } from '../../../autodiff/shape';
import { sizeOf } from '../../../core/size-of';
import type { ElementType } from './description';

/** Numbers known when the graph is built: shapes, axes, positions, scalars. */
export interface Known {
  readonly kind: 'known';
  readonly type: ElementType;
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array;
}

/** What only a run gives: an input, a weight, and everything computed from them. Booleans are 0 and 1. */
export interface Computed {
  readonly kind: 'computed';
  readonly type: ElementType;
  readonly shape: Shape;
  readonly node: Node;
  /** Its numbers, for a tensor of the file of which it is not yet clear whether it is a weight. */
  readonly stored?: Known;
}

/** What a name in the file stands for while its graph is built. */
export type Value = Known | Computed;

/** A list of tensors, whose length is known when the graph is built. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly Value[];
}

/** What a name may hold: a value, or a list of them. */
export type Held = Value | Sequence;

export const known = (type: ElementType, shape: Shape, data: Float32Array | Float64Array): Known => ({
  kind: 'known',
  type,
  shape,
  data,
});

/** A list of integers, as shapes and axes are. */
export const integerList = (values: readonly number[]): Known =>
  known('integer', [values.length], Float64Array.from(values));

export const computed = (
  node: Node,
  type: ElementType = node.dtype === 'int32' ? 'integer' : 'float',
): Computed => ({
  kind: 'computed',
  type,
  shape: node.shape,
  node,
});

/** A value as floats in a graph; one number everywhere becomes a fill, which the graph folds. */
export function nodeOf(graph: Graph, value: Value): Node {
  if (value.kind === 'computed') return value.node;
  const { data, shape } = value;
  return data.length > 0 && data.every((element) => element === data[0])
    ? graph.fill(data[0], shape)
    : graph.constant(Float64Array.from(data), shape);
}

const LARGEST_FOLDED = 2 ** 16;

/** The numbers of a value that is known, or that the graph has folded to one number; `undefined` for others. */
export function numbersOf(value: Value): Known | undefined {
  if (value.kind === 'known') return value;
  const { node, type, shape, stored } = value;
  if (stored) return stored;
  if (!isOp(node, 'fill') || sizeOf(shape) > LARGEST_FOLDED) return undefined;
  return known(type, shape, new Float64Array(sizeOf(shape)).fill(node.attributes.value));
}
