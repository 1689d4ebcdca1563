import { tauOf } from './kendall';

/** The order of each two values: the sign of their difference, [n, n]. */
function orders(values: readonly number[]): Int8Array {
  const n = values.length;
  const signs = new Int8Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const gap = values[i] - values[j];
      const tied = Math.abs(gap) <= ROUNDING * Math.max(Math.abs(values[i]), Math.abs(values[j]));
      signs[i * n + j] = tied ? 0 : Math.sign(gap);
    }
  return signs;
}

/** Means that differ by less than this share are equal: their sums were rounded. */
const ROUNDING = 1e-12;

/**
 * Kendall's tau-b of two columns for resamples and rearrangements of them: `from[i]` is the row whose second value row i
 * takes, `weights[i]` how often it was drawn, and only `rows` are looked at. Null where it is not defined.
 */
export function rearrangedTau(
  x: readonly number[],
  y: readonly number[],
): (from: ArrayLike<number>, weights: ArrayLike<number>, rows: readonly number[]) => number | null {
  const [first, second] = [orders(x), orders(y)];
  const n = x.length;
  return (from, weights, rows) => {
    let [score, untiedX, untiedY] = [0, 0, 0];
    for (let a = 1; a < rows.length; a++) {
      const i = rows[a];
      if (weights[i] === 0) continue;
      for (let b = 0; b < a; b++) {
        const j = rows[b];
        const weight = weights[i] * weights[j];
        if (weight === 0) continue;
        const dx = first[i * n + j];
        const dy = second[from[i] * n + from[j]];
        score += weight * dx * dy;
        untiedX += weight * dx * dx;
        untiedY += weight * dy * dy;
      }
    }
    return tauOf(score, untiedX, untiedY);
  };
}
