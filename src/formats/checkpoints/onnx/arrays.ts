import { type Shape, ShapeError, broadcastShapes, stridesOf } from '../../../autodiff/shape';
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
  const own = stridesOf(shape);
  data.forEach((_, i) => {
    const position = shape.map((extent, axis) => Math.floor(i / own[axis]) % extent);
    data[i] = source.data[from(position).reduce((sum, index, axis) => sum + index * strides[axis], 0)];
  });
  return known(source.type, shape, data);
}

/** Repeated along axes of extent 1 and new leading ones. */
export function expand(source: Known, shape: Shape): Known {
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
  data.forEach((_, i) => (data[i] = apply(...parts.map((part) => part[i]))));
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
