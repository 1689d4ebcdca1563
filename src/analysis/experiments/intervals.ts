import type { Verdict } from '../../shared/experiment';
import { figureName } from '../../shared/figure-names';
import { formatNumber } from '../../shared/format-number';
import { estimateMean } from '../statistics';
import { studentQuantile } from '../student';

/** Of every interval. */
export const LEVEL = 0.95;
/** Fewer seeds than this decide nothing. */
export const LEAST_SEEDS = 3;

/** A mean over seeds with its interval by Student's t; null below two values. */
export function meanInterval(values: readonly number[], level = LEVEL) {
  const { value, standardError } = estimateMean(values);
  if (values.length < 2) return { value, interval: null };
  const half = studentQuantile(level, values.length - 1) * standardError;
  return { value, interval: { low: value - half, high: value + half, level } };
}

/** `95 % interval 0.1 to 0.3 over 3 seeds`. */
export const intervalText = ({ low, high, level }: NonNullable<Verdict['interval']>): string =>
  `${formatNumber(100 * level, 3)} % interval ${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;

/** The verdict that stands when there are too few seeds, or undefined. */
export function tooFew(sentence: string, figure: string, seeds: number): Verdict | undefined {
  if (seeds >= LEAST_SEEDS) return undefined;
  const reason = `Only ${seeds} ${seeds === 1 ? 'seed has' : 'seeds have'} the ${figureName(figure)} of what is compared: a verdict needs at least ${LEAST_SEEDS} and an interval.`;
  return { sentence, verdict: 'undecided', reason, estimate: null, interval: null, seeds };
}

/** Supported where the whole interval lies on this side of 0, contradicted where all of it lies on the other. */
export function signVerdict(interval: Verdict['interval'], sign: 1 | -1): Verdict['verdict'] {
  if (interval === null) return 'undecided';
  const [low, high] = sign > 0 ? [interval.low, interval.high] : [-interval.high, -interval.low];
  return low > 0 ? 'supported' : high < 0 ? 'contradicted' : 'undecided';
}
