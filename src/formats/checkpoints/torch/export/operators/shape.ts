import { claimed } from '../../../../../autodiff/shape';
import { type Shape, ShapeError, normalizeAxes } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import type { Value } from '../../../onnx/value';
import type { AtenCall } from '../call';
import { takenAlong } from '../rearrange';
import type { TensorReference, View } from '../reference';
import {
  detached,
  expandedView,
  permutedView,
  reshapedView,
  selectedView,
  slicedView,
  whole,
} from '../views';
import { type AtenRow, type Result, rows } from './row';

/** The first argument, of which a view is shown. */
const viewed = (call: AtenCall, view: View): TensorReference => call.reference(0).through(view);

const shapeOf = (call: AtenCall): Shape => call.value(0).shape;

/** A view where the memory allows it, else a copy, as PyTorch decides it. */
const reshapedTo = (call: AtenCall, shape: Shape): Result => {
  const source = call.reference(0);
  const view = reshapedView(shape);
  return source.isContiguous ? source.through(view) : view.part(source.value);
};

/** -1 is what is left. */
function completed(sizes: readonly number[], total: number): number[] {
  const rest = sizeOf(sizes.filter((extent) => extent !== -1));
  return sizes.map((extent) => (extent === -1 ? total / rest : extent));
}

/**
 * Extents for a new shape. A program that was exported for a fixed number of rows names that number: the rows go where the
 * recorded shapes put them, the same number of elements in front.
 */
function target(call: AtenCall, sizes: readonly number[]): number[] {
  const shape = shapeOf(call);
  const recorded = call.recordedShape(0);
  const { exportedRows } = call.context;
  const plain = completed(sizes, sizeOf(shape));
  if (exportedRows === undefined || !recorded || recorded.length !== shape.length) return plain;
  const grown = shape.findIndex((extent, axis) => extent !== recorded[axis]);
  if (grown < 0) return plain;
  const then = recorded.map((extent) => extent ?? 1);
  const wanted = completed(sizes, sizeOf(then));
  const before = sizeOf(then.slice(0, grown));
  const at = (axis: number) => sizeOf(wanted.slice(0, axis));
  const own = wanted.findIndex((extent, axis) => extent === then[grown] && at(axis) === before);
  const axis = own >= 0 ? own : wanted.findIndex((extent, i) => at(i) <= before && before < at(i) * extent);
  if (axis < 0) return plain;
  const scaled = (wanted[axis] * shape[grown]) / then[grown];
  return wanted.map((extent, i) => (i === axis ? scaled : extent));
}

/** -1 keeps an extent; rows that were fixed at the export are those of now. */
function expansion(call: AtenCall, sizes: readonly number[]): number[] {
  const shape = shapeOf(call);
  const lead = sizes.length - shape.length;
  if (lead < 0) throw new ShapeError(`${shape.length} axes do not become ${sizes.length}`);
  const { exportedRows, rows } = call.context;
  return sizes.map((extent, axis) => {
    const own = axis < lead ? 1 : shape[axis - lead];
    if (extent === -1) return own;
    return own !== extent && axis === 0 && extent === exportedRows ? (own === 1 ? rows : own) : extent;
  });
}

function flattened(call: AtenCall): Shape {
  const shape = shapeOf(call);
  if (shape.length === 0) return [1];
  const [start, end] = [call.axis('start_dim', shape.length, 0), call.axis('end_dim', shape.length, -1)];
  return [...shape.slice(0, start), sizeOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)];
}

function unflattened(call: AtenCall): Shape {
  const shape = shapeOf(call);
  const axis = call.axis(1, shape.length);
  return [...shape.slice(0, axis), ...completed(call.list(2) ?? [], shape[axis]), ...shape.slice(axis + 1)];
}

/** Without axes of extent 1: all of them, or those named, which stay where they are longer. */
function squeezed(call: AtenCall): Shape {
  const shape = shapeOf(call);
  const named = call.has(1) ? normalizeAxes(call.list(1) ?? [], Math.max(shape.length, 1)) : undefined;
  return shape.filter((extent, axis) => extent !== 1 || (named && !named.includes(axis)));
}

function unsqueezed(call: AtenCall): Shape {
  const shape = shapeOf(call);
  const axis = call.axis(1, shape.length + 1);
  return [...shape.slice(0, axis), 1, ...shape.slice(axis)];
}

/** Two axes in each other's place. */
function swapped(call: AtenCall): TensorReference {
  const { length } = shapeOf(call);
  if (length === 0) return call.reference(0);
  return exchanged(call, call.axis(1, length), call.axis(2, length));
}

function exchanged(call: AtenCall, a: number, b: number): TensorReference {
  const order = shapeOf(call).map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  return viewed(call, permutedView(order));
}

/** The last two axes in each other's place; a vector stays. */
function transposed(call: AtenCall): TensorReference {
  const { length } = shapeOf(call);
  return length < 2 ? call.reference(0) : exchanged(call, length - 2, length - 1);
}

function movedAxes(call: AtenCall): TensorReference {
  const { length } = shapeOf(call);
  const [from, to] = [1, 2].map((i) => call.list(i)!.map((axis) => normalizeAxes([axis], length)[0]));
  const rest = shapeOf(call).flatMap((_, axis) => (from.includes(axis) ? [] : [axis]));
  const order = shapeOf(call).map((_, axis) => (to.includes(axis) ? from[to.indexOf(axis)] : rest.shift()!));
  return viewed(call, permutedView(order));
}

/** Python's slice, clamped to the axis; positions beyond every axis mean its end. */
function sliced(call: AtenCall): TensorReference {
  const shape = shapeOf(call);
  const axis = call.axis('dim', shape.length, 0);
  const extent = shape[axis];
  const step = call.number('step', 1);
  const clamped = (position: number) =>
    Math.min(Math.max(position < 0 ? position + extent : position, 0), extent);
  const start = clamped(call.number('start', 0));
  const end = clamped(call.number('end', extent));
  const count = Math.max(0, Math.ceil((end - start) / step));
  return viewed(call, slicedView(call.graph, axis, { start, step, count }));
}

function narrowed(call: AtenCall): TensorReference {
  const axis = call.axis(1, shapeOf(call).length);
  const start = call.number(2);
  const extent = shapeOf(call)[axis];
  const from = start < 0 ? start + extent : start;
  return viewed(call, slicedView(call.graph, axis, { start: from, step: 1, count: call.number(3) }));
}

const selected = (call: AtenCall): TensorReference => {
  const value = call.value(0);
  return viewed(call, selectedView(call.graph, value, call.axis(1, value.shape.length), call.number(2)));
};

/** An axis cut into parts of these sizes. */
function parts(call: AtenCall, axis: number, sizes: readonly number[]): TensorReference[] {
  let start = 0;
  return sizes.map((count) => {
    const part = viewed(call, slicedView(call.graph, axis, { start, step: 1, count }));
    start += count;
    return part;
  });
}

/** Parts of one size, the last perhaps smaller. */
const evenly = (extent: number, size: number): number[] =>
  Array.from(claimed(Math.ceil(extent / size)), (_, i) => Math.min(size, extent - i * size));

function split(call: AtenCall): TensorReference[] {
  const shape = shapeOf(call);
  const axis = call.axis('dim', shape.length, 0);
  const sizes = call.argument(1);
  return parts(call, axis, typeof sizes === 'number' ? evenly(shape[axis], sizes) : (call.list(1) ?? []));
}

function chunks(call: AtenCall): TensorReference[] {
  const shape = shapeOf(call);
  const axis = call.axis('dim', shape.length, 0);
  return parts(call, axis, evenly(shape[axis], Math.ceil(shape[axis] / call.number(1))));
}

/** Sections of nearly one size, the first ones longer; or cut at positions. */
function sections(call: AtenCall): TensorReference[] {
  const shape = shapeOf(call);
  const axis = call.axis('dim', shape.length, 0);
  const extent = shape[axis];
  const given = call.argument(1);
  if (typeof given !== 'number') {
    const cuts = [0, ...(call.list(1) ?? []), extent];
    return parts(
      call,
      axis,
      cuts.slice(1).map((end, i) => Math.max(0, Math.min(end, extent) - cuts[i])),
    );
  }
  const longer = extent % given;
  return parts(
    call,
    axis,
    Array.from(claimed(given), (_, i) => Math.floor(extent / given) + Number(i < longer)),
  );
}

function unbound(call: AtenCall): TensorReference[] {
  const value = call.value(0);
  const axis = call.axis('dim', value.shape.length, 0);
  return Array.from(claimed(value.shape[axis]), (_, i) =>
    viewed(call, selectedView(call.graph, value, axis, i)),
  );
}

/** The diagonal of two axes, as a new last one. A copy: nothing is written through it. */
function diagonal(call: AtenCall): Value {
  const value = call.value(0);
  const rank = value.shape.length;
  const [a, b] = [call.axis('dim1', rank, 0), call.axis('dim2', rank, 1)];
  const offset = call.number('offset', 0);
  const order = [...value.shape.flatMap((_, axis) => (axis === a || axis === b ? [] : [axis])), a, b];
  const matrices = permutedView(order).part(value);
  const [height, width] = matrices.shape.slice(-2);
  const count = Math.max(0, Math.min(height + Math.min(offset, 0), width - Math.max(offset, 0)));
  const first = offset >= 0 ? offset : -offset * width;
  const places = Array.from(claimed(count), (_, i) => first + i * (width + 1));
  const flat = reshapedView([...matrices.shape.slice(0, -2), height * width]).part(matrices);
  return takenAlong(flat, rank - 2, places);
}

/** Whole tensors `repeats` times along each axis. */
function repeated(call: AtenCall): Value {
  const repeats = call.list(1) ?? [];
  const value = call.value(0);
  const lead = Math.max(0, repeats.length - value.shape.length);
  const shape = [...new Array<number>(lead).fill(1), ...value.shape];
  const counts = [...new Array<number>(shape.length - repeats.length).fill(1), ...repeats];
  const apart = reshapedView(shape.flatMap((extent) => [1, extent])).part(value);
  const wide = expandedView(shape.flatMap((extent, axis) => [counts[axis], extent])).part(apart);
  return reshapedView(shape.map((extent, axis) => extent * counts[axis])).part(wide);
}

/** Each position `count` times, one after the other. */
function interleaved(call: AtenCall): Value {
  const value = call.value(0);
  const flat = call.has('dim') ? value : reshapedView([sizeOf(value.shape)]).part(value);
  const axis = call.axis('dim', flat.shape.length, 0);
  const count = call.number(1);
  const [before, after] = [flat.shape.slice(0, axis + 1), flat.shape.slice(axis + 1)];
  const apart = reshapedView([...before, 1, ...after]).part(flat);
  const wide = expandedView([...before, count, ...after]).part(apart);
  return reshapedView([...before.slice(0, axis), before[axis] * count, ...after]).part(wide);
}

const copied = (call: AtenCall): Value => call.value(0);

/** The position of an element in memory is no longer what it was, or it is already as wanted. */
const contiguous = (call: AtenCall): Result => {
  const source = call.reference(0);
  return source.isContiguous ? source : source.value;
};

/** What gradients see changes, and no number. */
function detachedInPlace(call: AtenCall): TensorReference {
  const source = call.reference(0);
  source.write(detached.part(source.value));
  return source;
}

const pixels = (call: AtenCall): Value => {
  const value = call.value(0);
  const factor = call.number(1);
  const rank = value.shape.length;
  const lead = value.shape.slice(0, -3);
  const [c, h, w] = value.shape.slice(-3);
  const channels = c / factor ** 2;
  const apart = reshapedView([...lead, channels, factor, factor, h, w]).part(value);
  const n = rank - 3;
  const moved = permutedView([...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2]).part(apart);
  return reshapedView([...lead, channels, h * factor, w * factor]).part(moved);
};

const pixelsBack = (call: AtenCall): Value => {
  const value = call.value(0);
  const factor = call.number(1);
  const lead = value.shape.slice(0, -3);
  const [c, h, w] = value.shape.slice(-3);
  const [rowsOut, columns] = [h / factor, w / factor];
  const apart = reshapedView([...lead, c, rowsOut, factor, columns, factor]).part(value);
  const n = lead.length;
  const moved = permutedView([...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3]).part(apart);
  return reshapedView([...lead, c * factor ** 2, rowsOut, columns]).part(moved);
};

const shuffledChannels = (call: AtenCall): Value => {
  const value = call.value(0);
  const [n, c, ...spatial] = value.shape;
  const groups = call.number(1);
  const apart = reshapedView([n, groups, c / groups, ...spatial]).part(value);
  const moved = permutedView([0, 2, 1, ...spatial.map((_, i) => i + 3)]).part(apart);
  return reshapedView(value.shape).part(moved);
};

/** Views of memory, and what only moves elements about. */
export const shapeRows: readonly AtenRow[] = [
  ...rows(['view', '_unsafe_view'], (call) => viewed(call, reshapedView(target(call, call.list(1) ?? [])))),
  ...rows('reshape', (call) => reshapedTo(call, target(call, call.list(1) ?? []))),
  ...rows(['view_as', 'reshape_as'], (call) => reshapedTo(call, call.value(1).shape)),
  ...rows('flatten.using_ints', (call) => reshapedTo(call, flattened(call))),
  ...rows('unflatten.int', (call) => viewed(call, reshapedView(unflattened(call)))),
  ...rows(['squeeze', 'squeeze.dim', 'squeeze.dims'], (call) => viewed(call, reshapedView(squeezed(call)))),
  ...rows('unsqueeze', (call) => viewed(call, reshapedView(unsqueezed(call)))),
  ...rows(['transpose.int', 'swapaxes', 'swapdims'], swapped),
  ...rows(['t', 'numpy_T', 'mT', 'adjoint'], transposed),
  ...rows('permute', (call) =>
    viewed(call, permutedView(call.list(1)!.map((axis) => normalizeAxes([axis], shapeOf(call).length)[0]))),
  ),
  ...rows(['movedim.int', 'movedim.intlist', 'moveaxis.int', 'moveaxis.intlist'], movedAxes),
  ...rows(['expand', 'broadcast_to'], (call) =>
    viewed(call, expandedView(expansion(call, call.list(1) ?? []))),
  ),
  ...rows('expand_as', (call) => viewed(call, expandedView(call.value(1).shape))),
  ...rows('slice.Tensor', sliced),
  ...rows('narrow', narrowed),
  ...rows('select.int', selected),
  ...rows(['split.Tensor', 'split.sizes', 'split', 'split_with_sizes', 'unsafe_split.Tensor'], split),
  ...rows(['chunk', 'unsafe_chunk'], chunks),
  ...rows(['tensor_split.sections', 'tensor_split.indices'], sections),
  ...rows('unbind.int', unbound),
  ...rows(['alias', 'lift', 'lift_fresh'], (call) => viewed(call, whole)),
  ...rows('detach', (call) => viewed(call, detached)),
  ...rows('detach_', detachedInPlace),
  ...rows(['clone', 'lift_fresh_copy', 'positive'], copied),
  ...rows(['contiguous'], contiguous),
  ...rows('diagonal', diagonal),
  ...rows(['repeat', 'tile'], repeated),
  ...rows('repeat_interleave.self_int', interleaved),
  ...rows('pixel_shuffle', pixels),
  ...rows('pixel_unshuffle', pixelsBack),
  ...rows(['channel_shuffle', 'native_channel_shuffle'], shuffledChannels),
];
