import type { Report } from '../../contract/report';
import { formatNumber, subscript } from '../../wording/format-number';
import { shortEigenvalue } from '../short-eigenvalue';

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
  const parts = [...(largest ? [`λ${subscript(1)} ${shortEigenvalue(largest)}`] : []), ...known];
  return isStale && parts.length > 0 ? [...parts, 'out of date'].join(' · ') : parts.join(' · ');
}
