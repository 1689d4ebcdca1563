import { loaded } from '../../../src/core/long-vector';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { addScaled, dot, norm, scale } from '../../../src/core/vectors';
import type { SymmetricOperator } from '../../../src/analysis/operator';
import { random, type Random } from '../../../src/core/random';

/** An operator that counts its products and its calls. */
export interface CountingOperator extends SymmetricOperator {
  products: number;
  calls: number;
}

/** The operator with these products. */
export function operator(
  dimension: number,
  product: (vector: Float64Array) => Float64Array,
): CountingOperator {
  return {
    dimension,
    products: 0,
    calls: 0,
    async apply(vectors) {
      this.calls++;
      this.products += vectors.length;
      return vectors.map((vector) => product(loaded(vector)));
    },
  };
}

export function diagonal(values: readonly number[]): CountingOperator {
  return operator(values.length, (vector) => vector.map((component, i) => component * values[i]));
}

/** A dense symmetric matrix. */
export function dense(rows: readonly ArrayLike<number>[]): CountingOperator {
  return operator(rows.length, (vector) =>
    Float64Array.from(rows, (row) => vector.reduce((sum, component, j) => sum + row[j] * component, 0)),
  );
}

/** diag(values) in a random basis: three Householder reflections on either side. */
export function rotated(values: readonly number[], seed = 1): CountingOperator {
  const source = random(seed, 77);
  const mirrors = [1, 2, 3].map(() => {
    const mirror = normals(values.length, source);
    scale(mirror, 1 / norm(mirror));
    return mirror;
  });
  const reflect = (vector: Float64Array, order: readonly Float64Array[]) => {
    for (const mirror of order) addScaled(vector, -2 * dot(mirror, vector), mirror);
  };
  return operator(values.length, (vector) => {
    const image = vector.slice();
    reflect(image, mirrors);
    values.forEach((value, i) => (image[i] *= value));
    reflect(image, [...mirrors].reverse());
    return image;
  });
}

/** The same operator with inputs and products rounded to float32, as a float32 engine has them. */
export function inFloat32(exact: CountingOperator): CountingOperator {
  return {
    ...exact,
    async apply(vectors) {
      const images = await exact.apply(vectors.map((vector) => loaded(vector).map(Math.fround)));
      return images.map((image) => image.map(Math.fround));
    },
  };
}

export function normals(length: number, source: Random): Float64Array {
  return Float64Array.from({ length }, () => source.normal());
}

/** A random symmetric matrix, row by row. */
export function randomSymmetric(size: number, seed: number): Float64Array[] {
  const source = random(seed, 5);
  const rows = Array.from({ length: size }, () => normals(size, source));
  return rows.map((row, i) => row.map((entry, j) => (entry + rows[j][i]) / 2));
}

const corpus = join(import.meta.dirname ?? __dirname, '../../corpus/spectra');

/** The full spectra of the Hessians of trained networks, each descending (float64, from a reference implementation). */
export const trainedSpectra = readdirSync(corpus).map((file) => ({
  name: file.replace('.json', ''),
  values: JSON.parse(readFileSync(join(corpus, file), 'utf8')) as number[],
}));

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function assertClose(actual: number, expected: number, tolerance: number, what = 'value'): void {
  const limit = tolerance * Math.max(Math.abs(expected), 1e-300);
  if (!(Math.abs(actual - expected) <= limit)) {
    throw new Error(`${what} is ${actual}, expected ${expected} to ${tolerance} relative.`);
  }
}
