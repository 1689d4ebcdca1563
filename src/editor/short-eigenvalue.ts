import type { Eigenvalue } from '../contract/report';
import { formatNumber, withError } from '../wording/format-number';

const DIGITS = 4;
/** A smaller error moves none of the digits that are shown. */
const UNSEEN = 5e-4;

/** An eigenvalue in the few characters that fit behind a line: its numeric error where that is seen, else on demand. */
export function shortEigenvalue({ value, errorBound }: Pick<Eigenvalue, 'value' | 'errorBound'>): string {
  return errorBound > UNSEEN * Math.abs(value) ? withError(value, errorBound) : formatNumber(value, DIGITS);
}
