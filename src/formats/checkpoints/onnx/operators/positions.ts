import { claimed } from '../../../../autodiff/shape';
import type { Node } from '../../../../autodiff/graph';
import {
  add,
  gather,
  matmul,
  mul,
  oneHot,
  reshape,
  scatterAdd,
  select,
  sliceAxis,
  transpose,
} from '../../../../autodiff/operations';
import { type Shape, ShapeError, UnsupportedError, shapeText, stridesOf } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { numbersFor } from '../arrays';
import { type OperatorCall, positive } from '../call';
import { type Known, type Value, computed, known, nodeOf } from '../value';
import { rearranged } from './arrangement';
import { type OperatorRow, row } from './row';

// Elements of a tensor, or slices of it, by positions that are numbers: all are rows of a table, flat or not.

/** Which rows of a table [count, width...] are meant, one after the other. */
export interface TableRows {
  readonly count: number;
  readonly width: Shape;
  readonly positions: Int32Array;
}

function inside(index: number, extent: number): number {
  const from = index < 0 ? index + extent : index;
  if (!(from >= 0 && from < extent)) throw new ShapeError(`an index is outside an axis of ${extent}`);
  return from;
}

/** The element of `shape` that each number of `indices` means: its own place but along `axis`. */
export function elementsAt(shape: Shape, indices: Known, axis: number): TableRows {
  const fits =
    indices.shape.length === shape.length &&
    indices.shape.every((extent, i) => i === axis || extent <= shape[i]);
  if (!fits) throw new ShapeError(`indices ${shapeText(indices.shape)} do not fit into ${shapeText(shape)}`);
  const [strides, own] = [stridesOf(shape), stridesOf(indices.shape)];
  const positions = Int32Array.from(indices.data, (index, i) =>
    own.reduce((sum, stride, a) => {
      const place = Math.floor(i / stride) % indices.shape[a];
      return sum + strides[a] * (a === axis ? inside(index, shape[axis]) : place);
    }, 0),
  );
  return { count: sizeOf(shape), width: [], positions };
}

/** The slice of `shape` that each tuple along the last axis of `indices` means, within its own of `batch` leading axes. */
function slicesAt(shape: Shape, indices: Known, batch: number): TableRows {
  const depth = indices.shape[indices.shape.length - 1];
  const leading = shape.slice(0, batch + depth);
  if (!(depth >= 1) || leading.length < batch + depth)
    throw new ShapeError(`tuples of ${depth} positions do not fit into ${shapeText(shape)}`);
  const batches = sizeOf(shape.slice(0, batch));
  const tuples = indices.data.length / depth;
  const positions = Int32Array.from({ length: tuples }, (_, i) =>
    leading
      .slice(batch)
      .reduce(
        (sum, extent, j) => sum * extent + inside(indices.data[i * depth + j], extent),
        Math.floor((i * batches) / tuples),
      ),
  );
  return { count: sizeOf(leading), width: shape.slice(batch + depth), positions };
}

/** These rows of input 0, as a tensor of this shape. */
const taken = (call: OperatorCall, { count, width, positions }: TableRows, shape: Shape): Value =>
  rearranged(
    call,
    ({ type, data }) => {
      const out = numbersFor(shape);
      const size = sizeOf(width);
      positions.forEach((row, i) => out.set(data.subarray(row * size, (row + 1) * size), i * size));
      return known(type, shape, out);
    },
    () => {
      const indices = call.graph.constant(positions, [positions.length]);
      return reshape(gather(reshape(call.floats(0), [count, ...width]), indices), shape);
    },
  );

/** Input 0 with these rows of it replaced by those of input 2, or with them added. */
function put(call: OperatorCall, { count, width, positions }: TableRows): Value {
  const reduction = call.text('reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add')
    throw new UnsupportedError(`the reduction "${reduction}" is not supported, only "add"`);
  if (reduction === 'none' && new Set(positions).size < positions.length)
    throw new ShapeError('two of its updates go to one place');
  const [data, updates] = [call.value(0), call.value(2)];
  const size = sizeOf(width);
  if (sizeOf(updates.shape) !== positions.length * size)
    throw new ShapeError(`updates ${shapeText(updates.shape)} do not fit its indices`);
  if (data.kind === 'known' && updates.kind === 'known') {
    const out = Float64Array.from(data.data);
    updates.data.forEach((value, i) => {
      const at = positions[Math.floor(i / size)] * size + (i % size);
      out[at] = reduction === 'add' ? out[at] + value : value;
    });
    return known(data.type, data.shape, out);
  }
  const x = call.floats(0);
  const rows = reshape(call.floats(2), [positions.length, ...width]);
  const indices = call.graph.constant(positions, [positions.length]);
  const spread = reshape(scatterAdd(rows, indices, count), x.shape);
  if (reduction === 'add') return computed(add(x, spread), data.type);
  const covered = new Float64Array(claimed(count * size).length);
  positions.forEach((row) => covered.fill(1, row * size, (row + 1) * size));
  return computed(select(call.graph.constant(covered, x.shape), spread, x), data.type);
}

/** One element of an axis for each index of the data: the inner product with 1 at the index and 0 elsewhere. */
export function elementsByData(x: Node, indices: Node, axis: number): Node {
  const others = x.shape.flatMap((_, a) => (a === axis ? [] : [a]));
  const order = [...others, axis];
  const cut = others.reduce((part, a) => sliceAxis(part, a, 0, indices.shape[a]), x);
  const places = oneHot(transpose(indices, order), x.shape[axis]);
  const last = transpose(cut, order);
  const found = matmul(places, reshape(last, [...last.shape, 1]));
  const moved = reshape(
    found,
    order.map((a) => indices.shape[a]),
  );
  return transpose(
    moved,
    x.shape.map((_, a) => order.indexOf(a)),
  );
}

/** The whole numbers of the data that a value is, if it is. */
const indicesOfData = (value: Value): Node | undefined =>
  value.kind === 'computed' && value.node.dtype === 'int32' ? value.node : undefined;

function gatherElements(call: OperatorCall): Value {
  const { shape } = call.value(0);
  const axis = call.axis(shape.length, 0);
  const ofData = indicesOfData(call.value(1));
  if (ofData) return computed(elementsByData(call.floats(0), ofData, axis));
  const indices = call.numbers(1);
  return taken(call, elementsAt(shape, indices, axis), indices.shape);
}

function gatherSlices(call: OperatorCall): Value {
  const { shape } = call.value(0);
  const batch = call.number('batch_dims', 0);
  const ofData = indicesOfData(call.value(1));
  if (ofData && batch === 0 && ofData.shape[ofData.shape.length - 1] === 1)
    return computed(gather(call.floats(0), reshape(ofData, ofData.shape.slice(0, -1))));
  const indices = call.numbers(1);
  const rows = slicesAt(shape, indices, batch);
  return taken(call, rows, [...indices.shape.slice(0, -1), ...rows.width]);
}

/** `on` at each index along a new axis, `off` elsewhere. */
function oneHotted(call: OperatorCall): Value {
  const indices = call.value(0);
  const depth = call.scalar(1);
  const [off, on] = call.integers(2);
  const axis = positive(call.number('axis', -1), indices.shape.length + 1);
  const ofData = indicesOfData(indices);
  const marks = ofData ? oneHot(ofData, depth) : nodeOf(call.graph, marked(call.numbers(0), depth));
  const scaled = add(off, mul(on - off, marks));
  const rank = scaled.shape.length;
  const order = indices.shape.map((_, a) => a);
  return computed(transpose(scaled, [...order.slice(0, axis), rank - 1, ...order.slice(axis)]));
}

function marked({ shape, data }: Known, depth: number): Known {
  const out = numbersFor([...shape, depth]);
  // What lies outside is nowhere.
  data.forEach((index, i) => {
    const place = index < 0 ? index + depth : index;
    if (place >= 0 && place < depth) out[i * depth + place] = 1;
  });
  return known('float', [...shape, depth], out);
}

export const positionRows: readonly OperatorRow[] = [
  row('GatherElements', gatherElements),
  row('GatherND', gatherSlices),
  row('ScatterElements', (call) => {
    const { shape } = call.value(0);
    return put(call, elementsAt(shape, call.numbers(1), call.axis(shape.length, 0)));
  }),
  row('ScatterND', (call) => put(call, slicesAt(call.value(0).shape, call.numbers(1), 0))),
  row('OneHot', oneHotted),
];
