type Data = Float64Array | Int32Array;

/** `out += a b`, row-major: a [m, k], b [k, n], out [m, n]. Four rows of b share one pass over a row of out. */
export function addProduct(
  out: Float64Array,
  a: Data,
  b: Data,
  { m, k, n }: { readonly m: number; readonly k: number; readonly n: number },
): void {
  const whole = k - (k % 4);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    for (let l = 0; l < whole; l += 4) {
      const [f0, f1, f2, f3] = [a[i * k + l], a[i * k + l + 1], a[i * k + l + 2], a[i * k + l + 3]];
      const [r0, r1, r2, r3] = [l * n, (l + 1) * n, (l + 2) * n, (l + 3) * n];
      for (let j = 0; j < n; j++)
        out[row + j] += f0 * b[r0 + j] + f1 * b[r1 + j] + (f2 * b[r2 + j] + f3 * b[r3 + j]);
    }
    for (let l = whole; l < k; l++) {
      const factor = a[i * k + l];
      for (let j = 0; j < n; j++) out[row + j] += factor * b[l * n + j];
    }
  }
}

/** The transpose [columns, rows] of a row-major [rows, columns]. */
export function transposed(matrix: Data, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j];
  return out;
}
