import { quantile } from '../comparison/bootstrap';
import type { Levels } from '../../core/level-scale';

/** About how many lines a picture has. */
const LINES = 14;
/** From this ratio between high and low on, even steps would leave the bottom of the valley empty. */
const WIDE = 12;
/** The lowest loss that has a line, as a share of a low one, where the lowest of all is 0. */
const FLOOR = 1e-2;
/** The share of the first nodes that levels reach up to: walls have no lines of their own. */
const REACH = 0.95;

/**
 * Levels for losses from a first look, by round numbers: evenly or by equal ratios.
 *
 * @param losses finite ones.
 * @param error of the lowest loss from having these rows only: no level tells what lies below it.
 */
export function levelsFor(
  losses: readonly number[],
  error: number,
  wanted: 'auto' | Levels['kind'] = 'auto',
): Levels {
  const sorted = [...losses].sort((a, b) => a - b);
  const low = sorted[0];
  const high = Math.max(quantile(sorted, REACH), low + Number.EPSILON * Math.max(1, Math.abs(low)));
  // Rows that are all fitted have a loss of 0, whose logarithm is no place for a line.
  const offset = low < 0 ? 0 : Math.max(error, low > 0 ? 0 : FLOOR * quantile(sorted, 0.25));
  const isWide = low + offset > 0 && high + offset > WIDE * (low + offset);
  const kind = wanted === 'auto' ? (isWide ? 'logarithmic' : 'linear') : wanted;
  if (kind === 'linear' || low + offset <= 0) {
    const step = roundUp((high - low) / LINES);
    return {
      kind: 'linear',
      values: multiples(Math.ceil(low / step), Math.ceil(high / step), step),
      offset: 0,
    };
  }
  // Whole steps a decade, so that every power of ten is a line.
  const decades = Math.log10((high + offset) / (low + offset));
  const perDecade = [1, 2, 3, 5, 10, 20].find((steps) => decades * steps >= 0.7 * LINES) ?? 20;
  const [from, to] = [low + offset, high + offset].map((loss) => Math.log10(loss) * perDecade);
  const values = multiples(Math.ceil(from), Math.ceil(to), 1).map((i) => 10 ** (i / perDecade) - offset);
  return { kind: 'logarithmic', values, offset };
}

const multiples = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.max(2, to - from + 1) }, (_, i) => (from + i) * step);

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function roundUp(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= step * (1 - 1e-12))!;
}
