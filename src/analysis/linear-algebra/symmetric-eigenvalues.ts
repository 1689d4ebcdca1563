import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../core/errors';

/**
 * All eigenvalues of a dense symmetric matrix, ascending, without vectors: Householder's reduction to tridiagonal form
 * and implicit QL (Golub and Van Loan 2013, sections 8.3.1 and 8.3.3), 4/3 n^3 operations, accurate to a few units of
 * rounding of the norm. Gives way to other work between columns, so that it can be cancelled.
 *
 * @param matrix n x n, row after row; its diagonal and what is below are overwritten, what is above stays.
 * @throws RangeError when an entry is not finite.
 */
export async function symmetricEigenvalues(
  matrix: Float64Array,
  size: number,
  signal?: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<Float64Array> {
  const diagonal = new Float64Array(size);
  const below = new Float64Array(size);
  // Entries of at most 1, so that no square overflows and what underflows is nothing beside the norm.
  const largest = matrix.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  if (!Number.isFinite(largest)) throw new RangeError('A matrix entry is not finite.');
  if (largest === 0) return diagonal;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) matrix[i * size + j] /= largest;
  for (let k = 0; k < size - 2; k++) {
    below[k] = reflect(matrix, size, k);
    if (k % 32 === 31) {
      await setImmediate();
      throwIfCancelled(signal);
      onProgress?.(1 - ((size - k) / size) ** 3);
    }
  }
  if (size > 1) below[size - 2] = matrix[(size - 1) * size + size - 2];
  for (let i = 0; i < size; i++) diagonal[i] = matrix[i * size + i];
  implicitQl(diagonal, below);
  for (let i = 0; i < size; i++) diagonal[i] *= largest;
  return diagonal.sort();
}

/** A column whose entries are all below this, in a matrix of norm 1 or more, is zero to far beyond rounding. */
const NOTHING = 1e-40;

/**
 * One Householder step: zeros column k below its subdiagonal by P = I - 2 v v' / v'v on both sides of the trailing
 * block, of which the lower triangle is kept. Returns the subdiagonal entry.
 */
function reflect(a: Float64Array, n: number, k: number): number {
  const first = k + 1;
  const count = n - first;
  const v = new Float64Array(count);
  let tail = 0;
  for (let i = 0; i < count; i++) v[i] = a[(first + i) * n + k];
  for (let i = 1; i < count; i++) tail = Math.max(tail, Math.abs(v[i]));
  // Dead parameters leave columns of rounding of rounding: their squares would vanish, and with them v'v.
  if (tail < NOTHING) return v[0];
  const size = Math.max(tail, Math.abs(v[0]));
  tail = 0;
  for (let i = 0; i < count; i++) v[i] /= size;
  for (let i = 1; i < count; i++) tail += v[i] * v[i];
  const length = Math.sqrt(v[0] * v[0] + tail);
  const entry = v[0] > 0 ? -length : length;
  v[0] -= entry;
  const beta = 2 / (v[0] * v[0] + tail);
  // p = beta B v for the trailing block B, from its lower triangle alone.
  const p = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const row = (first + i) * n + first;
    const vi = v[i];
    let sum = a[row + i] * vi;
    for (let j = 0; j < i; j++) {
      sum += a[row + j] * v[j];
      p[j] += a[row + j] * vi;
    }
    p[i] += sum;
  }
  let overlap = 0;
  for (let i = 0; i < count; i++) {
    p[i] *= beta;
    overlap += p[i] * v[i];
  }
  // w = p - (beta p'v / 2) v, B <- B - v w' - w v'.
  const half = (beta * overlap) / 2;
  for (let i = 0; i < count; i++) p[i] -= half * v[i];
  for (let i = 0; i < count; i++) {
    const row = (first + i) * n + first;
    const vi = v[i];
    const wi = p[i];
    for (let j = 0; j <= i; j++) a[row + j] -= vi * p[j] + wi * v[j];
  }
  return size * entry;
}

const SWEEPS = 60;

/** Eigenvalues of a tridiagonal matrix in place of its diagonal; `below[i]` couples i and i + 1. */
function implicitQl(diagonal: Float64Array, below: Float64Array): void {
  const size = diagonal.length;
  // Against the norm, not against neighbours: where eigenvalues are zero these are rounding, and sweeps among them end nowhere.
  const floor = Number.EPSILON * norm(diagonal, below);
  if (!Number.isFinite(floor)) throw new RangeError('A matrix entry is not finite.');
  for (let l = 0; l < size; l++)
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < size - 1 && Math.abs(below[m]) > floor) m++;
      if (m === l) break;
      if (sweep === SWEEPS) throw new RangeError('The eigenvalues of a matrix did not converge.');
      chase(diagonal, below, l, m);
    }
}

/** The largest sum of magnitudes in a row: at least the spectral norm, and at most 3 times it. */
function norm(diagonal: Float64Array, below: Float64Array): number {
  let most = 0;
  for (let i = 0; i < diagonal.length; i++) {
    const before = i > 0 ? Math.abs(below[i - 1]) : 0;
    most = Math.max(most, before + Math.abs(diagonal[i]) + Math.abs(below[i]));
  }
  return most;
}

/** One QL sweep with Wilkinson's shift over the unreduced block from l to m. */
function chase(diagonal: Float64Array, below: Float64Array, l: number, m: number): void {
  const gap = (diagonal[l + 1] - diagonal[l]) / (2 * below[l]);
  const root = Math.hypot(gap, 1);
  let g = diagonal[m] - diagonal[l] + below[l] / (gap + (gap >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * below[i];
    const b = cosine * below[i];
    const r = Math.hypot(f, g);
    below[i + 1] = r;
    if (r === 0) {
      diagonal[i + 1] -= shift;
      below[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = diagonal[i + 1] - shift;
    const t = (diagonal[i] - g) * sine + 2 * cosine * b;
    shift = sine * t;
    diagonal[i + 1] = g + shift;
    g = cosine * t - b;
  }
  diagonal[l] -= shift;
  below[l] = g;
  below[m] = 0;
}
