import { quantile } from '../comparison/bootstrap';

/** The levels of a picture: losses that lie evenly on its scale. */
export interface Levels {
  readonly kind: 'linear' | 'logarithmic';
  /** Ascending. */
  readonly values: readonly number[];
  /** Of a logarithmic scale: what is added to every loss before its logarithm, so that rounding has no levels of its own. */
  readonly offset: number;
}

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

/** What lies more levels above the top than this looks alike. */
const BEYOND = 2;

/** A loss as a height in levels, 0 at the lowest; above the highest it saturates smoothly, at walls (not finite) wholly. */
export class Scale {
  private readonly low: number;
  private readonly step: number;
  private readonly top: number;

  constructor(private readonly levels: Levels) {
    const { values } = levels;
    this.low = this.plain(values[0]);
    this.top = values.length - 1;
    this.step = (this.plain(values[this.top]) - this.low) / this.top;
  }

  /** The height of a loss, in levels. */
  height(loss: number): number {
    if (!Number.isFinite(loss)) return loss === -Infinity ? 0 : this.top + BEYOND;
    const height = (this.plain(loss) - this.low) / this.step;
    if (height <= this.top) return height;
    return this.top + BEYOND * -Math.expm1(-(height - this.top) / BEYOND);
  }

  /** The loss at a height; Infinity for a wall's. */
  loss(height: number): number {
    const over = (height - this.top) / BEYOND;
    const plain = over <= 0 ? height : over >= 1 ? Infinity : this.top - BEYOND * Math.log1p(-over);
    const value = this.low + plain * this.step;
    return this.levels.kind === 'linear' ? value : Math.exp(value) - this.levels.offset;
  }

  /** A small difference of losses near one, in levels. */
  difference(loss: number, by: number): number {
    const slope =
      this.levels.kind === 'linear' ? 1 : 1 / Math.max(Number.MIN_VALUE, loss + this.levels.offset);
    return (by * slope) / this.step;
  }

  /** Before it is counted in levels. */
  private plain(loss: number): number {
    if (this.levels.kind === 'linear') return loss;
    return Math.log(Math.max(Number.MIN_VALUE, loss + this.levels.offset));
  }
}
