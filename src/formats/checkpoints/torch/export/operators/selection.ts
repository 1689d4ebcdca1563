import { claimed } from '../../../../../autodiff/shape';
import type { Node } from '../../../../../autodiff/graph';
import { slice } from '../../../../../autodiff/operations';
import { ShapeError, UnsupportedError, stridesOf } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import { triangleOf } from '../../../../../network/cumulation';
import { padBeyond, padValue } from '../../../../../network/padding';
import { type Value, computed, known } from '../../../onnx/value';
import type { AtenCall } from '../call';
import { expanded, joined, reshaped, takenAlong } from '../rearrange';
import { selectedView, slicedView } from '../views';
import { converted } from './creation';
import { type AtenRow, rows } from './row';

/** A constant around the axes, or what lies at their edges; negative amounts cut. The last axis comes first. */
function padded(call: AtenCall, mode: string, fill: number): Node {
  const x = call.floats(0);
  const rank = x.shape.length;
  const amounts = call.list(1) ?? [];
  const side = (which: 0 | 1) => x.shape.map((_, axis) => amounts[2 * (rank - 1 - axis) + which] ?? 0);
  const [low, high] = [side(0), side(1)];
  const cut = slice(
    x,
    low.map((amount) => Math.max(0, -amount)),
    x.shape.map((extent, axis) => extent - Math.max(0, -high[axis])),
  );
  const [before, after] = [low, high].map((list) => list.map((amount) => Math.max(0, amount)));
  const beyond = ({ reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const)[mode];
  if (mode !== 'constant' && !beyond) throw new UnsupportedError(`padding by "${mode}" is not supported`);
  return beyond ? padBeyond(cut, before, after, beyond) : padValue(cut, before, after, fill);
}

/** Each axis moved around by a number of positions; all elements in a row where no axis is named. */
function rolled(call: AtenCall): Value {
  const value = call.value(0);
  const shifts = call.list(1) ?? [];
  const named = call.list('dims') ?? [];
  const flat = named.length === 0 ? reshaped(value, [sizeOf(value.shape)]) : value;
  const axes = named.length === 0 ? [0] : call.axes('dims', value.shape.length);
  const moved = named.reduce<Value>(
    (current, _, i) => turned(current, normalized(named[i], value), shifts[i]),
    flat,
  );
  return named.length === 0 ? reshaped(turned(flat, axes[0], shifts[0]), value.shape) : moved;
}

const normalized = (axis: number, { shape }: Value): number => (axis < 0 ? axis + shape.length : axis);

function turned(value: Value, axis: number, shift: number): Value {
  const extent = value.shape[axis];
  const from = (i: number) => (((i - shift) % extent) + extent) % extent;
  const cut = from(0);
  if (cut === 0) return value;
  if (value.kind === 'known')
    return takenAlong(
      value,
      axis,
      Array.from(claimed(extent), (_, i) => from(i)),
    );
  const run = (start: number, end: number) =>
    takenAlong(
      value,
      axis,
      Array.from(claimed(end - start), (_, i) => start + i),
    );
  return joined(value.node.graph, [run(cut, extent), run(0, cut)], axis);
}

function flipped(call: AtenCall): Value {
  const value = call.value(0);
  return call.axes(1, value.shape.length).reduce<Value>((current, axis) => {
    const extent = current.shape[axis];
    return takenAlong(
      current,
      axis,
      Array.from(claimed(extent), (_, i) => extent - 1 - i),
    );
  }, value);
}

/** Tensors one after the other. Rows that were fixed at one for the export are repeated for those of now. */
function concatenated(call: AtenCall): Value {
  const values = call.values(0).filter(({ shape }) => sizeOf(shape) > 0);
  if (values.length === 0) return call.values(0)[0];
  const axis = call.axis('dim', values[0].shape.length, 0);
  const { exportedRows, rows } = call.context;
  const some = axis !== 0 && exportedRows === 1 && values.some(({ shape }) => shape[0] === rows);
  const parts = some
    ? values.map((value) => (value.shape[0] === 1 ? expanded(value, [rows, ...value.shape.slice(1)]) : value))
    : values;
  return joined(call.graph, parts, axis);
}

function stacked(call: AtenCall): Value {
  const values = call.values(0);
  const axis = call.axis('dim', values[0].shape.length + 1, 0);
  const apart = values.map((value) =>
    reshaped(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]),
  );
  return joined(call.graph, apart, axis);
}

/** The last two axes on one side of a diagonal, zeros on the other. */
const triangle = (upper: boolean) => (call: AtenCall) => {
  const k = call.number('diagonal', 0);
  const keeps = (offset: number) => (upper ? offset >= k : offset <= k);
  const value = call.value(0);
  if (value.kind === 'computed') return computed(triangleOf(value.node, keeps), value.type);
  const [height, width] = value.shape.slice(-2);
  const data = value.data.map((number, i) =>
    keeps((i % width) - (Math.floor(i / width) % height)) ? number : 0,
  );
  return known(value.type, value.shape, data);
};

/** A part of a tensor replaced: what a write through a view of it is decomposed to. */
function sliceReplaced(call: AtenCall): Value {
  const value = call.value(0);
  const axis = call.axis('dim', value.shape.length, 0);
  const extent = value.shape[axis];
  const clamped = (at: number) => Math.min(Math.max(at < 0 ? at + extent : at, 0), extent);
  const [start, end] = [clamped(call.number('start', 0)), clamped(call.number('end', extent))];
  const step = call.number('step', 1);
  const view = slicedView(call.graph, axis, { start, step, count: Math.ceil((end - start) / step) });
  return view.replaced(value, expanded(call.value(1), view.part(value).shape));
}

function selectReplaced(call: AtenCall): Value {
  const value = call.value(0);
  const view = selectedView(call.graph, value, call.axis(2, value.shape.length), call.number(3));
  return view.replaced(value, expanded(call.value(1), view.part(value).shape));
}

/** Memory read by strides that are known: the positions of its elements. */
function strided(call: AtenCall): Value {
  const [shape, strides, offset] = [call.list(1) ?? [], call.list(2) ?? [], call.number('storage_offset', 0)];
  const value = call.value(0);
  const own = stridesOf(shape);
  const positions = Array.from(claimed(sizeOf(shape)), (_, i) =>
    shape.reduce((at, extent, axis) => at + strides[axis] * (Math.floor(i / own[axis]) % extent), offset),
  );
  const size = sizeOf(value.shape);
  if (positions.some((at) => at >= size)) throw new ShapeError('it reads beyond the tensor it is given');
  return reshaped(takenAlong(reshaped(value, [size]), 0, positions), shape);
}

const copied = (call: AtenCall): Value =>
  converted(expanded(call.value(1), call.value(0).shape), call.value(0).type);

/** Elements moved about, and tensors laid side by side. */
export const selectionRows: readonly AtenRow[] = [
  ...rows('slice_scatter', sliceReplaced),
  ...rows('select_scatter', selectReplaced),
  ...rows('copy', copied),
  ...rows('as_strided', strided),
  ...rows('pad', (call) => padded(call, call.text('mode', 'constant'), call.number('value', 0))),
  ...rows('constant_pad_nd', (call) => padded(call, 'constant', call.number('value', 0))),
  ...[1, 2, 3].flatMap((axes) => [
    ...rows(`reflection_pad${axes}d`, (call) => padded(call, 'reflect', 0)),
    ...rows(`replication_pad${axes}d`, (call) => padded(call, 'replicate', 0)),
  ]),
  ...rows('roll', rolled),
  ...rows('flip', flipped),
  ...rows(['cat', 'concat', 'concatenate'], concatenated),
  ...rows('stack', stacked),
  ...rows('tril', triangle(false)),
  ...rows('triu', triangle(true)),
];
