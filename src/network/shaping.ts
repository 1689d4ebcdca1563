import type { Node } from '../autodiff/graph';
import {
  add,
  broadcast,
  concat,
  mul,
  pad,
  reshape,
  slice,
  sliceAxis,
  transpose,
} from '../autodiff/operations';
import { type Shape, ShapeError, shapeText } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';
import { type ChannelOrder, fromChannelsFirst, toChannelsFirst } from './channels';

/** [rows, everything else], channels last whatever their order was. */
export function flatten(x: Node, order: ChannelOrder): Node {
  const last = order === 'first' && x.shape.length > 2 ? fromChannelsFirst(x, 'last') : x;
  return reshape(last, [x.shape[0], sizeOf(x.shape.slice(1))]);
}

/**
 * Each row under another shape, in which one extent may be -1.
 * @throws ShapeError where a row has another number of elements.
 */
export function reshapeRows(x: Node, target: readonly number[]): Node {
  const elements = sizeOf(x.shape.slice(1));
  const known = sizeOf(target.filter((extent) => extent !== -1));
  const shape = target.map((extent) => (extent === -1 ? elements / known : extent));
  if (target.filter((extent) => extent === -1).length > 1 || sizeOf(shape) !== elements)
    throw new ShapeError(`rows of ${shapeText(x.shape.slice(1))} cannot be reshaped to ${shapeText(target)}`);
  return reshape(x, [x.shape[0], ...shape]);
}

/** Axis i of each row is axis `order[i]` of x, where axis 1 is the first after the rows. */
export const permuteRows = (x: Node, order: readonly number[]): Node => transpose(x, [0, ...order]);

/** An axis moved round so that what stood at `first`, counted from either end and on past it, stands first. */
export function rolled(x: Node, axis: number, first: number): Node {
  const extent = x.shape[axis];
  const at = ((first % extent) + extent) % extent;
  if (at === 0) return x;
  return concat([sliceAxis(x, axis, at, extent), sliceAxis(x, axis, 0, at)], axis);
}

/** [rows, features] repeated: [rows, count, features]. */
export function repeatVector(x: Node, count: number): Node {
  const [rows, features] = x.shape;
  return broadcast(reshape(x, [rows, 1, features]), [rows, count, features]);
}

/** x * scale + offset; lists stand along the last axis. */
export function rescale(
  x: Node,
  scale: number | readonly number[],
  offset: number | readonly number[],
): Node {
  const operand = (value: number | readonly number[]) =>
    typeof value === 'number' ? value : x.graph.constant(Float64Array.from(value), [value.length]);
  return add(mul(x, operand(scale)), operand(offset));
}

/** Zeros [before, after] each spatial axis. */
export function zeroPadding(
  x: Node,
  amounts: readonly (readonly [number, number])[],
  order: ChannelOrder,
): Node {
  const input = toChannelsFirst(x, order);
  const at = (side: 0 | 1) => [0, 0, ...amounts.map((amount) => amount[side])];
  return fromChannelsFirst(pad(input, at(0), at(1)), order);
}

/** Takes [before, after] positions off each spatial axis. */
export function cropping(
  x: Node,
  amounts: readonly (readonly [number, number])[],
  order: ChannelOrder,
): Node {
  const input = toChannelsFirst(x, order);
  const starts = [0, 0, ...amounts.map(([before]) => before)];
  const limits = input.shape.map((extent, axis) => (axis < 2 ? extent : extent - amounts[axis - 2][1]));
  return fromChannelsFirst(slice(input, starts, limits), order);
}

/** Every position of each spatial axis repeated `factors` times. */
export function upsampleNearest(x: Node, factors: readonly number[], order: ChannelOrder): Node {
  const input = toChannelsFirst(x, order);
  const lead: Shape = input.shape.slice(0, 2);
  const spatial = input.shape.slice(2);
  const apart = reshape(input, [...lead, ...spatial.flatMap((extent) => [extent, 1])]);
  const repeated = broadcast(apart, [...lead, ...spatial.flatMap((extent, i) => [extent, factors[i]])]);
  const joined = reshape(repeated, [...lead, ...spatial.map((extent, i) => extent * factors[i])]);
  return fromChannelsFirst(joined, order);
}
