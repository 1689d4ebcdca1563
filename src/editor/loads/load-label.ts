import type { Eigenvalue, Report } from '../../contract/report';
import { formatNumber, subscript, withError } from '../../wording/format-number';

/** A checkpoint's figures in the few characters that fit behind a call: `λ₁ 2.892 · test 96.1 %`. */
export function loadLabel({ spectrum, loss }: Report, isStale: boolean): string {
  const [largest] = spectrum.largest;
  const side = loss?.test ?? loss?.train;
  const name = loss?.test ? 'test' : 'train';
  const known =
    side === undefined
      ? []
      : [
          side.accuracy
            ? `${name} ${formatNumber(100 * side.accuracy.value, 3)} %`
            : `${name} loss ${formatNumber(side.loss.value, 3)}`,
        ];
  const parts = [...(largest ? [`λ${subscript(1)} ${eigenvalueText(largest)}`] : []), ...known];
  return isStale && parts.length > 0 ? [...parts, 'out of date'].join(' · ') : parts.join(' · ');
}

/** A numeric error is told where it is seen in the digits shown. */
function eigenvalueText({ value, errorBound }: Eigenvalue): string {
  return errorBound > UNSEEN * Math.abs(value) ? withError(value, errorBound) : formatNumber(value, DIGITS);
}

const DIGITS = 4;
const UNSEEN = 5e-4;
