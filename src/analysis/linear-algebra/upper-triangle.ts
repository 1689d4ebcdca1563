import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../core/errors';
import type { SymmetricOperator } from '../operator';

/** A dense symmetric matrix of which only the diagonal and what is above it are looked at: what the eigenvalues leave. */
export class UpperTriangle implements SymmetricOperator {
  /**
   * @param values n x n, row after row.
   * @param precision of the products that its columns were.
   */
  constructor(
    private readonly diagonal: Float64Array,
    private readonly values: Float64Array,
    readonly precision: 'float32' | 'float64' = 'float64',
  ) {}

  get dimension(): number {
    return this.diagonal.length;
  }

  /**
   * The products with vectors, one after another; the event loop gets a turn after each.
   * @throws CancelledError
   */
  async apply(vectors: readonly Float64Array[], signal?: AbortSignal): Promise<Float64Array[]> {
    const products: Float64Array[] = [];
    for (const vector of vectors) {
      products.push(this.product(vector));
      await setImmediate();
      throwIfCancelled(signal);
    }
    return products;
  }

  private product(vector: Float64Array): Float64Array {
    const { diagonal, values, dimension } = this;
    const image = vector.map((component, i) => component * diagonal[i]);
    for (let i = 0; i < dimension; i++) {
      const [row, own] = [i * dimension, vector[i]];
      let sum = 0;
      for (let j = i + 1; j < dimension; j++) {
        sum += values[row + j] * vector[j];
        image[j] += values[row + j] * own;
      }
      image[i] += sum;
    }
    return image;
  }
}
