import type { WatchEvent, Watched, WatchedFigures } from '../../contract/watch';
import { formatNumber, withError } from '../../wording/format-number';

/** Shares of the largest eigenvalue: from below the first to above the second, negative curvature has appeared. */
const NONE = 0.01;
const CLEAR = 0.05;

/**
 * What is noteworthy in a run, from its checkpoints in the order in which they came: the same checkpoints give the same
 * events. An eigenvalue within its own bound of the line has not crossed it, and curvature that was negative all along has
 * not appeared.
 */
export function noteworthy(checkpoints: readonly Watched[]): WatchEvent[] {
  const events: WatchEvent[] = [];
  let side: 'above' | 'below' | undefined;
  let isNegative: boolean | undefined;
  for (const checkpoint of checkpoints) {
    const {
      id,
      file,
      before,
      measuredAt: at = checkpoint.writtenAt,
      status,
      figures,
      threshold,
    } = checkpoint;
    const add = (what: WatchEvent['what'], text: string) => events.push({ what, id, file, at, text, before });
    if (status === 'not-a-number') add('not-a-number', checkpoint.reason ?? `${file} is not a number.`);
    if (!figures) continue;
    const next = threshold === undefined ? undefined : sideOf(figures, threshold);
    if (next !== undefined && threshold !== undefined) {
      if (side !== undefined && next !== side) add(`crosses-${next}`, crossed(checkpoint, figures, next));
      side = next;
    }
    const share = downwards(figures);
    const negative = share > CLEAR ? true : share < NONE ? false : isNegative;
    if (isNegative === false && negative) add('negative-curvature', appeared(file, figures, share));
    isNegative = negative;
  }
  return events;
}

/** How strong the strongest downward curvature that was met is, as a share of the upward one. */
function downwards({ lowest = 0, largest }: WatchedFigures): number {
  if (lowest >= 0) return 0;
  return largest.value > 0 ? -lowest / largest.value : Infinity;
}

/** Undefined where the bound reaches over the line. */
function sideOf({ largest }: WatchedFigures, threshold: number): 'above' | 'below' | undefined {
  if (largest.value - largest.errorBound > threshold) return 'above';
  return largest.value + largest.errorBound < threshold ? 'below' : undefined;
}

function crossed(
  { file, threshold = NaN }: Watched,
  { largest, rows }: WatchedFigures,
  to: 'above' | 'below',
): string {
  const figures = `λ₁ = ${withError(largest.value, largest.errorBound)} on ${rows} rows`;
  const line = `${formatNumber(threshold, 4)}, where gradient descent at this learning rate becomes unstable`;
  return to === 'above'
    ? `${file}: λ₁ has passed ${line} (${figures}).`
    : `${file}: λ₁ has fallen below ${line} (${figures}).`;
}

const appeared = (file: string, { lowest = NaN, largest }: WatchedFigures, share: number): string =>
  `${file}: negative curvature has appeared: the smallest eigenvalue is at most ${formatNumber(lowest, 3)}, ${formatNumber(100 * share, 2)} % of λ₁ = ${formatNumber(largest.value, 3)} downwards.`;
