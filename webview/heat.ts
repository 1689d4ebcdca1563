import { type Figure, knownError } from '../src/wording/comparison-figures';

/** Shades of a column, from its least value to its largest. */
export const HEATS = 5;

/**
 * Which shade each figure of a column has, by its rank among the others: measures spread over decades, so that shades by size
 * would show the largest alone. Equal values share one. A column has none where it has fewer values than there are shades, or
 * where all of it lies within two of its errors.
 */
export function heatOf(figures: readonly (Figure | undefined)[]): readonly (number | undefined)[] {
  const known = figures.flatMap((figure) => (figure && Number.isFinite(figure.value) ? [figure] : []));
  const values = known.map(({ value }) => value).sort((a, b) => a - b);
  const errors = known.map(knownError).sort((a, b) => a - b);
  const span = (values.at(-1) ?? 0) - (values[0] ?? 0);
  const isTold = new Set(values).size >= HEATS && span > 2 * (errors[errors.length >> 1] ?? 0);
  return figures.map((figure) => {
    if (!isTold || !figure || !Number.isFinite(figure.value)) return undefined;
    const rank = (values.indexOf(figure.value) + values.lastIndexOf(figure.value)) / 2;
    return Math.min(HEATS - 1, Math.floor((HEATS * rank) / (values.length - 1)));
  });
}

/** What the shades are, below a table that has them. */
export const HEAT_WORDS =
  'Shades rank a column: the fuller, the larger. A column whose values lie within their errors has none.';
