import {
  broadcast,
  concat,
  gather,
  reshape,
  reverse,
  slice,
  transpose,
} from '../../../../autodiff/operations';
import type { Graph, Node } from '../../../../autodiff/graph';
import { type Shape, ShapeError, inversePermutation, sameShape, shapeText } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { concatenate, expand, pick } from '../../onnx/arrays';
import { type Known, type Value, computed, known, nodeOf } from '../../onnx/value';

// Values moved about, whether their numbers are known or not; what they hold stays what it is.

const moved = (value: Value, onNumbers: (value: Known) => Known, onNode: (node: Node) => Node): Value =>
  value.kind === 'known' ? onNumbers(value) : computed(onNode(value.node), value.type);

/** The same elements in order under another shape. */
export function reshaped(value: Value, shape: Shape): Value {
  if (sizeOf(shape) !== sizeOf(value.shape))
    throw new ShapeError(`${shapeText(value.shape)} cannot be seen as ${shapeText(shape)}`);
  return moved(
    value,
    ({ type, data }) => known(type, shape, data),
    (node) => reshape(node, shape),
  );
}

/** Axis `order[i]` becomes axis i. */
export function permuted(value: Value, order: readonly number[]): Value {
  return moved(
    value,
    (numbers) =>
      pick(
        numbers,
        order.map((axis) => numbers.shape[axis]),
        (position) => inversePermutation(order).map((axis) => position[axis]),
      ),
    (node) => transpose(node, order),
  );
}

/** Repeated along axes of extent 1 and new leading ones. */
export function expanded(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  return moved(
    value,
    (numbers) => expand(numbers, shape),
    (node) => broadcast(node, shape),
  );
}

/** The positions of one axis that are listed, in that order. */
export function takenAlong(value: Value, axis: number, positions: readonly number[]): Value {
  const shape = value.shape.map((extent, a) => (a === axis ? positions.length : extent));
  if (positions.length === value.shape[axis] && positions.every((position, i) => position === i))
    return value;
  return moved(
    value,
    (numbers) =>
      pick(numbers, shape, (place) => place.map((index, a) => (a === axis ? positions[index] : index))),
    (node) => takenNode(node, axis, positions),
  );
}

function takenNode(x: Node, axis: number, positions: readonly number[]): Node {
  if (positions.length === 0) throw new ShapeError('a part of it is empty');
  const [first] = positions;
  const step = positions.length > 1 ? positions[1] - first : 1;
  if (step !== 0 && positions.every((position, i) => position === first + i * step)) {
    const last = positions[positions.length - 1];
    const [low, high] = step > 0 ? [first, last] : [last, first];
    const cut = slice(
      x,
      x.shape.map((_, a) => (a === axis ? low : 0)),
      x.shape.map((extent, a) => (a === axis ? high + 1 : extent)),
      x.shape.map((_, a) => (a === axis ? Math.abs(step) : 1)),
    );
    return step > 0 ? cut : reverse(cut, [axis]);
  }
  const order = [axis, ...x.shape.flatMap((_, a) => (a === axis ? [] : [a]))];
  const indices = x.graph.constant(Int32Array.from(positions), [positions.length]);
  return transpose(gather(transpose(x, order), indices), inversePermutation(order));
}

/** One after the other along an axis; tensors without elements add nothing (PyTorch lets them have any rank). */
export function joined(graph: Graph, values: readonly Value[], axis: number): Value {
  const parts = values.filter(({ shape }) => sizeOf(shape) > 0);
  if (parts.length === 0) return values[0];
  if (parts.length === 1) return parts[0];
  const type = parts.some((part) => part.type === 'float') ? 'float' : parts[0].type;
  if (parts.every((part) => part.kind === 'known')) return { ...concatenate(parts, axis), type };
  return computed(
    concat(
      parts.map((part) => nodeOf(graph, part)),
      axis,
    ),
    type,
  );
}
