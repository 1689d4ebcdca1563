import type { Estimate, Measure } from '../../shared/report';
import type { MeasureDefinition } from './measure';

/**
 * How much of the spectrum lies on the negative side: the share of eigenvalues below -1e-3 lambda_max, and
 * sum |lambda-| / sum |lambda|. A plain share below zero would count rounding.
 */
export const negativeSide: MeasureDefinition = {
  ids: ['negative-mass', 'negative-share'],
  work: () => 0,
  async run({ spectrum: { density }, spectrumOf }) {
    if (!density)
      return {
        measures: [],
        notes: ['The density was not measured, so negative-mass and negative-share are left out.'],
      };
    const { massBelow, negativeShare, probes, steps } = density;
    const entry = (id: string, { value, standardError }: Estimate, more: object, note: string): Measure => ({
      id,
      value,
      standardError: probes === 0 ? null : standardError,
      settings: { operator: spectrumOf, probes, steps, ...more, ...(probes > 0 ? { error: 'over probes' } : {}) }, // prettier-ignore
      invariant: false,
      note,
    });
    return {
      measures: [
        entry(
          'negative-mass',
          massBelow,
          { threshold: massBelow.threshold },
          'Share of eigenvalues below −10⁻³ λmax (density: Ghorbani et al. 2019).',
        ),
        entry('negative-share', negativeShare, {}, 'Σ|λ−| / Σ|λ| (density: Ghorbani et al. 2019).'),
      ],
    };
  },
};
