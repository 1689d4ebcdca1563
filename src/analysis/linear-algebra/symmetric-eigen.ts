import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** All eigenpairs of a small dense symmetric matrix. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** Component `row` of the unit eigenvector to `values[index]`. */
  component(row: number, index: number): number;
}

/**
 * The eigenpairs of a small dense symmetric matrix (Householder and implicit QL, accurate to a few units of
 * rounding of its norm). The matrix is scaled to entries of at most 1 first: the library overflows above 1e154.
 *
 * @throws when an entry is not finite.
 */
export function symmetricEigen(rows: readonly ArrayLike<number>[]): SymmetricEigen {
  const size = rows.length;
  let largest = 0;
  for (const row of rows) {
    for (let j = 0; j < size; j++) {
      if (!Number.isFinite(row[j])) throw new RangeError('A matrix entry is not finite.');
      largest = Math.max(largest, Math.abs(row[j]));
    }
  }
  if (size === 0 || largest === 0) {
    return { values: new Float64Array(size), component: (row, index) => (row === index ? 1 : 0) };
  }
  const matrix = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix.set(i, j, rows[i][j] / largest);
  }
  const decomposition = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const vectors = decomposition.eigenvectorMatrix;
  return {
    values: Float64Array.from(decomposition.realEigenvalues, (value) => value * largest),
    component: (row, index) => vectors.get(row, index),
  };
}
