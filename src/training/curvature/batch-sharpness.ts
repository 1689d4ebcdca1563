import type { BatchObjective } from '../../objective/evaluation/batches';
import type { Point } from '../../objective/evaluation/objective';
import { shuffled } from './draws';

/** E[g_B.H_B g_B] / E|g_B|^2 over random batches B. */
export interface BatchSharpness {
  readonly value: number;
  /** Of the ratio of the two means, by the delta method. */
  readonly standardError: number;
  readonly batches: number;
  /** The mean of the batches' losses. */
  readonly loss: number;
}

const GROUP = 16;
const MOST = 64;
const RELATIVE_ERROR = 0.05;

/**
 * The batch sharpness (Andreyev & Beneventano 2024, definition 1), with batches of `size` rows drawn without
 * replacement, independently of each other: 16, and 16 more until the standard error is below 5 % or there are 64.
 * The value is NaN where every gradient is zero.
 *
 * @throws CancelledError
 */
export async function batchSharpness(
  objective: BatchObjective,
  { point, rows, size }: { readonly point: Point; readonly rows: Int32Array; readonly size: number },
  draw: { readonly seed: number; readonly step: number },
  signal?: AbortSignal,
): Promise<BatchSharpness> {
  const [losses, squared, bent]: number[][] = [[], [], []];
  for (;;) {
    const from = losses.length;
    const batches = Array.from({ length: GROUP }, (_, k) =>
      shuffled(rows, size, { ...draw, part: from + k }),
    );
    const measured = await objective.curvature(point, batches, signal);
    losses.push(...measured.losses);
    squared.push(...measured.squared);
    bent.push(...measured.bent);
    const { value, standardError } = ratioOfMeans(bent, squared);
    if (losses.length < MOST && standardError > RELATIVE_ERROR * Math.abs(value)) continue;
    const loss = losses.reduce((sum, each) => sum + each, 0) / losses.length;
    return { value, standardError, batches: losses.length, loss };
  }
}

/** mean(a) / mean(b) with its standard error by the delta method: that of mean(a - ratio b), over mean(b). */
export function ratioOfMeans(
  a: readonly number[],
  b: readonly number[],
): { value: number; standardError: number } {
  const count = a.length;
  const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const mean = sumOf(b) / count;
  const value = sumOf(a) / count / mean;
  const squares = a.reduce((sum, each, k) => sum + (each - value * b[k]) ** 2, 0);
  return { value, standardError: Math.sqrt(squares / (count * (count - 1))) / mean };
}
