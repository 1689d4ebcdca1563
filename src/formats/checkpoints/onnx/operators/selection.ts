import type { Node } from '../../../../autodiff/graph';
import {
  broadcast,
  gather,
  reshape,
  reverse,
  select,
  slice,
  sliceAxis,
  stopGradient,
  take,
  transpose,
} from '../../../../autodiff/operations';
import { type Shape, ShapeError, UnsupportedError } from '../../../../autodiff/shape';
import { PAD_MODES, padBeyond, padValue } from '../../../../network/padding';
import { pick } from '../arrays';
import { type OperatorCall, axesInOrder, positive } from '../call';
import { type Value, computed, nodeOf } from '../value';
import { rearranged } from './arrangement';
import type { OperatorRow } from './row';

/** start, start + step, ... of `count` positions of one axis. */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Python's slice: negative positions count from the end, and all are clamped to the axis. */
function rangeOf(extent: number, start: number, end: number, step: number): Range {
  const from = start < 0 ? start + extent : start;
  const to = end < 0 ? end + extent : end;
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const clamped = (position: number) => Math.min(Math.max(position, low), high);
  const first = step > 0 ? clamped(from) : Math.min(Math.max(from, 0), high);
  return { start: first, step, count: Math.max(0, Math.ceil((clamped(to) - first) / step)) };
}

function sliced(call: OperatorCall): Value {
  const value = call.value(0);
  const starts = call.listOrInput('starts', 1) ?? [];
  const ends = call.listOrInput('ends', 2) ?? [];
  const axes = (call.listOrInput('axes', 3) ?? starts.map((_, i) => i)).map((axis) =>
    positive(axis, value.shape.length),
  );
  const steps = call.has(4) ? call.integers(4) : starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.some((step) => !step))
    throw new ShapeError('its starts, ends, axes and steps do not fit together');
  const ranges = value.shape.map((extent, axis): Range => {
    const i = axes.indexOf(axis);
    return i < 0 ? { start: 0, step: 1, count: extent } : rangeOf(extent, starts[i], ends[i], steps[i]);
  });
  return rearranged(
    call,
    (numbers) =>
      pick(
        numbers,
        ranges.map(({ count }) => count),
        (position) => position.map((index, axis) => ranges[axis].start + index * ranges[axis].step),
      ),
    (node) => slicedNode(node, ranges),
  );
}

function slicedNode(x: Node, ranges: readonly Range[]): Node {
  if (ranges.some(({ count }) => count === 0)) throw new ShapeError('a slice of it is empty');
  const backwards = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  const turned = ranges.map(({ start, step, count }, axis) =>
    step > 0 ? { start, step, count } : { start: x.shape[axis] - 1 - start, step: -step, count },
  );
  return slice(
    reverse(x, backwards),
    turned.map(({ start }) => start),
    turned.map(({ start, step, count }) => start + (count - 1) * step + 1),
    turned.map(({ step }) => step),
  );
}

/** Input 0; the row that stands for padding moves with no gradient, as in PyTorch. */
function tableOf(call: OperatorCall): Value {
  const value = call.value(0);
  const { paddingRow } = call.node;
  if (value.kind === 'known' || paddingRow === undefined || !(paddingRow < value.shape[0])) return value;
  const marks = Float64Array.from({ length: value.shape[0] }, (_, row) => Number(row === paddingRow));
  const mask = call.graph.constant(marks, [value.shape[0], ...value.shape.slice(1).map(() => 1)]);
  return computed(select(broadcast(mask, value.shape), stopGradient(value.node), value.node), value.type);
}

/** Positions of one axis by index: constant ones, or those of the data into the rows of a table. */
function gathered(call: OperatorCall): Value {
  const value = tableOf(call);
  const axis = call.axis(value.shape.length, 0);
  const indices = call.value(1);
  if (indices.kind === 'computed' && indices.node.dtype === 'int32') {
    if (axis !== 0) throw new ShapeError('it looks up data along another axis than the first');
    return computed(gather(nodeOf(call.graph, value), indices.node));
  }
  const { data, shape } = call.numbers(1);
  const positions = Array.from(data, (index) => (index < 0 ? index + value.shape[axis] : index));
  if (positions.some((index) => !(index >= 0 && index < value.shape[axis])))
    throw new ShapeError(`an index is outside an axis of ${value.shape[axis]}`);
  const result: Shape = [...value.shape.slice(0, axis), ...shape, ...value.shape.slice(axis + 1)];
  return rearranged(
    call,
    (numbers) =>
      pick(numbers, result, (position) => {
        const inner = position.slice(axis, axis + shape.length);
        const flat = inner.reduce((sum, index, i) => sum * shape[i] + index, 0);
        return [...position.slice(0, axis), positions[flat], ...position.slice(axis + shape.length)];
      }),
    () => gatheredNode(nodeOf(call.graph, value), axis, positions, shape),
  );
}

function gatheredNode(x: Node, axis: number, positions: readonly number[], shape: Shape): Node {
  const [first] = positions;
  if (shape.length === 0) return take(x, axis, first);
  const result = [...x.shape.slice(0, axis), ...shape, ...x.shape.slice(axis + 1)];
  if (positions.length > 0 && positions.every((index, i) => index === first + i))
    return reshape(sliceAxis(x, axis, first, first + positions.length), result);
  const others = x.shape.map((_, a) => a).filter((a) => a !== axis);
  const indices = x.graph.constant(Int32Array.from(positions), [positions.length]);
  const rows = gather(transpose(x, [axis, ...others]), indices);
  const back = x.shape.map((_, a) => (a === axis ? 0 : others.indexOf(a) + 1));
  return reshape(transpose(rows, back), result);
}

/** A constant around the axes, or what lies at their edges; negative amounts cut. */
function padded(call: OperatorCall): Node {
  const mode = call.text('mode', 'constant');
  const beyond = PAD_MODES.find((known) => known === mode);
  if (mode !== 'constant' && !beyond) throw new UnsupportedError(`padding by "${mode}" is not supported`);
  const x = call.floats(0);
  const rank = x.shape.length;
  const amounts = call.listOrInput('pads', 1) ?? [];
  const axes = call.has(3) ? axesInOrder(call.integers(3), rank) : x.shape.map((_, axis) => axis);
  if (amounts.length !== 2 * axes.length) throw new ShapeError('its pads do not fit its axes');
  const at = (side: 0 | 1) =>
    x.shape.map((_, axis) => (axes.includes(axis) ? amounts[axes.indexOf(axis) + side * axes.length] : 0));
  const [low, high] = [at(0), at(1)];
  const cut = slice(
    x,
    low.map((amount) => Math.max(0, -amount)),
    x.shape.map((extent, axis) => extent - Math.max(0, -high[axis])),
  );
  const [before, after] = [low, high].map((amounts) => amounts.map((amount) => Math.max(0, amount)));
  if (beyond) return padBeyond(cut, before, after, beyond);
  return padValue(cut, before, after, call.scalar(2, call.number('value', 0)));
}

export const selectionRows: readonly OperatorRow[] = [
  { name: 'Slice', build: sliced },
  { name: 'Gather', build: gathered, weights: () => [{ input: 0, role: 'embedding', filterAxis: 0 }] },
  { name: 'Pad', build: padded },
];
