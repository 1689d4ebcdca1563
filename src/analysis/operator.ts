import type { LongVector, Vector } from '../core/long-vector';

/**
 * A symmetric matrix known only by its products, as every Krylov method sees it: the Hessian of an objective,
 * its Gauss-Newton part, a block of either, or a dense matrix in a test.
 */
export interface SymmetricOperator {
  /** Rows (and columns). */
  readonly dimension: number;
  /** What products are computed in. Where it is left out, the products themselves tell. */
  readonly precision?: 'float32' | 'float64';
  /**
   * The products with several vectors, each of length `dimension`, in the order given. Several vectors in one
   * call share the work on the data, so callers hand over all they have.
   */
  apply(vectors: readonly LongVector[], signal?: AbortSignal): Promise<Float64Array[]>;
  /** v'Mv for each of several vectors, where that costs less than the products do. */
  readonly forms?: (vectors: readonly LongVector[], signal?: AbortSignal) => Promise<number[]>;
  /** Puts a vector down until its next use, where memory has no room for all: it comes back as it is where it has. */
  readonly rest?: (vector: Vector) => LongVector;
  /** Bytes that vectors put down may take. */
  readonly restingRoom?: number;
}
