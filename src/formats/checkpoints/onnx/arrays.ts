import { type Shape, ShapeError, broadcastShapes, sameShape, stridesOf } from '../../../autodiff/shape';
import { sizeOf } from '../../../core/size-of';
import type { ElementType } from './description';
import { type Known, known } from './value';

/** What is computed from shapes is small; a hostile file may ask for anything. */
const LARGEST = 2 ** 22;

/** Room for numbers of this shape. */
export function numbersFor(shape: Shape): Float64Array {
  const size = sizeOf(shape);
  if (!(size <= LARGEST) || shape.some((extent) => !Number.isInteger(extent) || extent < 0))
    throw new ShapeError(`a constant cannot have the shape [${shape.join(', ')}]`);
  return new Float64Array(size);
}

/** An array of this shape whose element at each position comes from a position of `source`. */
export function pick(
  source: Known,
  shape: Shape,
  from: (position: readonly number[]) => readonly number[],
): Known {
  const data = numbersFor(shape);
  const strides = stridesOf(source.shape);
  const position = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    const at = from(position);
    let index = 0;
    for (let axis = 0; axis < strides.length; axis++) index += at[axis] * strides[axis];
    data[i] = source.data[index];
    advance(position, shape);
  }
  return known(source.type, shape, data);
}

/** To the next position in row-major order. */
function advance(position: number[], shape: Shape): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (++position[axis] < shape[axis]) return;
    position[axis] = 0;
  }
}

/** Repeated along axes of extent 1 and new leading ones. */
export function expand(source: Known, shape: Shape): Known {
  if (sameShape(source.shape, shape)) return source;
  const lead = shape.length - source.shape.length;
  return pick(source, shape, (position) =>
    source.shape.map((extent, axis) => (extent === 1 ? 0 : position[axis + lead])),
  );
}

/** A function of numbers, element by element under NumPy's broadcasting. */
export function elementwise(
  type: ElementType,
  operands: readonly Known[],
  apply: (...values: number[]) => number,
): Known {
  const shape = operands.reduce<Shape>((all, operand) => broadcastShapes(all, operand.shape), []);
  const parts = operands.map((operand) => expand(operand, shape).data);
  const data = numbersFor(shape);
  const values = parts.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    parts.forEach((part, k) => (values[k] = part[i]));
    data[i] = apply(...values);
  }
  return known(type, shape, data);
}

/** One after the other along an axis. */
export function concatenate(parts: readonly Known[], axis: number): Known {
  const total = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = parts[0].shape.map((extent, a) => (a === axis ? total : extent));
  const data = numbersFor(shape);
  const inner = sizeOf(shape.slice(axis + 1));
  let start = 0;
  for (const part of parts) {
    const run = part.shape[axis] * inner;
    for (let outer = 0; outer * run < part.data.length; outer++)
      data.set(part.data.subarray(outer * run, (outer + 1) * run), outer * total * inner + start);
    start += run;
  }
  return known(parts[0].type, shape, data);
}
