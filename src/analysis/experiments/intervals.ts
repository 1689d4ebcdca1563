import type { Verdict } from '../../contract/experiment';
import { figureName } from '../../wording/figure-names';
import { formatNumber } from '../../wording/format-number';
import { cautiousQuantile, cautiousTail } from '../skewed-t';
import { type Estimate, estimateMean } from '../statistics';
import type { Finding } from './finding';

/** Of every interval; one minus it is what all statements of an experiment together may decide wrongly. */
export const LEVEL = 0.95;
/** Fewer seeds than this decide nothing. */
export const LEAST_SEEDS = 3;
/** A spread below this share of the values is rounding. */
const ROUNDING = 1e-12;

/** A mean over seeds and what can be said of it. */
export interface SeedMean {
  readonly value: number;
  /** Null where the values show no spread. */
  readonly interval: Verdict['interval'];
  /** The chance of a mean this far from `centre`, on either side, where that is the true one. */
  chanceAt(centre: number): number;
}

/**
 * The mean of values that are independent of each other, by Student's t or by t of lognormal values, whichever says
 * less. `size` is that of the figures whose differences these are: a spread within their rounding is none, and then
 * only the count of values speaks, as in a sign test.
 */
export function seedMean(values: readonly number[], size: number, level = LEVEL): SeedMean {
  const { value, standardError }: Estimate = estimateMean(values);
  const n = values.length;
  const rounding = ROUNDING * size;
  if (!(standardError > rounding))
    return {
      value,
      interval: null,
      chanceAt: (centre) => (Math.abs(value - centre) <= rounding ? 1 : 2 ** (1 - n)),
    };
  const half = cautiousQuantile(level, n) * standardError;
  return {
    value,
    interval: { low: value - half, high: value + half, level },
    chanceAt: (centre) => cautiousTail(Math.abs(value - centre) / standardError, n),
  };
}

/** `95 % interval 0.1 to 0.3`. */
export const intervalText = ({ low, high, level }: NonNullable<Verdict['interval']>): string =>
  `${formatNumber(100 * level, 3)} % interval ${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;

/** What stands when there are too few seeds, or undefined. */
export function tooFew(sentence: string, figure: string, seeds: number): Finding | undefined {
  if (seeds >= LEAST_SEEDS) return undefined;
  const reason = `Only ${seeds} ${seeds === 1 ? 'seed has' : 'seeds have'} the ${figureName(figure)} of what is compared: a verdict needs at least ${LEAST_SEEDS}`;
  return { sentence, reason, estimate: null, interval: null, seeds, p: null, toward: 'supported' };
}
