import { SHIFTED } from './without-bar';
import type { Density, Estimate, Measure } from '../../contract/report';
import { EXACT_FOR_ROWS } from '../../contract/vocabulary';
import type { MeasureContext, MeasureDefinition } from './measure';

/**
 * How much of the spectrum lies on the negative side: the share of eigenvalues below -1e-3 lambda_max, and
 * sum |lambda-| / sum |lambda|. A plain share below zero would count rounding.
 */
export const negativeSide: MeasureDefinition = {
  ids: ['negative-mass', 'negative-share'],
  withoutBar: [
    { over: 'over rows', reason: SHIFTED, ids: ['negative-share'] },
    // Of a share of eigenvalues below a bound, which the quadrature moves in steps.
    {
      over: 'over probes',
      reason: "no bar: the quadrature's own error is not known",
      ids: ['negative-mass'],
    },
  ],
  work: () => 0,
  async run(context) {
    const { density } = context.spectrum;
    if (!density)
      return {
        measures: [],
        notes: ['The density was not measured, so negative-mass and negative-share are left out.'],
      };
    const { massBelow, negativeShare, probes, steps } = density;
    const entry = (
      id: string,
      { value, standardError }: Estimate,
      { over, note, ...more }: { readonly over: string; readonly note: string; readonly threshold?: number },
    ): Measure => ({
      id,
      value,
      standardError,
      settings: { operator: context.spectrumOf, probes, steps, ...more, error: over },
      invariant: false,
      note,
    });
    // A count has no derivative from which an error over rows could be had.
    const [mass, share] =
      probes > 0
        ? [massBelow, negativeShare]
        : [
            { ...massBelow, standardError: null },
            { ...negativeShare, standardError: await shareErrorOverRows(density, context) },
          ];
    const overOf = ({ standardError }: Estimate) =>
      probes > 0 ? 'over probes' : standardError === null ? EXACT_FOR_ROWS : 'over rows';
    return {
      measures: [
        entry('negative-mass', mass, {
          over: overOf(mass),
          threshold: massBelow.threshold,
          note: 'Share of eigenvalues below −10⁻³ λmax (density: Ghorbani et al. 2019).',
        }),
        entry('negative-share', share, {
          over: overOf(share),
          note: 'Σ|λ−| / Σ|λ| (density: Ghorbani et al. 2019).',
        }),
      ],
    };
  },
};

/** The error of sum |lambda-| / sum |lambda| of a spectrum known whole, by the derivative of the quotient; null for none. */
async function shareErrorOverRows(
  { nodes, negativeShare: { value } }: Density,
  { spectrumOverRows }: MeasureContext,
): Promise<number | null> {
  const size = nodes.reduce((sum, { eigenvalue }) => sum + Math.abs(eigenvalue), 0);
  if (!spectrumOverRows || size === 0) return null;
  const slope = (x: number) => ((x < 0 ? -1 : 0) - value * Math.sign(x)) / size;
  return (await spectrumOverRows.errorOf(slope)) || null;
}
