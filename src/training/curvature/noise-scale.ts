import { dot } from '../../core/vectors';
import type { BatchObjective } from '../../objective/evaluation/batches';
import type { Point } from '../../objective/evaluation/objective';
import { shuffled } from './draws';

/** Unbiased estimates from the squared gradients of batches of two sizes. */
export interface NoiseEstimate {
  /** |g|^2 of the expected loss. May be negative. */
  readonly squared: number;
  /** tr Sigma: the trace of the covariance of one row's gradient. */
  readonly trace: number;
}

/**
 * |g|^2 and tr Sigma from |G|^2 of batches of `small` rows (its mean over them) and of `big` rows (McCandlish et al.
 * 2018, equations A.2 and A.3). Rows count as drawn from a distribution, not as all there is.
 */
export function twoBatchEstimate(
  [small, smallSquared]: readonly [number, number],
  [big, bigSquared]: readonly [number, number],
): NoiseEstimate {
  return {
    squared: (big * bigSquared - small * smallSquared) / (big - small),
    trace: (smallSquared - bigSquared) / (1 / small - 1 / big),
  };
}

const LEAST_ROWS = 16;
const LEAST_BATCHES = 8;
const MOST_BATCHES = 32;

/**
 * How rows are cut for the estimate: disjoint batches as large as those of the run, but at least 16 rows, and small
 * enough for eight of them; at most 32. Undefined with fewer than two rows.
 */
export function noiseBatches(rows: number, batchSize: number): { size: number; count: number } | undefined {
  if (rows < 2) return undefined;
  const most = Math.max(1, Math.floor(rows / LEAST_BATCHES));
  const size = Math.min(Math.max(batchSize, LEAST_ROWS), most);
  return { size, count: Math.min(Math.floor(rows / size), MOST_BATCHES) };
}

/**
 * The two-batch estimate at a point: the small batches are disjoint and drawn by the seed, the big one is all of them
 * together, whose gradient is the mean of theirs.
 *
 * @throws CancelledError
 */
export async function estimateNoise(
  objective: BatchObjective,
  {
    point,
    rows,
    batches: { size, count },
  }: {
    readonly point: Point;
    readonly rows: Int32Array;
    readonly batches: { readonly size: number; readonly count: number };
  },
  draw: { readonly seed: number; readonly step: number },
  signal?: AbortSignal,
): Promise<NoiseEstimate> {
  // Not the batches of the sharpness at the same step.
  const drawn = shuffled(rows, size * count, { ...draw, part: -1 });
  const batches = Array.from({ length: count }, (_, k) => drawn.subarray(k * size, (k + 1) * size));
  const { squared, mean } = await objective.gradients(point, batches, signal);
  const smallSquared = squared.reduce((sum, value) => sum + value, 0) / count;
  return twoBatchEstimate([size, smallSquared], [size * count, dot(mean, mean)]);
}
