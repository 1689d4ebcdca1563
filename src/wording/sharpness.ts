import type { Sharpness, SharpnessMap, SharpnessPlace } from '../contract/sharpness-map';
import { formatNumber, subscript, withError } from './format-number';

/** λ₁. */
export const LARGEST = `λ${subscript(1)}`;

/** A number of a place as tables and arrays have it. */
export interface SharpnessColumn {
  /** Its name among arrays, and in words. */
  readonly array: string;
  readonly words: string;
  /** Undefined where it overflows or has no error. */
  of(sharpness: Sharpness): number | undefined;
}

export const SHARPNESS_COLUMNS: readonly SharpnessColumn[] = [
  { array: 'largest', words: 'largest eigenvalue', of: ({ largest }) => largest?.value },
  { array: 'largest_bound', words: 'its numeric bound', of: ({ largest }) => largest?.errorBound },
  {
    array: 'largest_converged',
    words: 'converged',
    of: ({ largest }) => (largest ? Number(largest.converged) : undefined),
  },
  {
    array: 'largest_held_fixed',
    words: 'its error over rows, eigenvector held fixed',
    of: ({ largest }) => largest?.heldFixed ?? undefined,
  },
  {
    array: 'gradient_norm',
    words: 'gradient norm of these rows',
    of: ({ gradientNorm }) => gradientNorm?.value,
  },
  {
    array: 'gradient_norm_over_rows',
    words: 'gradient norm over all rows like these',
    of: ({ gradientNorm }) => gradientNorm?.overRows.value,
  },
  {
    array: 'gradient_norm_error',
    words: 'its error over rows',
    of: ({ gradientNorm }) => gradientNorm?.overRows.standardError ?? undefined,
  },
];

/** A number with what it may be off by. */
export interface Uncertain {
  readonly value: number;
  /** Its bar; null where it has none. */
  readonly error: number | null;
  /** What other rows and rounding move it by, or at least: of an eigenvalue rows tell no more. */
  readonly spread: number | null;
}

/** What a map shows. */
export interface SharpnessFigure {
  readonly id: 'largest' | 'gradient';
  readonly title: string;
  readonly symbol: string;
  /** What its spread is, as a sentence begins that ends in a number. */
  readonly spreads: string;
  /** Null where it overflows. */
  of(sharpness: Sharpness): Uncertain | null;
  /** With its errors, in words. */
  text(sharpness: Sharpness): string;
}

export const SHARPNESS_FIGURES: readonly SharpnessFigure[] = [
  {
    id: 'largest',
    title: 'Largest eigenvalue',
    symbol: LARGEST,
    spreads: 'rows move it by at least',
    of: ({ largest }) =>
      largest && {
        value: largest.value,
        error: largest.errorBound,
        spread: Math.hypot(largest.errorBound, largest.heldFixed ?? 0),
      },
    text: largestText,
  },
  {
    id: 'gradient',
    title: 'Gradient norm',
    symbol: '|g|',
    spreads: 'its error over rows is',
    of: ({ gradientNorm }) => {
      if (!gradientNorm) return null;
      const { value, standardError } = gradientNorm.overRows;
      return { value, error: standardError, spread: standardError };
    },
    text: gradientText,
  },
];

function largestText({ largest }: Sharpness): string {
  if (!largest) return `${LARGEST} overflows`;
  const open = largest.converged ? '' : ' (not converged)';
  const rows =
    largest.heldFixed === null ? '' : `, rows move it by ${formatNumber(largest.heldFixed, 2)} at least`;
  return `${LARGEST} ${withError(largest.value, largest.errorBound)}${open}${rows}`;
}

function gradientText({ gradientNorm }: Sharpness): string {
  if (!gradientNorm) return 'the gradient overflows';
  const { value, overRows } = gradientNorm;
  return `gradient norm ${formatNumber(value, 3)}, over all rows like these ${withError(overRows.value, overRows.standardError)}`;
}

/** What is known at each node of the grid; undefined where nothing is yet. */
export function placesByNode({ side, places }: SharpnessMap): readonly (SharpnessPlace | undefined)[] {
  const byNode = new Array<SharpnessPlace | undefined>(side ** 2).fill(undefined);
  for (const place of places) byNode[place.node] = place;
  return byNode;
}
