import type { Shape } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Random } from '../../core/random';

/** How a tensor begins: Keras' initializers by what they do. */
export type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  /** A vector in equal parts, each filled with one number. */
  | { readonly kind: 'parts'; readonly values: readonly number[] }
  | { readonly kind: 'uniform'; readonly limit: number }
  /** Glorot-uniform by the inputs and outputs of a unit. */
  | { readonly kind: 'glorot'; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: 'orthogonal' };

export const ZEROS: Initial = { kind: 'constant', value: 0 };
export const ONES: Initial = { kind: 'constant', value: 1 };

/**
 * Glorot-uniform for a kernel whose last two axes are input and output (Glorot & Bengio 2010): uniform within
 * sqrt(6 / (fan in + fan out)), where axes before them (a window) count for both.
 */
export function glorot(shape: Shape): Initial {
  const window = sizeOf(shape.slice(0, -2));
  return {
    kind: 'glorot',
    fanIn: window * shape[shape.length - 2],
    fanOut: window * shape[shape.length - 1],
  };
}

/** The first values of a tensor, row-major, from a stream of its own. */
export function initialValues(initial: Initial, shape: Shape, numbers: Random): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  const within = (limit: number) => data.map(() => (2 * numbers.uniform() - 1) * limit);
  switch (initial.kind) {
    case 'constant':
      return data.fill(initial.value);
    case 'parts':
      return data.map((_, i) => initial.values[Math.floor((i * initial.values.length) / data.length)]);
    case 'uniform':
      return within(initial.limit);
    case 'glorot':
      return within(Math.sqrt(6 / (initial.fanIn + initial.fanOut)));
    case 'orthogonal':
      return orthogonal(shape[0], shape[1], numbers);
  }
}

/**
 * A matrix [rows, columns] with orthonormal columns (or rows, where they are fewer), uniform among those (Saxe et al.
 * 2014): the Q of a normal matrix whose R has a positive diagonal, by Gram and Schmidt, each step done twice.
 */
function orthogonal(rows: number, columns: number, numbers: Random): Float32Array {
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  for (let count = Math.min(rows, columns); count > 0; count--) {
    const vector = Float64Array.from({ length }, () => numbers.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        const along = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i] -= along * other[i];
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      data[row * columns + column] = rows < columns ? vectors[row][column] : vectors[column][row];
  return data;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
