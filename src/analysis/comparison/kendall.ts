import { pairCounts } from '../../core/pair-counts';

/**
 * Kendall's tau-b of two columns (Kendall 1945): concordant minus discordant pairs over the geometric mean of the
 * pairs that are not tied in one and in the other. Null where it is not defined: fewer than two rows, or a column
 * without two different values.
 *
 * ```ts
 * import { kendallTau } from '../../src/analysis/comparison/kendall';
 * Math.round(kendallTau([1, 2, 3], [1, 3, 2])! * 1e9) / 1e9; // => 0.333333333
 * kendallTau([1, 1], [1, 2]); // => null
 * ```
 */
export function kendallTau(x: readonly number[], y: readonly number[]): number | null {
  const { concordant, discordant, untiedX, untiedY } = pairCounts(x, y);
  return tauOf(concordant - discordant, untiedX, untiedY);
}

/** Tau-b of sums over pairs. The product of the roots, not the root of the product: with no tie it is the count itself, and tau 1 is 1. */
export const tauOf = (score: number, untiedX: number, untiedY: number): number | null =>
  untiedX === 0 || untiedY === 0
    ? null
    : untiedX === untiedY
      ? score / untiedX
      : score / (Math.sqrt(untiedX) * Math.sqrt(untiedY));

/**
 * Tau-b of resamples of whole clusters: gives the function from how often each cluster was drawn to the tau of the rows
 * drawn. `clusters` holds the cluster of each row, from 0.
 *
 * A row drawn twice is tied with itself, so only pairs of different rows count, as often as they are drawn together:
 * weight_a * weight_b times over all pairs of rows, within a cluster too. The pairs are summed once by clusters.
 */
export function clusteredTau(
  x: readonly number[],
  y: readonly number[],
  clusters: readonly number[],
): (weights: ArrayLike<number>) => number | null {
  const count = Math.max(-1, ...clusters) + 1;
  const [score, untiedX, untiedY] = [0, 0, 0].map(() => new Float64Array(count * count));
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const at = Math.min(clusters[i], clusters[j]) * count + Math.max(clusters[i], clusters[j]);
      const [dx, dy] = [Math.sign(x[i] - x[j]), Math.sign(y[i] - y[j])];
      score[at] += dx * dy;
      untiedX[at] += dx * dx;
      untiedY[at] += dy * dy;
    }
  }
  return (weights) => {
    let [s, ux, uy] = [0, 0, 0];
    for (let a = 0; a < count; a++) {
      if (weights[a] === 0) continue;
      for (let b = a; b < count; b++) {
        const weight = weights[a] * weights[b];
        const at = a * count + b;
        s += weight * score[at];
        ux += weight * untiedX[at];
        uy += weight * untiedY[at];
      }
    }
    return tauOf(s, ux, uy);
  };
}
