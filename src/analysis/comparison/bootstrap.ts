import { random } from '../../core/random';
import { streams } from '../../core/random-streams';

export const LEVEL = 0.95;
export const REPEATS = 2000;
/** Fewer clusters than this have no interval. */
export const LEAST_CLUSTERS = 3;

export interface BootstrapOptions {
  readonly seed: number;
  readonly repeats?: number;
  readonly level?: number;
}

/** A percentile interval; `repeats` counts the resamples whose statistic is defined. */
export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly repeats: number;
}

/**
 * The percentile bootstrap interval (Efron 1979) of a statistic over independent clusters: as many clusters as there
 * are drawn with replacement, whole. `statistic` gets how often each was drawn, and gives null where it is not defined
 * for a draw (all draws the same), which is then left out. Null below three clusters, and when more than half of the
 * draws are left out.
 */
export function bootstrapInterval(
  clusters: number,
  statistic: (weights: ArrayLike<number>) => number | null,
  { seed, repeats = REPEATS, level = LEVEL }: BootstrapOptions,
): BootstrapInterval | null {
  const levels = Array.from({ length: clusters }, (_, cluster) => cluster);
  return crossedInterval([{ count: clusters, levels }], statistic, { seed, repeats, level });
}

/**
 * The same over cells where several things were varied: the levels of each axis are drawn with replacement, and a cell
 * weighs the product of its levels' draws (the pigeonhole bootstrap, Owen 2007). Cells that share a level are not
 * independent of each other; with few levels the interval covers more than it says. `axes[a].levels[cell]` is a cell's level.
 */
export function crossedInterval(
  axes: readonly { readonly count: number; readonly levels: readonly number[] }[],
  statistic: (weights: ArrayLike<number>) => number | null,
  { seed, repeats = REPEATS, level = LEVEL }: BootstrapOptions,
): BootstrapInterval | null {
  if (Math.max(0, ...axes.map(({ count }) => count)) < LEAST_CLUSTERS) return null;
  const stream = random(seed, streams.resampling);
  const draws = axes.map(({ count }) => new Int32Array(count));
  const weights = new Int32Array(axes[0].levels.length);
  const values: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const drawn of draws) {
      drawn.fill(0);
      for (let draw = 0; draw < drawn.length; draw++) drawn[Math.floor(stream.uniform() * drawn.length)]++;
    }
    for (let cell = 0; cell < weights.length; cell++)
      weights[cell] = axes.reduce((product, { levels }, a) => product * draws[a][levels[cell]], 1);
    const value = statistic(weights);
    if (value !== null) values.push(value);
  }
  if (values.length < repeats / 2) return null;
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - level) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), level, repeats: sorted.length };
}

/** The quantile of ascending values with straight lines between them (type 7 of Hyndman and Fan 1996, as NumPy's). */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}

/**
 * The interval of tau where the columns agree (or disagree) in every pair, so that every resample gives the same tau and
 * the bootstrap sees no spread. Disjoint pairs of independent clusters are independent, floor(k/2) of them, and each
 * was found in order: by Clopper and Pearson (1934) the chance of order p is at least ((1 - level)/2)^(1/pairs), and tau
 * is 2p - 1. Wider than need be, and never without width. `sign` is that of tau.
 */
export function intervalOfFullOrder(
  clusters: number,
  sign: 1 | -1,
  level = LEVEL,
): { low: number; high: number } {
  const pairs = Math.floor(clusters / 2);
  const least = 2 * ((1 - level) / 2) ** (1 / pairs) - 1;
  return sign > 0 ? { low: least, high: 1 } : { low: -1, high: -least };
}
