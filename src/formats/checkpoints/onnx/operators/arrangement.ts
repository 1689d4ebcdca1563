import { claimed } from '../../../../autodiff/shape';
import type { Graph, Node } from '../../../../autodiff/graph';
import { broadcast, concat, reshape, sliceAxis, transpose } from '../../../../autodiff/operations';
import {
  type Shape,
  ShapeError,
  broadcastShapes,
  normalizeAxes,
  shapeText,
} from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { triangleOf } from '../../../../network/cumulation';
import { concatenate, expand, pick } from '../arrays';
import type { OperatorCall } from '../call';
import { type Known, type Value, computed, known, nodeOf, numbersOf } from '../value';
import { type OperatorRow, type WeightUse, row } from './row';

/** An input rearranged, on numbers or in the graph; what it holds stays what it is. */
export function rearranged(
  call: OperatorCall,
  onNumbers: (value: Known) => Known,
  onNode: (node: Node) => Node,
): Value {
  const value = call.value(0);
  return value.kind === 'known' ? onNumbers(value) : computed(onNode(value.node), value.type);
}

const reshaped = (call: OperatorCall, shape: Shape): Value =>
  rearranged(
    call,
    (value) => {
      if (sizeOf(shape) !== value.data.length)
        throw new ShapeError(`${shapeText(value.shape)} cannot be reshaped to ${shapeText(shape)}`);
      return known(value.type, shape, value.data);
    },
    (node) => reshape(node, shape),
  );

/** 0 keeps an extent, -1 is what is left. */
function reshapeTarget(call: OperatorCall): Shape {
  const value = call.value(0);
  const source = value.shape;
  const listed = call.listOrInput('shape', 1) ?? [];
  const target = listed.map((extent, axis) =>
    extent === 0 && !call.number('allowzero', 0) ? source[axis] : extent,
  );
  const { fixedRows, rows } = call.context;
  if (fixedRows?.means(call.node, value)) {
    // The rows are in front, alone or joined with other axes; only they may vary.
    const scaled = (target[0] / fixedRows.exported) * rows;
    const literal = target[0] > 0 && Number.isInteger(target[0] / fixedRows.exported);
    const rest = sizeOf(target.slice(1).filter((extent) => extent !== -1));
    const open = target.includes(-1);
    if (literal && (open || scaled * rest === sizeOf(source))) target[0] = scaled;
  }
  const rest = sizeOf(target.filter((extent) => extent !== -1));
  return target.map((extent) => (extent === -1 ? sizeOf(source) / rest : extent));
}

function squeezedShape(call: OperatorCall): Shape {
  const { shape } = call.value(0);
  const axes = call.listOrInput('axes', 1);
  const away = axes
    ? normalizeAxes(axes, shape.length)
    : shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  if (away.some((axis) => shape[axis] !== 1))
    throw new ShapeError(`axes ${shapeText(away)} of ${shapeText(shape)} are not all 1`);
  return shape.filter((_, axis) => !away.includes(axis));
}

function unsqueezedShape(call: OperatorCall): Shape {
  const axes = call.listOrInput('axes', 1) ?? [];
  const { shape } = call.value(0);
  const added = normalizeAxes(axes, shape.length + axes.length);
  const rest = [...shape];
  return Array.from({ length: shape.length + axes.length }, (_, axis) =>
    added.includes(axis) ? 1 : rest.shift()!,
  );
}

function flattenedShape(call: OperatorCall): Shape {
  const { shape } = call.value(0);
  const axis = call.number('axis', 1);
  const at = axis < 0 ? axis + shape.length : axis;
  return [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))];
}

function transposed(call: OperatorCall): Value {
  const { shape } = call.value(0);
  const order = call.list('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  if (normalizeAxes(order, shape.length).length !== shape.length)
    throw new ShapeError(`the permutation ${shapeText(order)} does not fit ${shapeText(shape)}`);
  const places = shape.map((_, axis) => order.indexOf(axis));
  return rearranged(
    call,
    (value) =>
      pick(
        value,
        order.map((axis) => shape[axis]),
        (position) => places.map((place) => position[place]),
      ),
    (node) => transpose(node, order),
  );
}

/** Broadcasts both ways: extents of 1 in the wanted shape keep those that are there. */
function expanded(call: OperatorCall): Value {
  const value = call.value(0);
  const shape = broadcastShapes(value.shape, call.integers(1));
  if (value.kind === 'known' && value.type !== 'float') return expand(value, shape);
  // Floats stay small in the graph however far they are repeated.
  return computed(broadcast(nodeOf(call.graph, value), shape), value.type);
}

function tiled(call: OperatorCall): Value {
  const { shape } = call.value(0);
  const repeats = call.integers(1);
  return rearranged(
    call,
    (value) =>
      pick(
        value,
        shape.map((extent, axis) => extent * repeats[axis]),
        (position) => position.map((index, axis) => index % shape[axis]),
      ),
    (node) => {
      const apart = reshape(
        node,
        shape.flatMap((extent) => [1, extent]),
      );
      const repeated = broadcast(
        apart,
        shape.flatMap((extent, axis) => [repeats[axis], extent]),
      );
      return reshape(
        repeated,
        shape.map((extent, axis) => extent * repeats[axis]),
      );
    },
  );
}

/** One after the other along an axis; empty ones count for nothing. */
export function joinedAlong(graph: Graph, values: readonly Value[], axis: number): Value {
  const parts = values.filter(({ shape }) => sizeOf(shape) > 0);
  if (parts.length === 0) return values[0];
  if (parts.every((part) => part.kind === 'known')) return concatenate(parts, axis);
  return computed(
    concat(
      parts.map((part) => nodeOf(graph, part)),
      axis,
    ),
  );
}

function joined(call: OperatorCall): Value {
  const axis = call.axis(call.value(0).shape.length, 1);
  return joinedAlong(
    call.graph,
    call.inputs.map((_, i) => call.value(i)),
    axis,
  );
}

/** Sizes are given, or the axis is cut into as many parts as there are outputs, the last perhaps shorter. */
function split(call: OperatorCall): Value[] {
  const value = call.value(0);
  const axis = call.axis(value.shape.length, 0);
  const extent = value.shape[axis];
  const parts = call.number('num_outputs', call.node.outputs.length);
  const even = Math.ceil(extent / parts);
  const sizes =
    call.listOrInput('split', 1) ?? Array.from(claimed(parts), (_, i) => Math.min(even, extent - i * even));
  return piecesOf(call, axis, sizes);
}

/** Input 0 cut along an axis into pieces of these sizes. */
export function piecesOf(call: OperatorCall, axis: number, sizes: readonly number[]): Value[] {
  const { kind, shape } = call.value(0);
  const extent = shape[axis];
  const least = kind === 'known' ? 0 : 1;
  if (sizes.some((size) => !(size >= least)) || sizes.reduce((sum, size) => sum + size, 0) !== extent)
    throw new ShapeError(`parts of ${shapeText(sizes)} do not make up ${extent}`);
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return rearranged(
      call,
      (numbers) =>
        pick(
          numbers,
          numbers.shape.map((n, a) => (a === axis ? size : n)),
          (position) => position.map((index, a) => (a === axis ? index + from : index)),
        ),
      (node) => sliceAxis(node, axis, from, from + size),
    );
  });
}

/** Blocks of channels to blocks of space, and back. */
function depthToSpace(call: OperatorCall): Node {
  const x = call.floats(0);
  const [n, c, h, w] = x.shape;
  const b = call.number('blocksize', 1);
  const columns = call.text('mode', 'DCR') === 'CRD';
  const apart = columns ? [n, c / (b * b), b, b, h, w] : [n, b, b, c / (b * b), h, w];
  const order = columns ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  return reshape(transpose(reshape(x, apart), order), [n, c / (b * b), h * b, w * b]);
}

function spaceToDepth(call: OperatorCall): Node {
  const x = call.floats(0);
  const [n, c, h, w] = x.shape;
  const b = call.number('blocksize', 1);
  const apart = reshape(x, [n, c, h / b, b, w / b, b]);
  return reshape(transpose(apart, [0, 3, 5, 1, 2, 4]), [n, c * b * b, h / b, w / b]);
}

/** The last two axes on one side of a diagonal, zeros on the other. */
function triangular(call: OperatorCall): Value {
  const k = call.scalar(1, 0);
  const upper = call.number('upper', 1) !== 0;
  const keeps = (offset: number) => (upper ? offset >= k : offset <= k);
  return rearranged(
    call,
    ({ type, shape, data }) => {
      const [height, width] = shape.slice(-2);
      return known(
        type,
        shape,
        Float64Array.from(data, (value, i) =>
          keeps((i % width) - (Math.floor(i / width) % height)) ? value : 0,
        ),
      );
    },
    (node) => triangleOf(node, keeps),
  );
}

/** A row that is learned and put beside those of the data, such as the token of a class. */
const tokens = (call: OperatorCall): WeightUse[] =>
  call.inputs.flatMap((value, input) => {
    const numbers = value?.kind === 'computed' ? numbersOf(value)?.data : undefined;
    if (!value || !numbers || value.shape.length < 2) return [];
    const varied = numbers.some((number) => number !== numbers[0]);
    return varied && numbers.every((number) => number > -1e4)
      ? [{ input, role: 'embedding', guess: true }]
      : [];
  });

export const arrangementRows: readonly OperatorRow[] = [
  row('Reshape', (call) => reshaped(call, reshapeTarget(call))),
  row('Flatten', (call) => reshaped(call, flattenedShape(call))),
  row('Squeeze', (call) => reshaped(call, squeezedShape(call))),
  row('Unsqueeze', (call) => reshaped(call, unsqueezedShape(call))),
  row('Transpose', transposed),
  { name: 'Expand', build: expanded, weights: tokens },
  row('Tile', tiled),
  { name: 'Concat', build: joined, weights: tokens },
  row('Split', split),
  row('Trilu', triangular),
  row('DepthToSpace', depthToSpace),
  row('SpaceToDepth', spaceToDepth),
];
