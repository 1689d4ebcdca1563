import { formatNumber } from '../../src/wording/format-number';

/** How many steps of colour the style sheet has from low to high. */
export const SHADES = 20;
/** From this ratio on equal steps of colour are equal ratios. */
const WIDE = 8;

/** Which shade a value has, and what the shades are in words. */
export interface ShadeScale {
  shade(value: number): number;
  readonly words: string;
}

/** A scale of colours from the least of some values to the largest. */
export function shadeScale(values: readonly number[]): ShadeScale {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const isLogarithmic = low > 0 && high / low >= WIDE;
  const along = isLogarithmic ? Math.log : (value: number) => value;
  const [from, to] = [along(low), along(high)];
  return {
    shade: (value) => (to > from ? Math.round((SHADES * (along(value) - from)) / (to - from)) : SHADES / 2),
    words:
      values.length === 0
        ? ''
        : `colours from ${formatNumber(low, 3)} up to ${formatNumber(high, 3)}${isLogarithmic ? ' by equal ratios' : ''}`,
  };
}
