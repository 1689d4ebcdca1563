import { UpperTriangle } from '../linear-algebra/upper-triangle';
import { symmetricEigenvalues } from '../linear-algebra/symmetric-eigenvalues';
import type { SymmetricOperator } from '../operator';
import { multiply } from './products';
import type { Block } from './trace';

export interface ExactOptions {
  /** Stretches whose own traces and largest eigenvalues are wanted. */
  readonly blocks?: readonly Block[];
  readonly signal?: AbortSignal;
  /** Products so far. */
  readonly onProgress?: (products: number) => void;
  /** The share of the eigenvalue computation. */
  readonly onEigenvalues?: (share: number) => void;
}

export interface ExactSpectrum {
  /** All of them, ascending. */
  readonly eigenvalues: Float64Array;
  /**
   * Frobenius norm of (H - H') / 2: how far rounding made the matrix unsymmetric, which bounds the error of every
   * eigenvalue from that cause.
   */
  readonly asymmetry: number;
  readonly trace: number;
  /** One for each of the blocks, in their order. */
  readonly blocks: readonly { readonly trace: number; readonly largest: number }[];
  /** The matrix itself: its products cost no pass over the data. */
  readonly matrix: SymmetricOperator;
}

/** Vectors in one call: as many as share a pass. */
const TOGETHER = 4;

/** The operator as a matrix, row after row, by one product a column. Memory: 8 bytes times dimension squared. */
export async function denseMatrix(
  operator: SymmetricOperator,
  { signal, onProgress }: Pick<ExactOptions, 'signal' | 'onProgress'> = {},
): Promise<Float64Array> {
  const { dimension } = operator;
  const matrix = new Float64Array(dimension * dimension);
  for (let begin = 0; begin < dimension; begin += TOGETHER) {
    const units = Array.from({ length: Math.min(TOGETHER, dimension - begin) }, (_, i) => {
      const unit = new Float64Array(dimension);
      unit[begin + i] = 1;
      return unit;
    });
    const columns = await multiply(operator, units, signal);
    columns.forEach((column, i) => matrix.set(column, (begin + i) * dimension));
    onProgress?.(begin + columns.length);
  }
  return matrix;
}

/** Makes a matrix symmetric in place; returns the Frobenius norm of what that took away. */
function symmetrize(matrix: Float64Array, size: number): number {
  let removed = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [matrix[i * size + j], matrix[j * size + i]];
      matrix[i * size + j] = matrix[j * size + i] = (a + b) / 2;
      removed += ((a - b) * (a - b)) / 2;
    }
  return Math.sqrt(removed);
}

/** The operator as a symmetric matrix in float64: further products cost no pass over the data. */
export async function asMatrix(
  operator: SymmetricOperator,
  signal?: AbortSignal,
): Promise<{ readonly matrix: SymmetricOperator; readonly asymmetry: number }> {
  const { dimension } = operator;
  const values = await denseMatrix(operator, { signal });
  const asymmetry = symmetrize(values, dimension);
  return { matrix: new UpperTriangle(diagonalOf(values, dimension), values, operator.precision), asymmetry };
}

const diagonalOf = (matrix: Float64Array, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]);

/**
 * Every eigenvalue of the operator from its dense matrix.
 *
 * ```ts
 * import { exactSpectrum } from '../../src/analysis/spectrum/exact';
 * import { diagonal } from '../../test/unit/analysis/operators';
 * const { eigenvalues, trace } = await exactSpectrum(diagonal([3, -1, 2]));
 * eigenvalues; // => [-1, 2, 3]
 * trace; // => 4
 * ```
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function exactSpectrum(
  operator: SymmetricOperator,
  options: ExactOptions = {},
): Promise<ExactSpectrum> {
  const { blocks = [], signal, onProgress, onEigenvalues } = options;
  const { dimension } = operator;
  const matrix = await denseMatrix(operator, { signal, onProgress });
  const asymmetry = symmetrize(matrix, dimension);
  const own: { trace: number; largest: number }[] = [];
  for (const block of blocks) {
    const part = diagonalBlock(matrix, dimension, block);
    const trace = traceOf(part, block.length);
    own.push({ trace, largest: (await symmetricEigenvalues(part, block.length, signal)).at(-1) ?? 0 });
  }
  const trace = traceOf(matrix, dimension);
  const diagonal = diagonalOf(matrix, dimension);
  const eigenvalues = await symmetricEigenvalues(matrix, dimension, signal, onEigenvalues);
  return { eigenvalues, asymmetry, trace, blocks: own, matrix: new UpperTriangle(diagonal, matrix) };
}

function traceOf(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += matrix[i * size + i];
  return sum;
}

function diagonalBlock(matrix: Float64Array, size: number, { offset, length }: Block): Float64Array {
  const part = new Float64Array(length * length);
  for (let i = 0; i < length; i++) {
    const from = (offset + i) * size + offset;
    part.set(matrix.subarray(from, from + length), i * length);
  }
  return part;
}
