/** A dense matrix, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A B. */
export function product(a: Matrix, b: Matrix): Matrix {
  const [rows, inner, columns] = [a.rows, a.columns, b.columns];
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    for (let k = 0; k < inner; k++) addRow(row, a.values[i * inner + k], b.values, k * columns);
  }
  return { rows, columns, values };
}

/** A' B. */
export function transposedProduct(a: Matrix, b: Matrix): Matrix {
  const [rows, inner, columns] = [a.columns, a.rows, b.columns];
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    for (let k = 0; k < inner; k++) addRow(row, a.values[k * rows + i], b.values, k * columns);
  }
  return { rows, columns, values };
}

/** `row += factor * source[from...]`, in place. */
function addRow(row: Float64Array, factor: number, source: Float64Array, from: number): void {
  if (factor === 0) return;
  for (let j = 0; j < row.length; j++) row[j] += factor * source[from + j];
}

/** Pivots below this share of their diagonal entry are rounding: the matrix has no such direction. */
const NO_PIVOT = 1e-14;

/**
 * L with A A' = L L', of as few columns as A has rows or columns: A itself where it is narrow, else the Cholesky factor
 * of A A', with zeros where the rows of A depend on one another.
 */
export function leftFactor(a: Matrix): Matrix {
  if (a.columns <= a.rows) return a;
  const size = a.rows;
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let inner = 0;
      for (let k = 0; k < a.columns; k++) inner += a.values[i * a.columns + k] * a.values[j * a.columns + k];
      let rest = inner;
      for (let k = 0; k < j; k++) rest -= values[i * size + k] * values[j * size + k];
      if (i === j) values[i * size + i] = rest > NO_PIVOT * inner ? Math.sqrt(rest) : 0;
      else values[i * size + j] = values[j * size + j] > 0 ? rest / values[j * size + j] : 0;
    }
  return { rows: size, columns: size, values };
}
