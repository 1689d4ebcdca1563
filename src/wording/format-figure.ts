import { formatNumber, formatWithError } from './format-number';
import type { Eigenvalue } from '../contract/report';

/** One error of a figure and what it is over: "numeric", "over rows", "over probes", "over draws". */
export interface NamedError {
  readonly size: number | null | undefined;
  readonly over: string;
}

export interface FigureText {
  readonly value: string;
  /** `± 34000 over rows`: the errors that matter, the largest first. Empty where none is known. */
  readonly errors: readonly string[];
}

/** Beside a larger error one below this share of it would move the whole by half a percent: it is not told. */
const MATTERS = 0.1;

/**
 * A figure with its errors as people read it: the largest error decides the digits of the value and of the other
 * errors, and errors far below it are left out. 47600.8 with 0.032 numeric and 34379 over rows is `48000` and
 * `± 34000 over rows`.
 */
export function formatFigure(value: number, errors: readonly NamedError[], digits = 6): FigureText {
  const known = errors
    .flatMap(({ size, over }) =>
      typeof size === 'number' && Number.isFinite(size) && size > 0 ? [{ size, over }] : [],
    )
    .sort((a, b) => b.size - a.size);
  const [largest, ...others] = known;
  if (!largest) return { value: formatNumber(value, digits - 1), errors: [] };
  const text = formatWithError(value, largest.size, digits);
  return {
    value: text.value,
    errors: [
      `± ${text.error} ${largest.over}`,
      ...others
        .filter(({ size }) => size >= MATTERS * largest.size)
        .map(({ size, over }) => `± ${formatError(size)} ${over}`),
    ],
  };
}

/** {@link formatFigure} in one line: `48000 ± 34000 over rows`. */
export function figureLine(value: number, errors: readonly NamedError[], digits?: number): string {
  const text = formatFigure(value, errors, digits);
  return [text.value, ...text.errors].join(' ');
}

/** An error that stands alone, to the one or two digits that mean something: `34000`, `0.35`, `6`. */
export const formatError = (error: number): string => formatWithError(0, error).error;

/** The error of an eigenvalue that is shown, by its kind. */
export const eigenvalueErrors = ({ errorBound }: Pick<Eigenvalue, 'errorBound'>): NamedError[] => [
  { size: errorBound, over: 'numeric' },
];
