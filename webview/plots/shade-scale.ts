import { formatNumber } from '../../src/wording/format-number';
import { linearTicks, logTicks } from './axes';

/** How many steps of colour the style sheet has from low to high. */
export const SHADES = 20;
/** From this ratio on equal steps of colour are equal ratios. */
const WIDE = 8;

/** About how many level lines are drawn over the shades. */
const LINES = 8;

/** Which shade a value has, where level lines are drawn, and what both are in words. */
export interface ShadeScale {
  shade(value: number): number;
  /** On the scale on which equal steps of colour lie. */
  along(value: number): number;
  /** Round numbers, ascending. */
  readonly levels: readonly number[];
  readonly words: string;
}

/** A scale of colours from the least of some values to the largest. */
export function shadeScale(values: readonly number[]): ShadeScale {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const isLogarithmic = low > 0 && high / low >= WIDE;
  const along = isLogarithmic ? Math.log : (value: number) => value;
  const [from, to] = [along(low), along(high)];
  const ticks = (isLogarithmic ? logTicks : linearTicks)([low, high], LINES, 1);
  const levels = to > from ? ticks.map(({ value }) => value).filter((value) => value > low) : [];
  return {
    along,
    levels,
    shade: (value) => (to > from ? Math.round((SHADES * (along(value) - from)) / (to - from)) : SHADES / 2),
    words:
      values.length === 0
        ? ''
        : [
            `colours from ${formatNumber(low, 3)} up to ${formatNumber(high, 3)}${isLogarithmic ? ' by equal ratios' : ''}`,
            ...(levels.length === 0
              ? []
              : [`lines at ${levels.map((level) => formatNumber(level, 3)).join(', ')}`]),
          ].join(' · '),
  };
}
