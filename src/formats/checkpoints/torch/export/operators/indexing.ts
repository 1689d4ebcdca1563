import { claimed } from '../../../../../autodiff/shape';
import type { Node } from '../../../../../autodiff/graph';
import {
  add,
  broadcast,
  gather,
  matmul,
  oneHot,
  reshape,
  scatterAdd,
  select,
  stopGradient,
} from '../../../../../autodiff/operations';
import { type Shape, ShapeError, broadcastShapes, stridesOf } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import { expand } from '../../../onnx/arrays';
import { elementsAt, elementsByData } from '../../../onnx/operators/positions';
import { type Known, type Value, computed, known, numbersOf } from '../../../onnx/value';
import type { AtenCall } from '../call';
import { expanded, joined, permuted, reshaped, takenAlong } from '../rearrange';
import { type AtenRow, rows } from './row';

/** Whole numbers of the data, if a value is that. */
const indicesOfData = (value: Value): Node | undefined =>
  value.kind === 'computed' && value.node.dtype === 'int32' ? value.node : undefined;

/** Positions along an axis, counted from the end if negative. */
const places = ({ data }: Known, extent: number): number[] =>
  Array.from(data, (index) => {
    const from = index < 0 ? index + extent : index;
    if (!(from >= 0 && from < extent)) throw new ShapeError(`an index is outside an axis of ${extent}`);
    return from;
  });

/** Rows of a table by the data, or by positions that are known. */
function rowsOf(call: AtenCall, table: Value, index: Value): Value {
  const ofData = indicesOfData(index);
  if (ofData) return computed(gather(call.asNode(table), ofData), table.type);
  const numbers = numbersOf(index);
  if (!numbers) throw new ShapeError('its positions depend on weights or on floats of the data');
  const taken = takenAlong(table, 0, places(numbers, table.shape[0]));
  return reshaped(taken, [...index.shape, ...table.shape.slice(1)]);
}

/** Rows of a table; the row for padding learns nothing, as `torch.nn.Embedding` has it, and stays as it is. */
function embedded(call: AtenCall): Value {
  const table = call.value(0);
  const padding = call.number('padding_idx', -1);
  if (padding < 0 || table.kind === 'known') return rowsOf(call, table, call.value(1));
  const marks = new Float64Array(table.shape[0]);
  marks[padding] = 1;
  const mask = reshape(call.graph.constant(marks, [marks.length]), [marks.length, 1]);
  const kept = call.context.padding.get(call.nameOf(0) ?? '');
  const still = select(mask, kept ? broadcast(kept, table.shape) : stopGradient(table.node), table.node);
  return rowsOf(call, computed(still, table.type), call.value(1));
}

/** Truth values as the positions where they are true, one list an axis. */
function whereTrue({ shape, data }: Known): Known[] {
  const found = Array.from(data.keys()).filter((i) => data[i] !== 0);
  return stridesOf(shape).map((stride, axis) =>
    known(
      'integer',
      [found.length],
      Float64Array.from(found, (i) => Math.floor(i / stride) % shape[axis]),
    ),
  );
}

/** One index an axis from the first on; `undefined` for an axis that is taken whole. */
function indicesOf(call: AtenCall): (Value | undefined)[] {
  return call.references(1).flatMap((reference): (Value | undefined)[] => {
    if (!reference) return [undefined];
    const { value } = reference;
    if (value.type !== 'boolean') return [value];
    const mask = numbersOf(value);
    if (!mask)
      throw new ShapeError('it picks elements by a mask of the data, whose number is not known before a run');
    return whereTrue(mask);
  });
}

/** Where known indices of several axes lead: those axes moved to the front and joined, and positions along that one. */
interface Joint {
  readonly order: readonly number[];
  readonly shape: Shape;
  readonly positions: readonly number[];
  /** The axis at which the indices' own axes stand in the result. */
  readonly at: number;
}

function jointly(source: Shape, indices: readonly (Value | undefined)[]): Joint {
  const axes = indices.flatMap((index, axis) => (index ? [axis] : []));
  const lists = axes.map((axis) => {
    const numbers = numbersOf(indices[axis]!);
    if (!numbers) throw new ShapeError('it picks elements of several axes by the data');
    return numbers;
  });
  const shape = lists.reduce<Shape>((all, list) => broadcastShapes(all, list.shape), []);
  const extents = axes.map((axis) => source[axis]);
  const wide = lists.map((list, i) => places(expand(list, shape), extents[i]));
  const positions = Array.from(claimed(sizeOf(shape)), (_, i) =>
    wide.reduce((sum, list, k) => sum * extents[k] + list[i], 0),
  );
  const rest = source.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  // Indices of neighbouring axes stand where those were; others in front.
  const together = axes.every((axis, i) => axis === axes[0] + i);
  return { order: [...axes, ...rest], shape, positions, at: together ? axes[0] : 0 };
}

/** NumPy's advanced indexing. */
function indexed(call: AtenCall): Value {
  const value = call.value(0);
  const indices = indicesOf(call);
  const given = indices.filter((index) => index !== undefined);
  if (given.length === 1 && indicesOfData(given[0]))
    return byData(call, value, indices.findIndex(Boolean), given[0]);
  const byRow = onePerRow(call, value, indices);
  if (byRow) return byRow;
  const { order, shape, positions, at } = jointly(value.shape, indices);
  const front = permuted(value, order);
  const rest = front.shape.slice(given.length);
  const flat = reshaped(front, [sizeOf(front.shape.slice(0, given.length)), ...rest]);
  const taken = reshaped(takenAlong(flat, 0, positions), [...shape, ...rest]);
  return inPlace(taken, shape.length, at);
}

/** The first `count` axes moved behind the `at` next ones. */
function inPlace(value: Value, count: number, at: number): Value {
  const order = [
    ...Array.from({ length: at }, (_, i) => count + i),
    ...Array.from({ length: count }, (_, i) => i),
    ...Array.from({ length: value.shape.length - count - at }, (_, i) => count + at + i),
  ];
  return permuted(value, order);
}

/** One axis by whole numbers of the data. */
function byData(call: AtenCall, value: Value, axis: number, index: Value): Value {
  const others = value.shape.flatMap((_, a) => (a === axis ? [] : [a]));
  return inPlace(rowsOf(call, permuted(value, [axis, ...others]), index), index.shape.length, axis);
}

/** `x[arange(rows), positions]`: one position of axis 1 for each row, by the data. */
function onePerRow(call: AtenCall, value: Value, indices: readonly (Value | undefined)[]): Value | undefined {
  const [first, second] = indices;
  const ofData = second && indicesOfData(second);
  const numbers = first && numbersOf(first);
  if (indices.length !== 2 || !ofData || !numbers || ofData.shape.length !== 1) return undefined;
  if (numbers.data.length !== value.shape[0] || numbers.data.some((row, i) => row !== i)) return undefined;
  const [count, extent, ...rest] = value.shape;
  const marks = reshape(oneHot(ofData, extent), [count, 1, extent]);
  const flat = reshape(call.asNode(value), [count, extent, sizeOf(rest)]);
  return computed(reshape(matmul(marks, flat), [count, ...rest]), value.type);
}

/** Elements of one axis by an index of the same rank. */
function gathered(call: AtenCall): Value {
  const [value, index] = [call.value(0), call.value(2)];
  const axis = call.axis(1, value.shape.length);
  const ofData = indicesOfData(index);
  if (ofData) return computed(elementsByData(call.floats(0), ofData, axis), value.type);
  const { positions, count } = elementsAt(value.shape, call.numbers(2), axis);
  return reshaped(takenAlong(reshaped(value, [count]), 0, [...positions]), index.shape);
}

/** x with elements at these places of its flat form replaced, or added to. */
function scattered(call: AtenCall, positions: Int32Array, update: Value, adds: boolean): Value {
  const x = call.value(0);
  const count = sizeOf(x.shape);
  const source = reshaped(expanded(update, update.shape), [positions.length]);
  if (!adds) {
    // The last of several writes to one place wins.
    const sources = Array.from(claimed(count), (_, i) => i);
    positions.forEach((place, i) => (sources[place] = count + i));
    const both = joined(call.graph, [reshaped(x, [count]), source], 0);
    return reshaped(takenAlong(both, 0, sources), x.shape);
  }
  const indices = call.graph.constant(positions, [positions.length]);
  const spread = scatterAdd(call.asNode(source), indices, count);
  return computed(reshape(add(reshape(call.asNode(x), [count]), spread), x.shape), x.type);
}

function putAt(call: AtenCall): Value {
  const value = call.value(0);
  const { order, positions, shape } = jointly(value.shape, indicesOf(call));
  const width = value.shape.length - order.length + call.references(1).length;
  const rest = order.slice(width).map((axis) => value.shape[axis]);
  const strides = stridesOf(value.shape);
  const front = order.slice(0, width);
  const size = sizeOf(rest);
  const own = stridesOf(rest);
  const flat = Int32Array.from(claimed(positions.length * size), (_, i) => {
    let joint = positions[Math.floor(i / size)];
    let place = 0;
    for (const axis of [...front].reverse()) {
      place += (joint % value.shape[axis]) * strides[axis];
      joint = Math.floor(joint / value.shape[axis]);
    }
    return rest.reduce(
      (sum, extent, k) => sum + (Math.floor((i % size) / own[k]) % extent) * strides[order[width + k]],
      place,
    );
  });
  return scattered(call, flat, expanded(call.value(2), [...shape, ...rest]), call.flag('accumulate', false));
}

/** `scatter`: values, or one number, at the places of an index of the same rank. */
const scatter = (adds: boolean) => (call: AtenCall) => {
  const value = call.value(0);
  const index = call.numbers(2);
  const { positions } = elementsAt(value.shape, index, call.axis(1, value.shape.length));
  const source = call.value(3);
  const update = source.shape.length === 0 ? expanded(source, index.shape) : cutTo(source, index.shape);
  return scattered(call, positions, update, adds);
};

const cutTo = (value: Value, shape: Shape): Value =>
  shape.reduce<Value>(
    (cut, extent, axis) =>
      takenAlong(
        cut,
        axis,
        Array.from(claimed(extent), (_, i) => i),
      ),
    value,
  );

function oneHotted(call: AtenCall): Value {
  const index = call.value(0);
  const depth = call.number(1, -1);
  if (depth < 0) throw new ShapeError('it leaves the number of classes to the data: give num_classes');
  const ofData = indicesOfData(index);
  if (ofData) return computed(oneHot(ofData, depth), 'integer');
  const { data, shape } = call.numbers(0);
  const marks = new Float64Array(claimed(data.length * depth).length);
  data.forEach((place, i) => (marks[i * depth + place] = 1));
  return known('integer', [...shape, depth], marks);
}

/** Elements picked and put by their positions. */
export const indexingRows: readonly AtenRow[] = [
  ...rows('embedding', embedded, () => [{ argument: 0, role: 'embedding', filterAxis: 0 }]),
  ...rows(['index.Tensor', '_unsafe_index.Tensor'], indexed),
  ...rows('index_select', (call) => {
    const value = call.value(0);
    const axis = call.axis(1, value.shape.length);
    const index = call.value(2);
    return indicesOfData(index)
      ? byData(call, value, axis, index)
      : takenAlong(value, axis, places(call.numbers(2), value.shape[axis]));
  }),
  ...rows('gather', gathered),
  ...rows(['index_put', '_unsafe_index_put', '_index_put_impl'], putAt),
  ...rows(['scatter.src', 'scatter.value'], scatter(false)),
  ...rows('scatter_add', scatter(true)),
  ...rows('one_hot', oneHotted),
];
