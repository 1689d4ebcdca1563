import { shiftedOverRows } from './without-bar';
import type { Eigenvalue, Measure } from '../../contract/report';
import type { MeasureContext, MeasureDefinition } from './measure';

const SOURCE = 'Ends of the spectrum (LeCun et al. 1993; Cohen et al. 2021).';
const MARK = 'at most, not converged';

/** The ends of the spectrum as the analysis found them; their error is the one over rows, v.H_i v with v held fixed. */
export const extremeEigenvalues: MeasureDefinition = {
  ids: ['lambda-max', 'lambda-min', 'lambda-ratio'],
  withoutBar: shiftedOverRows,
  work: () => 0,
  async run({ spectrum, spectrumOf }) {
    const settings = { operator: spectrumOf, error: 'over rows' };
    const measures: Measure[] = [];
    const notes: string[] = [];
    const [largest] = spectrum.largest;
    const lowest = lowestOf(spectrum);
    if (largest)
      measures.push({
        id: 'lambda-max',
        value: largest.value,
        standardError: largest.heldFixed ?? null,
        settings: { ...settings, errorBound: largest.errorBound, converged: largest.converged },
        invariant: false,
        note: SOURCE,
      });
    if (lowest)
      measures.push({
        id: 'lambda-min',
        value: lowest.value,
        standardError: lowest.heldFixed ?? null,
        settings: { ...settings, converged: lowest.converged },
        invariant: false,
        ...(lowest.asked ? {} : { bound: 'not-converged' as const }),
        note: lowest.asked
          ? SOURCE
          : `${MARK}: the lowest Ritz value, for no smallest eigenvalue was asked for.`,
      });
    if (largest && lowest && largest.value !== 0)
      measures.push({
        id: 'lambda-ratio',
        value: Math.abs(lowest.value / largest.value),
        standardError: ratioError(largest, lowest),
        settings: { ...settings, converged: lowest.converged },
        invariant: false,
        note: lowest.asked
          ? '|λmin/λmax|; the error takes those of both ends as independent.'
          : `|λmin/λmax| with the lowest Ritz value for λmin (${MARK}).`,
      });
    if (!largest)
      notes.push(
        'The ends of the spectrum were not measured, so lambda-max, lambda-min and lambda-ratio are left out.',
      );
    return { measures, notes };
  },
};

/** The lowest eigenvalue, or the mark that stands for it where none was asked for. */
function lowestOf({
  smallest: [smallest],
  lowestRitz,
  exact,
}: MeasureContext['spectrum']):
  { value: number; heldFixed?: number | null; converged: boolean; asked: boolean } | undefined {
  if (smallest) return { ...smallest, asked: true };
  if (exact) return { value: exact.eigenvalues[0], converged: true, asked: true };
  if (lowestRitz !== undefined) return { value: lowestRitz, converged: false, asked: false };
  return undefined;
}

function ratioError(
  largest: Eigenvalue,
  lowest: { readonly value: number; readonly heldFixed?: number | null },
): number | null {
  if (typeof largest.heldFixed !== 'number' || typeof lowest.heldFixed !== 'number') return null;
  const slope = lowest.value / largest.value;
  return Math.hypot(lowest.heldFixed, slope * largest.heldFixed) / Math.abs(largest.value);
}
