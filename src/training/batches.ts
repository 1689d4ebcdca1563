import { random } from '../core/random';
import { streams } from '../core/random-streams';

/** How the rows of an epoch become steps. */
export interface BatchPlan {
  /** Rows trained on. */
  readonly rows: number;
  /** Rows of a batch, at most `rows`. */
  readonly batchSize: number;
  /** Batches of a step. */
  readonly accumulate: number;
}

/** Optimizer steps of one pass over the rows; the last may have fewer batches, the last batch fewer rows. */
export const stepsPerEpoch = ({ rows, batchSize, accumulate }: BatchPlan): number =>
  Math.ceil(Math.ceil(rows / batchSize) / accumulate);

/** Rows of a full step. */
export const rowsPerStep = ({ rows, batchSize, accumulate }: BatchPlan): number =>
  Math.min(rows, batchSize * accumulate);

/** The order of rows in an epoch (counted from 0): shuffled by the seed and the epoch alone (Fisher & Yates). */
export function orderOf({ rows, batchSize, accumulate }: BatchPlan, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  // One step sees all rows: their order would move nothing but rounding.
  if (batchSize * accumulate >= rows) return order;
  const stream = random(seed, streams.rowOrder + epoch);
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The batches of one step of an epoch, of the rows in `order`. */
export function batchesOf(plan: BatchPlan, order: Int32Array, stepOfEpoch: number): Int32Array[] {
  const { batchSize, accumulate, rows } = plan;
  const batches: Int32Array[] = [];
  for (let k = 0; k < accumulate; k++) {
    const from = (stepOfEpoch * accumulate + k) * batchSize;
    if (from < rows) batches.push(order.subarray(from, Math.min(rows, from + batchSize)));
  }
  return batches;
}

/** Equal pieces of at most `most` rows. */
export function piecesOf(batch: Int32Array, most: number): Int32Array[] {
  const size = Math.ceil(batch.length / Math.ceil(batch.length / most));
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, i) =>
    batch.subarray(i * size, (i + 1) * size),
  );
}
