/** The matrix-vector product with a small dense matrix, row by row. */
export const times = (matrix: readonly Float64Array[], vector: Float64Array): Float64Array =>
  Float64Array.from(matrix, (row) => row.reduce((sum, entry, j) => sum + entry * vector[j], 0));

/** X of A X = B for small dense matrices, by Gaussian elimination with row pivoting. */
export function solve(matrix: readonly Float64Array[], right: readonly Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const a = matrix.map((row) => row.slice());
  const x = right.map((row) => row.slice());
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++)
      if (Math.abs(a[i][column]) > Math.abs(a[pivot][column])) pivot = i;
    [a[column], a[pivot]] = [a[pivot], a[column]];
    [x[column], x[pivot]] = [x[pivot], x[column]];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = a[i][column] / a[column][column];
      if (factor === 0) continue;
      for (let j = column; j < size; j++) a[i][j] -= factor * a[column][j];
      for (let j = 0; j < x[i].length; j++) x[i][j] -= factor * x[column][j];
    }
  }
  x.forEach((row, i) => row.forEach((value, j) => (row[j] = value / a[i][i])));
  return x;
}

/** The inverse of a small dense matrix. */
export const inverse = (matrix: readonly Float64Array[]): Float64Array[] =>
  solve(
    matrix,
    matrix.map((_, i) => Float64Array.from(matrix, (_row, j) => (i === j ? 1 : 0))),
  );
